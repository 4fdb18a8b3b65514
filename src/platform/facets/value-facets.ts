import type { ColumnIndex } from './column-index.ts';
import {
  type Bilingual,
  type Bitmap,
  type Facet,
  type SuggestContext,
  type Suggestion,
  type Test,
  ValueProblem,
} from './facet.ts';
import { foldText } from './fold-text.ts';
import { MostFrequent } from './most-frequent.ts';
import { nearestOf } from './nearest.ts';
import type { PostingIndex, TextPostingIndex } from './posting-index.ts';
import {
  type FacetTexts,
  isNone,
  mostFrequent,
  noOrder,
  shortened,
  textsLike,
  without,
} from './value-reading.ts';

export { addressFacet } from './address-facet.ts';
export { AddressIndex } from './address-index.ts';
export {
  dateFacet,
  timeFacet,
} from './time-facets.ts';

export interface TextFacetOptions extends FacetTexts {
  readonly index: TextPostingIndex;
  /** All subjects: lets one ask for those without any value, by `key:none`. */
  readonly everyone?: () => Bitmap;
}

/**
 * Free text: names, serial numbers. `key:web-01` is the whole text, `key:web-*` what begins so; case
 * and width do not count. A text that nobody has selects nobody and is no error: names come and go.
 * `key:*`: with any value; `key:none`: without one. Words without a key are found anywhere in it.
 */
export function textFacet({ index, everyone, ...texts }: TextFacetOptions): Facet {
  return {
    ...texts,
    values: 'text',
    match: (test) => {
      if (test.kind !== 'is') throw noOrder(texts.key);
      if (!test.quoted && !test.anywhere) {
        if (test.value === '*') return index.positions();
        if (isNone(test.value) && everyone) return without(everyone(), index.positions());
      }
      return textsLike(index, test);
    },
    suggest: (typed, { within, limit }) =>
      index.frequent(foldText(typed).replaceAll('*', ''), within, limit),
  };
}

export interface ChoiceFacetOptions extends FacetTexts {
  readonly index: TextPostingIndex;
  /** All values there can be, in their order. Without: those that somebody has. */
  readonly choices?: readonly string[];
  /** `choices` go from least to most: `severity:>=high`. */
  readonly ordered?: boolean;
  readonly titleOf?: (value: string) => Bilingual | undefined;
  /** Other words for a value: `{ win: 'windows' }`. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Words that are not a value select nobody instead of being an error. */
  readonly anyWord?: boolean;
  readonly everyone?: () => Bitmap;
}

/**
 * One or more of some values: `os:windows`. A plain value is exact but for case and width; `win*` is
 * what begins so. A word that is no value is an error that names the nearest, unless `anyWord`.
 * `key:*`: with any value; `key:none`: without one (given `everyone`).
 */
export function choiceFacet(options: ChoiceFacetOptions): Facet {
  const { index, choices, ordered, titleOf, synonyms, anyWord, everyone, ...texts } = options;
  const known = new Map((choices ?? []).map((choice) => [foldText(choice), choice]));
  const meant = new Map(
    Object.entries(synonyms ?? {}).map(([word, value]) => [foldText(word), value]),
  );
  const unknown = (value: string) =>
    new ValueProblem(
      {
        ja: `「${shortened(value)}」という値は${texts.title.ja}にありません。`,
        en: `${texts.title.en} has no value "${shortened(value)}".`,
      },
      nearestOf(value, new Set([...(choices ?? []), ...meant.keys(), ...index.values()])),
    );

  function placeOf(value: string): number {
    const folded = foldText(value);
    const choice = known.get(foldText(meant.get(folded) ?? folded));
    if (choice === undefined) throw unknown(value);
    return choices!.indexOf(choice);
  }

  function exactly(value: string): Bitmap {
    const folded = foldText(value);
    const wanted = foldText(meant.get(folded) ?? folded);
    const found = index.unionOfFolded(wanted);
    if (!found.isEmpty || known.has(wanted) || anyWord) return found;
    found.dispose();
    throw unknown(value);
  }

  return {
    ...texts,
    values: 'choice',
    match: (test) => {
      if (test.kind === 'is') {
        if (test.anywhere) return textsLike(index, test);
        if (!test.quoted) {
          if (test.value === '*') return index.positions();
          if (test.value.includes('*')) return textsLike(index, test);
          if (isNone(test.value) && everyone && !known.has('none') && !index.has('none')) {
            return without(everyone(), index.positions());
          }
        }
        return exactly(test.value);
      }
      if (!ordered || choices === undefined) throw noOrder(texts.key);
      if (test.kind === 'compare') {
        const place = placeOf(test.value);
        const fits = {
          '<': (each: number) => each < place,
          '<=': (each: number) => each <= place,
          '>': (each: number) => each > place,
          '>=': (each: number) => each >= place,
        }[test.operator];
        return index.union(choices.filter((_, each) => fits(each)));
      }
      const from = test.from === null ? 0 : placeOf(test.from);
      const to = test.to === null ? choices.length - 1 : placeOf(test.to);
      return index.union(choices.slice(from, to + 1));
    },
    suggest: (typed, context) => {
      const counts = index.countsWithin(context.within);
      for (const choice of choices ?? []) if (!counts.has(choice)) counts.set(choice, 0);
      return mostFrequent(counts, typed, context, titleOf);
    },
  };
}

export interface FlagFacetOptions extends FacetTexts {
  readonly yes: () => Bitmap;
  readonly no: () => Bitmap;
  /** Those of which one cannot say; `key:unknown`. */
  readonly unknown?: () => Bitmap;
}

