/** The rules with little to them: Arch Linux, Bitnami, CRAN, Hackage, and the one for unknowns. */
import { describe, expect, it } from 'vitest';
import { compareAlpm } from './alpm.ts';
import { compareBitnami, parseBitnami } from './bitnami.ts';
import { compareCran, parseCran } from './cran.ts';
import { compareGeneric, parseGeneric } from './generic.ts';
import { compareHackage, parseHackage } from './hackage.ts';

describe('compareAlpm', () => {
  // Source: VERS specification, tests/alpm_version_cmp_test.json (after pacman's vercmp tests).
  it.each`
    older         | newer
    ${'1.5.0'}    | ${'1.5.1'}
    ${'1.5'}      | ${'1.5.1'}
    ${'1.5.0-1'}  | ${'1.5.0-2'}
    ${'1.5.0-1'}  | ${'1.5.1-1'}
    ${'1.5.0-2'}  | ${'1.5.1-1'}
    ${'1.5'}      | ${'1.5.a'}
    ${'1.5.a'}    | ${'1.5.b'}
    ${'1.5.b'}    | ${'1.5.1'}
    ${'0:1.0'}    | ${'0:1.1'}
    ${'0:1.0'}    | ${'1:1.0'}
    ${'0:1.1'}    | ${'1:1.0'}
    ${'1:1.0'}    | ${'2:1.1'}
    ${'0:1.0-1'}  | ${'1:1.0'}
    ${'0:1.1-1'}  | ${'1:1.0-1'}
    ${'0:1.0'}    | ${'1.1'}
    ${'1.0'}      | ${'0:1.1'}
    ${'1.0'}      | ${'1:1.0'}
    ${'1.1'}      | ${'1:1.0'}
    ${'1.1'}      | ${'1:1.1'}
    ${'1.5-1'}    | ${'1.5.b'}
    ${'1.5-1'}    | ${'1.5.1-1'}
    ${'1.5-2'}    | ${'1.5.1-1'}
    ${'1.5-2'}    | ${'1.5.1-2'}
    ${'1.0-1'}    | ${'1.1'}
    ${'1.0'}      | ${'1.1-1'}
    ${'1.5b-1'}   | ${'1.5-1'}
    ${'1.5b'}     | ${'1.5'}
    ${'1.5b-1'}   | ${'1.5'}
    ${'1.5b'}     | ${'1.5.1'}
    ${'1.0a'}     | ${'1.0alpha'}
    ${'1.0alpha'} | ${'1.0b'}
    ${'1.0b'}     | ${'1.0beta'}
    ${'1.0beta'}  | ${'1.0rc'}
    ${'1.0rc'}    | ${'1.0'}
  `('$older is older than $newer', ({ older, newer }) => {
    expect(compareAlpm(older, newer)).toBe(-1);
    expect(compareAlpm(newer, older)).toBe(1);
  });

  it.each([
    ['0:1.0', '1.0'],
    ['1.5.b-1', '1.5.b'],
    ['1.5', '1.5-1'],
    ['1.1-1', '1.1'],
  ])('%s is %s', (a, b) => {
    expect(compareAlpm(a, b)).toBe(0);
  });
});

describe('compareBitnami', () => {
  // Source: bitnami/go-version, pkg/version/version_test.go.
  it.each`
    a            | b                     | expected
    ${'1.2.3'}   | ${'1.4.5'}            | ${-1}
    ${'2.2.3'}   | ${'1.5.1'}            | ${1}
    ${'2.2.3'}   | ${'2.2.2'}            | ${1}
    ${'1.0.0-1'} | ${'1.0.0-2'}          | ${-1}
    ${'1.2.3-1'} | ${'1.2.3-1'}          | ${0}
    ${'1.2.3'}   | ${'1.2.3-1'}          | ${-1}
    ${'1.2.3+a'} | ${'1.2.3+b'}          | ${0}
    ${'1.2.0'}   | ${'1.2.0-1+metadata'} | ${-1}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareBitnami(a, b)).toBe(expected);
  });

  it('keeps words as pre-releases', () => {
    expect(compareBitnami('1.2.3-rc1', '1.2.3')).toBe(-1);
    expect(parseBitnami('1.2.3-alpha.01')).toBeUndefined();
  });
});

describe('compareCran', () => {
  // Source: R, ?numeric_version.
  it.each`
    because                               | a          | b          | expected
    ${'the separator means nothing'}      | ${'1.0-1'} | ${'1.0.1'} | ${0}
    ${'nor do leading zeros'}             | ${'0.01'}  | ${'0.1'}   | ${0}
    ${'a longer version is newer'}        | ${'1.0'}   | ${'1.0.0'} | ${-1}
    ${'parts are numbers, not fractions'} | ${'0.9'}   | ${'0.75'}  | ${-1}
  `('$because', ({ a, b, expected }) => {
    expect(compareCran(a, b)).toBe(expected);
  });

  it.each(['', '1.', '.1', '1..2', '1.0a', '1_0'])('refuses %j', (text) => {
    expect(parseCran(text)).toBeUndefined();
  });
});

describe('compareHackage', () => {
  it('compares lists of numbers', () => {
    expect(compareHackage('1.0', '1.0.0')).toBe(-1);
    expect(compareHackage('1.10', '1.9.9')).toBe(1);
    expect(parseHackage('1.0-1')).toBeUndefined();
  });
});

describe('compareGeneric', () => {
  it.each`
    because                                      | a              | b            | expected
    ${'numbers are numbers'}                     | ${'1.10'}      | ${'1.9'}     | ${1}
    ${'zeros at the end mean nothing'}           | ${'1.0'}       | ${'1.0.0'}   | ${0}
    ${'a v means nothing'}                       | ${'v2.1'}      | ${'2.1'}     | ${0}
    ${'a release candidate comes before'}        | ${'6.1-rc1'}   | ${'6.1'}     | ${-1}
    ${'candidates are counted'}                  | ${'6.1-rc10'}  | ${'6.1-rc9'} | ${1}
    ${'alpha comes before beta'}                 | ${'2.0a2'}     | ${'2.0b1'}   | ${-1}
    ${'OpenSSL counts in letters'}               | ${'1.0.2b'}    | ${'1.0.2'}   | ${1}
    ${'and goes on counting'}                    | ${'1.0.2zh'}   | ${'1.0.2k'}  | ${1}
    ${'OpenSSH counts portable releases'}        | ${'9.3p2'}     | ${'9.3p1'}   | ${1}
    ${'zeros before a word mean nothing either'} | ${'1.0.0-rc1'} | ${'1.0-rc1'} | ${0}
    ${'no digit, no version'}                    | ${'latest'}    | ${'1.0'}     | ${'incomparable'}
  `('$because', ({ a, b, expected }) => {
    expect(compareGeneric(a, b)).toBe(expected);
  });

  it('reads printable ASCII only', () => {
    expect(parseGeneric('1.0é')).toBeUndefined();
  });
});
