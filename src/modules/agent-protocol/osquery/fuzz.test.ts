import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AgentServer,
  createAnswerTable,
  enrolmentBody,
  startAgentServer,
  storedQuery,
} from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { agentPaths } from '../api.ts';

const paths = Object.values(agentPaths);

/** Names that the protocol knows, and those that JavaScript does. */
const name = fc.oneof(
  fc.constantFrom(
    'node_key',
    'log_type',
    'data',
    'queries',
    'statuses',
    'messages',
    'stats',
    'name',
    'action',
    'snapshot',
    'unixTime',
    'digest',
    'severity',
    'message',
    'enroll_secret',
    'host_identifier',
    'platform_type',
    'host_details',
    'system_info',
    'osquery_info',
    'os_version',
    'uuid',
    'hostname',
    'yojin:packages',
    'yojin:users',
    'yojin-full:packages',
    'version',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '',
    '\0',
  ),
  fc.string({ maxLength: 8 }),
);
const leaf = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    'result',
    'status',
    'snapshot',
    'added',
    'yojin:packages',
    'yojin-full:packages',
    'yojin:nope',
    'a'.repeat(64),
    '\0',
    '\ud800',
    '9',
    '1e999',
    '-1',
    'denylisted',
    '2026-11-21',
    "'; drop table x; --",
  ),
  fc.double(),
  fc.integer(),
  fc.constantFrom(0, -1, 1e308, null, true, false),
);
const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

/** Bodies that are nearly right, so that they come further than the first check. */
const nearlyRight = fc.oneof(
  fc.record({
    log_type: fc.constantFrom('result', 'status'),
    data: fc.array(
      fc.oneof(
        fc.record({
          name: fc.constantFrom(
            'yojin:packages',
            'yojin-full:packages',
            'yojin-full:users',
            'hello',
          ),
          action: fc.constantFrom('snapshot', 'added'),
          unixTime: fc.oneof(fc.integer(), fc.double(), leaf),
          snapshot: fc.oneof(
            fc.array(fc.record({ digest: fc.oneof(fc.constant('b'.repeat(64)), leaf) }), {
              maxLength: 2,
            }),
            fc.array(fc.record({ name: leaf, version: leaf }), { maxLength: 4 }),
            anyJson,
          ),
        }),
        fc.record({ severity: leaf, message: leaf }),
        anyJson,
      ),
      { maxLength: 6 },
    ),
  }),
  fc.record({
    queries: fc.dictionary(
      fc.constantFrom('yojin:packages', 'yojin:users', 'yojin:nope', 'question:1', '__proto__'),
      fc.oneof(
        fc.array(
          fc.record({ name: fc.oneof(fc.string({ unit: 'binary' }), leaf), version: fc.string() }),
          { maxLength: 4 },
        ),
        anyJson,
      ),
      { maxKeys: 4 },
    ),
    statuses: fc.dictionary(fc.constantFrom('yojin:packages', 'yojin:users'), leaf, { maxKeys: 2 }),
    messages: fc.dictionary(fc.constantFrom('yojin:packages', 'yojin:users'), leaf, { maxKeys: 2 }),
  }),
);

const bytes = fc.oneof(
  anyJson.map((value) => Buffer.from(JSON.stringify(value) ?? '')),
  nearlyRight.map((value) => Buffer.from(JSON.stringify(value))),
  nearlyRight.map((value) => gzipSync(JSON.stringify(value))),
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
  // A body with a byte changed: mostly invalid JSON or invalid UTF-8.
  fc.tuple(nearlyRight, fc.nat(), fc.nat(255)).map(([value, place, byte]) => {
    const body = Buffer.from(JSON.stringify(value));
    body[place % body.length] = byte;
    return body;
  }),
  fc.nat(200_000).map((depth) => Buffer.from('{"data":'.repeat(depth))),
);

