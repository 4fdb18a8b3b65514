import { describe, expect, it } from 'vitest';
import { feedFixture } from '../../../testing/feeds.ts';
import { parseDistroSupport } from './parse-distro-support.ts';
import { parseEndoflife } from './parse-endoflife.ts';
import { parseEpss } from './parse-epss.ts';
import { parseKev } from './parse-kev.ts';
import { parseRecord, readOsvRecords } from './parse-osv.ts';
import { parseFacts } from './parse-vulnrichment.ts';
import { parseWindowsFixes, parseWindowsReleases } from './parse-windows.ts';
import { FeedDamaged, Rejections } from './rejections.ts';

const record = (more: object = {}) =>
  JSON.stringify({ id: 'X-1', modified: '2026-01-01T00:00:00Z', affected: [], ...more });

describe('OSV records', () => {
  it('reads the good ones and lists the bad ones with their place', async () => {
    const rejected = new Rejections();
    const raw = [
      { at: 'X-1.json', text: record() },
      { at: 'X-2.json', text: '{"id": "X-2", "modified": ' },
      { at: 'X-3.json', text: record({ id: 'X-3', modified: '2026-13-45T00:00:00Z' }) },
      { at: 'ALSA-2024_12.json', text: '' },
      { at: 'again.json', text: record() },
      { at: 'X-4.json', text: record({ id: 'X-4', affected: {} }) },
    ];
    const ids: string[] = [];
    for await (const { id } of readOsvRecords(raw, rejected)) ids.push(id);
    expect(ids).toEqual(['X-1']);
    expect(rejected.count).toBe(5);
    expect(rejected.listed.map(({ at }) => at)).toEqual([
      'X-2.json',
      'X-3.json',
      'ALSA-2024_12.json',
      'again.json',
      'X-4.json',
    ]);
    expect(rejected.listed[1]!.reason).toContain('$.modified');
    // Whose last good form is to stay.
    expect(rejected.ids).toEqual(
      expect.arrayContaining(['X-2', 'X-3', 'X-4', 'ALSA-2024:12', 'ALSA-2024_12']),
    );
  });

  it.each([
    ['NUL', record({ summary: 'a\u0000b' }), 'ab'],
    ['half a surrogate pair', record({ summary: 'x' }).replace('"x"', '"a\\ud800b"'), 'a\ufffdb'],
  ])('makes text fit for the database: %s', (_name, text, summary) => {
    expect(parseRecord(text)).toMatchObject({ record: { summary } });
  });

  it.each([
    ['nested too deeply', `{"database_specific":${'{"a":'.repeat(5000)}1${'}'.repeat(5001)}`],
    ['longer than', record({ id: 'X'.repeat(300) })],
    [
      'longer than',
      record({ affected: [{ package: { ecosystem: 'npm', name: 'n'.repeat(600) } }] }),
    ],
    ['not JSON', 'Infinity{'],
    ['object is expected', '[]'],
  ])('refuses what is %s', (reason, text) => {
    expect(parseRecord(text)).toMatchObject({ reason: expect.stringContaining(reason) });
  });

  it('lists no more than a hundred, and counts all', () => {
    const rejected = new Rejections();
    for (let i = 0; i < 1_000; i += 1) rejected.add(`line ${i}`, 'bad\u0000\n'.repeat(100));
    expect([rejected.count, rejected.listed.length]).toEqual([1_000, 100]);
    expect(rejected.listed[0]!.reason.length).toBeLessThanOrEqual(300);
    expect(rejected.listed[0]!.reason).not.toMatch(/[\u0000\n]/);
  });
});

