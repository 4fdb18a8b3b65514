import { type AddressRange, ipv4Text, ipv6Text, readAddress, readNetwork } from './addresses.ts';
import type { Bitmap } from './facet.ts';
import { type Loading, PostingIndex, TextPostingIndex } from './posting-index.ts';

/** Nearly all addresses are of one subject: which are offered first is no matter. */
const offeredAtMost = 500;

/** IP addresses by position. What is no address is left out: one bad record stops nothing. */
export class AddressIndex {
  readonly #ipv4 = new PostingIndex();
  #ids = new NumberIds();
  readonly #ipv6 = new TextPostingIndex();

  set(position: number, addresses: Iterable<string>): boolean {
    const { ipv4, ipv6 } = split(addresses);
    const before = this.#ipv4.valuesOf(position);
    const changed4 = this.#ipv4.set(position, this.#ids.idsOf(ipv4));
    if (changed4) for (const id of before) if (!this.#ipv4.has(id)) this.#ids.forget(id);
    return this.#ipv6.set(position, ipv6) || changed4;
  }

  remove(position: number): boolean {
    return this.valuesOf(position).length > 0 && this.set(position, []);
  }

  replace(): Loading<string> {
    const ids = new NumberIds();
    const loading4 = this.#ipv4.replace();
    const loading6 = this.#ipv6.replace();
    return {
      set: (position, addresses) => {
        const { ipv4, ipv6 } = split(addresses);
        loading4.set(position, ids.idsOf(ipv4));
        loading6.set(position, ipv6);
      },
      done: () => {
        loading4.done();
        loading6.done();
        this.#ids = ids;
        ids.forgetWhere((id) => !this.#ipv4.has(id));
      },
    };
  }

  /** In their usual writing, IPv4 first. */
  valuesOf(position: number): string[] {
    const ipv4 = this.#ipv4.valuesOf(position).map((id) => this.#ids.numberOf(id));
    return [
      ...ipv4.sort((a, b) => a - b).map(ipv4Text),
      ...this.#ipv6.valuesOf(position).map(ipv6Text).sort(),
    ];
  }

  within({ family, first, last }: AddressRange): Bitmap {
    if (family === 4) return this.#ipv4.union(this.#ids.between(Number(first), Number(last)));
    const [least, most] = [String(first), String(last)];
    if (least === most) return this.#ipv6.bitmapOf(least);
    return this.#ipv6.unionWhere((digits) => digits >= least && digits <= most);
  }

  positions(): Bitmap {
    const all = this.#ipv4.positions();
    const more = this.#ipv6.positions();
    all.orInPlace(more);
    more.dispose();
    return all;
  }

  /** Of the addresses that begin with `typed`; at most `offeredAtMost`. */
  countsWithin(within: Bitmap, typed = ''): Map<string, number> {
    const counts = new Map<string, number>();
    const octets = /^(?:\d{1,3}\.){1,3}/.exec(typed)?.[0];
    const network = octets === undefined ? undefined : readNetwork(`${octets}*`);
    if (!typed.includes(':')) {
      const { first = 0, last = 2 ** 32 } = network ?? {};
      for (const id of this.#ids.between(Number(first), Number(last))) {
        const text = ipv4Text(this.#ids.numberOf(id));
        const count = text.startsWith(typed) ? this.#ipv4.countWithin(id, within) : 0;
        if (count > 0) counts.set(text, count);
        if (counts.size >= offeredAtMost) return counts;
      }
    }
    if (octets === undefined) {
      for (const digits of this.#ipv6.values()) {
        const text = ipv6Text(digits);
        const count = text.startsWith(typed) ? this.#ipv6.countWithin(digits, within) : 0;
        if (count > 0) counts.set(text, count);
        if (counts.size >= offeredAtMost) return counts;
      }
    }
    return counts;
  }

  dispose(): void {
    this.#ipv4.dispose();
    this.#ipv6.dispose();
    this.#ids = new NumberIds();
  }
}

/** Small numbers for large ones (0..2^32-1), which lie in one array to be looked through at once. */
class NumberIds {
  readonly #ids = new Map<number, number>();
  /** By id; of ids that are free too, which are of no position. */
  #numbers = new Uint32Array(1_024);
  #end = 0;
  readonly #free: number[] = [];

  idsOf(numbers: readonly number[]): number[] {
    return numbers.map((number) => this.#ids.get(number) ?? this.#learn(number));
  }

  numberOf(id: number): number {
    return this.#numbers[id] ?? 0;
  }

  /** Ids of numbers from `least` to `most`. */
  between(least: number, most: number): number[] {
    const known = least === most ? this.#ids.get(least) : undefined;
    if (least === most) return known === undefined ? [] : [known];
    const numbers = this.#numbers;
    const found: number[] = [];
    for (let id = 0; id < this.#end; id += 1) {
      const number = numbers[id]!;
      if (number >= least && number <= most) found.push(id);
    }
    return found;
  }

  forget(id: number): void {
    if (this.#ids.delete(this.numberOf(id))) this.#free.push(id);
  }

  forgetWhere(isGone: (id: number) => boolean): void {
    for (const id of [...this.#ids.values()]) if (isGone(id)) this.forget(id);
  }

  #learn(number: number): number {
    const id = this.#free.pop() ?? this.#end++;
    if (id >= this.#numbers.length) {
      const larger = new Uint32Array(this.#numbers.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[id] = number;
    this.#ids.set(number, id);
    return id;
  }
}

function split(addresses: Iterable<string>): { ipv4: number[]; ipv6: string[] } {
  const ipv4: number[] = [];
  const ipv6: string[] = [];
  for (const text of addresses) {
    const address = readAddress(text);
    if (typeof address === 'number') ipv4.push(address);
    else if (address !== undefined) ipv6.push(address);
  }
  return { ipv4, ipv6 };
}
