import { RoaringBitmap32 } from 'roaring-wasm';

/**
 * A set of ordinals of endpoints. It lives outside JavaScript's heap: whoever makes one disposes
 * of it.
 */
export type OrdinalSet = RoaringBitmap32;

export function ordinalSet(ordinals: Iterable<number> = []): OrdinalSet {
  return new RoaringBitmap32(ordinals);
}

/** In the portable format, which any roaring library reads. */
export function packOrdinals(ordinals: OrdinalSet): Buffer {
  ordinals.runOptimize();
  return Buffer.from(ordinals.serialize('portable'));
}

/** @throws when the bytes are no portable roaring bitmap */
export function unpackOrdinals(bytes: Uint8Array): OrdinalSet {
  return RoaringBitmap32.deserialize(bytes, 'portable');
}

/** A new set. */
export function without(all: OrdinalSet, some: OrdinalSet): OrdinalSet {
  return RoaringBitmap32.andNot(all, some);
}
