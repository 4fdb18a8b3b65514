import { RoaringBitmap32 } from 'roaring-wasm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import {
  type Jar,
  type PlatformServer,
  startPlatformServer,
} from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';
import { createLog } from '../log.ts';
import type { Difference } from './facet.ts';
import { facetRoutes } from './facet-routes.ts';
import { createFacets } from './facets-index.ts';
import { exampleFacets } from './testdata/example-facets.ts';

const scopeId = '0c7a5a5e-3c0f-4b8e-9d5b-000000000001';
let db: Database & AsyncDisposable;
let server: PlatformServer;
let differences: Difference[] = [];
const clock = () => new Date();

beforeAll(async () => {
  db = await openTestDatabase();
  const facets = createFacets({ db, log: createLog('silent'), clock });
  const example = exampleFacets();
  example.colour.set(1, ['red']);
  example.colour.set(2, ['red', 'blue']);
  facets.register({
    facets: example.facets,
    sources: [
      {
        name: 'test.colours',
        load: async () => undefined,
        refresh: async () => undefined,
        check: async () => differences,
      },
    ],
    within: (reach) => (reach === 'all' ? example.everyone() : new RoaringBitmap32([1])),
    bareWord: 'name',
  });
  await facets.start();
  server = await startPlatformServer(db, {
    modules: [
      {
        name: 'facets',
        routes: (app) => facetRoutes(app, { facets, clock }),
        close: () => facets.close(),
      },
    ],
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const get = (path: string, jar?: Jar) =>
  server.call('GET', path, jar ? { jar } : { token: server.local });
const count = (where: string) => get(`/facets/count?where=${encodeURIComponent(where)}`);

it('lists the keys', async () => {
  const { status, body } = await get('/facets');
  expect(status).toBe(200);
  expect(body.items[0]).toEqual({
    key: 'colour',
    aliases: ['color'],
    title: { ja: '色', en: 'Colour' },
    description: { ja: '色', en: 'Colour' },
    values: 'choice',
    examples: ['colour:x'],
    isBareWord: false,
  });
});

it('counts, or says what is wrong and where', async () => {
  expect((await count('')).body).toEqual({ count: 10, problem: null });
  expect((await count('colour:red -colour:blue')).body).toEqual({ count: 1, problem: null });
  const wrong = await count('colour:rde');
  expect([wrong.status, wrong.body.count]).toEqual([200, null]);
  expect(wrong.body.problem).toMatchObject({
    code: 'BAD_VALUE',
    from: 7,
    to: 10,
    nearest: ['red'],
  });
  expect((await count('x'.repeat(4_001))).body.problem.code).toBe('TOO_LONG');
});

it('completes at the cursor', async () => {
  const { body } = await get('/facets/completions?text=colour%3Ar');
  expect(body.items[0]).toEqual({
    insert: 'red',
    from: 7,
    to: 8,
    kind: 'value',
    title: null,
    count: 2,
  });
  expect((await get('/facets/completions?text=colour%3Ar&cursor=2')).body.items[0].kind).toBe(
    'key',
  );
  expect((await get('/facets/completions?cursor=-1')).status).toBe(400);
});

it('answers within the reach of the caller, and not to strangers', async () => {
  for (const path of ['/facets', '/facets/completions', '/facets/count']) {
    expect((await server.call('GET', path)).status).toBe(401);
  }
  await server.addUser('limited', { role: 'viewer', scopeIds: [scopeId] });
  const jar = await server.signIn('limited');
  expect((await get('/facets/count?where=colour%3Ared', jar)).body.count).toBe(1);
  const { body } = await get('/facets/completions?text=colour%3A', jar);
  const found = body.items.map((item: { insert: string; count: number }) => [
    item.insert,
    item.count,
  ]);
  expect(found).toEqual([['red', 1]]);
  const check = await server.call('POST', '/facets/check', { jar, body: {} });
  expect(check.status).toBe(403);
});

it('compares index and database for administrators', async () => {
  const check = () => server.call('POST', '/facets/check', { token: server.local, body: {} });
  expect((await check()).body).toMatchObject({ equal: true, sources: [{ name: 'test.colours' }] });
  differences = [{ source: 'test.colours', position: 4, detail: 'red here, blue there' }];
  const { body } = await check();
  expect(body.equal).toBe(false);
  expect(body.sources[0].differences).toEqual([{ position: 4, detail: 'red here, blue there' }]);
});
