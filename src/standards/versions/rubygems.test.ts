import { describe, expect, it } from 'vitest';
import { compareRubyGems, parseRubyGems } from './rubygems.ts';

describe('compareRubyGems', () => {
  // Source: RubyGems, test/rubygems/test_gem_version.rb.
  it.each`
    a                  | b                         | expected
    ${'1.0'}           | ${'1.0.0'}                | ${0}
    ${'1.0'}           | ${'1.0.a'}                | ${1}
    ${'1.8.2'}         | ${'0.0.0'}                | ${1}
    ${'1.8.2'}         | ${'1.8.2.a'}              | ${1}
    ${'1.8.2.b'}       | ${'1.8.2.a'}              | ${1}
    ${'1.8.2.a10'}     | ${'1.8.2.a9'}             | ${1}
    ${'0.beta.1'}      | ${'0.0.beta.1'}           | ${0}
    ${'0.0.beta'}      | ${'0.0.beta.1'}           | ${-1}
    ${'0.0.beta'}      | ${'0.beta.1'}             | ${-1}
    ${'5.a'}           | ${'5.0.0.rc2'}            | ${-1}
    ${'5.x'}           | ${'5.0.0.rc2'}            | ${1}
    ${'1.9.3'}         | ${'1.9.2.99'}             | ${1}
    ${'1.9.3'}         | ${'1.9.3.1'}              | ${-1}
    ${'1.2.b1'}        | ${'1.2.b.1'}              | ${0}
    ${'1.2.pre.1'}     | ${'1.2.0.pre.1.0'}        | ${0}
    ${'1.0.0-alpha'}   | ${'1.0.0-alpha.1'}        | ${-1}
    ${'1.0.0-alpha.1'} | ${'1.0.0-beta.2'}         | ${-1}
    ${'1.0.0-beta.2'}  | ${'1.0.0-beta.11'}        | ${-1}
    ${'1.0.0-beta.11'} | ${'1.0.0-rc.1'}           | ${-1}
    ${'1.0.0-rc1'}     | ${'1.0.0'}                | ${-1}
    ${'1.0.0-1'}       | ${'1'}                    | ${-1}
    ${'1.0.0.beta.1'}  | ${'1.0.0-beta.1'}         | ${0}
    ${'1.0.0.rc.1'}    | ${'1.0.0-rc.1'}           | ${0}
    ${'1.0.0.pre.1'}   | ${'1.0.0-1'}              | ${0}
    ${'1.0.0.1'}       | ${'1.0.0-1'}              | ${1}
    ${'1.0.0.beta.1'}  | ${'1.0.0.pre.beta.1'}     | ${0}
    ${'1.0.0'}         | ${'0.0.1.20220404083012'} | ${1}
    ${'0.7.0'}         | ${'0.6.63000'}            | ${1}
    ${' 1.0 '}         | ${'\n1.0\n'}              | ${0}
    ${'1.9.3'}         | ${'whatever'}             | ${'incomparable'}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareRubyGems(a, b)).toBe(expected);
  });
});

describe('parseRubyGems', () => {
  // Source: the same file, test_initialize_invalid (the last one is CVE-2013-4287).
  it.each([
    'junk',
    '1.0\n2.0',
    '1..2',
    '1.2 3.4',
    '2.3422222.222.222222222.22222.ads0as.dasd0.ddd2222.2.qd3e.',
  ])('refuses %j', (text) => {
    expect(parseRubyGems(text)).toBeUndefined();
  });

  // Source: the same file, test_canonical_segments.
  it.each([
    ['1.0.0', ['1']],
    ['1.0.0.a.1.0', ['1', 'a', '1']],
    ['1.2.3-1', ['1', '2', '3', 'pre', '1']],
  ])('takes %s apart', (text, segments) => {
    expect(parseRubyGems(text)).toEqual(segments);
  });
});
