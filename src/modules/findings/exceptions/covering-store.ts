import type { Queryable } from '../../../platform/db/queryable.ts';
import { activeStates } from '../life-cycle.ts';
import { bitsPerChunk } from './exception.ts';

export const isActive = `f.state in (${activeStates.map((state) => `'${state}'`).join(', ')})`;

/** Where the criteria of an exception stand: columns of a row, or placeholders. */
export interface CriteriaSql {
  readonly weaknessIds: string;
  readonly packageEcosystem: string;
  readonly packageName: string;
  readonly kind: string;
  readonly class: string;
  readonly severityAtMost: string;
  readonly coversExploited: string;
}

/** Of a row `x` of findings.exceptions. */
export const criteriaColumns: CriteriaSql = {
  weaknessIds: 'x.weakness_ids',
  packageEcosystem: 'x.package_ecosystem',
  packageName: 'x.package_name',
  kind: 'x.kind',
  class: 'x.class',
  severityAtMost: 'x.severity_at_most',
  coversExploited: 'x.covers_exploited',
};

/**
 * Does an exception speak of finding `f`? What is not given says nothing. A finding whose severity
 * nobody knows is not "at most low". A package is the one to upgrade, or, where no upgrade is known,
 * the one in which the weakness was seen. Whether it is exploited is asked apart.
 */
export const meetsCriteria = (is: CriteriaSql): string => `(
  (${is.weaknessIds}::text[] is null or f.weakness_id = any(array(
     select w.id from findings.weaknesses w where w.ids && ${is.weaknessIds}::text[])))
  and (${is.packageName}::text is null
    or f.fix_id = any(array(select p.id from findings.fixes p where p.name = ${is.packageName}
         and (${is.packageEcosystem}::text is null or p.ecosystem = ${is.packageEcosystem})))
    or exists (select from findings.further_fixes m join findings.fixes p on p.id = m.fix_id
         where m.finding_id = f.id and p.name = ${is.packageName}
           and (${is.packageEcosystem}::text is null or p.ecosystem = ${is.packageEcosystem}))
    or (f.fix_id is null and f.evidence @> jsonb_build_array(jsonb_strip_nulls(jsonb_build_object(
         'component', ${is.packageName}::text, 'ecosystem', ${is.packageEcosystem}::text)))))
  and (${is.kind}::text is null or f.kind = ${is.kind})
  and (${is.class}::text is null or f.class = ${is.class})
  and (${is.severityAtMost}::int is null
       or (f.severity_order >= 0 and f.severity_order <= ${is.severityAtMost})))`;

/** The exploited are covered only by an exception that says so. */
export const mayHide = (is: CriteriaSql): string =>
  `(${is.coversExploited}::boolean or not f.exploited)`;

/** An asset `a` is a position in the bits of its kind: see exception_members. */
export const positions = `
  left join assets.endpoint_ordinal_view o on o.id = a.asset_id and a.asset_kind = 'endpoint'
  cross join lateral (
    select case when a.asset_kind = 'endpoint' then o.ordinal else a.id end as position) at`;
/** Needs `m` of exception_members. */
export const inChunk = `m.asset_kind = a.asset_kind and m.chunk = at.position / ${bitsPerChunk}`;
export const hasBit = (column: 'remembered' | 'matching' | 'announced'): string =>
  `get_bit(m.${column}, at.position % ${bitsPerChunk}) = 1`;

/** What a finding that is excepted by `x` gets. */
const except = `
  state = 'excepted', exception_id = x.id, excepted_on = $2::date, excepted_until = x.until,
  state_reason = x.reason, state_source = x.decided_by`;
const eventOf = `jsonb_build_object('state', 'excepted', 'exception', exception_id, 'by', state_source,
  'exceptedUntil', excepted_until::text, 'reason', state_reason)`;

/**
 * Findings that glow on these assets are excepted where an approved exception covers them: after
 * an observation, in its transaction. Returns how many.
 */
