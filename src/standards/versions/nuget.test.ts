import { describe, expect, it } from 'vitest';
import { compareNuget, parseNuget } from './nuget.ts';

describe('compareNuget', () => {
  // Source: NuGet.Client, NuGet.Versioning.Test: NuGetVersionTest.cs and VersionComparerTests.cs.
  it.each`
    a                             | b                               | expected
    ${'1.0'}                      | ${'1.0.1'}                      | ${-1}
    ${'1.23'}                     | ${'1.231'}                      | ${-1}
    ${'1.4.5.6'}                  | ${'1.45.6'}                     | ${-1}
    ${'1.4.5.6'}                  | ${'1.4.5.60'}                   | ${-1}
    ${'1.01'}                     | ${'1.10'}                       | ${-1}
    ${'1.01-alpha'}               | ${'1.10-beta'}                  | ${-1}
    ${'1.01.0-RC-1'}              | ${'1.10.0-rc-2'}                | ${-1}
    ${'1.01-RC-1'}                | ${'1.01'}                       | ${-1}
    ${'1.01'}                     | ${'1.2-preview'}                | ${-1}
    ${'1.0.0-BETA'}               | ${'1.0.0-beta2'}                | ${-1}
    ${'1.0.0-BETA.X.y.5.79.0+AA'} | ${'1.0.0-beta.x.y.5.790.0+abc'} | ${-1}
    ${'1.0.0-beta+AA'}            | ${'1.0.0+aa'}                   | ${-1}
    ${'1.0'}                      | ${'1.0.0.0'}                    | ${0}
    ${'1.23.01'}                  | ${'1.23.1'}                     | ${0}
    ${'1.6.2-BeTa'}               | ${'1.6.02-beta'}                | ${0}
    ${'22.3.07     '}             | ${'22.3.07'}                    | ${0}
    ${'  1.022-Beta'}             | ${'1.22.0.0-beta'}              | ${0}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareNuget(a, b)).toBe(expected);
  });

  it.each`
    because                                    | a                      | b                     | expected
    ${'a label that fits 32 bits is a number'} | ${'1.0.0-2147483647'}  | ${'1.0.0-9'}          | ${1}
    ${'a longer one is text, so it is newer'}  | ${'1.0.0-2147483648'}  | ${'1.0.0-2147483647'} | ${1}
    ${'and two of them compare as text'}       | ${'1.0.0-10000000000'} | ${'1.0.0-9999999999'} | ${-1}
    ${'.NET reads a sign as well'}             | ${'1.0.0--5'}          | ${'1.0.0-1'}          | ${-1}
  `('$because', ({ a, b, expected }) => {
    expect(compareNuget(a, b)).toBe(expected);
  });
});

describe('parseNuget', () => {
  // Source: NuGetVersionTest.cs, ParseThrowsIfStringIsNotAValidSemVer.
  it.each([
    '',
    '1beta',
    '$version$',
    '1.2Av^c',
    '1.2..',
    '1.2.3.4.5',
    '1.2.3.Beta',
    '1.2.3.4This version is full of awesomeness!!',
    'So.is.this',
    '1.34.2Alpha',
    '1.34.2Release Candidate',
    '1.4.7-',
    '1.4.7-*',
    '1.4.7+*',
    '1.4.7-AA.01^',
    '1.4.7-A^A',
    '1.4.7+AA.01^',
  ])('refuses %j', (text) => {
    expect(parseNuget(text)).toBeUndefined();
  });
});
