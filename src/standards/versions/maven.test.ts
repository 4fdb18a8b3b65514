import { describe, expect, it } from 'vitest';
import { compareMaven, parseMaven } from './maven.ts';

// Source: Apache Maven, ComparableVersionTest: VERSIONS_QUALIFIER and VERSIONS_NUMBER, in order.
const QUALIFIERS = ['1-alpha2snapshot', '1-alpha2', '1-alpha-123', '1-beta-2', '1-beta123'];
QUALIFIERS.push('1-m2', '1-m11', '1-rc', '1-cr2', '1-rc123', '1-SNAPSHOT', '1', '1-sp', '1-sp2');
QUALIFIERS.push('1-sp123', '1-abc', '1-def', '1-pom-1', '1-1-snapshot', '1-1', '1-2', '1-123');
const NUMBERS = ['2.0', '2.0.a', '2-1', '2.0.2', '2.0.123', '2.1.0', '2.1-a', '2.1b', '2.1-c'];
NUMBERS.push('2.1-1', '2.1.0.1', '2.2', '2.123', '11.a2', '11.a11', '11.b2', '11.b11', '11.m2');
NUMBERS.push('11.m11', '11', '11.a', '11b', '11c', '11m');

describe('compareMaven', () => {
  it.each([
    ['qualifiers', QUALIFIERS],
    ['numbers', NUMBERS],
  ])('keeps the order of %s', (_what, sorted) => {
    for (const [i, a] of sorted.entries()) {
      for (const [j, b] of sorted.entries()) {
        expect(compareMaven(a, b), `${a} ${b}`).toBe(Math.sign(i - j));
      }
    }
  });

  // Source: the same test, MNG-7644: 1.0.0.X1 < 1.0.0-X2, and 2.0.X is 2-X, for any word X.
  it.each(['abc', 'alpha', 'a', 'beta', 'b', 'def', 'milestone', 'm', 'RC'])(
    'MNG-7644: %s',
    (x) => {
      expect(compareMaven(`1.0.0.${x}1`, `1.0.0-${x}2`)).toBe(-1);
      expect(compareMaven(`2-${x}`, `2.0.${x}`)).toBe(0);
      expect(compareMaven(`2-${x}`, `2.0.0.${x}`)).toBe(0);
      expect(compareMaven(`2.0.${x}`, `2.0.0.${x}`)).toBe(0);
    },
  );

  // Source: the same test, MNG-5568, MNG-6572 and MNG-6964.
  it.each`
    issue         | a                              | b                                   | expected
    ${'MNG-5568'} | ${'6.1.0'}                     | ${'6.1.0rc3'}                       | ${1}
    ${'MNG-5568'} | ${'6.1.0rc3'}                  | ${'6.1H.5-beta'}                    | ${-1}
    ${'MNG-5568'} | ${'6.1.0'}                     | ${'6.1H.5-beta'}                    | ${-1}
    ${'MNG-6572'} | ${'20190126.230843'}           | ${'1234567890.12345'}               | ${-1}
    ${'MNG-6572'} | ${'1234567890.12345'}          | ${'123456789012345.1H.5-beta'}      | ${-1}
    ${'MNG-6572'} | ${'123456789012345.1H.5-beta'} | ${'12345678901234567890.1H.5-beta'} | ${-1}
    ${'MNG-6964'} | ${'1-0.alpha'}                 | ${'1-0.beta'}                       | ${-1}
    ${'MNG-6964'} | ${'1-0.beta'}                  | ${'1'}                              | ${-1}
  `('$issue: $a against $b', ({ a, b, expected }) => {
    expect(compareMaven(a, b)).toBe(expected);
    expect(compareMaven(b, a)).toBe(-expected);
  });

  it('follows Maven 3.9 where Maven 4 differs (MNG-7714)', () => {
    expect(compareMaven('1.0.final-redhat', '1.0-sp1-redhat')).toBe(1);
  });

  it('follows Maven where its order has a cycle', () => {
    expect(compareMaven('1.sp.1', '1-alpha')).toBe(-1);
    expect(compareMaven('1-alpha', '1')).toBe(-1);
    expect(compareMaven('1', '1.sp.1')).toBe(-1);
  });
});

describe('parseMaven', () => {
  it.each(['', '...', '1.0 beta', '${revision}', '[1.0,2.0)', '(,1.0]', '1.0,2.0'])(
    'refuses %j',
    (text) => {
      expect(parseMaven(text)).toBeUndefined();
      expect(compareMaven(text, text)).toBe('incomparable');
    },
  );
});
