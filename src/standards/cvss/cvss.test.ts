import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cvss, parseCvss } from './cvss.ts';
import { MACRO_VECTOR_SCORES } from './macro-vectors-v4.ts';
import { type CvssVersion, METRICS } from './metrics.ts';

const read = (vector: string): Cvss => {
  const cvss = parseCvss(vector);
  if ('error' in cvss) throw new Error(`${vector}: ${cvss.error}`);
  return cvss;
};

describe('the examples FIRST publishes', () => {
  it.each`
    example             | vector                                                                     | base   | temporal | environmental
    ${'CVE-2002-0392'}  | ${'AV:N/AC:L/Au:N/C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H'}   | ${7.8} | ${6.4}   | ${9.2}
    ${'CVE-2003-0818'}  | ${'AV:N/AC:L/Au:N/C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L'}   | ${10}  | ${8.3}   | ${9}
    ${'CVE-2003-0062'}  | ${'AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M'} | ${6.2} | ${4.9}   | ${7.5}
    ${'CVE-2013-1937'}  | ${'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N'}                          | ${6.1} | ${null}  | ${null}
    ${'CVE-2013-0375'}  | ${'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N'}                          | ${6.4} | ${null}  | ${null}
    ${'CVE-2014-3566'}  | ${'CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N'}                          | ${3.1} | ${null}  | ${null}
    ${'CVE-2012-1516'}  | ${'CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H'}                          | ${9.9} | ${null}  | ${null}
    ${'CVE-2009-0783'}  | ${'CVSS:3.0/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L'}                          | ${4.2} | ${null}  | ${null}
    ${'CVE-2021-44228'} | ${'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H'}       | ${10}  | ${null}  | ${null}
  `('$example', ({ vector, base, temporal, environmental }) => {
    expect(read(vector)).toMatchObject({
      baseScore: base,
      temporalScore: temporal,
      environmentalScore: environmental,
      score: environmental ?? temporal ?? base,
      vector,
    });
  });
});

