import { RoaringBitmap32 } from 'roaring-wasm';
import type { Bitmap } from './facet.ts';
import { ForwardStore } from './forward-store.ts';
import { flagsOf, type Posting, Union } from './posting-union.ts';

/** Positions beyond this are a mistake, not a fleet. */
export const positionsAtMost = 1 << 27;
const valuesAtMost = 2 ** 32;
/** Sorted at once when loading in bulk: 8 million positions are 32 MB. */
const sortedAtOnce = 8_000_000;
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
  values(): MapIterator<Value>;
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
  #postings = new Map<number, Posting>();

  get valueCount(): number {
    return this.#postings.size;
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
    if (changed) this.#forward.write(position, next);
    return changed;
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
        const postings = postingsOf(forward);
        this.dispose();
        this.#forward = forward;
        this.#postings = postings;
      },
    };
  }

  valuesOf(position: number): number[] {
    return this.#forward.read(position);
  }

  has(value: number): boolean {
    return this.#postings.has(value);
  }

  bitmapOf(value: number): Bitmap {
    const posting = this.#postings.get(value);
    if (posting === undefined) return new RoaringBitmap32();
    return typeof posting === 'number' ? new RoaringBitmap32([posting]) : posting.clone();
  }

  union(values: Iterable<number>): Bitmap {
    const union = new Union();
    for (const value of values) union.add(this.#postings.get(value));
    return union.bitmap();
  }

  /** Positions that have a value from `least` to `most`. */
  unionBetween(least: number, most: number): Bitmap {
    const union = new Union();
    for (const [value, posting] of this.#postings) {
      if (value >= least && value <= most) union.add(posting);
    }
    return union.bitmap();
  }

  countOf(value: number): number {
    const posting = this.#postings.get(value);
    if (posting === undefined) return 0;
    return typeof posting === 'number' ? 1 : posting.size;
  }

  countWithin(value: number, within: Bitmap): number {
    const posting = this.#postings.get(value);
    if (posting === undefined) return 0;
    if (typeof posting === 'number') return within.has(posting) ? 1 : 0;
    return posting.andCardinality(within);
  }

  countsWithin(within: Bitmap): Map<number, number> {
    const counts = new Map<number, number>();
    // Few positions: what they have is read; many: each value is counted.
    if (within.size * 50 < this.#postings.size) {
      for (const position of within.toUint32Array()) {
        this.#forward.each(position, (value) => {
          counts.set(value, (counts.get(value) ?? 0) + 1);
        });
      }
      return counts;
    }
    const isWithin = flagsOf(within);
    for (const [value, posting] of this.#postings) {
      const count =
        typeof posting === 'number' ? (isWithin[posting] ?? 0) : posting.andCardinality(within);
      if (count > 0) counts.set(value, count);
    }
    return counts;
  }

  values(): MapIterator<number> {
    return this.#postings.keys();
  }

  positions(): Bitmap {
    const found: number[] = [];
    const forward = this.#forward;
    for (let position = 0; position < forward.positionsEnd; position += 1) {
      if (forward.has(position)) found.push(position);
    }
    return new RoaringBitmap32(Uint32Array.from(found));
  }

  dispose(): void {
    for (const posting of this.#postings.values()) {
      if (typeof posting !== 'number') posting.dispose();
    }
    this.#postings = new Map();
    this.#forward = new ForwardStore();
  }

  #add(value: number, position: number): void {
    const posting = this.#postings.get(value);
    if (posting === undefined) this.#postings.set(value, position);
    else if (typeof posting === 'number') {
      this.#postings.set(value, new RoaringBitmap32([posting, position]));
    } else posting.add(position);
  }

  #take(value: number, position: number): void {
    const posting = this.#postings.get(value);
    if (posting === undefined) return;
    if (typeof posting === 'number') {
      this.#postings.delete(value);
      return;
    }
    posting.delete(position);
    if (posting.size > 1) return;
    this.#postings.set(value, posting.minimum());
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

  /** As `countsWithin`, of those values only that, folded by `foldText`, fit. */
  countsWhere(fits: (folded: string) => boolean, within: Bitmap): Map<string, number> {
    const counts = new Map<string, number>();
    for (const [id, count] of this.#index.countsWithin(within)) {
      if (fits(this.#words.foldedOf(id))) counts.set(this.#words.textOf(id), count);
    }
    return counts;
  }

  dispose(): void {
    this.#index.dispose();
    this.#words = new Dictionary();
  }
}

/** The same text for whoever types it: case, full width and composed accents do not count. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Numbers for texts; numbers of forgotten texts are given out again, so that they stay small. */
class Dictionary {
  readonly #ids = new Map<string, number>();
  readonly #texts: (string | undefined)[] = [];
  readonly #folded: (string | undefined)[] = [];
  readonly #free: number[] = [];

  idsOf(texts: Iterable<string>): number[] {
    const ids: number[] = [];
    for (const text of texts) ids.push(this.#ids.get(text) ?? this.#learn(text));
    return ids;
  }

  idOf(text: string): number | undefined {
    return this.#ids.get(text);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  foldedOf(id: number): string {
    return this.#folded[id] ?? '';
  }

  texts(): MapIterator<string> {
    return this.#ids.keys();
  }

  ids(): number[] {
    return [...this.#ids.values()];
  }

  /** Ends early when `take` answers false. */
  eachFolded(take: (folded: string, id: number) => boolean): void {
    const folded = this.#folded;
    for (let id = 0; id < folded.length; id += 1) {
      const text = folded[id];
      if (text !== undefined && !take(text, id)) return;
    }
  }

  forget(id: number): void {
    const text = this.#texts[id];
    if (text === undefined) return;
    this.#ids.delete(text);
    this.#texts[id] = undefined;
    this.#folded[id] = undefined;
    this.#free.push(id);
  }

  #learn(text: string): number {
    const id = this.#free.pop() ?? this.#texts.length;
    const folded = foldText(text);
    this.#ids.set(text, id);
    this.#texts[id] = text;
    // The same string when nothing was folded: kept once.
    this.#folded[id] = folded === text ? text : folded;
    return id;
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
  return sorted ? list : [...new Set(values)].sort((a, b) => a - b);
}

/**
 * All postings of a store at once. Adding 56 million positions one by one costs a call each and
 * leaves the memory of the bitmaps full of holes; here positions are sorted by value first, as many
 * values at a time as fit into 32 MB.
 */
function postingsOf(forward: ForwardStore): Map<number, Posting> {
  const postings = new Map<number, Posting>();
  let maximum = -1;
  for (let position = 0; position < forward.positionsEnd; position += 1) {
    forward.each(position, (value) => {
      if (value > maximum) maximum = value;
    });
  }
  if (maximum < 0) return postings;
  if (maximum >= denseIdsAtMost) return postingsOneByOne(forward);
  const counts = new Uint32Array(maximum + 1);
  for (let position = 0; position < forward.positionsEnd; position += 1) {
    forward.each(position, (value) => {
      counts[value]! += 1;
    });
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
      forward.each(position, (value) => {
        if (value >= from && value < to) positions[next[value]!++] = position;
      });
    }
    for (let value = from; value < to; value += 1) {
      const count = counts[value]!;
      if (count === 0) continue;
      const end = next[value]!;
      if (count === 1) postings.set(value, positions[end - 1]!);
      else postings.set(value, packed(positions.subarray(end - count, end)));
    }
    from = to;
  }
  return postings;
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
