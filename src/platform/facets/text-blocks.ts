import { wildcard } from './wildcard.ts';

const blockBits = 10;
const blockSize = 1 << blockBits;
/** Stands before each text and behind the last; PostgreSQL has no text with it. */
const separator = '\u0000';

interface Block {
  readonly joined: string;
  /** Where each text begins; one more: where the next would. */
  readonly starts: Uint32Array;
}

/**
 * Texts by id, looked through many at a time: 1,024 of them are one string, in which the machine
 * searches several times as fast as in each. A block is joined anew when it is asked after a change.
 */
export class TextBlocks {
  readonly #texts: (string | undefined)[] = [];
  readonly #blocks: (Block | undefined)[] = [];

  get(id: number): string | undefined {
    return this.#texts[id];
  }

  set(id: number, text: string | undefined): void {
    while (this.#texts.length < id) this.#texts.push(undefined);
    this.#texts[id] = text;
    this.#blocks[id >>> blockBits] = undefined;
  }

  /** All texts, in the order of their ids; ends early when `take` answers false. */
  each(take: (text: string, id: number) => boolean): void {
    const texts = this.#texts;
    for (let id = 0; id < texts.length; id += 1) {
      const text = texts[id];
      if (text !== undefined && !take(text, id)) return;
    }
  }

  /** Texts that fit a pattern, in which `*` stands for any text; ends as `each` does. */
  eachLike(pattern: string, take: (text: string, id: number) => boolean): void {
    const fits = wildcard(pattern);
    const needle = needleOf(pattern);
    if (needle === '' || pattern.includes(separator)) {
      this.each((text, id) => !fits(text) || take(text, id));
      return;
    }
    const texts = this.#texts;
    const lead = needle.startsWith(separator) ? 1 : 0;
    for (let first = 0; first < texts.length; first += blockSize) {
      const { joined, starts } = this.#block(first >>> blockBits);
      const count = starts.length - 1;
      let at = 0;
      for (let from = 0; at < count; ) {
        const found = joined.indexOf(needle, from);
        if (found < 0) break;
        at = placeOf(starts, found + lead, at);
        // Where one fits the next often does, which is faster to see than to search for.
        for (; at < count; at += 1) {
          const text = texts[first + at];
          if (text === undefined) continue;
          if (!fits(text)) break;
          if (!take(text, first + at)) return;
        }
        // What was found may fit the longest piece only; it is passed either way.
        at += 1;
        from = (starts[at] ?? joined.length) - 1;
      }
    }
  }

  #block(number: number): Block {
    const known = this.#blocks[number];
    if (known) return known;
    const texts = this.#texts.slice(number << blockBits, (number + 1) << blockBits);
    const starts = new Uint32Array(texts.length + 1);
    let at = 1;
    for (let n = 0; n < texts.length; n += 1) {
      starts[n] = at;
      at += (texts[n]?.length ?? 0) + 1;
    }
    starts[texts.length] = at;
    const joined = `${separator}${texts.map((text) => text ?? '').join(separator)}${separator}`;
    const block = { joined, starts };
    this.#blocks[number] = block;
    return block;
  }
}

/** The longest piece of a pattern, with a separator where the text begins or ends. */
function needleOf(pattern: string): string {
  const parts = pattern.split('*');
  let longest = '';
  for (const [place, part] of parts.entries()) {
    if (part === '' && parts.length > 1) continue;
    const before = place === 0 ? separator : '';
    const needle = `${before}${part}${place === parts.length - 1 ? separator : ''}`;
    if (needle.length > longest.length) longest = needle;
  }
  return longest;
}

/** The last text, from `least` on, that begins at or before `at`. */
function placeOf(starts: Uint32Array, at: number, least: number): number {
  let low = least;
  let high = starts.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}
