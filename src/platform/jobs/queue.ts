import { randomBytes } from 'node:crypto';
import type { Database, Queryable } from '../db/queryable.ts';

/**
 * What we do in the schema of graphile-worker, which makes and migrates it by itself. Its first
 * question, for a table that is not there yet, would stand as an ERROR in PostgreSQL's log on the
 * terminal of everybody's first start: the empty table is made before.
 */
export async function makeQueueSchema(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('yojin jobs'))`);
    const { rows } = await tx.query<{ found: boolean }>(
      `select to_regclass('graphile_worker.migrations') is not null as found`,
    );
    if (rows[0]?.found === true) return;
    // As in graphile-worker's own installSchema().
    await tx.query(`create schema if not exists graphile_worker`);
    await tx.query(
      `create table graphile_worker.migrations (
         id int primary key,
         ts timestamptz default now() not null,
         breaking boolean not null default false)`,
    );
  });
}

const prefix = 'yojin jobs ';

/** By this name of its connections a server is known to be alive. */
export function jobConnectionName(): string {
  return prefix + randomBytes(6).toString('hex');
}

/**
 * A server that was killed leaves its jobs locked, and graphile-worker would wait for four hours
 * before it gives them to another. When no other server is connected, every lock but our own is a
 * dead one's.
 */
export async function freeJobsOfTheDead(
  db: Queryable,
  ownConnectionName: string,
  ownWorkerPoolId: string,
): Promise<void> {
  await db.query(
    `select graphile_worker.force_unlock_workers(array(
              select locked_by from graphile_worker._private_jobs
               where locked_by is not null and locked_by <> $1
               union
              select locked_by from graphile_worker._private_job_queues
               where locked_by is not null and locked_by <> $1))
      where not exists (
              select from pg_stat_activity
               where datname = current_database()
                 and starts_with(application_name, $2) and application_name <> $3)`,
    [ownWorkerPoolId, prefix, ownConnectionName],
  );
}
