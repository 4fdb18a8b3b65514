import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ActionAgent,
  endpointNamed,
  testOrderKey,
  testSelf,
} from '../../../testing/action-agent.ts';
import { type AgentServer, startAgentServer } from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { actionPaths, uploadHeaders } from '../api.ts';

const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    '9',
    '2026-02-30T00:00:00Z',
    '2026-11-21T18:00:60Z',
    '9999-12-31T23:59:59Z',
    '0000-01-01T00:00:00Z',
    'done',
    'received',
    'apt',
    "'; drop table x; --",
    '00000000-0000-0000-0000-000000000000',
    '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
  ),
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, 1e308, 2 ** 31, 2 ** 53, null, true, false),
);
const name = fc.oneof(
  fc.constantFrom(
    'secret',
    'self',
    'publicKey',
    'running',
    'wait',
    'instance',
    'reports',
    'orderId',
    'state',
    'sequence',
    'at',
    'before',
    'output',
    'version',
    'managers',
    '__proto__',
    'constructor',
    'toString',
    '',
    '\0',
  ),
  fc.string({ maxLength: 8 }),
);
const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));
const some = <Value>(good: Value, of: fc.Arbitrary<unknown> = leaf) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant<unknown>(good) }, { weight: 1, arbitrary: of });

/** Bodies that are nearly right, so that they come further than the first check. */
const nearlyRight = (orderIds: readonly string[], secret: string) =>
  fc.oneof(
    fc.record(
      {
        secret: fc.oneof(fc.constantFrom(secret, 'yje_guess'), leaf),
        self: fc.record({
          version: some('1'),
          platform: some('linux'),
          managers: some(['apt'], anyJson),
          timeZone: some('UTC', fc.string()),
          privileged: some(true),
          scripts: some(false),
        }),
        publicKey: leaf,
      },
      { requiredKeys: ['secret', 'self'] },
    ),
    fc.record(
      {
        self: some(testSelf, anyJson),
        instance: some('8f3c2a54-6c1b-4b8f-9d0e-000000000001'),
        running: fc.array(fc.oneof(fc.constantFrom(...orderIds), leaf), { maxLength: 3 }),
        wait: fc.constantFrom(0, -1, 'x'),
      },
      { requiredKeys: [] },
    ),
    fc.record({
      reports: fc.array(
        fc.record(
          {
            orderId: fc.oneof(fc.constantFrom(...orderIds), fc.uuid(), leaf),
            state: fc.oneof(fc.constantFrom('received', 'running', 'reboot-pending'), leaf),
            sequence: fc.oneof(fc.nat(20), fc.integer(), fc.double()),
            at: some('2026-11-21T18:00:00Z', fc.oneof(leaf, fc.date().map(String))),
            reason: some('APT_LOCKED'),
            output: fc.string({ unit: 'binary', maxLength: 50 }),
            exitCode: fc.oneof(fc.integer(), fc.double(), fc.constant(4_294_967_295)),
            before: fc.oneof(
              fc.dictionary(name, fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null))),
              anyJson,
            ),
            uploadId: fc.oneof(fc.uuid(), leaf),
          },
          { requiredKeys: ['orderId', 'state', 'sequence', 'at'] },
        ),
        { maxLength: 5 },
      ),
    }),
    anyJson,
  );

