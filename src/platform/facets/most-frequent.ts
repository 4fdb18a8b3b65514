/** A value with how many have it. */
export interface Suggested {
  readonly value: string;
  readonly count: number;
}

/** Keeps the most frequent of many values; of those as frequent the first by the alphabet. */
export class MostFrequent {
  readonly #limit: number;
  /** Best first. */
  readonly #kept: Suggested[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param countOf asked only when `atMost` may be enough; 0: the value is not offered */
  offer(value: string, atMost: number, countOf: () => number): void {
    if (!this.#isKept(value, atMost)) return;
    const count = countOf();
    if (!this.#isKept(value, count)) return;
    const kept = this.#kept;
    let at = kept.length;
    while (at > 0 && isBefore(value, count, kept[at - 1]!)) at -= 1;
    kept.splice(at, 0, { value, count });
    if (kept.length > this.#limit) kept.pop();
  }

  list(): readonly Suggested[] {
    return this.#kept;
  }

  #isKept(value: string, count: number): boolean {
    if (count <= 0 || this.#limit <= 0) return false;
    if (this.#kept.length < this.#limit) return true;
    return isBefore(value, count, this.#kept.at(-1)!);
  }
}

function isBefore(value: string, count: number, other: Suggested): boolean {
  return count > other.count || (count === other.count && value < other.value);
}
