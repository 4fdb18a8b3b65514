/** Random numbers that are the same for the same keys: everything simulated follows from a seed. */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(...keys: readonly (string | number)[]) {
    [this.#a, this.#b, this.#c] = hashOf(keys.join('\u0000'));
    for (let i = 0; i < 12; i += 1) this.#bits();
  }

  /** From 0 up to but not including 1. */
  next(): number {
    return this.#bits() / 2 ** 32;
  }

  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** Half of the values lie below `median`; 95 % below `median · e^(1.64 · spread)`. */
  logNormal(median: number, spread: number): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.next()));
    return median * Math.exp(spread * radius * Math.cos(2 * Math.PI * this.next()));
  }

  /** Time to the next of events that come independently, `mean` apart. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  hex(digits: number): string {
    let text = '';
    while (text.length < digits) text += this.#bits().toString(16).padStart(8, '0');
    return text.slice(0, digits);
  }

  /** sfc32 by Chris Doty-Humphrey (public domain, PractRand). */
  #bits(): number {
    const sum = (this.#a + this.#b + this.#counter++) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return sum >>> 0;
  }
}

/** A number from 0 up to 1 for two whole numbers, without making a generator: for long lists. */
export function roll(salt: number, item: number): number {
  let bits = Math.imul(salt ^ Math.imul(item + 1, 0x9e3779b1), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x27d4eb2f);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

function hashOf(text: string): [number, number, number] {
  const hash: [number, number, number] = [0x9e3779b9, 0x243f6a88, 0xb7e15162];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    hash[0] = Math.imul(hash[0] ^ code, 0x01000193);
    hash[1] = Math.imul(hash[1] ^ (code + hash[0]), 0x85ebca6b) ^ (hash[0] >>> 15);
    hash[2] = Math.imul(hash[2] ^ (code + hash[1]), 0xc2b2ae35) ^ (hash[1] >>> 13);
  }
  return hash;
}
