import { expect, it } from 'vitest';
import { addEndpoint } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { storeAdvisories } from './advisory-store.ts';
import type { WindowsFix } from './feeds/parse-windows.ts';
import { matchesOf } from './matching.ts';
import { settle } from './settle-store.ts';
import type { Subject } from './subject.ts';
import { missingMonths, windowsRecords, windowsSubject } from './windows.ts';

// Shaped as MSRC's mapping of August 2025 has them (CVE-2025-49751: 22631.5768, 14393.8330, …).
const fix = (cve: string, product: string, build: number, revision: number): WindowsFix => ({
  cve,
  product,
  release: null,
  kb: `KB${revision}`,
  fixedVersion: `${build}.${revision}`,
  fixedBuild: build,
  fixedRevision: revision,
  month: '2025-08-01',
  score: 6.8,
  exploitStatus: null,
});
const fixes = [
  fix('CVE-2025-49751', 'Windows 11 Version 23H2', 22631, 5768),
  fix('CVE-2025-49751', 'Windows Server 2025', 26100, 4946),
  fix('CVE-2025-50001', 'Windows 11 Version 23H2', 22631, 5909),
];
const system = (osBuild: string | null, osName = 'Microsoft Windows 11 Pro') =>
  windowsSubject({ platform: 'windows', osName, osBuild });

it.each`
  because                                            | osName                             | osBuild              | affected
  ${'a month behind has both'}                       | ${'Microsoft Windows 11 Pro'}      | ${'22631.5700'}      | ${['CVE-2025-49751', 'CVE-2025-50001']}
  ${'the fixing revision itself has it fixed'}       | ${'Microsoft Windows 11 Pro'}      | ${'22631.5768'}      | ${['CVE-2025-50001']}
  ${'a later one supersedes every KB before'}        | ${'Microsoft Windows 11 Pro'}      | ${'22631.5909'}      | ${[]}
  ${'revisions are numbers, not text'}               | ${'Microsoft Windows 11 Pro'}      | ${'22631.10000'}     | ${[]}
  ${'a server of the same build is another product'} | ${'Microsoft Windows Server 2025'} | ${'26100.4000'}      | ${['CVE-2025-49751']}
  ${'osquery may write the version in front'}        | ${'Microsoft Windows 11 Pro'}      | ${'10.0.22631.5768'} | ${['CVE-2025-50001']}
`('$because', ({ osName, osBuild, affected }) => {
  const subject = system(osBuild, osName) as Subject;
  const records = windowsRecords(fixes).map((record) => ({ feed: 'windows-fixes', record }));
  const named = records.filter(({ record }) =>
    record.affected.some((entry) => entry.package?.name === subject.name),
  );
  const found = matchesOf(subject, named).filter(({ verdict }) => verdict === 'affected');
  expect(found.map(({ weaknessKey }) => weaknessKey)).toEqual(affected);
});

// As in the CVRF documents of November and December 2025, for build 26100.
it.each`
  because                                                        | osBuild         | affected
  ${'a hotpatch fixes what the update of its month fixes'}       | ${'26100.7392'} | ${[]}
  ${'a machine between, that takes no hotpatches, has not'}      | ${'26100.7400'} | ${['CVE-2025-62221', 'CVE-2025-70000']}
  ${'the hotpatch of the month before is behind'}                | ${'26100.7092'} | ${['CVE-2025-62221', 'CVE-2025-70000']}
  ${'one out of turn has all that hotpatches before it brought'} | ${'26100.7395'} | ${[]}
  ${'the cumulative update has it'}                              | ${'26100.7462'} | ${[]}
`('hotpatches: $because', ({ osBuild, affected }) => {
  const cumulative = (cve: string, revision: number) =>
    fix(cve, 'Windows 11 Version 24H2 for x64-based Systems', 26100, revision);
  const hotpatch = (cve: string, revision: number): WindowsFix => ({
    ...cumulative(cve, revision),
    hotpatch: true,
  });
  const cvrf = windowsRecords([
    hotpatch('CVE-2025-60724', 7092),
    cumulative('CVE-2025-60724', 7171),
    hotpatch('CVE-2025-62221', 7392),
    cumulative('CVE-2025-62221', 7462),
    hotpatch('CVE-2025-70000', 7392),
    hotpatch('CVE-2025-70000', 7395),
    cumulative('CVE-2025-70000', 7462),
  ]).map((record) => ({ feed: 'windows-cvrf', record }));
  // The mapping knows cumulative updates alone; it must not bring the alarm back.
  const mapping = windowsRecords([cumulative('CVE-2025-62221', 7462)]).map((record) => ({
    feed: 'windows-fixes',
    record,
  }));
  const found = matchesOf(system(osBuild) as Subject, [...mapping, ...cvrf]);
  expect(found.map(({ weaknessKey }) => weaknessKey)).toEqual(affected);
  // What to install is the cumulative update, which everybody can.
  for (const { fixedVersion } of found) expect(fixedVersion).toBe('26100.7462');
});

