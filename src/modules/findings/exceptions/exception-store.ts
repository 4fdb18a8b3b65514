import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import type { Severity } from '../weakness.ts';
import { severities, spellingsOf } from '../weakness.ts';
import type { Exception, ExceptionCovers, ExceptionRequest } from './api.ts';
import type { Criteria } from './covering-store.ts';
import { severityOrder } from './exception.ts';

/** An exception as it is kept. Days are calendar days. */
export interface ExceptionRow extends Omit<Criteria, 'severityAtMost'> {
  readonly id: number;
  readonly state: Exception['state'];
  readonly scopeId: string | null;
  readonly scopeName: string | null;
  readonly selector: string;
  readonly weakness: string | null;
  readonly severityAtMost: number | null;
  readonly alsoNew: boolean;
  readonly reason: string;
  readonly compensatingControl: string | null;
  readonly until: string;
  readonly requestedAt: Date;
  readonly requestedById: string;
  readonly requestedBy: string;
  readonly decidedAt: Date | null;
  readonly decidedBy: string | null;
  readonly decisionNote: string | null;
  readonly endedAt: Date | null;
  readonly endedBy: string | null;
  readonly endedReason: string | null;
  readonly announcedDays: number | null;
  readonly selectorProblem: string | null;
  readonly followedAt: Date | null;
}

const columns = `
  x.id, x.state, x.scope_id as "scopeId", s.name as "scopeName", x.selector, x.weakness,
  x.weakness_ids as "weaknessIds", x.package_ecosystem as "packageEcosystem",
  x.package_name as "packageName", x.kind, x.class, x.severity_at_most as "severityAtMost",
  x.covers_exploited as "coversExploited", x.also_new as "alsoNew", x.reason,
  x.compensating_control as "compensatingControl", x.until::text, x.requested_at as "requestedAt",
  x.requested_by_id as "requestedById", x.requested_by as "requestedBy",
  x.decided_at as "decidedAt", x.decided_by as "decidedBy", x.decision_note as "decisionNote",
  x.ended_at as "endedAt", x.ended_by as "endedBy", x.ended_reason as "endedReason",
  x.announced_days as "announcedDays", x.selector_problem as "selectorProblem",
  x.followed_at as "followedAt"`;
const source = `findings.exceptions x left join assets.scope_view s on s.id = x.scope_id`;

/** What it speaks of, as the matching reads it. */
export function criteriaOf(covers: ExceptionCovers): Criteria {
  return {
    weaknessIds: covers.weakness === undefined ? null : spellingsOf(covers.weakness),
    packageEcosystem: covers.package?.ecosystem ?? null,
    packageName: covers.package?.name ?? null,
    kind: covers.kind ?? null,
    class: covers.class ?? null,
    severityAtMost:
      covers.severityAtMost === undefined ? null : severityOrder(covers.severityAtMost),
    coversExploited: covers.coversExploited ?? false,
  };
}

export function coversOf(row: ExceptionRow): ExceptionCovers {
  const { weakness, packageName, packageEcosystem, kind, severityAtMost } = row;
  return {
    scopeId: row.scopeId,
    selector: row.selector,
    coversExploited: row.coversExploited,
    alsoNew: row.alsoNew,
    ...(weakness === null ? {} : { weakness }),
    ...(packageName === null
      ? {}
      : {
          package: {
            name: packageName,
            ...(packageEcosystem === null ? {} : { ecosystem: packageEcosystem }),
          },
        }),
    ...(kind === null ? {} : { kind: kind as NonNullable<ExceptionCovers['kind']> }),
    ...(row.class === null ? {} : { class: row.class as NonNullable<ExceptionCovers['class']> }),
    ...(severityAtMost === null ? {} : { severityAtMost: severities[severityAtMost] as Severity }),
  };
}

/** Asked for, and covering nothing until somebody else approves it. Returns its number. */
export async function insertException(
  tx: Queryable,
  { covers, reason, compensatingControl, until }: ExceptionRequest,
  { userId, userName, at }: { userId: string; userName: string; at: Date },
): Promise<number> {
  const is = criteriaOf(covers);
  const { rows } = await tx.query<{ id: number }>(
    `insert into findings.exceptions
       (state, scope_id, selector, weakness, weakness_ids, package_ecosystem, package_name, kind,
        class, severity_at_most, covers_exploited, also_new, reason, compensating_control, until,
        requested_at, requested_by_id, requested_by)
     values ('requested', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     returning id`,
    [
      covers.scopeId ?? null,
      covers.selector?.trim() ?? '',
      covers.weakness?.trim() ?? null,
      is.weaknessIds,
      is.packageEcosystem,
      is.packageName,
      is.kind,
      is.class,
      is.severityAtMost,
      is.coversExploited,
      covers.alsoNew ?? false,
      reason.trim(),
      compensatingControl?.trim() ?? null,
      until,
      at,
      userId,
      userName,
    ],
  );
  return rows[0]!.id;
}