describe('the vectors of another implementation', () => {
  const lines = readFileSync(new URL('testdata/redhat-cvss-3.6.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));

  it.each(['2.0', '3.0', '3.1', '4.0'])('v%s', (version) => {
    let compared = 0;
    for (const line of lines) {
      const [vector = '', ...scores] = line.split(' ');
      const cvss = read(vector);
      if (cvss.version !== version) continue;
      const [base, temporal, environmental] = scores.map((score) => Number.parseFloat(score));
      if (version === '4.0') {
        expect([vector, cvss.score]).toEqual([vector, base]);
      } else {
        expect([vector, cvss.baseScore]).toEqual([vector, base]);
        if (cvss.temporalScore !== null) expect(cvss.temporalScore, vector).toBe(temporal);
        if (cvss.environmentalScore !== null) {
          expect(cvss.environmentalScore, vector).toBe(environmental);
        }
      }
      compared += 1;
    }
    expect(compared).toBe(version === '4.0' ? 360 : 120);
  });
});

// Published in the tests of https://github.com/RedHatProductSecurity/cvss (vectors_simple4).
it.each`
  metrics                                                     | score
  ${'AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:H/VA:L/SC:N/SI:H/SA:L'} | ${9.2}
  ${'AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:L/VA:N/SC:N/SI:L/SA:N'} | ${6.9}
  ${'AV:N/AC:L/AT:N/PR:N/UI:P/VC:L/VI:N/VA:N/SC:L/SI:N/SA:L'} | ${5.3}
  ${'AV:N/AC:L/AT:N/PR:L/UI:A/VC:H/VI:H/VA:H/SC:H/SI:N/SA:H'} | ${9.3}
  ${'AV:N/AC:L/AT:P/PR:N/UI:P/VC:N/VI:L/VA:N/SC:L/SI:H/SA:N'} | ${5.1}
  ${'AV:N/AC:L/AT:P/PR:H/UI:A/VC:N/VI:L/VA:L/SC:L/SI:N/SA:N'} | ${1.8}
  ${'AV:N/AC:H/AT:N/PR:H/UI:A/VC:N/VI:N/VA:N/SC:N/SI:H/SA:N'} | ${4}
  ${'AV:N/AC:H/AT:P/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:L/SA:N'} | ${9.5}
`('v4.0 $metrics', ({ metrics, score }) => {
  expect(read(`CVSS:4.0/${metrics}`).score).toBe(score);
});

describe('parseCvss', () => {
  it.each`
    because                           | vector                                   | at
    ${'the version is unknown'}       | ${'CVSS:5.0/AV:N'}                       | ${5}
    ${'a metric is unknown'}          | ${'CVSS:3.1/AV:N/XX:N'}                  | ${14}
    ${'a value is unknown'}           | ${'CVSS:3.1/AV:Z'}                       | ${12}
    ${'values are case sensitive'}    | ${'CVSS:3.1/AV:n'}                       | ${12}
    ${'a metric occurs twice'}        | ${'CVSS:3.1/AV:N/AV:N'}                  | ${14}
    ${'a base metric is missing'}     | ${'CVSS:3.1/AV:N/AC:L'}                  | ${18}
    ${'a slash ends the vector'}      | ${'AV:N/AC:L/Au:N/C:N/I:N/A:C/'}         | ${27}
    ${'there is nothing'}             | ${''}                                    | ${0}
    ${'v2 and v3 metrics do not mix'} | ${'CVSS:3.0/AV:N/AC:L/Au:N/C:N/I:N/A:C'} | ${19}
    ${'only the prefix is there'}     | ${'CVSS:4.0'}                            | ${8}
  `('refuses because $because', ({ vector, at }) => {
    expect(parseCvss(vector)).toEqual({ error: expect.any(String), at });
  });

  it.each`
    score  | version  | severity
    ${0}   | ${'4.0'} | ${'none'}
    ${3.1} | ${'3.0'} | ${'low'}
  `('knows the bands', ({ score, severity }) => {
    const vector = score === 0 ? 'C:N/I:N/A:N' : 'C:L/I:N/A:N';
    expect(read(`CVSS:3.0/AV:N/AC:H/PR:N/UI:R/S:U/${vector}`)).toMatchObject({ score, severity });
  });

  it('takes v2 in parentheses and v4 out of order, and writes both in order', () => {
    expect(read('(AV:N/AC:L/Au:N/C:P/I:P/A:P)').vector).toBe('AV:N/AC:L/Au:N/C:P/I:P/A:P');
    const shuffled = 'CVSS:4.0/AC:L/AV:N/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:X/AU:N';
    expect(read(shuffled)).toMatchObject({
      inOrder: false,
      score: 9.3,
      nomenclature: 'CVSS-B',
      macroVector: '000200',
      vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/AU:N',
    });
  });

  it('has a score for each of the 270 MacroVectors', () => {
    expect(Object.keys(MACRO_VECTOR_SCORES)).toHaveLength(270);
  });
});

const vectorOf = (version: CvssVersion): fc.Arbitrary<string> =>
  fc
    .tuple(
      ...METRICS[version].map(({ name, values, group }) => {
        const metric = fc.constantFrom(...values).map((value) => `${name}:${value}`);
        return group === 'base' ? metric : fc.option(metric);
      }),
    )
    .map((fields) => {
      const text = fields.filter((field) => field !== null).join('/');
      return version === '2.0' ? text : `CVSS:${version}/${text}`;
    });
const anyVector = fc
  .constantFrom('2.0', '3.0', '3.1', '4.0')
  .chain((v) => vectorOf(v as CvssVersion));

describe('properties', () => {
  it('every score lies in 0..10 with one decimal, and survives normalising', () => {
    fc.assert(
      fc.property(anyVector, (vector) => {
        const cvss = read(vector);
        expect(cvss.score).toBeGreaterThanOrEqual(0);
        expect(cvss.score).toBeLessThanOrEqual(10);
        expect(Number(cvss.score.toFixed(1))).toBe(cvss.score);
        expect(read(cvss.vector)).toMatchObject({ score: cvss.score, severity: cvss.severity });
      }),
    );
  });

  it('never throws', () => {
    const mangled = fc
      .tuple(anyVector, fc.nat(200), fc.string({ unit: 'binary' }))
      .map(([vector, at, junk]) => vector.slice(0, at) + junk + vector.slice(at + 1));
    fc.assert(
      fc.property(fc.oneof(mangled, fc.string({ unit: 'binary' })), (text) => {
        const cvss = parseCvss(text);
        expect('error' in cvss || cvss.score >= 0).toBe(true);
      }),
    );
  });
});
