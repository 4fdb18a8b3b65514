import { describe, expect, it } from 'vitest';
import { RefusalCounts, shownText } from './refusals.ts';

const at = (second: number) => new Date(second * 1000);

describe('RefusalCounts', () => {
  it('counts by endpoint and reason, and keeps the last words', () => {
    const counts = new RefusalCounts();
    counts.add({ reason: 'NOT_JSON', detail: 'first' }, at(1), { endpointId: 'a' });
    counts.add({ reason: 'NOT_JSON', detail: 'second' }, at(2), {
      endpointId: 'a',
      address: '::1',
    });
    counts.add({ reason: 'NOT_JSON', detail: 'other' }, at(3));
    expect(counts.take()).toEqual([
      {
        endpointId: null,
        reason: 'NOT_JSON',
        detail: 'other',
        address: null,
        count: 1,
        firstAt: at(3),
        lastAt: at(3),
      },
      {
        endpointId: 'a',
        reason: 'NOT_JSON',
        detail: 'second',
        address: '::1',
        count: 2,
        firstAt: at(1),
        lastAt: at(2),
      },
    ]);
    expect(counts.take()).toEqual([]);
  });

  it('counts without an endpoint when there are too many', () => {
    const counts = new RefusalCounts(2);
    for (const endpointId of ['a', 'b', 'c', 'd', 'a']) {
      counts.add({ reason: 'NOT_JSON', detail: '' }, at(1), { endpointId });
    }
    const counted = counts.take().map(({ endpointId, count }) => [endpointId, count]);
    expect(counted).toEqual([
      [null, 2],
      ['a', 2],
      ['b', 1],
    ]);
  });
});

describe('shownText', () => {
  it('is bounded and has nothing that a terminal or PostgreSQL would choke on', () => {
    const text = shownText(`a\0b\x1b[31m\r\n${'x'.repeat(2000)}\ud800`);
    expect(text).toMatch(/^a b \[31m x+$/);
    expect(text).toHaveLength(500);
    expect(shownText('\u{1f525}'.repeat(400)).isWellFormed()).toBe(true);
  });
});
