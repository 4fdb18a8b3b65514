import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/queryable.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { openConsole, setUp, shoot, speakEnglish } from '../../testing/console-browser.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { feedFixture, osvZip } from '../../testing/feeds.ts';
import { debRow, storeInventory } from '../../testing/inventory.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { zipOf } from '../../testing/zip.ts';

const dayMs = 24 * 3_600_000;
const isoDaysAgo = (days: number) => new Date(Date.now() - days * dayMs).toISOString();

/** Two servers with old packages: glibc that is attacked, openssl that is not yet. */
async function addServers(db: Database): Promise<void> {
  const at = new Date();
  const openssl = debRow('libssl3', '3.0.11-1~deb12u1', 'openssl');
  const web = await addEndpoint(db, { hostname: 'web-01', hostIdentifier: 'web-01' }, { at });
  const glibc = debRow('libc6', '2.36-9', 'glibc');
  await storeInventory(db, web, 'software-deb', [glibc, openssl, debRow('hello', '2.10-3')], at);
  const interfaces = [
    { interface: 'eth0', label: '', mac: '00:00:0c:aa:bb:cc', mtu: '1500' },
    { interface: 'docker0', label: '', mac: '02:42:ac:11:00:01', mtu: '1500' },
    { interface: 'eth1', label: '', mac: 'fc:fe:fe:00:00:01', mtu: '1500' },
  ];
  await storeInventory(db, web, 'interfaces', interfaces, at);
  const store = await addEndpoint(db, { hostname: 'db-01', hostIdentifier: 'db-01' }, { at });
  await storeInventory(db, store, 'software-deb', [openssl], at);
}

/** A bundle as one file, with fresh advisories and an EPSS that has grown old. */
function bundleFile(): string {
  const epss = feedFixture('epss.csv').replace(/score_date:[^\n]+/, `score_date:${isoDaysAgo(40)}`);
  const kev = JSON.parse(feedFixture('kev.json')) as object;
  const entries = {
    'osv/Debian:12/all.zip': osvZip('osv/Debian12.jsonl'),
    'kev.json': JSON.stringify({ ...kev, dateReleased: isoDaysAgo(1) }),
    'epss.csv.gz': gzipSync(epss),
    'oui.txt': `# ${isoDaysAgo(3).slice(0, 10)}\n00000C\t24\tCisco Systems, Inc\nnothing\n`,
    'feeds.json': JSON.stringify({
      format: 1,
      feeds: [{ name: 'osv/Debian:12', currentAsOf: isoDaysAgo(1) }],
    }),
  };
  const path = join(mkdtempSync(join(tmpdir(), 'yojin-test-')), 'bundle.zip');
  const files = Object.entries(entries).map(([name, content]) => ({ name, content }));
  writeFileSync(path, zipOf(files));
  return path;
}

/** What a supplier says: of one finding here, and of something that nobody has. */
function vexFile(): string {
  const path = join(mkdtempSync(join(tmpdir(), 'yojin-test-')), 'openvex.json');
  const libssl = 'pkg:deb/debian/libssl3@3.0.11-1~deb12u1?distro=debian-12';
  writeFileSync(
    path,
    JSON.stringify({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.org/vex/7',
      author: 'Example Security',
      timestamp: isoDaysAgo(2),
      version: 1,
      statements: [
        {
          vulnerability: { name: 'CVE-2024-6119' },
          products: [{ '@id': libssl }],
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
        },
        {
          vulnerability: { name: 'CVE-1999-0001' },
          products: [{ '@id': 'pkg:npm/nobody-has-it@1' }],
          status: 'not_affected',
          justification: 'component_not_present',
        },
      ],
    }),
  );
  return path;
}

/** The rows of the list on the page, as one reads them: cells with one space between words. */
async function rowsOf(page: Page): Promise<readonly (readonly string[])[]> {
  return page.getByRole('row').evaluateAll((rows) =>
    rows
      .map((row) =>
        [...row.querySelectorAll('[role="gridcell"], td')].map((cell) =>
          // biome-ignore lint/performance/useDomNodeTextContent: what is read, not what is in the DOM
          (cell as HTMLElement).innerText.replace(/\s+/g, ' ').trim(),
        ),
      )
      .filter((cells) => cells.length > 0),
  );
}

/** Of each row of the findings: what it is about and why it stands there, and on which asset. */
async function findingsOf(page: Page): Promise<readonly string[]> {
  return (await rowsOf(page)).map((cells) => cells.slice(1, 3).join(' @ '));
}

/** The row of the feeds' table that names this feed. */
async function feedOf(page: Page, name: string): Promise<readonly string[] | undefined> {
  return (await rowsOf(page)).find(([first]) => first?.split(' ').includes(name));
}

const waitLong = { timeout: 30_000, interval: 250 };

/**
 * What somebody does who wants to know what to fix: looks at an empty list that does not say
 * "safe", imports a bundle, reads the first row and why it is the first, and tells it what a
 * supplier states. Real Chromium, real server, real PostgreSQL.
 */
