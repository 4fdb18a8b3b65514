/** A change of an inventory, line by line. */
import type { InventoryChange } from '../api.ts';

export interface ChangeLine {
  readonly sign: 'added' | 'removed';
  readonly text: string;
}

export interface ChangeLines {
  readonly lines: readonly ChangeLine[];
  /** Lines that exist but are not in `lines`. */
  readonly moreCount: number;
  /** Of those: rows that the server itself did not keep. */
  readonly notKeptCount: number;
}

/**
 * The first `limit` lines. Removed and added alternate by their place in the lists: an update is
 * one removal and one addition, and both should be seen when only a few lines fit.
 */
export function changeLinesOf(change: InventoryChange, limit: number): ChangeLines {
  const lines: ChangeLine[] = [];
  const length = Math.max(change.added.length, change.removed.length);
  for (let index = 0; index < length; index += 1) {
    const removed = change.removed[index];
    const added = change.added[index];
    if (removed !== undefined) lines.push({ sign: 'removed', text: removed });
    if (added !== undefined) lines.push({ sign: 'added', text: added });
  }
  const all = change.initial ? lines.length : change.addedCount + change.removedCount;
  const shown = lines.slice(0, limit);
  return {
    lines: shown,
    moreCount: Math.max(0, all - shown.length),
    notKeptCount: Math.max(0, all - lines.length),
  };
}
