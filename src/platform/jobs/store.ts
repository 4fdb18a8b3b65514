import type { Queryable } from '../db/queryable.ts';
import type { Job } from '../module.ts';

/** The last run of a job. A run that has not ended, or was killed, has no outcome. */
export interface JobState {
  readonly name: string;
  readonly cron: string | null;
  readonly lastRunAt: string | null;
  readonly lastOutcome: 'ok' | 'failed' | null;
  readonly lastError: string | null;
}

export async function recordStart(db: Queryable, name: string, startedAt: Date): Promise<void> {
  await db.query(
    `insert into platform.job_runs as r (name, last_run_at, runs) values ($1, $2, 1)
     on conflict (name) do update
        set last_run_at = excluded.last_run_at, runs = r.runs + 1, last_finished_at = null,
            last_outcome = null, last_error = null, duration_ms = null`,
    [name, startedAt],
  );
}

/** `failure` null: it went well. */
export async function recordFinish(
  db: Queryable,
  name: string,
  startedAt: Date,
  finishedAt: Date,
  failure: string | null,
): Promise<void> {
  await db.query(
    `update platform.job_runs
        set last_finished_at = $2, last_outcome = $3, last_error = $4, duration_ms = $5,
            failures = failures + ($4::text is not null)::int
      where name = $1`,
    [
      name,
      finishedAt,
      failure === null ? 'ok' : 'failed',
      failure?.replaceAll('\0', '').slice(0, 1_000) ?? null,
      finishedAt.getTime() - startedAt.getTime(),
    ],
  );
}

/** The given jobs in their order, with their last runs. */
export async function listJobStates(
  db: Queryable,
  jobs: readonly Job[],
): Promise<readonly JobState[]> {
  const { rows } = await db.query<{
    name: string;
    lastRunAt: Date;
    lastOutcome: 'ok' | 'failed' | null;
    lastError: string | null;
  }>(
    `select name, last_run_at as "lastRunAt", last_outcome as "lastOutcome",
            last_error as "lastError" from platform.job_runs`,
  );
  const runs = new Map(rows.map((row) => [row.name, row]));
  return jobs.map(({ name, cron }) => {
    const last = runs.get(name);
    return {
      name,
      cron: cron ?? null,
      lastRunAt: last?.lastRunAt.toISOString() ?? null,
      lastOutcome: last?.lastOutcome ?? null,
      lastError: last?.lastError ?? null,
    };
  });
}
