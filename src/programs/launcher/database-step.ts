import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '../../platform/log.ts';
import { checkDatabase, withoutPassword } from './external-database.ts';
import { LaunchFailure } from './failure.ts';
import type { Home } from './home.ts';
import { createDatabase, nativePostgresFolder, serviceUser } from './postgres.ts';
import { endStalePostgres, reachableNative, supervisePostgres } from './postgres-supervisor.ts';
import type { Tell } from './texts.ts';

/** A database that is ready to be connected to, and how to let go of it. */
export interface ReadyDatabase {
  readonly connectionString: string;
  /** Process id of the PostgreSQL that we run; undefined for an external one. */
  pid(): number | undefined;
  stop(): Promise<void>;
}

const databaseName = 'yojin';
/** Below this PostgreSQL would start, and stop in the middle of the first larger statement. */
const leastFreeBytes = 64 * 1024 * 1024;

/** @throws LaunchFailure when DATABASE_URL does not lead to a PostgreSQL that we can use */
export async function checkedExternalDatabase(
  databaseUrl: string,
  tell: Tell,
): Promise<ReadyDatabase> {
  const { version } = await checkDatabase(databaseUrl);
  tell('step.database-external', { version, url: withoutPassword(databaseUrl) });
  return {
    connectionString: databaseUrl,
    pid: () => undefined,
    stop: () => Promise.resolve(),
  };
}

/**
 * Starts the PostgreSQL that comes along, on the cluster of this home, and keeps it running. The
 * caller holds the lock of the home.
 * @throws LaunchFailure for everything that can be wrong with folder, user, disk and cluster
 */
export async function runEmbeddedDatabase(
  home: Home,
  log: Logger,
  tell: Tell,
): Promise<ReadyDatabase> {
  const dataFolder = join(home.postgres, 'data');
  const runAs = serviceUser();
  let nativeFolder = nativePostgresFolder();
  if (runAs) {
    const reachable = reachableNative(nativeFolder, runAs, home.binaries);
    if (reachable.copied) tell('step.postgres-copied', { path: reachable.folder });
    nativeFolder = reachable.folder;
  }
  const free = statfsSync(home.postgres);
  if (free.bavail * free.bsize < leastFreeBytes) {
    throw new LaunchFailure('disk-full', { path: home.postgres });
  }
  if ((await endStalePostgres(dataFolder)) === 'ended') tell('step.postgres-stale');

  const postgres = await supervisePostgres(
    {
      dataFolder,
      runFolder: join(home.postgres, 'socket'),
      nativeFolder,
      ...(runAs && { runAs }),
      onLog(line) {
        // What a statement got wrong (ERROR) its caller hears as well, and may have expected.
        const grave =
          / PANIC: /.test(line) ||
          (/ FATAL: /.test(line) && !/ terminating | the database system is /.test(line));
        if (grave) log.warn({ postgres: line });
        else log.debug({ postgres: line });
      },
    },
    (event) => {
      log.warn(event, 'PostgreSQL');
      if (event.kind === 'ended') tell('event.postgres-ended', { reason: event.reason });
      else if (event.kind === 'restarted') tell('event.postgres-restarted', { pid: event.pid });
      else {
        const seconds = event.retryInMs / 1000;
        tell('event.postgres-failed', { reason: event.reason, seconds });
      }
    },
  );
  try {
    const { version, made } = await createDatabase(postgres, databaseName);
    tell(made ? 'step.postgres-made' : 'step.postgres-started', { version });
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return {
    connectionString: postgres.connectionString(databaseName),
    pid: () => postgres.pid,
    stop: () => postgres.stop(),
  };
}
