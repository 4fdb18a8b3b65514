import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../platform/audit/public.ts';
import { startBus } from '../../platform/bus/start-bus.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { createFacets } from '../../platform/facets/facets-index.ts';
import { errorHandler, sendProblem } from '../../platform/http/error-answers.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { validatorCompiler } from '../../platform/http/request-validation.ts';
import type { LiveNews } from '../../platform/live/live-feed.ts';
import { createLog } from '../../platform/log.ts';
import type { App } from '../../platform/module.ts';
import { addEndpoint, addManyEndpoints, addScope } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { assetsModule } from './module.ts';
import type { Answer, EndpointQuery } from './observation.ts';
import { defaultScopeId, recordContacts } from './public.ts';

const now = new Date('2026-11-21T12:00:00Z');
const minutesAgo = (n: number) => new Date(now.getTime() - n * 60_000);

/** The module behind its real routes; who calls is told by the test. */
async function openModule(db: Database) {
  const told: LiveNews[] = [];
  const audited: AuditEntry[] = [];
  const log = createLog('silent');
  const facets = createFacets({ db, log, clock: () => now });
  const bus = await startBus({ db, log });
  const { module, queries } = assetsModule({
    db,
    log,
    bus,
    facets,
    audit: {
      async record(_tx, entry) {
        audited.push(entry);
      },
    },
    live: { publish: (news) => told.push(news), subscribe: () => () => undefined },
    clock: () => now,
  });
  await facets.start();
  const app = fastify() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(errorHandler(sendProblem));
  app.decorateRequest('principal', null);
  let principal: Principal = {
    userId: 'u1',
    userName: 'hana',
    role: 'administrator',
    scopes: 'all',
  };
  app.addHook('onRequest', async (request) => {
    request.principal = principal;
  });
  await app.register(async (scope) => module.routes?.(scope as App));
  await app.ready();
  const call = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body?: object) => {
    const response = await app.inject({ method, url, ...(body && { payload: body }) });
    const json = response.headers['content-type']?.includes('json');
    return {
      status: response.statusCode,
      // biome-ignore lint/suspicious/noExplicitAny: what came over the wire
      body: (json ? response.json() : response.body) as any,
    };
  };
  return {
    app,
    facets,
    module: {
      ...module,
      async close() {
        await facets.close();
        await bus.close();
        await module.close?.();
      },
    },
    queries,
    told,
    audited,
    call,
    get: (url: string) => call('GET', url),
    as: (scopes: Principal['scopes']) => {
      principal = { ...principal, scopes };
    },
    ingest: async (...answers: Answer[]) => {
      for (const answer of answers) {
        const query = queries.find(({ name }) => name === answer.query) as EndpointQuery;
        await db.transaction((tx) => query.ingest(tx, [answer]));
      }
    },
  };
}

function rowsOf(
  endpointId: string,
  query: string,
  rows: Record<string, string>[],
  at = now,
): Answer {
  return { endpointId, platform: 'linux', query, observedAt: at, outcome: { kind: 'rows', rows } };
}

const deb = (name: string, version = '1') => ({
  name,
  version,
  arch: 'amd64',
  source: '',
  maintainer: 'M',
});

