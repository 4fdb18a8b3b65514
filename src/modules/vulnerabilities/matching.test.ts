import { describe, expect, it } from 'vitest';
import type { OsvRecord } from '../../standards/osv/record.ts';
import { isKernelSource, matchesOf, type SourcedRecord } from './matching.ts';

const record = (
  id: string,
  ecosystem: string,
  name: string,
  fixed: string | null,
  more: Partial<OsvRecord> & { urgency?: string } = {},
): SourcedRecord => ({
  feed: 'osv/test',
  record: {
    schema_version: '1.7.3',
    id,
    modified: '2026-11-01T00:00:00Z',
    aliases: [],
    upstream: [],
    related: [],
    severity: [],
    references: [],
    credits: [],
    ...more,
    affected: [
      {
        package: { ecosystem, name },
        severity: [],
        versions: [],
        ranges: [
          { type: 'ECOSYSTEM', events: [{ introduced: '0' }, ...(fixed ? [{ fixed }] : [])] },
        ],
        ...(more.urgency && { ecosystem_specific: { urgency: more.urgency } }),
      },
    ],
  },
});
const openssl = { ecosystem: 'Debian:12', name: 'openssl', version: '3.0.11-1~deb12u2' };

describe('matchesOf', () => {
  it('names a vulnerability by its CVE, whatever the record is called', () => {
    const named = [
      record('DEBIAN-CVE-2024-0001', 'Debian:12', 'openssl', '3.0.13-1~deb12u1', {
        upstream: ['CVE-2024-0001'],
      }),
    ];
    expect(matchesOf(openssl, named)).toMatchObject([
      { weaknessKey: 'CVE-2024-0001', verdict: 'affected', fixedVersion: '3.0.13-1~deb12u1' },
    ]);
  });

  it('splits an advisory for several CVEs, and merges two records of one', () => {
    const named = [
      record('DEBIAN-CVE-2024-0001', 'Debian:12', 'openssl', '3.0.13-1~deb12u1', {
        upstream: ['CVE-2024-0001'],
      }),
      record('DSA-1', 'Debian:12', 'openssl', '3.0.14-1~deb12u1', {
        upstream: ['CVE-2024-0001', 'CVE-2024-0002'],
      }),
    ];
    const matches = matchesOf(openssl, named);
    expect(matches.map(({ weaknessKey }) => weaknessKey)).toEqual([
      'CVE-2024-0001',
      'CVE-2024-0002',
    ]);
    // Below the higher one DSA-1 would still say affected, and the finding would not close.
    expect(matches[0]).toMatchObject({ fixedVersion: '3.0.14-1~deb12u1' });
    expect(matches[0]!.evidence).toHaveLength(2);
  });

  it.each`
    because                                | version                  | found
    ${'the fixed version is not affected'} | ${'3.0.13-1~deb12u1'}    | ${0}
    ${'a rebuild above it neither'}        | ${'3.0.13-1~deb12u1+b1'} | ${0}
    ${'a backport below it is'}            | ${'3.0.13-1~bpo11'}      | ${1}
  `('$because', ({ version, found }) => {
    const named = [record('DEBIAN-CVE-2024-0001', 'Debian:12', 'openssl', '3.0.13-1~deb12u1')];
    expect(matchesOf({ ...openssl, version }, named)).toHaveLength(found);
  });

  it('keeps what the distribution calls unimportant apart, and what has ended its support', () => {
    const classes = (urgency: string) =>
      matchesOf(openssl, [record('X', 'Debian:12', 'openssl', null, { urgency })]).map(
        (match) => match.class,
      );
    expect(classes('unimportant')).toEqual(['unimportant']);
    expect(classes('end-of-life')).toEqual(['unsupported']);
    expect(classes('not yet assigned')).toEqual(['normal']);
  });

  it('lets one record that matters outweigh one that calls it unimportant', () => {
    const named = [
      record('A', 'Debian:12', 'openssl', null, {
        urgency: 'unimportant',
        upstream: ['CVE-2024-0001'],
      }),
      record('B', 'Debian:12', 'openssl', null, { upstream: ['CVE-2024-0001'] }),
    ];
    expect(matchesOf(openssl, named)).toMatchObject([{ class: 'normal' }]);
    expect(matchesOf(openssl, named.toReversed())).toMatchObject([{ class: 'normal' }]);
  });

  it('says unknown where versions cannot be compared, and nothing where a record is withdrawn', () => {
    const odd = { ...openssl, version: 'not a version' };
    const named = record('A', 'Debian:12', 'openssl', '3.0.13-1');
    expect(matchesOf(odd, [named])).toMatchObject([{ verdict: 'unknown' }]);
    const withdrawn = { ...named, record: { ...named.record, withdrawn: '2026-11-02T00:00:00Z' } };
    expect(matchesOf(openssl, [withdrawn])).toEqual([]);
  });
});

it.each`
  name                | kernel
  ${'linux'}          | ${true}
  ${'linux-azure'}    | ${true}
  ${'linux-base'}     | ${false}
  ${'linux-firmware'} | ${false}
  ${'util-linux'}     | ${false}
`('$name is a kernel: $kernel', ({ name, kernel }) => {
  expect(isKernelSource('Debian:12', name)).toBe(kernel);
});
