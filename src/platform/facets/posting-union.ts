import { RoaringBitmap32 } from 'roaring-wasm';
import type { Bitmap } from './facet.ts';
import { PositionWords } from './position-words.ts';

/** One position, or several. Most values of a fleet (host names, addresses) have one only. */
export type Posting = number | RoaringBitmap32;

/** Bitmaps below this unite faster where they are, many at a time. */
const smallBelow = 1_000;
const smallAtOnce = 1_024;
const largeBetweenCounts = 16;

/** Gathers postings. Once it holds all positions there can be, more of them change nothing. */
export class Union {
  readonly #atMost: number;
  readonly #words = new PositionWords();
  /** The first bitmap: when it is the only posting, the answer is a copy of it. */
  #first: RoaringBitmap32 | undefined;
  #isSingle = true;
  /** Small bitmaps by the magnitude of their sizes: the larger ones, which may suffice, go first. */
  readonly #small: RoaringBitmap32[][] = [];
  #largeSinceCount = 0;
  #full = false;

  /** @param atMost how many positions all postings have together, at most */
  constructor(atMost = Number.POSITIVE_INFINITY) {
    this.#atMost = atMost;
  }

  /** No posting that is added can change the answer any more. */
  get full(): boolean {
    return this.#full;
  }

  add(posting: Posting | undefined): void {
    if (posting === undefined || this.#full) return;
    if (typeof posting === 'number') {
      this.#isSingle = false;
      this.#words.add(posting);
    } else if (this.#isSingle && this.#first === undefined) this.#first = posting;
    else {
      this.#isSingle = false;
      this.#addBitmap(posting);
    }
  }

  /** Once, at the end. */
  bitmap(): Bitmap {
    if (this.#isSingle) {
      this.#words.bitmap().dispose();
      return this.#first?.clone() ?? new RoaringBitmap32();
    }
    if (this.#first) this.#words.addBitmap(this.#first);
    this.#addSmall();
    return this.#words.bitmap();
  }

  #addBitmap(bitmap: RoaringBitmap32): void {
    const { size } = bitmap;
    if (size < smallBelow) {
      const magnitude = 31 - Math.clz32(size);
      const alike = this.#small[magnitude];
      if (alike) alike.push(bitmap);
      else this.#small[magnitude] = [bitmap];
      return;
    }
    this.#words.addBitmap(bitmap);
    this.#largeSinceCount += 1;
    if (this.#largeSinceCount === largeBetweenCounts) this.#count();
  }

  #addSmall(): void {
    for (let magnitude = this.#small.length - 1; magnitude >= 0; magnitude -= 1) {
      const alike = this.#small[magnitude] ?? [];
      for (let from = 0; from < alike.length; from += smallAtOnce) {
        this.#count();
        if (this.#full) return;
        const united = RoaringBitmap32.orMany(alike.slice(from, from + smallAtOnce));
        this.#words.addBitmap(united);
        united.dispose();
      }
    }
  }

  #count(): void {
    this.#largeSinceCount = 0;
    this.#full = this.#words.count() >= this.#atMost;
  }
}

/** By position: 1 when it is in the bitmap. Asking a bitmap costs a call each time. */
export function flagsOf(bitmap: Bitmap): Uint8Array {
  const positions = bitmap.toUint32Array();
  const flags = new Uint8Array((positions.at(-1) ?? -1) + 1);
  for (const position of positions) flags[position] = 1;
  return flags;
}
