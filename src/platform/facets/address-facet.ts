import {
  type AddressRange,
  ipv4Text,
  ipv6Text,
  rangeBetween,
  readAddress,
  readNetwork,
} from './addresses.ts';
import { type Bitmap, type Facet, ValueProblem } from './facet.ts';
import { type Loading, PostingIndex, TextPostingIndex } from './posting-index.ts';
import { type FacetTexts, isNone, mostFrequent, shortened, without } from './value-reading.ts';

/** Nearly all addresses are of one subject: which are offered first is no matter. */
const offeredAtMost = 500;

/** IP addresses by position. What is no address is left out: one bad record stops nothing. */
export class AddressIndex {
  readonly #ipv4 = new PostingIndex();
  readonly #ipv6 = new TextPostingIndex();

  set(position: number, addresses: Iterable<string>): boolean {
    const { ipv4, ipv6 } = split(addresses);
    const changed4 = this.#ipv4.set(position, ipv4);
    return this.#ipv6.set(position, ipv6) || changed4;
  }

  remove(position: number): boolean {
    const changed4 = this.#ipv4.remove(position);
    return this.#ipv6.remove(position) || changed4;
  }

  replace(): Loading<string> {
    const loading4 = this.#ipv4.replace();
    const loading6 = this.#ipv6.replace();
    return {
      set: (position, addresses) => {
        const { ipv4, ipv6 } = split(addresses);
        loading4.set(position, ipv4);
        loading6.set(position, ipv6);
      },
      done: () => {
        loading4.done();
        loading6.done();
      },
    };
  }

  /** In their usual writing, IPv4 first. */
  valuesOf(position: number): string[] {
    return [
      ...this.#ipv4.valuesOf(position).map(ipv4Text),
      ...this.#ipv6.valuesOf(position).map(ipv6Text).sort(),
    ];
  }

  within({ family, first, last }: AddressRange): Bitmap {
    if (family === 6) {
      return this.#ipv6.unionWhere((digits) => digits >= String(first) && digits <= String(last));
    }
    const [least, most] = [Number(first), Number(last)];
    if (least === most) return this.#ipv4.bitmapOf(least);
    return this.#ipv4.unionBetween(least, most);
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
      for (const [address, count] of this.#ipv4.countsWithin(within)) {
        if (network && (address < Number(network.first) || address > Number(network.last)))
          continue;
        const text = ipv4Text(address);
        if (text.startsWith(typed)) counts.set(text, count);
        if (counts.size >= offeredAtMost) return counts;
      }
    }
    if (octets === undefined) {
      for (const [digits, count] of this.#ipv6.countsWithin(within)) {
        const text = ipv6Text(digits);
        if (text.startsWith(typed)) counts.set(text, count);
        if (counts.size >= offeredAtMost) return counts;
      }
    }
    return counts;
  }

  dispose(): void {
    this.#ipv4.dispose();
    this.#ipv6.dispose();
  }
}

export interface AddressFacetOptions extends FacetTexts {
  readonly index: AddressIndex;
  readonly everyone?: () => Bitmap;
}

/**
 * `ip:10.1.2.3`, `ip:10.0.0.0/8`, `ip:10.1.*`, `ip:10.0.0.1..10.0.0.99`, `ip:fe80::/10`. Several
 * addresses of one subject: one that fits is enough. `ip:*`: with any; `ip:none`: without one.
 */
export function addressFacet({ index, everyone, ...texts }: AddressFacetOptions): Facet {
  const read = (text: string) => {
    const range = readNetwork(text);
    if (range) return range;
    throw new ValueProblem({
      ja: `「${shortened(text)}」はIPアドレスとして読めません。10.1.2.3、10.0.0.0/8、fe80::/10 のように指定してください。`,
      en: `"${shortened(text)}" is not an IP address. Write 10.1.2.3, 10.0.0.0/8 or fe80::/10.`,
    });
  };
  return {
    ...texts,
    values: 'address',
    match: (test) => {
      if (test.kind === 'is') {
        if (!test.quoted && test.value === '*') return index.positions();
        if (isNone(test.value) && everyone) return without(everyone(), index.positions());
        return index.within(read(test.value));
      }
      const from = test.kind === 'range' ? test.from : null;
      const to = test.kind === 'range' ? test.to : null;
      if (from === null || to === null) {
        throw new ValueProblem({
          ja: `${texts.key} は ネットワーク（10.0.0.0/8）か範囲（10.0.0.1..10.0.0.99）で指定してください。`,
          en: `${texts.key} takes a network (10.0.0.0/8) or a range with both ends (10.0.0.1..10.0.0.99).`,
        });
      }
      const range = rangeBetween(read(from), read(to));
      if (range) return index.within(range);
      throw new ValueProblem({
        ja: '範囲の始まりと終わりは、同じ種類のアドレスを小さい順に書いてください。',
        en: 'The ends of a range are addresses of the same kind, the lower one first.',
      });
    },
    suggest: (typed, context) =>
      mostFrequent(index.countsWithin(context.within, typed), typed, context),
  };
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
