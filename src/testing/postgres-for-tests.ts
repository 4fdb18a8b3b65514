import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../platform/db/database.ts';
import { migrate } from '../platform/db/migrate.ts';
import { createLog } from '../platform/log.ts';
import { initialisePostgres, serviceUser, startPostgres } from '../programs/launcher/postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connects to the migrated template; test files clone it. */
    templateConnectionString: string;
  }
}

/** One real PostgreSQL for the whole run, with a migrated template that each test file clones. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'yojin-test-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as another user when the tests run as root.
  const runAs = serviceUser();
  const options = {
    dataFolder: join(folder, 'postgres'),
    runFolder: join(folder, 'run'),
    ...(runAs && { runAs }),
    // Speed: what a test writes need not survive a power cut.
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_connections: '200',
    },
  };
  initialisePostgres(options);
  const postgres = await startPostgres(options);
  const log = createLog('warn');
  const admin = openDatabase({ connectionString: postgres.connectionString('postgres'), log });
  await admin.query('create database template_yojin');
  await admin.close();
  const template = openDatabase({
    connectionString: postgres.connectionString('template_yojin'),
    log,
  });
  const result = await migrate(template, 'src');
  await template.close();
  if ('conflict' in result) throw new Error(result.conflict);
  project.provide('templateConnectionString', postgres.connectionString('template_yojin'));
  return async () => {
    await postgres.stop('immediate');
    rmSync(folder, { recursive: true, force: true });
  };
}
