import { RoaringBitmap32 } from 'roaring-wasm';
import { ColumnIndex } from '../column-index.ts';
import type { Facet } from '../facet.ts';
import { PostingIndex, TextPostingIndex } from '../posting-index.ts';
import {
  AddressIndex,
  addressFacet,
  choiceFacet,
  dateFacet,
  flagFacet,
  numberFacet,
  textFacet,
  timeFacet,
} from '../value-facets.ts';

const texts = (key: string, ja: string, en: string) => ({
  key,
  title: { ja, en },
  description: { ja, en },
  examples: [`${key}:x`],
});

/** A facet of each kind over ten positions, 0 to 9, and the indexes behind them. */
export function exampleFacets() {
  const colour = new TextPostingIndex();
  const level = new TextPostingIndex();
  const name = new TextPostingIndex();
  const port = new PostingIndex();
  const size = new ColumnIndex();
  const seen = new ColumnIndex();
  const due = new ColumnIndex();
  const ip = new AddressIndex();
  const everyone = () => RoaringBitmap32.fromRange(0, 10);
  const even = () => new RoaringBitmap32([0, 2, 4, 6, 8]);
  const odd = () => new RoaringBitmap32([1, 3, 5]);
  const facets: Facet[] = [
    choiceFacet({
      ...texts('colour', '色', 'Colour'),
      aliases: ['color'],
      index: colour,
      everyone,
      synonyms: { 赤: 'red' },
    }),
    choiceFacet({
      ...texts('level', '段階', 'Level'),
      index: level,
      choices: ['low', 'middle', 'high'],
      ordered: true,
    }),
    textFacet({ ...texts('name', '名前', 'Name'), index: name, everyone }),
    flagFacet({
      ...texts('even', '偶数', 'Even'),
      yes: even,
      no: odd,
      unknown: () => new RoaringBitmap32([7, 9]),
    }),
    numberFacet({ ...texts('port', 'ポート', 'Port'), index: port, everyone }),
    numberFacet({ ...texts('size', '大きさ', 'Size'), index: size }),
    timeFacet({ ...texts('seen', '最終確認', 'Seen'), index: seen, everyone }),
    dateFacet({ ...texts('due', '期限', 'Due'), index: due, everyone }),
    addressFacet({ ...texts('ip', 'IPアドレス', 'IP address'), index: ip, everyone }),
  ];
  const byKey = new Map<string, Facet>();
  for (const facet of facets) {
    for (const key of [facet.key, ...(facet.aliases ?? [])]) byKey.set(key, facet);
  }
  const vocabulary = { facets: byKey, bareWord: byKey.get('name')! };
  return { facets, vocabulary, everyone, colour, level, name, port, size, seen, due, ip };
}
