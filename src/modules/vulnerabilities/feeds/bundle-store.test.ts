import { createHash, createPublicKey } from 'node:crypto';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../platform/db/queryable.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { feedFixture, osvZip, writeBundle } from '../../../testing/feeds.ts';
import { zipOf } from '../../../testing/zip.ts';
import { importBundle } from './bundle-store.ts';
import { loadTrustedKeys, signingKey } from './connectors/signature.ts';
import { unpackTar } from './connectors/tar.ts';
import { exportBundle } from './export-store.ts';
import { loadFeed } from './feed-store.ts';
import { FeedDamaged } from './rejections.ts';

const at = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-11-22T12:00:00Z');
const folder = () => mkdtempSync(join(tmpdir(), 'yojin-test-'));

/** Everything that feeds brought, as one text: equal when nothing changed. */
async function contentOf(db: Database): Promise<string> {
  const tables = ['advisories', 'kev', 'epss', 'cve_facts', 'eol_cycles', 'windows_fixes'];
  const parts = tables.map(async (table) => {
    const { rows } = await db.query<{ text: string }>(
      `select coalesce(string_agg(t, E'\\n' order by t), '') as text
         from (select (to_jsonb(x) - 'id' - 'content_hash')::text as t
                 from vulnerabilities.${table} x) each`,
    );
    return `${table}: ${rows[0]!.text}`;
  });
  return (await Promise.all(parts)).join('\n');
}

const outcomes = (result: Awaited<ReturnType<typeof importBundle>>) =>
  Object.fromEntries(
    result.feeds.map(({ feed, outcome, error }) => [feed, error?.code ?? outcome]),
  );

