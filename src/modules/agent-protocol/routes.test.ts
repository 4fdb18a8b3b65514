import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../platform/http/principal.ts';
import {
  type AgentServer,
  anyCertificate,
  createAnswerTable,
  enrolmentBody,
  startAgentServer,
  storedQuery,
} from '../../testing/agent-server.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { defaultScopeId } from '../assets/public.ts';
import { agentPaths } from './api.ts';

const administrator: Principal = {
  userId: '00000000-0000-4000-8000-000000000001',
  userName: 'ada',
  role: 'administrator',
  scopes: 'all',
};

/** The console's side: secrets, refusals, asking again. */
describe('the routes of agents', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: AgentServer;
  let scopeId = '';
  let osaka = '';

  beforeAll(async () => {
    db = await openTestDatabase();
    await createAnswerTable(db);
    scopeId = await defaultScopeId(db);
    const { rows } = await db.query<{ id: string }>(
      `insert into assets.scopes (name, kind, relation) values ('Osaka', 'site', 'domestic') returning id`,
    );
    osaka = rows[0]!.id;
    server = await as(administrator);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  const as = (principal: Principal) =>
    startAgentServer(db, {
      principal,
      queries: [storedQuery('packages'), storedQuery('users')],
      quiet: true,
    });
  const limited = (role: Principal['role']) => as({ ...administrator, role, scopes: [osaka] });
  const call = async (
    on: AgentServer,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    payload?: object,
  ) => {
    const response = await on.app.inject({
      method,
      url: `/api${url}`,
      headers: { host: 'localhost' },
      ...(payload ? { payload } : {}),
    });
    return {
      status: response.statusCode,
      text: response.body,
      body:
        response.body && response.headers['content-type']?.includes('json')
          ? response.json()
          : null,
    };
  };
  const newSecret = (on: AgentServer, name: string, scope = scopeId) =>
    call(on, 'POST', '/enrolment-secrets', { name, scopeId: scope, expiresInDays: 30 });

  it('make a secret, show it once, let a host enrol with it, and revoke it', async () => {
    const made = await newSecret(server, 'Laptops');
    expect(made).toMatchObject({
      status: 201,
      body: {
        enrolmentSecret: {
          name: 'Laptops',
          scopeName: 'Organisation',
          createdBy: 'ada',
          useCount: 0,
          revokedAt: null,
        },
        secret: expect.stringMatching(/^yje_[\w-]{43}$/),
        tlsAddress: 'localhost:8443',
        caCertificate: anyCertificate,
        caFingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
        flagFile: expect.stringContaining('--tls_hostname=localhost:8443\n'),
      },
    });
    const { secret, enrolmentSecret } = made.body;
    const enrolled = await server.post(agentPaths.enrol, enrolmentBody(secret));
    expect(enrolled.status).toBe(200);
    const listed = await call(server, 'GET', '/enrolment-secrets');
    expect(listed.text).not.toContain(secret);
    expect(listed.body).toMatchObject({
      total: 1,
      items: [{ useCount: 1, lastUsedAt: expect.any(String) }],
    });

    expect((await call(server, 'DELETE', `/enrolment-secrets/${enrolmentSecret.id}`)).status).toBe(
      204,
    );
    expect((await call(server, 'DELETE', `/enrolment-secrets/${enrolmentSecret.id}`)).status).toBe(
      204,
    );
    expect((await server.post(agentPaths.enrol, enrolmentBody(secret))).status).toBe(403);
    const { rows } = await db.query(
      `select action, actor_name as actor, details::text like '%yje_%' as leaked from platform.audit_log order by seq`,
    );
    expect(rows).toEqual([
      { action: 'enrolment_secret.created', actor: 'ada', leaked: false },
      { action: 'enrolment_secret.revoked', actor: 'ada', leaked: false },
    ]);
    const { rows: kept } = await db.query(
      `select row_to_json(s)::text as row from agent_protocol.enrolment_secrets s`,
    );
    expect(JSON.stringify(kept)).not.toContain(secret);
  });

  it('keep callers to their scopes', async () => {
    await using inOsaka = await limited('administrator');
    expect(await newSecret(inOsaka, 'theirs', osaka)).toMatchObject({ status: 201 });
    expect(await newSecret(inOsaka, 'not theirs')).toMatchObject({
      status: 404,
      body: { code: 'SCOPE_NOT_FOUND' },
    });
    const own = await call(inOsaka, 'GET', '/enrolment-secrets');
    expect(own.body.items.map(({ name }: { name: string }) => name)).toEqual(['theirs']);
    const { rows } = await db.query<{ id: string }>(
      `select id from agent_protocol.enrolment_secrets where scope_id = $1`,
      [scopeId],
    );
    expect(await call(inOsaka, 'DELETE', `/enrolment-secrets/${rows[0]!.id}`)).toMatchObject({
      status: 404,
      body: { code: 'ENROLMENT_SECRET_NOT_FOUND' },
    });
    await using viewer = await limited('viewer');
    expect((await newSecret(viewer, 'no', osaka)).status).toBe(403);
  });

  it('show what was refused, of which endpoint, as a list and as a file', async () => {
    const { body } = await newSecret(server, 'refused');
    const key = await server.enrol(body.secret, {
      uuid: '8f3c2a54-6c1b-4b8f-9d0e-0000000000a1',
      hostname: '=cmd|x',
    });
    await server.post(
      agentPaths.log,
      { node_key: key, log_type: 'result', data: [{ name: 'evil\0"query"' }] },
      { key },
    );
    await server.post(agentPaths.log, '<html/>', { address: '192.0.2.99' });
    await server.module.flush();
    const listed = await call(server, 'GET', '/agents/rejections?sort=reason');
    expect(listed.body.items).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          reason: 'UNKNOWN_QUERY',
          hostname: '=cmd|x',
          count: 1,
          lastDetail: 'data/0: name "evil "query""',
        }),
        expect.objectContaining({
          reason: 'NOT_JSON',
          hostname: null,
          endpointId: null,
          lastAddress: '192.0.2.99',
        }),
      ]),
    );
    const file = await call(server, 'GET', '/agents/rejections?format=csv');
    expect(file.text).toContain("'=cmd|x");
    await using inOsaka = await limited('viewer');
    expect((await call(inOsaka, 'GET', '/agents/rejections')).body).toMatchObject({
      total: 0,
      items: [],
    });
    expect((await call(server, 'GET', '/agents/rejections?sort=secret')).status).toBe(400);
  });

  it('ask an endpoint again, if the caller may', async () => {
    const { body } = await newSecret(server, 'refresh');
    const key = await server.enrol(body.secret, {
      uuid: '8f3c2a54-6c1b-4b8f-9d0e-0000000000a2',
      hostname: 'again',
    });
    await server.post(
      agentPaths.distributedWrite,
      { queries: { 'yojin:packages': 7, 'yojin:users': 7 } },
      { key },
    );
    const reads = async () =>
      (await server.post(agentPaths.distributedRead, {}, { key })).body['queries'] as object;
    expect(await reads()).toEqual({});
    const { rows } = await db.query<{ id: string }>(
      `select id from assets.endpoint_view where hostname = 'again'`,
    );
    const id = rows[0]!.id;
    await using inOsaka = await limited('operator');
    expect((await call(inOsaka, 'POST', `/endpoints/${id}/refresh`)).status).toBe(404);
    expect(await call(server, 'POST', `/endpoints/${id}/refresh`)).toMatchObject({
      status: 200,
      body: { parts: 2 },
    });
    expect(Object.keys(await reads())).toEqual(['yojin:packages', 'yojin:users']);
    expect(
      (await call(server, 'POST', '/endpoints/00000000-0000-4000-8000-00000000dead/refresh'))
        .status,
    ).toBe(404);
  });

  it('say where to enrol', async () => {
    const { body } = await call(server, 'GET', '/agents/enrolment');
    expect(body).toMatchObject({ tlsAddress: 'localhost:8443', caCertificate: anyCertificate });
  });

  it('have something to say about their own health', async () => {
    const state = await server.module.state?.();
    expect(state).toEqual(
      expect.arrayContaining([{ key: 'agents.nodes', value: 3, unit: 'count', state: 'ok' }]),
    );
  });
});
