import type { Queryable } from '../../platform/db/queryable.ts';
import type { Finding, FindingQueryString } from './api.ts';
import { daysUntil } from './due.ts';
import type { FindingCondition } from './facets/finding-terms-store.ts';
import { activeStates } from './life-cycle.ts';
import { type Severity, severities, spellingsOf } from './weakness.ts';
import { whyOf } from './why.ts';
import {
  classConditions,
  dueConditions,
  type FindingSort,
  orderOf,
  stateConditions,
  windowOf,
} from './window.ts';

/** Counting stops here: nobody reads further, and counting ten million rows takes a second. */
export const countLimit = 10_000;

export interface FindingFilter extends FindingQueryString {
  /** Scopes that the caller may see (and, when he asks for one, that one with its descendants). */
  readonly scopeIds: readonly string[] | 'all';
  readonly today: string;
  /** Only on these assets; undefined: on all. */
  readonly assetRefs?: readonly number[] | undefined;
  readonly conditions?: readonly FindingCondition[] | undefined;
}

/** The WHERE clause of a filter over findings `f`, and its values. */
export function conditionsOf(filter: FindingFilter): { where: string; values: unknown[] } {
  const { conditions, values } = narrowingOf(filter);
  const state = stateConditions(filter.state ?? 'active');
  const all = [
    ...state,
    ...classConditions(filter.class ?? 'normal'),
    ...dueConditions(filter.due, filter.today),
    ...conditions,
  ];
  return { where: all.length > 0 ? `where ${all.join(' and ')}` : '', values };
}

/** Every condition of a filter but those of state, class and due day, and their values. */
function narrowingOf(filter: FindingFilter): { conditions: string[]; values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const add = (condition: (placeholder: string) => string, value: unknown) => {
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
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
  if (filter.scopeIds !== 'all') add((p) => `f.scope_id = any(${p}::uuid[])`, filter.scopeIds);
  if (filter.fixId !== undefined) {
    add(
      (p) =>
        `(f.fix_id = ${p} or f.id = any(array(
           select finding_id from findings.further_fixes where fix_id = ${p})))`,
      filter.fixId,
    );
  }
  if (filter.exceptionId !== undefined) add((p) => `f.exception_id = ${p}`, filter.exceptionId);
  if (filter.assetId !== undefined) {
    add(
      (p) => `f.asset_ref = (select id from findings.assets where asset_id = ${p})`,
      filter.assetId,
    );
  }
  for (const { sql, value } of filter.conditions ?? []) add(sql, value);
  if (filter.assetRefs !== undefined) {
    add((p) => `f.asset_ref = any(${p}::int[])`, `{${filter.assetRefs.join(',')}}`);
  }
  if (filter.weakness !== undefined) {
    add(
      (p) =>
        `f.weakness_id = any(array(select id from findings.weaknesses where ids && ${p}::text[]))`,
      spellingsOf(filter.weakness),
    );
  }
  return { conditions, values };
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
  /** Since when its clock stands still; null: it runs. */
  readonly exceptedOn: string | null;
  readonly dueOutcome: string;
  readonly reachable: boolean | null;
  readonly fixId: number | null;
  readonly fixEcosystem: string | null;
  readonly fixName: string | null;
  readonly fixVersion: string | null;
  readonly furtherFixes: Finding['fixes'] | null;
  readonly owner: string | null;
  readonly firstSeenAt: Date;
  readonly lastConfirmedAt: Date | null;
  readonly closedAt: Date | null;
  readonly closedBecause: string | null;
  readonly reopenedCount: number;
}

/** A finding is stale when its endpoint has confirmed none of its software for this long. */
const staleAfterMs = 24 * 3_600_000;

/** `source` selects rows `f` of findings; this adds what a list shows. */
const detailsOf = (source: string, order: string) => `
  select f.id, w.key, w.kind as "weaknessKind", w.title, w.title_ja as "titleJa", w.severity,
         w.cvss_score as "cvssScore", w.kev_listed_on::text as "kevListedOn",
         w.kev_ransomware as ransomware, w.epss, a.asset_id as "assetId",
         a.asset_kind as "assetKind", coalesce(e.hostname, a.name) as "assetName", f.scope_id as "scopeId",
         a.criticality, a.exposed, f.state, f.class, f.due_on::text as "dueOn",
         f.excepted_on::text as "exceptedOn", f.due_outcome as "dueOutcome", f.reachable, f.fix_id as "fixId",
         x.ecosystem as "fixEcosystem", x.name as "fixName", f.fix_version as "fixVersion",
         (select jsonb_agg(jsonb_build_object('id', m.id, 'ecosystem', m.ecosystem, 'name', m.name,
                                              'version', further.version) order by m.name, m.id)
            from findings.further_fixes further join findings.fixes m on m.id = further.fix_id
           where further.finding_id = f.id) as "furtherFixes",
         f.owner,
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

export interface FindingWindow {
  readonly offset: number;
  readonly limit: number;
}

/**
 * One window of a list of findings and how many there are. Counted first: so few that they can all
 * be counted are sorted, the others are looked for in the order of an index. PostgreSQL alone would
 * guess, and with filters that exclude each other walk through millions for nothing.
 */
export async function pageOfFindings(
  db: Queryable,
  filter: FindingFilter,
  sort: FindingSort,
  window: FindingWindow,
  now: Date,
): Promise<{ items: readonly Finding[]; total: number; totalIsAtLeast: boolean }> {
  const count = await countFindings(db, filter);
  const few = !count.totalIsAtLeast || isRare(filter);
  const items = count.total === 0 ? [] : await listFindings(db, filter, sort, window, now, few);
  return { items, ...count };
}

/** Of these an index holds everything that lists sort and filter by. */
function isRare({ exploited, state }: FindingFilter): boolean {
  return exploited === true || (state !== undefined && inHandStates.has(state));
}
const inHandStates: ReadonlySet<string> = new Set(activeStates.filter((name) => name !== 'open'));

/** One window of a list of findings. */
export async function listFindings(
  db: Queryable,
  filter: FindingFilter,
  sort: FindingSort,
  window: FindingWindow,
  now: Date,
  few = false,
): Promise<readonly Finding[]> {
  const { conditions, values } = narrowingOf(filter);
  const ids = windowOf({ ...filter, conditions, few }, sort, window);
  const { rows } = await db.query<ListRow>(
    detailsOf(`select f.* from (${ids}) shown join findings.findings f using (id)`, orderOf(sort)),
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
  const fixes = [...(fix === null ? [] : [fix]), ...(row.furtherFixes ?? [])];
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
    daysLeft: row.dueOn === null ? null : daysUntil(row.exceptedOn ?? today, row.dueOn),
    dueOutcome: row.dueOutcome,
    reachable: row.reachable,
    fix,
    fixes,
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
        fixes,
      },
      today,
    ),
  };
}
