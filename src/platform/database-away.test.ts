import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startOwnPostgres } from '../testing/own-postgres.ts';
import { startPlatformServer } from '../testing/platform-server.ts';
import { verifyAudit } from './audit/store.ts';
import { startJobs } from './jobs/jobs.ts';
import { createLog } from './log.ts';

/**
 * PostgreSQL is killed while everything that talks to it is busy. An error that nobody listens to
 * ends a server; here it would fail the test run.
 */
it('outlives a PostgreSQL that is killed under load, says so meanwhile, and goes on', async () => {
  await using postgres = await startOwnPostgres();
  const { db } = postgres;
  let runs = 0;
  let hold = false;
  let finish = () => {};
  const jobs = await startJobs({
    db,
    log: createLog('silent'),
    clock: () => new Date(),
    jobs: [
      {
        name: 'a/busy',
        cron: '* * * * *',
        run: async () => {
          runs += 1;
          if (hold)
            await new Promise<void>((resolve) => {
              finish = resolve;
            });
        },
      },
    ],
  });
  // The first start of the queue is no error in PostgreSQL's log.
  expect(postgres.lines.filter((line) => / (ERROR|FATAL|PANIC): /.test(line))).toEqual([]);
  await using server = await startPlatformServer(db, { jobs, quiet: true });
  await server.addUser('anna');
  const jar = await server.signIn('anna');
  const ask = async (path: string) => (await server.call('GET', path, { jar: { ...jar } })).status;

  for (const round of [1, 2]) {
    expect(await ask('/state')).toBe(200);
    expect(await ask('/health')).toBe(200);
    hold = true;
    const before = runs;
    await jobs.enqueue('a/busy');
    await expect.poll(() => runs, { timeout: 20_000 }).toBeGreaterThan(before);
    let loading = true;
    const statuses = new Set<number>();
    const load = Array.from({ length: 12 }, async (_, n) => {
      while (loading) {
        // Reads, exports and transactions.
        const path = ['/users', '/users?format=csv', '/state', '/audit'][n % 4]!;
        statuses.add(await ask(path).catch(() => 0));
        if (n % 4 === 3) {
          await db
            .transaction((tx) =>
              server.audit.record(tx, {
                actor: { kind: 'system', id: null, name: 'load' },
                action: 'x.y',
              }),
            )
            .catch(() => undefined);
        }
        server.live.publish({ topic: 'load' });
        await sleep(5);
      }
    });
    await sleep(300);
    await postgres.kill();
    // The job ends while there is nobody to tell.
    hold = false;
    finish();
    await expect.poll(() => statuses.has(503), { timeout: 20_000 }).toBe(true);
    const health = await server.call('GET', '/health');
    expect([200, 503]).toContain(health.status); // Remembered for a second.
    await expect.poll(() => ask('/health'), { timeout: 20_000 }).toBe(503);
    const problem = await server.call('GET', '/users', { jar: { ...jar } });
    expect(problem).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } });
    expect(problem.headers['retry-after']).toBe('5');
    expect(problem.text).not.toMatch(/ECONN|ENOENT|socket|\.s\.PGSQL/);
    const signIn = { login: 'anna', password: 'x' };
    expect((await server.call('POST', '/session', { body: signIn })).status).toBe(503);
    loading = false;
    await Promise.all(load);
    await postgres.startAgain();

    await expect.poll(() => ask('/health'), { timeout: 20_000 }).toBe(200);
    expect(await ask('/users')).toBe(200);
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
    const heard: string[] = [];
    const stop = server.live.subscribe(({ topic }) => heard.push(topic));
    // What is told before the listening connection is back is covered by the `resync` that follows.
    await expect
      .poll(
        () => {
          server.live.publish({ topic: `round ${round}` });
          return heard;
        },
        { timeout: 20_000 },
      )
      .toContain(`round ${round}`);
    stop();
    const soFar = runs;
    await jobs.enqueue('a/busy');
    await expect.poll(() => runs, { timeout: 60_000 }).toBeGreaterThan(soFar);
  }
  await jobs.stop();
}, 240_000);
