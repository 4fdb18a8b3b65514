import type { AddressIndex } from './address-index.ts';
import { rangeBetween, readNetwork } from './addresses.ts';
import { type Bitmap, type Facet, ValueProblem } from './facet.ts';
import { type FacetTexts, isNone, mostFrequent, shortened, without } from './value-reading.ts';

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
