import { RoaringBitmap32 } from 'roaring-wasm';
import type { ForwardStore } from './forward-store.ts';
import type { Posting } from './posting-union.ts';

/** Sorted at once when loading in bulk: 8 million positions are 32 MB. */
const sortedAtOnce = 8_000_000;
const denseIdsAtMost = 8_000_000;

/**
 * All postings of a store at once. Adding 56 million positions one by one costs a call each and
 * leaves the memory of the bitmaps full of holes; here positions are sorted by value first, as many
 * values at a time as fit into 32 MB. Values come in ascending order, but for very large ones.
 */
export function eachPosting(
  forward: ForwardStore,
  take: (value: number, posting: Posting) => void,
): void {
  let counts = new Uint32Array(1 << 16);
  let maximum = -1;
  for (let position = 0; position < forward.positionsEnd; position += 1) {
    forward.each(position, (value) => {
      if (value > maximum) maximum = value;
      if (value >= counts.length && value < denseIdsAtMost) {
        const larger = new Uint32Array(2 ** Math.ceil(Math.log2(value + 1)));
        larger.set(counts);
        counts = larger;
      }
      counts[value]! += 1;
    });
  }
  if (maximum >= denseIdsAtMost) {
    for (const [value, posting] of postingsOneByOne(forward)) take(value, posting);
    return;
  }
  const next = new Uint32Array(maximum + 1);
  for (let from = 0; from <= maximum; ) {
    let to = from;
    let sum = 0;
    while (to <= maximum && (to === from || sum + counts[to]! <= sortedAtOnce)) {
      next[to] = sum;
      sum += counts[to]!;
      to += 1;
    }
    const positions = new Uint32Array(sum);
    for (let position = 0; position < forward.positionsEnd; position += 1) {
      forward.eachBetween(position, from, to, (value) => {
        positions[next[value]!++] = position;
      });
    }
    for (let value = from; value < to; value += 1) {
      const count = counts[value]!;
      if (count === 0) continue;
      const end = next[value]!;
      if (count === 1) take(value, positions[end - 1]!);
      else take(value, packed(positions.subarray(end - count, end)));
    }
    from = to;
  }
}

function postingsOneByOne(forward: ForwardStore): Map<number, Posting> {
  const postings = new Map<number, Posting>();
  for (let position = 0; position < forward.positionsEnd; position += 1) {
    forward.each(position, (value) => {
      const posting = postings.get(value);
      if (posting === undefined) postings.set(value, position);
      else if (typeof posting === 'number') {
        postings.set(value, new RoaringBitmap32([posting, position]));
      } else posting.add(position);
    });
  }
  return postings;
}

function packed(positions: Uint32Array): RoaringBitmap32 {
  const bitmap = new RoaringBitmap32(positions);
  bitmap.runOptimize();
  bitmap.shrinkToFit();
  return bitmap;
}