export async function exceptObserved(
  tx: Queryable,
  assetRefs: readonly number[],
  at: Date,
): Promise<number> {
  const { rows } = await tx.query(
    `select from findings.exceptions where state = 'approved' limit 1`,
  );
  if (rows.length === 0) return 0;
  const { rowCount } = await tx.query(
    `with covered as materialized (
       select distinct on (f.id) f.id, x.id as exception_id
         from findings.assets a ${positions}
         join findings.exception_members m on ${inChunk} and ${hasBit('matching')}
         join findings.exceptions x on x.id = m.exception_id
         join findings.findings f on f.asset_ref = a.id
        where a.id = any($1::int[]) and x.state = 'approved' and x.until >= $2::date
          and (x.also_new or ${hasBit('remembered')})
          and ${isActive} and ${meetsCriteria(criteriaColumns)} and ${mayHide(criteriaColumns)}
        order by f.id, x.until desc, x.id),
     changed as (
       update findings.findings f set ${except}
         from covered c join findings.exceptions x on x.id = c.exception_id
        where f.id = c.id and ${isActive}
       returning f.id, f.exception_id, f.state_source, f.excepted_until, f.state_reason)
     insert into findings.events (finding_id, at, event, details)
     select id, $3, 'excepted', ${eventOf} from changed order by id`,
    [assetRefs, at.toISOString().slice(0, 10), at],
  );
  return rowCount ?? 0;
}

/** The criteria of an exception as values, so that the database plans for these very ones. */
export interface Criteria {
  readonly weaknessIds: readonly string[] | null;
  readonly packageEcosystem: string | null;
  readonly packageName: string | null;
  readonly kind: string | null;
  readonly class: string | null;
  readonly severityAtMost: number | null;
  readonly coversExploited: boolean;
}

/** Placeholders of `criteriaValues`, the first of them `$first`. */
export function criteriaPlaceholders(first: number): CriteriaSql {
  const at = (offset: number) => `$${first + offset}`;
  return {
    weaknessIds: `${at(0)}::text[]`,
    packageEcosystem: `${at(1)}::text`,
    packageName: `${at(2)}::text`,
    kind: `${at(3)}::text`,
    class: `${at(4)}::text`,
    severityAtMost: `${at(5)}::int`,
    coversExploited: `${at(6)}::boolean`,
  };
}

export function criteriaValues(is: Criteria): unknown[] {
  return [
    is.weaknessIds,
    is.packageEcosystem,
    is.packageName,
    is.kind,
    is.class,
    is.severityAtMost,
    is.coversExploited,
  ];
}

/** The assets that exception `$1` matches at the last look, and whether it matched them at approval. */
export const matchingAssets = `
  matching_assets as materialized (
    select a.id, a.asset_kind, at.position, ${hasBit('remembered')} as remembered,
           ${hasBit('announced')} as announced
      from findings.assets a ${positions}
      join findings.exception_members m
        on m.exception_id = $1 and ${inChunk} and ${hasBit('matching')})`;

interface Covering {
  readonly id: number;
  readonly criteria: Criteria;
}

/** Findings that glow and are covered by this approved exception are excepted. Returns how many. */
export async function exceptCovered(
  tx: Queryable,
  { id, criteria }: Covering,
  at: Date,
): Promise<number> {
  const is = criteriaPlaceholders(4);
  const { rowCount } = await tx.query(
    `with ${matchingAssets},
     covered as materialized (
       select f.id from matching_assets a
         join findings.exceptions x on x.id = $1
         join findings.findings f on f.asset_ref = a.id
        where x.state = 'approved' and x.until >= $2::date and (x.also_new or a.remembered)
          and ${isActive} and ${meetsCriteria(is)} and ${mayHide(is)}
        order by f.id for update of f),
     changed as (
       update findings.findings f set ${except}
         from covered c, findings.exceptions x
        where f.id = c.id and x.id = $1
       returning f.id, f.exception_id, f.state_source, f.excepted_until, f.state_reason)
     insert into findings.events (finding_id, at, event, details)
     select id, $3, 'excepted', ${eventOf} from changed order by id`,
    [id, at.toISOString().slice(0, 10), at, ...criteriaValues(criteria)],
  );
  return rowCount ?? 0;
}

/** Findings that are excepted by this exception though it does not cover them any more. */
export async function noLongerCovered(
  tx: Queryable,
  { id, criteria }: Covering,
): Promise<readonly number[]> {
  const is = criteriaPlaceholders(2);
  const { rows } = await tx.query<{ id: number }>(
    `with ${matchingAssets}
     select f.id from findings.findings f join findings.exceptions x on x.id = $1
      where f.exception_id = $1 and f.state = 'excepted'
        and not (${meetsCriteria(is)} and ${mayHide(is)}
                 and exists (select from matching_assets a
                              where a.id = f.asset_ref and (x.also_new or a.remembered)))
      order by f.id`,
    [id, ...criteriaValues(criteria)],
  );
  return rows.map((row) => row.id);
}
