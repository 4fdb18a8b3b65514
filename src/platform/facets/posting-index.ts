import { RoaringBitmap32 } from 'roaring-wasm';
import { eachPosting } from './bulk-postings.ts';
import { Dictionary } from './dictionary.ts';
import type { Bitmap } from './facet.ts';
import { ForwardStore } from './forward-store.ts';
import { MostFrequent, type Suggested } from './most-frequent.ts';
import { PositionWords } from './position-words.ts';
import { flagsOf, type Posting, Union } from './posting-union.ts';

/** Positions beyond this are a mistake, not a fleet. */
export const positionsAtMost = 1 << 27;
const valuesAtMost = 2 ** 32;
/** Ids below this are looked up by their place, those beyond by hashing. */
const denseIdsAtMost = 8_000_000;

/** Fills an index anew; what was there is answered until `done`. */
export interface Loading<Value> {
  /** Once per position, in any order. */
  set(position: number, values: Iterable<Value>): void;
  done(): void;
}

/**
 * Which positions have which values, both ways. The bitmaps it answers are the caller's, who
 * disposes of them.
 */
export interface Postings<Value> {
  /** Makes these the values of the position (none: removes it). True when something changed. */
  set(position: number, values: Iterable<Value>): boolean;
  remove(position: number): boolean;
  /** Starts to fill the index anew, much faster than by `set`. */
  replace(): Loading<Value>;
  valuesOf(position: number): Value[];
  has(value: Value): boolean;
  /** Positions with this value; empty when nobody has it. */
  bitmapOf(value: Value): Bitmap;
  union(values: Iterable<Value>): Bitmap;
  countOf(value: Value): number;
  countWithin(value: Value, within: Bitmap): number;
  /** Values that somebody within has, with how many. */
  countsWithin(within: Bitmap): Map<Value, number>;
  /** All values that somebody has, in no order. */
  values(): IteratorObject<Value>;
  readonly valueCount: number;
  /** Positions with at least one value. */
  positions(): Bitmap;
  /** Bytes of JavaScript memory for the way from position to values; bitmaps not included. */
  readonly forwardBytes: number;
  dispose(): void;
}

/**
 * Whole numbers from 0 to 2^32-1 by position: ids of a catalogue, ports. An update costs what
 * changed; 100,000 positions × 560 values take about 150 MB.
 */
export class PostingIndex implements Postings<number> {
  #forward = new ForwardStore();
  /** By value; no holes, which would make it slow. */
  #dense: (Posting | undefined)[] = [];
  #sparse = new Map<number, Posting>();
  #valueCount = 0;
  /** Positions with at least one value. */
  #present = new RoaringBitmap32();

  get valueCount(): number {
    return this.#valueCount;
  }

  get forwardBytes(): number {
    return this.#forward.bytes;
  }

  set(position: number, values: Iterable<number>): boolean {
    checkPosition(position);
    const next = ascending(values);
    const before = this.#forward.read(position);
    let changed = false;
    let left = 0;
    let right = 0;
    while (left < before.length || right < next.length) {
      const old = before[left] ?? Number.POSITIVE_INFINITY;
      const value = next[right] ?? Number.POSITIVE_INFINITY;
      if (old === value) {
        left += 1;
        right += 1;
        continue;
      }
      changed = true;
      if (old < value) {
        this.#take(old, position);
        left += 1;
      } else {
        this.#add(value, position);
        right += 1;
      }
    }
    if (!changed) return false;
    this.#forward.write(position, next);
    if (next.length === 0) this.#present.delete(position);
    else if (before.length === 0) this.#present.add(position);
    return true;
  }

  remove(position: number): boolean {
    return this.#forward.has(position) && this.set(position, []);
  }

