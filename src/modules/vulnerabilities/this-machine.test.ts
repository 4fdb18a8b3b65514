import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Database } from '../../platform/db/queryable.ts';
import { compareVersions } from '../../standards/versions/ecosystem.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { sharedFeeds, writeBundle } from '../../testing/feeds.ts';
import { debRow, statementOf, storeInventory } from '../../testing/inventory.ts';
import { type OsqueryRow, runOsquery } from '../../testing/osquery.ts';
import { importFeed } from './feeds/import-store.ts';
import { settle } from './settle-store.ts';

const at = new Date('2026-11-21T12:00:00Z');
const later = new Date('2026-11-21T13:00:00Z');

interface Found {
  readonly key: string;
  readonly state: string;
  readonly class: string;
  readonly fixName: string | null;
  readonly fixVersion: string | null;
  readonly evidence: readonly {
    readonly component: string;
    readonly fixedVersion: string | null;
  }[];
  readonly closedBecause: string | null;
}

async function findingsOf(db: Database): Promise<readonly Found[]> {
  const { rows } = await db.query<Found>(
    `select w.key, f.state, f.class, x.name as "fixName", f.fix_version as "fixVersion",
            f.evidence, f.closed_because as "closedBecause"
       from findings.findings f join findings.weaknesses w on w.id = f.weakness_id
       left join findings.fixes x on x.id = f.fix_id
      where f.kind = 'vulnerability' order by w.key`,
  );
  return rows;
}

/** Debian 12, the packages of this machine where it has any: else an old glibc and openssl. */
function packagesHere(): { rows: readonly OsqueryRow[]; isDebian12: boolean } {
  const [rows, os] = runOsquery([
    statementOf('software-deb', 'linux'),
    `select name, version from os_version`,
  ]);
  const isDebian12 = /^12\b/.test(os?.[0]?.['version'] ?? '') && (rows?.length ?? 0) > 0;
  const few = [
    debRow('libc6', '2.36-9+deb12u1', 'glibc (2.36-9+deb12u1)'),
    debRow('openssl', '3.0.11-1~deb12u1'),
  ];
  return { rows: isDebian12 ? rows! : few, isDebian12 };
}

/** Debian 12 out of the real feeds, where they are; else the fixtures. */
async function importDebian(db: Database): Promise<void> {
  const folder = sharedFeeds ?? writeBundle(mkdtempSync(join(tmpdir(), 'yojin-test-')));
  const source = {
    origin: 'bundle',
    url: null,
    etag: null,
    lastModified: null,
    currentAsOf: null,
  } as const;
  for (const [feed, path] of [
    ['osv/Debian:12', 'osv/Debian:12/all.zip'],
    ['kev', 'kev.json'],
  ] as const) {
    const { outcome } = await importFeed(db, feed, join(folder, path), { at, source });
    expect(outcome).toBe('imported');
  }
}

/** What apt would install for each binary package; empty where there is no apt. */
function candidates(names: readonly string[]): ReadonlyMap<string, string> {
  const { stdout } = spawnSync('apt-cache', ['policy', ...names], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
  });
  const found = new Map<string, string>();
  for (const block of (stdout ?? '').split(/\n(?=\S)/)) {
    const name = /^(\S+?)(?::\w+)?:$/m.exec(block)?.[1];
    const candidate = /^ {2}Candidate: (\S+)$/m.exec(block)?.[1];
    if (name && candidate && candidate !== '(none)') found.set(name, candidate);
  }
  return found;
}

