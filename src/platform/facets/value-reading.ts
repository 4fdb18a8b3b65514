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
import type { TextPostingIndex } from './posting-index.ts';

const sortedAtMost = 2_000;

/** What a facet says of itself. */
export type FacetTexts = Pick<Facet, 'key' | 'aliases' | 'title' | 'description' | 'examples'>;

/** The most frequent of these values that contain what was typed; those that begin so come first. */
export function mostFrequent(
  counts: ReadonlyMap<string, number>,
  typed: string,
  { limit }: SuggestContext,
  titleOf?: (value: string) => Bilingual | undefined,
): Suggestion[] {
  const wanted = foldText(typed).replaceAll('*', '');
  const fitting: (Suggestion & { rank: number; count: number })[] = [];
  for (const [value, count] of counts) {
    const folded = foldText(value);
    const title = titleOf?.(value);
    let rank = folded.startsWith(wanted) ? 0 : folded.includes(wanted) ? 1 : 2;
    if (rank === 2 && title && foldText(`${title.ja} ${title.en}`).includes(wanted)) rank = 1;
    if (rank < 2) fitting.push({ value, count, rank, ...(title ? { title } : {}) });
  }
  // Sorting 100,000 names takes longer than all the rest; the most frequent of each rank suffice.
  if (fitting.length > sortedAtMost) {
    const least = [0, 1].map((rank) => nthCount(fitting, rank, limit));
    const kept = fitting.filter((each) => each.count > least[each.rank]!);
    const ties = [0, 1].flatMap((rank) =>
      fitting.filter((each) => each.rank === rank && each.count === least[rank]).slice(0, limit),
    );
    fitting.splice(0, fitting.length, ...kept.slice(0, sortedAtMost), ...ties);
  }
  fitting.sort((a, b) => a.rank - b.rank || b.count - a.count || (a.value < b.value ? -1 : 1));
  return fitting.slice(0, limit).map(({ rank: _, ...suggestion }) => suggestion);
}

/** The count of the nth most frequent of a rank. */
function nthCount(
  fitting: readonly { readonly rank: number; readonly count: number }[],
  rank: number,
  nth: number,
): number {
  const counts = Uint32Array.from(fitting, (each) => (each.rank === rank ? each.count : 0)).sort();
  return counts.at(-nth) ?? 0;
}

/** Positions whose text fits an `is` test: whole, by wildcards, or anywhere. */
export function textsLike(
  index: TextPostingIndex,
  { value, quoted, anywhere }: Extract<Test, { kind: 'is' }>,
): Bitmap {
  const folded = foldText(value);
  const pattern = !quoted && folded.includes('*');
  if (pattern) return index.unionLike(folded);
  return anywhere ? index.unionLike(`*${folded}*`) : index.unionOfFolded(folded);
}

/** `everyone` without `some`; both are used up. */
export function without(everyone: Bitmap, some: Bitmap): Bitmap {
  everyone.andNotInPlace(some);
  some.dispose();
  return everyone;
}

export function isNone(value: string): boolean {
  return ['none', 'なし', '無し'].includes(foldText(value));
}

export function noOrder(key: string): ValueProblem {
  return new ValueProblem({
    ja: `${key} は大小を比べられません。${key}:値 の形で指定してください。`,
    en: `${key} has no order: write ${key}:value, without a comparison or a range.`,
  });
}

export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
