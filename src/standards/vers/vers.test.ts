import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildVers,
  isVersError,
  parseVers,
  readVers,
  simplifyVers,
  type VersConstraint,
  versContains,
  writeVers,
} from './vers.ts';

const bound = (comparator: VersConstraint['comparator'], version: string): VersConstraint => ({
  comparator,
  version,
});

describe('parseVers', () => {
  // Source: VERS specification, tests/vers_canonical_parse_test.json and
  // tests/vers_reserved_type_test.json.
  it.each`
    text                                    | type               | constraints
    ${'vers:npm/>=1.0.0|<2.0.0'}            | ${'npm'}           | ${[bound('>=', '1.0.0'), bound('<', '2.0.0')]}
    ${'vers:npm/1.0%252F0'}                 | ${'npm'}           | ${[bound('=', '1.0%2F0')]}
    ${'vers:lexicographic/1%202'}           | ${'lexicographic'} | ${[bound('=', '1 2')]}
    ${'vers:lexicographic/1%092'}           | ${'lexicographic'} | ${[bound('=', '1\t2')]}
    ${'vers:datetime/2024-01-01T00:00:00Z'} | ${'datetime'}      | ${[bound('=', '2024-01-01T00:00:00Z')]}
    ${'vers:example/1.2.3'}                 | ${'example'}       | ${[bound('=', '1.2.3')]}
    ${'vers:deb/*'}                         | ${'deb'}           | ${[]}
    ${'vers:pypi/!=0.0.1|>0.1'}             | ${'pypi'}          | ${[bound('!=', '0.0.1'), bound('>', '0.1')]}
    ${'vers:deb/>=1%3A2.0|<1:3.0'}          | ${'deb'}           | ${[bound('>=', '1:2.0'), bound('<', '1:3.0')]}
  `('reads $text', ({ text, type, constraints }) => {
    expect(parseVers(text)).toEqual({ type, constraints });
  });

  it.each`
    because                                  | text                                        | at
    ${'white space (spec)'}                  | ${'vers:npm/>=1.0.0| <2.0.0'}               | ${17}
    ${'a leading pipe (spec)'}               | ${'vers:npm/|>=1.0.0|<2.0.0'}               | ${9}
    ${'a trailing pipe (spec)'}              | ${'vers:npm/>=1.0.0|<2.0.0|'}               | ${24}
    ${'two pipes (spec)'}                    | ${'vers:npm/>=1.0.0||<2.0.0'}               | ${17}
    ${'no order (spec)'}                     | ${'vers:npm/>=2.0.0|<1.0.0'}                | ${17}
    ${'white space in a version (spec)'}     | ${'vers:lexicographic/1 2'}                 | ${20}
    ${'half a triplet (spec)'}               | ${'vers:npm/1.0%2G0'}                       | ${12}
    ${'a datetime in lower case (spec)'}     | ${'vers:datetime/2024-01-01t00:00:00z'}     | ${14}
    ${'encoded colons of a datetime (spec)'} | ${'vers:datetime/2024-01-01T00%3A00%3A00Z'} | ${27}
    ${'no triplet (spec)'}                   | ${'vers:datetime/2024-01-01T00:00:00%ZZ'}   | ${33}
    ${'triplets in lower case (spec)'}       | ${'vers:datetime/2024-01-01T00%3a00%3a00Z'} | ${27}
    ${'the type invalid (spec)'}             | ${'vers:invalid/1.0.0'}                     | ${5}
    ${'the type invalid, with *'}            | ${'vers:invalid/*'}                         | ${5}
    ${'another scheme'}                      | ${'pkg:npm/foo'}                            | ${0}
    ${'a scheme in capitals'}                | ${'VERS:npm/1.0.0'}                         | ${0}
    ${'no type'}                             | ${'vers:/1.0.0'}                            | ${5}
    ${'a type in capitals'}                  | ${'vers:NPM/1.0.0'}                         | ${5}
    ${'no slash'}                            | ${'vers:npm'}                               | ${8}
    ${'no constraint'}                       | ${'vers:npm/'}                              | ${9}
    ${'no version'}                          | ${'vers:npm/>='}                            | ${11}
    ${'equality with a sign'}                | ${'vers:npm/=1.0.0'}                        | ${9}
    ${'a star that is not alone'}            | ${'vers:npm/*|1.0.0'}                       | ${9}
    ${'a version twice'}                     | ${'vers:npm/1.0.0|1.0.0'}                   | ${15}
    ${'a version twice, in two spellings'}   | ${'vers:pypi/1.0|1.0.0'}                    | ${14}
    ${'two lower bounds'}                    | ${'vers:npm/>1.0.0|>=2.0.0'}                | ${16}
    ${'two upper bounds'}                    | ${'vers:npm/<1.0.0|<=2.0.0'}                | ${16}
    ${'equality below an upper bound'}       | ${'vers:npm/1.0.0|<2.0.0'}                  | ${15}
    ${'equality above a lower bound'}        | ${'vers:npm/>1.0.0|2.0.0'}                  | ${16}
    ${'a version that cannot be sorted'}     | ${'vers:npm/>=1.0.0|<foo'}                  | ${17}
  `('refuses $because: $text', ({ text, at }) => {
    expect(parseVers(text)).toEqual({ error: expect.any(String), at });
  });
});

