import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { errnoOf, LaunchFailure } from './failure.ts';
import { writePrivately } from './private-file.ts';

/** What the running server leaves in `<home>/run/server.json` for the command line. */
export interface ServerNote {
  readonly pid: number;
  readonly startedAt: string;
  readonly version: string;
  /** Loopback address of console and API; absent while starting. */
  readonly consoleUrl?: string;
  /** Where endpoints enrol, `host:port`. */
  readonly tlsAddress?: string;
}

export interface InstanceLock {
  release(): void;
}

/**
 * One server per home. Node has no flock; SQLite has, on every platform: the kernel holds the lock
 * for us and lets go when the process ends in whatever way, so there is no stale lock to judge.
 * @throws LaunchFailure already-running, with pid and address of the one that runs
 */
export function lockInstance(runFolder: string): InstanceLock {
  const path = join(runFolder, 'lock');
  let database: DatabaseSync | undefined;
  try {
    closeSync(openSync(path, 'a', 0o600));
    database = new DatabaseSync(path);
    // Nothing is ever written: the journal stays in memory, and an exclusive transaction is a lock.
    database.exec('pragma busy_timeout = 0; pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    database?.close();
    const { errcode } = error as { errcode?: number };
    if (errcode === 5) {
      const note = readServerNote(runFolder);
      throw new LaunchFailure('already-running', {
        pid: note?.pid ?? '?',
        address: note?.consoleUrl ?? '…',
        home: join(runFolder, '..'),
      });
    }
    throw new LaunchFailure(
      'home-not-writable',
      { path, reason: error instanceof Error ? error.message : '' },
      error,
    );
  }
  const held = database;
  return { release: () => held.close() };
}

export function writeServerNote(runFolder: string, note: ServerNote): void {
  writePrivately(join(runFolder, 'server.json'), `${JSON.stringify(note, null, 2)}\n`, 0o644);
}

export function removeServerNote(runFolder: string): void {
  rmSync(join(runFolder, 'server.json'), { force: true });
}

/** The note of the server that runs, or ran until it was killed; undefined when there is none. */
export function readServerNote(runFolder: string): ServerNote | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(runFolder, 'server.json'), 'utf8'));
    if (typeof note !== 'object' || note === null) return undefined;
    return typeof (note as ServerNote).pid === 'number' ? (note as ServerNote) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error)) return undefined;
    throw error;
  }
}