describe('KEV', () => {
  it('reads the catalogue', () => {
    const { items, rejected, asOf } = parseKev(feedFixture('kev.json'));
    expect(rejected.count).toBe(0);
    expect(asOf?.toISOString().slice(0, 10)).toBe('2026-08-07');
    expect(items.find(({ cve }) => cve === 'CVE-2023-4911')).toEqual({
      cve: 'CVE-2023-4911',
      listedOn: '2023-11-21',
      dueOn: '2023-12-12',
      ransomware: false,
      title: 'GNU C Library Buffer Overflow Vulnerability',
    });
  });

  it('skips bad entries', () => {
    const entries = [
      { cveID: 'CVE-2024-1', dateAdded: '2024-01-01' },
      { cveID: 'CVE-2024-0001', dateAdded: '2024-02-31' },
      null,
      { cveID: 'CVE-2024-0002', dateAdded: '2024-01-01', dueDate: 'soon' },
    ];
    const { items, rejected } = parseKev(JSON.stringify({ vulnerabilities: entries }));
    expect(items).toMatchObject([{ cve: 'CVE-2024-0002', dueOn: null, title: 'CVE-2024-0002' }]);
    expect(rejected.listed.map(({ at }) => at)).toEqual([
      '$.vulnerabilities[0].cveID',
      '$.vulnerabilities[1].dateAdded',
      '$.vulnerabilities[2]',
    ]);
  });

  it.each(['{', '[]', '{}', '{"vulnerabilities": 3}', ''])('refuses %j as a whole', (text) => {
    expect(() => parseKev(text)).toThrow(FeedDamaged);
  });
});

describe('EPSS', () => {
  it('reads scores and their date', () => {
    const { items, rejected, asOf } = parseEpss(feedFixture('epss.csv'));
    expect([rejected.count, asOf?.toISOString()]).toEqual([0, '2026-08-15T00:00:00.000Z']);
    expect(items).toContainEqual({
      cve: 'CVE-2023-4911',
      probability: 0.81422,
      percentile: 0.99606,
    });
  });

  it('skips lines that are no scores', () => {
    const lines = [
      'cve,epss,percentile',
      'CVE-2024-0001,1.5,0.1',
      'CVE-2024-0001,NaN,0.1',
      'CVE-2024-0001,,0.1',
      'CVE-2024-0001,0.1',
      'nonsense',
      'CVE-2024-0001,9.1e-05,0.1,x',
      'CVE-2024-0001,9.1e-05,1',
      'CVE-2024-0001,0.2,0.1',
    ];
    const { items, rejected } = parseEpss(lines.join('\r\n'));
    expect(items).toEqual([{ cve: 'CVE-2024-0001', probability: 9.1e-5, percentile: 1 }]);
    expect(rejected.listed.map(({ at }) => at)).toEqual(
      [2, 3, 4, 5, 6, 7, 9].map((line) => `line ${line}`),
    );
  });

  it('refuses another table', () => {
    expect(() => parseEpss('<html>')).toThrow(/heading/);
    expect(() => parseEpss('')).toThrow(/heading/);
  });
});

describe('vulnrichment', () => {
  it('reads the line of a bundle', () => {
    const line = feedFixture('vulnrichment.jsonl')
      .split('\n')
      .find((text) => text.includes('"CVE-1999-0006"'))!;
    expect(parseFacts(line)).toMatchObject({
      facts: {
        cvssScore: 9.8,
        severity: 'critical',
        exploitation: 'none',
        automatable: true,
        technicalImpact: 'total',
        // Written without a zone: UTC.
        publishedAt: '1999-09-29T04:00:00.000Z',
        cwes: ['CWE-121'],
      },
    });
  });

  it('reads a CVE record: the score of CISA, and its decisions', () => {
    expect(parseFacts(feedFixture('cve-record.json'))).toEqual({
      facts: {
        cve: 'CVE-2024-99999',
        description: 'Example product reads too far',
        cvssVector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
        cvssScore: 9.8,
        severity: 'critical',
        cwes: ['CWE-125'],
        exploitation: 'poc',
        automatable: true,
        technicalImpact: 'total',
        publishedAt: '2024-05-01T10:00:00.000Z',
        modifiedAt: '2024-06-01T10:00:00.000Z',
      },
    });
  });

  it('takes decisions in any case, and odd ones for unknown', () => {
    const ssvc = { Exploitation: 'PoC', Automatable: 'maybe', 'Technical Impact': 'Total' };
    expect(parseFacts(JSON.stringify({ id: 'CVE-2024-0001', ssvc }))).toMatchObject({
      facts: { exploitation: 'poc', automatable: null, technicalImpact: 'total', severity: null },
    });
  });

  it.each(['{}', '7', '{"id":"CVE-1"}', '{"dataType":"CVE_RECORD"}'])('refuses %s', (text) => {
    expect(parseFacts(text)).toHaveProperty('reason');
  });
});

