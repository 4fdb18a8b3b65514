import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { openDatabase } from '../platform/db/database.ts';
import type { Database, Queryable } from '../platform/db/queryable.ts';
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
      await waitUntilUnused(admin, name);
      await admin.query(`drop database ${name} with (force)`);
      await admin.close();
    },
  });
}

/**
 * A connection that was ended is still seen by PostgreSQL for a moment. Cut instead, it would
 * complain into the output of the tests. What is left after two seconds was forgotten by the test.
 */
async function waitUntilUnused(admin: Queryable, name: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const { rows } = await admin.query(`select from pg_stat_activity where datname = $1 limit 1`, [
      name,
    ]);
    if (rows.length === 0) return;
    await sleep(20);
  }
}