it('lists the vulnerabilities of this machine, and an upgrade closes exactly its own', async () => {
  await using db = await openTestDatabase();
  await importDebian(db);
  const { rows } = packagesHere();
  const endpointId = await addEndpoint(db, {}, { at });
  await storeInventory(db, endpointId, 'software-deb', rows, at);
  const startedAt = performance.now();
  const settled = await settle(db, { clock: () => at });
  const tookMs = Math.round(performance.now() - startedAt);
  expect(settled).toMatchObject({ endpoints: 1 });
  const before = await findingsOf(db);
  expect(before.length).toBeGreaterThan(0);
  expect(before.every(({ state }) => state === 'open')).toBe(true);

  // The source package that most findings with a fix go back to, upgraded to the highest fix.
  const fixable = before.filter(
    ({ fixName, class: kind }) => fixName !== null && kind === 'normal',
  );
  const groups = [...Map.groupBy(fixable, ({ fixName }) => fixName!)];
  groups.sort(([, a], [, b]) => b.length - a.length);
  const [source, own] = groups[0]!;
  const highest = own
    .map(({ fixVersion }) => fixVersion!)
    .reduce((a, b) => (compareVersions('dpkg', a, b) === -1 ? b : a));
  const sourceOf = (row: OsqueryRow) => /^\S+/.exec(row['source'] ?? '')?.[0] || row['name'];
  const upgraded = rows.map((row) =>
    sourceOf(row) === source ? { ...row, version: highest, source: `${source} (${highest})` } : row,
  );
  await storeInventory(db, endpointId, 'software-deb', upgraded, later);
  await settle(db, { clock: () => later });
  const after = new Map((await findingsOf(db)).map((found) => [found.key, found]));
  expect(after.size).toBe(before.length);
  const closed = [...after.values()].filter(({ state }) => state === 'closed');
  expect(closed.map(({ key }) => key)).toEqual(
    before
      .filter(
        // One that another source package has as well stays open, and so does one that the
        // upgrade does not reach.
        ({ evidence }) =>
          evidence.every(
            ({ component, fixedVersion }) =>
              fixedVersion !== null &&
              sourceOf(rows.find(({ name }) => name === component)!) === source,
          ),
      )
      .map(({ key }) => key),
  );
  expect(closed.every(({ closedBecause }) => closedBecause === 'inventory')).toBe(true);
  console.log(
    `${rows.length} packages, ${before.length} findings (${fixable.length} fixable) in ${tookMs} ms; ` +
      `${source} → ${highest} closed ${closed.length}`,
    Object.fromEntries([...Map.groupBy(before, (f) => f.class)].map(([k, v]) => [k, v.length])),
  );
}, 300_000);

it('promises no fixed version that apt does not have', async () => {
  await using db = await openTestDatabase();
  await importDebian(db);
  const { rows, isDebian12 } = packagesHere();
  const endpointId = await addEndpoint(db, {}, { at });
  await storeInventory(db, endpointId, 'software-deb', rows, at);
  await settle(db, { clock: () => at });
  const found = await findingsOf(db);
  const fixable = found.filter(({ fixVersion }) => fixVersion !== null);
  expect(fixable.length).toBeGreaterThan(0);
  // Of another distribution there is nothing to compare with but the fixtures' own truth.
  const available = isDebian12 ? candidates(rows.map((row) => row['name']!)) : new Map();
  let compared = 0;
  const above: string[] = [];
  for (const { key, evidence } of fixable) {
    for (const { component, fixedVersion } of evidence) {
      const candidate = available.get(component);
      const row = rows.find(({ name }) => name === component)!;
      // Where the binary has its own version (dmsetup of lvm2) the fix speaks of the source's.
      const sourceVersion = /\((.+)\)/.exec(row['source'] ?? '')?.[1];
      const ownVersion = sourceVersion !== undefined && sourceVersion !== row['version'];
      if (candidate === undefined || fixedVersion === null || ownVersion) continue;
      compared += 1;
      if (compareVersions('dpkg', fixedVersion, candidate) === 1) {
        above.push(`${key}: ${component} ${fixedVersion} > ${candidate}`);
      }
    }
  }
  expect(above).toEqual([]);
  expect(compared > 0).toBe(isDebian12 && available.size > 0);
  console.log(`${compared} fixed versions compared with apt`);
}, 300_000);
