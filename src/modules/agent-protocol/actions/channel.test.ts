import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ActionAgent, endpointNamed, testOrderKey } from '../../../testing/action-agent.ts';
import { type AgentServer, startAgentServer, TestClock } from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { actionPaths, agentPaths } from '../api.ts';
import type { OrderOfReport, OrderRequest } from '../public.ts';
import type { Action, OrderReport } from './action.ts';
import type { OrderKey } from './order-key.ts';

const upgrade: Action = {
  type: 'package-upgrade',
  manager: 'apt',
  packages: [{ name: 'openssl', atLeast: '3.0.18-1~deb12u1' }],
};
const hanako = {
  kind: 'user',
  id: '00000000-0000-4000-8000-000000000001',
  name: 'hanako',
} as const;

describe('the action channel', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let orderKey: OrderKey;
  let clock: TestClock;
  let server: AgentServer;
  let heard: { report: OrderReport; order: OrderOfReport }[];
  let failWith: Error | undefined;
  let hosts = 0;

  beforeAll(async () => {
    db = await openTestDatabase();
    orderKey = await testOrderKey(db);
  });
  afterAll(() => db[Symbol.asyncDispose]());
  beforeEach(async () => {
    clock = new TestClock();
    heard = [];
    failWith = undefined;
    server = await start();
    return () => server[Symbol.asyncDispose]();
  });

  const start = (more: Parameters<typeof startAgentServer>[1] = {}) =>
    startAgentServer(db, {
      queries: [],
      quiet: true,
      orderKey,
      clock: clock.read,
      holdReadsMs: 30_000,
      onOrderReport: async (tx, report, order) => {
        await tx.query(`select 1`);
        if (failWith) throw failWith;
        heard.push({ report, order });
      },
      ...more,
    });

  /** An agent whose osqueryd has enrolled, and its endpoint. */
  async function agentOn(self: Parameters<typeof ActionAgent.enrol>[2] = {}) {
    hosts += 1;
    const hostname = `host-${hosts}`;
    const agent = await ActionAgent.enrol(server, await server.newSecret(), self);
    await agent.enrolOsquery({
      hostname,
      uuid: `8f3c2a54-6c1b-4b8f-9d0e-${String(hosts).padStart(12, '0')}`,
      instanceId: `instance-of-${hostname}`,
    });
    return { agent, endpointId: await endpointNamed(db, hostname), hostname };
  }
  const issue = async (endpointId: string, more: Partial<OrderRequest> = {}, at = server) => {
    const [issued] = await db.transaction((tx) =>
      at.module.issueOrders(tx, [
        {
          endpointId,
          action: upgrade,
          expiresAt: new Date(clock.now.getTime() + 3_600_000),
          dryRun: false,
          requestedBy: hanako,
          reference: 'campaign:1',
          ...more,
        },
      ]),
    );
    return issued!;
  };
  const issueId = async (endpointId: string, more: Partial<OrderRequest> = {}) => {
    const { orderId, refusal } = await issue(endpointId, more);
    if (orderId === null) throw new Error(refusal);
    return orderId;
  };
  const orderRow = async (id: string) => {
    const { rows } = await db.query<Record<string, unknown>>(
      `select * from agent_protocol.order_view where id = $1`,
      [id],
    );
    return rows[0];
  };
  const polls = async (count: number, on = server) => {
    await expect
      .poll(async () => (await on.module.state!()).find(({ key }) => key === 'agents.held_polls'))
      .toMatchObject({ value: count });
  };
  const audited = async (action: string) => {
    const { rows } = await db.query<{ details: Record<string, unknown>; name: string }>(
      `select details, actor_name as name from platform.audit_log where action = $1 order by seq`,
      [action],
    );
    return rows;
  };

  it('hands a signed order to its agent, and again until it is received', async () => {
    const { agent, endpointId } = await agentOn();
    expect(await agent.orders()).toEqual([]);
    const id = await issueId(endpointId);
    const expected = {
      version: 1,
      id,
      agentId: agent.id,
      endpointId,
      dryRun: false,
      action: upgrade,
      issuedAt: '2026-11-21T18:00:00.000Z',
      expiresAt: '2026-11-21T19:00:00.000Z',
    };
    expect(await agent.orders()).toEqual([expected]);
    // The answer was lost on its way, or the acknowledgement was.
    expect(await agent.orders()).toEqual([expected]);
    expect(await agent.orders({ running: [id] })).toEqual([]);
    expect((await agent.say(id, 'received')).body).toEqual({
      acknowledged: [{ orderId: id, sequence: 0 }],
      refused: [],
    });
    expect(await agent.orders()).toEqual([]);
    await agent.say(id, 'running');
    await agent.say(id, 'done', {
      output: '1 upgraded\0',
      exitCode: 0,
      before: { openssl: '3.0.17' },
      after: { openssl: '3.0.18', 'libssl3\0': null },
      rebootNeeded: false,
    });
    expect(await orderRow(id)).toMatchObject({
      state: 'done',
      output: '1 upgraded',
      exit_code: 0,
      before_state: { openssl: '3.0.17' },
      after_state: { openssl: '3.0.18', libssl3: null },
      reboot_needed: false,
      requested_by: 'hanako',
    });
    expect(heard.map(({ report, order }) => [order.stateBefore, report.state])).toEqual([
      ['waiting', 'received'],
      ['received', 'running'],
      ['running', 'done'],
    ]);
    expect(heard[0]!.order).toMatchObject({ id, endpointId, reference: 'campaign:1' });
    expect((await audited('orders.issued')).at(-1)).toMatchObject({
      name: 'hanako',
      details: { action: upgrade, endpoints: [{ endpointId, orderId: id }] },
    });
  });

  it('holds a poll open and answers it when an order is issued, here or at another server', async () => {
    await using other = await start();
    const { agent, endpointId } = await agentOn();
    const here = agent.orders({ wait: 14 });
    await polls(1);
    const first = await issueId(endpointId);
    expect((await here).map(({ id }) => id)).toEqual([first]);

    const held = agent.orders({ wait: 14, running: [first] });
    await polls(1);
    const { orderId } = await issue(endpointId, {}, other);
    expect((await held).map(({ id }) => id)).toEqual([orderId]);
  });

  it('rings nobody when the transaction that issued is rolled back', async () => {
    const { agent, endpointId } = await agentOn();
    const held = agent.orders({ wait: 14 });
    await polls(1);
    const failing = db.transaction(async (tx) => {
      await server.module.issueOrders(tx, [
        {
          endpointId,
          action: upgrade,
          expiresAt: new Date(clock.now.getTime() + 1000),
          dryRun: true,
          requestedBy: hanako,
          reference: 'x',
        },
      ]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const id = await issueId(endpointId);
    expect((await held).map((order) => order.id)).toEqual([id]);
  });

  it('lets the newest poll of an agent wait, and none when the server closes', async () => {
    const { agent } = await agentOn();
    const older = agent.poll({ wait: 14 });
    await polls(1);
    const newer = agent.poll({ wait: 14 });
    expect((await older).body).toEqual({ orders: [], cancel: [] });
    await polls(1);
    await server.app.close();
    expect((await newer).body).toEqual({ orders: [], cancel: [] });
  });

  it('issues nothing that the agent cannot do, and says why', async () => {
    const { endpointId } = await agentOn({ privileged: false });
    const { endpointId: other } = await agentOn({ managers: ['dnf'] });
    const stock = await server.enrol(await server.newSecret(), {
      hostname: 'stock',
      uuid: '8f3c2a54-6c1b-4b8f-9d0e-aaaaaaaaaaaa',
      instanceId: 'stock',
    });
    expect(stock).toBeTypeOf('string');
    expect((await issue(endpointId)).refusal).toBe('NOT_PRIVILEGED');
    expect((await issue(other)).refusal).toBe('MANAGER_MISSING');
    expect((await issue(await endpointNamed(db, 'stock'))).refusal).toBe('NO_AGENT');
    const script: Action = {
      type: 'script',
      interpreter: 'sh',
      sha256: 'a'.repeat(64),
      text: 'true',
      atMostSeconds: 1,
    };
    expect((await issue(endpointId, { action: script })).refusal).toBe('SCRIPTS_DISABLED');
    const hostile = { ...upgrade, packages: [{ name: '--allow-downgrades' }] } as Action;
    await expect(issue(endpointId, { action: hostile })).rejects.toThrow(RangeError);
    await expect(issue(endpointId, { expiresAt: clock.now })).rejects.toThrow(RangeError);
  });

  it('takes replayed, late and out-of-order reports for what they are', async () => {
    const { agent, endpointId } = await agentOn();
    const id = await issueId(endpointId);
    await agent.orders();
    const received = agent.reportOf(id, 'received');
    const running = agent.reportOf(id, 'running');
    const done = agent.reportOf(id, 'done');
    const failed = agent.reportOf(id, 'failed', { reason: 'APT_LOCKED' });
    // Newest first, each twice, and one after the last word.
    for (const report of [running, received, running, done, done, failed, received]) {
      expect((await agent.report(report)).body.acknowledged).toEqual([
        { orderId: id, sequence: report.sequence },
      ]);
    }
    expect(await orderRow(id)).toMatchObject({ state: 'done', reason: null });
    expect(heard.map(({ report }) => report.state)).toEqual(['running', 'done']);
    const { rows } = await db.query(
      `select state from agent_protocol.order_reports where order_id = $1 order by sequence`,
      [id],
    );
    expect(rows.map((row) => row['state'])).toEqual(['received', 'running', 'done', 'failed']);
  });

  it('goes on after a restart of the server in the middle of an order', async () => {
    const { agent, endpointId } = await agentOn();
    const id = await issueId(endpointId);
    await agent.orders();
    await agent.say(id, 'received');
    await server[Symbol.asyncDispose]();
    server = await start();
    agent.server = server;
    expect(await agent.orders({ running: [id] })).toEqual([]);
    await agent.say(id, 'done');
    expect(await orderRow(id)).toMatchObject({ state: 'done' });
  });

  it('acknowledges nothing that the module above could not take', async () => {
    const { agent, endpointId } = await agentOn();
    const { agent: neighbour, endpointId: beside } = await agentOn();
    const id = await issueId(endpointId);
    const otherId = await issueId(beside);
    failWith = new Error('not today');
    const report = agent.reportOf(id, 'done');
    await expect(agent.report(report)).resolves.toMatchObject({ status: 500 });
    failWith = undefined;
    expect(await orderRow(id)).toMatchObject({ state: 'waiting' });
    expect((await neighbour.say(otherId, 'done')).status).toBe(200);
    expect((await agent.report(report)).status).toBe(200);
    expect(await orderRow(id)).toMatchObject({ state: 'done' });
  });

  it('shows an agent neither the orders of another nor that they exist', async () => {
    const { agent, endpointId } = await agentOn();
    const { agent: thief } = await agentOn();
    const id = await issueId(endpointId);
    expect(await thief.orders()).toEqual([]);
    const answers = [];
    for (const orderId of [id, crypto.randomUUID()]) {
      const { status, body } = await thief.say(orderId, 'done');
      answers.push({ status, body: JSON.stringify(body).replaceAll(orderId, 'ID') });
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]!.body).toContain('FOREIGN_ORDER');
    expect(await orderRow(id)).toMatchObject({ state: 'waiting' });
    expect(await thief.poll({ running: [id] })).toMatchObject({ body: { orders: [], cancel: [] } });
    expect((await agent.orders()).map((order) => order.id)).toEqual([id]);
    await expect.poll(async () => (await audited('orders.foreign_report')).length).toBe(2);
    expect((await audited('orders.foreign_report'))[0]!.name).toBe(`agent ${thief.id}`);
  });

  it('judges each report by itself', async () => {
    const { agent, endpointId } = await agentOn();
    const id = await issueId(endpointId);
    const { status, body } = await agent.post(actionPaths.report, {
      reports: [
        null,
        { orderId: id },
        agent.reportOf(id, 'received'),
        { ...agent.reportOf(id, 'running'), reason: 'no lower case' },
        agent.reportOf(crypto.randomUUID(), 'done'),
      ],
    });
    expect(status).toBe(200);
    expect(body.acknowledged).toEqual([{ orderId: id, sequence: 0 }]);
    expect(
      body.refused.map((one: { index: number; reason: string }) => [one.index, one.reason]),
    ).toEqual([
      [0, 'WRONG_TYPE'],
      [1, 'WRONG_TYPE'],
      [3, 'WRONG_TYPE'],
      [4, 'FOREIGN_ORDER'],
    ]);
    await server.module.flush();
    const { rows } = await db.query<{ last_detail: string }>(
      `select last_detail from agent_protocol.rejections
        where endpoint_id = $1 and reason = 'WRONG_TYPE'`,
      [endpointId],
    );
    expect(rows[0]!.last_detail).toContain(`report 3 of order ${id}: /reason`);
  });

  it('writes down what agents refuse to do', async () => {
    const { agent, endpointId, hostname } = await agentOn();
    const id = await issueId(endpointId);
    await agent.say(id, 'refused', { reason: 'FORGED' });
    expect((await audited('orders.refused')).at(-1)).toMatchObject({
      name: hostname,
      details: { orders: [{ orderId: id, endpointId, reason: 'FORGED' }] },
    });
  });

  it('expires what was not begun in time, and believes a report that comes after all', async () => {
    const { agent, endpointId } = await agentOn();
    const untaken = await issueId(endpointId);
    const begun = await issueId(endpointId);
    const kept = await issueId(endpointId);
    await agent.say(begun, 'received');
    await agent.say(kept, 'running');
    clock.advance(3_601);
    expect(await agent.orders()).toEqual([]);
    await server.module.sweepOrders();
    expect(await orderRow(untaken)).toMatchObject({ state: 'expired' });
    expect(await orderRow(begun)).toMatchObject({ state: 'expired' });
    expect(await orderRow(kept)).toMatchObject({ state: 'running' });
    await agent.say(begun, 'done');
    expect(await orderRow(begun)).toMatchObject({ state: 'done' });
    expect(heard.at(-1)).toMatchObject({ order: { stateBefore: 'expired' } });
  });

  it('cancels at once what nobody took, and asks the agent to stop the rest', async () => {
    const { agent, endpointId } = await agentOn();
    const untaken = await issueId(endpointId);
    const taken = await issueId(endpointId);
    const ended = await issueId(endpointId);
    await agent.say(taken, 'received');
    await agent.say(ended, 'done');
    const held = agent.poll({ wait: 14, running: [taken, untaken] });
    await polls(1);
    const result = await db.transaction((tx) =>
      server.module.cancelOrders(tx, [untaken, taken, ended], hanako),
    );
    expect(result).toEqual({ cancelled: [untaken], asked: [taken] });
    const { body } = await held;
    // The first was on its way when it was taken back; the agent says that it has it.
    expect(new Set(body.cancel)).toEqual(new Set([untaken, taken]));
    expect((await agent.poll({ running: [taken] })).body.cancel).toEqual([]);
    clock.advance(61);
    expect((await agent.poll({ running: [taken] })).body.cancel).toEqual([taken]);
    await agent.say(taken, 'refused', { reason: 'CANCELLED' });
    clock.advance(61);
    expect((await agent.poll()).body).toEqual({ orders: [], cancel: [] });
    expect(await orderRow(untaken)).toMatchObject({ state: 'cancelled' });
    expect(await orderRow(ended)).toMatchObject({ state: 'done', cancelled_at: null });
    expect((await audited('orders.cancelled')).at(-1)).toMatchObject({ name: 'hanako' });
  });

  it('keeps what the agent says of itself, and a time zone only when there is such a one', async () => {
    const { agent, endpointId } = await agentOn();
    const view = async () => {
      const { rows } = await db.query(
        `select version, managers, time_zone, privileged from agent_protocol.agent_view
          where endpoint_id = $1`,
        [endpointId],
      );
      return rows[0];
    };
    expect(await view()).toMatchObject({ time_zone: 'Asia/Tokyo', managers: ['apt'] });
    const self = {
      version: '9\0.1',
      platform: 'linux',
      managers: ['apt', 'brew', 'apt'],
      timeZone: 'Mars/Olympus',
      privileged: false,
      scripts: true,
    } as const;
    await agent.poll({ self: { ...self, managers: [...self.managers] } });
    expect(await view()).toEqual({
      version: '9.1',
      managers: ['apt', 'brew'],
      time_zone: null,
      privileged: false,
    });
  });

  it('answers 401 to keys that are not known, and limits who tries', async () => {
    const { agent } = await agentOn();
    const stranger = new ActionAgent(server, { ...agent.enrolled, agentKey: 'yja_guess' });
    const expected = { status: 401, body: { code: 'AGENT_UNKNOWN' } };
    expect(await stranger.poll()).toMatchObject(expected);
    expect(await stranger.say(crypto.randomUUID(), 'done')).toMatchObject(expected);
    // A node key is no agent key, and the other way round.
    const key = await agent.enrolOsquery({ hostname: `host-${hosts}` });
    expect(
      await new ActionAgent(server, { ...agent.enrolled, agentKey: key }).poll(),
    ).toMatchObject(expected);
    const { body } = await server.post(agentPaths.config, {}, { key: agent.enrolled.agentKey });
    expect(body).toMatchObject({ node_invalid: true });
  });

  it('a database that is away is an error for the agent, never an unknown key', async () => {
    await using doomed = await openTestDatabase();
    await using other = await startAgentServer(doomed, {
      queries: [],
      quiet: true,
      orderKey: await testOrderKey(doomed),
    });
    const agent = await ActionAgent.enrol(other, await other.newSecret());
    const report = agent.reportOf(crypto.randomUUID(), 'done');
    await doomed.query(`alter table agent_protocol.agents rename to agents_away`);
    for (const answer of [
      await agent.poll(),
      await agent.report(report),
      await agent.upload(crypto.randomUUID(), Buffer.from('x')),
    ]) {
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(answer.body.code).not.toBe('AGENT_UNKNOWN');
    }
    await doomed.query(`alter table agent_protocol.agents_away rename to agents`);
    expect((await agent.poll()).status).toBe(200);
  });
});
