import { execFile } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

export interface Osqueryd {
  readonly path: string;
  readonly version: string;
  /** `asked`: named by the operator; `system`: installed on this machine; `carried`: from npm. */
  readonly source: 'asked' | 'system' | 'carried';
}

export type OsquerydSearch =
  | { readonly found: Osqueryd }
  | {
      readonly found: undefined;
      /** Everywhere we looked, and what was wrong with what was there. */
      readonly tried: readonly string[];
    };

/** The oldest osquery whose TLS protocol and tables we rely on. */
const oldestMajor = 5;

const usualPlaces: Readonly<Record<string, readonly string[]>> = {
  linux: ['/opt/osquery/bin/osqueryd', '/usr/bin/osqueryd', '/usr/local/bin/osqueryd'],
  darwin: [
    '/opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd',
    '/opt/osquery/bin/osqueryd',
    '/usr/local/bin/osqueryd',
    '/opt/homebrew/bin/osqueryd',
  ],
  win32: ['C:\\Program Files\\osquery\\osqueryd\\osqueryd.exe'],
};

/**
 * The osqueryd to run: the one asked for (and no other), else one that is installed on this
 * machine, else the npm-carried one, placed in `binFolder` under the name that makes it a daemon.
 */
export async function findOsqueryd({
  asked,
  binFolder,
  searchPath = process.env['PATH'] ?? '',
  places = usualPlaces[process.platform] ?? [],
}: {
  readonly asked?: string | undefined;
  readonly binFolder: string;
  readonly searchPath?: string;
  readonly places?: readonly string[];
}): Promise<OsquerydSearch> {
  const tried: string[] = [];
  const attempt = async (path: string, source: Osqueryd['source']) => {
    const version = await versionOf(path);
    if ('problem' in version) {
      tried.push(`${path}: ${version.problem}`);
      return undefined;
    }
    return { found: { path, source, version: version.version } };
  };

  if (asked) return (await attempt(asked, 'asked')) ?? { found: undefined, tried };
  const name = process.platform === 'win32' ? 'osqueryd.exe' : 'osqueryd';
  // What npm scripts put on the path is not the system's.
  const onPath = searchPath
    .split(delimiter)
    .filter((folder) => folder !== '' && !folder.includes('node_modules'))
    .map((folder) => join(folder, name));
  for (const path of new Set([...onPath, ...places])) {
    const found = await attempt(path, 'system');
    if (found) return found;
  }
  const carried = carriedOsquery();
  if ('problem' in carried) {
    tried.push(carried.problem);
    return { found: undefined, tried };
  }
  try {
    const placed = place(carried.path, join(binFolder, name));
    return (await attempt(placed, 'carried')) ?? { found: undefined, tried };
  } catch (error) {
    tried.push(`${carried.path} → ${binFolder}: ${(error as Error).message}`);
    return { found: undefined, tried };
  }
}

/** Whether the file runs, and says that it is an osquery that we can work with. */
async function versionOf(path: string): Promise<{ version: string } | { problem: string }> {
  try {
    accessSync(path, constants.X_OK);
    if (!statSync(path).isFile()) return { problem: 'not a file' };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { problem: code === 'ENOENT' ? 'not there' : `not executable (${code})` };
  }
  try {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 30_000 });
    const [, version, major] = /version ((\d+)\.\d+\.\d+\S*)/.exec(stdout) ?? [];
    if (!version) return { problem: `does not look like osquery: ${stdout.slice(0, 100).trim()}` };
    if (Number(major) < oldestMajor) {
      return { problem: `version ${version} is too old, ${oldestMajor}.0.0 or later is needed` };
    }
    return { version };
  } catch (error) {
    return { problem: `does not run: ${(error as Error).message.split('\n')[0]}` };
  }
}

/** `@cdxgen/cdxgen-plugins-bin-<platform>-<arch>` carries the whole osquery as `osqueryi-…`. */
function carriedOsquery(): { path: string } | { problem: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const name = `@cdxgen/cdxgen-plugins-bin-${platform}-${arch}`;
  let folder: string;
  try {
    folder = join(
      dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)),
      'plugins',
      'osquery',
    );
  } catch {
    return { problem: `npm package ${name}: not installed` };
  }
  try {
    const file = readdirSync(folder).find(
      (entry) => entry.startsWith('osqueryi-') && !entry.endsWith('.sha256'),
    );
    return file ? { path: join(folder, file) } : { problem: `${folder}: no osquery in it` };
  } catch (error) {
    return { problem: `${folder}: ${(error as Error).message}` };
  }
}

/** A hard link costs no disk; a copy where there is another file system between, or another owner. */
function place(source: string, target: string): string {
  const original = statSync(source);
  try {
    const there = statSync(target);
    if (there.ino === original.ino && there.dev === original.dev) return target;
    if (there.size === original.size && there.mtimeMs === original.mtimeMs) return target;
  } catch {
    // Not there yet.
  }
  mkdirSync(dirname(target), { recursive: true });
  const making = `${target}.${process.pid}.new`;
  rmSync(making, { force: true });
  // Only a file of our own is linked: who can write the original could change what we run.
  const own = original.uid === process.getuid?.();
  try {
    if (!own) throw new Error('copy');
    linkSync(source, making);
  } catch {
    copyFileSync(source, making, constants.COPYFILE_FICLONE);
    chmodSync(making, 0o755);
  }
  // The one that runs (after an update) keeps its file: a rename replaces the name only.
  renameSync(making, target);
  return target;
}