describe('importing a bundle', () => {
  it('brings every feed, whatever is missing, and is idempotent', async () => {
    await using db = await openTestDatabase();
    const all = await importBundle(db, writeBundle(folder()), { at });
    expect(outcomes(all)).toEqual({
      'debian-support': 'imported',
      endoflife: 'imported',
      epss: 'imported',
      kev: 'imported',
      'osv/Debian:12': 'imported',
      'osv/PyPI': 'imported',
      'ubuntu-support': 'imported',
      vulnrichment: 'imported',
      'windows-fixes': 'imported',
      'windows-releases': 'imported',
    });
    const before = await contentOf(db);
    const again = await importBundle(db, writeBundle(folder()), { at: later });
    expect(new Set(Object.values(outcomes(again)))).toEqual(new Set(['unchanged']));
    expect(await contentOf(db)).toBe(before);

    const few = Object.fromEntries(
      ['osv/PyPI/all.jsonl.gz', 'kev.json', 'eol.json'].map((path) => [path, null]),
    );
    expect(
      outcomes(await importBundle(db, writeBundle(folder(), few), { at: later })),
    ).not.toHaveProperty('kev');
    expect(await contentOf(db)).toBe(before);
    expect(await loadFeed(db, 'kev')).toMatchObject({
      outcome: 'unchanged',
      recordCount: 2,
      succeededAt: later,
      dataAsOf: new Date('2026-08-07T16:45:47.064Z'),
      generation: 1,
      origin: 'bundle',
    });
  });

  it('takes tar, tar.gz and zip archives of it, with or without a folder around', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, writeBundle(folder()), { at });
    const exported = join(folder(), 'bundle.tar.gz');
    await exportBundle(db, exported, { at, key: await signingKey(folder()) });
    const plain = join(folder(), 'bundle.tar');
    writeFileSync(plain, gunzipSync(readFileSync(exported)));
    const zipped = join(folder(), 'bundle.zip');
    writeFileSync(zipped, zipOf([{ name: 'feeds/kev.json', content: feedFixture('kev.json') }]));
    for (const path of [exported, plain]) {
      await using other = await openTestDatabase();
      const result = await importBundle(other, path, { at });
      expect(result).toMatchObject({ checksums: 'verified', signature: 'signer-not-pinned' });
      expect(await contentOf(other)).toBe(await contentOf(db));
    }
    await using third = await openTestDatabase();
    expect(outcomes(await importBundle(third, zipped, { at }))).toEqual({ kev: 'imported' });
  });

  it.each<[string, Record<string, Buffer | string>, Record<string, string>]>([
    [
      'a truncated ZIP',
      { 'osv/Debian:12/all.zip': osvZip('osv/Debian12.jsonl').subarray(0, 3_000) },
      { 'osv/Debian:12': 'ARCHIVE_DAMAGED' },
    ],
    [
      'a ZIP of garbage',
      { 'osv/Debian:12/all.zip': zipOf([{ name: 'a.json', content: 'oh no' }]) },
      { 'osv/Debian:12': 'NOTHING_USABLE' },
    ],
    ['an empty ZIP', { 'osv/Debian:12/all.zip': zipOf([]) }, { 'osv/Debian:12': 'NOTHING_USABLE' }],
    [
      'a ZIP that leads out',
      {
        'osv/Debian:12/all.zip': osvZip('osv/Debian12.jsonl', [
          { name: '../x.json', content: '{}' },
        ]),
      },
      { 'osv/Debian:12': 'ARCHIVE_DAMAGED' },
    ],
    [
      'truncated gzip',
      { 'epss.csv.gz': gzipSync(feedFixture('epss.csv')).subarray(0, 90) },
      { epss: 'ARCHIVE_DAMAGED' },
    ],
    ['wrong JSON', { 'kev.json': '{"vulnerabilities":[' }, { kev: 'NOT_JSON' }],
    ['an error page', { 'kev.json': '<html>502</html>' }, { kev: 'NOT_JSON' }],
    ['an empty file', { 'eol.json': '' }, { endoflife: 'NOT_JSON' }],
    ['an empty catalogue', { 'kev.json': '{"vulnerabilities":[]}' }, { kev: 'NOTHING_USABLE' }],
  ])(
    'keeps the last good data after %s, says what is wrong, and imports the rest',
    async (_what, changes, wrong) => {
      await using db = await openTestDatabase();
      await importBundle(db, writeBundle(folder()), { at });
      const before = await contentOf(db);
      const result = await importBundle(db, writeBundle(folder(), changes), { at: later });
      expect(outcomes(result)).toMatchObject(wrong);
      expect(result.feeds.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1);
      expect(await contentOf(db)).toBe(before);
      const [name, code] = Object.entries(wrong)[0]!;
      const row = await loadFeed(db, name);
      expect(row).toMatchObject({ outcome: 'failed', succeededAt: at, attemptedAt: later });
      expect(row?.error).toMatch(new RegExp(`^${code}: .{10}`));
    },
  );

  it('skips a bad record, lists it, and keeps the last good form of what it was', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, writeBundle(folder()), { at });
    const good = feedFixture('osv/Debian12.jsonl').trim().split('\n');
    const archive = zipOf([
      ...good.slice(1).map((content, index) => ({ name: `${index}.json`, content })),
      { name: 'DEBIAN-CVE-2023-4911.json', content: '{"id":"DEBIAN-CVE-2023-4911","modified":7}' },
    ]);
    const changes = { 'osv/Debian:12/all.zip': archive };
    const { feeds } = await importBundle(db, writeBundle(folder(), changes), { at: later });
    expect(feeds.find(({ feed }) => feed === 'osv/Debian:12')).toMatchObject({
      outcome: 'unchanged',
      recordCount: 3,
      rejectedCount: 1,
      rejections: [
        { at: 'DEBIAN-CVE-2023-4911.json', reason: expect.stringContaining('$.modified') },
      ],
    });
    const { rows } = await db.query(
      `select osv_id from vulnerabilities.advisories where feed = 'osv/Debian:12' order by 1`,
    );
    expect(rows).toHaveLength(4);
  });

  it('does not go back in time, nor down to a fraction', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, writeBundle(folder()), { at });
    const old = feedFixture('epss.csv')
      .replace('2026-08-15', '2026-07-01')
      .replace('0.81422', '0.1');
    const before = await contentOf(db);
    const older = await importBundle(db, writeBundle(folder(), { 'epss.csv.gz': gzipSync(old) }), {
      at: later,
    });
    expect(outcomes(older)).toMatchObject({ epss: 'older' });
    expect(await contentOf(db)).toBe(before);

    const record = feedFixture('osv/Debian12.jsonl').split('\n')[0]!;
    const lines = record.replaceAll('2026-11-20T', '2026-11-19T').replace('deb12u3', 'deb12u1');
    const past = { 'osv/Debian:12/all.zip': zipOf([{ name: 'a.json', content: lines }]) };
    const rolledBack = await importBundle(db, writeBundle(folder(), past), { at: later });
    expect(outcomes(rolledBack)).toMatchObject({ 'osv/Debian:12': 'older' });
    expect(await contentOf(db)).toBe(before);

    const many = Array.from({ length: 500 }, (_, i) => `CVE-2024-${10_000 + i},0.5,0.5`).join('\n');
    const heading = '#score_date:2026-09-01T00:00:00+0000\ncve,epss,percentile\n';
    await importBundle(db, writeBundle(folder(), { 'epss.csv.gz': gzipSync(heading + many) }), {
      at,
    });
    const newer = heading.replace('2026-09', '2026-10');
    const small = { 'epss.csv.gz': gzipSync(`${newer}CVE-2024-10000,0.5,0.5\n`) };
    const shrunk = await importBundle(db, writeBundle(folder(), small), { at: later });
    expect(outcomes(shrunk)).toMatchObject({ epss: 'SHRUNK' });
    const path = writeBundle(folder(), small);
    const accepted = await importBundle(db, path, { at: later, acceptSmaller: true });
    expect(outcomes(accepted)).toMatchObject({ epss: 'imported' });
  });

  it('lets the feed of a whole ecosystem take the place of those of its releases', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, writeBundle(folder()), { at });
    const whole = {
      'osv/Debian/all.zip': osvZip('osv/Debian12.jsonl'),
      'osv/Debian:12/all.zip': null,
    };
    await importBundle(db, writeBundle(folder(), whole), { at: later });
    const { rows } = await db.query(
      `select distinct feed from vulnerabilities.advisories where feed like 'osv/Debian%'`,
    );
    expect(rows).toEqual([{ feed: 'osv/Debian' }]);
    expect(await loadFeed(db, 'osv/Debian:12')).toBeUndefined();
    expect(outcomes(await importBundle(db, writeBundle(folder()), { at: later }))).toMatchObject({
      'osv/Debian:12': 'older',
    });
  });

  it('leaves a feed as it was when it is stopped within', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, writeBundle(folder()), { at });
    const before = await contentOf(db);
    const one = feedFixture('osv/Debian12.jsonl').replaceAll('2026-11-20T', '2026-11-21T');
    const records = one
      .trim()
      .split('\n')
      .map((content, i) => ({ name: `${i}.json`, content }));
    const stop = new AbortController();
    const stopped = importBundle(
      db,
      writeBundle(folder(), { 'osv/Debian:12/all.zip': zipOf(records) }),
      {
        at: later,
        signal: stop.signal,
        progress: (feed, done) => {
          if (feed === 'osv/Debian:12' && done > 0) stop.abort();
        },
      },
    );
    await expect(stopped).rejects.toThrow(/abort/);
    expect(await contentOf(db)).toBe(before);
    expect(await loadFeed(db, 'osv/Debian:12')).toMatchObject({ generation: 1 });
  });

  it('refuses what is no bundle', async () => {
    await using db = await openTestDatabase();
    const file = join(folder(), 'file');
    writeFileSync(file, 'just text');
    const linked = writeBundle(folder(), { 'kev.json': null });
    symlinkSync('/etc/hostname', join(linked, 'kev.json'));
    for (const [path, code] of [
      [file, 'NOT_AN_ARCHIVE'],
      [join(folder(), 'missing'), 'NOT_FOUND'],
      [folder(), 'NO_FEEDS'],
      [linked, 'NOT_A_FILE'],
    ] as const) {
      await expect(importBundle(db, path, { at })).rejects.toMatchObject({ code });
    }
    expect((await db.query(`select from vulnerabilities.feeds`)).rows).toEqual([]);
  });
});