describe('findings and feeds, in a real browser', () => {
  it('go from "not assessed" to a list in the right order, in both languages', async () => {
    await using db = await openTestDatabase();
    await using server = await startTestServer(db);
    await addServers(db);
    await using console = await openConsole(server.consoleUrl);
    const { page, complaints, foreign } = console;
    const go = (path: string) => page.goto(server.consoleUrl + path);
    await setUp(page, (await server.setupLink())!);

    // Nothing was fetched: neither "none" nor "safe" anywhere.
    await page.getByRole('link', { name: '火種', exact: true }).click();
    await page.getByText('まだ1台も評価していません', { exact: false }).waitFor();
    await shoot(page, 'findings-unassessed-ja');
    await go('/feeds');
    await expect.poll(() => feedOf(page, 'kev')).toBeDefined();
    expect((await feedOf(page, 'kev'))?.slice(1, 5)).toEqual(['未取得', '—', '未取得', '—']);
    expect((await feedOf(page, 'osv/Debian'))?.[1]).toBe('未取得');
    const { items } = await server.api<{ items: { id: string; hostname: string }[] }>('/endpoints');
    const web = items.find(({ hostname }) => hostname === 'web-01')!.id;
    await go(`/endpoints/${web}?tab=network`);
    await page.getByText('製造元は未評価です（OUIフィードが未取得）').waitFor();
    await page.getByText('プライベートアドレス').waitFor();
    await page.getByRole('link', { name: 'フィードを開く' }).click();

    // The bundle goes in by the page, and the page follows by itself.
    await page.getByRole('button', { name: 'バンドルを取り込む' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type="file"]').setInputFiles(bundleFile());
    await dialog.getByRole('button', { name: '取り込む', exact: true }).click();
    // Two of glibc and openssl on web-01, one on db-01, and the two that are shown apart.
    await page
      .getByText('端末2台を照合しました。火種の新規5件、解消0件。')
      .waitFor({ timeout: 30_000 });
    expect((await feedOf(page, 'osv/Debian:12'))?.slice(1, 2)).toEqual(['最新']);
    expect((await feedOf(page, 'kev'))?.slice(1, 5)).toEqual([
      '最新',
      '1日前 有効期間14日',
      expect.stringMatching(/^(たった今|\d+秒前) バンドルから$/),
      '2',
    ]);
    expect((await feedOf(page, 'epss'))?.slice(1, 3)).toEqual(['期限切れ', '1か月前 有効期間7日']);
    expect((await feedOf(page, 'vulnrichment'))?.slice(1, 2)).toEqual(['未取得']);
    expect((await feedOf(page, 'oui'))?.[4]).toBe('1 読めない記録1件');
    await page.getByRole('button', { name: '読めない記録1件' }).last().click();
    await page.getByRole('dialog').getByText('line 3').waitFor();
    await page.keyboard.press('Escape');
    await shoot(page, 'feeds-ja');
    await go(`/endpoints/${web}?tab=network`);
    await page.getByText('Cisco Systems, Inc').waitFor();
    await page.getByText('登録なし', { exact: true }).waitFor();

    // The list: what is attacked first, then what may be; what does not count is not in it.
    await page.getByRole('link', { name: '火種', exact: true }).click();
    await page.getByRole('row').nth(3).waitFor();
    const glibc =
      'CVE-2023-4911 悪用確認 GNU C Library Buffer Overflow Vulnerability ' +
      '悪用が確認されています（CISA KEV）。公開の有無が未設定のため、公開として扱います。';
    const openssl = /^CVE-2024-6119 .*30日以内に悪用される見込みは67%（EPSS）。/;
    const inOrder = [
      expect.stringMatching(
        new RegExp(`^${glibc}期限を\\d+日超過.*glibc 2\\.36-9\\+deb12u3 で直ります。 @ web-01$`),
      ),
      expect.stringMatching(openssl),
      expect.stringMatching(openssl),
    ];
    const listed = await findingsOf(page);
    expect(listed).toEqual(inOrder);
    expect(listed.slice(1).map((row) => row.split(' @ ')[1])).toEqual(
      expect.arrayContaining(['web-01', 'db-01']),
    );
    await shoot(page, 'findings-ja');

    // A filter is in the address; the address alone brings it back, and "back" takes it away.
    await page.getByRole('combobox', { name: '悪用確認' }).click();
    await page.getByRole('option', { name: '悪用確認' }).click();
    await expect.poll(() => findingsOf(page)).toEqual(inOrder.slice(0, 1));
    expect(new URL(page.url()).search).toBe('?exploited=true');
    await page.reload();
    await expect.poll(() => findingsOf(page)).toEqual(inOrder.slice(0, 1));
    await page.goBack();
    await expect.poll(() => findingsOf(page)).toEqual(inOrder);
    await go('/findings?weakness=CVE-2024-6119&sort=-firstSeen');
    await expect.poll(() => findingsOf(page)).toEqual(inOrder.slice(1));
    await go('/findings?class=unimportant');
    await expect
      .poll(async () => (await findingsOf(page)).map((row) => row.split(' ')[0]))
      .toEqual(['CVE-2025-27587', 'CVE-2025-27587']);

    // One finding: how its date came about, step by step.
    await go('/findings');
    await page.getByText('CVE-2023-4911', { exact: true }).first().click();
    await page.getByRole('heading', { name: '期限の決まり方' }).waitFor();
    const decision = page.locator('section', {
      has: page.getByRole('heading', { name: '期限の決まり方' }),
    });
    const steps = (await decision.getByRole('listitem').allInnerTexts()).map((text) =>
      text.replace(/\s+/g, ' ').trim(),
    );
    expect(steps).toEqual([
      '悪用確認（CISA KEV） はい',
      'インターネットに公開 不明 公開の有無が設定されていないため、公開として扱います',
      expect.stringMatching(/^攻撃の自動化が可能 不明 公表されていないため/),
      expect.stringMatching(/^技術的影響 不明 公表されていないため/),
      expect.stringMatching(/^判定 3日以内＋侵害調査 CISA BOD 26-04の判定表による$/),
      expect.stringMatching(/^起算日 2023\/11\/21 /),
      expect.stringMatching(/^期限 2023\/11\/24 /),
    ]);
    await page.getByText('2.36-9+deb12u3').first().waitFor();
    await shoot(page, 'finding-ja');

    // What the supplier says of openssl: applied, with its reason; the other one is not.
    await go('/vex');
    await page.getByText('VEX文書はまだありません').waitFor();
    await page.getByRole('button', { name: 'VEXを取り込む' }).click();
    await page.getByRole('dialog').locator('input[type="file"]').setInputFiles(vexFile());
    await page.getByRole('dialog').getByRole('button', { name: '取り込む' }).click();
    await page.getByRole('heading', { name: 'https://example.org/vex/7 (1)' }).waitFor();
    expect((await rowsOf(page)).map((cells) => cells.slice(1))).toEqual([
      ['影響なし', '適用', '火種2件の状態を決めています'],
      ['影響なし', '不適用', 'この脆弱性の火種はありません'],
    ]);
    await shoot(page, 'vex-ja');
    const vexUrl = page.url();
    await go('/findings?state=not-affected');
    await expect.poll(() => findingsOf(page)).toHaveLength(2);

    // Where is openssl? Under the name of what it is built from, with its findings.
    await go('/components');
    await page.getByText('調べたい部品の名前を入力してください').waitFor();
    await page.getByRole('searchbox', { name: '部品名またはpurlを入力' }).fill('openssl');
    const places = [
      ['libssl3 openssl', '3.0.11-1~deb12u1', 'deb', 'db-01 端末', 'CVE-2024-6119 CVE-2025-27587'],
      ['libssl3 openssl', '3.0.11-1~deb12u1', 'deb', 'web-01 端末', 'CVE-2024-6119 CVE-2025-27587'],
    ];
    await expect.poll(() => rowsOf(page), waitLong).toEqual(places);
    expect(new URL(page.url()).search).toBe('?q=openssl');
    await go('/components?q=pkg%3Adeb%2Fdebian%2Fhello');
    await expect
      .poll(() => rowsOf(page))
      .toEqual([['hello', '2.10-3', 'deb', 'web-01 端末', '該当なし']]);
    await go('/components?q=left-pad');
    await page.getByText('どの端末にもアプリケーションにもありません').waitFor();
    await shoot(page, 'components-ja');

    // The same in English, taken back.
    await page.goto(vexUrl);
    await speakEnglish(page);
    await page.getByRole('button', { name: 'Withdraw' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('Its statements decide nothing any more.').waitFor();
    expect((await rowsOf(page)).map((cells) => cells.slice(2))).toEqual([
      ['Not applied', 'The document was withdrawn'],
      ['Not applied', 'The document was withdrawn'],
    ]);
    await go('/findings');
    await page.getByRole('row').nth(3).waitFor();
    expect(await findingsOf(page)).toEqual([
      expect.stringMatching(
        /^CVE-2023-4911 Exploited .*Exploited in the wild \(CISA KEV\); nobody has said whether .*; overdue by \d+ days.*; glibc 2\.36-9\+deb12u3 fixes it\. @ web-01$/,
      ),
      expect.stringMatching(
        /^CVE-2024-6119 .*67 % likely to be exploited within 30 days \(EPSS\);/,
      ),
      expect.stringMatching(/^CVE-2024-6119 /),
    ]);
    await shoot(page, 'findings-en');
    await go('/feeds');
    await expect.poll(() => feedOf(page, 'epss')).toBeDefined();
    expect((await feedOf(page, 'epss'))?.slice(1, 3)).toEqual([
      'Too old',
      '1 month ago good for 7 days',
    ]);
    expect((await feedOf(page, 'vulnrichment'))?.slice(1, 4)).toEqual([
      'Never imported',
      '—',
      'Never imported',
    ]);
    await shoot(page, 'feeds-en');
    await go('/components?q=hello');
    await expect
      .poll(() => rowsOf(page))
      .toEqual([['hello', '2.10-3', 'deb', 'web-01 Endpoint', 'None found']]);

    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  }, 180_000);
});