describe('endpoints and their inventory', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let api: Awaited<ReturnType<typeof openModule>>;
  let [osaka, tokyo, lab] = ['', '', ''];
  let [mail, web, pc] = ['', '', ''];

  beforeAll(async () => {
    db = await openTestDatabase();
    api = await openModule(db);
    osaka = await addScope(db, 'Osaka', await defaultScopeId(db));
    lab = await addScope(db, 'Lab', osaka);
    tokyo = await addScope(db, 'Tokyo', await defaultScopeId(db));
    mail = await addEndpoint(db, { hostname: 'mail' }, { scopeId: osaka, at: minutesAgo(9000) });
    web = await addEndpoint(db, { hostname: 'web' }, { scopeId: lab, at: minutesAgo(60) });
    pc = await addEndpoint(
      db,
      { hostname: '営業PC', platform: 'windows', osName: 'Microsoft Windows 11 Pro' },
      { scopeId: tokyo, at: minutesAgo(60) },
    );
    await recordContacts(db, [
      { endpointId: mail, at: minutesAgo(1) },
      { endpointId: web, at: minutesAgo(60) },
      { endpointId: web, at: minutesAgo(90) },
    ]);
    await api.ingest(
      rowsOf(mail, 'software-deb', [deb('bash'), deb('postfix')]),
      rowsOf(web, 'software-deb', [deb('bash'), deb('nginx')]),
      rowsOf(mail, 'addresses', [{ interface: 'eth0', address: '192.0.2.10', mask: '' }]),
      rowsOf(web, 'addresses', [{ interface: 'eth0', address: '192.0.2.9', mask: '' }]),
      rowsOf(mail, 'users', [{ username: 'root', uid: '0' }], minutesAgo(500)),
    );
    await api.facets.settled();
  });
  afterAll(async () => {
    await api.module.close?.();
    await api.app.close();
    await db[Symbol.asyncDispose]();
  });

  const names = (body: { items: { hostname: string }[] }) =>
    body.items.map(({ hostname }) => hostname);

  it('lists them with presence, scope and counts', async () => {
    const { status, body } = await api.get('/endpoints');
    expect(status).toBe(200);
    expect(body).toMatchObject({ total: 3, asOf: now.toISOString() });
    expect(body.items).toMatchObject([
      { hostname: 'mail', presence: 'online', scopeName: 'Osaka', softwareCount: 2, osBuild: null },
      { hostname: 'web', presence: 'recent', lastSeenAt: minutesAgo(60).toISOString() },
      { hostname: '営業PC', presence: 'never', lastSeenAt: null, softwareCount: null },
    ]);
  });

  it.each`
    query                                    | expected
    ${'q=MAIL'}                              | ${['mail']}
    ${'q=192.0.2.1'}                         | ${['mail']}
    ${'q=営業'}                              | ${['営業PC']}
    ${'q=%25'}                               | ${[]}
    ${'platform=windows'}                    | ${['営業PC']}
    ${'presence=online'}                     | ${['mail']}
    ${'where=os:windows'}                    | ${['営業PC']}
    ${'where=-os:windows'}                   | ${['mail', 'web']}
    ${'where=software:nginx'}                | ${['web']}
    ${'where=scope:osaka&platform=linux'}    | ${['mail', 'web']}
    ${'where=scope:osaka&q=192.0.2.9'}       | ${['web']}
    ${'where=%20'}                           | ${['mail', 'web', '営業PC']}
    ${'presence=never'}                      | ${['営業PC']}
    ${'criticality=high'}                    | ${[]}
    ${'sharedHardwareUuid=true'}             | ${[]}
    ${'scopeId=$osaka'}                      | ${['mail']}
    ${'scopeId=$osaka&withDescendants=true'} | ${['mail', 'web']}
    ${'sort=-hostname'}                      | ${['営業PC', 'web', 'mail']}
    ${'sort=primaryAddress'}                 | ${['web', 'mail', '営業PC']}
    ${'sort=-lastSeenAt'}                    | ${['mail', 'web', '営業PC']}
    ${'sort=hostname&offset=1&limit=1'}      | ${['web']}
  `('$query', async ({ query, expected }) => {
    const { body } = await api.get(`/endpoints?${query.replace('$osaka', osaka)}`);
    expect(names(body)).toEqual(expected);
  });

  it('selects within the caller’s scopes, in lists and files, and says where it cannot', async () => {
    const software = await api.get('/software?where=hostname:web&sort=name');
    expect(software.body.items.map(({ name }: { name: string }) => name)).toEqual([
      'bash',
      'nginx',
    ]);
    const file = await api.get('/endpoints?format=csv&where=os:windows');
    expect(file.body.split('\r\n')).toHaveLength(3);
    api.as([lab]);
    expect(names((await api.get('/endpoints?where=-os:windows')).body)).toEqual(['web']);
    api.as('all');
    const { status, body } = await api.get('/endpoints?where=os:windows+port:x');
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'SELECTOR_INVALID', errors: [{ at: '/where/16-17' }] });
  });

  it('sorts by every column that it shows', async () => {
    const { body } = await api.get('/endpoints');
    const shown = Object.keys(body.items[0]).filter((key) => key !== 'id' && key !== 'scopeId');
    for (const column of shown) {
      const { status, body: sorted } = await api.get(`/endpoints?sort=-${column}`);
      expect({ column, status, total: sorted.total }).toEqual({ column, status: 200, total: 3 });
    }
    expect((await api.get('/endpoints?sort=notes')).body.code).toBe('SORT_UNKNOWN');
  });

  it('shows one with the state of each part', async () => {
    const { body } = await api.get(`/endpoints/${mail}`);
    const part = (name: string) => body.parts.find((one: { part: string }) => one.part === name);
    expect(part('software-deb')).toMatchObject({ freshness: 'fresh', rowCount: 2, failure: null });
    expect(part('users')).toMatchObject({
      freshness: 'stale',
      observedAt: minutesAgo(500).toISOString(),
      rowCount: 1,
    });
    expect(part('os')).toMatchObject({ freshness: 'never', observedAt: null, rowCount: null });
    expect(part('patches')).toMatchObject({ freshness: 'not-applicable' });
    expect(body.parts).toHaveLength(api.queries.length);
  });

  it('answers the rows of a part by name', async () => {
    const { body } = await api.get(`/endpoints/${mail}/parts/users`);
    expect(body.columns[0]).toBe('username');
    expect(body.rows).toMatchObject([{ username: 'root', uid: '0', shell: '' }]);
    expect((await api.get(`/endpoints/${mail}/parts/os`)).body).toMatchObject({
      state: { freshness: 'never' },
      rows: [],
    });
    expect((await api.get(`/endpoints/${mail}/parts/software-deb`)).status).toBe(404);
    expect((await api.get(`/endpoints/${mail}/parts/nonsense`)).body.code).toBe('PART_NOT_FOUND');
  });

  it('lists software with who has it', async () => {
    const { body } = await api.get('/software?sort=-endpointCount');
    expect(body.items).toMatchObject([
      {
        name: 'bash',
        endpointCount: 2,
        source: 'deb',
        sourceName: 'bash',
        vendor: 'M',
        host: null,
      },
      { endpointCount: 1 },
      { endpointCount: 1 },
    ]);
    const bash = body.items[0].id;
    expect(names((await api.get(`/endpoints?softwareId=${bash}`)).body)).toEqual(['mail', 'web']);
    expect((await api.get(`/software/${bash}`)).body).toMatchObject({ name: 'bash' });
    expect((await api.get('/software/999999')).status).toBe(404);
    expect((await api.get(`/endpoints/${mail}/software?q=post`)).body.items).toMatchObject([
      { name: 'postfix' },
    ]);
    expect((await api.get('/software?name=nginx&source=deb')).body.total).toBe(1);
  });

  it('keeps to the scopes of the caller, counts included', async () => {
    api.as([lab]);
    try {
      expect(names((await api.get('/endpoints')).body)).toEqual(['web']);
      for (const path of ['', '/software', '/history', '/parts/users']) {
        expect((await api.get(`/endpoints/${mail}${path}`)).status).toBe(404);
      }
      expect((await api.call('PATCH', `/endpoints/${mail}`, { owner: 'x' })).status).toBe(404);
      expect((await api.call('DELETE', `/endpoints/${mail}`)).status).toBe(404);
      const { body } = await api.get('/software?sort=name');
      expect(body.items).toMatchObject([
        { name: 'bash', endpointCount: 1 },
        { name: 'nginx', endpointCount: 1 },
      ]);
      expect(body.total).toBe(2);
      expect((await api.get(`/software/${body.items[0].id}`)).body.endpointCount).toBe(1);
      expect((await api.get(`/endpoints/${web}/software`)).body.items).toMatchObject([
        { name: 'bash', endpointCount: 1 },
        { name: 'nginx', endpointCount: 1 },
      ]);
      expect(names((await api.get('/changes')).body)).toEqual(['web', 'web']);
      expect((await api.get('/assets/overview')).body).toMatchObject({
        endpoints: 1,
        distinctSoftware: 2,
        byScope: [{ scopeName: 'Lab', count: 1 }],
      });
      expect((await api.get('/scopes')).body.items).toMatchObject([{ name: 'Lab' }]);
      const moved = await api.call('PATCH', `/endpoints/${web}`, { scopeId: tokyo });
      expect(moved.body.code).toBe('SCOPE_NOT_FOUND');
    } finally {
      api.as('all');
    }
    const postfix = (await api.get('/software?name=postfix')).body.items[0].id;
    api.as([lab]);
    expect((await api.get(`/software/${postfix}`)).status).toBe(404);
    api.as('all');
  });

  it('writes CSV in which nothing runs', async () => {
    await api.call('PATCH', `/endpoints/${web}`, { owner: '=HYPERLINK("x")', tags: ['a', 'b'] });
    const { body } = await api.get('/endpoints?format=csv&sort=hostname');
    const lines = body.split('\r\n');
    expect(lines[0]).toMatch(/^\ufeffid,hostname,platform,/);
    expect(lines).toHaveLength(5);
    expect(lines[2]).toContain(`"'=HYPERLINK(""x"")"`);
    expect(lines[2]).toContain('a; b');
  });

  it('changes one, and says so in the audit log with the values before', async () => {
    api.told.length = 0;
    const change = {
      owner: ' 山田 ',
      criticality: 'critical',
      tags: [' pos ', 'pos', 'x'],
      notes: 'n',
    };
    const { body } = await api.call('PATCH', `/endpoints/${mail}`, change);
    expect(body).toMatchObject({ owner: '山田', criticality: 'critical', tags: ['pos', 'x'] });
    expect(api.audited.at(-1)).toMatchObject({
      actor: { kind: 'user', id: 'u1', name: 'hana' },
      action: 'endpoint.changed',
      target: { id: mail, name: 'mail' },
      details: { before: { owner: null, criticality: 'normal', tags: [], notes: '' } },
    });
    expect(api.told).toContainEqual({ topic: 'endpoints', ids: [mail] });
    const records = api.audited.length;
    await api.call('PATCH', `/endpoints/${mail}`, { owner: '山田' });
    expect(api.audited).toHaveLength(records);
  });

  it('changes many at once, or none', async () => {
    const records = api.audited.length;
    const change = { criticality: 'high', addTags: ['q3'], removeTags: ['pos'] };
    const bad = await api.call('POST', '/endpoints/changes', {
      endpointIds: [mail, '00000000-0000-4000-8000-000000000000'],
      change,
    });
    expect(bad).toMatchObject({
      status: 404,
      body: { code: 'ENDPOINT_NOT_FOUND', errors: [{ at: '/body/endpointIds/1' }] },
    });
    expect((await api.get(`/endpoints/${mail}`)).body.criticality).toBe('critical');
    expect(api.audited).toHaveLength(records);

    const good = await api.call('POST', '/endpoints/changes', { endpointIds: [mail, pc], change });
    expect(good).toMatchObject({ status: 200, body: { changed: 2 } });
    expect((await api.get('/endpoints?tag=q3')).body.items).toMatchObject([
      { hostname: 'mail', criticality: 'high', tags: ['x', 'q3'] },
      { hostname: '営業PC', tags: ['q3'] },
    ]);
    expect(api.audited).toHaveLength(records + 1);
    expect(api.audited.at(-1)?.details).toMatchObject({
      count: 2,
      before: { [mail]: { criticality: 'critical', tags: ['pos', 'x'] }, [pc]: { tags: [] } },
    });
    const crowd = Array.from({ length: 20 }, (_, i) => `${i}`);
    await api.call('POST', '/endpoints/changes', { endpointIds: [pc], change: { addTags: crowd } });
    const more = crowd.map((tag) => `more ${tag}`);
    await api.call('POST', '/endpoints/changes', { endpointIds: [pc], change: { addTags: more } });
    const most = crowd.map((tag) => `most ${tag}`);
    const full = await api.call('POST', '/endpoints/changes', {
      endpointIds: [mail, pc],
      change: { addTags: most },
    });
    expect(full.body.code).toBe('TAGS_TOO_MANY');
    expect((await api.get(`/endpoints/${mail}`)).body.tags).toEqual(['x', 'q3']);
  });

  it('has an overview whose numbers open their lists', async () => {
    const { body } = await api.get('/assets/overview');
    expect(body).toMatchObject({
      endpoints: 3,
      byPresence: { online: 1, recent: 1, silent: 0, never: 1 },
      byPlatform: { linux: 2, darwin: 0, windows: 1 },
      distinctSoftware: 3,
      enrolledLast24h: 2,
      changesLast24h: 5,
    });
    const counted: Record<string, number> = {};
    for (const id of [mail, web, pc]) {
      const { parts } = (await api.get(`/endpoints/${id}`)).body;
      for (const { freshness } of parts) counted[freshness] = (counted[freshness] ?? 0) + 1;
    }
    expect(body.byFreshness).toEqual({ failed: 0, ...counted });
  });

  it('forgets one with all that is known of it', async () => {
    const gone = await addEndpoint(db, { hostname: 'gone' });
    await api.ingest(rowsOf(gone, 'software-deb', [deb('bash'), deb('only-here')]));
    expect((await api.call('DELETE', `/endpoints/${gone}`)).status).toBe(204);
    expect((await api.get(`/endpoints/${gone}`)).status).toBe(404);
    const { rows } = await db.query(
      `select name, endpoint_count from assets.software where name in ('bash', 'only-here') order by 1`,
    );
    expect(rows).toEqual([
      { name: 'bash', endpoint_count: 2 },
      { name: 'only-here', endpoint_count: 0 },
    ]);
    expect(api.audited.at(-1)).toMatchObject({
      action: 'endpoint.forgotten',
      target: { name: 'gone' },
    });
  });

  it('refuses what is no request', async () => {
    expect((await api.get('/endpoints/not-a-uuid')).status).toBe(400);
    expect((await api.get('/endpoints?limit=5000')).status).toBe(400);
    expect((await api.get('/endpoints?softwareId=99999999999')).status).toBe(400);
    expect((await api.call('PATCH', `/endpoints/${mail}`, { criticality: 'severe' })).status).toBe(
      400,
    );
  });

  it('reports its state', async () => {
    const rows = await api.module.state?.();
    expect(rows).toContainEqual({ key: 'assets.endpoints', value: 3, unit: 'count', state: 'ok' });
  });
});

