import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../platform/db/queryable.ts';
import { addEndpoint } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { feedFixture, writeBundle } from '../../../testing/feeds.ts';
import { importBundle } from '../feeds/bundle-store.ts';
import { parseEndoflife } from '../feeds/parse-endoflife.ts';
import { releaseOf, windowsCycle } from './support-release.ts';
import { assessSupport } from './support-store.ts';
import { judgeSupport, supportWeakness, upgradeTo } from './support-weakness.ts';

const cycles = parseEndoflife(feedFixture('eol.json')).items;
const cycle = (product: string, name: string) =>
  cycles.find((one) => one.product === product && one.cycle === name)!;

describe('which release runs', () => {
  it.each([
    ['linux', 'Debian GNU/Linux', '12 (bookworm)', 'debian 12'],
    ['linux', 'Ubuntu', '22.04.5 LTS (Jammy Jellyfish)', 'ubuntu 22.04'],
    ['linux', 'AlmaLinux', '9.4 (Seafoam Ocelot)', 'almalinux 9'],
    ['linux', 'Rocky Linux', '9.4 (Blue Onyx)', 'rocky-linux 9'],
    ['linux', 'Red Hat Enterprise Linux', '8.10 (Ootpa)', 'rhel 8'],
    ['linux', 'CentOS Stream', '9', 'centos-stream 9'],
    ['linux', 'Alpine Linux', '3.20.1', 'alpine-linux 3.20'],
    ['darwin', 'macOS', '15.1', 'macos 15'],
    ['darwin', 'Mac OS X', '10.15.7', 'macos 10.15'],
    ['linux', 'Debian GNU/Linux', 'trixie/sid', null],
    ['linux', 'Gentoo', '2.15', null],
    ['linux', null, '12', null],
  ] as const)('%s %s %s is %s', (platform, osName, osVersion, expected) => {
    const release = releaseOf({ platform, osName, osVersion, osBuild: null });
    expect(release && `${release.product} ${release.cycle}`).toBe(expected);
  });

  it.each([
    ['Microsoft Windows 11 Pro', '10.0.22631', '11-23h2-w'],
    ['Microsoft Windows 11 Enterprise', '10.0.22631', '11-23h2-e'],
    ['Microsoft Windows 10 Pro', '10.0.19045', '10-22h2'],
    ['Microsoft Windows 10 Enterprise LTSC', '10.0.17763', '10-1809-e-lts'],
    // Neither Home, Pro nor Enterprise: which dates hold is not known.
    ['Microsoft Windows 11', '10.0.22631', null],
    ['Microsoft Windows 11 Pro', '10.0.99999', null],
    ['Microsoft Windows Server 2022 Standard', '10.0.20348', '2022'],
    // One build, sold as a channel of 18 months and as a release of ten years.
    ['Microsoft Windows Server 2019 Datacenter', '10.0.17763', '2019'],
  ])('%s %s is %s', (osName, osVersion, expected) => {
    const release = releaseOf({ platform: 'windows', osName, osVersion, osBuild: null })!;
    const own = cycles.filter(({ product }) => product === release.product);
    expect(windowsCycle(release.windows!, own)?.cycle ?? null).toBe(expected);
  });
});

describe('what the end of support means', () => {
  it.each([
    ['debian', '12', '2026-07-11', 'supported'],
    ['debian', '12', '2026-07-12', 'lts-only'],
    ['debian', '12', '2028-06-30', 'lts-only'],
    ['debian', '12', '2028-07-01', 'ended'],
    ['ubuntu', '20.04', '2026-11-21', 'extended-only'],
    ['windows', '10-22h2', '2026-11-21', 'extended-only'],
    ['macos', '26', '2099-01-01', 'supported'],
    ['macos', '13', '2026-11-21', 'ended'],
  ])('%s %s on %s: %s', (product, name, today, state) => {
    expect(judgeSupport(cycle(product, name), today).state).toBe(state);
  });

  it('is a weakness of its own in each state, the milder the lower', () => {
    const of = (product: string, name: string, today: string) => {
      const one = cycle(product, name);
      const weakness = supportWeakness(one, judgeSupport(one, today));
      return weakness && [weakness.key, weakness.severity, weakness.cvssScore];
    };
    expect(of('debian', '12', '2026-01-01')).toBeNull();
    expect(of('debian', '12', '2026-11-21')).toEqual(['EOL:debian:12:lts-only', 'low', null]);
    expect(of('ubuntu', '20.04', '2026-11-21')).toEqual([
      'EOL:ubuntu:20.04:extended-only',
      'medium',
      null,
    ]);
    expect(of('macos', '13', '2026-11-21')).toEqual(['EOL:macos:13', 'high', null]);
  });

  it('names the release to upgrade to, of the same edition', () => {
    const today = '2026-11-21';
    expect(upgradeTo(cycle('debian', '12'), cycles, today)?.cycle).toBe('13');
    expect(upgradeTo(cycle('windows', '11-23h2-w'), cycles, today)?.cycle).toBe('11-25h2-w');
    expect(upgradeTo(cycle('windows', '11-23h2-e'), cycles, today)?.cycle).toBe('11-25h2-e');
    expect(upgradeTo(cycle('alpine-linux', '3.24'), cycles, today)).toBeNull();
  });
});

describe('findings', () => {
  const findingsOf = async (db: Database) =>
    (
      await db.query<{ key: string; state: string; fix: string | null; title: string }>(
        `select w.key, f.state, f.fix_version as fix, w.title_ja as title
           from findings.findings f join findings.weaknesses w on w.id = f.weakness_id
          where f.kind = 'end-of-life' order by w.key`,
      )
    ).rows;

  it('open, change and close as time passes and systems are upgraded', async () => {
    await using db = await openTestDatabase();
    const at = new Date('2026-11-21T12:00:00Z');
    await importBundle(db, writeBundle(mkdtempSync(join(tmpdir(), 'yojin-test-'))), { at });
    const id = await addEndpoint(db, {}, { at });
    await addEndpoint(db, { hostIdentifier: 'g', osName: 'Gentoo', osVersion: '2.15' }, { at });
    expect(await assessSupport(db, { at: new Date('2026-07-11T23:00:00Z') })).toMatchObject({
      opened: 0,
    });
    expect(await assessSupport(db, { at })).toEqual({ endpoints: 2, opened: 1, closed: 0 });
    expect(await assessSupport(db, { at })).toMatchObject({ opened: 0, closed: 0 });
    expect(await findingsOf(db)).toMatchObject([
      {
        key: 'EOL:debian:12:lts-only',
        state: 'open',
        fix: '13',
        title: expect.stringContaining('LTSのみ'),
      },
    ]);
    await assessSupport(db, { at: new Date('2028-07-01T00:00:00Z') });
    await assessSupport(db, { at: new Date('2033-07-01T00:00:00Z') });
    expect(await findingsOf(db)).toMatchObject([
      { key: 'EOL:debian:12', state: 'open' },
      { key: 'EOL:debian:12:extended-only', state: 'closed' },
      { key: 'EOL:debian:12:lts-only', state: 'closed' },
    ]);
    // An answer that tells nothing closes nothing.
    await db.query(`update assets.endpoints set os_version = null where id = $1`, [id]);
    expect(await assessSupport(db, { at })).toMatchObject({ opened: 0, closed: 0 });
    await db.query(`update assets.endpoints set os_version = '13 (trixie)' where id = $1`, [id]);
    expect(await assessSupport(db, { at })).toMatchObject({ closed: 1 });
  });
});
