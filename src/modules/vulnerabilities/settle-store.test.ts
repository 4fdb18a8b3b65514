import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/queryable.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { feedFixture, osvZip, writeBundle } from '../../testing/feeds.ts';
import { debRow, storeInventory } from '../../testing/inventory.ts';
import { zipOf } from '../../testing/zip.ts';
import { upsertWeaknesses } from '../findings/public.ts';
import { lockAssessments } from './assess-store.ts';
import { coverageOf, endpointAssessment } from './coverage-store.ts';
import { importBundle } from './feeds/bundle-store.ts';
import { settle } from './settle-store.ts';

const at = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-11-22T12:00:00Z');
const clock = () => at;
const bundle = (changes: Parameters<typeof writeBundle>[1] = {}) =>
  writeBundle(mkdtempSync(join(tmpdir(), 'yojin-test-')), changes);
const otherFiles = [
  'osv/Debian:12/all.zip',
  'osv/PyPI/all.jsonl.gz',
  'epss.csv.gz',
  'cve-meta-vulnrichment.jsonl.gz',
  'eol.json',
  'debian/support/debian.csv',
  'debian/support/ubuntu.csv',
  'windows/cve-kb-mapping.json.gz',
  'windows/windows-versions.json',
];
const packages = [
  debRow('libc6', '2.36-9+deb12u1', 'glibc (2.36-9+deb12u1)'),
  debRow('openssl', '3.0.14-1~deb12u1'),
  debRow('libssl3', '3.0.14-1~deb12u1', 'openssl'),
];

async function debianHost(db: Database, hostIdentifier = 'h'): Promise<string> {
  const id = await addEndpoint(db, { hostIdentifier }, { at });
  await storeInventory(db, id, 'software-deb', packages, at);
  return id;
}

const findingsOf = async (db: Database) =>
  Object.fromEntries(
    (
      await db.query<{ key: string; state: string; because: string | null }>(
        `select w.key, f.state, f.closed_because as because
           from findings.findings f join findings.weaknesses w on w.id = f.weakness_id
          where f.kind = 'vulnerability' order by 1`,
      )
    ).rows.map(({ key, state, because }) => [
      key,
      because === null ? state : `${state} ${because}`,
    ]),
  );

