import { foldText } from './fold-text.ts';

const lengthAtMost = 64;
const candidatesAtMost = 20_000;

/** Candidates that may have been meant instead of `typed`, nearest first; far ones are left out. */
export function nearestOf(typed: string, candidates: Iterable<string>, limit = 3): string[] {
  const wanted = foldText(typed).slice(0, lengthAtMost);
  if (wanted === '') return [];
  const found: { text: string; distance: number }[] = [];
  let seen = 0;
  for (const text of candidates) {
    seen += 1;
    if (seen > candidatesAtMost) break;
    const folded = foldText(text).slice(0, lengthAtMost);
    const within = Math.max(1, Math.floor(Math.max(wanted.length, folded.length) / 3));
    let distance = distanceBetween(wanted, folded, within);
    // Whoever typed the beginning meant this one, however long it goes on.
    if (distance > within && wanted.length >= 2 && folded.startsWith(wanted)) distance = within;
    if (distance <= within) found.push({ text, distance });
  }
  found.sort((a, b) => a.distance - b.distance || (a.text < b.text ? -1 : 1));
  return found.slice(0, limit).map(({ text }) => text);
}

/**
 * How many letters to insert, remove, replace or swap with their neighbour (optimal string
 * alignment). Gives up with a number above `limit`.
 */
export function distanceBetween(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const next = [row];
    let least = row;
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        last[column]! + 1,
        next[column - 1]! + 1,
        last[column - 1]! + (same ? 0 : 1),
      );
      const swapped =
        row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, beforeLast[column - 2]! + 1);
      next.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = next;
  }
  return last[b.length]!;
}
