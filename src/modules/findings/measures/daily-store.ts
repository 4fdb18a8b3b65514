import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { addDays } from '../due.ts';
import { activeStates } from '../life-cycle.ts';

/** One scope (without what is below it) and severity on one day. */
export interface DailyRow {
  readonly day: string;
  readonly scopeId: string;
  readonly severityOrder: number;
  /** At its end, as are those of the next three; null: nobody looked on that day. */
  readonly active: number | null;
  readonly activeFixable: number | null;
  readonly overdue: number | null;
  readonly excepted: number | null;
  readonly opened: number;
  readonly closed: number;
  readonly closedSeconds: readonly number[];
  readonly closedFixable: number;
  readonly cameDue: number;
  readonly kept: number;
}

export interface CoverageRow {
  readonly day: string;
  readonly scopeId: string;
  readonly endpoints: number;
  readonly assessed: number;
  readonly takenAt: Date;
}

const isActive = `f.state in (${activeStates.map((state) => `'${state}'`).join(', ')})`;
/** Since when this run of it has been seen. */
const seenFrom = `coalesce(f.reopened_at, f.first_seen_at)`;
/** Nobody's click and no changed advisory: the thing itself is gone. */
const remediated = `(f.state = 'closed' and f.closed_because = 'inventory')`;
const dayOf = (time: string) => `(${time} at time zone 'UTC')::date`;

/**
 * Writes down what a day was like; today as it is so far, again and again until it is over. What was
 * opened and closed is known of any day, what was open at its end only of the day itself.
 *
 * A finding comes due on its day, or on the day it is first seen if that is later; it is kept when
 * it was closed by an observation by then. What is excepted or claimed does not come due.
 */
export async function measureDay(tx: Queryable, day: string, now: Date): Promise<void> {
  const isNow = day === now.toISOString().slice(0, 10);
  await tx.query(`select pg_advisory_xact_lock(hashtext('findings daily measures'))`);
  const before = await tx.query(
    `select from findings.daily_measures where day = $1 and active is not null limit 1`,
    [day],
  );
  // What was seen of the day on the day itself is kept; what moved on it is written anew.
  const keepsState = !isNow && before.rows.length > 0;
  await tx.query(
    keepsState
      ? `update findings.daily_measures set opened = 0, closed = 0, closed_seconds = '{}',
                closed_fixable = 0, came_due = 0, kept = 0 where day = $1`
      : `delete from findings.daily_measures where day = $1`,
    [day],
  );
  await tx.query(
    `insert into findings.measured_days (day, is_final) values ($1, $2)
     on conflict (day) do update set is_final = excluded.is_final`,
    [day, !isNow],
  );
  await tx.query(
    `with moved as (
       select f.scope_id, f.severity_order,
              count(*) filter (where ${dayOf(seenFrom)} = $1)::int as opened,
              count(*) filter (where ${remediated} and ${dayOf('f.closed_at')} = $1)::int as closed,
              coalesce(array_agg(round(extract(epoch from f.closed_at - ${seenFrom}))::bigint)
                filter (where ${remediated} and ${dayOf('f.closed_at')} = $1), '{}') as closed_seconds,
              count(*) filter (where ${remediated} and ${dayOf('f.closed_at')} = $1
                                 and f.fix_id is not null)::int as closed_fixable,
              count(*) filter (where ${cameDue})::int as came_due,
              count(*) filter (where ${cameDue} and ${remediated}
                                 and ${dayOf('f.closed_at')} <= f.due_on)::int as kept,
              count(*) filter (where ${isActive})::int as active,
              count(*) filter (where ${isActive} and f.fix_id is not null)::int as active_fixable,
              count(*) filter (where ${isActive} and f.due_on < $1)::int as overdue,
              count(*) filter (where f.state = 'excepted')::int as excepted
         from findings.findings f where f.class = 'normal' group by 1, 2)
     insert into findings.daily_measures as d
       (day, scope_id, severity_order, active, active_fixable, overdue, excepted, opened, closed,
        closed_seconds, closed_fixable, came_due, kept)
     select $1, scope_id, severity_order, case when $2 then active end,
            case when $2 then active_fixable end, case when $2 then overdue end,
            case when $2 then excepted end, opened, closed, closed_seconds, closed_fixable,
            came_due, kept
       from moved
      where opened > 0 or closed > 0 or came_due > 0 or ($2 and active + excepted > 0)
     on conflict (day, scope_id, severity_order) do update
        set opened = excluded.opened, closed = excluded.closed,
            closed_seconds = excluded.closed_seconds, closed_fixable = excluded.closed_fixable,
            came_due = excluded.came_due, kept = excluded.kept`,
    [day, isNow],
  );
  if (!isNow) return;
  await tx.query(`delete from findings.daily_coverage where day = $1`, [day]);
  await tx.query(
    `insert into findings.daily_coverage (day, scope_id, endpoints, assessed, taken_at)
     select $1, e.scope_id, count(*),
            count(*) filter (where exists (
              select from findings.assets a
                join findings.assessments s on s.asset_ref = a.id and s.kind = 'vulnerability'
               where a.asset_id = e.id)), $2
       from assets.endpoint_view e group by e.scope_id`,
    [day, now],
  );
}

