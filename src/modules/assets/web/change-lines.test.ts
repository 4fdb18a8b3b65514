import { describe, expect, it } from 'vitest';
import type { InventoryChange } from '../api.ts';
import { changeLinesOf } from './change-lines.ts';

const change = (more: Partial<InventoryChange>): InventoryChange => ({
  id: 1,
  endpointId: '00000000-0000-4000-8000-000000000001',
  hostname: 'web-01',
  part: 'software-deb',
  at: '2026-11-21T12:00:00Z',
  initial: false,
  addedCount: more.added?.length ?? 0,
  removedCount: more.removed?.length ?? 0,
  added: [],
  removed: [],
  ...more,
});

describe('changeLinesOf', () => {
  it('shows both sides of an update when only two lines fit', () => {
    const { lines, moreCount } = changeLinesOf(
      change({ removed: ['a 1', 'b 1'], added: ['a 2', 'b 2', 'c 1'] }),
      2,
    );
    expect(lines).toEqual([
      { sign: 'removed', text: 'a 1' },
      { sign: 'added', text: 'a 2' },
    ]);
    expect(moreCount).toBe(3);
  });

  it('counts what the server did not keep', () => {
    const added = Array.from({ length: 200 }, (_, index) => `p ${index}`);
    const cut = changeLinesOf(change({ added, addedCount: 950 }), 1_000);
    expect(cut.lines).toHaveLength(200);
    expect(cut).toMatchObject({ moreCount: 750, notKeptCount: 750 });
  });

  it('does not call the rows of a first collection missing', () => {
    expect(changeLinesOf(change({ initial: true, addedCount: 512 }), 5)).toEqual({
      lines: [],
      moreCount: 0,
      notKeptCount: 0,
    });
  });
});
