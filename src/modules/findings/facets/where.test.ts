import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addEndpoint } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { startTestServer } from '../../../testing/server-for-tests.ts';
import { followAssets } from '../follow-store.ts';
import { reconcile } from '../reconcile-store.ts';
import type { Weakness } from '../weakness.ts';
import { upsertWeaknesses } from '../weakness-store.ts';

const weakness = (key: string, over: Partial<Weakness>): Weakness => ({
  key,
  kind: 'vulnerability',
  ids: [key],
  title: key,
  titleJa: null,
  severity: 'low',
  cvssScore: null,
  cvssVector: null,
  exploited: null,
  epss: null,
  automatable: null,
  technicalImpact: null,
  publishedAt: null,
  modifiedAt: null,
  references: [],
  ...over,
});

describe('a selector in the list of findings', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: Awaited<ReturnType<typeof startTestServer>>;
  interface List {
    readonly items: { assetName: string; weakness: { key: string } }[];
    readonly total: number;
  }
  const listed = async (where: string) => {
    const path = `/findings?${new URLSearchParams({ where, class: 'any' })}`;
    const { items, total } = await server.api<List>(path);
    expect(total).toBe(items.length);
    return items.map(({ assetName, weakness: { key } }) => `${assetName} ${key}`).sort();
  };

  beforeAll(async () => {
    db = await openTestDatabase();
    const ids = [
      await addEndpoint(db, { hostname: 'web', hostIdentifier: 'a' }),
      await addEndpoint(db, { hostname: 'pc', hostIdentifier: 'b', platform: 'windows' }),
      await addEndpoint(db, { hostname: 'new', hostIdentifier: 'c' }),
    ];
    const { rows } = await db.query<{ id: string }>(`select id from assets.scopes`);
    const scopeId = rows[0]!.id;
    const application = '00000000-0000-4000-8000-0000000000aa';
    const kinds = { '2026-1': ['web', 'pc', 'app'], '2026-2': ['web'], '2026-3': ['pc'] };
    const assetIds: Record<string, string> = { web: ids[0]!, pc: ids[1]!, app: application };
    await db.transaction(async (tx) => {
      const exploited = { since: '2026-11-01', dueOn: null, ransomware: true };
      await upsertWeaknesses(tx, [
        weakness('CVE-2026-1', { severity: 'low', epss: 0.1 }),
        weakness('CVE-2026-2', { severity: 'critical', epss: 0.9, exploited }),
        weakness('CVE-2026-3', { severity: null, ids: ['CVE-2026-3', 'GHSA-aaaa-bbbb-cccc'] }),
      ]);
      await reconcile(tx, {
        kinds: ['vulnerability'],
        assets: Object.entries(assetIds).map(([name, assetId]) => ({
          assetId,
          assetKind: name === 'app' ? 'application' : 'endpoint',
          name,
          scopeId,
          criticality: 'normal',
          exposed: null,
        })),
        observed: Object.entries(kinds).flatMap(([number, names]) =>
          names.map((name) => ({
            assetId: assetIds[name]!,
            weaknessKey: `CVE-${number}`,
            findingClass: 'normal' as const,
            fix: number !== '2026-3' ? { ecosystem: 'npm', name: 'x', version: '2' } : null,
            evidence: [],
            reachable: null,
          })),
        ),
        observedAt: new Date(),
        cause: 'inventory',
      });
    });
    // The server judges anew what it finds judged by nobody knows what; then days set here would go.
    await followAssets(db);
    await db.query(
      `update findings.findings f set due_on = current_date + case w.key when 'CVE-2026-2' then 3 else -3 end
         from findings.weaknesses w, findings.assets a
        where w.id = f.weakness_id and w.key in ('CVE-2026-1', 'CVE-2026-2') and a.id = f.asset_ref
          and a.asset_id = $1`,
      [assetIds['web']],
    );
    server = await startTestServer(db);
  }, 60_000);
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  const web = ['web CVE-2026-1', 'web CVE-2026-2'];
  const pc = ['pc CVE-2026-1', 'pc CVE-2026-3'];
  it.each<[because: string, where: string, expected: string[]]>([
    ['nothing is asked', '', ['app CVE-2026-1', ...pc, ...web]],
    ['endpoints are chosen; an application is none', 'os:linux', web],
    ['most endpoints are chosen', '-os:macos', [...pc, ...web]],
    ['only what is exploited itself', 'kev:yes', ['web CVE-2026-2']],
    ['only what is not', 'kev:no', ['app CVE-2026-1', ...pc, 'web CVE-2026-1']],
    ['a weakness by any id', 'cve:GHSA-AAAA-bbbb-cccc', ['pc CVE-2026-3']],
    ['one of several', 'cve:CVE-2026-2,CVE-2026-3', ['pc CVE-2026-3', 'web CVE-2026-2']],
    ['both terms', 'os:windows severity:low', ['pc CVE-2026-1']],
    ['an order', 'severity:>=high', ['web CVE-2026-2']],
    ['what nobody rated', 'severity:unknown', ['pc CVE-2026-3']],
    ['a number', 'epss:>0.1', ['web CVE-2026-2']],
    ['a number, both ends', 'os:* epss:0.1..0.9', ['pc CVE-2026-1', ...web]],
    ['a flag', 'os:* and fixable:yes', ['pc CVE-2026-1', ...web]],
    ['ransomware', 'ransomware:yes', ['web CVE-2026-2']],
    ['a state', 'findingstate:planned', []],
    ['dates to come', 'due:0d..7d', ['web CVE-2026-2']],
    ['dates of endpoints', '(due:>=0d or os:macos) os:*', pc],
    ['dates on some endpoints', 'due:>=0d os:linux', ['web CVE-2026-2']],
    ['dates past', 'due:overdue', ['web CVE-2026-1']],
    ['a flag of dates', '(overdue:yes)', ['web CVE-2026-1']],
    ['an alternative is of endpoints', 'kev:yes or os:macos', web],
    ['a negation is of findings too', '-kev:yes -os:windows', ['web CVE-2026-1']],
    ['a negated group is of endpoints', '-(kev:yes or os:macos)', pc],
    ['nobody', 'hostname:nobody', []],
  ])('%s', async (_, where, expected) => {
    expect(await listed(where)).toEqual([...expected].sort());
  });

  it('groups by what removes them, and writes files', async () => {
    const fixes = await server.api<{ items: { assets: number }[] }>(
      '/findings/fixes?where=os:windows',
    );
    expect(fixes.items).toMatchObject([{ assets: 1 }]);
    const response = await fetch(`${server.consoleUrl}/api/findings?format=csv&where=kev:yes`, {
      headers: { authorization: `Bearer ${server.localToken}` },
    });
    expect((await response.text()).split('\r\n')).toHaveLength(3);
  });
});
