/** Every comparison that others published and that we keep in testdata/, both ways round. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Comparison, compareVersions, type VersionRule } from './ecosystem.ts';

const FILES: readonly (readonly [file: string, rules: readonly VersionRule[], atLeast: number])[] =
  [
    ['apk', ['apk'], 1000],
    ['cran', ['cran'], 70],
    ['dpkg', ['dpkg'], 400],
    ['hackage', ['hackage'], 10],
    ['hex', ['hex'], 80],
    ['maven', ['maven'], 450],
    ['nuget', ['nuget'], 30],
    ['packagist', ['packagist'], 450],
    ['pep440', ['pep440'], 450],
    ['pub', ['pub'], 90],
    ['rpm', ['rpm'], 150],
    ['rubygems', ['rubygems'], 400],
    ['semver', ['semver', 'npm', 'go'], 80],
  ];

const EXPECTED: Readonly<Record<string, Comparison>> = {
  '<': -1,
  '=': 0,
  '>': 1,
  '?': 'incomparable',
};

interface Vector {
  readonly line: string;
  readonly a: string;
  readonly b: string;
  readonly expected: Comparison;
}

function vectorsOf(file: string): readonly Vector[] {
  const text = readFileSync(new URL(`testdata/${file}.txt`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const [a = '', sign = '', b = ''] = line.split(' ');
      return { line, a, b, expected: EXPECTED[sign] ?? 'incomparable' };
    });
}

function opposite(comparison: Comparison): Comparison {
  if (comparison === 1) return -1;
  return comparison === -1 ? 1 : comparison;
}

describe.each(FILES)('testdata/%s.txt', (file, rules, atLeast) => {
  const vectors = vectorsOf(file);

  it(`holds at least ${String(atLeast)} comparisons`, () => {
    expect(vectors.length).toBeGreaterThanOrEqual(atLeast);
  });

  it.each(rules)('agrees with the rule %s', (rule) => {
    const wrong = vectors.filter(
      ({ a, b, expected }) =>
        compareVersions(rule, a, b) !== expected ||
        compareVersions(rule, b, a) !== opposite(expected),
    );
    expect(wrong.map(({ line }) => line)).toEqual([]);
  });
});