describe('whatever somebody sends to the action channel', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: AgentServer;
  const unlimited = { capacity: 1e9, perSecond: 1e9 };

  beforeAll(async () => {
    db = await openTestDatabase();
    server = await startAgentServer(db, {
      queries: [],
      orderKey: await testOrderKey(db),
      limits: {
        nodeRequests: unlimited,
        nodeBytes: unlimited,
        strangers: unlimited,
        addressEnrolments: unlimited,
        hostEnrolments: unlimited,
      },
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  it('gets an answer below 500, and touches nobody else', { timeout: 120_000 }, async () => {
    const secret = await server.newSecret();
    const agents = [];
    const orders: string[] = [];
    for (const [index, hostname] of ['victim', 'attacker'].entries()) {
      const agent = await ActionAgent.enrol(server, secret);
      const uuid = `8f3c2a54-6c1b-4b8f-9d0e-00000000000${index}`;
      await agent.enrolOsquery({ hostname, uuid, instanceId: hostname });
      const endpointId = await endpointNamed(db, hostname);
      const issued = await db.transaction((tx) =>
        server.module.issueOrders(
          tx,
          [1, 2].map(() => ({
            endpointId,
            action: { type: 'collect', paths: ['/x'], mostBytes: 1000 } as const,
            expiresAt: new Date(Date.now() + 3_600_000),
            dryRun: false,
            requestedBy: { kind: 'user', id: null, name: 'ada' } as const,
            reference: hostname,
          })),
        ),
      );
      orders.push(...issued.map(({ orderId }) => orderId!));
      agents.push(agent);
    }
    const [victim, attacker] = agents as [ActionAgent, ActionAgent];
    const ofVictim = async () => {
      const { rows } = await db.query(
        `select o.*, a.version, a.last_seen_at, a.instance, a.ended_at,
                (select count(*)::int from agent_protocol.order_reports r where r.order_id = o.id)
                  as reports
           from agent_protocol.orders o join agent_protocol.agents a on a.id = o.agent_id
          where a.id = $1 order by o.id`,
        [victim.id],
      );
      return rows;
    };
    const before = await ofVictim();
    expect(before).toHaveLength(2);
    const uuidLike = fc.oneof(fc.constantFrom(...orders), fc.uuid(), fc.string({ maxLength: 5 }));

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(actionPaths)),
        fc.oneof(
          {
            weight: 8,
            arbitrary: nearlyRight(orders, secret).map((value) =>
              Buffer.from(JSON.stringify(value) ?? ''),
            ),
          },
          fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
          fc.nat(100_000).map((depth) => Buffer.from('{"reports":'.repeat(depth))),
          fc.constant(Buffer.alloc(100_000, 0x20)),
        ),
        fc.record(
          {
            'content-encoding': fc.constantFrom('identity', 'identity', 'identity', 'gzip', 'br'),
            'content-type': fc.constantFrom('text/plain', 'application/octet-stream'),
            [uploadHeaders.order]: uuidLike,
            [uploadHeaders.upload]: uuidLike,
            [uploadHeaders.sha256]: fc.constantFrom('a'.repeat(64), 'x'),
            [uploadHeaders.name]: fc.constantFrom('%zz', '%00', '..%2Fx', 'a'),
          },
          { requiredKeys: [] },
        ),
        fc.constantFrom(
          attacker.enrolled.agentKey,
          attacker.enrolled.agentKey,
          attacker.enrolled.agentKey,
          victim.enrolled.agentKey.slice(0, -1),
          victim.enrolled.osquerySecret,
        ),
        async (path, body, given, agentKey) => {
          const headers = Object.fromEntries(
            Object.entries(given).map(([key, value]) => [
              key,
              String(value).replace(/[^\x20-\x7e]/g, '?'),
            ]),
          );
          const { status, body: answer } = await attacker.post(path, body, {
            ...headers,
            authorization: `AgentKey ${agentKey}`,
          });
          expect(status).toBeLessThan(500);
          expect('error' in answer && 'code' in answer).toBe(status !== 200);
        },
      ),
      { numRuns: 2500 },
    );

    await server.module.flush();
    expect(await ofVictim()).toEqual(before);
    const { rows } = await db.query<{ reason: string }>(
      `select distinct reason from agent_protocol.rejections`,
    );
    expect(rows.map(({ reason }) => reason)).toEqual(
      expect.arrayContaining([
        'NOT_JSON',
        'WRONG_TYPE',
        'TOO_DEEP',
        'BODY_TOO_LARGE',
        'BAD_ENCODING',
        'FOREIGN_ORDER',
        'UNKNOWN_AGENT_KEY',
        'ENROLMENT_SECRET_UNKNOWN',
      ]),
    );
  });
});
