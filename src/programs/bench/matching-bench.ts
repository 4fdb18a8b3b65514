import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { storeAdvisories } from '../../modules/vulnerabilities/advisory-store.ts';
import { importBundle } from '../../modules/vulnerabilities/feeds/bundle-store.ts';
import { matchSubjects, storeSubjects } from '../../modules/vulnerabilities/match-store.ts';
import { settle } from '../../modules/vulnerabilities/settle-store.ts';
import type { Subject } from '../../modules/vulnerabilities/subject.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { type Measurement, short } from './measurement.ts';

/** A feed bundle: `BENCH_FEEDS`, or the folder that lies beside the checkout. */
const feedsFolder =
  process.env['BENCH_FEEDS'] ?? join(import.meta.dirname, '../../../../shared/feeds');

/**
 * The whole bundle imported, then so many distinct versions matched against all of it: of packages
 * that advisories name (every version that their ranges mention, and one above each), and for each
 * of them as many again of packages that no advisory names, as on real machines.
 */
export async function benchMatching(db: Database, count: number): Promise<readonly Measurement[]> {
  if (!existsSync(feedsFolder)) {
    return [
      {
        what: 'matching',
        value: 'not measured',
        target: '—',
        note: 'needs a feed bundle: set BENCH_FEEDS to its folder',
      },
    ];
  }
  const at = new Date();
  const seconds = async <T>(work: () => Promise<T>): Promise<[number, T]> => {
    const start = performance.now();
    const result = await work();
    return [(performance.now() - start) / 1000, result];
  };
  const [imported, outcome] = await seconds(() => importBundle(db, feedsFolder, { at }));
  const records = outcome.feeds.reduce((sum, feed) => sum + (feed.recordCount ?? 0), 0);

  const subjects = await subjectsFrom(db, count);
  const [stored, rows] = await seconds(() => db.transaction((tx) => storeSubjects(tx, subjects)));
  const [matched] = await seconds(() => db.transaction((tx) => matchSubjects(tx, rows, at)));
  const { rows: counts } = await db.query<{ matches: number; advisories: number }>(
    `select (select count(*)::int from vulnerabilities.matches) as matches,
            (select count(*)::int from vulnerabilities.advisories) as advisories`,
  );
  const { matches, advisories } = counts[0]!;

  const oneAdvisory = await benchOneAdvisory(db, at);
  const rss = Math.round(process.memoryUsage.rss() / 1e6);
  return [
    {
      what: 'whole feed bundle imported',
      value: `${short(imported)} s`,
      target: '—',
      note: `${records.toLocaleString('en')} records of ${outcome.feeds.length} feeds`,
    },
    {
      what: `full match, ${rows.length.toLocaleString('en')} distinct versions × the whole feed set`,
      value: `${short(matched)} s`,
      target: '< 10 s',
      note: `${advisories.toLocaleString('en')} advisories, ${matches.toLocaleString('en')} matches stored; storing the versions themselves ${short(stored)} s`,
    },
    oneAdvisory,
    { what: 'memory of the process then', value: `${rss} MB`, target: '—', note: 'RSS' },
  ];
}

async function subjectsFrom(db: Database, count: number): Promise<readonly Subject[]> {
  const { rows } = await db.query<Subject>(
    `with versions as (
       select case p.ecosystem when 'Debian' then 'Debian:12' when 'AlmaLinux' then 'AlmaLinux:9'
              else p.ecosystem end as ecosystem, p.name,
              coalesce(e->>'fixed', e->>'last_affected', nullif(e->>'introduced', '0')) as version
         from vulnerabilities.advisory_packages p
         join vulnerabilities.advisories a on a.id = p.advisory_id
         cross join jsonb_path_query(a.record, '$.affected[*].ranges[*].events[*]') e)
     select distinct ecosystem, name, version from versions where version is not null
      order by 1, 2, 3 limit $1`,
    [Math.floor(count / 2)],
  );
  const quiet = Array.from({ length: count - rows.length }, (_, at) => ({
    ecosystem: at % 2 === 0 ? 'Debian:12' : 'npm',
    name: `quiet-package-${at % 9_000}`,
    version: `1.${at % 50}.${at}`,
  }));
  return [...rows, ...quiet];
}

/** From a changed advisory to the finding on an endpoint that has the package. */
async function benchOneAdvisory(db: Database, at: Date): Promise<Measurement> {
  const endpointId = await addEndpoint(db, { hostname: 'bench' });
  await db.query(
    `with made as (
       insert into assets.software (identity_hash, source, name, version, arch, source_name,
              source_version, vendor, identifier, host, first_seen_at)
       values (sha256('bench'), 'deb', 'bench-package', '1.0-1', 'amd64', '', '', '', '', '', $2)
       returning id),
     part as (
       insert into assets.endpoint_parts (endpoint_id, part, content_hash, row_count, observed_at, changed_at)
       values ($1, 'software-deb', sha256('bench'), 1, $2, $2))
     insert into assets.endpoint_software (endpoint_id, part, software_ids)
     select $1, 'software-deb', array[id] from made`,
    [endpointId, at],
  );
  await settle(db, { clock: () => new Date() });
  const start = performance.now();
  await db.transaction(async (tx) => {
    await storeAdvisories(
      tx,
      'osv/Debian:12',
      [
        {
          schema_version: '1.7.3',
          id: 'DEBIAN-CVE-2026-99999',
          modified: at.toISOString(),
          aliases: [],
          upstream: ['CVE-2026-99999'],
          related: [],
          severity: [],
          references: [],
          credits: [],
          affected: [
            {
              package: { ecosystem: 'Debian:12', name: 'bench-package' },
              severity: [],
              versions: [],
              ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '1.0-2' }] }],
            },
          ],
        },
      ],
      { complete: false },
    );
    // As an import does for the packages that it touched.
    await tx.query(
      `update vulnerabilities.subjects set matched_at = null where name = 'bench-package'`,
    );
  });
  const settled = await settle(db, { clock: () => new Date() });
  const ms = performance.now() - start;
  return {
    what: 'one new advisory → finding on the affected endpoint',
    value: `${short(ms)} ms`,
    target: '< 1 s',
    note: `with everything above in the database; findings opened: ${settled.opened}`,
  };
}
