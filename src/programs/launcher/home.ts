import { spawnSync } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  constants,
  mkdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { errnoOf, LaunchFailure } from './failure.ts';

/** The folder that holds everything one installation keeps. */
export interface Home {
  readonly path: string;
  /** What only lives as long as the server: lock, address, credential of this machine, sockets. */
  readonly run: string;
  readonly tls: string;
  readonly postgres: string;
  readonly agent: string;
  /** Binaries that had to be copied to where they can be run. */
  readonly binaries: string;
}

export interface HomeRequest {
  /** `--home` */
  readonly asked?: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly uid: number | undefined;
}

/**
 * `--home`, else YOJIN_HOME, else `/var/lib/yojin` for root and `~/.local/share/yojin` (or below
 * XDG_DATA_HOME) for everybody else. Root's own home is closed to the user that PostgreSQL needs.
 */
export function homePath({ asked, environment, uid }: HomeRequest): string {
  const named = asked || environment['YOJIN_HOME'];
  if (named) return resolve(named);
  if (uid === 0) return '/var/lib/yojin';
  const data = environment['XDG_DATA_HOME'];
  if (data?.startsWith('/')) return join(data, 'yojin');
  const user = environment['HOME'] || homedir();
  if (!user) throw new LaunchFailure('no-home');
  return join(user, '.local', 'share', 'yojin');
}

export function homeAt(path: string): Home {
  return {
    path,
    run: join(path, 'run'),
    tls: join(path, 'tls'),
    postgres: join(path, 'postgres'),
    agent: join(path, 'agent'),
    binaries: join(path, 'bin'),
  };
}

/**
 * Makes the folders and proves that we can write there.
 * @throws LaunchFailure home-not-writable, disk-full
 */
export function openHome(path: string, asRoot: boolean): Home {
  const home = homeAt(path);
  try {
    // Root's is passable (not listable): PostgreSQL, another user, has its folder inside.
    makeFolder(home.path, asRoot ? 0o711 : 0o700);
    for (const folder of [home.run, home.postgres]) makeFolder(folder, asRoot ? 0o711 : 0o700);
    makeFolder(home.binaries, asRoot ? 0o755 : 0o700);
    for (const folder of [home.tls, home.agent]) makeFolder(folder, 0o700);
    const probe = join(home.run, '.writable');
    writeFileSync(probe, 'x'.repeat(4096));
    rmSync(probe);
  } catch (error) {
    if (errnoOf(error) === 'ENOSPC' || errnoOf(error) === 'EDQUOT') {
      throw new LaunchFailure('disk-full', { path }, error);
    }
    throw new LaunchFailure('home-not-writable', { path, reason: errnoOf(error) ?? '' }, error);
  }
  return home;
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
  const found = statSync(path);
  if (!found.isDirectory()) throw Object.assign(new Error(path), { code: 'ENOTDIR' });
  // What others may do is narrowed, never widened beyond `mode`, in a folder that is ours.
  if ((found.mode & 0o777) !== mode && found.uid === process.getuid?.()) chmodSync(path, mode);
  accessSync(path, constants.W_OK | constants.X_OK);
}

/** Whether this user can get at `path`: tried for real, since ACLs and mounts have their say. */
export function userReaches(user: { uid: number; gid: number }, path: string): boolean {
  // "/" as working folder: the one that we are in may itself be closed to the user.
  const tried = spawnSync('/bin/sh', ['-c', 'test -x "$1" && test -r "$1"', 'sh', path], {
    ...user,
    cwd: '/',
    stdio: 'ignore',
  });
  return tried.status === 0;
}

/** The first folder above `path` (from the root down) that this user cannot pass. */
export function closedFolderAbove(user: { uid: number; gid: number }, path: string): string {
  const above: string[] = [];
  for (let at = path; at !== dirname(at); at = dirname(at)) above.unshift(at);
  for (const folder of above) {
    const tried = spawnSync('/bin/sh', ['-c', 'test -x "$1"', 'sh', folder], {
      ...user,
      cwd: '/',
      stdio: 'ignore',
    });
    if (tried.status !== 0) return folder;
  }
  return path;
}
