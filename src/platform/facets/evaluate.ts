import { RoaringBitmap32 } from 'roaring-wasm';
import { type Bitmap, type Facet, type MatchContext, ValueProblem } from './facet.ts';
import { nearestOf } from './nearest.ts';
import type { SelectorProblem } from './public.ts';
import { type PlacedTest, printValue, type Selector } from './selector.ts';

/** The facets by their keys and aliases, and the one that words without a key are looked for by. */
export interface Vocabulary {
  readonly facets: ReadonlyMap<string, Facet>;
  readonly bareWord: Facet | null;
}

/** Ends an evaluation; carries the place. */
export class SelectorFailure extends Error {
  readonly problem: SelectorProblem;

  constructor(problem: SelectorProblem) {
    super(problem.text.en);
    this.problem = problem;
  }
}

/**
 * The positions within `within` that a selector selects, as a new bitmap; `-` means "within, but
 * not". Every term is read, also where the answer is clear before: whether a selector is correct
 * must not depend on what it finds.
 *
 * @throws SelectorFailure
 */
export function evaluate(
  selector: Selector | null,
  within: Bitmap,
  vocabulary: Vocabulary,
  context: MatchContext,
): Bitmap {
  if (selector === null) return within.clone();
  switch (selector.kind) {
    case 'term': {
      const found = matched(selector, vocabulary, context);
      found.andInPlace(within);
      return found;
    }
    case 'not': {
      const found = evaluate(selector.of, within, vocabulary, context);
      const rest = RoaringBitmap32.andNot(within, found);
      found.dispose();
      return rest;
    }
    case 'and': {
      let left = within.clone();
      for (const each of selector.of) {
        try {
          const found = evaluate(each, left, vocabulary, context);
          left.dispose();
          left = found;
        } catch (error) {
          left.dispose();
          throw error;
        }
      }
      return left;
    }
    case 'or':
      return unionOf(selector.of, (each) => evaluate(each, within, vocabulary, context));
  }
}

function matched(
  term: Extract<Selector, { kind: 'term' }>,
  vocabulary: Vocabulary,
  context: MatchContext,
): Bitmap {
  const facet = facetOf(term, vocabulary);
  return unionOf(term.tests, (placed) => matchOne(facet, placed, context));
}

function matchOne(facet: Facet, { test, from, to }: PlacedTest, context: MatchContext): Bitmap {
  try {
    return facet.match(test, context);
  } catch (error) {
    if (!(error instanceof ValueProblem)) throw error;
    const nearest = error.nearest.map((value) => printValue(value));
    throw new SelectorFailure({ code: 'BAD_VALUE', from, to, text: error.text, nearest });
  }
}

function facetOf(
  { key, from, keyTo, to }: Extract<Selector, { kind: 'term' }>,
  { facets, bareWord }: Vocabulary,
): Facet {
  if (key === null) {
    if (bareWord) return bareWord;
    throw new SelectorFailure({
      code: 'UNKNOWN_KEY',
      from,
      to,
      text: {
        ja: 'キーのない語は使えません。キー:値 の形で指定してください。',
        en: 'A word needs a key here: write key:value.',
      },
      nearest: [],
    });
  }
  const facet = facets.get(key);
  if (facet) return facet;
  throw new SelectorFailure({
    code: 'UNKNOWN_KEY',
    from,
    to: keyTo,
    text: {
      ja: `「${key}」というキーはありません。コロンを含む語を探すときは引用符で囲んでください。`,
      en: `There is no key "${key}". To look for a word with a colon, put it in quotation marks.`,
    },
    nearest: nearestOf(key, facets.keys()).map((near) => `${near}:`),
  });
}

/** One after another into one bitmap; nothing is left behind when one of them throws. */
function unionOf<Part>(parts: readonly Part[], read: (part: Part) => Bitmap): Bitmap {
  let union: Bitmap | undefined;
  try {
    for (const part of parts) {
      const found = read(part);
      if (union === undefined) union = found;
      else {
        union.orInPlace(found);
        found.dispose();
      }
    }
    return union ?? new RoaringBitmap32();
  } catch (error) {
    union?.dispose();
    throw error;
  }
}