describe('support dates', () => {
  it('reads endoflife.date as a bundle has it', () => {
    const { items, rejected, asOf } = parseEndoflife(feedFixture('eol.json'));
    expect([rejected.count, asOf?.toISOString().slice(0, 10)]).toEqual([0, '2026-08-22']);
    expect(items.find(({ product, cycle }) => product === 'debian' && cycle === '12')).toEqual({
      product: 'debian',
      cycle: '12',
      title: 'Debian',
      codename: 'Bookworm',
      releasedOn: '2023-06-10',
      endsOn: '2026-07-11',
      ended: false,
      ltsEndsOn: '2028-06-30',
      extendedEndsOn: null,
      latestVersion: '12.15',
    });
  });

  it('reads endoflife.date as its API has it', () => {
    const { items, rejected } = parseEndoflife(feedFixture('endoflife-api.json'));
    expect(items).toMatchObject([
      { cycle: '12', endsOn: '2026-07-11', ltsEndsOn: '2028-06-30', ended: false },
      { cycle: '13', endsOn: null, ended: false },
      { cycle: '3.0', endsOn: null, ended: true },
    ]);
    expect(rejected.listed).toMatchObject([{ at: '$.result[0].releases[3]' }]);
  });

  it('reads the tables of Debian and Ubuntu', () => {
    const debian = parseDistroSupport(feedFixture('debian.csv'), 'debian');
    expect(debian.rejected.count).toBe(0);
    expect(debian.items.find(({ cycle }) => cycle === '12')).toMatchObject({
      endsOn: '2026-07-11',
      ltsEndsOn: '2028-06-30',
      extendedEndsOn: '2033-06-30',
    });
    // Not released, and no end announced.
    expect(debian.items.find(({ cycle }) => cycle === '14')).toMatchObject({
      releasedOn: null,
      endsOn: null,
    });
    const ubuntu = parseDistroSupport(feedFixture('ubuntu.csv'), 'ubuntu');
    expect(ubuntu.items.find(({ cycle }) => cycle === '22.04')).toMatchObject({
      endsOn: '2027-06-01',
      ltsEndsOn: null,
      extendedEndsOn: '2034-04-25',
    });
  });

  it('skips lines with impossible days and refuses other tables', () => {
    const text =
      'version,codename,series,created,release,eol\n1,A,a,,2000-02-31,\nx,B,b,,,\n2,C,c,,,';
    const { items, rejected } = parseDistroSupport(text, 'debian');
    expect(items.map(({ cycle }) => cycle)).toEqual(['2']);
    expect(rejected.listed.map(({ at }) => at)).toEqual(['line 2', 'line 3']);
    expect(() => parseDistroSupport('a,b,c\n', 'debian')).toThrow(FeedDamaged);
  });
});

describe('Windows', () => {
  it('reads which build fixes a CVE', () => {
    const { items, rejected, asOf } = parseWindowsFixes(feedFixture('windows-fixes.json'));
    expect(rejected.count).toBe(0);
    expect(asOf).not.toBeNull();
    expect(
      items.find(({ cve, release }) => cve === 'CVE-2025-49751' && release === '22H2'),
    ).toMatchObject({ kb: 'KB5063875', fixedBuild: 22621, fixedRevision: 5768, score: 6.8 });
    // .NET counts otherwise: kept as text, compared with nothing.
    expect(items.filter(({ product }) => product.includes('.NET'))).toMatchObject(
      items.filter(({ product }) => product.includes('.NET')).map(() => ({ fixedBuild: null })),
    );
  });

  it('reads the current builds', () => {
    const { items } = parseWindowsReleases(feedFixture('windows-releases.json'));
    expect(items.find(({ product }) => product === 'Windows Server 2025')).toMatchObject({
      latestBuild: 26100,
      latestRevision: 33296,
      latestKb: 'KB5120233',
    });
    expect(() => parseWindowsReleases('{}')).toThrow(FeedDamaged);
  });
});
