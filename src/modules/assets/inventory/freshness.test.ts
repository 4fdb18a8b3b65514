import { describe, expect, it } from 'vitest';
import { freshnessOf } from './freshness.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const ago = (seconds: number) => now - seconds * 1000;

describe('freshnessOf a part asked for each 300 s', () => {
  it.each`
    because                                | applicable | confirmed    | failed       | expected
    ${'it does not exist there'}           | ${false}   | ${null}      | ${null}      | ${'not-applicable'}
    ${'not even a failure makes it exist'} | ${false}   | ${null}      | ${ago(1)}    | ${'not-applicable'}
    ${'nothing came yet'}                  | ${true}    | ${null}      | ${null}      | ${'never'}
    ${'it was just confirmed'}             | ${true}    | ${ago(0)}    | ${null}      | ${'fresh'}
    ${'two intervals and the slack'}       | ${true}    | ${ago(720)}  | ${null}      | ${'fresh'}
    ${'one second more'}                   | ${true}    | ${ago(721)}  | ${null}      | ${'stale'}
    ${'it never worked'}                   | ${true}    | ${null}      | ${ago(10)}   | ${'failed'}
    ${'it worked before it failed'}        | ${true}    | ${ago(20)}   | ${ago(10)}   | ${'failed'}
    ${'it works again'}                    | ${true}    | ${ago(10)}   | ${ago(20)}   | ${'fresh'}
    ${'a failure long ago, then silence'}  | ${true}    | ${ago(9000)} | ${ago(9999)} | ${'stale'}
    ${'a clock that runs ahead'}           | ${true}    | ${ago(-60)}  | ${null}      | ${'fresh'}
  `('$expected: $because', ({ applicable, confirmed, failed, expected }) => {
    expect(
      freshnessOf(
        { applicable, intervalSeconds: 300, confirmedAtMs: confirmed, failedAtMs: failed },
        now,
      ),
    ).toBe(expected);
  });
});