describe('whatever an endpoint sends', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: AgentServer;
  const unlimited = { capacity: 1e9, perSecond: 1e9 };

  beforeAll(async () => {
    db = await openTestDatabase();
    await createAnswerTable(db);
    server = await startAgentServer(db, {
      queries: [storedQuery('packages'), storedQuery('users', { maxRows: 2 })],
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

  it('gets an answer that osqueryd understands, and touches nobody else', {
    timeout: 120_000,
  }, async () => {
    const secret = await server.newSecret();
    const victim = await server.enrol(secret, {
      uuid: '8f3c2a54-6c1b-4b8f-9d0e-000000000001',
      hostname: 'victim',
    });
    await server.post(
      agentPaths.distributedWrite,
      {
        node_key: victim,
        queries: { 'yojin:packages': [{ name: 'bash', version: '5.2' }], 'yojin:users': [] },
      },
      { key: victim },
    );
    const attacker = await server.enrol(secret, {
      uuid: '8f3c2a54-6c1b-4b8f-9d0e-000000000002',
      hostname: 'attacker',
    });
    const ofVictim = async () => {
      const { rows } = await db.query(
        `select e.hostname, e.os_version, p.query, p.digest, p.wanted_at, p.retry_at,
                (select count(*)::int from test_answers a where a.endpoint_id = e.id) as answers,
                (select count(*)::int from agent_protocol.rejections r where r.endpoint_id = e.id) as rejections
           from assets.endpoints e join agent_protocol.parts p on p.endpoint_id = e.id
          where e.hostname = 'victim' order by p.query`,
      );
      return rows;
    };
    const before = await ofVictim();
    expect(before).toHaveLength(2);

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        bytes,
        fc.constantFrom<Record<string, string>>(
          {},
          {},
          { 'content-encoding': 'gzip' },
          { 'content-encoding': 'deflate' },
          { 'content-type': 'text/plain' },
        ),
        fc.constantFrom(attacker, attacker, undefined, 'nobody', victim.slice(0, -1)),
        async (path, body, headers, key) => {
          const answer = await server.post(
            path,
            body,
            key === undefined ? { headers } : { key, headers },
          );
          expect(answer.status).toBeLessThan(500);
          expect(typeof answer.body).toBe('object');
          const failed = 'error' in answer.body || answer.body['node_invalid'] === true;
          expect(failed).toBe(answer.status >= 400);
        },
      ),
      { numRuns: 3000 },
    );

    await server.module.flush();
    expect(await ofVictim()).toEqual(before);
    const { body } = await server.post(
      agentPaths.distributedRead,
      { node_key: victim },
      { key: victim },
    );
    expect(body).toEqual({ queries: {} });
    const { rows } = await db.query<{ reason: string }>(
      `select distinct reason from agent_protocol.rejections order by reason`,
    );
    const reasons = rows.map(({ reason }) => reason);
    expect(reasons).toEqual(
      expect.arrayContaining([
        'NOT_JSON',
        'WRONG_TYPE',
        'TOO_DEEP',
        'BAD_ENCODING',
        'UNKNOWN_QUERY',
        'UNKNOWN_NODE_KEY',
        'INVALID_UTF8',
      ]),
    );
  });

  it('enrols a host or says why not', { timeout: 120_000 }, async () => {
    const secret = await server.newSecret();
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, anyJson),
        fc.dictionary(name, anyJson),
        async (top, details) => {
          const body = { ...enrolmentBody(secret), ...top, enroll_secret: secret };
          const { host_details: given } = enrolmentBody(secret) as { host_details: object };
          Object.assign(body, { host_details: { ...given, ...details } });
          const answer = await server.post(agentPaths.enrol, body);
          expect(answer.status).toBeLessThan(500);
          expect('node_key' in answer.body).toBe(answer.status === 200);
          expect('error' in answer.body).toBe(answer.status !== 200);
        },
      ),
      { numRuns: 300 },
    );
  });
});
