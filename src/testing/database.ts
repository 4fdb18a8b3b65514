import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { openDatabase } from '../platform/db/database.ts';
import type { Database } from '../platform/db/queryable.ts';
import { createLog } from '../platform/log.ts';

/**
 * A private, migrated database on the real PostgreSQL of this test run:
 * `await using db = await openTestDatabase()`. Dropped when it goes out of scope.
 */
export async function openTestDatabase(): Promise<Database & AsyncDisposable> {
  const template = inject('templateConnectionString');
  const log = createLog('warn');
  const name = `test_${randomBytes(8).toString('hex')}`;
  const admin = openDatabase({
    connectionString: template.replace('/template_yojin?', '/postgres?'),
    log,
    poolSize: 1,
  });
  await admin.query(`create database ${name} template template_yojin strategy file_copy`);
  const db = openDatabase({
    connectionString: template.replace('/template_yojin?', `/${name}?`),
    log,
  });
  return Object.assign(db, {
    async [Symbol.asyncDispose]() {
      await db.close();
      await admin.query(`drop database ${name} with (force)`);
      await admin.close();
    },
  });
}
