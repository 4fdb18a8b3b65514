import { describe, expect, it } from 'vitest';
import { compareGo, parseGo } from './go.ts';

describe('compareGo, toolchain versions', () => {
  // Source: Go, src/internal/gover/gover_test.go and src/go/version/version_test.go.
  it.each`
    a                        | b                        | expected
    ${'1'}                   | ${'1.1'}                 | ${-1}
    ${'1.5'}                 | ${'1.10'}                | ${-1}
    ${'1.6'}                 | ${'1.6.1'}               | ${-1}
    ${'1.19'}                | ${'1.19.0'}              | ${0}
    ${'1.19rc1'}             | ${'1.19'}                | ${-1}
    ${'1.20'}                | ${'1.20.0'}              | ${0}
    ${'1.20rc1'}             | ${'1.20'}                | ${-1}
    ${'1.21'}                | ${'1.21.0'}              | ${-1}
    ${'1.21'}                | ${'1.21rc1'}             | ${-1}
    ${'1.21rc1'}             | ${'1.21.0'}              | ${-1}
    ${'1.6'}                 | ${'1.19'}                | ${-1}
    ${'1.19rc1'}             | ${'1.19.1'}              | ${-1}
    ${'1.19rc1'}             | ${'1.19rc2'}             | ${-1}
    ${'1.19alpha3'}          | ${'1.19beta2'}           | ${-1}
    ${'1.19beta2'}           | ${'1.19rc1'}             | ${-1}
    ${'1.1'}                 | ${'1.99999999999999998'} | ${-1}
    ${'1.99999999999999998'} | ${'1.99999999999999999'} | ${-1}
    ${'go1.5'}               | ${'go1.10'}              | ${-1}
    ${'go1.20'}              | ${'go1.20.0-bigcorp'}    | ${0}
    ${'go1.21'}              | ${'go1.21.0-bigcorp'}    | ${-1}
    ${'go1.21'}              | ${'go1.21rc1'}           | ${-1}
    ${'go1.19alpha3'}        | ${'go1.19beta2'}         | ${-1}
  `('$a against $b', ({ a, b, expected }) => {
    expect(compareGo(a, b)).toBe(expected);
    expect(compareGo(b, a)).toBe(expected === 0 ? 0 : -expected);
  });

  it.each`
    because                                       | a              | b                | expected
    ${'the vulnerability database writes SemVer'} | ${'go1.21rc2'} | ${'1.21.0-rc.2'} | ${0}
    ${'and -0 for the first of all'}              | ${'go1.21rc1'} | ${'1.21.0-0'}    | ${1}
    ${'a module version is no language version'}  | ${'v1.21'}     | ${'v1.21.0'}     | ${0}
    ${'nor is 0.46, of a module'}                 | ${'0.46'}      | ${'v0.46.0'}     | ${0}
  `('$because', ({ a, b, expected }) => {
    expect(compareGo(a, b)).toBe(expected);
  });
});

describe('compareGo, module versions', () => {
  // Source: golang.org/x/mod v0.42.0, module/pseudo_test.go: each pseudo-version and its base.
  it.each`
    base                         | pseudo
    ${'v0.0.0'}                  | ${'v0.0.1-0.20060102150405-hash'}
    ${'v1.2.3'}                  | ${'v1.2.4-0.20060102150405-hash'}
    ${'v1.2.99999999999999999'}  | ${'v1.2.100000000000000000-0.20060102150405-hash'}
    ${'v1.2.3-pre'}              | ${'v1.2.3-pre.0.20060102150405-hash'}
    ${'v0.0.0--'}                | ${'v0.0.0--.0.20060102150405-hash'}
    ${'v1.0.0+metadata'}         | ${'v1.0.1-0.20060102150405-hash+metadata'}
    ${'v2.0.0+incompatible'}     | ${'v2.0.1-0.20060102150405-hash+incompatible'}
    ${'v2.3.0-pre+incompatible'} | ${'v2.3.0-pre.0.20060102150405-hash+incompatible'}
  `('$pseudo comes after $base', ({ base, pseudo }) => {
    expect(compareGo(base, pseudo)).toBe(-1);
  });

  it('orders pseudo-versions by their time', () => {
    expect(compareGo('v0.0.0-20200101000000-abc', 'v0.0.0-20190101000000-def')).toBe(1);
  });

  // Source: golang.org/x/mod v0.42.0, semver/semver_test.go: not valid.
  it.each(['bad', 'v1-alpha.beta.gamma', 'v1-pre', 'v1+meta', 'v1.2-pre', 'v1.2-pre+meta'])(
    'refuses %j',
    (text) => {
      expect(parseGo(text)).toBeUndefined();
    },
  );

  // Source: the same, valid and in order; v1, v1.0 and v1.0.0 are one version.
  it('keeps the order of x/mod', () => {
    const sorted = ['v1.0.0-alpha', 'v1.0.0-alpha.1', 'v1.0.0-alpha.beta', 'v1.0.0-beta'];
    sorted.push('v1.0.0-beta.2', 'v1.0.0-beta.11', 'v1.0.0-rc.1', 'v1', 'v1.2', 'v1.2.3-456');
    sorted.push('v1.2.3-456.789', 'v1.2.3-456-789', 'v1.2.3-456a', 'v1.2.3-pre', 'v1.2.3-pre.1');
    sorted.push('v1.2.3-zzz', 'v1.2.3');
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect(compareGo(a, b), `${a} ${b}`).toBe(Math.sign(i - j));
      }
    }
    expect(compareGo('v1', 'v1.0.0')).toBe(0);
    expect(compareGo('v1.2.3+meta-pre.sha.256a', 'v1.2.3')).toBe(0);
  });
});
