import { RoaringBitmap32 } from 'roaring-wasm';
import type { Bitmap, Facet, FacetSource } from '../../../platform/facets/facet.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import { positionsAtMost } from '../../../platform/facets/posting-index.ts';
import {
  choiceFacet,
  dateFacet,
  flagFacet,
  numberFacet,
  textFacet,
} from '../../../platform/facets/value-facets.ts';
import { type FacetTexts, without } from '../../../platform/facets/value-reading.ts';
import { wildcard } from '../../../platform/facets/wildcard.ts';
import { severities, weaknessKinds } from '../weakness.ts';
import { choiceTitles, findingFacetTexts as words } from './facet-texts.ts';
import { createFindingTerms, type FindingTerms } from './finding-terms-store.ts';
import {
  createFindingIndex,
  createWeaknessIndex,
  type FindingIndex,
  havingWeaknesses,
  openStates,
  type WeaknessIndex,
} from './findings-store.ts';

export interface FindingFacets {
  readonly facets: readonly Facet[];
  readonly sources: readonly FacetSource[];
  /** Numbers in `findings.assets` of endpoints; those that were never assessed have none. */
  assetRefsOf(positions: Bitmap): number[];
  /** A selector that can be read, as a list of findings reads it. */
  readTerms(selector: string, now: Date): FindingTerms;
}

/**
 * What can be asked of endpoints by their findings. Answers are three: with such a finding; assessed
 * and without; never assessed.
 *
 * @param now for what depends on the day without saying so
 */
export function createFindingFacets({ now }: { readonly now: () => Date }): FindingFacets {
  const findings = createFindingIndex();
  const weaknesses = createWeaknessIndex();
  const { marks } = findings;

  /** Yes, no and unknown of something that an active finding says. */
  const flag = (texts: FacetTexts, yes: () => Bitmap) =>
    flagFacet({
      ...texts,
      yes,
      no: () => without(marks.bitmapOf('assessed'), yes()),
      unknown: () => without(everyone(), withFindings(marks.bitmapOf('assessed'), yes())),
    });

  const facets: Facet[] = [
    weaknessFacet(findings, weaknesses),
    flag(words.kev, () => marks.bitmapOf('exploited')),
    flag(words.ransomware, () => havingWeaknesses(findings, weaknesses.ransomware.bitmapOf('yes'))),
    severityFacet(findings),
    dateFacet({ ...words.due, index: findings.dueDays }),
    flag(words.overdue, () =>
      findings.dueDays.compare('<', Math.floor(now().getTime() / 86_400_000)),
    ),
    choiceFacet({ ...words.kind, index: findings.kinds, choices: weaknessKinds, titleOf }),
    choiceFacet({ ...words.findingstate, index: findings.states, choices: openStates, titleOf }),
    flag(words.fixable, () => marks.bitmapOf('fixable')),
    numberFacet({ ...words.epss, index: findings.epss }),
    flagFacet({
      ...words.assessed,
      yes: () => marks.bitmapOf('assessed'),
      no: () => without(everyone(), marks.bitmapOf('assessed')),
    }),
  ];
  return {
    facets,
    sources: [findings.source, weaknesses.source],
    readTerms: createFindingTerms(weaknesses).read,
    assetRefsOf(positions) {
      const found: number[] = [];
      for (const position of positions.toUint32Array()) {
        const assetRef = findings.assetRefs.valueOf(position);
        if (assetRef !== null) found.push(assetRef);
      }
      return found;
    },
  };
}

/** What is no endpoint is taken out of every answer by who asks. */
function everyone(): Bitmap {
  return RoaringBitmap32.fromRange(0, positionsAtMost);
}

/** Nobody's rating is neither low nor high: it is asked for by name only. */
function severityFacet({ severities: index }: FindingIndex): Facet {
  const rated = choiceFacet({
    ...words.severity,
    index,
    choices: severities,
    ordered: true,
    titleOf,
  });
  return {
    ...rated,
    match: (test, context) =>
      test.kind === 'is' && foldText(test.value) === 'unknown'
        ? index.bitmapOf('unknown')
        : rated.match(test, context),
  };
}

function titleOf(value: string) {
  return choiceTitles[value];
}

/** An endpoint may have findings of another kind without vulnerabilities having been assessed. */
function withFindings(assessed: Bitmap, found: Bitmap): Bitmap {
  assessed.orInPlace(found);
  found.dispose();
  return assessed;
}

function weaknessFacet(findings: FindingIndex, { names }: WeaknessIndex): Facet {
  const plain = textFacet({ ...words.weakness, index: names });
  return {
    ...plain,
    match(test, context) {
      if (test.kind === 'is' && !test.quoted && test.value === '*') {
        return findings.weaknessIds.positions();
      }
      return havingWeaknesses(findings, plain.match(test, context));
    },
    suggest(typed, { within, limit }) {
      const wanted = foldText(typed).replaceAll('*', '');
      const fits = wildcard(`*${wanted}*`);
      const counted = names
        .valuesWhere(fits, 500)
        .map((value) => {
          const bitmap = havingWeaknesses(findings, names.bitmapOf(value));
          const count = bitmap.andCardinality(within);
          bitmap.dispose();
          return { value, count };
        })
        .filter(({ count }) => count > 0);
      counted.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
      return counted.slice(0, limit);
    },
  };
}
