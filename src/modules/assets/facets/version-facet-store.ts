import {
  type Bitmap,
  type Facet,
  type Test,
  ValueProblem,
} from '../../../platform/facets/facet.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import type { TextPostingIndex } from '../../../platform/facets/posting-index.ts';
import {
  type FacetTexts,
  isNone,
  mostFrequent,
  shortened,
  textsLike,
  without,
} from '../../../platform/facets/value-reading.ts';
import { compareParsed, parseVersion } from '../../../standards/versions/ecosystem.ts';

interface VersionFacetOptions extends FacetTexts {
  readonly index: TextPostingIndex;
  /** Other names of a version: `bookworm`, `23H2`. */
  readonly names?: TextPostingIndex;
  readonly everyone: () => Bitmap;
}

/** `osversion:22.04` (and 22.04.5), `osversion:>=12`, `osversion:12..13`, `osversion:bookworm`. */
export function versionFacet({ index, names, everyone, ...texts }: VersionFacetOptions): Facet {
  function match(test: Test): Bitmap {
    if (test.kind === 'is') return matchIs(test);
    if (test.kind === 'compare') {
      const { operator } = test;
      const order = orderAgainst(test.value);
      return index.unionWhere((text) => {
        const found = order(text);
        if (found === undefined) return false;
        if (operator === '<') return found < 0;
        if (operator === '<=') return found <= 0;
        return operator === '>' ? found > 0 : found >= 0;
      });
    }
    const from = test.from === null ? undefined : orderAgainst(test.from);
    const to = test.to === null ? undefined : orderAgainst(test.to);
    return index.unionWhere(
      (text) => (from?.(text) ?? (from ? -1 : 0)) >= 0 && (to?.(text) ?? (to ? 1 : 0)) <= 0,
    );
  }

  function matchIs(test: Extract<Test, { kind: 'is' }>): Bitmap {
    const folded = foldText(test.value);
    if (!test.quoted && folded === '*') return index.positions();
    if (isNone(test.value)) return without(everyone(), index.positions());
    const found =
      test.quoted || folded.includes('*')
        ? textsLike(index, test)
        : index.unionWhere((text) => isOf(text, folded));
    if (names) {
      const named = textsLike(names, test);
      found.orInPlace(named);
      named.dispose();
    }
    return found;
  }

  function orderAgainst(value: string): (text: string) => number | undefined {
    const bound = parseVersion('generic', foldText(value).trim());
    if (bound === undefined) {
      throw new ValueProblem({
        ja: `${texts.title.ja}「${shortened(value)}」は大小を比べられません。${texts.key}:>=12 のように数で指定してください。`,
        en: `"${shortened(value)}" has no order. Write a number, as in ${texts.key}:>=12.`,
      });
    }
    return (text) => {
      const version = parseVersion('generic', numberIn(text) ?? '');
      const order = version === undefined ? 'incomparable' : compareParsed(version, bound);
      return order === 'incomparable' ? undefined : order;
    };
  }

  return {
    ...texts,
    values: 'version',
    match,
    suggest: (typed, context) => mostFrequent(index.countsWithin(context.within), typed, context),
  };
}

/** `22.04.5 lts (jammy jellyfish)` is of `22.04`, of `22.04.5 lts` and of `jammy`. */
function isOf(text: string, wanted: string): boolean {
  if (text === wanted || text.split(/[^\p{L}\p{N}.]+/u).includes(wanted)) return true;
  if (!text.startsWith(wanted)) return false;
  return /^[.\s(-]/.test(text.slice(wanted.length));
}

/** `10.0.26100` in `10.0.26100 (24h2)`. */
function numberIn(text: string): string | undefined {
  return /\d+(?:\.\d+)*/.exec(text)?.[0];
}
