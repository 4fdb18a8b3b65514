import { ColumnIndex } from '../../../platform/facets/column-index.ts';
import type { Bitmap, FacetSource } from '../../../platform/facets/facet.ts';
import { PostingIndex, TextPostingIndex } from '../../../platform/facets/posting-index.ts';
import { numberColumn, postingsColumn, rowSource } from '../../../platform/facets/row-source.ts';
import { activeStates, type FindingState, findingStates } from '../life-cycle.ts';
import { type Severity, severities } from '../weakness.ts';

interface FindingsRow {
  readonly position: number;
  readonly assetRef: number;
  readonly assessed: boolean;
  /** Comma-separated ids of the weaknesses of active findings that count; null: none. */
  readonly weaknesses: string | null;
  readonly severityOrders: readonly number[] | null;
  readonly kinds: readonly string[] | null;
  readonly states: readonly FindingState[] | null;
  readonly exploited: boolean | null;
  readonly fixable: boolean | null;
  readonly epss: number | null;
  /** Days since 1970-01-01. */
  readonly dueDay: number | null;
}

/**
 * What the findings of an endpoint say of it. All but `states` are of findings that are active and
 * count (class `normal`).
 */
export interface FindingIndex {
  readonly source: FacetSource;
  readonly weaknessIds: PostingIndex;
  readonly severities: TextPostingIndex;
  readonly kinds: TextPostingIndex;
  /** Every state but closed. */
  readonly states: TextPostingIndex;
  /** `assessed`, `exploited`, `fixable`. */
  readonly marks: TextPostingIndex;
  /** The highest. */
  readonly epss: ColumnIndex;
  /** The earliest, in days since 1970-01-01. */
  readonly dueDays: ColumnIndex;
  /** Of endpoints that were ever assessed: their number in `findings.assets`. */
  readonly assetRefs: ColumnIndex;
}

export function createFindingIndex(): FindingIndex {
  const weaknessIds = new PostingIndex();
  const severityNames = new TextPostingIndex();
  const kinds = new TextPostingIndex();
  const states = new TextPostingIndex();
  const marks = new TextPostingIndex();
  const epss = new ColumnIndex();
  const dueDays = new ColumnIndex();
  const assetRefs = new ColumnIndex();
  const counts = `f.state in (${activeStates.map((state) => `'${state}'`).join(', ')})`;
  const source = rowSource<FindingsRow>({
    name: 'findings.findings',
    positionColumn: 'e.ordinal',
    statement: (where) =>
      `select e.ordinal as position, a.id as "assetRef",
              exists (select from findings.assessments s
                       where s.asset_ref = a.id and s.kind = 'vulnerability') as assessed,
              found.*
         from findings.assets a
         join assets.endpoint_ordinal_view e on e.id = a.asset_id
        cross join lateral (
           select string_agg(f.weakness_id::text, ',') filter (where ${counts}) as weaknesses,
                  array_agg(distinct f.severity_order) filter (where ${counts}) as "severityOrders",
                  array_agg(distinct f.kind) filter (where ${counts}) as kinds,
                  array_agg(distinct f.state) as states,
                  bool_or(f.exploited) filter (where ${counts}) as exploited,
                  bool_or(f.fix_id is not null) filter (where ${counts}) as fixable,
                  max(f.epss) filter (where ${counts}) as epss,
                  min(f.due_on) filter (where ${counts}) - date '1970-01-01' as "dueDay"
             from findings.findings f
            where f.asset_ref = a.id and f.state <> 'closed' and f.class = 'normal') found
        where ${where}`,
    lastPosition: 'select max(ordinal) as last from assets.endpoint_ordinal_view',
    windowSize: 2_000,
    alsoToldBy: ['assets.endpoints'],
    columns: [
      postingsColumn('weaknesses', weaknessIds, ({ weaknesses }) =>
        weaknesses === null ? [] : weaknesses.split(',').map(Number),
      ),
      postingsColumn('severities', severityNames, ({ severityOrders }) =>
        (severityOrders ?? []).map(severityName),
      ),
      postingsColumn('kinds', kinds, (row) => row.kinds ?? []),
      postingsColumn('states', states, (row) => row.states ?? []),
      postingsColumn('marks', marks, ({ assessed, exploited, fixable }) => [
        ...(assessed ? ['assessed'] : []),
        ...(exploited ? ['exploited'] : []),
        ...(fixable ? ['fixable'] : []),
      ]),
      numberColumn('epss', epss, (row) => row.epss),
      numberColumn('dueDays', dueDays, ({ dueDay }) => dueDay),
      numberColumn('assetRefs', assetRefs, ({ assetRef }) => assetRef),
    ],
  });
  return {
    source,
    weaknessIds,
    severities: severityNames,
    kinds,
    states,
    marks,
    epss,
    dueDays,
    assetRefs,
  };
}

/** States that an index of what is not closed can tell apart. */
export const openStates = findingStates.filter((state) => state !== 'closed');

function severityName(order: number): Severity | 'unknown' {
  return severities[order] ?? 'unknown';
}

interface WeaknessRow {
  readonly position: number;
  readonly ids: readonly string[];
  readonly ransomware: boolean | null;
}

/** Weaknesses by what they are called; positions are ids of weaknesses here. */
export interface WeaknessIndex {
  readonly source: FacetSource;
  readonly names: TextPostingIndex;
  /** `yes`: used by ransomware, as CISA says. */
  readonly ransomware: TextPostingIndex;
}

export function createWeaknessIndex(): WeaknessIndex {
  const names = new TextPostingIndex();
  const ransomware = new TextPostingIndex();
  const source = rowSource<WeaknessRow>({
    name: 'findings.weaknesses',
    positionColumn: 'id',
    statement: (where) =>
      `select id as position, ids, kev_ransomware as ransomware
         from findings.weaknesses where ${where}`,
    lastPosition: 'select max(id) as last from findings.weaknesses',
    windowSize: 5_000,
    columns: [
      postingsColumn('ids', names, ({ ids }) => ids),
      postingsColumn('ransomware', ransomware, (row) => (row.ransomware ? ['yes'] : [])),
    ],
  });
  return { source, names, ransomware };
}

/** Endpoints with an active finding of one of these weaknesses, whose bitmap is used up. */
export function havingWeaknesses({ weaknessIds }: FindingIndex, weaknesses: Bitmap): Bitmap {
  const found = weaknessIds.union(weaknesses.toUint32Array());
  weaknesses.dispose();
  return found;
}
