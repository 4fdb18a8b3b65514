import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Writes a file whole or not at all, readable by its owner only, and on the disk when this returns:
 * what follows (a package manager at work, a report acknowledged) may rely on it after a power cut.
 */
export function writeDurably(path: string, text: string): void {
  const making = `${path}.new`;
  rmSync(making, { force: true });
  const file = openSync(making, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(making, path);
  syncFolder(dirname(path));
}

export function removeDurably(path: string): void {
  rmSync(path, { force: true });
  syncFolder(dirname(path));
}

/** The text of a file, or undefined when there is none. Other errors throw. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The files of a folder whose name ends so, in order; those half written are cleared away. */
export function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(folder).sort();
  for (const name of names) if (name.endsWith('.new')) rmSync(join(folder, name), { force: true });
  return names.filter((name) => name.endsWith(ending));
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder, and its renames are in the journal of the file system.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
