import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Queryable } from '../../platform/db/queryable.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { countFindings, listFindings } from './list-store.ts';
import { reconcile } from './reconcile-store.ts';
import { listOpenFindings } from './statement-store.ts';
import { listFixes } from './summary-store.ts';
import type { AssetFacts, Observed, Weakness } from './weakness.ts';
import { upsertWeaknesses } from './weakness-store.ts';

const scopeId = '00000000-0000-4000-8000-000000000001';
const asset = (more: Partial<AssetFacts> = {}): AssetFacts => ({
  assetId: randomUUID(),
  assetKind: 'endpoint',
  scopeId,
  criticality: 'normal',
  exposed: false,
  ...more,
});
const weakness = (key: string, more: Partial<Weakness> = {}): Weakness => ({
  key,
  kind: 'vulnerability',
  ids: [key],
  title: key,
  titleJa: null,
  severity: 'high',
  cvssScore: 7.5,
  cvssVector: null,
  exploited: null,
  epss: 0.01,
  automatable: false,
  technicalImpact: 'partial',
  publishedAt: null,
  modifiedAt: null,
  references: [],
  ...more,
});
const on = (
  { assetId }: AssetFacts,
  weaknessKey: string,
  more: Partial<Observed> = {},
): Observed => ({
  assetId,
  weaknessKey,
  findingClass: 'normal',
  fix: { ecosystem: 'Debian:12', name: 'openssl', version: '3.0.14-1~deb12u2' },
  evidence: [
    {
      softwareId: 1,
      component: 'openssl',
      version: '3.0.11-1',
      ecosystem: 'Debian:12',
      advisoryId: `DEBIAN-${weaknessKey}`,
      source: 'osv',
      matched: 'introduced 0, fixed 3.0.14-1~deb12u2',
      fixedVersion: '3.0.14-1~deb12u2',
    },
  ],
  reachable: null,
  ...more,
});
const inventory = { kinds: ['vulnerability'] as const, cause: 'inventory' as const };
const findingsOf = async (db: Queryable, { assetId }: AssetFacts) =>
  (
    await db.query<{ key: string; state: string; dueOn: string | null; reopened: number }>(
      `select w.key, f.state, f.due_on::text as "dueOn", f.reopened_count as reopened
         from findings.findings f join findings.weaknesses w on w.id = f.weakness_id
         join findings.assets a on a.id = f.asset_ref where a.asset_id = $1 order by 1`,
      [assetId],
    )
  ).rows;

