import { describe, expect, it } from 'vitest';
import { compareHex } from './hex.ts';
import { comparePub, parsePub } from './pub.ts';
import { compareNpm, compareSemver, isStrictSemver, parseNpm } from './semver.ts';

describe('isStrictSemver', () => {
  // Source: the examples beside the regular expression of semver.org's FAQ.
  it.each([
    '0.0.4',
    '1.1.2-prerelease+meta',
    '1.1.2+meta-valid',
    '1.0.0-alpha.0valid',
    '1.0.0-alpha-a.b-c-somethinglong+build.1-aef.1-its-okay',
    '1.0.0-rc.1+build.123',
    '10.2.3-DEV-SNAPSHOT',
    '1.0.0-0A.is.legal',
    '99999999999999999999999.999999999999999999.99999999999999999',
    '1.2.3----RC-SNAPSHOT.12.9.1--.12+788',
    '1.0.0+0.build.1-rc.10000aaa-kk-0.1',
  ])('reads %j', (text) => {
    expect(isStrictSemver(text)).toBe(true);
  });

  it.each([
    '1',
    '1.2',
    '1.2.3-0123',
    '1.2.3-0123.0123',
    '1.1.2+.123',
    '+invalid',
    'alpha',
    '1.0.0-alpha_beta',
    '1.0.0-alpha..',
    '01.1.1',
    '1.2.3.DEV',
    '1.2-SNAPSHOT',
    '1.2.31.2.3----RC-SNAPSHOT.12.09.1--..12+788',
    '-1.0.3-gamma+b7718',
    '9.8.7+meta+meta',
    'v1.2.3',
  ])('refuses %j', (text) => {
    expect(isStrictSemver(text)).toBe(false);
  });
});

describe('compareSemver', () => {
  it.each`
    because                              | a             | b             | expected
    ${'crates.io advisories shorten'}    | ${'0.62'}     | ${'0.62.0'}   | ${0}
    ${'but no pre-release is shortened'} | ${'1-rc'}     | ${'1.0.0'}    | ${'incomparable'}
    ${'four numbers are none'}           | ${'1.2.3.4'}  | ${'1.2.3'}    | ${'incomparable'}
    ${'a leading zero is none'}          | ${'1.02.3'}   | ${'1.2.3'}    | ${'incomparable'}
    ${'case counts'}                     | ${'1.0.0-RC'} | ${'1.0.0-rc'} | ${-1}
    ${'builds take no part'}             | ${'1.0.0+2'}  | ${'1.0.0+1'}  | ${0}
  `('$because', ({ a, b, expected }) => {
    expect(compareSemver(a, b)).toBe(expected);
  });
});

describe('compareNpm', () => {
  // Source: node-semver, test/fixtures/equality.js and compare-loose.js.
  const prefixes = ['v', '=', 'v ', '= ', ' v', ' =', ' v ', ' = ', '   ='];
  it.each(['1.2.3', '1.2.3-0', '1.2.3-1', '1.2.3-beta'])('takes any prefix of %s', (version) => {
    for (const prefix of prefixes) expect(compareNpm(version, prefix + version)).toBe(0);
  });

  it.each`
    a                     | b
    ${'01.02.03'}         | ${'1.2.3'}
    ${'1.2.3-beta.01'}    | ${'1.2.3-beta.1'}
    ${'1.2.3foo'}         | ${'1.2.3-foo'}
    ${'1.2.3-beta+build'} | ${' = 1.2.3-beta+otherbuild'}
    ${'  v1.2.3+build'}   | ${'1.2.3+otherbuild'}
    ${'1.14'}             | ${'1.14.0'}
  `('$a is $b', ({ a, b }) => {
    expect(compareNpm(a, b)).toBe(0);
  });

  // Source: node-semver, test/fixtures/invalid-versions.js.
  it.each(['hello, world', 'xyz', '1.2.3.4', '1.2.3.beta'])('refuses %j', (text) => {
    expect(parseNpm(text)).toBeUndefined();
  });
});

describe('compareHex', () => {
  // Source: Elixir, lib/elixir/test/elixir/version_test.exs.
  it.each`
    a              | b              | expected
    ${'1.0.1'}     | ${'1.0.0'}     | ${1}
    ${'2.1.1'}     | ${'1.2.2'}     | ${1}
    ${'1.0.0'}     | ${'1.0.0-dev'} | ${1}
    ${'1.2.3-dev'} | ${'0.1.2'}     | ${1}
    ${'1.0.0-a.b'} | ${'1.0.0-a'}   | ${1}
    ${'1.0.0-b'}   | ${'1.0.0-a.b'} | ${1}
    ${'1.0.0-a'}   | ${'1.0.0-0'}   | ${1}
    ${'1.0.0-a.b'} | ${'1.0.0-a.a'} | ${1}
    ${'1.0.0-dev'} | ${'1.0.0-dev'} | ${0}
    ${'1.0'}       | ${'1.0.0'}     | ${'incomparable'}
    ${'1.0.0-dev'} | ${'1.0'}       | ${'incomparable'}
    ${'foo'}       | ${'1.0.0-a'}   | ${'incomparable'}
    ${'2.3.0-01'}  | ${'2.3.0-01'}  | ${'incomparable'}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareHex(a, b)).toBe(expected);
  });
});

describe('comparePub', () => {
  // Source: pub_semver, test/version_test.dart: a list in order, and pairs that are equal.
  const sorted = ['1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0-rc.1'];
  sorted.push('1.0.0-rc.1+build.1', '1.0.0', '1.0.0+0.3.7', '1.3.7+build');
  sorted.push('1.3.7+build.2.b8f12d7', '1.3.7+build.11.e0f985a', '2.0.0', '2.1.0', '2.2.0');
  sorted.push('2.11.0', '2.11.1');

  it.each(sorted.map((text, index) => [text, index] as const))('puts %s in its place', (a, i) => {
    for (const [j, b] of sorted.entries()) expect(comparePub(a, b)).toBe(Math.sign(i - j));
  });

  it.each`
    a             | b
    ${'01.2.3'}   | ${'1.2.3'}
    ${'1.02.3'}   | ${'1.2.3'}
    ${'1.2.03'}   | ${'1.2.3'}
    ${'1.2.3-01'} | ${'1.2.3-1'}
    ${'1.2.3+01'} | ${'1.2.3+1'}
  `('$a is $b', ({ a, b }) => {
    expect(comparePub(a, b)).toBe(0);
  });

  it.each(['1.0', '1.2.3.4', '1234', '-2.3.4', '1.3-pre', '1.3+build', '1.3+bu?!3ild'])(
    'refuses %j',
    (text) => {
      expect(parsePub(text)).toBeUndefined();
    },
  );
});
