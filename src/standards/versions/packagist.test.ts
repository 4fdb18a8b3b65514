import { describe, expect, it } from 'vitest';
import { comparePackagist, normalizeComposer } from './packagist.ts';

describe('normalizeComposer', () => {
  // Source: composer/semver, tests/VersionParserTest.php (branch names as in Composer 2).
  it.each([
    ['1.0.0', '1.0.0.0'],
    ['1.2.3.4', '1.2.3.4'],
    ['1.0.0RC1dev', '1.0.0.0-RC1-dev'],
    ['1.0.0-rC15-dev', '1.0.0.0-RC15-dev'],
    ['1.0.0.RC.15-dev', '1.0.0.0-RC15-dev'],
    ['1.0.0-rc1', '1.0.0.0-RC1'],
    ['1.0.0.pl3-dev', '1.0.0.0-patch3-dev'],
    ['1.0-dev', '1.0.0.0-dev'],
    ['0', '0.0.0.0'],
    ['10.4.13-beta', '10.4.13.0-beta'],
    ['10.4.13beta2', '10.4.13.0-beta2'],
    ['10.4.13beta.2', '10.4.13.0-beta2'],
    ['10.4.13-b', '10.4.13.0-beta'],
    ['10.4.13-b5', '10.4.13.0-beta5'],
    ['v1.0.0', '1.0.0.0'],
    ['2010.01', '2010.01.0.0'],
    ['2010.01.02', '2010.01.02.0'],
    ['2010.1.555', '2010.1.555.0'],
    ['2010.10.200', '2010.10.200.0'],
    ['v20100102', '20100102'],
    ['2010-01-02', '2010.01.02'],
    ['2010-01-02.5', '2010.01.02.5'],
    ['20100102-203040', '20100102.203040'],
    ['20150920.0.0', '20150920.0.0'],
    ['20100102203040-10', '20100102203040.10'],
    ['20100102-203040-p1', '20100102.203040-patch1'],
    ['dev-master', 'dev-master'],
    ['master', 'dev-master'],
    ['1.x-dev', '1.9999999.9999999.9999999-dev'],
    ['dev-feature-foo', 'dev-feature-foo'],
    ['DEV-FOOBAR', 'dev-FOOBAR'],
    ['dev-feature/foo', 'dev-feature/foo'],
    ['dev-feature+issue-1', 'dev-feature+issue-1'],
    ['1.0.0-beta.5+foo', '1.0.0.0-beta5'],
    ['1.0.0+foo', '1.0.0.0'],
    ['1.0.0-alpha.3.1+foo', '1.0.0.0-alpha3.1'],
    ['1.0.0-alpha2.1+foo', '1.0.0.0-alpha2.1'],
    ['1.0.0-alpha-2.1-3+foo', '1.0.0.0-alpha2.1-3'],
    ['1.0.0+foo as 2.0', '1.0.0.0'],
    ['1.0.0-stable', '1.0.0.0'],
    ['1.0.0@beta', '1.0.0.0'],
  ])('makes of %s %s', (text, normal) => {
    expect(normalizeComposer(text)).toBe(normal);
  });

  it.each(['', 'a', '1.0.0-meh', '1.0.0.0.0', 'feature-foo', '1.0.0+foo bar'])(
    'refuses %j',
    (text) => {
      expect(normalizeComposer(text)).toBeUndefined();
    },
  );
});

describe('comparePackagist', () => {
  it.each`
    because                                   | a               | b              | expected
    ${'Composer fills up with zeros'}         | ${'1.0'}        | ${'1.0.0'}     | ${0}
    ${'a v means nothing'}                    | ${'v1.0.0'}     | ${'1.0.0'}     | ${0}
    ${'nor does build metadata'}              | ${'1.0.0+a'}    | ${'1.0.0+b'}   | ${0}
    ${'stability comes in steps'}             | ${'1.0-dev'}    | ${'1.0-alpha'} | ${-1}
    ${'whatever the case'}                    | ${'1.0-ALPHA2'} | ${'1.0-beta1'} | ${-1}
    ${'a patch comes after'}                  | ${'1.0pl1'}     | ${'1.0'}       | ${1}
    ${'a version branch is the newest of it'} | ${'2.1.x-dev'}  | ${'2.1.99'}    | ${1}
    ${'but no newer than the next'}           | ${'2.1.x-dev'}  | ${'2.2.0'}     | ${-1}
    ${'a branch has no order'}                | ${'dev-main'}   | ${'1.0'}       | ${'incomparable'}
    ${'not even with itself'}                 | ${'dev-main'}   | ${'dev-main'}  | ${'incomparable'}
    ${'PHP knows no such word'}               | ${'1.0.0-meh'}  | ${'1.0.0'}     | ${'incomparable'}
    ${'PHP orders what Composer refuses'}     | ${'4.3-2RC1'}   | ${'4.3-2RC2'}  | ${-1}
    ${'five numbers as well'}                 | ${'1.0.0.0.1'}  | ${'1.0'}       | ${1}
  `('$because', ({ a, b, expected }) => {
    expect(comparePackagist(a, b)).toBe(expected);
  });
});
