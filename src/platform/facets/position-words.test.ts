import fc from 'fast-check';
import { RoaringBitmap32 } from 'roaring-wasm';
import { describe, expect, it } from 'vitest';
import { bitmapOfWords, PositionWords } from './position-words.ts';
import { Union } from './posting-union.ts';

/** Sets that roaring keeps in each of its ways: as an array, as bits, as runs. */
const position = fc.oneof(fc.nat(200), fc.nat(70_000), fc.nat(400_000));
const sparse = fc.array(position, { maxLength: 60 });
const runs = fc
  .array(fc.tuple(position, fc.nat(9_000)), { maxLength: 6 })
  .map((all) => all.flatMap(([from, length]) => Array.from({ length }, (_, n) => from + n)));
const dense = fc
  .tuple(fc.nat(100_000), fc.integer({ min: 2, max: 7 }))
  .map(([from, step]) => Array.from({ length: 12_000 }, (_, n) => from + n * step));
const bitmaps = fc.array(fc.tuple(fc.oneof(sparse, runs, dense), fc.boolean()), { maxLength: 6 });

function bitmapOf(positions: readonly number[], optimize: boolean): RoaringBitmap32 {
  const bitmap = new RoaringBitmap32(positions);
  if (optimize) bitmap.runOptimize();
  return bitmap;
}

describe('PositionWords', () => {
  it('unites bitmaps of every kind as the bitmaps do themselves', () => {
    fc.assert(
      fc.property(bitmaps, sparse, (many, single) => {
        const words = new PositionWords();
        const union = new Union();
        const expected = new RoaringBitmap32(single);
        for (const each of single) {
          words.add(each);
          union.add(each);
        }
        const made = many.map(([positions, optimize]) => bitmapOf(positions, optimize));
        for (const bitmap of made) {
          words.addBitmap(bitmap);
          union.add(bitmap);
          expected.orInPlace(bitmap);
        }
        expect(words.count()).toBe(expected.size);
        const [one, other] = [words.bitmap(), union.bitmap()];
        expect(one.isEqual(expected)).toBe(true);
        expect(other.isEqual(expected)).toBe(true);
        for (const bitmap of [...made, one, other, expected]) bitmap.dispose();
      }),
      { numRuns: 100 },
    );
  });

  it('makes a bitmap of words that end within a container', () => {
    const bitmap = bitmapOfWords(new Uint32Array([0, 0x8000_0001]), 2);
    expect(bitmap.toArray()).toEqual([32, 63]);
    bitmap.dispose();
    const none = bitmapOfWords(new Uint32Array(5_000), 5_000);
    expect(none.isEmpty).toBe(true);
    none.dispose();
  });
});

describe('Union', () => {
  it('is done once it holds all positions there are', () => {
    const all = new RoaringBitmap32(Array.from({ length: 40_000 }, (_, n) => n));
    const parts = Array.from({ length: 40 }, (_, n) => {
      return new RoaringBitmap32(Array.from({ length: 20_000 }, (_, k) => (k * 2 + n) % 40_000));
    });
    const union = new Union(all.size);
    for (const part of parts) union.add(part);
    expect(union.full).toBe(true);
    const bitmap = union.bitmap();
    expect(bitmap.isEqual(all)).toBe(true);
    for (const each of [all, bitmap, ...parts]) each.dispose();
  });

  it('answers a copy of a single posting, and nothing of none', () => {
    const only = new RoaringBitmap32([3, 9]);
    const union = new Union();
    union.add(undefined);
    union.add(only);
    const bitmap = union.bitmap();
    bitmap.add(4);
    expect(only.toArray()).toEqual([3, 9]);
    const none = new Union().bitmap();
    expect(none.isEmpty).toBe(true);
    for (const each of [only, bitmap, none]) each.dispose();
  });
});