it('says of a CVE without a CVRF record that its hotpatches are not known, where there are any', () => {
  const mapping = windowsRecords([
    fix('CVE-2026-1', 'Windows 11 Version 24H2', 26100, 9000),
    fix('CVE-2026-2', 'Windows 11 Version 24H2', 26100, 9000),
    fix('CVE-2026-2', 'Windows 11 Version 23H2', 22631, 9000),
  ]).map((record) => ({ feed: 'windows-fixes', record }));
  const cvrf = windowsRecords([fix('CVE-2026-1', 'Windows 11 Version 24H2', 26100, 9000)]).map(
    (record) => ({ feed: 'windows-cvrf', record }),
  );
  const wordsFor = (osBuild: string) =>
    matchesOf(system(osBuild) as Subject, [...mapping, ...cvrf]).flatMap((match) =>
      match.evidence.map(({ matched, source }) => [
        match.weaknessKey,
        source,
        matched.endsWith('; hotpatches not known'),
      ]),
    );
  expect(wordsFor('26100.8000')).toEqual([
    ['CVE-2026-1', 'windows-fixes', false],
    ['CVE-2026-1', 'windows-cvrf', false],
    ['CVE-2026-2', 'windows-fixes', true],
  ]);
  expect(wordsFor('22631.8000')).toEqual([['CVE-2026-2', 'windows-fixes', false]]);
});

it('names the months that are missing between those that are there', () => {
  expect(missingMonths(['2026-02', '2025-11', '2025-11'])).toEqual(['2025-12', '2026-01']);
  expect(missingMonths(['2026-02'])).toEqual([]);
  expect(missingMonths([])).toEqual([]);
});

it('says nothing about a build without its revision, or without any build', () => {
  expect(system('22631')).toEqual({ notAssessed: 'version-unreadable' });
  expect(system(null)).toEqual({ notAssessed: 'release-unknown' });
  expect(windowsSubject({ platform: 'linux', osName: 'Debian', osBuild: '1.2' })).toBeNull();
});

it('opens and closes findings as the build moves, and calls an unknown build not assessed', async () => {
  await using db = await openTestDatabase();
  const add = async (hostname: string, build: string) => {
    const id = await addEndpoint(db, {
      hostname,
      hostIdentifier: hostname,
      platform: 'windows',
      osName: 'Microsoft Windows 11 Pro',
      osVersion: '10.0',
    });
    await setBuild(id, build);
    return id;
  };
  const setBuild = async (id: string, build: string) => {
    await db.query(`update assets.endpoints set os_build = $2 where id = $1`, [id, build]);
    await db.query(
      `insert into assets.endpoint_parts (endpoint_id, part, content_hash, row_count, observed_at, changed_at)
       values ($1, 'os', sha256($2::bytea), 1, clock_timestamp(), clock_timestamp())
       on conflict (endpoint_id, part) do update set changed_at = clock_timestamp()`,
      [id, build],
    );
  };
  await db.transaction((tx) =>
    storeAdvisories(tx, 'windows-fixes', windowsRecords(fixes), { complete: true }),
  );
  const host = await add('desk', '22631.5700');
  const strange = await add('new', '26200.1000');
  const states = async (id: string) =>
    (
      await db.query<{ key: string; state: string }>(
        `select w.key, f.state from findings.findings f
           join findings.weaknesses w on w.id = f.weakness_id
           join findings.assets a on a.id = f.asset_ref
          where a.asset_id = $1 and w.kind = 'vulnerability' order by 1`,
        [id],
      )
    ).rows;
  await settle(db, { clock: () => new Date() });
  expect(await states(host)).toEqual([
    { key: 'CVE-2025-49751', state: 'open' },
    { key: 'CVE-2025-50001', state: 'open' },
  ]);
  const { rows } = await db.query(
    `select not_assessed as reasons from vulnerabilities.assessments where endpoint_id = $1`,
    [strange],
  );
  expect(rows).toEqual([{ reasons: { 'feed-never-imported': 1 } }]);

  await setBuild(host, '22631.5768');
  await settle(db, { clock: () => new Date() });
  expect(await states(host)).toEqual([
    { key: 'CVE-2025-49751', state: 'closed' },
    { key: 'CVE-2025-50001', state: 'open' },
  ]);
});
