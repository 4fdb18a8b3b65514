import { EventEmitter } from 'node:events';
import {
  parseCronItems,
  type Runner,
  run,
  type WorkerEvents,
  Logger as WorkerLogger,
} from 'graphile-worker';
import pg from 'pg';
import type { Database } from '../db/queryable.ts';
import type { Logger } from '../log.ts';
import type { Job } from '../module.ts';
import { freeJobsOfTheDead, jobConnectionName, makeQueueSchema } from './queue.ts';
import { type JobState, listJobStates, recordFinish, recordStart } from './store.ts';

export type { JobState } from './store.ts';

export interface RunningJobs {
  /** Runs a job soon, once for as many calls as come before it starts, never beside itself. */
  enqueue(name: string, payload?: unknown): Promise<void>;
  states(): Promise<readonly JobState[]>;
  /** Running jobs are asked to stop and get some seconds to do so. */
  stop(): Promise<void>;
}

const concurrency = 2;
const stopWithinMs = 10_000;
const attempts = 3;
/** A repeating job that was missed while no server ran is made up for, once, this far back. */
const backfillMs = 86_400_000;
const lookForDeadMs = 60_000;
const startAgainMs = 2_000;

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
  const names = new Set(jobs.map(({ name }) => name));
  if (names.size < jobs.length) throw new Error('two jobs have the same name');
  const stopping = new AbortController();
  const connectionName = jobConnectionName();
  await makeQueueSchema(db);

  const pool = new pg.Pool({
    connectionString: db.connectionString,
    application_name: connectionName,
    // One listens, one is for the clock; the others take, finish and fail.
    max: concurrency + 3,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Without listeners a PostgreSQL that dies would take this process with it.
  pool.on('error', (error) => log.debug({ reason: error.message }, 'job connection lost'));
  pool.on('connect', (client) => {
    client.on('error', (error) => log.debug({ reason: error.message }, 'job connection lost'));
  });

  const taskOf = (job: Job) => async (payload: unknown) => {
    const startedAt = clock();
    await recordStart(db, job.name, startedAt);
    let failure: string | null = null;
    try {
      await job.run(payload, stopping.signal);
    } catch (error) {
      log.error({ err: error, job: job.name }, 'job failed');
      failure = error instanceof Error ? error.message : String(error);
      // Logged in full; the queue keeps the sentence, and PostgreSQL cannot store a NUL.
      throw new Error(failure.replaceAll('\0', ''));
    } finally {
      // What was done is done, whether or not it can be written down.
      await recordFinish(db, job.name, startedAt, clock(), failure).catch((error: Error) =>
        log.warn({ err: error, job: job.name }, 'the run of a job could not be recorded'),
      );
    }
  };
  const taskList = Object.fromEntries(jobs.map((job) => [job.name, taskOf(job)]));
  const cronItems = parseCronItems(
    jobs.flatMap(({ name, cron }) =>
      cron === undefined
        ? []
        : {
            task: name,
            match: cron,
            identifier: name,
            // The key: runs that were missed, or still wait, are one run.
            options: {
              backfillPeriod: backfillMs,
              maxAttempts: attempts,
              jobKey: name,
              queueName: name,
            },
          },
    ),
  );

  let runner: Runner;
  let workerPoolId = '';
  let again: NodeJS.Timeout | undefined;
  const freeDead = () => freeJobsOfTheDead(db, connectionName, workerPoolId);

  async function startRunner(): Promise<Runner> {
    const events = new EventEmitter() as WorkerEvents;
    // Nothing is taken from the queue before all that was missed stands in it: else a job would run
    // while its next make-up is being written down.
    const madeUp = new Promise<null>((resolve) => {
      events.once('cron:started', () => resolve(null));
      stopping.signal.addEventListener('abort', () => resolve(null));
    });
    events.on('pool:create', ({ workerPool }) => {
      workerPoolId = workerPool.id;
    });
    const started = await run({
      pgPool: pool,
      events,
      preset: {
        worker: {
          concurrentJobs: concurrency,
          pollInterval: 2_000,
          // Not "at once": that way graphile-worker leaves the promise of finishing a job to
          // itself, and a database that is away at that moment ends the whole process.
          completeJobBatchDelay: 0,
          failJobBatchDelay: 0,
        },
      },
      noHandleSignals: true,
      forbiddenFlags: () => madeUp,
      taskList,
      parsedCronItems: cronItems,
      logger: workerLogger(log),
    });
    // It gives up when it could not finish jobs for long; we do not.
    const onEnd = (error?: Error) => {
      if (stopping.signal.aborted) return;
      log.warn({ reason: error?.message }, 'the job runner ended; starting it again');
      startAgain();
    };
    started.promise.then(() => onEnd(), onEnd);
    return started;
  }

  function startAgain(): void {
    again = setTimeout(() => {
      startRunner().then(
        (started) => {
          runner = started;
          if (stopping.signal.aborted) started.stop().catch(() => undefined);
        },
        (error: Error) => {
          log.warn({ reason: error.message }, 'the job runner did not start');
          if (!stopping.signal.aborted) startAgain();
        },
      );
    }, startAgainMs);
  }

  try {
    runner = await startRunner();
    await freeDead();
  } catch (error) {
    stopping.abort();
    await pool.end();
    throw error;
  }
  const lookForDead = setInterval(() => {
    freeDead().catch((error: Error) =>
      log.debug({ reason: error.message }, 'jobs of dead servers could not be looked for'),
    );
  }, lookForDeadMs);

  return {
    async enqueue(name, payload) {
      if (!names.has(name)) throw new Error(`there is no job ${name}`);
      await db.query(
        `select graphile_worker.add_job($1::text, $2::json, queue_name => $1::text,
                                        job_key => $1::text, max_attempts => $3)`,
        [name, JSON.stringify(payload ?? {}), attempts],
      );
    },
    states: () => listJobStates(db, jobs),
    async stop() {
      stopping.abort(new Error('the server stops'));
      clearTimeout(again);
      clearInterval(lookForDead);
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<'late'>((resolve) => {
        timer = setTimeout(() => resolve('late'), stopWithinMs);
      });
      const stopped = runner
        .stop()
        .catch(() => undefined)
        .then(() => pool.end());
      if ((await Promise.race([stopped, late])) === 'late') {
        log.warn('jobs did not stop in time; they run again at the next start');
        stopped.catch(() => undefined);
      }
      clearTimeout(timer);
    },
  };
}

function workerLogger(log: Logger): WorkerLogger {
  return new WorkerLogger(() => (level, message, meta) => {
    // A job that failed was logged by us, once, with its cause.
    if (meta?.['failure'] === true) return;
    if (level === 'error' || level === 'warning') log.warn({ worker: true }, message);
    else log.trace({ worker: true }, message);
  });
}
