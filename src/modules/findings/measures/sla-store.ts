import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { addDays, daysUntil } from '../due.ts';
import { listScopeProfiles } from '../due-profile-store.ts';
import { inTreeOrder } from '../due-profile-tree.ts';
import { activeStates } from '../life-cycle.ts';
import { severities } from '../weakness.ts';
import { type SlaBoard, type SlaCell, severityRows } from './api.ts';
import { sumUp } from './sums.ts';

const isActive = `f.state in (${activeStates.map((state) => `'${state}'`).join(', ')})`;
const overdueShown = 50;

interface CellRow {
  readonly scopeId: string;
  readonly severityOrder: number;
  readonly open: number;
  readonly dueThisWeek: number;
  readonly overdue: number;
  readonly oldestDueOn: string | null;
  readonly excepted: number;
  readonly exploitedOverdue: number;
}

/** Deadlines by scope and severity; a scope's numbers include those of all scopes below it. */
export async function slaBoardOf(
  db: Queryable,
  scopeIds: ScopeReach,
  now: Date,
): Promise<SlaBoard> {
  const today = now.toISOString().slice(0, 10);
  const scopes = scopeIds === 'all' ? null : scopeIds;
  const [{ rows }, { rows: endpoints }, profiles, overdue] = await Promise.all([
    db.query<CellRow>(
      `select f.scope_id as "scopeId", f.severity_order as "severityOrder",
              count(*) filter (where f.state <> 'excepted')::int as open,
              count(*) filter (where f.state <> 'excepted' and f.due_on >= $2 and f.due_on < $3)::int
                as "dueThisWeek",
              count(*) filter (where f.state <> 'excepted' and f.due_on < $2)::int as overdue,
              count(*) filter (where f.state <> 'excepted' and f.due_on < $2 and f.exploited)::int
                as "exploitedOverdue",
              min(f.due_on) filter (where f.state <> 'excepted' and f.due_on < $2)::text
                as "oldestDueOn",
              count(*) filter (where f.state = 'excepted')::int as excepted
         from findings.findings f
        where f.class = 'normal' and (${isActive} or f.state = 'excepted')
          and ($1::uuid[] is null or f.scope_id = any($1))
        group by 1, 2`,
      [scopes, today, addDays(today, 7)],
    ),
    db.query<{ scopeId: string; endpoints: number; notAssessed: number }>(
      `select e.scope_id as "scopeId", count(*)::int as endpoints,
              count(*) filter (where not exists (
                select from findings.assets a
                  join findings.assessments s on s.asset_ref = a.id and s.kind = 'vulnerability'
                 where a.asset_id = e.id))::int as "notAssessed"
         from assets.endpoint_view e where $1::uuid[] is null or e.scope_id = any($1) group by 1`,
      [scopes],
    ),
    listScopeProfiles(db),
    listOverdue(db, scopes, today),
  ]);
  const shown = inTreeOrder(
    profiles.filter(({ id }) => scopeIds === 'all' || scopeIds.includes(id)),
  );
  const shownIds = new Set(shown.map(({ id }) => id));
  const tree = shown.map(({ id, parentId }) => ({
    id,
    parentId: parentId !== null && shownIds.has(parentId) ? parentId : null,
  }));
  const cellsOf = sumUp(tree, rows);
  const endpointsOf = sumUp(tree, endpoints);
  return {
    asOf: now.toISOString(),
    total: cellOf(rows, today),
    items: shown.map(({ id, parentId, name, depth, effective }) => {
      const cells = cellsOf(id);
      return {
        scopeId: id,
        parentId: parentId !== null && shownIds.has(parentId) ? parentId : null,
        name,
        depth,
        profile: effective,
        endpoints: sum(endpointsOf(id).map((row) => row.endpoints)),
        notAssessed: sum(endpointsOf(id).map((row) => row.notAssessed)),
        total: cellOf(cells, today),
        bySeverity: severityRows.flatMap((severity) => {
          const of = cells.filter((row) => severityName(row.severityOrder) === severity);
          return of.length === 0 ? [] : [{ severity, ...cellOf(of, today) }];
        }),
      };
    }),
    overdue,
  };
}

async function listOverdue(
  db: Queryable,
  scopes: readonly string[] | null,
  today: string,
): Promise<SlaBoard['overdue']> {
  const { rows } = await db.query<
    Omit<SlaBoard['overdue'][number], 'severity' | 'daysLeft'> & {
      severityOrder: number;
      oldestDueOn: string;
    }
  >(
    `select w.key as weakness, w.title, w.title_ja as "titleJa", g.*
       from (select f.weakness_id, bool_or(f.exploited) as exploited, count(*)::int as findings,
                    count(distinct f.asset_ref)::int as assets,
                    max(f.severity_order) as "severityOrder", min(f.due_on)::text as "oldestDueOn"
               from findings.findings f
              where f.class = 'normal' and ${isActive} and f.due_on < $2
                and ($1::uuid[] is null or f.scope_id = any($1))
              group by 1 order by exploited desc, min(f.due_on), count(*) desc, 1
              limit ${overdueShown}) g
       join findings.weaknesses w on w.id = g.weakness_id
      order by g.exploited desc, g."oldestDueOn", g.findings desc, w.id`,
    [scopes, today],
  );
  return rows.map(({ weakness, title, titleJa, exploited, findings, assets, ...row }) => ({
    weakness,
    title,
    titleJa,
    exploited,
    findings,
    assets,
    severity: severityName(row.severityOrder),
    daysLeft: daysUntil(today, row.oldestDueOn),
  }));
}

function cellOf(rows: readonly CellRow[], today: string): SlaCell {
  const oldest = rows
    .flatMap(({ oldestDueOn }) => (oldestDueOn === null ? [] : [oldestDueOn]))
    .sort()[0];
  return {
    open: sum(rows.map((row) => row.open)),
    dueThisWeek: sum(rows.map((row) => row.dueThisWeek)),
    overdue: sum(rows.map((row) => row.overdue)),
    exploitedOverdue: sum(rows.map((row) => row.exploitedOverdue)),
    excepted: sum(rows.map((row) => row.excepted)),
    oldestOverdueDays: oldest === undefined ? null : daysUntil(today, oldest),
  };
}

export function severityName(order: number): (typeof severityRows)[number] {
  return severities[order] ?? 'unknown';
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
