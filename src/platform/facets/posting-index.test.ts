import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Bitmap } from './facet.ts';
import { ForwardStore } from './forward-store.ts';
import { PostingIndex, TextPostingIndex } from './posting-index.ts';

const made: { dispose(): unknown }[] = [];
const own = <T extends { dispose(): unknown }>(thing: T): T => {
  made.push(thing);
  return thing;
};
afterEach(() => {
  for (const thing of made.splice(0)) thing.dispose();
});
const listed = (bitmap: Bitmap) => own(bitmap).toArray();

describe('ForwardStore', () => {
  it('gives back any ascending list, after any overwriting', () => {
    const list = fc
      .uniqueArray(fc.nat({ max: 2 ** 32 - 1 }), { maxLength: 40 })
      .map((values) => values.sort((a, b) => a - b));
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(30), list), { maxLength: 60 }), (writes) => {
        const store = new ForwardStore();
        const expected = new Map<number, number[]>();
        for (const [position, values] of writes) {
          store.write(position, values);
          expected.set(position, values);
        }
        for (const [position, values] of expected) expect(store.read(position)).toEqual(values);
      }),
    );
  });

  it('lets go of what was overwritten', () => {
    const store = new ForwardStore();
    const values = Array.from({ length: 20_000 }, (_, n) => n * 300);
    for (let round = 0; round < 2_000; round += 1) store.write(round % 3, values);
    for (const position of [0, 1, 2]) expect(store.read(position)).toEqual(values);
    expect(store.bytes).toBeLessThan(12_000_000);
  });

  it('holds a list that is larger than one piece of memory', () => {
    const store = new ForwardStore();
    const values = Array.from({ length: 300_000 }, (_, n) => n * 14_000);
    store.write(7, values);
    expect(store.read(7)).toEqual(values);
  });
});

/** The same, done simply. */
class Model {
  readonly rows = new Map<number, Set<number>>();
  positionsOf(value: number): number[] {
    const found = [...this.rows].filter(([, values]) => values.has(value)).map(([at]) => at);
    return found.sort((a, b) => a - b);
  }
}

const edits = fc.array(
  fc.tuple(
    fc.nat(20),
    fc.array(fc.oneof(fc.nat(12), fc.constant(4_000_000_000)), { maxLength: 8 }),
  ),
  { maxLength: 40 },
);

describe('PostingIndex', () => {
  it('answers as a plain map of sets does, loaded in bulk, then changed one by one', () => {
    fc.assert(
      fc.property(edits, edits, (loads, changes) => {
        const index = own(new PostingIndex());
        const model = new Model();
        const loading = index.replace();
        for (const [position, values] of loads) {
          loading.set(position, values);
          model.rows.set(position, new Set(values));
        }
        loading.done();
        for (const [position, values] of changes) {
          const before = [...(model.rows.get(position) ?? [])].sort().join();
          const isNew = before !== [...new Set(values)].sort().join();
          expect(index.set(position, values)).toBe(isNew);
          model.rows.set(position, new Set(values));
        }
        const values = new Set([...model.rows.values()].flatMap((row) => [...row]));
        expect(new Set(index.values())).toEqual(values);
        for (const value of values) {
          expect(listed(index.bitmapOf(value))).toEqual(model.positionsOf(value));
          expect(index.countOf(value)).toBe(model.positionsOf(value).length);
        }
        for (const [position, row] of model.rows) {
          expect(index.valuesOf(position)).toEqual([...row].sort((a, b) => a - b));
        }
        const either = [...values].slice(0, 3);
        const expected = new Set(either.flatMap((value) => model.positionsOf(value)));
        expect(listed(index.union(either))).toEqual([...expected].sort((a, b) => a - b));
        const within = own(index.union([...values].slice(0, 1)));
        for (const [value, count] of index.countsWithin(within)) {
          expect(count).toBe(model.positionsOf(value).filter((at) => within.has(at)).length);
          expect(index.countWithin(value, within)).toBe(count);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('counts the same whether it reads few positions or asks each value', () => {
    const index = own(new PostingIndex());
    for (let position = 0; position < 400; position += 1) index.set(position, [position, 5_000]);
    const few = own(index.bitmapOf(7));
    expect([...index.countsWithin(few)].sort()).toEqual([
      [5_000, 1],
      [7, 1],
    ]);
    const many = own(index.positions());
    expect(index.countsWithin(many).get(5_000)).toBe(400);
    expect(index.countsWithin(many).size).toBe(401);
  });

  it('answers what it had until a new load is done', () => {
    const index = own(new PostingIndex());
    index.set(1, [5]);
    const loading = index.replace();
    loading.set(2, [5]);
    expect(listed(index.bitmapOf(5))).toEqual([1]);
    loading.done();
    expect(listed(index.bitmapOf(5))).toEqual([2]);
  });

  it('refuses what is no position and no value', () => {
    const index = own(new PostingIndex());
    for (const position of [-1, 0.5, Number.NaN, 2 ** 31]) {
      expect(() => index.set(position, [1])).toThrow(RangeError);
      expect(index.remove(position)).toBe(false);
    }
    for (const value of [-1, 0.5, Number.NaN, 2 ** 32]) {
      expect(() => index.set(1, [value])).toThrow(RangeError);
    }
    expect(index.valueCount).toBe(0);
  });

  it('gives its bitmaps back: updates without end do not make the memory grow', () => {
    const index = own(new PostingIndex());
    const round = (seed: number) => {
      for (let position = 0; position < 200; position += 1) {
        index.set(
          position,
          Array.from({ length: 20 }, (_, n) => (seed * 31 + position * 7 + n * 13) % 500),
        );
      }
      const all = index.union(index.values());
      const some = index.bitmapOf(3);
      some.dispose();
      all.dispose();
    };
    const outside = () => process.memoryUsage().external - process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 50; n += 1) round(n);
    const before = outside();
    for (let n = 0; n < 500; n += 1) round(n);
    expect(outside() - before).toBeLessThan(2_000_000);
  });
});

describe('TextPostingIndex', () => {
  it('knows texts as given, and finds them folded', () => {
    const index = own(new TextPostingIndex());
    index.set(1, ['Web-01', 'ＡＢＣ']);
    index.set(2, ['web-01']);
    expect(listed(index.bitmapOf('Web-01'))).toEqual([1]);
    expect(listed(index.unionWhere((text) => text === 'web-01'))).toEqual([1, 2]);
    expect(index.valuesWhere((text) => text === 'abc')).toEqual(['ＡＢＣ']);
  });

  it('forgets texts that nobody has any more', () => {
    const index = own(new TextPostingIndex());
    for (let n = 0; n < 1_000; n += 1) index.set(1, [`name-${n}`]);
    expect([...index.values()]).toEqual(['name-999']);
    expect(index.has('name-3')).toBe(false);
    const loading = index.replace();
    loading.set(5, ['old']);
    loading.set(5, ['new']);
    loading.done();
    expect([...index.values()]).toEqual(['new']);
    expect(index.valuesOf(5)).toEqual(['new']);
    index.remove(5);
    expect(index.valueCount).toBe(0);
  });
});
