import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '../../../platform/db/queryable.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { feedFixture, sharedFeeds } from '../../../testing/feeds.ts';
import { zipOf } from '../../../testing/zip.ts';
import { ageOfEcosystems } from '../coverage-store.ts';
import { importBundle } from './bundle-store.ts';
import { signingKey } from './connectors/signature.ts';
import { exportBundle } from './export-store.ts';
import { importFeed } from './import-store.ts';
import { parseCvrf } from './parse-cvrf.ts';

const at = new Date('2025-09-30T12:00:00Z');
const good = feedFixture('cvrf.xml');
const folder = () => mkdtempSync(join(tmpdir(), 'yojin-test-'));
const change = (from: string | RegExp, to: string) => {
  const changed = good.replace(from, to);
  expect(changed).not.toBe(good);
  return changed;
};

it('reads which build fixes a CVE, in which product, by which KB', () => {
  const { items, rejected, asOf } = parseCvrf(good);
  expect(rejected.count).toBe(0);
  expect(asOf).toEqual(new Date('2025-09-09'));
  expect(items.map(({ product, fixedVersion }) => `${product}: ${fixedVersion}`)).toEqual([
    'Windows Server 2019: 10.0.17763.7792',
    'Windows Server 2022: 10.0.20348.4171',
    'Windows Server 2022: 10.0.20348.4106',
    'Letters & Sheets 2030: 10.0.16000.100',
    'Windows 11 Version 23H2 for x64-based Systems: 10.0.22631.5909',
  ]);
  expect(items[0]).toEqual({
    cve: 'CVE-2025-54916',
    product: 'Windows Server 2019',
    release: '2019',
    kb: 'KB5065428',
    fixedVersion: '10.0.17763.7792',
    fixedBuild: 17763,
    fixedRevision: 7792,
    month: '2025-09-01',
    score: 7.8,
    exploitStatus: 'Exploited:No',
  });
  // Another product's number looks like Windows' own: it is compared with nothing.
  expect(items[3]).toMatchObject({ kb: 'Click to Run', fixedBuild: null, fixedRevision: null });
  expect(items[4]).toMatchObject({ release: '23H2', score: null, exploitStatus: null });
});

it.each`
  because                             | from                                                    | to                 | reason                                                 | left
  ${'no CVE id'}                      | ${'>CVE-2025-54916<'}                                   | ${'>CVE-1<'}       | ${'not a CVE id'}                                      | ${2}
  ${'no CVE at all'}                  | ${'<vuln:CVE>CVE-2025-54916</vuln:CVE>'}                | ${''}              | ${'not a CVE id'}                                      | ${2}
  ${'an unknown product'}             | ${'ProductID="11571"'}                                  | ${'ProductID="1"'} | ${/CVE-2025-54916: its product 11571 is not in/}       | ${2}
  ${'a KB that is none'}              | ${'>5065428<'}                                          | ${'>soon<'}        | ${'CVE-2025-54916: "soon" is no number of a KB'}       | ${2}
  ${'a fix of Windows without build'} | ${'<vuln:FixedBuild>10.0.17763.7792</vuln:FixedBuild>'} | ${''}              | ${/a fix of Windows Server 2019 lacks its FixedBuild/} | ${4}
`('skips and lists with its place: $because', ({ from, to, reason, left }) => {
  const { items, rejected } = parseCvrf(change(from, to), '2025-Sep.xml');
  expect(rejected.listed).toEqual([
    {
      at: '2025-Sep.xml: Vulnerability[1]',
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
    },
  ]);
  expect(items).toHaveLength(left);
});

it.each<[string, () => string, string]>([
  ['not XML', () => 'hello', 'NOT_XML'],
  ['nothing', () => '', 'NOT_XML'],
  ['cut off', () => good.slice(0, -500), 'NOT_XML'],
  ['another document', () => '<rss><a/></rss>', 'WRONG_SHAPE'],
  ['no date', () => change(/<cvrf:InitialReleaseDate>.*/, ''), 'WRONG_SHAPE'],
  ['a date that is none', () => change('2025-09-09T07', '2025-02-31T07'), 'WRONG_SHAPE'],
  [
    'entities that multiply',
    () => change('?>', '?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>'),
    'DOCTYPE_REFUSED',
  ],
  [
    'a file from outside',
    () => change('?>', '?><!doctype a SYSTEM "file:///etc/passwd">'),
    'DOCTYPE_REFUSED',
  ],
  [
    'too deep',
    () =>
      change(
        '</prod:ProductTree>',
        `${'<prod:Branch>'.repeat(5_000)}${'</prod:Branch>'.repeat(5_000)}</prod:ProductTree>`,
      ),
    'NOT_XML',
  ],
  ['too many tags', () => change('</cvrf:cvrfdoc>', '<a/>'.repeat(2_000_001)), 'TOO_LARGE'],
  ['too large', () => good.padEnd(33 * 1024 * 1024), 'TOO_LARGE'],
])('refuses the document: %s', (_, text, code) => {
  expect(() => parseCvrf(text())).toThrow(expect.objectContaining({ code }));
});

