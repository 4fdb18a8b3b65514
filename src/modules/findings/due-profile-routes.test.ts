import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import type { DueProfileChanged, ScopeDueProfile } from './api.ts';
import { loadProfiles, reconcile, rejudge } from './reconcile-store.ts';
import type { Weakness } from './weakness.ts';
import { upsertWeaknesses } from './weakness-store.ts';

const password = 'a-long-enough-password-1';
const observedAt = new Date('2026-11-01T00:00:00Z');

const vulnerability: Weakness = {
  key: 'CVE-2026-0001',
  kind: 'vulnerability',
  ids: ['CVE-2026-0001'],
  title: 'CVE-2026-0001',
  titleJa: null,
  severity: 'medium',
  cvssScore: 5,
  cvssVector: null,
  exploited: null,
  epss: null,
  automatable: false,
  technicalImpact: 'partial',
  publishedAt: null,
  modifiedAt: null,
  references: [],
};

describe('profiles of due dates', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: Awaited<ReturnType<typeof startTestServer>>;
  /** company › site › plant, and a company of its own. */
  let scopes: Record<'company' | 'site' | 'plant' | 'other', string>;
  const assets = { company: randomUUID(), plant: randomUUID(), other: randomUUID() };

  const scope = async (name: string, parentId: string | null) => {
    const body = { name, parentId, kind: 'site', relation: 'domestic' };
    return (await server.api<{ id: string }>('/scopes', { method: 'POST', body })).id;
  };
  const put = (scopeId: string, profile: string | null) =>
    server.api<DueProfileChanged>(`/due-profiles/${scopeId}`, { method: 'PUT', body: { profile } });
  const list = async () => (await server.api<{ items: ScopeDueProfile[] }>('/due-profiles')).items;
  const dueDays = async () => {
    const { rows } = await db.query<{ assetId: string; dueOn: string | null }>(
      `select a.asset_id as "assetId", f.due_on::text as "dueOn"
         from findings.findings f join findings.assets a on a.id = f.asset_ref`,
    );
    const of = (id: string) => rows.find(({ assetId }) => assetId === id)?.dueOn;
    return { company: of(assets.company), plant: of(assets.plant), other: of(assets.other) };
  };
  const audited = async () =>
    (
      await server.api<{
        items: { target: { id: string; name: string }; details: Record<string, unknown> }[];
      }>('/audit?action=findings.due_profile_changed')
    ).items;

  /** Asks as a user of this role who reaches `scopeIds` (null: everything). */
  async function as(role: string, scopeIds: string[] | null) {
    const login = `u${randomUUID().slice(0, 8)}`;
    await server.api('/users', {
      method: 'POST',
      body: { login, displayName: login, password, role, scopeIds, language: 'en' },
    });
    const origin = server.consoleUrl.replace(/\/$/, '');
    const signedIn = await fetch(`${origin}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify({ login, password }),
    });
    const cookie = signedIn.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
    return async (method: string, path: string, body?: object) => {
      const response = await fetch(`${origin}/api${path}`, {
        method,
        headers: {
          cookie,
          origin,
          'x-csrf-token': csrfToken,
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const answer = (await response.json()) as { code?: string; items?: ScopeDueProfile[] };
      return { status: response.status, ...answer };
    };
  }

  beforeAll(async () => {
    db = await openTestDatabase();
    server = await startTestServer(db);
    const company = await scope('Asahi', null);
    const site = await scope('Osaka', company);
    const plant = await scope('Plant 2', site);
    scopes = { company, site, plant, other: await scope('Kaede', null) };
    await db.transaction(async (tx) => {
      await upsertWeaknesses(tx, [vulnerability]);
      await reconcile(tx, {
        kinds: ['vulnerability'],
        cause: 'inventory',
        observedAt,
        assets: (['company', 'plant', 'other'] as const).map((name) => ({
          assetId: assets[name],
          assetKind: 'application',
          scopeId: scopes[name],
          criticality: 'normal',
          exposed: false,
        })),
        observed: Object.values(assets).map((assetId) => ({
          assetId,
          weaknessKey: vulnerability.key,
          findingClass: 'normal',
          fix: null,
          evidence: [],
          reachable: null,
        })),
      });
    });
  });
  beforeEach(async () => {
    for (const id of Object.values(scopes)) await put(id, null);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  it('inherits from the nearest scope above that has one, else BOD 26-04', async () => {
    const of = async () => {
      const profiles = await loadProfiles(db);
      return [scopes.company, scopes.site, scopes.plant, scopes.other].map((id) =>
        profiles.get(id),
      );
    };
    expect(await of()).toEqual(['bod-26-04', 'bod-26-04', 'bod-26-04', 'bod-26-04']);
    await put(scopes.company, 'severity-days');
    expect(await of()).toEqual(['severity-days', 'severity-days', 'severity-days', 'bod-26-04']);
    await put(scopes.site, 'kev-dates');
    expect(await of()).toEqual(['severity-days', 'kev-dates', 'kev-dates', 'bod-26-04']);
    await put(scopes.plant, 'bod-26-04');
    expect(await of()).toEqual(['severity-days', 'kev-dates', 'bod-26-04', 'bod-26-04']);
    await put(scopes.site, null);
    expect(await of()).toEqual(['severity-days', 'severity-days', 'bod-26-04', 'bod-26-04']);
    const { rows } = await db.query<{ id: string }>(`select id from assets.scope_view`);
    expect([...(await loadProfiles(db)).keys()].sort()).toEqual(rows.map(({ id }) => id).sort());
  });

  it('lists the tree with what is set and what applies', async () => {
    await put(scopes.site, 'kev-dates');
    const rows = (await list()).filter(({ scopeId }) => Object.values(scopes).includes(scopeId));
    expect(rows.map(({ name, depth, own, effective }) => [name, depth, own, effective])).toEqual([
      ['Asahi', 0, null, 'bod-26-04'],
      ['Osaka', 1, 'kev-dates', 'kev-dates'],
      ['Plant 2', 2, null, 'kev-dates'],
      ['Kaede', 0, null, 'bod-26-04'],
    ]);
  });

  it('moves due dates below at once, and back; those elsewhere stay', async () => {
    expect(await dueDays()).toEqual({ company: null, plant: null, other: null });
    const done = await put(scopes.site, 'severity-days');
    expect(done).toEqual({
      scopeId: scopes.site,
      own: 'severity-days',
      effective: 'severity-days',
      moved: 1,
    });
    const due = '2027-01-30'; // 90 days after it was seen first: medium
    expect(await dueDays()).toEqual({ company: null, plant: due, other: null });
    expect((await put(scopes.company, 'severity-days')).moved).toBe(1);
    expect(await dueDays()).toEqual({ company: due, plant: due, other: null });
    // Osaka keeps what it has, now from above.
    expect((await put(scopes.site, null)).moved).toBe(0);
    expect((await put(scopes.company, null)).moved).toBe(2);
    expect(await dueDays()).toEqual({ company: null, plant: null, other: null });
  });

  it('lets nobody who judged by the profile of before write after the change', async () => {
    let change: Promise<DueProfileChanged> | undefined;
    await db.transaction(async (tx) => {
      // Holds what it judged by, as an assessment does.
      await rejudge(tx, { assetIds: [assets.plant] });
      change = put(scopes.site, 'severity-days');
      let waiting = 0;
      while (waiting === 0) {
        const { rows } = await db.query(
          `select from pg_locks where locktype = 'advisory' and not granted
              and database = (select oid from pg_database where datname = current_database())`,
        );
        waiting = rows.length;
      }
      expect((await loadProfiles(tx)).get(scopes.plant)).toBe('bod-26-04');
    });
    expect((await change)?.moved).toBe(1);
  });

  it('keeps the outcome in step where neither the date nor the rank changes', async () => {
    await db.query(`update findings.findings set due_outcome = 'severity-days'`);
    await db.transaction((tx) => rejudge(tx, { scopeIds: Object.values(scopes) }));
    const { rows } = await db.query(`select distinct due_outcome from findings.findings`);
    expect(rows).toEqual([{ due_outcome: 'next-upgrade' }]);
  });

  it('records what was before and what is after, and nothing when nothing changes', async () => {
    await put(scopes.plant, 'severity-days');
    const [record, ...older] = await audited();
    expect(record).toMatchObject({
      target: { id: scopes.plant, name: 'Plant 2' },
      details: {
        before: { own: null, effective: 'bod-26-04' },
        after: { own: 'severity-days', effective: 'severity-days' },
        moved: 1,
      },
    });
    await put(scopes.plant, 'severity-days');
    expect(await audited()).toHaveLength(older.length + 1);
  });

  it('lets only administrators change, and only within their reach', async () => {
    const change = { profile: 'kev-dates' };
    const operator = await as('operator', null);
    expect((await operator('GET', '/due-profiles')).status).toBe(200);
    expect((await operator('PUT', `/due-profiles/${scopes.site}`, change)).status).toBe(403);

    await put(scopes.company, 'severity-days');
    const local = await as('administrator', [scopes.site]);
    const { items } = await local('GET', '/due-profiles');
    expect(items?.map(({ name, depth, effective }) => [name, depth, effective])).toEqual([
      ['Osaka', 0, 'severity-days'],
      ['Plant 2', 1, 'severity-days'],
    ]);
    for (const id of [scopes.company, scopes.other, randomUUID()]) {
      expect(await local('PUT', `/due-profiles/${id}`, change)).toMatchObject({
        status: 404,
        code: 'SCOPE_NOT_FOUND',
      });
    }
    expect((await local('PUT', `/due-profiles/${scopes.plant}`, change)).status).toBe(200);
    expect((await loadProfiles(db)).get(scopes.plant)).toBe('kev-dates');
    expect((await loadProfiles(db)).get(scopes.other)).toBe('bod-26-04');
  });

  it('takes no profile that there is not', async () => {
    await expect(put(scopes.site, 'never')).rejects.toThrow('400');
    await expect(put('no-uuid', 'kev-dates')).rejects.toThrow('400');
  });
});