/** `lock`: nobody else changes it until the transaction ends; `skip`: undefined where one does. */
export async function findException(
  tx: Queryable,
  id: number,
  lock?: 'wait' | 'skip',
): Promise<ExceptionRow | undefined> {
  const { rows } = await tx.query<ExceptionRow>(
    `select ${columns} from ${source} where x.id = $1
     ${lock === undefined ? '' : `for update of x ${lock === 'skip' ? 'skip locked' : ''}`}`,
    [id],
  );
  return rows[0];
}

export interface ExceptionFilter {
  readonly state?: Exception['state'] | 'current' | 'any' | undefined;
  /** Those that cover anything there: of these scopes, of one above them, or of all. */
  readonly scopeIds: ScopeReach;
}

/** Those that ask for a decision first, then the first to end; what is over last. */
export async function listExceptions(
  db: Queryable,
  { state = 'any', scopeIds }: ExceptionFilter,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ items: readonly ExceptionRow[]; total: number }> {
  const states = state === 'any' ? null : state === 'current' ? ['requested', 'approved'] : [state];
  const { rows } = await db.query<ExceptionRow & { total: number }>(
    `select ${columns}, count(*) over ()::int as total from ${source}
      where ($1::text[] is null or x.state = any($1))
        and ($2::uuid[] is null or x.scope_id is null or x.scope_id in (${aboveThese}))
      order by case x.state when 'requested' then 0 when 'approved' then 1 else 2 end,
               case when x.state in ('requested', 'approved') then x.until end, x.id desc
     offset $3 limit $4`,
    [states, scopeIds === 'all' ? null : scopeIds, offset, limit],
  );
  return { items: rows, total: rows[0]?.total ?? 0 };
}

/** These scopes and all above them, without end in a circle. */
const aboveThese = `
  with recursive above as (
    select id, parent_id from assets.scope_view where id = any($2)
    union select s.id, s.parent_id from assets.scope_view s join above on s.id = above.parent_id)
  select id from above`;

/** Does it cover anything within reach? */
export async function coversWithin(
  db: Queryable,
  scopeId: string | null,
  reach: ScopeReach,
): Promise<boolean> {
  if (scopeId === null || reach === 'all') return true;
  const { rows } = await db.query(
    `select from assets.scope_view where id = $1 and id in (${aboveThese})`,
    [scopeId, reach],
  );
  return rows.length > 0;
}

export interface ExceptionCounts {
  readonly coveredFindings: number;
  readonly coveredAssets: number;
  readonly exploited: number;
  readonly newFindings: number;
  readonly newAssets: number;
}

/** As of the last look at each, within reach. */
export async function countsOf(
  db: Queryable,
  ids: readonly number[],
  reach: ScopeReach,
): Promise<ReadonlyMap<number, ExceptionCounts>> {
  const { rows } = await db.query<ExceptionCounts & { id: number }>(
    `select exception_id as id, sum(covered_findings)::int as "coveredFindings",
            sum(covered_assets)::int as "coveredAssets", sum(exploited)::int as exploited,
            sum(new_findings)::int as "newFindings", sum(new_assets)::int as "newAssets"
       from findings.exception_counts
      where exception_id = any($1::int[]) and ($2::uuid[] is null or scope_id = any($2))
      group by 1`,
    [ids, reach === 'all' ? null : reach],
  );
  return new Map(rows.map(({ id, ...counts }) => [id, counts]));
}

export async function storeDecision(
  tx: Queryable,
  id: number,
  decision: {
    readonly state: 'approved' | 'refused';
    readonly userId: string;
    readonly userName: string;
    readonly note: string | null;
    readonly at: Date;
    readonly announcedDays: number | null;
  },
): Promise<void> {
  await tx.query(
    `update findings.exceptions
        set state = $2, decided_by_id = $3, decided_by = $4, decision_note = $5, decided_at = $6,
            announced_days = $7
      where id = $1`,
    [
      id,
      decision.state,
      decision.userId,
      decision.userName,
      decision.note,
      decision.at,
      decision.announcedDays,
    ],
  );
}

/** `by` null: its day has passed. */
export async function storeEnd(
  tx: Queryable,
  id: number,
  end: {
    readonly state: 'withdrawn' | 'expired';
    readonly by: string | null;
    readonly reason: string | null;
    readonly at: Date;
  },
): Promise<void> {
  await tx.query(
    `update findings.exceptions set state = $2, ended_by = $3, ended_reason = $4, ended_at = $5
      where id = $1`,
    [id, end.state, end.by, end.reason, end.at],
  );
  // It covers nobody any more; whom it was approved for stays written down.
  await tx.query(`delete from findings.exception_counts where exception_id = $1`, [id]);
}
