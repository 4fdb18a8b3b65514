import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import type { Ask, Schedule, ScheduleChange } from './api.ts';
import { reachParameter } from './question-store.ts';

interface ScheduleRow {
  readonly id: number;
  readonly title: string;
  readonly ask: StoredAsk;
  readonly everyMinutes: number;
  readonly keepRuns: number;
  readonly enabled: boolean;
  readonly createdBy: string;
  readonly createdById: string;
  readonly reach: string[] | null;
  readonly createdAt: Date;
  readonly nextRunAt: Date | null;
  readonly lastQuestionId: number | null;
  readonly lastFailure: string | null;
}

/** What is asked, with its statements, so that a run asks what was checked. */
export interface StoredAsk extends Ask {
  readonly statements: Record<string, string>;
}

export interface DueSchedule extends ScheduleRow {
  readonly nextRunAt: Date;
}

const columns = `
  id, title, ask, every_minutes as "everyMinutes", keep_runs as "keepRuns", enabled,
  created_by as "createdBy", created_by_id as "createdById", reach, created_at as "createdAt",
  next_run_at as "nextRunAt", last_question_id as "lastQuestionId",
  last_failure as "lastFailure"`;

/** One sees the schedules whose maker reached no more than oneself. */
const visible = `($1::uuid[] is null or (reach is not null and reach <@ $1::uuid[]))`;

export async function listSchedules(
  db: Queryable,
  reach: ScopeReach,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ items: Schedule[]; total: number }> {
  const { rows } = await db.query<ScheduleRow>(
    `select ${columns} from questions.schedules where ${visible}
      order by title, id offset $2 limit $3`,
    [reachParameter(reach), offset, limit],
  );
  const counted = await db.query<{ total: number }>(
    `select count(*)::int as total from questions.schedules where ${visible}`,
    [reachParameter(reach)],
  );
  return { items: rows.map(toSchedule), total: counted.rows[0]!.total };
}

export async function insertSchedule(
  tx: Queryable,
  schedule: {
    readonly title: string;
    readonly ask: StoredAsk;
    readonly everyMinutes: number;
    readonly keepRuns: number;
    readonly createdBy: string;
    readonly createdById: string;
    readonly reach: ScopeReach;
    readonly at: Date;
  },
): Promise<Schedule> {
  const { rows } = await tx.query<ScheduleRow>(
    `insert into questions.schedules
       (title, ask, every_minutes, keep_runs, created_by, created_by_id, reach, created_at,
        next_run_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $8) returning ${columns}`,
    [
      schedule.title,
      JSON.stringify(schedule.ask),
      schedule.everyMinutes,
      schedule.keepRuns,
      schedule.createdBy,
      schedule.createdById,
      reachParameter(schedule.reach),
      schedule.at,
    ],
  );
  return toSchedule(rows[0]!);
}

/** Undefined: no such schedule within reach. */
export async function updateSchedule(
  tx: Queryable,
  id: number,
  reach: ScopeReach,
  { title, everyMinutes, keepRuns, enabled }: ScheduleChange,
  at: Date,
): Promise<Schedule | undefined> {
  const { rows } = await tx.query<ScheduleRow>(
    `update questions.schedules
        set title = coalesce($3, title), every_minutes = coalesce($4, every_minutes),
            keep_runs = coalesce($5, keep_runs), enabled = coalesce($6, enabled),
            -- Switched on again, or asked for more often: not later than that from now.
            next_run_at = case when coalesce($6, enabled) then least(
                greatest(next_run_at, $7),
                $7::timestamptz + coalesce($4, every_minutes) * interval '1 minute') end
      where ${visible} and id = $2 returning ${columns}`,
    [
      reachParameter(reach),
      id,
      title ?? null,
      everyMinutes ?? null,
      keepRuns ?? null,
      enabled ?? null,
      at,
    ],
  );
  return rows[0] && toSchedule(rows[0]);
}

export async function deleteSchedule(
  tx: Queryable,
  id: number,
  reach: ScopeReach,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ title: string }>(
    `delete from questions.schedules where ${visible} and id = $2 returning title`,
    [reachParameter(reach), id],
  );
  return rows[0]?.title;
}

/**
 * Schedules whose time has come, moved to their next time: what was missed while no server ran is
 * made up for once. A second server gets none of the same.
 */
export async function takeDueSchedules(db: Queryable, now: Date): Promise<DueSchedule[]> {
  const { rows } = await db.query<DueSchedule>(
    `update questions.schedules s
        set next_run_at = s.next_run_at + s.every_minutes * interval '1 minute' * (1 + floor(
              extract(epoch from $1 - s.next_run_at) / 60 / s.every_minutes)::int)
      where s.enabled and s.next_run_at <= $1 returning ${columns}`,
    [now],
  );
  return rows.sort((a, b) => a.id - b.id);
}

export async function recordRun(
  db: Queryable,
  id: number,
  run: { readonly questionId: number } | { readonly failure: string },
): Promise<void> {
  await db.query(
    `update questions.schedules
        set last_question_id = coalesce($2, last_question_id), last_failure = $3
      where id = $1`,
    'failure' in run ? [id, null, run.failure.slice(0, 1000)] : [id, run.questionId, null],
  );
}

function toSchedule({ ask, createdById: _, reach: __, ...row }: ScheduleRow): Schedule {
  return {
    ...row,
    sql: ask.statements,
    libraryKey: ask.libraryKey ?? null,
    parameters: ask.parameters ?? {},
    selector: ask.selector ?? '',
    createdAt: row.createdAt.toISOString(),
    nextRunAt: row.nextRunAt?.toISOString() ?? null,
  };
}
