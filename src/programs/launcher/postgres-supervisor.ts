import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ended } from '../agent/leashed-process.ts';
import { LaunchFailure } from './failure.ts';
import { closedFolderAbove, userReaches } from './home.ts';
import {
  initialisePostgres,
  type PostgresOptions,
  type RunningPostgres,
  startPostgres,
} from './postgres.ts';

export type PostgresEvent =
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'restarted'; readonly pid: number | undefined }
  | { readonly kind: 'restart-failed'; readonly reason: string; readonly retryInMs: number };

export interface SupervisedPostgres {
  readonly pid: number | undefined;
  connectionString(database: string): string;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

const backOffMs = [100, 500, 1_000, 2_000, 5_000, 10_000, 30_000];

/**
 * Makes the cluster if needed, starts it, and starts it again whenever it ends without having been
 * asked to. The first start throws what is wrong; later ones are tried for ever and told.
 */
export async function supervisePostgres(
  options: PostgresOptions,
  onEvent: (event: PostgresEvent) => void,
): Promise<SupervisedPostgres> {
  initialisePostgres(options);
  let running: RunningPostgres | undefined = await startPostgres(options);
  const { connectionString } = running;
  const stopping = new AbortController();

  async function keep(): Promise<void> {
    while (running && !stopping.signal.aborted) {
      const child = running.process;
      await ended(child);
      running = undefined;
      if (stopping.signal.aborted) return;
      onEvent({ kind: 'ended', reason: child.signalCode ?? `exit code ${child.exitCode}` });
      for (let failures = 0; !running; failures += 1) {
        const waitMs = backOffMs[Math.min(failures, backOffMs.length - 1)]!;
        await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
        if (stopping.signal.aborted) return;
        try {
          running = await startPostgres(options);
          onEvent({ kind: 'restarted', pid: running.process.pid });
        } catch (error) {
          const retryInMs = backOffMs[Math.min(failures + 1, backOffMs.length - 1)]!;
          onEvent({ kind: 'restart-failed', reason: firstLineOf(error), retryInMs });
        }
      }
    }
  }
  const keeping = keep();

  return {
    get pid() {
      return running?.process.pid;
    },
    connectionString,
    async stop(mode = 'fast') {
      stopping.abort();
      await running?.stop(mode);
      await keeping;
      // A start that was under way when we were asked to stop.
      await running?.stop(mode);
    },
  };
}

function firstLineOf(error: unknown): string {
  const told = error instanceof LaunchFailure ? error.values['reason'] : undefined;
  return String(told ?? (error as Error).message).split('\n')[0]!;
}

/**
 * What a killed `yojin up` left of PostgreSQL on this cluster. Call only while holding the lock on
 * the home: then nobody else has a right to it. Ours that still runs (it was asked to end when its
 * parent died) is waited for; a `postmaster.pid` whose process id now belongs to a stranger is
 * removed, since PostgreSQL would take the stranger for itself. Linux only.
 * @throws LaunchFailure postgres-in-use when it does not end
 */
export async function endStalePostgres(dataFolder: string): Promise<'nothing' | 'ended'> {
  const pidFile = join(dataFolder, 'postmaster.pid');
  if (process.platform !== 'linux' || !existsSync(pidFile)) return 'nothing';
  const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  const runs = runsPostgres(pid, dataFolder);
  if (runs === 'no-such-process') return 'nothing'; // PostgreSQL removes the file itself.
  if (runs === 'stranger') {
    rmSync(pidFile, { force: true });
    return 'nothing';
  }
  // Each is a wish that PostgreSQL grants without losing anything; SIGKILL would not be.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended meanwhile.
    }
    for (let waitedMs = 0; waitedMs < 20_000; waitedMs += 100) {
      if (runsPostgres(pid, dataFolder) !== 'ours') return 'ended';
      await sleep(100);
    }
  }
  throw new LaunchFailure('postgres-in-use', { path: dataFolder, reason: `pid ${pid}` });
}

function runsPostgres(pid: number, dataFolder: string): 'ours' | 'stranger' | 'no-such-process' {
  let args: string[];
  try {
    args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return 'no-such-process';
  }
  if (args.join('') === '') return 'no-such-process'; // A zombie.
  const [program = ''] = args;
  if (!program.includes('postgres')) return 'stranger';
  return args[args.indexOf('-D') + 1] === dataFolder ? 'ours' : 'stranger';
}

/**
 * Where the user that PostgreSQL runs as can reach the binaries: where npm put them, or, when that
 * lies below a closed folder (root's home), a copy in `binariesFolder`.
 * @throws LaunchFailure home-not-reachable when the home itself is closed to that user
 */
export function reachableNative(
  nativeFolder: string,
  runAs: { uid: number; gid: number },
  binariesFolder: string,
): { readonly folder: string; readonly copied: boolean } {
  if (userReaches(runAs, join(nativeFolder, 'bin', 'postgres'))) {
    return { folder: nativeFolder, copied: false };
  }
  const { version } = JSON.parse(
    readFileSync(join(nativeFolder, '..', 'package.json'), 'utf8'),
  ) as { version: string };
  const copy = join(binariesFolder, `postgres-${version}`);
  const wasThere = existsSync(copy);
  if (!wasThere) {
    mkdirSync(binariesFolder, { recursive: true });
    const making = `${copy}.new`;
    rmSync(making, { recursive: true, force: true });
    cpSync(nativeFolder, making, { recursive: true, verbatimSymlinks: true });
    renameSync(making, copy);
  }
  if (!userReaches(runAs, join(copy, 'bin', 'postgres'))) {
    throw new LaunchFailure('home-not-reachable', {
      path: dirname(binariesFolder),
      closed: closedFolderAbove(runAs, join(copy, 'bin', 'postgres')),
    });
  }
  return { folder: copy, copied: !wasThere };
}
