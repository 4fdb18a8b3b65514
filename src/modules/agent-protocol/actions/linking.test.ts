import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../../platform/http/principal.ts';
import {
  ActionAgent,
  endpointNamed,
  osqueryEnrolment,
  testOrderKey,
  testSelf,
} from '../../../testing/action-agent.ts';
import { type AgentServer, startAgentServer, TestClock } from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { defaultScopeId } from '../../assets/public.ts';
import { actionPaths, agentPaths } from '../api.ts';
import type { OrderKey } from './order-key.ts';

const administrator: Principal = {
  userId: '00000000-0000-4000-8000-000000000001',
  userName: 'ada',
  role: 'administrator',
  scopes: 'all',
};

describe('which agent acts on which endpoint', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let orderKey: OrderKey;
  let clock: TestClock;
  let server: AgentServer;
  let osaka: string;
  let made = 0;

  beforeAll(async () => {
    db = await openTestDatabase();
    orderKey = await testOrderKey(db);
    const { rows } = await db.query<{ id: string }>(
      `insert into assets.scopes (name, kind, relation) values ('Osaka', 'site', 'domestic')
       returning id`,
    );
    osaka = rows[0]!.id;
  });
  afterAll(() => db[Symbol.asyncDispose]());
  beforeEach(async () => {
    clock = new TestClock();
    server = await start(administrator);
    return () => server[Symbol.asyncDispose]();
  });
  const start = (principal: Principal) =>
    startAgentServer(db, { queries: [], quiet: true, orderKey, clock: clock.read, principal });

  function newHost() {
    made += 1;
    const hostname = `machine-${made}`;
    const uuid = `8f3c2a54-6c1b-4b8f-9d0e-${String(made).padStart(12, '0')}`;
    return { hostname, uuid, instanceId: `osquery-of-${hostname}` };
  }
  async function agentOn(host = newHost()) {
    const agent = await ActionAgent.enrol(server, await server.newSecret());
    const key = await agent.enrolOsquery(host);
    return { agent, key, host, endpointId: await endpointNamed(db, host.hostname) };
  }
  const linkOf = async (agent: ActionAgent) => {
    const { rows } = await db.query<{ endpoint: string | null; because: string | null }>(
      `select endpoint_id as endpoint, ended_because as because
         from agent_protocol.agents where id = $1`,
      [agent.id],
    );
    return rows[0];
  };
  const read = (key: string) => server.post(agentPaths.distributedRead, { node_key: key }, { key });
  const gone = { status: 401, body: { code: 'AGENT_UNKNOWN' } };
  const issue = (endpointId: string) =>
    db.transaction((tx) =>
      server.module.issueOrders(tx, [
        {
          endpointId,
          action: { type: 'report-now', parts: [] },
          expiresAt: new Date(clock.now.getTime() + 86_400_000),
          dryRun: false,
          requestedBy: { kind: 'user', id: null, name: 'ada' },
          reference: 'test',
        },
      ]),
    );
  const api = async (on: AgentServer, method: 'GET' | 'DELETE', url: string) => {
    const response = await on.app.inject({
      method,
      url: `/api${url}`,
      headers: { host: 'localhost' },
    });
    return { status: response.statusCode, body: response.body ? response.json() : null };
  };

  it('the one whose osqueryd enrolled with its secret, from then on', async () => {
    const agent = await ActionAgent.enrol(server, await server.newSecret());
    expect(await linkOf(agent)).toEqual({ endpoint: null, because: null });
    const host = newHost();
    await agent.enrolOsquery(host);
    const endpointId = await endpointNamed(db, host.hostname);
    expect(await linkOf(agent)).toEqual({ endpoint: endpointId, because: null });
    const { body } = await api(server, 'GET', '/enrolment-secrets?limit=200');
    expect(JSON.stringify(body)).not.toContain('agent-protocol');
    const { body: agents } = await api(server, 'GET', '/agents?limit=200');
    expect(agents.items.find((row: { id: string }) => row.id === agent.id)).toMatchObject({
      endpointId,
      hostname: host.hostname,
      managers: ['apt'],
      privileged: true,
      shared: false,
      openOrders: 0,
    });
  });

  it('wrong, revoked, expired and personal secrets are refused with one answer', async () => {
    const { agent } = await agentOn();
    const expired = await server.newSecret({ expiresAt: new Date(clock.now.getTime() - 1) });
    const revoked = await server.newSecret();
    await db.query(
      `update agent_protocol.enrolment_secrets set revoked_at = now()
        where secret_hash = sha256($1::bytea)`,
      [revoked],
    );
    const answers = [];
    for (const secret of ['nonsense', expired, revoked, agent.enrolled.osquerySecret]) {
      answers.push(await server.post(actionPaths.enrol, { secret, self: testSelf }));
    }
    for (const answer of answers) {
      expect(answer).toEqual({
        status: 403,
        body: { error: 'enrolment refused', code: 'ENROLMENT_REFUSED' },
      });
    }
    await server.module.flush();
    const { rows } = await db.query<{ reason: string }>(
      `select reason from agent_protocol.rejections where reason like 'ENROLMENT_SECRET_%'
        order by reason`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual([
      'ENROLMENT_SECRET_EXPIRED',
      'ENROLMENT_SECRET_PERSONAL',
      'ENROLMENT_SECRET_REVOKED',
      'ENROLMENT_SECRET_UNKNOWN',
    ]);
  });

  it('an agent that lost its state takes its endpoint back under its new name', async () => {
    const { agent: before, endpointId, host } = await agentOn();
    const [order] = await issue(endpointId);
    clock.advance(16 * 60);
    const { agent: after, endpointId: again } = await agentOn({ ...host, instanceId: 'new' });
    expect(again).toBe(endpointId);
    expect(await linkOf(after)).toEqual({ endpoint: endpointId, because: null });
    expect(await linkOf(before)).toEqual({ endpoint: null, because: null });
    expect(await before.orders()).toEqual([]);
    const { rows } = await db.query(`select state from agent_protocol.order_view where id = $1`, [
      order!.orderId,
    ]);
    expect(rows).toEqual([{ state: 'lost' }]);
    expect(await after.orders()).toEqual([]);
    // It does not come back: nothing that it had is good any more.
    clock.advance(31 * 86_400);
    await server.module.sweepOrders();
    expect((await linkOf(before))!.because).toBe('superseded');
    expect(await before.poll()).toMatchObject(gone);
    expect(await osqueryEnrolment(server, before.enrolled.osquerySecret)).toMatchObject({
      status: 403,
    });
    expect((await linkOf(after))!.endpoint).toBe(endpointId);
  });

  it('a machine whose clone took its place while it was off finds its way back', async () => {
    const { agent: original, key, host, endpointId } = await agentOn();
    clock.advance(16 * 60);
    const clone = await ActionAgent.enrol(server, await server.newSecret());
    const cloneKey = await clone.enrolOsquery({ ...host, instanceId: 'clone' });
    expect((await linkOf(clone))!.endpoint).toBe(endpointId);
    expect((await linkOf(original))!.endpoint).toBeNull();
    for (const seconds of [40, 40, 10]) {
      clock.advance(seconds);
      await read(key);
      await read(cloneKey);
    }
    const endpoints = [(await linkOf(original))!.endpoint, (await linkOf(clone))!.endpoint];
    expect(endpoints).toContain(endpointId);
    expect(endpoints).not.toContain(null);
    expect(new Set(endpoints).size).toBe(2);
  });

  it('a clone that enrols as itself gets its own endpoint and agent; both go on', async () => {
    const { agent: original, key, host, endpointId } = await agentOn();
    const clone = await ActionAgent.enrol(server, await server.newSecret());
    const cloneKey = await clone.enrolOsquery({ ...host, instanceId: 'clone' });
    expect(await linkOf(clone)).toEqual({ endpoint: null, because: null });
    expect((await issue(endpointId))[0]!.refusal).toBe('AGENT_UNSETTLED');
    clock.advance(40);
    await read(key);
    await read(cloneKey);
    await read(cloneKey);
    const links = [await linkOf(original), await linkOf(clone)];
    expect(links[0]).toEqual({ endpoint: endpointId, because: null });
    expect(links[1]!.endpoint).not.toBe(endpointId);
    expect(links[1]!.endpoint).not.toBeNull();
    expect((await issue(links[1]!.endpoint!))[0]!.refusal).toBeNull();
    expect(await original.orders()).toEqual([]);
    expect(await clone.orders()).toHaveLength(1);
  });

  it('a superseded agent that is heard again marks its successor as shared', async () => {
    const { agent: before, host } = await agentOn();
    clock.advance(16 * 60);
    const { agent: after } = await agentOn({ ...host, instanceId: 'new' });
    const shared = async () => {
      const { body } = await api(server, 'GET', '/agents?limit=200');
      return body.items.find((row: { id: string }) => row.id === after.id).shared;
    };
    await before.poll();
    expect(await shared()).toBe(false);
    clock.advance(60);
    expect((await before.poll()).status).toBe(200);
    expect(await shared()).toBe(true);
    expect(await server.module.state!()).toContainEqual({
      key: 'agents.own_shared',
      value: 1,
      unit: 'count',
      state: 'warning',
    });
  });

  it('a machine cloned with the state of its agent is noticed by its two processes', async () => {
    const { agent, key } = await agentOn();
    const [one, two] = [randomUUID(), randomUUID()];
    expect((await agent.poll({ instance: one })).status).toBe(200);
    expect((await agent.poll({ instance: one })).status).toBe(200);
    // A restart.
    expect((await agent.poll({ instance: two })).status).toBe(200);
    expect((await agent.poll({ instance: two })).status).toBe(200);
    expect(await agent.poll({ instance: one })).toMatchObject(gone);
    expect(await agent.poll({ instance: two })).toMatchObject(gone);
    expect((await linkOf(agent))!.because).toBe('shared');
    // Both osqueryds enrol anew, with the secrets that their agents get now.
    expect((await read(key)).body).toMatchObject({ node_invalid: true });
    expect(await osqueryEnrolment(server, agent.enrolled.osquerySecret)).toMatchObject({
      status: 403,
    });
    const { rows } = await db.query(
      `select from platform.audit_log where action = 'agent.told_apart' and target_id = $1`,
      [agent.id],
    );
    expect(rows).toHaveLength(1);
  });

  it('an agent with two live endpoints gets no order, and is told apart', async () => {
    const { agent, key, endpointId } = await agentOn();
    const twin = newHost();
    clock.advance(60);
    await agent.enrolOsquery(twin);
    const twinEndpoint = await endpointNamed(db, twin.hostname);
    expect((await issue(endpointId))[0]!.refusal).toBe('AGENT_UNSETTLED');
    expect((await issue(twinEndpoint))[0]!.refusal).toBe('NO_AGENT');
    clock.advance(6 * 60);
    await read(key);
    await server.module.flush();
    await server.module.sweepOrders();
    expect((await linkOf(agent))!.because).toBe('shared');
    expect((await read(key)).body).toMatchObject({ node_invalid: true });
  });

  it('an agent whose machine became another endpoint follows it when the old one is silent', async () => {
    const { agent, endpointId } = await agentOn();
    const next = newHost();
    clock.advance(60);
    await agent.enrolOsquery(next);
    await server.module.sweepOrders();
    expect((await linkOf(agent))!.endpoint).toBe(endpointId);
    clock.advance(16 * 60);
    await server.module.sweepOrders();
    expect(await linkOf(agent)).toEqual({
      endpoint: await endpointNamed(db, next.hostname),
      because: null,
    });
  });

  it('with the secret of an agent nobody gets an endpoint of another scope', async () => {
    const { endpointId, host } = await agentOn();
    clock.advance(16 * 60);
    const stranger = await ActionAgent.enrol(server, await server.newSecret({ scopeId: osaka }));
    await stranger.enrolOsquery({ ...host, hostname: 'pretender' });
    const own = await endpointNamed(db, 'pretender');
    expect(own).not.toBe(endpointId);
    expect((await linkOf(stranger))!.endpoint).toBe(own);
    const { rows } = await db.query(`select scope_id from assets.endpoint_view where id = $1`, [
      own,
    ]);
    expect(rows).toEqual([{ scope_id: osaka }]);
    // Moved by hand it is still found by its own agent.
    await db.query(`update assets.endpoints set scope_id = $2 where id = $1`, [
      own,
      await defaultScopeId(db),
    ]);
    clock.advance(16 * 60);
    await stranger.enrolOsquery({ ...host, hostname: 'pretender', instanceId: 'again' });
    expect((await linkOf(stranger))!.endpoint).toBe(own);
  });

  it('a stock osqueryd that takes the endpoint over unlinks the agent', async () => {
    const { agent, endpointId, host } = await agentOn();
    clock.advance(16 * 60);
    await server.enrol(await server.newSecret(), { ...host, instanceId: 'stock' });
    expect(await linkOf(agent)).toEqual({ endpoint: null, because: null });
    expect((await issue(endpointId))[0]!.refusal).toBe('NO_AGENT');
    expect((await agent.poll()).status).toBe(200);
  });

  it('an endpoint that was forgotten comes back with its agent', async () => {
    const { agent, key, endpointId, host } = await agentOn();
    await issue(endpointId);
    await db.query(`delete from assets.endpoints where id = $1`, [endpointId]);
    expect(await linkOf(agent)).toEqual({ endpoint: null, because: null });
    expect((await agent.poll()).body).toEqual({ orders: [], cancel: [] });
    await expect.poll(async () => (await read(key)).body).toMatchObject({ node_invalid: true });
    await agent.enrolOsquery(host);
    expect((await linkOf(agent))!.endpoint).toBe(await endpointNamed(db, host.hostname));
  });

  it('a revoked agent is unknown at once, with its secret and its node key', async () => {
    const { agent, key, endpointId } = await agentOn();
    await using osakaOnly = await start({ ...administrator, scopes: [osaka] });
    await using viewer = await start({ ...administrator, role: 'viewer' });
    expect((await api(osakaOnly, 'GET', '/agents?limit=200')).body.items).not.toContainEqual(
      expect.objectContaining({ id: agent.id }),
    );
    expect((await api(osakaOnly, 'DELETE', `/agents/${agent.id}`)).status).toBe(404);
    expect((await api(viewer, 'DELETE', `/agents/${agent.id}`)).status).toBe(403);
    expect((await agent.poll()).status).toBe(200);
    expect((await api(server, 'DELETE', `/agents/${agent.id}`)).status).toBe(204);
    expect((await api(server, 'DELETE', `/agents/${agent.id}`)).status).toBe(404);
    expect(await agent.poll()).toMatchObject(gone);
    expect((await read(key)).body).toMatchObject({ node_invalid: true });
    expect((await issue(endpointId))[0]!.refusal).toBe('NO_AGENT');
    const { rows } = await db.query(
      `select actor_name from platform.audit_log where action = 'agent.revoked'`,
    );
    expect(rows).toEqual([{ actor_name: 'ada' }]);
  });

  it('agents that never got an endpoint, and old ones, are forgotten', async () => {
    const unlinked = await ActionAgent.enrol(server, await server.newSecret());
    const { agent } = await agentOn();
    clock.advance(31 * 86_400);
    await server.module.sweepOrders();
    expect(await linkOf(unlinked)).toBeUndefined();
    expect(await linkOf(agent)).toBeDefined();
  });
});
