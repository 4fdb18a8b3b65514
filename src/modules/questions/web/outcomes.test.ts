import { describe, expect, it } from 'vitest';
import { refetchMsOf, segmentOrder, segmentsOf, settledOf } from './outcomes.ts';

describe('the bar of outcomes', () => {
  it('shows every outcome in one order, queued ones by whether they are there', () => {
    const { segments, unnamed } = segmentsOf({
      byOutcome: { queued: 7, delivered: 1, failed: 2, answered: 90, 'not-applicable': 0 },
      queuedOffline: 5,
    });
    expect(segments).toEqual([
      { name: 'answered', count: 90 },
      { name: 'failed', count: 2 },
      { name: 'delivered', count: 1 },
      { name: 'queued-online', count: 2 },
      { name: 'queued-offline', count: 5 },
    ]);
    expect(unnamed).toBe(0);
  });

  it('keeps the sum: offline ones are never more than queued ones, unknown outcomes are counted', () => {
    const { segments, unnamed } = segmentsOf({
      byOutcome: { queued: 3, answered: 4, 'some-new-outcome': 2 },
      queuedOffline: 9,
    });
    expect(segments).toEqual([
      { name: 'answered', count: 4 },
      { name: 'queued-offline', count: 3 },
    ]);
    expect(unnamed).toBe(2);
  });

  it('does not take a name that the server made up for one of ours', () => {
    expect(segmentsOf({ byOutcome: { constructor: 1 }, queuedOffline: 0 })).toEqual({
      segments: [],
      unnamed: 1,
    });
    expect(new Set(segmentOrder).size).toBe(segmentOrder.length);
  });

  it('counts as settled whoever is neither queued nor at work', () => {
    expect(
      settledOf({ targeted: 10, byOutcome: { queued: 2, delivered: 1, answered: 6, failed: 1 } }),
    ).toBe(7);
    expect(settledOf({ targeted: 4, byOutcome: { answered: 4 } })).toBe(4);
  });
});

describe('how soon a question is looked at again', () => {
  const askedAt = '2026-11-21T10:00:00.000Z';
  const at = (seconds: number) => Date.parse(askedAt) + seconds * 1000;
  it('is often while it is young, seldom later, never once it has ended', () => {
    const open = { state: 'open', askedAt } as const;
    const young = refetchMsOf(open, at(1))!;
    const old = refetchMsOf(open, at(3600))!;
    expect(young).toBeLessThan(1000);
    expect(refetchMsOf(open, at(60))).toBeGreaterThan(young);
    expect(old).toBeGreaterThan(refetchMsOf(open, at(60))!);
    expect(refetchMsOf({ state: 'finished', askedAt }, at(1))).toBeUndefined();
    expect(refetchMsOf(undefined, at(1))).toBeUndefined();
  });
});
