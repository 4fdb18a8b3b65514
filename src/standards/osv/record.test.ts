import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OSV_LIMITS, parseOsvRecord } from './record.ts';

const minimal = { id: 'X-1', modified: '2026-08-01T00:00:00Z' };
const withRange = (range: unknown) => ({ ...minimal, affected: [{ ranges: [range] }] });
const from0 = { type: 'SEMVER', events: [{ introduced: '0' }] };

describe('parseOsvRecord', () => {
  it('reads the least a record may be', () => {
    expect(parseOsvRecord(JSON.stringify(minimal))).toEqual({
      record: {
        ...minimal,
        schema_version: '1.0.0',
        aliases: [],
        upstream: [],
        related: [],
        severity: [],
        affected: [],
        references: [],
        credits: [],
      },
    });
  });

  it.each`
    because                            | extra
    ${'null counts as absent'}         | ${{ schema_version: null, aliases: null, affected: null }}
    ${'unknown fields are ignored'}    | ${{ future: { deep: [1] } }}
    ${'severity types may be new'}     | ${{ severity: [{ type: 'CVSS_V5', score: 'x' }] }}
    ${'Go and PyPI have such a time'}  | ${{ modified: '0001-01-01T00:00:00Z' }}
    ${'newer minor versions add only'} | ${{ schema_version: '1.99.0' }}
  `('accepts: $because', ({ extra }) => {
    expect(parseOsvRecord({ ...minimal, ...extra })).toHaveProperty('record');
  });

  it.each`
    because                           | json                                                                              | at
    ${'not JSON'}                     | ${'{'}                                                                            | ${'$'}
    ${'not an object'}                | ${[]}                                                                             | ${'$'}
    ${'no id'}                        | ${{ modified: minimal.modified }}                                                 | ${'$.id'}
    ${'no time'}                      | ${{ id: 'X-1' }}                                                                  | ${'$.modified'}
    ${'a time that is none'}          | ${{ ...minimal, modified: 'yesterday' }}                                          | ${'$.modified'}
    ${'another major version'}        | ${{ ...minimal, schema_version: '2.0.0' }}                                        | ${'$.schema_version'}
    ${'aliases that are no list'}     | ${{ ...minimal, aliases: 'CVE-1' }}                                               | ${'$.aliases'}
    ${'an alias that is no text'}     | ${{ ...minimal, aliases: ['CVE-1', 7] }}                                          | ${'$.aliases[1]'}
    ${'a package without a name'}     | ${{ ...minimal, affected: [{}, { package: { ecosystem: 'npm' } }] }}              | ${'$.affected[1].package.name'}
    ${'an unknown type of range'}     | ${withRange({ type: 'MAGIC', events: [] })}                                       | ${'$.affected[0].ranges[0].type'}
    ${'a range without events'}       | ${withRange({ type: 'SEMVER', events: [] })}                                      | ${'$.affected[0].ranges[0].events'}
    ${'a range that never starts'}    | ${withRange({ type: 'SEMVER', events: [{ fixed: '1' }] })}                        | ${'$.affected[0].ranges[0].events'}
    ${'an event with two meanings'}   | ${withRange({ type: 'SEMVER', events: [{ introduced: '0', fixed: '1' }] })}       | ${'$.affected[0].ranges[0].events[0]'}
    ${'a GIT range without its repo'} | ${withRange({ ...from0, type: 'GIT' })}                                           | ${'$.affected[0].ranges[0].repo'}
    ${'a hostile size'}               | ${{ ...minimal, aliases: Array.from({ length: OSV_LIMITS.ids + 1 }, () => 'a') }} | ${'$.aliases'}
    ${'a hostile length'}             | ${{ ...minimal, id: 'x'.repeat(10_000) }}                                         | ${'$.id'}
  `('refuses $because', ({ json, at }) => {
    expect(parseOsvRecord(json)).toEqual({ error: expect.any(String), at });
  });

  it('never throws', () => {
    const near = fc.record(
      { id: fc.string(), modified: fc.constant(minimal.modified), affected: fc.jsonValue() },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), near), (value) => {
        const parsed = parseOsvRecord(value);
        expect('record' in parsed || parsed.at.startsWith('$')).toBe(true);
      }),
    );
  });
});
