import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';

/** Writes a file whole or not at all, readable by the owner only (or as `mode` says). */
export function writePrivately(path: string, text: string, mode = 0o600): void {
  const making = `${path}.${process.pid}.new`;
  rmSync(making, { force: true });
  const file = openSync(making, 'wx', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(making, path);
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
