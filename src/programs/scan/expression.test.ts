import { describe, expect, it } from 'vitest';
import { type ExpressionFacts, parseExpression, textMatcher } from './expression.ts';

const facts: ExpressionFacts = {
  kev: false,
  severity: 'high',
  cvss: 7.5,
  epss: 0.2,
  dueDays: 14,
  today: '2026-11-21',
  fixable: true,
  dev: false,
  ecosystem: 'Debian:12',
  package: '@scope/pkg',
  ids: ['CVE-2024-3094', 'GHSA-xxxx'],
};
const nothing: ExpressionFacts = {
  ...facts,
  kev: null,
  severity: null,
  cvss: null,
  epss: null,
  dueDays: null,
  fixable: null,
  dev: null,
};

function evaluate(text: string, given: Partial<ExpressionFacts> = {}) {
  const parsed = parseExpression(text);
  if ('error' in parsed) throw new Error(`${parsed.at}: ${JSON.stringify(parsed.error)}`);
  return parsed.expression.evaluate({ ...facts, ...given }).value;
}

describe('a finding meets', () => {
  it.each`
    text                                                 | expected
    ${'kev or due<=14d or (severity>=high and fixable)'} | ${true}
    ${'kev'}                                             | ${false}
    ${'KEV = no'}                                        | ${true}
    ${'not kev'}                                         | ${true}
    ${'not not kev'}                                     | ${false}
    ${'severity > high'}                                 | ${false}
    ${'severity != low'}                                 | ${true}
    ${'cvss>=7.5 and cvss<8'}                            | ${true}
    ${'epss>=20%'}                                       | ${true}
    ${'epss > .2'}                                       | ${false}
    ${'due <= 2w'}                                       | ${true}
    ${'due < 2026-12-05'}                                | ${false}
    ${'due <= 2026-12-05'}                               | ${true}
    ${'due < 0d'}                                        | ${false}
    ${'ecosystem = Debian'}                              | ${true}
    ${'ecosystem = "Debian:12"'}                         | ${true}
    ${'ecosystem != npm'}                                | ${true}
    ${'package = @scope/*'}                              | ${true}
    ${"id = 'cve-2024-3094'"}                            | ${true}
    ${'id = CVE-2025-*'}                                 | ${false}
    ${'fixable and not dev'}                             | ${true}
    ${'kev and fixable or severity = high'}              | ${true}
    ${'kev and (fixable or severity = high)'}            | ${false}
  `('$text → $expected', ({ text, expected }) => {
    expect(evaluate(text)).toBe(expected);
  });

  it('no date is later than every date', () => {
    expect(evaluate('due <= 99999d', { dueDays: 'never' })).toBe(false);
    expect(evaluate('due > 99999d', { dueDays: 'never' })).toBe(true);
  });
});

describe('what is not known', () => {
  it.each`
    text                         | expected
    ${'kev'}                     | ${'unknown'}
    ${'not kev'}                 | ${'unknown'}
    ${'severity >= low'}         | ${'unknown'}
    ${'severity < low'}          | ${'unknown'}
    ${'epss > 1%'}               | ${'unknown'}
    ${'due < 1d'}                | ${'unknown'}
    ${'dev or package = @*'}     | ${true}
    ${'dev and package = other'} | ${false}
    ${'fixable or cvss > 9'}     | ${'unknown'}
  `('$text → $expected', ({ text, expected }) => {
    expect(evaluate(text, nothing)).toBe(expected);
  });

  it('is named, but only when it decided', () => {
    const parsed = parseExpression('(epss > 1% and cvss > 3) or kev');
    if ('error' in parsed) throw new Error('wrong');
    const { expression } = parsed;
    expect(expression.evaluate({ ...nothing, kev: true })).toEqual({ value: true, unknown: [] });
    expect(expression.evaluate({ ...nothing, kev: false })).toEqual({
      value: 'unknown',
      unknown: ['cvss', 'epss'],
    });
  });
});

describe('errors point at the character', () => {
  it.each`
    text                      | at      | code
    ${''}                     | ${0}    | ${'empty'}
    ${'kev or'}               | ${6}    | ${'unexpected-end'}
    ${'kev fixable'}          | ${4}    | ${'unexpected'}
    ${'(kev'}                 | ${4}    | ${'unexpected-end'}
    ${'kev)'}                 | ${3}    | ${'unexpected'}
    ${'kev or sevrity>=high'} | ${7}    | ${'unknown-field'}
    ${'severity'}             | ${8}    | ${'unexpected-end'}
    ${'severity and kev'}     | ${9}    | ${'operator-expected'}
    ${'severity >= hgih'}     | ${12}   | ${'wrong-value'}
    ${'cvss > 11'}            | ${7}    | ${'wrong-value'}
    ${'epss > 2'}             | ${7}    | ${'wrong-value'}
    ${'due <= 2026-02-30'}    | ${7}    | ${'wrong-value'}
    ${'due <= soon'}          | ${7}    | ${'wrong-value'}
    ${'package > a'}          | ${8}    | ${'no-order'}
    ${'kev > yes'}            | ${4}    | ${'no-order'}
    ${'package = "a'}         | ${10}   | ${'unclosed-quote'}
    ${'kev & fixable'}        | ${4}    | ${'unexpected'}
    ${'(('.repeat(5_000)}     | ${4000} | ${'too-long'}
    ${'('.repeat(100)}        | ${64}   | ${'too-deep'}
    ${'not '.repeat(900)}     | ${256}  | ${'too-deep'}
  `('$text', ({ text, at, code }) => {
    expect(parseExpression(text)).toMatchObject({ at, error: { code } });
  });
});

it('a pattern of many stars takes no time that grows with them', () => {
  const matches = textMatcher(`${'a*'.repeat(500)}b`);
  expect(matches('a'.repeat(100_000))).toBe(false);
  expect(matches(`${'a'.repeat(600)}b`)).toBe(true);
  expect(textMatcher('ab*ba')('aba')).toBe(false);
});