describe('reconcile', () => {
  it('keeps every package that has to be upgraded, as observed last', async () => {
    await using db = await openTestDatabase();
    const host = asset();
    await upsertWeaknesses(db, [weakness('CVE-1'), weakness('CVE-2')]);
    const run = (...observed: Observed[]) =>
      db.transaction((tx) =>
        reconcile(tx, { ...inventory, assets: [host], observed, observedAt: new Date() }),
      );
    const furtherOf = async () =>
      (
        await db.query(
          `select w.key, x.name, m.version from findings.further_fixes m
             join findings.findings f on f.id = m.finding_id join findings.fixes x on x.id = m.fix_id
             join findings.weaknesses w on w.id = f.weakness_id order by 1, 2`,
        )
      ).rows;
    const further = [
      { ecosystem: 'Debian:12', name: 'openssl1.0', version: '1.0.2zz' },
      { ecosystem: 'Debian:12', name: 'old', version: null },
    ];
    await run(on(host, 'CVE-1', { furtherFixes: further }), on(host, 'CVE-2'));
    expect(await furtherOf()).toEqual([
      { key: 'CVE-1', name: 'old', version: null },
      { key: 'CVE-1', name: 'openssl1.0', version: '1.0.2zz' },
    ]);
    const [row] = await listFindings(
      db,
      { scopeIds: 'all', today: '2026-11-21', weakness: 'CVE-1' },
      { name: 'rank', descending: false },
      { offset: 0, limit: 10 },
      new Date(),
    );
    expect(row).toMatchObject({
      fix: { name: 'openssl' },
      fixes: [
        { name: 'openssl', version: '3.0.14-1~deb12u2' },
        { name: 'old', version: null },
        { name: 'openssl1.0', version: '1.0.2zz' },
      ],
    });
    // What goes out to others names them all as well.
    const open = await listOpenFindings(db, { weaknessIds: ['CVE-1'] });
    expect(open[0]!.fixes).toEqual(row!.fixes.map(({ id: _, ...fix }) => fix));
    const [alone] = await listOpenFindings(db, { weaknessIds: ['CVE-2'] });
    expect(alone!.fixes).toMatchObject([{ name: 'openssl' }]);
    expect(row!.why.en).toContain(
      'openssl 3.0.14-1~deb12u2 and openssl1.0 1.0.2zz fix part of it; for old no fix is known',
    );
    const { items } = await listFixes(
      db,
      { scopeIds: 'all', today: '2026-11-21' },
      { offset: 0, limit: 10 },
    );
    expect(
      items.map(({ name, findings, withOthers, versions }) => [
        name,
        findings,
        withOthers,
        versions,
      ]),
    ).toEqual([
      ['openssl', 2, 1, ['3.0.14-1~deb12u2']],
      ['openssl1.0', 1, 1, ['1.0.2zz']],
    ]);
    const other = items.find(({ name }) => name === 'openssl1.0')!;
    expect(
      await countFindings(db, { scopeIds: 'all', today: '2026-11-21', fixId: other.id }),
    ).toEqual({ total: 1, totalIsAtLeast: false });
    // The same again writes nothing; another answer replaces what was said before.
    expect(
      await run(on(host, 'CVE-1', { furtherFixes: further.toReversed() }), on(host, 'CVE-2')),
    ).toMatchObject({ unchanged: 2 });
    expect(
      await run(on(host, 'CVE-1', { furtherFixes: [further[0]!] }), on(host, 'CVE-2')),
    ).toMatchObject({ changed: 1, unchanged: 1 });
    expect(await furtherOf()).toEqual([{ key: 'CVE-1', name: 'openssl1.0', version: '1.0.2zz' }]);
    await run(on(host, 'CVE-1'), on(host, 'CVE-2'));
    expect(await furtherOf()).toEqual([]);
  });

  it('opens, leaves alone, closes and reopens, and keeps the history', async () => {
    await using db = await openTestDatabase();
    const host = asset();
    await upsertWeaknesses(db, [weakness('CVE-1'), weakness('CVE-2')]);
    const run = (day: string, ...observed: Observed[]) =>
      db.transaction((tx) =>
        reconcile(tx, { ...inventory, assets: [host], observed, observedAt: new Date(day) }),
      );

    const both = [on(host, 'CVE-1'), on(host, 'CVE-2')];
    expect(await run('2026-11-01', ...both)).toMatchObject({ opened: 2, closed: 0 });
    expect(await run('2026-11-02', ...both)).toMatchObject({ opened: 0, unchanged: 2, changed: 0 });
    expect(await run('2026-11-03', on(host, 'CVE-2'))).toMatchObject({ closed: 1, unchanged: 1 });
    expect(await run('2026-11-04', on(host, 'CVE-2'))).toMatchObject({ closed: 0, unchanged: 1 });
    expect(await run('2026-11-05', ...both)).toMatchObject({ reopened: 1, unchanged: 1 });
    expect(await findingsOf(db, host)).toMatchObject([
      { key: 'CVE-1', state: 'open', reopened: 1 },
      { key: 'CVE-2', state: 'open', reopened: 0 },
    ]);
    const { rows } = await db.query(
      `select e.event, e.details->>'cause' as cause from findings.events e
         join findings.findings f on f.id = e.finding_id
         join findings.weaknesses w on w.id = f.weakness_id where w.key = 'CVE-1' order by e.id`,
    );
    expect(rows).toEqual([
      { event: 'opened', cause: 'inventory' },
      { event: 'closed', cause: 'inventory' },
      { event: 'reopened', cause: 'inventory' },
    ]);
  });

  it('touches neither other assets nor other kinds', async () => {
    await using db = await openTestDatabase();
    const [a, b] = [asset(), asset()];
    await upsertWeaknesses(db, [weakness('CVE-1'), weakness('EOL:x', { kind: 'end-of-life' })]);
    const at = new Date('2026-11-01');
    await reconcile(db, {
      ...inventory,
      assets: [a, b],
      observed: [on(a, 'CVE-1'), on(b, 'CVE-1')],
      observedAt: at,
    });
    await reconcile(db, {
      kinds: ['end-of-life'],
      cause: 'inventory',
      assets: [a],
      observed: [on(a, 'EOL:x', { fix: null })],
      observedAt: at,
    });
    await reconcile(db, { ...inventory, assets: [a], observed: [], observedAt: at });
    expect(await findingsOf(db, a)).toMatchObject([
      { key: 'CVE-1', state: 'closed' },
      { key: 'EOL:x', state: 'open' },
    ]);
    expect(await findingsOf(db, b)).toMatchObject([{ key: 'CVE-1', state: 'open' }]);
  });

  it('moves the due date when a weakness is listed in KEV, without a new observation', async () => {
    await using db = await openTestDatabase();
    const host = asset();
    await upsertWeaknesses(db, [weakness('CVE-1')]);
    await reconcile(db, {
      ...inventory,
      assets: [host],
      observed: [on(host, 'CVE-1')],
      observedAt: new Date('2026-11-01'),
    });
    expect(await findingsOf(db, host)).toMatchObject([{ dueOn: null }]);
    const listed = { exploited: { since: '2026-11-10', dueOn: '2026-11-24', ransomware: false } };
    expect(await upsertWeaknesses(db, [weakness('CVE-1', listed)])).toEqual({
      changed: 1,
      rejudged: 1,
    });
    // Detected before it was listed: fourteen days from detection.
    expect(await findingsOf(db, host)).toMatchObject([{ dueOn: '2026-11-15' }]);
    expect(await upsertWeaknesses(db, [weakness('CVE-1', listed)])).toEqual({
      changed: 0,
      rejudged: 0,
    });
  });

  it('keeps the state that people gave while it is still observed', async () => {
    await using db = await openTestDatabase();
    const host = asset();
    await upsertWeaknesses(db, [weakness('CVE-1')]);
    const observe = (...observed: Observed[]) =>
      reconcile(db, { ...inventory, assets: [host], observed, observedAt: new Date('2026-11-02') });
    await observe(on(host, 'CVE-1'));
    await db.query(`update findings.findings set state = 'awaiting-proof'`);
    await observe(on(host, 'CVE-1', { reachable: true }));
    expect(await findingsOf(db, host)).toMatchObject([{ state: 'awaiting-proof' }]);
    await observe();
    expect(await findingsOf(db, host)).toMatchObject([{ state: 'closed' }]);
  });
});
