import { describe, expect, it } from 'vitest';
import { TokenBuckets } from './limits.ts';

describe('TokenBuckets', () => {
  it('gives what the bucket holds, then as fast as it is filled', () => {
    const buckets = new TokenBuckets({ capacity: 3, perSecond: 2 });
    const taken = [0, 0, 0, 0, 400, 500, 500, 1000].map((nowMs) => buckets.take('a', nowMs));
    expect(taken).toEqual([true, true, true, false, false, true, false, true]);
  });

  it('keeps the buckets of different keys apart', () => {
    const buckets = new TokenBuckets({ capacity: 1, perSecond: 0 });
    expect(buckets.take('a', 0)).toBe(true);
    expect(buckets.take('a', 0)).toBe(false);
    expect(buckets.take('b', 0)).toBe(true);
  });

  it('lets one large cost go below zero, and asks to wait until it is paid', () => {
    const buckets = new TokenBuckets({ capacity: 10, perSecond: 1 });
    expect(buckets.take('a', 0, 15)).toBe(true);
    expect(buckets.take('a', 4_000, 0)).toBe(false);
    expect(buckets.take('a', 6_000, 0)).toBe(true);
  });

  it('never gives more for a clock that goes back, and never holds more than it is made for', () => {
    const buckets = new TokenBuckets({ capacity: 1, perSecond: 1 });
    expect(buckets.take('a', 10_000)).toBe(true);
    expect(buckets.take('a', 0)).toBe(false);
    expect(buckets.take('a', 3_600_000)).toBe(true);
    expect(buckets.take('a', 3_600_000)).toBe(false);
  });

  it('forgets the key that was used least recently when there are too many', () => {
    const buckets = new TokenBuckets({ capacity: 1, perSecond: 0 }, 2);
    buckets.take('a', 0);
    buckets.take('b', 0);
    buckets.take('a', 0);
    buckets.take('c', 0);
    expect(buckets.size).toBe(2);
    expect(buckets.take('a', 0)).toBe(false);
    expect(buckets.take('b', 0)).toBe(true);
  });
});
