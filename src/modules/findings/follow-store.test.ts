import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addEndpoint } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { followAssets } from './follow-store.ts';
import { reconcile } from './reconcile-store.ts';
import type { Weakness } from './weakness.ts';
import { upsertWeaknesses } from './weakness-store.ts';

const observedAt = new Date('2026-11-01T00:00:00Z');
/** By severity due after 90 days; by the other profiles with the next upgrade. */
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
const in90Days = '2027-01-30';

describe('findings follow their assets', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: Awaited<ReturnType<typeof startTestServer>>;
  let strict: string;
  let easy: string;
  let below: string;
  let moving: string;
  let staying: string;

  const call = (method: string, path: string, body: object) => server.api(path, { method, body });
  const scope = async (name: string, parentId: string | null) =>
    (
      await server.api<{ id: string }>('/scopes', {
        method: 'POST',
        body: { name, parentId, kind: 'site', relation: 'domestic' },
      })
    ).id;
  const dueDays = async () => {
    const { rows } = await db.query<{ assetId: string; dueOn: string | null; scopeId: string }>(
      `select a.asset_id as "assetId", f.due_on::text as "dueOn", f.scope_id as "scopeId"
         from findings.findings f join findings.assets a on a.id = f.asset_ref`,
    );
    const of = (id: string) => rows.find(({ assetId }) => assetId === id)!;
    return [of(moving), of(staying)].map(({ dueOn, scopeId }) => [dueOn, scopeId]);
  };
  const assess = (assetId: string, scopeId: string) =>
    db.transaction((tx) =>
      reconcile(tx, {
        kinds: ['vulnerability'],
        cause: 'inventory',
        observedAt,
        assets: [{ assetId, assetKind: 'endpoint', scopeId, criticality: 'normal', exposed: null }],
        observed: [
          {
            assetId,
            weaknessKey: vulnerability.key,
            findingClass: 'normal',
            fix: null,
            evidence: [],
            reachable: null,
          },
        ],
      }),
    );
  const patiently = { timeout: 20_000, interval: 50 };

  beforeAll(async () => {
    db = await openTestDatabase();
    server = await startTestServer(db);
    strict = await scope('Strict', null);
    easy = await scope('Easy', null);
    below = await scope('Below', easy);
    await call('PUT', `/due-profiles/${strict}`, { profile: 'severity-days' });
    await call('PUT', `/due-profiles/${easy}`, { profile: 'kev-dates' });
    moving = await addEndpoint(db, { hostname: 'moving' }, { scopeId: easy });
    staying = await addEndpoint(db, { hostname: 'staying' }, { scopeId: below });
    await upsertWeaknesses(db, [vulnerability]);
    await assess(moving, easy);
    await assess(staying, below);
    await followAssets(db);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  it('to another scope, by one change to many endpoints', async () => {
    expect(await dueDays()).toEqual([
      [null, easy],
      [null, below],
    ]);
    await call('POST', '/endpoints/changes', {
      endpointIds: [moving],
      change: { scopeId: strict },
    });
    await vi.waitFor(async () => {
      expect(await dueDays()).toEqual([
        [in90Days, strict],
        [null, below],
      ]);
    }, patiently);
  });

  it('to another place of their scope in the tree, and back', async () => {
    await call('PATCH', `/scopes/${below}`, { parentId: strict });
    await vi.waitFor(
      async () => expect((await dueDays())[1]).toEqual([in90Days, below]),
      patiently,
    );
    await call('PATCH', `/scopes/${below}`, { parentId: easy });
    await vi.waitFor(async () => expect((await dueDays())[1]).toEqual([null, below]), patiently);
  });

  it('to another criticality and exposure, which the rank goes by', async () => {
    const rank = async () =>
      (
        await db.query<{ rank: number; exposed: boolean | null }>(
          `select f.rank, a.exposed from findings.findings f
             join findings.assets a on a.id = f.asset_ref where a.asset_id = $1`,
          [staying],
        )
      ).rows[0]!;
    const before = await rank();
    await call('POST', '/endpoints/changes', {
      endpointIds: [staying],
      change: { criticality: 'critical', addTags: ['internet-exposed'] },
    });
    await vi.waitFor(async () => {
      const after = await rank();
      expect(after.exposed).toBe(true);
      expect(after.rank).toBeLessThan(before.rank);
    }, patiently);
  });

  it('when nobody told of the move, and once only', async () => {
    // As after a crash between the move and the notice.
    await db.query(`update assets.endpoints set scope_id = $2 where id = $1`, [moving, easy]);
    expect(await followAssets(db)).toBe(1);
    expect((await dueDays())[0]).toEqual([null, easy]);
    expect(await followAssets(db)).toBe(0);
    // An assessment that knew only the place of before is followed by the place of now.
    await assess(moving, strict);
    expect((await dueDays())[0]).toEqual([in90Days, strict]);
    expect(await followAssets(db)).toBe(1);
    expect((await dueDays())[0]).toEqual([null, easy]);
  });
});