describe('readVers', () => {
  it.each`
    because                               | text                                                     | canonical
    ${'sorts (spec, pypi)'}               | ${'vers:pypi/0.0.2|0.0.6|0.0.0|0.0.1|0.0.4|0.0.5|0.0.3'} | ${'vers:pypi/0.0.0|0.0.1|0.0.2|0.0.3|0.0.4|0.0.5|0.0.6'}
    ${'takes spaces'}                     | ${'vers: npm / >= 1.0.0 | < 2.0.0 '}                     | ${'vers:npm/>=1.0.0|<2.0.0'}
    ${'takes capitals'}                   | ${'VERS:NPM/1.0.0'}                                      | ${'vers:npm/1.0.0'}
    ${'takes an equals sign'}             | ${'vers:semver/=1.3.4'}                                  | ${'vers:semver/1.3.4'}
    ${'keeps the widest of lower bounds'} | ${'vers:npm/>1.0.0|>=2.0.0|<3.0.0'}                      | ${'vers:npm/>1.0.0|<3.0.0'}
    ${'keeps the widest of upper bounds'} | ${'vers:npm/>1.0.0|<2.0.0|<=3.0.0'}                      | ${'vers:npm/>1.0.0|<=3.0.0'}
    ${'drops what lies inside'}           | ${'vers:npm/>=1.0.0|1.5.0|<2.0.0|1.0.5'}                 | ${'vers:npm/>=1.0.0|<2.0.0'}
    ${'but not what is taken out'}        | ${'vers:npm/>=1.0.0|!=1.5.0|<2.0.0'}                     | ${'vers:npm/>=1.0.0|!=1.5.0|<2.0.0'}
    ${'keeps what lies apart'}            | ${'vers:npm/0.5.0|>=1.0.0|<2.0.0|3.0.0'}                 | ${'vers:npm/0.5.0|>=1.0.0|<2.0.0|3.0.0'}
    ${'joins two on one version'}         | ${'vers:npm/>1.0.0|1.0.0'}                               | ${'vers:npm/>=1.0.0'}
    ${'and finds that all is in'}         | ${'vers:npm/<=1.0.0|>1.0.0'}                             | ${'vers:npm/*'}
    ${'or all but one'}                   | ${'vers:npm/<1.0.0|>1.0.0'}                              | ${'vers:npm/!=1.0.0'}
    ${'keeps versions as written'}        | ${'vers:deb/1:2.0%7Erc1'}                                | ${'vers:deb/1:2.0~rc1'}
    ${'writes what VERS reserves'}        | ${'vers:generic/a%21%2A%7C%25b%C3%A9'}                   | ${'vers:generic/a%21%2A%7C%25b%C3%A9'}
  `('$because: $text', ({ text, canonical }) => {
    const range = readVers(text);
    expect(isVersError(range) ? range : writeVers(range)).toBe(canonical);
  });

  it('does not sort versions of an unknown type', () => {
    expect(readVers('vers:example/2.0|1.0')).toEqual({ error: expect.any(String), at: 13 });
  });
});

