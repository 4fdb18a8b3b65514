import { type Runner, run, Logger as WorkerLogger } from 'graphile-worker';
import type { Database } from '../db/queryable.ts';
import type { Logger } from '../log.ts';
import type { Job } from '../module.ts';

export interface JobState {
  readonly name: string;
  readonly cron: string | null;
  readonly lastRunAt: string | null;
  readonly lastOutcome: 'ok' | 'failed' | null;
  readonly lastError: string | null;
}

export interface RunningJobs {
  /** Runs a job soon, once for as many calls as come before it starts. */
  enqueue(name: string, payload?: unknown): Promise<void>;
  states(): Promise<readonly JobState[]>;
  /** Running jobs are asked to stop and get some seconds to do so. */
  stop(): Promise<void>;
}

const stopWithinMs = 10_000;

/**
 * Jobs in PostgreSQL by graphile-worker: with several servers each runs once; a job of a killed
 * server is taken up again by another one, or by the next start.
 */
export async function startJobs(options: {
  readonly db: Database;
  readonly log: Logger;
  readonly jobs: readonly Job[];
  readonly clock: () => Date;
}): Promise<RunningJobs> {
  const { db, log, jobs, clock } = options;
  const stopping = new AbortController();
  const taskOf =
    ({ name, run: work }: Job) =>
    async (payload: unknown) => {
      const startedAt = clock();
      await db.query(
        `insert into platform.job_runs (name, last_run_at, runs) values ($1, $2, 1)
       on conflict (name) do update set last_run_at = excluded.last_run_at, runs = platform.job_runs.runs + 1`,
        [name, startedAt],
      );
      try {
        await work(payload, stopping.signal);
        await finish(name, startedAt, null);
      } catch (error) {
        log.error({ err: error, job: name }, 'job failed');
        await finish(name, startedAt, (error as Error).message);
        throw error;
      }
    };
  async function finish(name: string, startedAt: Date, error: string | null): Promise<void> {
    const at = clock();
    await db.query(
      `update platform.job_runs
          set last_finished_at = $2, last_outcome = $3, last_error = $4, duration_ms = $5,
              failures = failures + ($4::text is not null)::int
        where name = $1`,
      [
        name,
        at,
        error === null ? 'ok' : 'failed',
        error?.slice(0, 1000) ?? null,
        at.getTime() - startedAt.getTime(),
      ],
    );
  }

  const repeating = jobs.filter(({ cron }) => cron !== undefined);
  const runner: Runner = await run({
    connectionString: db.connectionString,
    concurrency: 2,
    noHandleSignals: true,
    pollInterval: 2_000,
    taskList: Object.fromEntries(jobs.map((job) => [job.name, taskOf(job)])),
    crontab: repeating
      .map(({ name, cron }) => `${cron} ${name} ?max=3&jobKey=${encodeURIComponent(name)}`)
      .join('\n'),
    logger: new WorkerLogger(() => (level, message) => {
      if (level === 'error') log.error({ worker: true }, message);
      else if (level === 'warning') log.warn({ worker: true }, message);
    }),
  });
  // A database that goes away ends the runner's promise; it reconnects by itself meanwhile.
  runner.promise.catch((error: Error) => log.error({ err: error }, 'the job runner ended'));

  return {
    async enqueue(name, payload) {
      if (!jobs.some((job) => job.name === name)) throw new Error(`there is no job ${name}`);
      await runner.addJob(name, payload ?? {}, { jobKey: name, maxAttempts: 3 });
    },
    async states() {
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
    },
    async stop() {
      stopping.abort();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          log.warn('jobs did not stop in time; they run again at the next start');
          resolve();
        }, stopWithinMs);
      });
      await Promise.race([runner.stop().catch(() => undefined), late]);
      clearTimeout(timer);
    },
  };
}
