import type { Queryable } from '../../../platform/db/queryable.ts';
import { severities } from '../weakness.ts';
import type { ExceptionPreview } from './api.ts';
import {
  type Criteria,
  criteriaPlaceholders,
  criteriaValues,
  isActive,
  mayHide,
  meetsCriteria,
} from './covering-store.ts';
import type { Population } from './population-store.ts';

export type PreviewNumbers = Omit<ExceptionPreview, 'asOf' | 'sentence'>;

/** What an exception would cover if it were approved now: findings that glow at present. */
export async function previewOf(
  db: Queryable,
  { endpoints, applications }: Population,
  criteria: Criteria,
): Promise<PreviewNumbers> {
  const is = criteriaPlaceholders(3);
  const values = [`{${endpoints.join()}}`, `{${applications.join()}}`, ...criteriaValues(criteria)];
  const found = `
    with among as materialized (
      select a.id from findings.assets a
        join assets.endpoint_ordinal_view o on o.id = a.asset_id
        join unnest($1::int[]) wanted(ordinal) on wanted.ordinal = o.ordinal
       where a.asset_kind = 'endpoint'
      union all select unnest($2::int[])),
    found as materialized (
      select f.id, f.asset_ref, f.weakness_id, f.severity_order, f.exploited, f.rank,
             ${mayHide(is)} as covered
        from among join findings.findings f on f.asset_ref = among.id
       where ${isActive} and ${meetsCriteria(is)})`;
  const [{ rows: numbers }, { rows: exploited }, { rows: examples }] = await Promise.all([
    db.query<{ severity: number; findings: number; exploited: number; assets: number }>(
      `${found}
       select severity_order as severity, count(*) filter (where covered)::int as findings,
              count(*) filter (where exploited)::int as exploited,
              (select count(distinct asset_ref)::int from found where covered) as assets
         from found group by 1 order by 1 desc`,
      values,
    ),
    db.query<{ key: string }>(
      `${found}
       select w.key from findings.weaknesses w
        where w.id in (select weakness_id from found where exploited) order by 1 limit 10`,
      values,
    ),
    db.query<ExceptionPreview['examples'][number]>(
      `${found}
       select f.id as "findingId", w.key as weakness,
              coalesce(e.hostname, a.name, a.asset_id::text) as "assetName"
         from (select * from found where covered order by rank, id limit 10) f
         join findings.weaknesses w on w.id = f.weakness_id
         join findings.assets a on a.id = f.asset_ref
         left join assets.endpoint_view e on e.id = a.asset_id
        order by f.rank, f.id`,
      values,
    ),
  ]);
  const sum = (of: (row: (typeof numbers)[number]) => number) =>
    numbers.reduce((total, row) => total + of(row), 0);
  return {
    endpoints: endpoints.length,
    applications: applications.length,
    findings: sum((row) => row.findings),
    affectedAssets: numbers[0]?.assets ?? 0,
    bySeverity: Object.fromEntries(
      numbers
        .filter((row) => row.findings > 0)
        .map((row) => [severities[row.severity] ?? 'unknown', row.findings]),
    ),
    exploited: sum((row) => row.exploited),
    exploitedWeaknesses: exploited.map(({ key }) => key),
    exploitedCovered: criteria.coversExploited,
    examples,
  };
}