describe('settle', () => {
  it('assesses what waits, once', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, bundle(), { at });
    await debianHost(db);
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 1, opened: 4 });
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 0, opened: 0, described: 0 });
    expect(await findingsOf(db)).toEqual({
      'CVE-2023-4911': 'open',
      'CVE-2024-6119': 'open',
      'CVE-2025-27587': 'open',
    });
  });

  it('assesses a part that was received before, and stored after, an assessment', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, bundle(), { at });
    // One answer brings all parts at one time; each is stored in a transaction of its own.
    const id = await addEndpoint(db, { hostIdentifier: 'h' }, { at });
    await storeInventory(db, id, 'software-npm', [], at);
    // That Debian 12 is past its regular support needs no packages.
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 1, opened: 1 });
    await storeInventory(db, id, 'software-deb', packages, at);
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 1, opened: 3 });
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 0 });
  });

  it('assesses endpoints that waited for a feed, when it comes', async () => {
    await using db = await openTestDatabase();
    const id = await debianHost(db);
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 1, opened: 0 });
    expect(await endpointAssessment(db, id, 'all', at)).toMatchObject({
      assessedCount: 0,
      notAssessed: [{ reason: 'feed-never-imported', count: 3, ecosystems: ['Debian:12'] }],
      support: { state: 'no-data' },
    });
    // Of Debian 11 nothing about Debian 12 is learned.
    const eleven = {
      'osv/Debian:11/all.zip': osvZip('osv/Debian12.jsonl'),
      'osv/Debian:12/all.zip': null,
    };
    await importBundle(db, bundle(eleven), { at });
    await settle(db, { clock });
    expect(await findingsOf(db)).toEqual({});
    await importBundle(db, bundle(), { at });
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 1 });
    expect(Object.keys(await findingsOf(db))).toHaveLength(3);
    expect(await endpointAssessment(db, id, 'all', at)).toMatchObject({
      assessedCount: 3,
      notAssessed: [],
      support: { state: 'lts-only' },
    });
    expect(await coverageOf(db, 'all', at)).toMatchObject({
      endpoints: { total: 1, assessed: 1, notAssessed: 0 },
      software: { assessed: 3, notAssessed: 0 },
    });
    // Weeks later the same feed is no answer any more, without anything else having happened.
    const weeksLater = new Date('2026-12-21T12:00:00Z');
    expect(await coverageOf(db, 'all', weeksLater)).toMatchObject({
      endpoints: { assessed: 0, notAssessed: 1 },
      reasons: [{ reason: 'feed-too-old', count: 3, ecosystems: ['Debian:12'] }],
    });
    expect(await endpointAssessment(db, id, 'all', weeksLater)).toMatchObject({ assessedCount: 0 });
    expect(
      await endpointAssessment(db, id, ['00000000-0000-4000-8000-00000000ffff'], at),
    ).toBeUndefined();
  });

  it('follows an advisory that changes or is withdrawn, on exactly its endpoints', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, bundle(), { at });
    await debianHost(db);
    await settle(db, { clock });
    const lines = feedFixture('osv/Debian12.jsonl').trim().split('\n');
    const changed = lines.map((line, index) => {
      const record = JSON.parse(line) as { modified: string; withdrawn?: string };
      record.modified = '2026-11-21T00:00:00Z';
      const withdrawn = line.includes('"DEBIAN-CVE-2023-4911"');
      if (withdrawn) record.withdrawn = '2026-11-21T00:00:00Z';
      return { name: `${index}.json`, content: JSON.stringify(record) };
    });
    await importBundle(db, bundle({ 'osv/Debian:12/all.zip': zipOf(changed) }), { at: later });
    // A process that stops here has forgotten nothing: the marks are in the database.
    expect(await settle(db, { clock: () => later })).toMatchObject({ endpoints: 1, closed: 1 });
    expect(await findingsOf(db)).toMatchObject({
      'CVE-2023-4911': 'closed advisory',
      'CVE-2024-6119': 'open',
    });
    // The other record, left out of the archive, is gone as well.
    await importBundle(
      db,
      bundle({
        'osv/Debian:12/all.zip': zipOf(
          changed.filter(({ content }) => !content.includes('DSA-5764-1')),
        ),
      }),
      { at: later },
    );
    await settle(db, { clock: () => later });
    expect(await findingsOf(db)).toMatchObject({ 'CVE-2024-6119': 'closed advisory' });
    // And with the first archive again everything reopens: nothing lost, nothing twice.
    const again = changed.map(({ name, content }) => ({
      name,
      content: JSON.stringify({
        ...(JSON.parse(content) as object),
        withdrawn: undefined,
        modified: '2026-11-22T00:00:00Z',
      }),
    }));
    await importBundle(db, bundle({ 'osv/Debian:12/all.zip': zipOf(again) }), { at: later });
    await settle(db, { clock: () => later });
    expect(new Set(Object.values(await findingsOf(db)))).toEqual(new Set(['open']));
  });

  it('moves due dates when a vulnerability is listed in KEV, or scored', async () => {
    await using db = await openTestDatabase();
    const kev = JSON.parse(feedFixture('kev.json')) as { vulnerabilities: { cveID: string }[] };
    const without = {
      dateReleased: '2026-08-01T00:00:00Z',
      vulnerabilities: kev.vulnerabilities.filter(({ cveID }) => cveID !== 'CVE-2023-4911'),
    };
    const epss = feedFixture('epss.csv').replace(/^CVE-2023-4911.*\n/m, '');
    const early = {
      'kev.json': JSON.stringify(without),
      'epss.csv.gz': gzipSync(epss.replace('-08-15', '-08-01')),
    };
    await importBundle(db, bundle(early), { at });
    await debianHost(db);
    await settle(db, { clock });
    const glibc = async () =>
      (
        await db.query<{
          exploited: boolean;
          epss: number | null;
          dueOn: string | null;
          rank: number;
        }>(
          `select f.exploited, f.epss, f.due_on::text as "dueOn", f.rank
             from findings.findings f join findings.weaknesses w on w.id = f.weakness_id
            where w.key = 'CVE-2023-4911'`,
        )
      ).rows[0]!;
    const before = await glibc();
    expect(before).toMatchObject({ exploited: false, epss: null });
    await importBundle(db, bundle(), { at: later });
    expect(await settle(db, { clock: () => later })).toMatchObject({
      described: 1,
      opened: 0,
      closed: 0,
    });
    const after = await glibc();
    expect(after).toMatchObject({ exploited: true, epss: expect.closeTo(0.81422, 5) });
    expect(after.dueOn).not.toBe(before.dueOn);
    expect(after.rank).not.toBe(before.rank);
  });

  it('tells of KEV also what is found while KEV is being imported', async () => {
    await using db = await openTestDatabase();
    let importing: Promise<unknown> = Promise.resolve();
    let isImported = false;
    await db.transaction(async (tx) => {
      // Somebody who assesses: the import cannot see yet what he has found.
      await lockAssessments(tx);
      await upsertWeaknesses(tx, [
        {
          key: 'CVE-2023-4911',
          kind: 'vulnerability',
          ids: ['CVE-2023-4911'],
          title: 'Looney Tunables',
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
        },
      ]);
      const only = Object.fromEntries(otherFiles.map((name) => [name, null]));
      importing = importBundle(db, bundle(only), { at }).then(() => {
        isImported = true;
      });
      for (let waiting = false; !waiting && !isImported; ) {
        const { rows } = await tx.query(
          `select from pg_locks where locktype = 'advisory' and not granted
              and database = (select oid from pg_database where datname = current_database())`,
        );
        waiting = rows.length > 0;
      }
    });
    await importing;
    const { rows } = await db.query(
      `select key from vulnerabilities.weaknesses_to_describe where key = 'CVE-2023-4911'`,
    );
    expect(rows).toEqual([{ key: 'CVE-2023-4911' }]);
  });

  it('stops when asked, and takes up where it was', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, bundle(), { at });
    await debianHost(db);
    const stop = AbortSignal.abort();
    expect(await settle(db, { clock, signal: stop })).toMatchObject({ endpoints: 0 });
    expect(await settle(db, { clock })).toMatchObject({ endpoints: 1 });
  });
});
