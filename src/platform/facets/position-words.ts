import { RoaringBitmap32 } from 'roaring-wasm';
import type { Bitmap } from './facet.ts';

/** Of the portable format of roaring bitmaps, which is little-endian, as every machine of ours is. */
const cookie = 12_346;
const cookieWithRuns = 12_347;
const offsetsFromContainers = 4;
const arrayAtMost = 4_096;
const wordsPerContainer = 2_048;
const bytesPerContainer = 8_192;

let spareWords: Uint32Array<ArrayBuffer> | undefined;
/** Used within one call only. */
let scratch = new Uint8Array(1 << 16);
const aligned = new Uint32Array(wordsPerContainer);
const alignedBytes = new Uint8Array(aligned.buffer);

/**
 * Positions as bits in JavaScript memory. The bitmaps' own code, compiled to WebAssembly, takes 75 µs
 * to unite two dense bitmaps of 100,000 positions; to write one out and unite it here takes 5 µs.
 */
export class PositionWords {
  #words: Uint32Array<ArrayBuffer>;
  /** Words in use. */
  #end = 0;

  constructor() {
    // Taken, so that a union within a union has one of its own; all zero.
    this.#words = spareWords ?? new Uint32Array(1 << 12);
    spareWords = undefined;
  }

  add(position: number): void {
    const word = position >>> 5;
    if (word >= this.#end) this.#grow(word + 1);
    this.#words[word]! |= 1 << (position & 31);
  }

  addBitmap(bitmap: Bitmap): void {
    const byteCount = bitmap.getSerializationSizeInBytes('portable');
    if (scratch.length < byteCount) scratch = new Uint8Array(byteCount * 2);
    const bytes = bitmap.serialize('portable', scratch.subarray(0, byteCount));
    const view = new DataView(bytes.buffer, bytes.byteOffset, byteCount);
    const first = view.getUint32(0, true);
    const withRuns = (first & 0xffff) === cookieWithRuns;
    const count = withRuns ? (first >>> 16) + 1 : view.getUint32(4, true);
    const flagsAt = 4;
    const keysAt = withRuns ? flagsAt + ((count + 7) >>> 3) : 8;
    let at = keysAt + 4 * count;
    if (!withRuns || count >= offsetsFromContainers) at += 4 * count;
    if (count > 0) {
      const lastKey = view.getUint16(keysAt + 4 * (count - 1), true);
      const needed = (lastKey + 1) * wordsPerContainer;
      if (needed > this.#end) this.#grow(needed);
    }
    const words = this.#words;
    for (let n = 0; n < count; n += 1) {
      const base = view.getUint16(keysAt + 4 * n, true) * wordsPerContainer;
      const size = view.getUint16(keysAt + 4 * n + 2, true) + 1;
      if (withRuns && (view.getUint8(flagsAt + (n >>> 3)) >>> (n & 7)) & 1) {
        const runs = view.getUint16(at, true);
        at += 2;
        for (let run = 0; run < runs; run += 1, at += 4) {
          const from = view.getUint16(at, true);
          setRange(words, base, from, from + view.getUint16(at + 2, true));
        }
      } else if (size > arrayAtMost) {
        alignedBytes.set(bytes.subarray(at, at + bytesPerContainer));
        for (let word = 0; word < wordsPerContainer; word += 1)
          words[base + word]! |= aligned[word]!;
        at += bytesPerContainer;
      } else {
        for (let end = at + 2 * size; at < end; at += 2) {
          const low = bytes[at]! | (bytes[at + 1]! << 8);
          words[base + (low >>> 5)]! |= 1 << (low & 31);
        }
      }
    }
  }

  /** How many positions there are. */
  count(): number {
    let sum = 0;
    for (let word = 0; word < this.#end; word += 1) sum += bitsIn(this.#words[word]!);
    return sum;
  }

  /** Once, at the end. */
  bitmap(): Bitmap {
    const words = this.#words;
    const bitmap = bitmapOfWords(words, this.#end);
    words.fill(0, 0, this.#end);
    spareWords = words;
    return bitmap;
  }

  #grow(wordCount: number): void {
    const end = Math.ceil(wordCount / wordsPerContainer) * wordsPerContainer;
    if (end > this.#words.length) {
      const larger = new Uint32Array(2 ** Math.ceil(Math.log2(end)));
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#end = end;
  }
}

/** The positions whose bits are set in the first words, which lie within whole containers. */
export function bitmapOfWords(words: Uint32Array, end: number): Bitmap {
  const containers = Math.ceil(end / wordsPerContainer);
  const needed = 8 + containers * (8 + bytesPerContainer);
  if (scratch.length < needed) scratch = new Uint8Array(needed);
  const bytes = scratch;
  const view = new DataView(bytes.buffer);
  const sizes: number[] = [];
  let count = 0;
  for (let key = 0; key < containers; key += 1) {
    let size = 0;
    const last = Math.min(end, (key + 1) * wordsPerContainer);
    for (let word = key * wordsPerContainer; word < last; word += 1) size += bitsIn(words[word]!);
    sizes.push(size);
    if (size > 0) count += 1;
  }
  if (count === 0) return new RoaringBitmap32();
  view.setUint32(0, cookie, true);
  view.setUint32(4, count, true);
  let keysAt = 8;
  let offsetsAt = 8 + 4 * count;
  let at = 8 + 8 * count;
  for (const [key, size] of sizes.entries()) {
    if (size === 0) continue;
    view.setUint16(keysAt, key, true);
    view.setUint16(keysAt + 2, size - 1, true);
    view.setUint32(offsetsAt, at, true);
    keysAt += 4;
    offsetsAt += 4;
    const first = key * wordsPerContainer;
    const last = Math.min(end, first + wordsPerContainer);
    if (size > arrayAtMost) {
      aligned.fill(0);
      aligned.set(words.subarray(first, last));
      bytes.set(alignedBytes, at);
      at += bytesPerContainer;
      continue;
    }
    for (let word = first; word < last; word += 1) {
      for (let bits = words[word]!; bits !== 0; bits &= bits - 1) {
        const low = ((word - first) << 5) + 31 - Math.clz32(bits & -bits);
        bytes[at] = low & 0xff;
        bytes[at + 1] = low >>> 8;
        at += 2;
      }
    }
  }
  return RoaringBitmap32.deserialize('portable', bytes.subarray(0, at));
}

/** Both ends included, within one container. */
function setRange(words: Uint32Array, base: number, from: number, to: number): void {
  const firstWord = base + (from >>> 5);
  const lastWord = base + (to >>> 5);
  const firstMask = -1 << (from & 31);
  const lastMask = -1 >>> (31 - (to & 31));
  if (firstWord === lastWord) {
    words[firstWord]! |= firstMask & lastMask;
    return;
  }
  words[firstWord]! |= firstMask;
  words.fill(0xffff_ffff, firstWord + 1, lastWord);
  words[lastWord]! |= lastMask;
}

function bitsIn(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
