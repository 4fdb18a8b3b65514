import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBus } from '../../platform/bus/start-bus.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { createFacets } from '../../platform/facets/facets-index.ts';
import { errorHandler, sendProblem } from '../../platform/http/error-answers.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { validatorCompiler } from '../../platform/http/request-validation.ts';
import { createLog } from '../../platform/log.ts';
import type { App } from '../../platform/module.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { findingsModule } from './module.ts';
import { reconcile } from './reconcile-store.ts';
import type { Observed, Weakness } from './weakness.ts';
import { upsertWeaknesses } from './weakness-store.ts';

const now = new Date('2026-11-21T12:00:00Z');
const scopeId = '00000000-0000-4000-8000-000000000001';
const assetId = randomUUID();

/** The module behind its real routes; who calls is told by the test. */
async function openModule(db: Database) {
  const log = createLog('silent');
  const facets = createFacets({ db, log, clock: () => now });
  const bus = await startBus({ db, log });
  const { routes } = findingsModule({
    db,
    log,
    bus,
    facets,
    audit: { async record() {} },
    live: { publish: () => undefined, subscribe: () => () => undefined },
    clock: () => now,
  });
  const app = fastify() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(errorHandler(sendProblem));
  app.decorateRequest('principal', null);
  app.decorateRequest('caller', null);
  const principal: Principal = {
    userId: 'u1',
    userName: 'hana',
    role: 'operator',
    scopes: 'all',
  };
  const caller = { ...principal };
  app.addHook('onRequest', async (request) => {
    request.principal = caller;
  });
  await app.register(async (scope) => routes?.(scope as App));
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const response = await app.inject({ method, url, ...(payload && { payload }) });
    return { status: response.statusCode, body: response.json() };
  };
  const close = async () => {
    await app.close();
    await bus.close();
  };
  return { call, caller, close };
}

const weakness = (key: string, ids: readonly string[] = [key]): Weakness => ({
  key,
  kind: 'vulnerability',
  ids,
  title: key,
  titleJa: null,
  severity: null,
  cvssScore: null,
  cvssVector: null,
  exploited: null,
  epss: null,
  automatable: null,
  technicalImpact: null,
  publishedAt: null,
  modifiedAt: null,
  references: [],
});
const on = (weaknessKey: string, findingClass: Observed['findingClass'] = 'normal'): Observed => ({
  assetId,
  weaknessKey,
  findingClass,
  fix: null,
  evidence: [],
  reachable: null,
});

describe('the routes of findings', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let module: Awaited<ReturnType<typeof openModule>>;
  const observe = (observed: readonly Observed[]) =>
    db.transaction((tx) =>
      reconcile(tx, {
        kinds: ['vulnerability'],
        assets: [
          { assetId, assetKind: 'application', scopeId, criticality: 'normal', exposed: null },
        ],
        observed,
        observedAt: now,
        cause: 'inventory',
      }),
    );
  const idOf = async (key: string): Promise<number> =>
    (await module.call('GET', `/findings?weakness=${key}&state=any&class=any`)).body.items[0].id;

  beforeAll(async () => {
    db = await openTestDatabase();
    module = await openModule(db);
    await db.transaction((tx) =>
      upsertWeaknesses(tx, [
        weakness('CVE-2026-0001', ['CVE-2026-0001', 'GHSA-jfh8-c2jp-5v3q']),
        weakness('CVE-2026-0002'),
        weakness('CVE-2026-0003'),
      ]),
    );
    await observe([on('CVE-2026-0001'), on('CVE-2026-0002'), on('CVE-2026-0003', 'unimportant')]);
  });
  afterAll(async () => {
    await module.close();
    await db[Symbol.asyncDispose]();
  });

  it('counts what is kept apart by its class', async () => {
    const { body } = await module.call('GET', '/findings/overview');
    expect(body.byClass).toEqual({ normal: 2, unimportant: 1 });
  });

  it.each(['CVE-2026-0001', 'cve-2026-0001', 'ghsa-JFH8-c2jp-5v3q'])(
    'finds a weakness and its findings as %s',
    async (id) => {
      expect((await module.call('GET', `/weaknesses/${id}`)).body.key).toBe('CVE-2026-0001');
      expect((await module.call('GET', `/findings?weakness=${id}`)).body.total).toBe(1);
    },
  );

  it('says by code why some were not changed, and changes the others', async () => {
    const [first, second] = [await idOf('CVE-2026-0001'), await idOf('CVE-2026-0002')];
    await observe([on('CVE-2026-0001'), on('CVE-2026-0003', 'unimportant')]);
    const { status, body } = await module.call('POST', '/findings/changes', {
      findingIds: [first, second, 999_999],
      change: { state: 'planned' },
    });
    expect(status).toBe(200);
    expect(body.changed).toBe(1);
    expect(body.refused.map(({ id, code }: { id: number; code: string }) => [id, code])).toEqual([
      [second, 'closed-reopens-by-observation'],
      [999_999, 'not-found'],
    ]);
  });

  it('excepts nothing by hand: exceptions are asked for', async () => {
    const findingIds = [await idOf('CVE-2026-0001')];
    const { status } = await module.call('POST', '/findings/changes', {
      findingIds,
      change: { state: 'excepted', exceptedUntil: '2026-12-01', reason: 'later' },
    });
    expect(status).toBe(400);
  });

  it('shows and changes nothing of other scopes', async () => {
    const id = await idOf('CVE-2026-0001');
    Object.assign(module.caller, { scopes: [randomUUID()] });
    try {
      expect((await module.call('GET', `/findings/${id}`)).status).toBe(404);
      expect((await module.call('GET', '/findings?class=any')).body.total).toBe(0);
      expect((await module.call('GET', '/findings/overview')).body.byClass).toEqual({});
      const { body } = await module.call('POST', '/findings/changes', {
        findingIds: [id],
        change: { owner: 'me' },
      });
      expect(body.refused[0].code).toBe('not-found');
    } finally {
      Object.assign(module.caller, { scopes: 'all' });
    }
  });
});