const cameDue = `(f.due_on is not null
  and (${isActive} or f.state = 'fixed-claimed' or ${remediated})
  and greatest(f.due_on, ${dayOf(seenFrom)}) = $1)`;

/** So far back what was missed is made up for. */
const madeUpDays = 30;

/** Today, yesterday to its end, and days on which the server did not run. */
export async function measureDays(db: Database, now: Date, signal?: AbortSignal): Promise<void> {
  const today = now.toISOString().slice(0, 10);
  const { rows } = await db.query<{ first: string | null; final: string | null }>(
    `select min(day)::text as first, max(day) filter (where is_final)::text as final
       from findings.measured_days`,
  );
  const { first = null, final = null } = rows[0] ?? {};
  // Before the first look there was nothing: only days after one are made up for.
  const next = final === null ? (first ?? today) : addDays(final, 1);
  const earliest = addDays(today, -madeUpDays);
  for (let day = [next, earliest].sort().at(-1)!; day <= today; day = addDays(day, 1)) {
    if (signal?.aborted) return;
    await db.transaction((tx) => measureDay(tx, day, now));
  }
}

export async function readDays(
  db: Queryable,
  { from, until }: { readonly from: string; readonly until: string },
  scopeIds: readonly string[] | null,
): Promise<{
  days: readonly DailyRow[];
  coverage: readonly CoverageRow[];
  measured: readonly string[];
}> {
  const [{ rows: days }, { rows: coverage }, { rows: measured }] = await Promise.all([
    db.query<DailyRow>(
      `select day::text, scope_id as "scopeId", severity_order as "severityOrder", active,
              active_fixable as "activeFixable", overdue, excepted, opened, closed,
              array(select seconds::float8 from unnest(closed_seconds) seconds) as "closedSeconds",
              closed_fixable as "closedFixable", came_due as "cameDue", kept
         from findings.daily_measures
        where day between $1 and $2 and ($3::uuid[] is null or scope_id = any($3))
        order by day`,
      [from, until, scopeIds],
    ),
    db.query<CoverageRow>(
      `select day::text, scope_id as "scopeId", endpoints, assessed, taken_at as "takenAt"
         from findings.daily_coverage
        where day between $1 and $2 and ($3::uuid[] is null or scope_id = any($3))
        order by day`,
      [from, until, scopeIds],
    ),
    db.query<{ day: string }>(
      `select day::text from findings.measured_days where day between $1 and $2 order by day`,
      [from, until],
    ),
  ]);
  return { days, coverage, measured: measured.map(({ day }) => day) };
}
