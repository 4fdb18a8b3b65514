/** What holds for every rule: a total order on what can be compared, and no way to break it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison, VersionRule } from './ecosystem.ts';
import { compareParsed, compareVersions, parseVersion, VERSION_RULES } from './ecosystem.ts';
import { parseMaven } from './maven.ts';

/** Pieces that versions of a rule are made of, so that most of what is drawn can be compared. */
const COMMON = ['0', '1', '2', '9', '10', '01', '.', '.0', '.1', '-', '-1', '12345678901234567890'];
const PIECES: Readonly<Partial<Record<VersionRule, readonly string[]>>> = {
  apk: ['_alpha', '_pre2', '_rc', '_p', '_p1', 'a', 'b', '-r0', '-r10', '~ab', '.01', '.010'],
  alpm: ['a', 'rc', 'beta', '..', '_', '+'],
  dpkg: ['~', '~~', '+', 'a', 'Z', 'deb', '+b1', '1:'],
  go: ['v', 'go1.', 'rc1', 'beta2', '-rc.1', '+incompatible', '.0.0', '-0.20060102150405-abc'],
  maven: ['alpha', 'rc', 'sp', 'snapshot', 'ga', 'final', 'x', 'RC1', '-x'],
  npm: ['v', 'beta', '-rc.1', '+b', '.x', '.0.0'],
  nuget: ['-rc', '-RC.1', '-beta.2', '+b', '.a', '-5', '.2147483648'],
  packagist: ['a', 'beta', 'RC', '-dev', 'pl1', '.x-dev', 'v', '_p2'],
  pep440: ['a1', 'rc', '.post1', '.dev2', '+local', '+1.a', '1!', 'c', '.rev', '-1'],
  pub: ['-a', '-a.1', '+b', '+b.1', '+1', '.0.0'],
  rpm: ['~', '^', 'a', 'rc', '..', '_', '+', '1:', '-2'],
  rubygems: ['.a', '.pre', '-beta', '.rc1', '.b.0', 'a', '-1'],
};

function versionsOf(rule: VersionRule): fc.Arbitrary<string> {
  const pieces = fc.constantFrom(...COMMON, ...(PIECES[rule] ?? ['a', '-rc.1', 'beta', '.0.0']));
  const built = fc
    .array(pieces, { minLength: 1, maxLength: 6 })
    .map((parts) => `1${parts.join('')}`);
  return built.filter((text) => !isOutsideTheOrder(rule, text));
}

/** Where the ecosystem's own order has cycles; see the limits in maven.ts and alpm.ts. */
function isOutsideTheOrder(rule: VersionRule, text: string): boolean {
  if (rule === 'maven') {
    const emptyList = parseMaven(text)?.some((items) => items.length === 0) === true;
    return emptyList || /\.[a-z]+(?:\.|-)/i.test(text);
  }
  return rule === 'alpm' && /-|[._+]{2}|[._+]$/.test(text);
}

function opposite(comparison: Comparison): Comparison {
  if (comparison === 1) return -1;
  return comparison === -1 ? 1 : comparison;
}

describe.each(VERSION_RULES)('the rule %s', (rule) => {
  const version = versionsOf(rule);

  it('finds every version that it reads equal to itself', () => {
    fc.assert(
      fc.property(version, (text) => {
        const known = parseVersion(rule, text) !== undefined;
        expect(compareVersions(rule, text, text)).toBe(known ? 0 : 'incomparable');
      }),
    );
  });

  it('turns around with its arguments', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions(rule, b, a)).toBe(opposite(compareVersions(rule, a, b)));
      }),
    );
  });

  it('has no cycles', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, bc, ac] = [
          compareVersions(rule, a, b),
          compareVersions(rule, b, c),
          compareVersions(rule, a, c),
        ];
        if (ab === 'incomparable' || bc === 'incomparable' || ac === 'incomparable') return;
        if (ab === bc) expect(ac).toBe(ab);
        if (ab === 0) expect(ac).toBe(bc);
        if (bc === 0) expect(ac).toBe(ab);
      }),
      { numRuns: 1000 },
    );
  });

  it('answers the same for versions that were read before', () => {
    fc.assert(
      fc.property(version, version, (a, b) => {
        const [left, right] = [parseVersion(rule, a), parseVersion(rule, b)];
        if (left === undefined || right === undefined) return;
        expect(compareParsed(left, right)).toBe(compareVersions(rule, a, b));
      }),
    );
  });

  it('never throws, whatever the text', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme-ascii' }));
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(compareVersions(rule, b, a)).toBe(opposite(compareVersions(rule, a, b)));
      }),
    );
  });

  it.each(['', ' ', '\n', 'not a version', '<script>', '${version}'])('refuses %j', (text) => {
    expect(parseVersion(rule, text)).toBeUndefined();
    expect(compareVersions(rule, text, text)).toBe('incomparable');
    expect(compareVersions(rule, text, '1.0.0')).toBe('incomparable');
  });

  it('compares long numbers as numbers', () => {
    const [small, large] = [`1${'0'.repeat(5000)}8`, `1${'0'.repeat(5000)}9`];
    expect(compareVersions(rule, `${small}.0.0`, `${large}.0.0`)).toBe(-1);
    expect(compareVersions(rule, '9.0.0', `${small}.0.0`)).toBe(-1);
  });

  it.each([
    ['digits', '1'.repeat(100_000)],
    ['zeros', `${'0'.repeat(50_000)}.${'0'.repeat(50_000)}`],
    ['dots', '1.'.repeat(50_000)],
    ['hyphens', '1-'.repeat(50_000)],
    ['letters and digits', '1a'.repeat(50_000)],
    ['pre-release words', `1.0.0-${'alpha.1'.repeat(14_000)}`],
    ['a number after a word', `1.0-beta${'1'.repeat(100_000)}x`],
    ['spaces', `1${' '.repeat(100_000)}x`],
    ['suffixes', `1${'_p1'.repeat(33_000)}`],
    ['local labels', `1.0+${'a.'.repeat(50_000)}`],
  ])('takes no long time over 100 kB of %s', (_what, text) => {
    const before = performance.now();
    compareVersions(rule, text, `${text}1`);
    // Some ten milliseconds on an idle core; anything quadratic would take minutes.
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
