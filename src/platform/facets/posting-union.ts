import { RoaringBitmap32 } from 'roaring-wasm';
import type { Bitmap } from './facet.ts';

/** One position, or several. Most values of a fleet (host names, addresses) have one only. */
export type Posting = number | RoaringBitmap32;

/** Kept between unions, all zero: allocating 100 kB for each would keep the collector busy. */
let spareFlags: Uint8Array | undefined;

/** Gathers postings; those of one position by the thousand, in order and at once. */
export class Union {
  readonly #several: RoaringBitmap32[] = [];
  /** By position: 1 for each that came alone. Bitmaps take ascending positions far faster. */
  #flags: Uint8Array;
  #highest = -1;

  constructor() {
    // Taken, so that a union within a union has one of its own.
    this.#flags = spareFlags ?? new Uint8Array(1 << 17);
    spareFlags = undefined;
  }

  add(posting: Posting | undefined): void {
    if (typeof posting === 'number') {
      if (posting > this.#highest) this.#raise(posting);
      this.#flags[posting] = 1;
    } else if (posting) this.#several.push(posting);
  }

  /** Once, at the end. */
  bitmap(): Bitmap {
    const several = this.#several;
    const single = this.#inOrder();
    if (several.length === 0) return new RoaringBitmap32(single);
    const union = several.length === 1 ? several[0]!.clone() : RoaringBitmap32.orMany(several);
    return single.length > 0 ? union.addMany(single) : union;
  }

  #raise(position: number): void {
    this.#highest = position;
    if (position < this.#flags.length) return;
    const larger = new Uint8Array(2 ** Math.ceil(Math.log2(position + 1)));
    larger.set(this.#flags);
    this.#flags = larger;
  }

  #inOrder(): Uint32Array {
    const flags = this.#flags;
    let count = 0;
    for (let position = 0; position <= this.#highest; position += 1) count += flags[position]!;
    const ordered = new Uint32Array(count);
    count = 0;
    for (let position = 0; position <= this.#highest; position += 1) {
      if (flags[position] === 1) ordered[count++] = position;
    }
    flags.fill(0, 0, this.#highest + 1);
    spareFlags = flags;
    return ordered;
  }
}

/** By position: 1 when it is in the bitmap. Asking a bitmap costs a call each time. */
export function flagsOf(bitmap: Bitmap): Uint8Array {
  const positions = bitmap.toUint32Array();
  const flags = new Uint8Array((positions.at(-1) ?? -1) + 1);
  for (const position of positions) flags[position] = 1;
  return flags;
}
