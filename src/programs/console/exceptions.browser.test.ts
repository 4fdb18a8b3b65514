import { expect, it } from 'vitest';
import { addDays } from '../../modules/findings/due.ts';
import { measureDays } from '../../modules/findings/measures/daily-store.ts';
import { reconcile, upsertWeaknesses } from '../../modules/findings/public.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { openConsole, setUp, shoot, speakEnglish } from '../../testing/console-browser.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';

const dayMs = 86_400_000;

/** Two machines: one with a finding that is exploited and long overdue, both with an ordinary one. */
async function addFindings(db: Database, scopeId: string): Promise<void> {
  const weakness = (key: string, listedOn: string | null) => ({
    key,
    kind: 'vulnerability' as const,
    ids: [key],
    title: `${key} in a driver`,
    titleJa: null,
    severity: listedOn === null ? ('medium' as const) : ('critical' as const),
    cvssScore: 5,
    cvssVector: null,
    exploited: listedOn === null ? null : { since: listedOn, dueOn: null, ransomware: false },
    epss: null,
    automatable: true,
    technicalImpact: 'partial' as const,
    publishedAt: null,
    modifiedAt: null,
    references: [],
  });
  const keys = ['CVE-2026-0001', 'CVE-2026-0002', 'CVE-2026-0003'];
  await upsertWeaknesses(db, [
    weakness('CVE-2026-0001', null),
    weakness('CVE-2026-0002', addDays(new Date().toISOString().slice(0, 10), -60)),
    weakness('CVE-2026-0003', null),
  ]);
  const observe = async (hostname: string, assetId: string, seen: string[], daysAgo: number) =>
    db.transaction((tx) =>
      reconcile(tx, {
        kinds: ['vulnerability'],
        cause: 'inventory',
        assets: [
          { assetId, assetKind: 'endpoint', scopeId, criticality: 'normal', exposed: false },
        ],
        observed: seen.map((weaknessKey) => ({
          assetId,
          weaknessKey,
          findingClass: 'normal' as const,
          fix: { ecosystem: 'Debian:12', name: `driver-of-${hostname}`, version: '2' },
          evidence: [],
          reachable: null,
        })),
        observedAt: new Date(Date.now() - daysAgo * dayMs),
      }),
    );
  const cnc = await addEndpoint(db, { hostname: 'cnc-01', hostIdentifier: 'cnc-01' }, { scopeId });
  const pc = await addEndpoint(db, { hostname: 'pc-01', hostIdentifier: 'pc-01' }, { scopeId });
  await addEndpoint(db, { hostname: 'new-01', hostIdentifier: 'new-01' }, { scopeId });
  await observe('cnc-01', cnc, keys, 20);
  await observe('pc-01', pc, ['CVE-2026-0001', 'CVE-2026-0003'], 20);
  await measureDays(db, new Date(Date.now() - 8 * dayMs));
  await observe('pc-01', pc, ['CVE-2026-0001'], 3);
  await measureDays(db, new Date());
}

it('asks for an exception, approves what another asked for, and shows deadlines and measures', async () => {
  await using db = await openTestDatabase();
  await using server = await startTestServer(db);
  const { items: scopes } = await server.api<{ items: { id: string }[] }>('/scopes');
  await addFindings(db, scopes[0]!.id);
  await using console = await openConsole(server.consoleUrl);
  const { page, complaints, foreign } = console;
  const go = (path: string) => page.goto(server.consoleUrl + path);
  await setUp(page, (await server.setupLink())!);

  // From a finding: its weakness on its machine.
  await go('/findings?weakness=CVE-2026-0001');
  await page
    .getByRole('link', { name: /CVE-2026-0001/ })
    .first()
    .click();
  await page.getByRole('button', { name: '例外を申請' }).click();
  await page.getByText('件の火種（1台）').waitFor();
  await page.getByLabel('最終日').fill(addDays(new Date().toISOString().slice(0, 10), 30));
  await page.getByRole('textbox', { name: '理由' }).fill('メーカーが更新を認証していない');
  await shoot(page, 'exceptions-ask-ja');
  await page.getByRole('button', { name: '申請する' }).click();
  await page.getByText('承認待ち').first().waitFor();
  // Who asks does not approve.
  expect(await page.getByRole('button', { name: '承認', exact: true }).count()).toBe(0);

  // What the command line asked for, somebody at the console decides on.
  const asked = await server.api<{ id: number }>('/exceptions', {
    method: 'POST',
    body: {
      covers: { scopeId: scopes[0]!.id, weakness: 'CVE-2026-0002', coversExploited: true },
      reason: 'cut off from every network',
      until: addDays(new Date().toISOString().slice(0, 10), 10),
    },
  });
  await go('/deadlines');
  await page.getByText('期限を過ぎた弱点').waitFor();
  await page.getByText('CVE-2026-0002', { exact: true }).waitFor();
  await shoot(page, 'deadlines-ja');
  await go(`/exceptions/${asked.id}`);
  await page.getByText('悪用が確認された火種1件を隠します').waitFor();
  await shoot(page, 'exception-ja');
  await page.getByRole('button', { name: '承認', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '承認', exact: true }).click();
  await page.getByRole('link', { name: '1件／1台' }).click();
  await page.getByRole('row').filter({ hasText: 'CVE-2026-0002' }).waitFor();
  expect(await page.getByRole('row').filter({ hasText: 'CVE-' }).count()).toBe(1);
  await go('/deadlines');
  await page.getByText('CVE-2026-0001', { exact: true }).waitFor();
  expect(await page.getByText('CVE-2026-0002', { exact: true }).count()).toBe(0);
  await go('/exceptions');
  await page.getByRole('row').filter({ hasText: 'cut off from every network' }).waitFor();
  await shoot(page, 'exceptions-ja');

  await go('/measures');
  await page.getByText('解消までの時間（中央値）').first().waitFor();
  await page.getByText('n = 1: データが足りません').first().waitFor();
  await shoot(page, 'measures-ja');
  await speakEnglish(page);
  await page.getByText('Median time to remediate').first().waitFor();
  await shoot(page, 'measures-en');
  for (const [path, text] of [
    ['/exceptions', 'Covered at approval'],
    ['/deadlines', 'Overdue, by weakness'],
    ['/exceptions/new', 'Which findings'],
  ] as const) {
    await go(path);
    await page.getByText(text).first().waitFor();
    await shoot(page, `${path.slice(1).replace('/', '-')}-en`);
  }
  expect(complaints).toEqual([]);
  expect(foreign).toEqual([]);
}, 120_000);
