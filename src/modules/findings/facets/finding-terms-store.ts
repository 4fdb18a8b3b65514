import { RoaringBitmap32 } from 'roaring-wasm';
import { ColumnIndex } from '../../../platform/facets/column-index.ts';
import type { Bitmap, Facet } from '../../../platform/facets/facet.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import { TextPostingIndex } from '../../../platform/facets/posting-index.ts';
import { parseSelector, type Selector } from '../../../platform/facets/selector.ts';
import {
  choiceFacet,
  dateFacet,
  flagFacet,
  numberFacet,
  textFacet,
} from '../../../platform/facets/value-facets.ts';
import { findingStates } from '../life-cycle.ts';
import { severities, weaknessKinds } from '../weakness.ts';
import { findingFacetTexts as words } from './facet-texts.ts';
import type { WeaknessIndex } from './findings-store.ts';

/** On findings `f`; `sql` gets the placeholder of `value`. */
export interface FindingCondition {
  readonly sql: (placeholder: string) => string;
  readonly value: unknown;
}

/** Reads one value of a facet as a condition on findings; null: it says nothing of a single one. */
type Reader = (accepted: (facet: Facet) => number[], today: string) => FindingCondition | null;

/** Until the year 2079. */
const daysAtMost = 40_000;
const epssSteps = 100_000;
const flags = ['yes', 'no', 'unknown'] as const;

/** A selector as a list of findings reads it. */
export interface FindingTerms {
  readonly conditions: readonly FindingCondition[];
  /** What is left speaks of endpoints; empty: of all, and of applications too. */
  readonly ofEndpoints: string;
}

/**
 * In a list of findings, a term on findings means the finding itself: with `kev:yes` what is exploited
 * is listed, and not all findings of the endpoints that have something exploited. This holds for terms
 * that stand by themselves, negated or not; within an `or` or a negated group they speak of endpoints.
 *
 * Each facet is asked on a scale of its own, where a position is a value instead of an endpoint, so
 * that the terms are read by the very same rules.
 */