describe('versContains', () => {
  // Source: VERS specification, tests/pypi_range_containment_test.json,
  // tests/npm_range_containment_test.json and tests/intdot_version_cmp_test.json.
  it.each`
    text                                                       | version                          | expected
    ${'vers:npm/*'}                                            | ${'1.0.0'}                       | ${true}
    ${'vers:pypi/<=1.3.0|3.0.0'}                               | ${'1.0.0'}                       | ${true}
    ${'vers:pypi/>0.0.2'}                                      | ${'0.0.3'}                       | ${true}
    ${'vers:pypi/<0.0.2'}                                      | ${'0.0.0.1'}                     | ${true}
    ${'vers:pypi/>=1.0.0|<=2.0.0'}                             | ${'1.5'}                         | ${true}
    ${'vers:pypi/>=3.0.0|2.0.3'}                               | ${'2.0.3'}                       | ${true}
    ${'vers:pypi/>=1.0.0|<=2.0.0'}                             | ${'2.0.3'}                       | ${false}
    ${'vers:pypi/>=1.0.0|<=2.0.0'}                             | ${'0.0.9'}                       | ${false}
    ${'vers:pypi/>=3.0.0|!=2.0.3'}                             | ${'2.0.3'}                       | ${false}
    ${'vers:pypi/<=1.0.0|>=2.0.0'}                             | ${'1.5'}                         | ${false}
    ${'vers:pypi/0.0.2|0.0.6|>=3.0.0|0.0.1|0.0.4|0.0.5|0.0.3'} | ${'2.0.3'}                       | ${false}
    ${'vers:intdot/>=1.2|<2.0'}                                | ${'1.5.0'}                       | ${true}
    ${'vers:intdot/>=1.2|<2.0'}                                | ${'2.0'}                         | ${false}
    ${'vers:npm/!=1.2.3'}                                      | ${'1.2.4'}                       | ${true}
    ${'vers:npm/!=1.2.3'}                                      | ${'1.2.3'}                       | ${false}
    ${'vers:npm/1.2.3|1.2.5'}                                  | ${'1.2.4'}                       | ${false}
    ${'vers:npm/>=1.0.0|<2.0.0'}                               | ${'2.0.0'}                       | ${false}
    ${'vers:npm/>=1.0.0|!=1.5.0|<2.0.0'}                       | ${'1.5.0'}                       | ${false}
    ${'vers:npm/>=1.0.0|!=1.5.0|<2.0.0'}                       | ${'1.6.0'}                       | ${true}
    ${'vers:npm/<1.0.0|>=2.0.0|<3.0.0'}                        | ${'3.1.0'}                       | ${false}
    ${'vers:deb/<7.88.1-10+deb12u5'}                           | ${'7.88.1-10+deb12u4'}           | ${true}
    ${'vers:datetime/>=2024-01-01T00:00:00Z'}                  | ${'2024-01-01T01:30:00.5+01:00'} | ${true}
    ${'vers:datetime/>=2024-01-01T00:00:00Z'}                  | ${'2024-01-01T00:30:00+01:00'}   | ${false}
    ${'vers:npm/>=1.0.0'}                                      | ${'latest'}                      | ${'incomparable'}
    ${'vers:example/1.2.3'}                                    | ${'2.0.0'}                       | ${'incomparable'}
  `('$text, $version: $expected', ({ text, version, expected }) => {
    const range = readVers(text);
    expect(isVersError(range) ? range : versContains(range, version)).toBe(expected);
  });
});

describe('any VERS', () => {
  const version = fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `${a}.${b}.0`);
  const comparator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
  const constraints = fc.array(fc.record({ comparator, version }), { minLength: 1, maxLength: 6 });
  const unique = fc.uniqueArray(fc.record({ comparator, version }), {
    minLength: 1,
    maxLength: 6,
    selector: (constraint) => constraint.version,
  });

  it('is valid once it was built, and is built from itself', () => {
    fc.assert(
      fc.property(constraints, (drawn) => {
        const text = buildVers('npm', drawn);
        if (typeof text !== 'string') throw new Error(text.error);
        const range = parseVers(text);
        if (isVersError(range)) throw new Error(`${text}: ${range.error}`);
        expect(buildVers('npm', range.constraints)).toBe(text);
      }),
    );
  });

  it('contains the same versions after simplification, but for what it takes out', () => {
    fc.assert(
      fc.property(unique, version, (drawn, tested) => {
        const range = simplifyVers({ type: 'npm', constraints: drawn });
        if (isVersError(range)) throw new Error(range.error);
        const exact = drawn.find((constraint) => constraint.version === tested)?.comparator;
        if (exact === undefined) return;
        const expected = exact === '=' || exact === '<=' || exact === '>=';
        if (expected) expect(versContains(range, tested)).toBe(true);
        if (exact === '!=') expect(versContains(range, tested)).toBe(false);
      }),
    );
  });

  it('is read without an exception, whatever the text', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('vers:', 'npm/', '|', '>=', '<', '%', '%20', '1.0', '*', ' ', '!')),
    );
    fc.assert(
      fc.property(text, (drawn) => {
        const joined = typeof drawn === 'string' ? drawn : drawn.join('');
        for (const result of [parseVers(joined), readVers(joined)]) {
          if (isVersError(result)) expect(result.at).toBeLessThanOrEqual(joined.length);
        }
      }),
    );
  });

  it('is read quickly, whatever its length', () => {
    const versions = Array.from({ length: 10_000 }, (_, i) => `1.${i}.0`);
    const before = performance.now();
    readVers(`vers:npm/${versions.toReversed().join('|')}`);
    readVers(`vers:npm/>=${versions.join('|>=')}`);
    readVers(`vers:npm/<${versions.join('|<')}`);
    parseVers(`vers:npm/${'1'.repeat(100_000)}|${'%2'.repeat(50_000)}`);
    expect(performance.now() - before).toBeLessThan(5000);
  });
});