describe('scopes', () => {
  it('grows, moves, refuses circles and names twice, and deletes only what is empty', async () => {
    await using db = await openTestDatabase();
    const api = await openModule(db);
    const root = await defaultScopeId(db);
    const site = { kind: 'site', relation: 'domestic' } as const;
    const add = (name: string, parentId: string | null) =>
      api.call('POST', '/scopes', { ...site, name, parentId });
    const a = (await add(' A ', root)).body;
    expect(a).toMatchObject({ name: 'A', parentId: root, isDefault: false, endpointCount: 0 });
    const b = (await add('B', a.id)).body;
    await addEndpoint(db, {}, { scopeId: b.id });

    expect((await add('A', root)).body.code).toBe('SCOPE_NAME_TAKEN');
    expect((await add('  ', root)).status).toBe(400);
    expect((await add('X', '00000000-0000-4000-8000-000000000000')).body.code).toBe(
      'SCOPE_PARENT_NOT_FOUND',
    );
    for (const parentId of [a.id, b.id]) {
      const { status, body } = await api.call('PATCH', `/scopes/${a.id}`, { parentId });
      expect({ status, code: body.code }).toEqual({ status: 409, code: 'SCOPE_CIRCLE' });
    }
    const { body } = await api.get('/scopes');
    expect(
      body.items.map((scope: Record<string, unknown>) => [
        scope['name'],
        scope['endpointCount'],
        scope['endpointCountWithDescendants'],
      ]),
    ).toEqual([
      ['Organisation', 0, 1],
      ['A', 0, 1],
      ['B', 1, 1],
    ]);

    expect((await api.call('DELETE', `/scopes/${b.id}`)).body).toMatchObject({
      code: 'SCOPE_NOT_EMPTY',
      detail: 'It has 1 endpoints and 0 scopes below it; move them first.',
    });
    expect((await api.call('DELETE', `/scopes/${root}`)).body.code).toBe('SCOPE_IS_DEFAULT');
    await db.query(`update assets.endpoints set scope_id = $1`, [root]);
    expect((await api.call('DELETE', `/scopes/${a.id}`)).body.detail).toContain('1 scopes below');
    await api.call('PATCH', `/scopes/${b.id}`, { parentId: root, name: 'B2' });
    expect(api.audited.at(-1)).toMatchObject({
      action: 'scope.moved',
      details: { before: { parentId: a.id, name: 'B' } },
    });
    expect((await api.call('DELETE', `/scopes/${a.id}`)).status).toBe(204);
    expect((await api.call('PATCH', `/scopes/${a.id}`, { name: 'Z' })).status).toBe(404);
    expect((await api.call('PATCH', `/scopes/${root}`, { name: '本社' })).body.name).toBe('本社');
    await api.module.close?.();
  });

  it('never makes a circle, even by two moves at once', async () => {
    await using db = await openTestDatabase();
    const api = await openModule(db);
    for (let round = 0; round < 5; round += 1) {
      const [x, y] = [await addScope(db, `x${round}`), await addScope(db, `y${round}`)];
      const answers = await Promise.all([
        api.call('PATCH', `/scopes/${x}`, { parentId: y }),
        api.call('PATCH', `/scopes/${y}`, { parentId: x }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
    await api.module.close?.();
  });
});

describe('long lists', () => {
  it('come in windows that fit together, whatever the order', async () => {
    await using db = await openTestDatabase();
    const api = await openModule(db);
    await addManyEndpoints(db, { count: 230, at: now, softwarePerEndpoint: 8 });
    for (const sort of ['platform', '-platform', 'lastSeenAt', '-owner', 'tags', 'hostname']) {
      const seen: string[] = [];
      for (let offset = 0; offset < 230; offset += 50) {
        const { body } = await api.get(`/endpoints?sort=${sort}&limit=50&offset=${offset}`);
        expect(body.total).toBe(230);
        seen.push(...body.items.map(({ id }: { id: string }) => id));
      }
      expect(new Set(seen).size).toBe(230);
    }
    const { body } = await api.get('/software?sort=-endpointCount&limit=10&offset=30');
    expect(body).toMatchObject({ total: 32 });
    expect(body.items).toHaveLength(2);
    await api.module.close?.();
  });
});