export function createFindingTerms({ names, ransomware }: WeaknessIndex): {
  read(selector: string, now: Date): FindingTerms;
} {
  const severityScale = ['unknown', ...severities];
  const severity = choiceFacet({
    ...words.severity,
    index: scaleOf(severityScale),
    choices: severityScale,
    ordered: true,
  });
  const kind = choiceFacet({
    ...words.kind,
    index: scaleOf(weaknessKinds),
    choices: weaknessKinds,
  });
  const state = choiceFacet({
    ...words.findingstate,
    index: scaleOf(findingStates),
    choices: findingStates,
  });
  const due = dateFacet({ ...words.due, index: numberScale(daysAtMost, (day) => day) });
  const epss = numberFacet({
    ...words.epss,
    index: numberScale(epssSteps + 1, (step) => step / epssSteps),
  });
  const weakness = textFacet({ ...words.weakness, index: names });
  const flagScale = scaleOf(flags);
  const flag = flagFacet({
    ...words.kev,
    yes: () => flagScale.bitmapOf('yes'),
    no: () => flagScale.bitmapOf('no'),
    unknown: () => flagScale.bitmapOf('unknown'),
  });
  const among = (column: string, type: string, values: readonly unknown[]) => ({
    sql: (p: string) => `${column} = any(${p}::${type}[])`,
    value: values,
  });
  const flagged =
    (condition: (p: string) => string, value: (today: string) => unknown): Reader =>
    (accepted, today) => {
      const [first, ...more] = accepted(flag);
      if (more.length > 0 || (first !== 0 && first !== 1)) return null;
      return {
        sql: (p) => (first === 0 ? condition(p) : `(${condition(p)}) is not true`),
        value: value(today),
      };
    };

  const readers: Readonly<Record<string, Reader>> = {
    weakness: (accepted) => among('f.weakness_id', 'int', accepted(weakness)),
    ransomware: flagged(
      (p) => `f.weakness_id = any(${p}::int[])`,
      () => listed(ransomware.bitmapOf('yes')),
    ),
    kev: flagged(
      (p) => `f.exploited = ${p}::boolean`,
      () => true,
    ),
    fixable: flagged(
      (p) => `(f.fix_id is not null) = ${p}::boolean`,
      () => true,
    ),
    overdue: flagged(
      (p) => `f.due_on < ${p}::date`,
      (today) => today,
    ),
    severity: (accepted) =>
      among(
        'f.severity_order',
        'int',
        accepted(severity).map((place) => place - 1),
      ),
    kind: (accepted) =>
      among(
        'f.kind',
        'text',
        accepted(kind).map((place) => weaknessKinds[place]),
      ),
    findingstate: (accepted) =>
      among(
        'f.state',
        'text',
        accepted(state).map((place) => findingStates[place]),
      ),
    due: (accepted) => ({
      sql: (p) => `(f.due_on - date '1970-01-01') <@ ${p}::int4multirange`,
      value: rangesOf(accepted(due), daysAtMost - 1),
    }),
    epss: (accepted) => ({
      sql: (p) => `round(f.epss::numeric * ${epssSteps})::int <@ ${p}::int4multirange`,
      value: rangesOf(accepted(epss), epssSteps),
    }),
  };
  const keys = new Map<string, string>();
  for (const text of Object.values(words)) {
    for (const key of [text.key, ...('aliases' in text ? text.aliases : [])])
      keys.set(key, text.key);
  }

  return {
    read(text, now) {
      const parsed = parseSelector(text);
      if (!parsed.ok || parsed.selector === null) return { conditions: [], ofEndpoints: text };
      const today = now.toISOString().slice(0, 10);
      const conditions: FindingCondition[] = [];
      const rest: string[] = [];
      for (const piece of piecesOf(parsed.selector)) {
        const negated = piece.kind === 'not';
        const term = negated ? piece.of : piece;
        const condition = term.kind === 'term' ? conditionOf(term, today, now) : null;
        if (condition === null) rest.push(text.slice(piece.from, piece.to));
        else conditions.push(negated ? notTrue(condition) : condition);
      }
      return { conditions, ofEndpoints: rest.join(' ') };
    },
  };

  function conditionOf(term: Term, today: string, now: Date): FindingCondition | null {
    const reader = readers[keys.get(foldText(term.key ?? '')) ?? ''];
    if (!reader) return null;
    return reader((facet) => {
      const found = new RoaringBitmap32();
      for (const { test } of term.tests) {
        const one = facet.match(test, { now });
        found.orInPlace(one);
        one.dispose();
      }
      return listed(found);
    }, today);
  }
}

type Term = Extract<Selector, { kind: 'term' }>;

/** What must hold all together. */
function piecesOf(selector: Selector): readonly Selector[] {
  return selector.kind === 'and' ? selector.of.flatMap(piecesOf) : [selector];
}

function notTrue({ sql, value }: FindingCondition): FindingCondition {
  return { sql: (p) => `(${sql(p)}) is not true`, value };
}

/** Position n stands for the n-th value. */
function scaleOf(values: readonly string[]): TextPostingIndex {
  const index = new TextPostingIndex();
  values.forEach((value, position) => void index.set(position, [value]));
  return index;
}

function numberScale(count: number, numberAt: (position: number) => number): ColumnIndex {
  const index = new ColumnIndex();
  const loading = index.replace();
  for (let position = 0; position < count; position += 1) loading.set(position, numberAt(position));
  loading.done();
  return index;
}

function listed(bitmap: Bitmap): number[] {
  const positions = bitmap.toArray();
  bitmap.dispose();
  return positions;
}

/** `{[1,4),[9,)}`; what reaches the end of the scale reaches further. */
function rangesOf(positions: readonly number[], last: number): string {
  const ranges: string[] = [];
  for (let at = 0; at < positions.length; ) {
    const from = positions[at]!;
    let to = from;
    while (positions[at + 1] === to + 1) {
      at += 1;
      to = positions[at]!;
    }
    at += 1;
    ranges.push(`[${from === 0 ? '' : from},${to === last ? '' : to + 1})`);
  }
  return `{${ranges.join(',')}}`;
}
