import { describe, expect, it } from 'vitest';
import { compareRpm, parseRpm, rpmvercmp } from './rpm.ts';

describe('rpmvercmp', () => {
  // Source: rpm, tests/rpmvercmp.at, oddities included (RhBug 811992 and non-ASCII letters).
  it.each`
    a            | b           | expected
    ${'1b.fc17'} | ${'1.fc17'} | ${-1}
    ${'1g.fc17'} | ${'1.fc17'} | ${1}
    ${'+_'}      | ${'_+'}     | ${0}
    ${'1.1.αα'}  | ${'1.1.β'}  | ${0}
    ${'6.0.rc1'} | ${'6.0'}    | ${1}
    ${'1.0^'}    | ${'1.0'}    | ${1}
    ${'1.0^'}    | ${'1.0.1'}  | ${-1}
    ${'1.0^a~p'} | ${'1.0^a'}  | ${-1}
  `('$a against $b', ({ a, b, expected }) => {
    expect(rpmvercmp(a, b)).toBe(expected);
    expect(rpmvercmp(b, a)).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('compareRpm', () => {
  // Source: antlir's rpm tests (rpmdev-vercmp), by way of univers 32.0.1, test_rpm.py.
  it.each`
    a             | b             | expected
    ${'1:2-3'}    | ${'1:2-3'}    | ${0}
    ${'0:2-3'}    | ${'1:2-3'}    | ${-1}
    ${'1:1-3'}    | ${'0:2-3'}    | ${1}
    ${'0:~2-3'}   | ${'0:1-3'}    | ${-1}
    ${'0:~-3'}    | ${'0:1-3'}    | ${-1}
    ${'0:^1-3'}   | ${'0:^-3'}    | ${1}
    ${'0:0333-b'} | ${'0:0033-b'} | ${1}
    ${'0:3-~~'}   | ${'0:3-~~~'}  | ${1}
    ${'0:a2aa-b'} | ${'0:a2a-b'}  | ${1}
    ${'0:33-b'}   | ${'0:aaa-b'}  | ${1}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareRpm(a, b)).toBe(expected);
  });

  it.each`
    because                                   | a                              | b                              | expected
    ${'no epoch is epoch 0'}                  | ${'0:1.0-1'}                   | ${'1.0-1'}                     | ${0}
    ${'an empty epoch is epoch 0'}            | ${':1.0-1'}                    | ${'1.0-1'}                     | ${0}
    ${'no release is older than any'}         | ${'1.0'}                       | ${'1.0-0'}                     | ${-1}
    ${'a module build has its own release'}   | ${'1.20.1-1.module+el9.4.0+1'} | ${'1.20.1-1.module+el9.5.0+1'} | ${-1}
    ${'a rebuild for a minor release counts'} | ${'3.0.7-25.el9_3'}            | ${'3.0.7-25.el9'}              | ${1}
  `('$because', ({ a, b, expected }) => {
    expect(compareRpm(a, b)).toBe(expected);
  });
});

describe('parseRpm', () => {
  it('separates epoch, version and release', () => {
    expect(parseRpm('1:2.0-3.el9')).toEqual({ epoch: '1', version: '2.0', release: '3.el9' });
    expect(parseRpm('2.0')).toEqual({ epoch: '0', version: '2.0', release: undefined });
  });

  it.each(['', '1:', '1:-2', '1.0 1', '(none)', '%{version}'])('refuses %j', (text) => {
    expect(parseRpm(text)).toBeUndefined();
    expect(compareRpm(text, text)).toBe('incomparable');
  });
});
