import type { Vocabulary } from './evaluate.ts';
import type { Bilingual, Facet, SuggestContext } from './facet.ts';
import { foldText } from './fold-text.ts';
import type { Completion } from './public.ts';
import { asHalfWidth, closesQuote, isQuote, isSpace, printValue } from './selector.ts';

/** Where the cursor stands: in a key (or a word), or in a value behind one. */
interface Spot {
  /** Null: no colon yet. */
  readonly key: string | null;
  /** What was typed of it before the cursor, without quotation mark and operator. */
  readonly typed: string;
  readonly from: number;
  readonly to: number;
  /** A term stands before: `or` makes sense. */
  readonly follows: boolean;
}

const operatorTitles: Readonly<Record<string, Bilingual>> = {
  or: { ja: 'または', en: 'or' },
  not: { ja: '以外', en: 'not' },
  '<': { ja: 'より小さい・より新しい', en: 'less than, younger than' },
  '>': { ja: 'より大きい・より古い', en: 'greater than, older than' },
};

/** What may stand at the cursor: keys, values with counts, operators. */
export function completionsOf(
  text: string,
  cursor: number,
  { facets }: Vocabulary,
  context: SuggestContext,
): Completion[] {
  const at = Math.max(0, Math.min(cursor, text.length));
  const spot = spotAt(text, at);
  if (spot.key === null) return keysFor(spot, facets, context.limit);
  const facet = facets.get(spot.key);
  return facet ? valuesFor(spot, facet, context) : [];
}

function keysFor(
  { typed, from, to, follows }: Spot,
  facets: ReadonlyMap<string, Facet>,
  limit: number,
): Completion[] {
  const wanted = foldText(typed);
  const ranked: { completion: Completion; rank: number }[] = [];
  for (const facet of new Set(facets.values())) {
    const names = [facet.key, ...(facet.aliases ?? [])];
    const titles = [facet.title.ja, facet.title.en].map(foldText);
    let rank = 3;
    if (facet.key.startsWith(wanted)) rank = 0;
    else if ([...names, ...titles].some((name) => name.startsWith(wanted))) rank = 1;
    else if ([...names, ...titles].some((name) => name.includes(wanted))) rank = 2;
    if (rank === 3) continue;
    const completion = { insert: `${facet.key}:`, from, to, title: facet.title, count: null };
    ranked.push({ completion: { ...completion, kind: 'key' }, rank });
  }
  for (const word of follows ? ['or', 'not'] : ['not']) {
    if (!word.startsWith(wanted)) continue;
    const title = operatorTitles[word]!;
    const completion: Completion = { insert: word, from, to, kind: 'operator', title, count: null };
    // Behind the keys, unless somebody is typing it.
    ranked.push({ completion, rank: wanted === '' ? 2 : 0.5 });
  }
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, limit).map(({ completion }) => completion);
}

function valuesFor({ typed, from, to }: Spot, facet: Facet, context: SuggestContext): Completion[] {
  const found = facet.suggest(typed, context).map(
    ({ value, title, count }): Completion => ({
      // Comparisons (`<7d`) are values to offer, and are not put in quotation marks.
      insert: /^[<>]=?[^\s"(),]+$/.test(value) ? value : printValue(value),
      from,
      to,
      kind: 'value',
      title: title ?? null,
      count,
    }),
  );
  const compares = ['number', 'time', 'date', 'version'].includes(facet.values);
  if (typed === '' && compares) {
    for (const operator of ['<', '>']) {
      if (found.length >= context.limit) break;
      const title = operatorTitles[operator]!;
      found.push({ insert: operator, from, to, kind: 'operator', title, count: null });
    }
  }
  return found;
}

/** Reads as far as the cursor, in text that need not be correct. */
function spotAt(text: string, cursor: number): Spot {
  let start = 0;
  let valueStart = 0;
  let key: string | null = null;
  let opened: string | null = null;
  let follows = false;
  for (let at = 0; at < cursor; at += 1) {
    const character = text[at]!;
    if (opened !== null) {
      if (character === '\\') at += 1;
      else if (closesQuote(character, opened)) opened = null;
      continue;
    }
    const half = asHalfWidth(character);
    if (isQuote(character)) opened = character;
    else if (isSpace(character) || half === '(' || half === ')') {
      const word = foldText(text.slice(start, at));
      if (half === '(') follows = false;
      else if (at > start) follows = !['or', 'and', 'not'].includes(word);
      start = at + 1;
      key = null;
    } else if (half === '-' && at === start) start = at + 1;
    else if (half === ',' && key !== null) valueStart = at + 1;
    else if (half === ':' && key === null) {
      key = foldText(text.slice(start, at));
      valueStart = at + 1;
    }
  }
  const from = key === null ? start : valueStart;
  const to = endOf(text, cursor, opened, key === null);
  const typed = text
    .slice(from, cursor)
    .replace(/^["“”＂]/, '')
    .replaceAll(/\\(["\\])/g, '$1');
  return { key, typed, from, to, follows };
}

/** What is under the cursor is replaced as a whole. */
function endOf(text: string, cursor: number, opened: string | null, isKey: boolean): number {
  let at = cursor;
  if (opened !== null) {
    while (at < text.length && !closesQuote(text[at]!, opened)) {
      at += text[at] === '\\' ? 2 : 1;
    }
    // Not closed: the rest of the text is none of ours.
    return at < text.length ? at + 1 : cursor;
  }
  while (at < text.length) {
    const half = asHalfWidth(text[at]!);
    if (isSpace(text[at]!) || half === '(' || half === ')') break;
    if (half === ',' && !isKey) break;
    at += 1;
    if (half === ':' && isKey) break;
  }
  return at;
}
