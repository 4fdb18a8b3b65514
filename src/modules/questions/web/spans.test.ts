import { describe, expect, it } from 'vitest';
import { intervalOf, shortSpan, withPresent } from './spans.ts';

describe('spans', () => {
  it('are milliseconds, then tenths of seconds, then words', () => {
    expect(shortSpan(38.4)).toEqual({ amount: 38, unit: 'ms' });
    expect(shortSpan(1250)).toEqual({ amount: 1.2, unit: 's' });
    expect(shortSpan(59_990)).toEqual({ amount: 59.9, unit: 's' });
    expect(shortSpan(60_000)).toBeNull();
    expect(shortSpan(-5)).toEqual({ amount: 0, unit: 'ms' });
  });

  it('of schedules are in the largest unit that fits exactly', () => {
    expect(intervalOf(1440)).toEqual({ count: 1, unit: 'day' });
    expect(intervalOf(90)).toEqual({ count: 90, unit: 'minute' });
    expect(intervalOf(360)).toEqual({ count: 6, unit: 'hour' });
  });

  it('offer the present value among the choices', () => {
    expect(withPresent([5, 60], 60)).toEqual([5, 60]);
    expect(withPresent([5, 60], 30)).toEqual([5, 30, 60]);
  });
});
