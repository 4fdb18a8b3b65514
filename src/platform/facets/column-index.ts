import type { Bitmap } from './facet.ts';
import { bitmapOfWords } from './position-words.ts';
import { positionsAtMost } from './posting-index.ts';

export type Operator = '<' | '<=' | '>' | '>=';

/** Fills a column anew; what was there is answered until `done`. */
export interface ColumnLoading {
  set(position: number, value: number | null): void;
  done(): void;
}

/**
 * One number per position: times in milliseconds, dates in days, counts. A question reads the whole
 * column, which for 100,000 positions takes a fraction of a millisecond; nothing is kept sorted.
 */
export class ColumnIndex {
  #values = new Float64Array(0);

  /** Null or NaN: none. True when something changed. */
  set(position: number, value: number | null): boolean {
    const wanted = value ?? Number.NaN;
    if (!(position >= 0 && position < this.#values.length)) {
      if (Number.isNaN(wanted)) return false;
      this.#values = grown(this.#values, position);
    }
    if (Object.is(this.#values[position], wanted)) return false;
    this.#values[position] = wanted;
    return true;
  }

  remove(position: number): boolean {
    return this.set(position, null);
  }

  replace(): ColumnLoading {
    const next = new ColumnIndex();
    return {
      set: (position, value) => void next.set(position, value),
      done: () => {
        this.#values = next.#values;
      },
    };
  }

  /** Null: none. */
  valueOf(position: number): number | null {
    const value = this.#values[position];
    return value === undefined || Number.isNaN(value) ? null : value;
  }

  compare(operator: Operator, bound: number): Bitmap {
    const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
    switch (operator) {
      case '<':
        return this.#between(least, next(bound, -1));
      case '<=':
        return this.#between(least, bound);
      case '>':
        return this.#between(next(bound, 1), most);
      case '>=':
        return this.#between(bound, most);
    }
  }

  /** Both ends included; null: open. */
  range(from: number | null, to: number | null): Bitmap {
    const least = from ?? Number.NEGATIVE_INFINITY;
    const most = to ?? Number.POSITIVE_INFINITY;
    return this.#between(least, most);
  }

  /** Positions with a value. */
  positions(): Bitmap {
    return this.#between(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** How many positions within have each value; for columns of few distinct values. */
  counts(within: Bitmap): Map<number, number> {
    const counts = new Map<number, number>();
    for (const position of within.toUint32Array()) {
      const value = this.#values[position];
      if (value === undefined || Number.isNaN(value)) continue;
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }

  get bytes(): number {
    return this.#values.byteLength;
  }

  // NaN lies between nothing. One loop for all comparisons, without a call per position and without
  // a branch, which nobody could foretell.
  #between(least: number, most: number): Bitmap {
    const values = this.#values;
    const count = values.length >>> 5;
    if (scratch.length < count) scratch = new Uint32Array(count);
    for (let word = 0, position = 0; word < count; word += 1) {
      let bits = 0;
      for (let bit = 0; bit < 32; bit += 1, position += 1) {
        const value = values[position]!;
        bits |= (Number(value >= least) & Number(value <= most)) << bit;
      }
      scratch[word] = bits;
    }
    return bitmapOfWords(scratch, count);
  }
}

/** Used within one call only. */
let scratch = new Uint32Array(0);
const asNumber = new Float64Array(1);
const asBits = new BigInt64Array(asNumber.buffer);

/** The number next to this one, above (1) or below (-1): turns "less than" into "at most". */
function next(value: number, direction: 1 | -1): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return direction * Number.MIN_VALUE;
  asNumber[0] = value;
  asBits[0]! += BigInt(value > 0 ? direction : -direction);
  return asNumber[0]!;
}

function grown(values: Float64Array, position: number): Float64Array<ArrayBuffer> {
  if (!Number.isInteger(position) || position < 0 || position >= positionsAtMost) {
    throw new RangeError(`no position: ${position}`);
  }
  const larger = new Float64Array(Math.max(1024, 2 ** Math.ceil(Math.log2(position + 1))));
  larger.fill(Number.NaN);
  larger.set(values);
  return larger;
}