  replace(): Loading<number> {
    const forward = new ForwardStore();
    return {
      set: (position, values) => {
        checkPosition(position);
        forward.write(position, ascending(values));
      },
      done: () => {
        const present = new PositionWords();
        for (let position = 0; position < forward.positionsEnd; position += 1) {
          if (forward.has(position)) present.add(position);
        }
        // Those before go first: two of them at once would be the most that is ever held.
        this.dispose();
        this.#forward = forward;
        this.#present = present.bitmap();
        eachPosting(forward, (value, posting) => this.#put(value, posting));
      },
    };
  }

  valuesOf(position: number): number[] {
    return this.#forward.read(position);
  }

  has(value: number): boolean {
    return this.#get(value) !== undefined;
  }

  bitmapOf(value: number): Bitmap {
    const posting = this.#get(value);
    if (posting === undefined) return new RoaringBitmap32();
    return typeof posting === 'number' ? new RoaringBitmap32([posting]) : posting.clone();
  }

  union(values: Iterable<number>): Bitmap {
    const union = this.#union();
    for (const value of values) {
      union.add(this.#get(value));
      if (union.full) break;
    }
    return union.bitmap();
  }

  /** Positions that have a value from `least` to `most`. */
  unionBetween(least: number, most: number): Bitmap {
    const union = this.#union();
    const last = Math.min(most, this.#dense.length - 1);
    for (let value = Math.max(0, Math.ceil(least)); value <= last && !union.full; value += 1) {
      union.add(this.#dense[value]);
    }
    for (const [value, posting] of this.#sparse) {
      if (value >= least && value <= most) union.add(posting);
    }
    return union.bitmap();
  }

  countOf(value: number): number {
    const posting = this.#get(value);
    if (posting === undefined) return 0;
    return typeof posting === 'number' ? 1 : posting.size;
  }

  countWithin(value: number, within: Bitmap): number {
    const posting = this.#get(value);
    if (posting === undefined) return 0;
    if (typeof posting === 'number') return within.has(posting) ? 1 : 0;
    return posting.andCardinality(within);
  }

  countsWithin(within: Bitmap): Map<number, number> {
    const counts = new Map<number, number>();
    // Few positions: what they have is read; many: each value is counted.
    if (within.size * 50 < this.#valueCount) {
      for (const position of within.toUint32Array()) {
        this.#forward.each(position, (value) => {
          counts.set(value, (counts.get(value) ?? 0) + 1);
        });
      }
      return counts;
    }
    const isWithin = flagsOf(within);
    const all = this.#present.isSubset(within);
    for (const [value, posting] of this.#entries()) {
      let count: number;
      if (typeof posting === 'number') count = isWithin[posting] ?? 0;
      else count = all ? posting.size : posting.andCardinality(within);
      if (count > 0) counts.set(value, count);
    }
    return counts;
  }

  *values(): Generator<number> {
    for (const [value] of this.#entries()) yield value;
  }

  positions(): Bitmap {
    return this.#present.clone();
  }

  /** Whether all positions that have a value are within. */
  isWithin(within: Bitmap): boolean {
    return this.#present.isSubset(within);
  }

  dispose(): void {
    for (const [, posting] of this.#entries()) if (typeof posting !== 'number') posting.dispose();
    this.#present.dispose();
    this.#present = new RoaringBitmap32();
    this.#dense = [];
    this.#sparse = new Map();
    this.#valueCount = 0;
    this.#forward = new ForwardStore();
  }

  #union(): Union {
    return new Union(this.#present.size);
  }

  *#entries(): Generator<readonly [number, Posting]> {
    const dense = this.#dense;
    for (let value = 0; value < dense.length; value += 1) {
      const posting = dense[value];
      if (posting !== undefined) yield [value, posting];
    }
    yield* this.#sparse;
  }

  #get(value: number): Posting | undefined {
    return value < denseIdsAtMost ? this.#dense[value] : this.#sparse.get(value);
  }

  #put(value: number, posting: Posting | undefined): void {
    const before = this.#get(value);
    if (before === undefined) this.#valueCount += 1;
    if (posting === undefined) this.#valueCount -= 1;
    if (value >= denseIdsAtMost) {
      if (posting === undefined) this.#sparse.delete(value);
      else this.#sparse.set(value, posting);
      return;
    }
    while (this.#dense.length < value) this.#dense.push(undefined);
    this.#dense[value] = posting;
  }

  #add(value: number, position: number): void {
    const posting = this.#get(value);
    if (posting === undefined) this.#put(value, position);
    else if (typeof posting === 'number') {
      this.#put(value, new RoaringBitmap32([posting, position]));
    } else posting.add(position);
  }

  #take(value: number, position: number): void {
    const posting = this.#get(value);
    if (posting === undefined) return;
    if (typeof posting === 'number') {
      this.#put(value, undefined);
      return;
    }
    posting.delete(position);
    if (posting.size > 1) return;
    this.#put(value, posting.minimum());
    posting.dispose();
  }
}

/** Texts by position. Values are kept as given; `find` disregards case and width. */
export class TextPostingIndex implements Postings<string> {
  readonly #index = new PostingIndex();
  #words = new Dictionary();

  get valueCount(): number {
    return this.#index.valueCount;
  }

  get forwardBytes(): number {
    return this.#index.forwardBytes;
  }

