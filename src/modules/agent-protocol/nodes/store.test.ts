import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type AgentServer,
  createAnswerTable,
  enrolmentBody,
  startAgentServer,
  storedQuery,
  TestClock,
} from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { agentPaths } from '../api.ts';

/** Enrolment again, clones and sleepers, through the routes and the database. */
describe('the identity of endpoints', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: AgentServer;
  let secret: string;
  let uuid = '';
  let hosts = 0;
  const clock = new TestClock();

  beforeAll(async () => {
    db = await openTestDatabase();
    await createAnswerTable(db);
    server = await startAgentServer(db, {
      clock: clock.read,
      queries: [storedQuery('packages')],
      quiet: true,
    });
    secret = await server.newSecret();
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    clock.advance(3600);
    hosts += 1;
    uuid = `8f3c2a54-6c1b-4b8f-9d0e-${String(hosts).padStart(12, '0')}`;
  });

  const enrol = (hostname: string, instanceId: string) =>
    server.enrol(secret, { uuid, hostname, instanceId });
  const read = async (key: string) =>
    (await server.post(agentPaths.distributedRead, { node_key: key }, { key })).body;
  const write = (key: string, name: string) =>
    server.post(
      agentPaths.distributedWrite,
      { node_key: key, queries: { 'yojin:packages': [{ name, version: '' }] } },
      { key },
    );
  const endpoints = async () =>
    (
      await db.query<{ id: string; hostname: string; shared: boolean }>(
        `select distinct e.id, e.hostname, e.shared_hardware_uuid as shared
           from assets.endpoints e join agent_protocol.nodes n on n.endpoint_id = e.id
          where n.hardware_uuid = $1 order by e.hostname`,
        [uuid],
      )
    ).rows;
  const stored = async (endpointId: string) =>
    (
      await db.query<{ name: string }>(
        `select content -> 0 ->> 'name' as name from test_answers where endpoint_id = $1 order by id`,
        [endpointId],
      )
    ).rows.map(({ name }) => name);

  it('stays when a host enrols again after a long silence, at once and with its new name', async () => {
    const first = await enrol('old-name', 'i1');
    await write(first, 'bash');
    clock.advance(16 * 60);
    const second = await enrol('new-name', 'i2');
    expect(await read(second)).toHaveProperty('queries.yojin:packages');
    expect((await write(second, 'zsh')).status).toBe(200);
    const [endpoint, ...others] = await endpoints();
    expect(others).toEqual([]);
    expect(endpoint).toMatchObject({ hostname: 'new-name', shared: false });
    expect(await stored(endpoint!.id)).toEqual(['bash', 'zsh']);
  });

  it('is held while the old key may still be alive, and nothing is lost', async () => {
    const first = await enrol('alpha', 'i1');
    await write(first, 'bash');
    const second = await enrol('alpha', 'i2');
    expect(await read(second)).toEqual({ queries: {} });
    expect(await write(second, 'zsh')).toMatchObject({
      status: 503,
      body: { error: expect.any(String) },
    });
    clock.advance(61);
    expect((await write(second, 'zsh')).status).toBe(200);
    const [endpoint] = await endpoints();
    expect(await stored(endpoint!.id)).toEqual(['bash', 'zsh']);
    expect(await endpoints()).toHaveLength(1);
  });

  it('is told apart from a live clone, for good; both are flagged, audited and shown', async () => {
    const original = await enrol('alpha', 'i1');
    await write(original, 'of alpha');
    const clone = await enrol('beta', 'i2');
    clock.advance(31);
    expect((await write(original, 'of alpha, again')).status).toBe(200);
    expect((await write(clone, 'of beta')).status).toBe(503);
    expect((await write(clone, 'of beta')).status).toBe(200);
    const [alpha, beta] = await endpoints();
    expect([alpha, beta]).toMatchObject([
      { hostname: 'alpha', shared: true },
      { hostname: 'beta', shared: true },
    ]);
    expect(await stored(alpha!.id)).toEqual(['of alpha', 'of alpha, again']);
    expect(await stored(beta!.id)).toEqual(['of beta']);

    // No flapping: each goes on with its own, and finds its own again.
    for (let i = 0; i < 5; i += 1) {
      clock.advance(20);
      expect((await write(original, `alpha ${i}`)).status).toBe(200);
      expect((await write(clone, `beta ${i}`)).status).toBe(200);
    }
    clock.advance(3600);
    const again = await enrol('beta', 'i2-lost');
    expect((await write(again, 'beta with a new database')).status).toBe(200);
    expect(await endpoints()).toHaveLength(2);
    expect((await stored(beta!.id)).at(-1)).toBe('beta with a new database');
    expect((await stored(alpha!.id)).at(-1)).toBe('alpha 4');

    await server.module.flush();
    const { rows: shown } = await db.query(
      `select count(*)::int as count from agent_protocol.rejections
        where reason = 'SHARED_IDENTITY' and endpoint_id = any($1)`,
      [[alpha!.id, beta!.id]],
    );
    expect(shown).toEqual([{ count: 2 }]);
    const { rows: audited } = await db.query(
      `select 1 from platform.audit_log where action = 'endpoint.told_apart' and target_id = $1`,
      [beta!.id],
    );
    expect(audited).toHaveLength(1);
  });

  it('of a third clone is a third endpoint at once', async () => {
    const original = await enrol('alpha', 'i1');
    const clone = await enrol('beta', 'i2');
    clock.advance(31);
    await read(original);
    await read(clone);
    const third = await enrol('gamma', 'i3');
    expect((await write(third, 'of gamma')).status).toBe(200);
    expect(await endpoints()).toMatchObject([
      { hostname: 'alpha', shared: true },
      { hostname: 'beta', shared: true },
      { hostname: 'gamma', shared: true },
    ]);
  });

  it('comes back to a machine that slept while its clone had taken its place, and its record heals', async () => {
    const sleeper = await enrol('alpha', 'i1');
    await write(sleeper, 'of alpha');
    clock.advance(2 * 3600);
    const clone = await enrol('beta', 'i2');
    expect((await write(clone, 'of beta')).status).toBe(200);
    clock.advance(600);
    // Wakes up. The clone is held too now: what it sends may belong to another record.
    expect((await write(sleeper, 'of alpha')).status).toBe(503);
    expect((await write(clone, 'of beta, later')).status).toBe(503);
    clock.advance(31);
    await read(sleeper);
    await read(clone);
    const [alpha, beta] = await endpoints();
    expect([alpha!.hostname, beta!.hostname]).toEqual(['alpha', 'beta']);
    // Everything is fetched again: what was stored last came from the clone.
    expect(await read(sleeper)).toHaveProperty('queries.yojin:packages');
    expect((await write(sleeper, 'of alpha')).status).toBe(200);
    expect((await write(clone, 'of beta')).status).toBe(200);
    expect(await stored(alpha!.id)).toEqual(['of alpha', 'of beta', 'of alpha']);
    expect(await stored(beta!.id)).toEqual(['of beta']);
  });

  it('remembers only a few old keys', async () => {
    const keys = [];
    for (let i = 0; i < 8; i += 1) {
      clock.advance(1000);
      keys.push(await enrol('alpha', `i${i}`));
    }
    const [endpoint] = await endpoints();
    const { rows } = await db.query<{ standing: string; count: number }>(
      `select standing, count(*)::int as count from agent_protocol.nodes where endpoint_id = $1
        group by standing order by standing`,
      [endpoint!.id],
    );
    expect(rows).toEqual([
      { standing: 'current', count: 1 },
      { standing: 'superseded', count: 5 },
    ]);
    expect(await read(keys[0]!)).toEqual({ node_invalid: true });
    expect(await read(keys[7]!)).toHaveProperty('queries');
  });

  it('is never that of placeholders: two hosts with one empty board are two endpoints', async () => {
    for (const [hostname, instanceId] of [
      ['one', 'i1'],
      ['two', 'i2'],
    ] as const) {
      const body = enrolmentBody(secret, {
        uuid: '03000200-0400-0500-0006-000700080009',
        identifier: hostname,
        hostname,
        instanceId,
      });
      await server.post(agentPaths.enrol, body);
    }
    const { rows } = await db.query(
      `select hostname, shared_hardware_uuid as shared, hardware_uuid as uuid from assets.endpoints
        where hostname in ('one', 'two') order by hostname`,
    );
    expect(rows).toEqual([
      { hostname: 'one', shared: false, uuid: null },
      { hostname: 'two', shared: false, uuid: null },
    ]);
  });

  it('is one truth for two servers that each hear one of the clones', async () => {
    await using second = await startAgentServer(db, {
      clock: clock.read,
      queries: [storedQuery('packages')],
      quiet: true,
    });
    const original = await enrol('alpha', 'i1');
    await write(original, 'of alpha');
    const body = enrolmentBody(secret, { uuid, hostname: 'beta', instanceId: 'i2' });
    const clone = String((await second.post(agentPaths.enrol, body)).body['node_key']);
    clock.advance(31);
    const readAt = (on: AgentServer, key: string) =>
      on.post(agentPaths.distributedRead, { node_key: key }, { key });
    // The first server hears of the contest by a notice, in its own time.
    await expect
      .poll(async () => {
        await readAt(server, original);
        await readAt(second, clone);
        return (await endpoints()).length;
      })
      .toBe(2);
  });
});
