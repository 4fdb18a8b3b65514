import type { Queryable } from '../../platform/db/queryable.ts';
import type { Finding, FindingQueryString } from './api.ts';
import { addDays, daysUntil } from './due.ts';
import { activeStates } from './life-cycle.ts';
import { type Severity, severities, spellingsOf } from './weakness.ts';
import { whyOf } from './why.ts';

/** Counting stops here: nobody reads further, and counting ten million rows takes a second. */
export const countLimit = 10_000;

/** Columns a list of findings can be sorted by: name on the wire to SQL. */
export const sortColumns = {
  rank: 'f.rank',
  due: 'f.due_on',
  severity: 'f.severity_order',
  epss: 'f.epss',
  firstSeen: 'f.first_seen_at',
  closed: 'f.closed_at',
};

export interface FindingFilter extends FindingQueryString {
  /** Scopes that the caller may see (and, when he asks for one, that one with its descendants). */
  readonly scopeIds: readonly string[] | 'all';
  readonly today: string;
}

/** The WHERE clause of a filter over findings `f`, and its values. */
export function conditionsOf(filter: FindingFilter): { where: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (condition: (placeholder: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  const state = filter.state ?? 'active';
  if (state === 'active') {
    conditions.push(`f.state <> 'closed'`);
    conditions.push(`f.state in (${activeStates.map((name) => `'${name}'`).join(', ')})`);
  } else if (state !== 'any') {
    if (state !== 'closed') conditions.push(`f.state <> 'closed'`);
    add((p) => `f.state = ${p}`, state);
  }
  const findingClass = filter.class ?? 'normal';
  if (findingClass !== 'any') add((p) => `f.class = ${p}`, findingClass);
  if (filter.kind !== undefined) add((p) => `f.kind = ${p}`, filter.kind);
  if (filter.severity !== undefined) {
    add(
      (p) => `f.severity_order = ${p}`,
      filter.severity === 'unknown' ? -1 : severities.indexOf(filter.severity as Severity),
    );
  }
  if (filter.exploited !== undefined) {
    conditions.push(filter.exploited ? 'f.exploited' : 'not f.exploited');
  }
  if (filter.fixable !== undefined) {
    conditions.push(`f.fix_id is ${filter.fixable ? 'not null' : 'null'}`);
  }
  if (filter.due === 'none') conditions.push('f.due_on is null');
  if (filter.due === 'overdue') add((p) => `f.due_on < ${p}`, filter.today);
  if (filter.due === 'this-week') {
    add((p) => `f.due_on >= ${p}`, filter.today);
    add((p) => `f.due_on < ${p}`, addDays(filter.today, 7));
  }
  if (filter.due === 'later') add((p) => `f.due_on >= ${p}`, addDays(filter.today, 7));
  if (filter.scopeIds !== 'all') add((p) => `f.scope_id = any(${p}::uuid[])`, filter.scopeIds);
  if (filter.fixId !== undefined) add((p) => `f.fix_id = ${p}`, filter.fixId);
  if (filter.assetId !== undefined) {
    add(
      (p) => `f.asset_ref = (select id from findings.assets where asset_id = ${p})`,
      filter.assetId,
    );
  }
  if (filter.weakness !== undefined) {
    add(
      (p) =>
        `f.weakness_id = any(array(select id from findings.weaknesses where ids && ${p}::text[]))`,
      spellingsOf(filter.weakness),
    );
  }
  return { where: conditions.length > 0 ? `where ${conditions.join(' and ')}` : '', values };
}

interface ListRow {
  readonly id: number;
  readonly key: string;
  readonly weaknessKind: Finding['weakness']['kind'];
  readonly title: string;
  readonly titleJa: string | null;
  readonly severity: Severity | null;
  readonly cvssScore: number | null;
  readonly kevListedOn: string | null;
  readonly ransomware: boolean | null;
  readonly epss: number | null;
  readonly assetId: string;
  readonly assetKind: Finding['assetKind'];
  readonly assetName: string | null;
  readonly scopeId: string;
  readonly criticality: Finding['criticality'];
  readonly exposed: boolean | null;
  readonly state: Finding['state'];
  readonly class: Finding['class'];
  readonly dueOn: string | null;
  readonly dueOutcome: string;
  readonly reachable: boolean | null;
  readonly fixId: number | null;
  readonly fixEcosystem: string | null;
  readonly fixName: string | null;
  readonly fixVersion: string | null;
  readonly owner: string | null;
  readonly firstSeenAt: Date;
  readonly lastConfirmedAt: Date | null;
  readonly closedAt: Date | null;
  readonly closedBecause: string | null;
  readonly reopenedCount: number;
}

/** A finding is stale when its endpoint has confirmed none of its software for this long. */
const staleAfterMs = 24 * 3_600_000;

/** `source` selects rows `f` of findings (with order and window); this adds what a list shows. */
const detailsOf = (source: string, order: string) => `
  select f.id, w.key, w.kind as "weaknessKind", w.title, w.title_ja as "titleJa", w.severity,
         w.cvss_score as "cvssScore", w.kev_listed_on::text as "kevListedOn",
         w.kev_ransomware as ransomware, w.epss, a.asset_id as "assetId",
         a.asset_kind as "assetKind", coalesce(e.hostname, a.name) as "assetName", f.scope_id as "scopeId",
         a.criticality, a.exposed, f.state, f.class, f.due_on::text as "dueOn",
         f.due_outcome as "dueOutcome", f.reachable, f.fix_id as "fixId",
         x.ecosystem as "fixEcosystem", x.name as "fixName", f.fix_version as "fixVersion", f.owner,
         f.first_seen_at as "firstSeenAt", f.closed_at as "closedAt",
         f.closed_because as "closedBecause", f.reopened_count as "reopenedCount",
         greatest(s.assessed_at, (select to_timestamp(max(value::numeric) / 1000)
                                    from jsonb_each_text(e.confirmed) where key like 'software-%'))
           as "lastConfirmedAt"
    from (${source}) f
    join findings.weaknesses w on w.id = f.weakness_id
    join findings.assets a on a.id = f.asset_ref
    left join findings.assessments s on s.asset_ref = f.asset_ref and s.kind = f.kind
    left join findings.fixes x on x.id = f.fix_id
    left join assets.endpoint_view e on e.id = a.asset_id
   ${order}`;

/** One window of a list of findings. `order` comes from `parseSort` over `sortColumns`. */
export async function listFindings(
  db: Queryable,
  filter: FindingFilter,
  order: string,
  window: { readonly offset: number; readonly limit: number },
  now: Date,
): Promise<readonly Finding[]> {
  const { where, values } = conditionsOf(filter);
  const { rows } = await db.query<ListRow>(
    detailsOf(
      `select * from findings.findings f ${where} ${order}
        offset ${Math.trunc(window.offset)} limit ${Math.trunc(window.limit)}`,
      order,
    ),
    values,
  );
  return rows.map((row) => toFinding(row, now, filter.today));
}

export async function countFindings(
  db: Queryable,
  filter: FindingFilter,
): Promise<{ total: number; totalIsAtLeast: boolean }> {
  const { where, values } = conditionsOf(filter);
  const { rows } = await db.query<{ total: number }>(
    `select count(*)::int as total
       from (select from findings.findings f ${where} limit ${countLimit + 1}) counted`,
    values,
  );
  const total = rows[0]!.total;
  return { total: Math.min(total, countLimit), totalIsAtLeast: total > countLimit };
}

export async function findFinding(
  db: Queryable,
  id: number,
  now: Date,
  today: string,
): Promise<Finding | undefined> {
  const { rows } = await db.query<ListRow>(
    detailsOf('select * from findings.findings where id = $1', ''),
    [id],
  );
  return rows[0] && toFinding(rows[0], now, today);
}

function toFinding(row: ListRow, now: Date, today: string): Finding {
  const fix =
    row.fixId === null
      ? null
      : {
          id: row.fixId,
          ecosystem: row.fixEcosystem!,
          name: row.fixName!,
          version: row.fixVersion ?? '',
        };
  const exploited = row.kevListedOn !== null;
  return {
    id: row.id,
    weakness: {
      key: row.key,
      kind: row.weaknessKind,
      title: row.title,
      titleJa: row.titleJa,
      severity: row.severity,
      cvssScore: row.cvssScore,
      exploited,
      kevListedOn: row.kevListedOn,
      ransomware: row.ransomware,
      epss: row.epss,
    },
    assetId: row.assetId,
    assetKind: row.assetKind,
    assetName: row.assetName ?? row.assetId,
    scopeId: row.scopeId,
    criticality: row.criticality,
    state: row.state,
    class: row.class,
    stale:
      row.assetKind === 'endpoint' &&
      row.state !== 'closed' &&
      (row.lastConfirmedAt === null ||
        now.getTime() - row.lastConfirmedAt.getTime() > staleAfterMs),
    dueOn: row.dueOn,
    daysLeft: row.dueOn === null ? null : daysUntil(today, row.dueOn),
    dueOutcome: row.dueOutcome,
    reachable: row.reachable,
    fix,
    owner: row.owner,
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastConfirmedAt: row.lastConfirmedAt?.toISOString() ?? null,
    closedAt: row.closedAt?.toISOString() ?? null,
    closedBecause: row.closedBecause,
    reopenedCount: row.reopenedCount,
    why: whyOf(
      {
        findingClass: row.class,
        dueOn: row.dueOn,
        dueOutcome: row.dueOutcome,
        exploited,
        ransomware: row.ransomware,
        epss: row.epss,
        reachable: row.reachable,
        exposed: row.exposed,
        fix,
      },
      today,
    ),
  };
}
