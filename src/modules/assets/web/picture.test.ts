import { describe, expect, it } from 'vitest';
import type { AssetsOverview } from '../api.ts';
import { messages } from './messages.ts';
import { firstRunOf, honestPercent, pictureOf, sentencesOf } from './picture.ts';

const overview = (more: Partial<AssetsOverview>): AssetsOverview => ({
  asOf: '2026-11-21T12:00:00Z',
  endpoints: 10,
  byPresence: { online: 10 },
  byPlatform: { linux: 10 },
  byOs: [],
  byScope: [],
  byFreshness: { fresh: 100 },
  distinctSoftware: 5,
  sharedHardwareUuid: 0,
  enrolledLast24h: 0,
  changesLast24h: 0,
  ...more,
});

describe('honestPercent', () => {
  it.each`
    because                           | part     | whole     | expected
    ${'all'}                          | ${200}   | ${200}    | ${100}
    ${'all but one is not all'}       | ${9_999} | ${10_000} | ${99}
    ${'one is not none'}              | ${1}     | ${10_000} | ${1}
    ${'none'}                         | ${0}     | ${7}      | ${0}
    ${'in between it rounds'}         | ${2}     | ${3}      | ${67}
    ${'of nothing there is no share'} | ${0}     | ${0}      | ${null}
  `('$because', ({ part, whole, expected }) => {
    expect(honestPercent(part, whole)).toBe(expected);
  });
});

describe('pictureOf', () => {
  it('counts a failure as missing and leaves out what does not apply', () => {
    expect(pictureOf({ fresh: 6, stale: 1, never: 2, failed: 1, 'not-applicable': 90 })).toEqual({
      expected: 10,
      fresh: 6,
      stale: 1,
      missing: 3,
      freshPercent: 60,
    });
  });
});

describe('firstRunOf', () => {
  it.each`
    endpoints | expected
    ${0}      | ${'no-endpoints'}
    ${1}      | ${'only-one'}
    ${2}      | ${null}
  `('$endpoints → $expected', ({ endpoints, expected }) => {
    expect(firstRunOf(overview({ endpoints }))).toBe(expected);
  });
});

describe('sentencesOf', () => {
  const keys = (more: Partial<AssetsOverview>) =>
    sentencesOf(overview(more)).map(({ key }) => key.replace('assets.sentence.', ''));

  it.each`
    because                            | more                                                  | expected
    ${'nobody is there'}               | ${{ endpoints: 0 }}                                   | ${['none']}
    ${'one that answers'}              | ${{ endpoints: 1, byPresence: { recent: 1 } }}        | ${['one-heard', 'picture-complete']}
    ${'one that does not'}             | ${{ endpoints: 1, byPresence: { silent: 1 } }}        | ${['one-quiet', 'picture-complete']}
    ${'all answer, all is known'}      | ${{}}                                                 | ${['all-heard', 'picture-complete']}
    ${'silence is said'}               | ${{ byPresence: { online: 4, silent: 5, never: 1 } }} | ${['some-heard', 'picture-complete']}
    ${'age is said'}                   | ${{ byFreshness: { fresh: 9, stale: 1 } }}            | ${['all-heard', 'picture-stale']}
    ${'a failure is said'}             | ${{ byFreshness: { fresh: 9, failed: 1 } }}           | ${['all-heard', 'picture-missing']}
    ${'both are said'}                 | ${{ byFreshness: { fresh: 8, stale: 1, never: 1 } }}  | ${['all-heard', 'picture-both']}
    ${'nothing asked is not all well'} | ${{ byFreshness: { 'not-applicable': 3 } }}           | ${['all-heard', 'picture-empty']}
    ${'clones are said'}               | ${{ sharedHardwareUuid: 2 }}                          | ${['all-heard', 'picture-complete', 'cloned']}
  `('$because', ({ more, expected }) => {
    expect(keys(more)).toEqual(expected);
  });

  it('finds its words and uses every value it names, in both languages', () => {
    const cases = [
      overview({ endpoints: 0 }),
      overview({ endpoints: 1, byPresence: { never: 1 } }),
      overview({ endpoints: 1, byPresence: { online: 1 } }),
      overview({}),
      overview({ byPresence: { online: 4, silent: 6 }, sharedHardwareUuid: 2 }),
      overview({ byFreshness: { fresh: 8, stale: 1, never: 1 } }),
      overview({ byFreshness: { fresh: 8, never: 1 } }),
      overview({ byFreshness: { fresh: 8, stale: 1 } }),
      overview({ byFreshness: {} }),
    ];
    for (const { key, values } of cases.flatMap(sentencesOf)) {
      for (const language of ['ja', 'en'] as const) {
        const forms = [key, `${key}_one`, `${key}_other`]
          .map((form) => messages[language][form])
          .filter((text) => text !== undefined);
        expect(forms, `${language} ${key}`).not.toEqual([]);
        const named = forms.flatMap((text) => [...text.matchAll(/\{\{(\w+)/g)]);
        for (const [, name] of named) {
          expect(values, `${language} ${key}`).toHaveProperty(name ?? '');
        }
      }
    }
  });
});
