import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MostFrequent } from './most-frequent.ts';
import { TextBlocks } from './text-blocks.ts';
import { wildcard } from './wildcard.ts';

function like(blocks: TextBlocks, pattern: string): number[] {
  const found: number[] = [];
  blocks.eachLike(pattern, (_, id) => found.push(id) > 0);
  return found;
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '1', '名', '\u0000'), maxLength: 5 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '1', '名', '*', '*', '\u0000') });

describe('TextBlocks', () => {
  it('finds what a look at each text finds, before and after changes', () => {
    const changes = fc.array(fc.tuple(fc.nat(2_100), fc.option(letters, { nil: undefined })));
    const texts = fc.array(letters, { minLength: 0, maxLength: 40 });
    fc.assert(
      fc.property(texts, changes, fc.array(pattern, { maxLength: 5 }), (some, later, patterns) => {
        const blocks = new TextBlocks();
        const expected = new Map<number, string | undefined>();
        const set = (id: number, text: string | undefined) => {
          blocks.set(id, text);
          expected.set(id, text);
        };
        // More than two blocks, mostly empty or alike.
        for (const [n, text] of some.entries()) set(1_000 + n * 3, text);
        const agree = () => {
          for (const each of [...patterns, '', '*', '**', ...some.slice(0, 3)]) {
            const fits = wildcard(each);
            const wanted = [...expected]
              .filter(([, text]) => text !== undefined && fits(text))
              .map(([id]) => id);
            expect(like(blocks, each)).toEqual(wanted.sort((a, b) => a - b));
          }
        };
        agree();
        for (const [id, text] of later) set(id, text);
        agree();
      }),
      { numRuns: 150 },
    );
  });

  it('ends when told to', () => {
    const blocks = new TextBlocks();
    for (let id = 0; id < 3_000; id += 1) blocks.set(id, `host-${id}`);
    const found: number[] = [];
    blocks.eachLike('host-*9', (_, id) => found.push(id) < 3);
    expect(found).toEqual([9, 19, 29]);
  });
});

describe('MostFrequent', () => {
  it('keeps what sorting all would keep, and counts no more than it must', () => {
    const offered = fc.array(fc.tuple(fc.string(), fc.nat(6), fc.nat(3)));
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), offered, fc.nat(5), (names, numbers, limit) => {
        const values = names.map((value, n) => {
          const [, count = 1, more = 0] = numbers[n] ?? [];
          return { value, count, atMost: count + more };
        });
        const frequent = new MostFrequent(limit);
        for (const { value, count, atMost } of values) frequent.offer(value, atMost, () => count);
        const sorted = values
          .filter(({ count }) => count > 0)
          .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
        expect(frequent.list()).toEqual(
          sorted.slice(0, limit).map(({ value, count }) => ({ value, count })),
        );
      }),
    );
    const frequent = new MostFrequent(1);
    frequent.offer('b', 5, () => 5);
    frequent.offer('a', 4, () => {
      throw new Error('counted in vain');
    });
    expect(frequent.list()).toEqual([{ value: 'b', count: 5 }]);
  });
});