describe('checksums and signature', () => {
  const sums = (bundle: string, names: readonly string[]) =>
    names
      .map((name) => {
        const hash = createHash('sha256')
          .update(readFileSync(join(bundle, name)))
          .digest('hex');
        return `${hash}  ${name}\n`;
      })
      .join('');
  const only = (more: Record<string, string | null> = {}) => ({
    ...Object.fromEntries(
      [
        'osv/Debian:12/all.zip',
        'osv/PyPI/all.jsonl.gz',
        'cve-meta-vulnrichment.jsonl.gz',
        'eol.json',
        'debian/support/debian.csv',
        'debian/support/ubuntu.csv',
        'windows/cve-kb-mapping.json.gz',
        'windows/windows-versions.json',
      ].map((name) => [name, null]),
    ),
    ...more,
  });

  it('refuses the whole when one file differs, is missing, or is not vouched for', async () => {
    await using db = await openTestDatabase();
    const bundle = writeBundle(folder(), only());
    const good = sums(bundle, ['kev.json', 'epss.csv.gz']);
    const cases: readonly [string, string][] = [
      [good.replace(/^./, (digit) => (digit === '0' ? '1' : '0')), 'CHECKSUM_WRONG'],
      [sums(bundle, ['kev.json']), 'CHECKSUM_MISSING'],
      [`${good}${'0'.repeat(64)}  eol.json\n`, 'FILE_MISSING'],
      ['hello\n', 'WRONG_SHAPE'],
    ];
    for (const [text, code] of cases) {
      writeFileSync(join(bundle, 'checksums.txt'), text);
      await expect(importBundle(db, bundle, { at })).rejects.toMatchObject({ code });
    }
    expect((await db.query(`select from vulnerabilities.feeds`)).rows).toEqual([]);
    writeFileSync(join(bundle, 'checksums.txt'), good);
    expect(await importBundle(db, bundle, { at })).toMatchObject({
      checksums: 'verified',
      signature: 'not-signed',
    });
  });

  it('is signed on export; a pinned key makes the signature obligatory', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, writeBundle(folder()), { at });
    const [home, here] = [folder(), folder()];
    const key = await signingKey(home);
    const file = join(folder(), 'bundle.tar.gz');
    const exported = await exportBundle(db, file, { at, key });
    expect(exported.bytes).toBe(readFileSync(file).length);
    expect(exported.sha256).toBe(createHash('sha256').update(readFileSync(file)).digest('hex'));
    // The key stays the same, and only its owner may read it.
    expect((await signingKey(home)).export({ format: 'jwk' })).toEqual(
      key.export({ format: 'jwk' }),
    );

    await unpackTar(file, here, () => true, { totalBytes: 1e9, fileBytes: 1e9, files: 100 });
    const trusted = [createPublicKey(readFileSync(join(here, 'signing-key.pub.pem'), 'utf8'))];
    await using other = await openTestDatabase();
    expect(await importBundle(other, here, { at, trusted })).toMatchObject({
      signature: 'verified',
      signer: exported.fingerprint,
    });

    const stranger = [createPublicKey(await signingKey(folder()))];
    await expect(importBundle(other, here, { at, trusted: stranger })).rejects.toMatchObject({
      code: 'SIGNATURE_WRONG',
    });
    // Somebody changed a feed and its checksum as well.
    const changed = readFileSync(join(here, 'kev.json'), 'utf8').replace(
      '2023-11-21',
      '2020-01-01',
    );
    writeFileSync(join(here, 'kev.json'), changed);
    const names = readFileSync(join(here, 'checksums.txt'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.slice(66));
    writeFileSync(join(here, 'checksums.txt'), sums(here, names));
    await expect(importBundle(other, here, { at, trusted })).rejects.toBeInstanceOf(FeedDamaged);
    await expect(importBundle(other, writeBundle(folder()), { at, trusted })).rejects.toMatchObject(
      {
        code: 'NOT_SIGNED',
      },
    );
  });

  it('reads the keys that a home pins', async () => {
    const home = folder();
    expect(await loadTrustedKeys(home)).toEqual([]);
  });

  it('carries the ages along, and believes none from the future', async () => {
    await using db = await openTestDatabase();
    const manifest = (currentAsOf: string) =>
      JSON.stringify({ feeds: [{ name: 'osv/PyPI', currentAsOf }] });
    await importBundle(
      db,
      writeBundle(folder(), { 'feeds.json': manifest('2026-11-20T00:00:00Z') }),
      { at },
    );
    expect(await loadFeed(db, 'osv/PyPI')).toMatchObject({ currentAsOf: new Date('2026-11-20') });
    await using other = await openTestDatabase();
    await importBundle(
      other,
      writeBundle(folder(), { 'feeds.json': manifest('2036-01-01T00:00:00Z') }),
      { at },
    );
    expect(await loadFeed(other, 'osv/PyPI')).toMatchObject({ currentAsOf: null });
  });
});
