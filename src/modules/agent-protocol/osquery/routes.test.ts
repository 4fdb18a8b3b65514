import { gzipSync } from 'node:zlib';
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
import { digestOf } from '../digest.ts';
import type { OtherAnswer } from '../distributed.ts';
import recorded from '../testdata/recorded-requests.json' with { type: 'json' };

/** Conformance with osquery's TLS remote API, against recorded requests; a real database. */
describe('the osquery routes', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: AgentServer;
  const clock = new TestClock();
  const others: OtherAnswer[] = [];
  const packages = storedQuery('packages');
  const users = storedQuery('users', { maxRows: 5 });
  const broken = storedQuery('broken', {
    async ingest(tx, answers) {
      for (const { outcome } of answers) {
        const name = outcome.kind === 'rows' ? outcome.rows[0]?.['name'] : '';
        if (name === 'bug') throw new TypeError('a bug in ingest');
        await tx.query(`select $1::int`, [name || '0']);
      }
    },
  });
  const registry = storedQuery('registry', { sql: { windows: 'select 1 as name, 2 as version' } });

  beforeAll(async () => {
    db = await openTestDatabase();
    await createAnswerTable(db);
    server = await startAgentServer(db, {
      clock: clock.read,
      queries: [packages, users, broken, registry],
      quiet: true,
      work: [
        {
          prefix: 'question:',
          take: () => ({}),
          receive: async (_, answers) => {
            others.push(...answers);
          },
        },
      ],
    });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    clock.advance(3600);
  });

  let hosts = 0;
  /** A new host with a node key. */
  async function newHost(): Promise<{ key: string; endpointId: string; address: string }> {
    hosts += 1;
    const uuid = `8f3c2a54-6c1b-4b8f-9d0e-${String(hosts).padStart(12, '0')}`;
    const address = `198.51.100.${hosts}`;
    const host = { uuid, hostname: `host-${hosts}`, instanceId: `i-${hosts}` };
    const key = await server.enrol(await server.newSecret(), host, address);
    const { rows } = await db.query<{ id: string }>(
      `select endpoint_id as id from agent_protocol.nodes where hardware_uuid = $1`,
      [uuid],
    );
    return { key, endpointId: rows[0]!.id, address };
  }
  const rejections = async (endpointId: string | null) => {
    await server.module.flush();
    const { rows } = await db.query<{ reason: string; count: number }>(
      `select reason, count from agent_protocol.rejections
        where endpoint_id is not distinct from $1 order by reason`,
      [endpointId],
    );
    return Object.fromEntries(rows.map(({ reason, count }) => [reason, count]));
  };
  const stored = async (endpointId: string) =>
    (
      await db.query<{ query: string; kind: string; content: unknown }>(
        `select query, kind, content from test_answers where endpoint_id = $1 order by id`,
        [endpointId],
      )
    ).rows;
  const read = async (key: string) => {
    const { body } = await server.post(agentPaths.distributedRead, { node_key: key }, { key });
    return Object.keys(body['queries'] as object).sort();
  };
  const write = (key: string, queries: object, statuses: object = {}, messages: object = {}) =>
    server.post(
      agentPaths.distributedWrite,
      { node_key: key, queries, statuses, messages },
      { key },
    );
  const snapshot = (name: string, rows: object[], ageSeconds = 1) => ({
    name,
    action: 'snapshot',
    snapshot: rows,
    unixTime: Math.floor(clock.now.getTime() / 1000) - ageSeconds,
  });
  const logResult = (key: string, ...data: object[]) =>
    server.post(agentPaths.log, { node_key: key, log_type: 'result', data }, { key });
  const digest = (rows: Record<string, string>[]) =>
    digestOf(packages.columns, rows).toString('hex');
  const rows = [
    { name: 'bash', version: '5.2' },
    { name: 'zsh', version: '5.9' },
  ];

  describe('enrolment', () => {
    it('gives a key to the recorded host, NUL in cpu_brand and all', async () => {
      const secret = await server.newSecret();
      const body = { ...recorded.enrol.body, enroll_secret: secret };
      const answer = await server.post(agentPaths.enrol, body);
      expect(answer).toMatchObject({ status: 200, body: { node_invalid: false } });
      expect(answer.body['node_key']).toMatch(/^[\w-]{43}$/);
      const { rows: nodes } = await db.query(
        `select n.hostname, v.hostname as "endpointName", n.key_hash = sha256($1::bytea) as hashed
           from agent_protocol.nodes n join assets.endpoint_view v on v.id = n.endpoint_id
          where n.instance_id = 'a94fa84c-a381-4640-aeef-efadc4674c89'`,
        [Buffer.from(String(answer.body['node_key']))],
      );
      expect(nodes).toEqual([{ hostname: 'vm', endpointName: 'vm', hashed: true }]);
    });

    it('takes a host without details', async () => {
      const body = {
        ...enrolmentBody(await server.newSecret()),
        host_identifier: 'bare',
        host_details: undefined,
      };
      expect((await server.post(agentPaths.enrol, body)).body['node_key']).toBeTypeOf('string');
    });

    it('refuses a secret that is unknown, expired or revoked, with one and the same answer', async () => {
      const expired = await server.newSecret({ expiresAt: new Date(clock.now.getTime() + 1000) });
      const revoked = await server.newSecret();
      await db.query(
        `update agent_protocol.enrolment_secrets set revoked_at = $2 where secret_hash = sha256($1::bytea)`,
        [Buffer.from(revoked), clock.now],
      );
      clock.advance(2);
      const answers = [];
      for (const secret of ['wrong', expired, revoked, '']) {
        answers.push(await server.post(agentPaths.enrol, enrolmentBody(secret)));
      }
      for (const answer of answers) {
        expect(answer).toEqual({
          status: 403,
          body: { node_invalid: true, error: 'enrolment refused' },
        });
      }
      expect(await rejections(null)).toMatchObject({
        ENROLMENT_SECRET_EXPIRED: 1,
        ENROLMENT_SECRET_REVOKED: 1,
        ENROLMENT_SECRET_UNKNOWN: 2,
      });
    });

    it('puts the endpoint into the scope of the secret', async () => {
      const { rows: scopes } = await db.query<{ id: string }>(
        `insert into assets.scopes (name, kind, relation) values ('Osaka', 'site', 'domestic') returning id`,
      );
      const scopeId = scopes[0]!.id;
      await server.enrol(await server.newSecret({ scopeId }), {
        uuid: '8f3c2a54-6c1b-4b8f-9d0e-0000000000aa',
        hostname: 'osaka',
      });
      const { rows: found } = await db.query(
        `select scope_name from assets.endpoint_view where hostname = 'osaka'`,
      );
      expect(found).toEqual([{ scope_name: 'Osaka' }]);
    });

    it('lets one host enrol a dozen times at once, and says why not more often', async () => {
      const secret = await server.newSecret();
      const host = { uuid: '8f3c2a54-6c1b-4b8f-9d0e-0000000000bb', hostname: 'loop' };
      const statuses = [];
      for (let i = 0; i < 14; i += 1) {
        statuses.push((await server.post(agentPaths.enrol, enrolmentBody(secret, host))).status);
      }
      expect(statuses).toEqual([...Array(12).fill(200), 429, 429]);
      expect(await rejections(null)).toMatchObject({ TOO_MANY_ENROLMENTS: 2 });
      const { rows: endpoints } = await db.query(
        `select 1 from assets.endpoint_view where hostname = 'loop'`,
      );
      expect(endpoints).toHaveLength(1);
    });

    it('gives one endpoint to a host that enrols ten times at the same moment', async () => {
      const secret = await server.newSecret();
      const host = { uuid: '8f3c2a54-6c1b-4b8f-9d0e-0000000000cc', hostname: 'race' };
      const keys = await Promise.all(Array.from({ length: 10 }, () => server.enrol(secret, host)));
      expect(new Set(keys).size).toBe(10);
      const { rows: endpoints } = await db.query(
        `select 1 from assets.endpoint_view where hostname = 'race'`,
      );
      expect(endpoints).toHaveLength(1);
    });

    it('does not let one address guess for ever, and leaves the others alone', async () => {
      const address = '203.0.113.7';
      const statuses = new Set<number>();
      for (let i = 0; i < 640; i += 1) {
        statuses.add(
          (await server.post(agentPaths.enrol, enrolmentBody(`guess ${i}`), { address })).status,
        );
      }
      expect(statuses).toEqual(new Set([403, 429]));
      const elsewhere = enrolmentBody(await server.newSecret(), {
        uuid: '8f3c2a54-6c1b-4b8f-9d0e-0000000000dd',
      });
      expect(
        (await server.post(agentPaths.enrol, elsewhere, { address: '203.0.113.8' })).status,
      ).toBe(200);
    });
  });

  describe('a node key', () => {
    it('that nobody has is invalid, on every path', async () => {
      for (const path of [
        agentPaths.config,
        agentPaths.log,
        agentPaths.distributedRead,
        agentPaths.distributedWrite,
      ]) {
        for (const answer of [
          await server.post(path, { node_key: 'nobody' }, { key: 'nobody' }),
          await server.post(path, { node_key: 'nobody' }),
        ]) {
          expect(answer).toEqual({ status: 401, body: { node_invalid: true } });
        }
      }
    });

    it('counts in the header and in the body; two different ones are refused', async () => {
      const { key, endpointId } = await newHost();
      const another = (await newHost()).key;
      expect((await server.post(agentPaths.config, { node_key: key })).body['schedule']).toBeTypeOf(
        'object',
      );
      expect((await server.post(agentPaths.config, {}, { key })).body['schedule']).toBeTypeOf(
        'object',
      );
      expect(await server.post(agentPaths.config, { node_key: another }, { key })).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('NODE_KEY_MISMATCH') },
      });
      expect(await rejections(endpointId)).toEqual({ NODE_KEY_MISMATCH: 1 });
    });

    it('is invalid from the moment its endpoint is forgotten', async () => {
      const { key, endpointId } = await newHost();
      expect((await server.post(agentPaths.config, {}, { key })).status).toBe(200);
      await db.query(`delete from assets.endpoints where id = $1`, [endpointId]);
      await expect
        .poll(async () => (await server.post(agentPaths.config, {}, { key })).body)
        .toEqual({
          node_invalid: true,
        });
    });
  });

  describe('config', () => {
    it('is the schedule of the platform; without whole answers once the agent reads', async () => {
      const { key } = await newHost();
      const names = async () =>
        Object.keys(
          (await server.post(agentPaths.config, { node_key: key }, { key })).body[
            'schedule'
          ] as object,
        );
      expect(await names()).toContain('yojin-full:packages');
      await read(key);
      expect(await names()).toEqual(['yojin:packages', 'yojin:users', 'yojin:broken']);
    });
  });

  describe('digest, then fetch', () => {
    it('asks a new endpoint for everything of its platform, once', async () => {
      const { key } = await newHost();
      expect(await read(key)).toEqual(['yojin:broken', 'yojin:packages', 'yojin:users']);
      expect(await read(key)).toEqual([]);
      // The answer did not come: asked again.
      clock.advance(61);
      expect(await read(key)).toEqual(['yojin:broken', 'yojin:packages', 'yojin:users']);
    });

    it('stores an answer, confirms it by its digest, and fetches it when the digest differs', async () => {
      const { key, endpointId } = await newHost();
      await read(key);
      expect(await write(key, { 'yojin:packages': rows }, { 'yojin:packages': 0 })).toEqual({
        status: 200,
        body: {},
      });
      expect(await stored(endpointId)).toEqual([
        { query: 'packages', kind: 'rows', content: rows },
      ]);

      clock.advance(300);
      await logResult(key, snapshot('yojin:packages', [{ digest: digest(rows), row_count: '2' }]));
      expect(await read(key)).not.toContain('yojin:packages');
      const { rows: confirmed } = await db.query<{ at: string }>(
        `select confirmed ->> 'packages' as at from assets.endpoint_view where id = $1`,
        [endpointId],
      );
      expect(Number(confirmed[0]?.at)).toBe(clock.now.getTime() - 1000);

      const changed = [...rows, { name: 'fish', version: '3.6' }];
      await logResult(
        key,
        snapshot('yojin:packages', [{ digest: digest(changed), row_count: '3' }]),
      );
      clock.advance(61);
      expect(await read(key)).toContain('yojin:packages');
      await write(key, { 'yojin:packages': changed });
      expect((await stored(endpointId)).at(-1)).toMatchObject({ content: changed });
      clock.advance(61);
      expect(await read(key)).not.toContain('yojin:packages');
    });

    it('takes the same answer twice for a confirmation', async () => {
      const { key, endpointId } = await newHost();
      await Promise.all([
        write(key, { 'yojin:packages': rows }),
        write(key, { 'yojin:packages': rows }),
      ]);
      await write(key, { 'yojin:packages': rows.toReversed() });
      expect(await stored(endpointId)).toHaveLength(1);
    });

    it('takes whole answers by schedule from agents without distributed queries; the older of two counts for nothing', async () => {
      const { key, endpointId } = await newHost();
      await logResult(key, snapshot('yojin-full:packages', rows, 10));
      await logResult(key, snapshot('yojin-full:packages', [rows[0]!], 500));
      expect(await stored(endpointId)).toEqual([
        { query: 'packages', kind: 'rows', content: rows },
      ]);
      await logResult(key, snapshot('yojin-full:packages', [rows[0]!], 5));
      expect((await stored(endpointId)).at(-1)).toMatchObject({ content: [rows[0]] });
    });

    it('survives a restart: what is held is still held, what is wanted still wanted', async () => {
      const { key } = await newHost();
      await write(key, { 'yojin:packages': rows, 'yojin:broken': [] });
      await using second = await startAgentServer(db, {
        clock: clock.read,
        queries: [packages, users, broken],
      });
      const { body } = await second.post(agentPaths.distributedRead, { node_key: key });
      expect(Object.keys(body['queries'] as object)).toEqual(['yojin:users']);
    });

    it('is told of by other servers on the same database', async () => {
      const { key, endpointId } = await newHost();
      await write(key, { 'yojin:packages': rows, 'yojin:broken': [], 'yojin:users': [] });
      expect(await read(key)).toEqual([]);
      await using second = await startAgentServer(db, {
        clock: clock.read,
        queries: [packages, users, broken],
      });
      expect(await second.module.wantAll(endpointId)).toBe(3);
      await expect.poll(() => read(key)).toHaveLength(3);
    });
  });

  describe('what an endpoint could not answer', () => {
    it('is stored as failed and asked for again after an hour, or a day when denylisted', async () => {
      const { key, endpointId } = await newHost();
      await read(key);
      await write(
        key,
        { 'yojin:packages': [], 'yojin:users': [], 'yojin:broken': [] },
        { 'yojin:packages': 1, 'yojin:users': 1, 'yojin:broken': 0 },
        {
          'yojin:packages': 'no such table: packages',
          'yojin:users': 'distributed query is denylisted',
        },
      );
      expect(await stored(endpointId)).toEqual([
        { query: 'packages', kind: 'failed', content: 'no such table: packages' },
        { query: 'users', kind: 'failed', content: 'distributed query is denylisted' },
      ]);
      expect(await rejections(endpointId)).toEqual({ QUERY_DENYLISTED: 1, QUERY_FAILED: 1 });
      clock.advance(3500);
      expect(await read(key)).toEqual([]);
      clock.advance(101);
      expect(await read(key)).toEqual(['yojin:packages']);
      clock.advance(86_400);
      expect(await read(key)).toContain('yojin:users');
    });

    it('is refused whole when it has too many rows, and says so', async () => {
      const { key, endpointId } = await newHost();
      const many = Array.from({ length: 100_000 }, (_, i) => ({ name: `u${i}`, version: '' }));
      expect((await write(key, { 'yojin:users': many, 'yojin:packages': rows })).status).toBe(200);
      expect(await stored(endpointId)).toEqual(
        expect.arrayContaining([
          { query: 'packages', kind: 'rows', content: rows },
          { query: 'users', kind: 'failed', content: expect.stringContaining('TOO_MANY_ROWS') },
        ]),
      );
      expect(await rejections(endpointId)).toEqual({ TOO_MANY_ROWS: 1 });
      clock.advance(61);
      expect(await read(key)).not.toContain('yojin:users');
    });

    it('stops nothing else when the database refuses it, and is not asked for at once again', async () => {
      const good = await newHost();
      const bad = await newHost();
      const answers = await Promise.all([
        write(good.key, { 'yojin:broken': [{ name: '7', version: '' }] }),
        write(bad.key, {
          'yojin:broken': [{ name: 'not a number', version: '' }],
          'yojin:packages': rows,
        }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await rejections(bad.endpointId)).toEqual({ NOT_STORED: 1 });
      expect(await rejections(good.endpointId)).toEqual({});
      expect(await stored(bad.endpointId)).toHaveLength(1);
      clock.advance(61);
      expect(await read(good.key)).not.toContain('yojin:broken');
      expect(await read(bad.key)).not.toContain('yojin:broken');
      await write(good.key, { 'yojin:broken': [{ name: 'bug', version: '' }] });
      expect(await rejections(good.endpointId)).toEqual({ NOT_STORED: 1 });
    });

    it('of another platform is none of ours', async () => {
      const { key, endpointId } = await newHost();
      await write(key, { 'yojin:registry': rows });
      await logResult(
        key,
        snapshot('yojin-full:registry', rows),
        snapshot('yojin:registry', [{ digest: digest(rows) }]),
      );
      expect(await stored(endpointId)).toEqual([]);
      expect(await rejections(endpointId)).toEqual({ UNKNOWN_QUERY: 3 });
    });
  });

  describe('logs', () => {
    it('of recorded agents are taken: status, results of others, gzip, with and without a header', async () => {
      const { key, endpointId } = await newHost();
      for (const { body } of [recorded.logStatus, recorded.logResult, recorded.logGzip]) {
        for (const options of [{ key }, {}, { key, gzip: true }]) {
          expect(await server.post(agentPaths.log, { ...body, node_key: key }, options)).toEqual({
            status: 200,
            body: {},
          });
        }
      }
      expect(await rejections(endpointId)).toEqual({
        UNKNOWN_QUERY:
          3 * (recorded.logResult.body.data.length + recorded.logGzip.body.data.length),
      });
    });

    it('with decorations, at the top or below, say the same', async () => {
      const { key } = await newHost();
      await write(key, { 'yojin:packages': rows, 'yojin:users': [], 'yojin:broken': [] });
      const line = snapshot('yojin:packages', [{ digest: digest([]), row_count: '0' }]);
      await logResult(key, {
        ...line,
        decorations: { host_uuid: 'x' },
        user: 'root',
        numerics: false,
        epoch: 0,
      });
      clock.advance(61);
      expect(await read(key)).toEqual(['yojin:packages']);
    });

    it('without a length, in chunks, are taken', async () => {
      const { key } = await newHost();
      const text = JSON.stringify({ node_key: key, log_type: 'status', data: [] });
      await server.app.listen({ port: 0, host: '127.0.0.1' });
      const { port } = server.app.server.address() as { port: number };
      const response = await fetch(`http://localhost:${port}${agentPaths.log}`, {
        method: 'POST',
        headers: { authorization: `NodeKey ${key}` },
        body: new ReadableStream({
          start(controller) {
            for (const piece of [text.slice(0, 5), text.slice(5)])
              controller.enqueue(new TextEncoder().encode(piece));
            controller.close();
          },
        }),
        duplex: 'half',
      } as RequestInit);
      expect([response.status, await response.json()]).toEqual([200, {}]);
    });

    it('show errors of the agent', async () => {
      const { key, endpointId } = await newHost();
      const data = [
        { severity: 2, message: 'disk is full\0' },
        { severity: 1, message: 'meh' },
      ];
      await server.post(agentPaths.log, { node_key: key, log_type: 'status', data }, { key });
      expect(await rejections(endpointId)).toEqual({ AGENT_ERROR: 1 });
    });
  });

  describe('writes', () => {
    it('give other ids to their sources, and accept ids that nobody knows any more (recorded)', async () => {
      const { key, endpointId } = await newHost();
      const body = { ...recorded.writeErrors.body, node_key: key };
      expect(await server.post(agentPaths.distributedWrite, body, { key })).toEqual({
        status: 200,
        body: {},
      });
      expect(await rejections(endpointId)).toEqual({ UNKNOWN_QUERY: 5 });
      await write(key, { 'question:1': [{ a: '1' }] }, { 'question:1': 0 });
      expect(others).toEqual([{ id: 'question:1', rows: [{ a: '1' }], status: 0, message: '' }]);
    });
  });

  describe('hostile bodies', () => {
    const big = Buffer.alloc(33 * 1024 * 1024, ' ');
    it.each<[string, string, number, (key: string) => string | Buffer, Record<string, string>]>([
      ['empty', 'NOT_JSON', 400, () => '', {}],
      ['not JSON', 'NOT_JSON', 400, () => '<html/>', {}],
      ['no object', 'WRONG_TYPE', 400, () => '[]', {}],
      ['deep', 'TOO_DEEP', 400, () => `{"data":${'['.repeat(1e6)}`, {}],
      ['wrong members', 'WRONG_TYPE', 400, () => '{"log_type":{},"data":7}', {}],
      ['too large', 'BODY_TOO_LARGE', 413, () => big, {}],
      [
        'too large without saying so',
        'BODY_TOO_LARGE',
        413,
        () => gzipSync(big),
        { 'content-encoding': 'gzip' },
      ],
      ['in an unknown encoding', 'BAD_ENCODING', 415, () => 'x', { 'content-encoding': 'br' }],
      ['no gzip', 'BAD_ENCODING', 415, () => 'x', { 'content-encoding': 'gzip' }],
      ['with two keys', 'NODE_KEY_MISMATCH', 400, () => '{"node_key":7}', {}],
    ])('%s: %s', async (_, reason, status, body, headers) => {
      const { key, endpointId } = await newHost();
      const answer = await server.post(agentPaths.log, body(key), { key, headers });
      expect(answer).toMatchObject({ status, body: { error: expect.stringContaining(reason) } });
      expect(await rejections(endpointId)).toEqual({ [reason]: 1 });
    });

    it('with bytes that are not UTF-8 are taken, replaced and counted', async () => {
      const { key, endpointId } = await newHost();
      const [head, tail] = JSON.stringify({
        node_key: key,
        queries: { 'yojin:packages': [{ name: 'caf#', version: '1' }] },
      }).split('#') as [string, string];
      const body = Buffer.concat([Buffer.from(head), Buffer.from([0xe9]), Buffer.from(tail)]);
      expect((await server.post(agentPaths.distributedWrite, body, { key })).status).toBe(200);
      expect(await stored(endpointId)).toMatchObject([{ content: [{ name: 'caf\ufffd' }] }]);
      expect(await rejections(endpointId)).toEqual({ INVALID_UTF8: 1 });
    });

    it('in a flood stop the one that floods, and nobody else', async () => {
      const flooding = await newHost();
      const calm = await newHost();
      const statuses = [];
      for (let i = 0; i < 200; i += 1) {
        statuses.push((await server.post(agentPaths.config, {}, { key: flooding.key })).status);
      }
      expect(statuses.filter((status) => status === 200)).toHaveLength(150);
      expect((await server.post(agentPaths.config, {}, { key: calm.key })).status).toBe(200);
      expect(await rejections(flooding.endpointId)).toEqual({ TOO_MANY_REQUESTS: 50 });
      clock.advance(10);
      expect((await server.post(agentPaths.config, {}, { key: flooding.key })).status).toBe(200);
    });

    it('on paths that are not there get an error that osqueryd understands', async () => {
      const answer = await server.post('/osquery/carve/start', {});
      expect(answer).toMatchObject({ status: 404, body: { error: expect.any(String) } });
    });
  });

  describe('a database that is away', () => {
    it('makes every request an error that the agent tries again, never an invalid key', async () => {
      const { key } = await newHost();
      await using doomed = await openTestDatabase();
      await using other = await startAgentServer(doomed, { queries: [packages], quiet: true });
      await doomed.query(`drop schema agent_protocol cascade`);
      for (const [path, body] of [
        [agentPaths.enrol, enrolmentBody('x')],
        [agentPaths.config, {}],
        [agentPaths.log, { log_type: 'status', data: [] }],
        [agentPaths.distributedRead, {}],
        [agentPaths.distributedWrite, { queries: {} }],
      ] as const) {
        const answer = await other.post(path, body, { key });
        expect(answer.status).toBeGreaterThanOrEqual(500);
        expect(answer.body).toHaveProperty('error');
        expect(answer.body).not.toHaveProperty('node_invalid');
      }
    });

    it('while an answer is stored loses nothing: the agent sends it again', async () => {
      const { key, endpointId } = await newHost();
      await read(key);
      await db.query(`alter table test_answers rename to test_answers_away`);
      // Undefined table: not the fault of the data, so it may not be refused for good.
      const refused = await write(key, { 'yojin:packages': rows });
      await db.query(`alter table test_answers_away rename to test_answers`);
      expect(refused.status).toBeGreaterThanOrEqual(500);
      expect((await write(key, { 'yojin:packages': rows })).status).toBe(200);
      expect(await stored(endpointId)).toHaveLength(1);
    });

    it('or too busy says so before it reads on', async () => {
      const { key } = await newHost();
      await using busy = await startAgentServer(db, {
        clock: clock.read,
        queries: [packages],
        limits: { waiting: -1 },
      });
      for (const [path, body] of [
        [agentPaths.log, { log_type: 'status', data: [] }],
        [agentPaths.distributedWrite, { queries: {} }],
      ] as const) {
        expect(await busy.post(path, body, { key })).toEqual({
          status: 503,
          body: { error: 'the server is busy' },
        });
      }
    });
  });
});
