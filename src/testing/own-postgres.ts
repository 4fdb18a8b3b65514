import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../platform/db/database.ts';
import { migrate } from '../platform/db/migrate.ts';
import { createLog } from '../platform/log.ts';
import {
  createDatabase,
  initialisePostgres,
  type RunningPostgres,
  serviceUser,
  startPostgres,
} from '../programs/launcher/postgres.ts';

/** A PostgreSQL for this test alone, which may be killed and started again, and what it logged. */
export async function startOwnPostgres() {
  const folder = mkdtempSync(join(tmpdir(), 'yojin-own-postgres-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when the tests run as root.
  const runAs = serviceUser();
  const lines: string[] = [];
  const options = {
    dataFolder: join(folder, 'postgres'),
    runFolder: join(folder, 'run'),
    ...(runAs && { runAs }),
    onLog: (line: string) => lines.push(line),
  };
  initialisePostgres(options);
  let postgres: RunningPostgres | undefined = await startPostgres(options);
  await createDatabase(postgres, 'yojin');
  const db = openDatabase({
    connectionString: postgres.connectionString('yojin'),
    log: createLog('silent'),
  });
  const migrated = await migrate(db, 'src');
  if ('conflict' in migrated) throw new Error(migrated.conflict);
  return {
    db,
    lines,
    /** As the kernel does when memory runs out: no last words, no clean end of connections. */
    async kill() {
      const child = postgres?.process;
      postgres = undefined;
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child?.kill('SIGKILL');
      await ended;
    },
    async startAgain() {
      // The children of the one that was killed notice, and end, by themselves.
      for (let tries = 0; postgres === undefined; tries += 1) {
        try {
          postgres = await startPostgres(options);
        } catch (error) {
          if (tries === 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, 200));
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await db.close().catch(() => undefined);
      await postgres?.stop('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
