const chunkBytes = 1 << 20;
const wasteAtLeastBytes = 4 << 20;

/**
 * Ascending lists of whole numbers, one per position, in about one byte per number: each is written
 * as the distance from the one before it, seven bits to a byte. Lists lie one after another in large
 * pieces of memory, since 100,000 arrays of their own would cost as much again in headers.
 */
export class ForwardStore {
  #chunks: Uint8Array[] = [];
  /** Bytes written into the last chunk. */
  #end = 0;
  #chunkOf = new Uint32Array(0);
  #offsetOf = new Uint32Array(0);
  #lengthOf = new Uint32Array(0);
  #scratch = new Uint8Array(4096);
  #usedBytes = 0;
  #wastedBytes = 0;

  get bytes(): number {
    let sum = this.#chunkOf.byteLength * 3;
    for (const chunk of this.#chunks) sum += chunk.byteLength;
    return sum;
  }

  /** Positions below this may have a list. */
  get positionsEnd(): number {
    return this.#lengthOf.length;
  }

  has(position: number): boolean {
    return (this.#lengthOf[position] ?? 0) > 0;
  }

  /** `values` ascend, without repetition; none: the position is empty again. */
  write(position: number, values: ArrayLike<number>): void {
    const known = this.#lengthOf[position] ?? 0;
    if (known > 0) {
      this.#usedBytes -= known;
      this.#wastedBytes += known;
      this.#lengthOf[position] = 0;
    }
    if (values.length > 0) {
      this.#grow(position);
      const length = this.#encode(values);
      this.#place(position, this.#scratch, 0, length);
    }
    if (this.#wastedBytes > wasteAtLeastBytes && this.#wastedBytes > this.#usedBytes) {
      this.#compact();
    }
  }

  read(position: number): number[] {
    const values: number[] = [];
    this.each(position, (value) => values.push(value));
    return values;
  }

  each(position: number, take: (value: number) => void): void {
    this.eachBetween(position, 0, Number.POSITIVE_INFINITY, take);
  }

  /** Values from `from` to below `to`. */
  eachBetween(position: number, from: number, to: number, take: (value: number) => void): void {
    const length = this.#lengthOf[position] ?? 0;
    if (length === 0) return;
    const chunk = this.#chunks[this.#chunkOf[position]!]!;
    let at = this.#offsetOf[position]!;
    const end = at + length;
    let value = -1;
    while (at < end) {
      let byte = chunk[at++]!;
      if (byte < 0x80) {
        value += byte + 1;
      } else {
        let distance = byte & 0x7f;
        let factor = 0x80;
        do {
          byte = chunk[at++]!;
          distance += (byte & 0x7f) * factor;
          factor *= 0x80;
        } while (byte >= 0x80);
        value += distance + 1;
      }
      if (value >= to) return;
      if (value >= from) take(value);
    }
  }

  #encode(values: ArrayLike<number>): number {
    // A number below 2^32 takes at most five bytes.
    if (this.#scratch.length < values.length * 5) {
      this.#scratch = new Uint8Array(values.length * 5);
    }
    const bytes = this.#scratch;
    let at = 0;
    let before = -1;
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index]!;
      let distance = value - before - 1;
      before = value;
      while (distance >= 0x80) {
        bytes[at++] = (distance % 0x80) | 0x80;
        distance = Math.floor(distance / 0x80);
      }
      bytes[at++] = distance;
    }
    return at;
  }

  #place(position: number, from: Uint8Array, start: number, length: number): void {
    let last = this.#chunks.at(-1);
    if (last === undefined || this.#end + length > last.length) {
      if (last !== undefined) this.#wastedBytes += last.length - this.#end;
      last = new Uint8Array(Math.max(chunkBytes, length));
      this.#chunks.push(last);
      this.#end = 0;
    }
    last.set(from.subarray(start, start + length), this.#end);
    this.#chunkOf[position] = this.#chunks.length - 1;
    this.#offsetOf[position] = this.#end;
    this.#lengthOf[position] = length;
    this.#end += length;
    this.#usedBytes += length;
  }

  #compact(): void {
    const old = this.#chunks;
    this.#chunks = [];
    this.#end = 0;
    this.#usedBytes = 0;
    this.#wastedBytes = 0;
    for (let position = 0; position < this.#lengthOf.length; position += 1) {
      const length = this.#lengthOf[position]!;
      if (length === 0) continue;
      const chunk = old[this.#chunkOf[position]!]!;
      this.#place(position, chunk, this.#offsetOf[position]!, length);
    }
  }

  #grow(position: number): void {
    if (position < this.#lengthOf.length) return;
    const size = Math.max(1024, 2 ** Math.ceil(Math.log2(position + 1)));
    this.#chunkOf = enlarged(this.#chunkOf, size);
    this.#offsetOf = enlarged(this.#offsetOf, size);
    this.#lengthOf = enlarged(this.#lengthOf, size);
  }
}

function enlarged(array: Uint32Array<ArrayBuffer>, size: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(size);
  larger.set(array);
  return larger;
}
