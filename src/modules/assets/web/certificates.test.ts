import { describe, expect, it } from 'vitest';
import { byExpiry, countExpiries, expiryOf } from './certificates.ts';

const now = new Date('2026-11-21T12:00:00Z');
const inDays = (days: number) => String(now.getTime() / 1000 + days * 86_400);

describe('expiryOf', () => {
  it.each`
    because                              | notAfter                  | state        | daysLeft
    ${'ended a second ago'}              | ${inDays(-1 / 86_400)}    | ${'expired'} | ${-1}
    ${'ends this very second'}           | ${inDays(0)}              | ${'expired'} | ${0}
    ${'ends within hours'}               | ${inDays(0.5)}            | ${'soon'}    | ${0}
    ${'ends just within the notice'}     | ${inDays(29.9)}           | ${'soon'}    | ${29}
    ${'ends after the notice'}           | ${inDays(30)}             | ${'valid'}   | ${30}
    ${'ends in the year 9999'}           | ${'253402300799'}         | ${'valid'}   | ${2_912_118}
    ${'written as ISO 8601'}             | ${'2026-11-22T12:00:00Z'} | ${'soon'}    | ${1}
    ${'empty is not valid for ever'}     | ${''}                     | ${'unknown'} | ${null}
    ${'zero is not 1970'}                | ${'0'}                    | ${'unknown'} | ${null}
    ${'-1 is not 1969'}                  | ${'-1'}                   | ${'unknown'} | ${null}
    ${'text that is no time'}            | ${'never'}                | ${'unknown'} | ${null}
    ${'more seconds than a date can be'} | ${'99999999999999999'}    | ${'unknown'} | ${null}
  `('$because: $state', ({ notAfter, state, daysLeft }) => {
    expect(expiryOf(notAfter, now)).toMatchObject({ state, daysLeft });
  });

  it('knows nothing of a column that is absent', () => {
    expect(expiryOf(undefined, now).state).toBe('unknown');
  });
});

describe('byExpiry', () => {
  it('puts the soonest first and the unknown last', () => {
    const sorted = ['', inDays(400), inDays(-3), 'x', inDays(5)]
      .map((text) => expiryOf(text, now))
      .sort(byExpiry);
    expect(sorted.map(({ state }) => state)).toEqual([
      'expired',
      'soon',
      'valid',
      'unknown',
      'unknown',
    ]);
    expect(countExpiries(sorted)).toEqual({ expired: 1, soon: 1, valid: 1, unknown: 2 });
  });
});
