import { describe, expect, it } from 'vitest';
import { compareDpkg, parseDpkg } from './dpkg.ts';

describe('compareDpkg', () => {
  // Source: dpkg, lib/dpkg/t/t-version.c, test_version_compare and test_version_parse.
  it.each`
    a                    | b                   | expected
    ${'0-00'}            | ${'00-0'}           | ${0}
    ${'1:2-3'}           | ${'1:2-3'}          | ${0}
    ${'0:0-0'}           | ${'1:0-0'}          | ${-1}
    ${'0:0-a'}           | ${'0:0-b'}          | ${-1}
    ${'0'}               | ${'0:0'}            | ${0}
    ${'0'}               | ${'0:0-0'}          | ${0}
    ${'0:0.0-0.0'}       | ${'0.0-0.0'}        | ${0}
    ${'5:1'}             | ${'4:9'}            | ${1}
    ${'0:0-0-0'}         | ${'0-0-0'}          | ${0}
    ${'0:0:0-0'}         | ${'0:0:0-0'}        | ${0}
    ${'0:09azAZ.-+~:-0'} | ${'0:9azAZ.-+~:-0'} | ${0}
    ${'  \t0:0-1'}       | ${'0:0-1\t  '}      | ${0}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareDpkg(a, b)).toBe(expected);
  });

  // Source: Debian Policy 5.6.12, the order of parts that start with tildes; univers 32.0.1.
  it('sorts tildes before the end, and the end before letters', () => {
    const sorted = ['1~~', '1~~a', '1~', '1', '1a'];
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) expect(compareDpkg(a, b)).toBe(Math.sign(i - j));
    }
  });

  // What installed machines show; see the feed notes 1 and 2.
  it.each`
    because                             | a                      | b                 | expected
    ${'a backport is below its source'} | ${'1.3~deb12u1'}       | ${'1.3'}          | ${-1}
    ${'a binary rebuild is above'}      | ${'2.03.16-2+b1'}      | ${'2.03.16-2'}    | ${1}
    ${'a security update is above'}     | ${'7.88.1-10+deb12u5'} | ${'7.88.1-10'}    | ${1}
    ${'an epoch beats everything'}      | ${'2:1.02.185-2'}      | ${'2.03.16-2'}    | ${1}
    ${'Ubuntu sorts before Debian +'}   | ${'1.0-1ubuntu1'}      | ${'1.0-1+deb9u1'} | ${-1}
  `('$because', ({ a, b, expected }) => {
    expect(compareDpkg(a, b)).toBe(expected);
  });
});

describe('parseDpkg', () => {
  // Source: dpkg, lib/dpkg/t/t-version.c, test_version_parse; checked against dpkg 1.21.22.
  it.each([
    '',
    '  ',
    '0:',
    '0:0 0-1',
    '-1:0-1',
    '999999999999999999999999:0-1',
    'a:0-0',
    'A:0-0',
    '-0',
    '0:-0',
    '0:abc3-0',
    '0:0-0:0',
    '0:0-',
    '1a:0',
    ...[..."!#@$%&/|\\<>()[]{};,_=*^'"].flatMap((char) => [`0:0${char}-0`, `0:0-0${char}`]),
  ])('refuses %j', (text) => {
    expect(parseDpkg(text)).toBeUndefined();
    expect(compareDpkg(text, text)).toBe('incomparable');
  });

  it('separates epoch, upstream version and revision', () => {
    expect(parseDpkg('1:2.0-rc1-3')).toEqual({ epoch: '1', upstream: '2.0-rc1', revision: '3' });
  });
});