const importZip = (db: Database, zip: Buffer) => {
  const path = join(folder(), 'cvrf.zip');
  writeFileSync(path, zip);
  return importFeed(db, 'windows-cvrf', path, {
    at,
    source: { origin: 'bundle', url: null, etag: null, lastModified: null, currentAsOf: null },
  });
};
const held = async (db: Database) =>
  (
    await db.query<{ id: string }>(
      `select osv_id as id from vulnerabilities.advisories where feed = 'windows-cvrf' order by 1`,
    )
  ).rows.map(({ id }) => id);

it('is imported whole, keeps what a damaged document names, and makes Windows fresh', async () => {
  await using db = await openTestDatabase();
  const both = ['MSRC-CVE-2025-54916', 'MSRC-CVE-2025-90003'];
  expect((await ageOfEcosystems(db, at))('Windows')).toBe(true);
  expect(await importZip(db, zipOf([{ name: '2025-Sep.xml', content: good }]))).toMatchObject({
    outcome: 'imported',
    recordCount: 2,
    rejectedCount: 0,
  });
  expect(await held(db)).toEqual(both);
  const aged = async (day: string) => (await ageOfEcosystems(db, new Date(day)))('Windows');
  expect([await aged('2025-10-20'), await aged('2025-11-20')]).toEqual([false, true]);

  const later = good.replaceAll('2025-09', '2025-08').replaceAll('CVE-2025-9', 'CVE-2025-8');
  const damaged = await importZip(
    db,
    zipOf([
      { name: '2025-Sep.xml', content: good.slice(0, -40) },
      { name: '2025-Oct.xml', content: later.replaceAll('2025-08', '2025-09') },
    ]),
  );
  expect(damaged).toMatchObject({
    outcome: 'imported',
    rejectedCount: 1,
    rejections: [{ at: '2025-Sep.xml', reason: expect.stringContaining('not well-formed') }],
  });
  expect(await held(db)).toEqual([both[0], 'MSRC-CVE-2025-80003', both[1]]);

  for (const [zip, code] of [
    [zipOf([{ name: 'a.xml', content: 'no' }]), 'NOTHING_USABLE'],
    [Buffer.from('no archive'), 'ARCHIVE_DAMAGED'],
  ] as const) {
    expect((await importZip(db, zip)).error?.code).toBe(code);
  }
  expect(await held(db)).toHaveLength(3);

  // Its documents are not kept: an export goes without.
  const out = join(folder(), 'out.tar.gz');
  expect((await exportBundle(db, out, { at, key: await signingKey(folder()) })).feeds).toEqual([]);
});

it('takes the published documents out of a bundle', async () => {
  await using db = await openTestDatabase();
  const zip = sharedFeeds
    ? readFileSync(join(sharedFeeds, 'windows/msrc-cvrf-xml.zip'))
    : zipOf([{ name: '2025-Sep.xml', content: good }]);
  const bundle = join(folder(), 'bundle.zip');
  writeFileSync(bundle, zipOf([{ name: 'feeds/windows/msrc-cvrf-xml.zip', content: zip }]));
  const { feeds } = await importBundle(db, bundle, { at: new Date('2026-11-21T12:00:00Z') });
  expect(feeds).toMatchObject([
    {
      feed: 'windows-cvrf',
      outcome: 'imported',
      rejectedCount: 0,
      recordCount: sharedFeeds ? 350 : 2,
    },
  ]);
  const { rows } = await db.query<{ record: unknown }>(
    `select record from vulnerabilities.advisories where osv_id = 'MSRC-CVE-2025-54916'`,
  );
  // The cumulative update, not the lower hotpatch of the same month.
  expect(JSON.stringify(rows)).toContain('20348.4171');
  expect(JSON.stringify(rows)).not.toContain('"fixed":"20348.4106"');
});
