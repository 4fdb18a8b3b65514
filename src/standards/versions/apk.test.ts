import { describe, expect, it } from 'vitest';
import { compareApk, parseApk } from './apk.ts';

describe('compareApk', () => {
  // Source: apk-package(5), the order of suffixes; apk-tools 3, src/version.c.
  it('sorts suffixes around the bare version', () => {
    const suffixes = ['_alpha', '_alpha1', '_beta', '_pre', '_rc', '_rc2', ''];
    suffixes.push('-r0', '-r1', '~1f', '_cvs', '_svn', '_git', '_hg', '_p', '_p1', 'a', '.0');
    for (const [i, a] of suffixes.entries()) {
      for (const [j, b] of suffixes.entries()) {
        expect(compareApk(`1.2${a}`, `1.2${b}`), `${a} ${b}`).toBe(Math.sign(i - j));
      }
    }
  });

  it.each`
    because                                          | a            | b             | expected
    ${'a leading zero makes a fraction'}             | ${'1.02'}    | ${'1.1'}      | ${-1}
    ${'also against a longer number'}                | ${'1.09'}    | ${'1.1'}      | ${-1}
    ${'zeros count there'}                           | ${'1.010'}   | ${'1.01'}     | ${1}
    ${'but not in the first number'}                 | ${'010'}     | ${'10'}       | ${0}
    ${'nor in a release'}                            | ${'1-r01'}   | ${'1-r1'}     | ${0}
    ${'digits may follow the letter (abuild 10088)'} | ${'6.6.2p1'} | ${'6.6.2p2'}  | ${-1}
    ${'a letter is newer than a suffix'}             | ${'6.6.2p1'} | ${'6.6.2_p9'} | ${1}
    ${'more numbers are newer'}                      | ${'1.2'}     | ${'1.2.0'}    | ${-1}
  `('$because', ({ a, b, expected }) => {
    expect(compareApk(a, b)).toBe(expected);
  });

  it.each`
    because                                    | a            | b           | expected
    ${'the numbers decide first'}              | ${'23_foo'}  | ${'4_beta'} | ${1}
    ${'the same invalid text says nothing'}    | ${'1_foo'}   | ${'1_foo'}  | ${'incomparable'}
    ${'the invalid part would have to decide'} | ${'1.2_foo'} | ${'1.2'}    | ${'incomparable'}
    ${'nothing valid to begin with'}           | ${'a'}       | ${'b'}      | ${'incomparable'}
  `('of invalid versions: $because', ({ a, b, expected }) => {
    expect(compareApk(a, b)).toBe(expected);
  });
});

describe('parseApk', () => {
  // Source: the grammar in apk-package(5).
  it.each(['1', '1.2.3', '1.2a', '1.2_rc1', '1.2_alpha_pre2', '1.2~1a2b-r3', '1.0-r10'])(
    'reads %j',
    (text) => {
      expect(parseApk(text)).toBeDefined();
    },
  );

  it.each([
    '',
    'a',
    '.1',
    '1.',
    '1..2',
    '1.0bc',
    '1.0A',
    '1_foo',
    '1_',
    '1-r',
    '1-1',
    '1-r1-r2',
    '1~',
  ])('refuses %j', (text) => {
    expect(parseApk(text)).toBeUndefined();
  });
});