const flagWords: Readonly<Record<string, 'yes' | 'no' | 'unknown'>> = {
  yes: 'yes',
  true: 'yes',
  はい: 'yes',
  no: 'no',
  false: 'no',
  いいえ: 'no',
  unknown: 'unknown',
  不明: 'unknown',
};

/** `kev:yes`, `kev:no`, and `kev:unknown` where one may not know. Neither is the rest of another. */
export function flagFacet({ yes, no, unknown, ...texts }: FlagFacetOptions): Facet {
  const states = { yes, no, ...(unknown ? { unknown } : {}) };
  const titles = {
    yes: { ja: 'はい', en: 'yes' },
    no: { ja: 'いいえ', en: 'no' },
    unknown: { ja: '不明', en: 'unknown' },
  };
  return {
    ...texts,
    values: 'flag',
    match: (test) => {
      const word = test.kind === 'is' ? flagWords[foldText(test.value)] : undefined;
      const state = word === undefined ? undefined : states[word];
      if (state) return state();
      const words = Object.keys(states);
      const nearest = test.kind === 'is' ? nearestOf(test.value, words) : [];
      throw new ValueProblem(
        {
          ja: `${texts.title.ja}の値は ${words.join('・')} のいずれかです。`,
          en: `${texts.title.en} is one of: ${words.join(', ')}.`,
        },
        nearest.length > 0 ? nearest : words,
      );
    },
    suggest: (typed, context) => {
      const counts = new Map<string, number>();
      for (const [word, state] of Object.entries(states)) {
        const bitmap = state();
        counts.set(word, bitmap.andCardinality(context.within));
        bitmap.dispose();
      }
      return mostFrequent(counts, typed, context, (word) => titles[word as 'yes']);
    },
  };
}

export interface NumberFacetOptions extends FacetTexts {
  /** One number per subject, or several of 0..2^32-1. */
  readonly index: ColumnIndex | PostingIndex;
  readonly titleOf?: (value: number) => Bilingual | undefined;
  readonly everyone?: () => Bitmap;
}

/** `port:443`, `port:<1024`, `port:8000..8999`; `key:*` with any, `key:none` without one. */
export function numberFacet({ index, titleOf, everyone, ...texts }: NumberFacetOptions): Facet {
  const numberOf = (text: string) => {
    const folded = foldText(text).replaceAll(',', '');
    const value = Number(folded);
    if (!/^[-+]?\d+(\.\d+)?$/.test(folded) || !Number.isFinite(value)) {
      throw new ValueProblem({
        ja: `${texts.title.ja}は数で指定します（「${shortened(text)}」は数として読めません）。`,
        en: `${texts.title.en} is a number; "${shortened(text)}" is not.`,
      });
    }
    return value;
  };
  const between = (from: number | null, to: number | null) => {
    if (!('union' in index)) return index.range(from, to);
    const least = from ?? Number.NEGATIVE_INFINITY;
    const most = to ?? Number.POSITIVE_INFINITY;
    return least === most ? index.bitmapOf(least) : index.unionBetween(least, most);
  };
  const compare = ({ operator, value }: Extract<Test, { kind: 'compare' }>) => {
    const bound = numberOf(value);
    if (!('union' in index)) return index.compare(operator, bound);
    const { NEGATIVE_INFINITY: least, POSITIVE_INFINITY: most } = Number;
    switch (operator) {
      case '<':
        return index.unionBetween(least, Math.ceil(bound) - 1);
      case '<=':
        return index.unionBetween(least, bound);
      case '>':
        return index.unionBetween(Math.floor(bound) + 1, most);
      case '>=':
        return index.unionBetween(bound, most);
    }
  };
  return {
    ...texts,
    values: 'number',
    match: (test) => {
      if (test.kind === 'compare') return compare(test);
      if (test.kind === 'range') {
        const from = test.from === null ? null : numberOf(test.from);
        return between(from, test.to === null ? null : numberOf(test.to));
      }
      if (!test.quoted && test.value === '*') return index.positions();
      if (isNone(test.value) && everyone) return without(everyone(), index.positions());
      const value = numberOf(test.value);
      return between(value, value);
    },
    suggest: (typed, context) => {
      if ('union' in index) return frequentNumbers(index, String, typed, context, titleOf);
      const counts = index.counts(context.within);
      const named = new Map([...counts].map(([value, count]) => [String(value), count]));
      return mostFrequent(named, typed, context, (value) => titleOf?.(Number(value)));
    },
  };
}

/** The most frequent numbers that, as `named`, begin with what was typed, then those that contain it. */
export function frequentNumbers(
  index: PostingIndex,
  named: (value: number) => string,
  typed: string,
  { within, limit }: SuggestContext,
  titleOf?: (value: number) => Bilingual | undefined,
): Suggestion[] {
  const wanted = foldText(typed).replaceAll('*', '');
  const begin = new MostFrequent(limit);
  const contain = new MostFrequent(limit);
  const values = new Map<string, number>();
  const all = index.isWithin(within);
  // Of a small part of a large fleet most values are nobody's.
  const few = within.size * 50 < index.valueCount ? index.countsWithin(within).keys() : undefined;
  for (const value of few ?? index.values()) {
    const name = named(value);
    if (!name.includes(wanted)) continue;
    const count = index.countOf(value);
    (name.startsWith(wanted) ? begin : contain).offer(name, count, () => {
      values.set(name, value);
      return all ? count : index.countWithin(value, within);
    });
  }
  return [...begin.list(), ...contain.list()].slice(0, limit).map((suggested) => {
    const title = titleOf?.(values.get(suggested.value) ?? 0);
    return title ? { ...suggested, title } : suggested;
  });
}
