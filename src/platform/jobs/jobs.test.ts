import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import type { Database } from '../db/queryable.ts';
import { createLog } from '../log.ts';
import type { Job } from '../module.ts';
import { startJobs } from './jobs.ts';

const clock = () => new Date();

async function start(db: Database, jobs: readonly Job[]) {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => lines.push(line) });
  const running = await startJobs({ db, log, clock, jobs });
  let stopped = false;
  return {
    ...running,
    lines,
    async stop() {
      stopped = true;
      await running.stop();
    },
    async [Symbol.asyncDispose]() {
      if (!stopped) await running.stop();
    },
  };
}

const eventually = (check: () => unknown) => expect.poll(check, { timeout: 20_000 });

describe('startJobs', () => {
  it('runs what is asked for, with its payload, and tells of it', async () => {
    await using db = await openTestDatabase();
    const payloads: unknown[] = [];
    await using jobs = await start(db, [
      { name: 'a/one', run: async (payload) => void payloads.push(payload) },
      { name: 'a/two', cron: '0 3 * * *', run: async () => {} },
    ]);
    expect(await jobs.states()).toEqual([
      { name: 'a/one', cron: null, lastRunAt: null, lastOutcome: null, lastError: null },
      { name: 'a/two', cron: '0 3 * * *', lastRunAt: null, lastOutcome: null, lastError: null },
    ]);
    await jobs.enqueue('a/one', { x: 1 });
    await eventually(() => payloads).toEqual([{ x: 1 }]);
    await eventually(async () => (await jobs.states())[0]).toMatchObject({
      lastRunAt: expect.any(String),
      lastOutcome: 'ok',
    });
    await expect(jobs.enqueue('a/three')).rejects.toThrow('there is no job a/three');
    expect(jobs.lines).toEqual([]);
  });

  it('runs once for all calls that come before it starts', async () => {
    await using db = await openTestDatabase();
    let runs = 0;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await using jobs = await start(db, [
      {
        name: 'a/one',
        run: async () => {
          runs += 1;
          if (runs === 1) await held;
        },
      },
    ]);
    await jobs.enqueue('a/one');
    await eventually(() => runs).toBe(1);
    for (let n = 0; n < 10; n += 1) await jobs.enqueue('a/one');
    release();
    await eventually(() => runs).toBeGreaterThanOrEqual(2);
    await eventually(async () => {
      const { rowCount } = await db.query(`select from graphile_worker._private_jobs`);
      return rowCount;
    }).toBe(0);
    expect(runs).toBe(2);
  });

  it('records and logs a failure once, and tries again', async () => {
    await using db = await openTestDatabase();
    let runs = 0;
    await using jobs = await start(db, [
      {
        name: 'a/fails',
        run: async () => {
          runs += 1;
          if (runs === 1) throw new Error('no\0 luck');
        },
      },
    ]);
    await jobs.enqueue('a/fails');
    await eventually(async () => (await jobs.states())[0]).toMatchObject({
      lastOutcome: 'failed',
      lastError: 'no luck',
    });
    expect(jobs.lines.filter((line) => line.includes('no'))).toHaveLength(1);
    await eventually(async () => (await jobs.states())[0]).toMatchObject({
      lastOutcome: 'ok',
      lastError: null,
    });
    expect(runs).toBe(2);
    const { rows } = await db.query(`select runs, failures from platform.job_runs`);
    expect(rows).toEqual([{ runs: 2, failures: 1 }]);
  });

  it('makes up, once, for repeating jobs that were missed while no server ran', async () => {
    await using db = await openTestDatabase();
    let runs = 0;
    const job: Job = {
      name: 'a/often',
      cron: '*/10 * * * *',
      run: async () => {
        runs += 1;
      },
    };
    await (await start(db, [job])).stop();
    await db.query(
      `update graphile_worker._private_known_crontabs
          set known_since = now() - interval '5 h', last_execution = now() - interval '2 h'`,
    );
    await using jobs = await start(db, [job]);
    await eventually(() => runs).toBe(1);
    await eventually(async () => (await jobs.states())[0]?.lastOutcome).toBe('ok');
    expect(runs).toBe(1);
  });

  it('asks running jobs to stop, and waits for them', async () => {
    await using db = await openTestDatabase();
    const events: string[] = [];
    const jobs = await start(db, [
      {
        name: 'a/long',
        run: async (_payload, signal) => {
          events.push('started');
          await sleep(60_000, undefined, { signal }).catch(() => undefined);
          await db.query('select 1');
          events.push('tidied up');
        },
      },
    ]);
    await jobs.enqueue('a/long');
    await eventually(() => events).toEqual(['started']);
    await jobs.stop();
    expect(events).toEqual(['started', 'tidied up']);
    const { rowCount } = await db.query(
      `select from pg_stat_activity
        where datname = current_database() and application_name like 'yojin jobs%'
          and state <> 'idle'`,
    );
    expect(rowCount).toBe(0);
  });

  it('takes up at once what a killed server left locked, unless another server lives', async () => {
    await using db = await openTestDatabase();
    const ran: string[] = [];
    const job: Job = { name: 'a/one', run: async () => void ran.push('a/one') };
    const first = await start(db, [job]);
    await first.stop();
    // PostgreSQL forgets a connection a moment after its client has: until then a server "lives".
    await eventually(
      async () =>
        (
          await db.query(
            `select from pg_stat_activity
              where datname = current_database() and application_name like 'yojin jobs %'`,
          )
        ).rowCount,
    ).toBe(0);
    const leave = () =>
      db.query(
        `with job as (select (graphile_worker.add_job('a/one', '{}'::json)).id)
         select id from job`,
      );
    const lock = () =>
      db.query(
        `update graphile_worker._private_jobs
            set locked_by = 'pool-of-the-dead', locked_at = now(), attempts = 1`,
      );
    await leave();
    await lock();
    await using second = await start(db, [job]);
    await eventually(() => ran).toEqual(['a/one']);
    // With two servers alive, a lock that is not one's own may be the other's.
    await eventually(
      async () => (await db.query(`select from graphile_worker._private_jobs`)).rowCount,
    ).toBe(0);
    await db.transaction(async (tx) => {
      await tx.query(`select graphile_worker.add_job('a/one', '{}'::json)`);
      await tx.query(
        `update graphile_worker._private_jobs
            set locked_by = 'pool-of-the-other', locked_at = now(), attempts = 1`,
      );
    });
    await using third = await start(db, [job]);
    const { rows } = await db.query(`select locked_by from graphile_worker._private_jobs`);
    expect(rows).toEqual([{ locked_by: 'pool-of-the-other' }]);
    expect([second.lines, third.lines]).toEqual([[], []]);
  });
});