  set(position: number, values: Iterable<string>): boolean {
    checkPosition(position);
    const before = this.#index.valuesOf(position);
    const changed = this.#index.set(position, this.#words.idsOf(values));
    if (changed) {
      for (const id of before) if (!this.#index.has(id)) this.#words.forget(id);
    }
    return changed;
  }

  remove(position: number): boolean {
    return this.#index.valuesOf(position).length > 0 && this.set(position, []);
  }

  replace(): Loading<string> {
    const words = new Dictionary();
    const loading = this.#index.replace();
    return {
      set: (position, values) => loading.set(position, words.idsOf(values)),
      done: () => {
        loading.done();
        this.#words = words;
        // A position that was set twice may have left words behind that nobody has.
        for (const id of words.ids()) if (!this.#index.has(id)) words.forget(id);
      },
    };
  }

  valuesOf(position: number): string[] {
    return this.#index.valuesOf(position).map((id) => this.#words.textOf(id));
  }

  has(value: string): boolean {
    return this.#words.idOf(value) !== undefined;
  }

  bitmapOf(value: string): Bitmap {
    return this.union([value]);
  }

  union(values: Iterable<string>): Bitmap {
    const ids: number[] = [];
    for (const value of values) {
      const id = this.#words.idOf(value);
      if (id !== undefined) ids.push(id);
    }
    return this.#index.union(ids);
  }

  countOf(value: string): number {
    const id = this.#words.idOf(value);
    return id === undefined ? 0 : this.#index.countOf(id);
  }

  countWithin(value: string, within: Bitmap): number {
    const id = this.#words.idOf(value);
    return id === undefined ? 0 : this.#index.countWithin(id, within);
  }

  countsWithin(within: Bitmap): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [id, count] of this.#index.countsWithin(within)) {
      counts.set(this.#words.textOf(id), count);
    }
    return counts;
  }

  values(): MapIterator<string> {
    return this.#words.texts();
  }

  /** Positions that have this text, however it is written. */
  unionOfFolded(folded: string): Bitmap {
    return this.#index.union(this.#words.idsOfFolded(folded));
  }

  /** Positions with a text that, folded, fits a pattern in which `*` stands for any text. */
  unionLike(pattern: string): Bitmap {
    const ids: number[] = [];
    this.#words.eachLike(pattern, (_, id) => ids.push(id) > 0);
    return this.#index.union(ids);
  }

  /**
   * The most frequent texts within that, folded, contain `wanted`, those first that begin so; of
   * texts as frequent the first by the alphabet.
   */
  frequent(wanted: string, within: Bitmap, limit: number): Suggested[] {
    const index = this.#index;
    const countOf = index.isWithin(within)
      ? (id: number) => index.countOf(id)
      : (id: number) => index.countWithin(id, within);
    const begin = new MostFrequent(limit);
    const contain = new MostFrequent(limit);
    const offer = (folded: string, id: number) => {
      const ranked = folded.startsWith(wanted) ? begin : contain;
      ranked.offer(this.#words.textOf(id), index.countOf(id), () => countOf(id));
      return true;
    };
    // Of a small part of a large fleet most values are nobody's.
    if (within.size * 50 < index.valueCount) {
      for (const id of index.countsWithin(within).keys()) {
        const folded = this.#words.foldedOf(id);
        if (folded.includes(wanted)) offer(folded, id);
      }
    } else this.#words.eachLike(`*${wanted}*`, offer);
    return [...begin.list(), ...contain.list()].slice(0, limit);
  }

  /** Positions that have a value which, folded by `foldText`, fits. */
  unionWhere(fits: (folded: string) => boolean): Bitmap {
    const ids: number[] = [];
    this.#words.eachFolded((folded, id) => {
      if (fits(folded)) ids.push(id);
      return true;
    });
    return this.#index.union(ids);
  }

  /** Values that, folded by `foldText`, fit; stops after `limit`. */
  valuesWhere(fits: (folded: string) => boolean, limit = Number.POSITIVE_INFINITY): string[] {
    const found: string[] = [];
    this.#words.eachFolded((folded, id) => {
      if (!fits(folded)) return true;
      found.push(this.#words.textOf(id));
      return found.length < limit;
    });
    return found;
  }

  positions(): Bitmap {
    return this.#index.positions();
  }

  dispose(): void {
    this.#index.dispose();
    this.#words = new Dictionary();
  }
}

function checkPosition(position: number): void {
  if (!Number.isInteger(position) || position < 0 || position >= positionsAtMost) {
    throw new RangeError(`no position: ${position}`);
  }
}

/** Sorted, without repetition. */
function ascending(values: Iterable<number>): ArrayLike<number> {
  const list: ArrayLike<number> = Array.isArray(values) ? values : [...values];
  let sorted = true;
  for (let index = 0; index < list.length; index += 1) {
    const value = list[index]!;
    if (!Number.isInteger(value) || value < 0 || value >= valuesAtMost) {
      throw new RangeError(`no value id: ${value}`);
    }
    if (index > 0 && value <= list[index - 1]!) sorted = false;
  }
  if (sorted) return list;
  // Typed: sorted as numbers by the machine itself, without a function called for each pair.
  const ordered = Uint32Array.from(list).sort();
  let count = 0;
  for (const value of ordered) {
    if (count === 0 || value !== ordered[count - 1]) ordered[count++] = value;
  }
  return ordered.subarray(0, count);
}
