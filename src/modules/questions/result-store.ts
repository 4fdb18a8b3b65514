import type { Database, Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import type {
  AnswerRow,
  AnswerStreamPage,
  ComparisonRow,
  OutcomeName,
  Progress,
  Question,
  QuestionState,
  TargetRow,
} from './api.ts';
import { onlineMs } from './limits.ts';
import { containing, type QuestionRow, reachParameter, targetsOf } from './question-store.ts';

/** Who asks for results, and when: nobody sees endpoints beyond the own reach, nor counts of them. */
export interface Reader {
  readonly reach: ScopeReach;
  readonly now: Date;
}

interface Window {
  readonly offset: number;
  readonly limit: number;
}

/** Its time may be over before a server has noticed. */
export function stateOf({ state, expiresAt }: QuestionRow, now: Date): QuestionState {
  return state === 'open' && expiresAt <= now ? 'expired' : state;
}

/** As it stands on the wire. */
export function toQuestion(row: QuestionRow, progress: Question['progress'], now: Date): Question {
  return {
    id: row.id,
    title: row.title,
    sql: row.sql,
    libraryKey: row.libraryKey,
    parameters: row.parameters,
    selector: row.selector,
    endpointIds: row.endpointIds === null ? null : [...row.endpointIds],
    askedBy: row.askedBy,
    askedAt: row.askedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
    state: stateOf(row, now),
    scheduleId: row.scheduleId,
    maxRowsPerEndpoint: row.maxRowsPerEndpoint,
    columns: row.columns,
    truncated: row.truncated,
    progress,
  };
}

/**
 * Every targeted endpoint within reach with its one outcome, from one snapshot:
 * `$1` question, `$2` asked ordinals, `$3` those that are not applicable, `$4` now, `$5` reach or
 * null, `$6` seconds to answer in, `$7` whether its time is over.
 */
const targetOutcomes = `
  select t.ordinal, k.endpoint_id, k.hostname, k.platform, k.scope_id, k.scope_name,
         k.last_seen_at, a.message, a.row_count, a.row_ids, a.answered_at, a.wall_ms,
         coalesce(a.delivered_at, d.delivered_at) as delivered_at,
         case when a.outcome is not null then a.outcome
              when t.not_applicable then 'not-applicable'
              when coalesce(k.gone, true) then 'gone'
              when d.delivered_at is null then case when $7 then 'expired' else 'queued' end
              when $7 or d.delivered_at + $6 * interval '1 second' <= $4 then 'timed-out'
              else 'delivered' end as outcome
    from (select unnest($2::int[]) as ordinal, false as not_applicable
          union all
          select unnest($3::int[]), true) t
    left join questions.answers a on a.question_id = $1 and a.ordinal = t.ordinal
    left join questions.deliveries d on d.question_id = $1 and d.ordinal = t.ordinal
    left join questions.endpoint_now_view k on k.ordinal = t.ordinal
   where $5::uuid[] is null or k.scope_id = any($5::uuid[])`;

async function outcomeValues(db: Queryable, question: QuestionRow, { reach, now }: Reader) {
  const { asked, notApplicable } = await targetsOf(db, question.id);
  return [
    question.id,
    asked,
    notApplicable,
    now,
    reachParameter(reach),
    question.answerWithinSeconds,
    stateOf(question, now) === 'expired',
  ];
}

interface OutcomeCount {
  readonly outcome: OutcomeName;
  readonly endpoints: number;
  readonly offline: number;
  readonly rows: number;
  readonly first: Date | null;
  readonly last: Date | null;
}

/** With `$8`: who was last heard of before this is offline. */
const countsWithin = `
  select outcome, count(*)::int as endpoints,
         count(*) filter (where last_seen_at is null or last_seen_at < $8)::int as offline,
         coalesce(sum(row_count), 0)::bigint as rows, min(answered_at) as first,
         max(answered_at) as last
    from (${targetOutcomes}) targets group by outcome`;

/** The same for all, looking only at those endpoints one by one that have not answered. */
const countsOfAll = `
  select outcome, sum(endpoints)::int as endpoints, sum(offline)::int as offline,
         sum(rows)::bigint as rows, min(first) as first, max(last) as last
    from (
      select outcome, count(*) as endpoints, 0 as offline, coalesce(sum(row_count), 0) as rows,
             min(answered_at) as first, max(answered_at) as last
        from questions.answers where question_id = $1 group by outcome
      union all
      select 'not-applicable', cardinality($3::int[]), 0, 0, null, null
       where cardinality($3::int[]) > 0
      union all
      select case when coalesce(k.gone, true) then 'gone'
                  when d.delivered_at is null then case when $7 then 'expired' else 'queued' end
                  when $7 or d.delivered_at + $6 * interval '1 second' <= $4 then 'timed-out'
                  else 'delivered' end,
             1, case when k.last_seen_at is null or k.last_seen_at < $8 then 1 else 0 end, 0,
             null, null
        from unnest($2::int[]) as p
        left join questions.deliveries d on d.question_id = $1 and d.ordinal = p
        left join questions.endpoint_now_view k on k.ordinal = p
       where $5::uuid[] is null
         and not exists (select from questions.answers a
                          where a.question_id = $1 and a.ordinal = p)) counted
   group by outcome`;

/** Progress of many endpoints is remembered for so many times what it cost, at most 3 s. */
const rememberTimes = 4;
const rememberAtMostMs = 3_000;
const many = 5_000;
const remembered = new WeakMap<
  Database,
  Map<string, { readonly untilMs: number; readonly progress: Promise<Progress> }>
>();

/**
 * The sum of `byOutcome` is `targeted`. Of a large open question it may be some seconds old; of one
 * that has ended it is final.
 */
export async function progressOf(
  db: Database,
  question: QuestionRow,
  reader: Reader,
): Promise<Progress> {
  if (question.targeted <= many) return countProgress(db, question, reader);
  const known = remembered.get(db) ?? new Map();
  remembered.set(db, known);
  const state = stateOf(question, reader.now);
  const key = JSON.stringify([question.id, state, reachParameter(reader.reach)]);
  const startedMs = performance.now();
  const before = known.get(key);
  if (before && before.untilMs > startedMs) return before.progress;
  for (const [other, { untilMs }] of known) if (untilMs <= startedMs) known.delete(other);
  const progress = countProgress(db, question, reader);
  known.set(key, { untilMs: Number.POSITIVE_INFINITY, progress });
  try {
    await progress;
    const nowMs = performance.now();
    const ms = Math.min(rememberAtMostMs, (nowMs - startedMs) * rememberTimes);
    known.set(key, { untilMs: nowMs + ms, progress });
  } catch (error) {
    known.delete(key);
    throw error;
  }
  return progress;
}

async function countProgress(
  db: Queryable,
  question: QuestionRow,
  reader: Reader,
): Promise<Progress> {
  const since = (at: Date | null) =>
    at === null ? null : Math.max(0, at.getTime() - question.askedAt.getTime());
  if (question.final !== null && reader.reach === 'all') {
    return {
      targeted: question.targeted,
      byOutcome: question.final,
      queuedOffline: 0,
      rows: question.rowTotal,
      distinctRows: question.distinctRows,
      firstAnswerMs: since(question.firstAnswerAt),
      lastAnswerMs: since(question.lastAnswerAt),
    };
  }
  const values = [
    ...(await outcomeValues(db, question, reader)),
    new Date(reader.now.getTime() - onlineMs),
  ];
  const { rows } = await db.query<OutcomeCount>(
    reader.reach === 'all' ? countsOfAll : countsWithin,
    values,
  );
  const times = (pick: (row: (typeof rows)[number]) => Date | null) =>
    rows.map(pick).filter((at) => at !== null);
  const earliest = times(({ first }) => first).sort((a, b) => a.getTime() - b.getTime())[0];
  const latest = times(({ last }) => last).sort((a, b) => b.getTime() - a.getTime())[0];
  return {
    targeted: rows.reduce((sum, { endpoints }) => sum + endpoints, 0),
    byOutcome: Object.fromEntries(rows.map(({ outcome, endpoints }) => [outcome, endpoints])),
    queuedOffline: rows.find(({ outcome }) => outcome === 'queued')?.offline ?? 0,
    rows: rows.reduce((sum, row) => sum + row.rows, 0),
    distinctRows:
      reader.reach === 'all'
        ? question.distinctRows
        : await countDistinctRows(db, question.id, reader.reach),
    firstAnswerMs: since(earliest ?? null),
    lastAnswerMs: since(latest ?? null),
  };
}

/** Distinct rows of a question `$1` with how many endpoints within reach `$2` answered them. */
const rowsWithin = `
  select r.id, r.hash, r.row, n.endpoint_count
    from questions.answer_rows r
    join (select row_id, count(distinct a.ordinal)::int as endpoint_count
            from questions.answers a
            join questions.endpoint_now_view k on k.ordinal = a.ordinal
           cross join unnest(a.row_ids) as row_id
           where a.question_id = $1 and k.scope_id = any($2::uuid[])
           group by row_id) n on n.row_id = r.id
   where r.question_id = $1`;

const rowsOfAll = `
  select id, hash, row, endpoint_count from questions.answer_rows
   where question_id = $1 and endpoint_count > 0 and $2::uuid[] is null`;

const rowsFor = (reach: ScopeReach) => (reach === 'all' ? rowsOfAll : rowsWithin);

async function countDistinctRows(db: Queryable, id: number, reach: ScopeReach): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from (${rowsFor(reach)}) r`,
    [id, reachParameter(reach)],
  );
  return rows[0]!.count;
}

export interface RowFilter {
  readonly reach: ScopeReach;
  readonly q?: string | undefined;
  readonly order: string;
}

/** Columns that rows can be sorted by. */
export const rowSortColumns = { endpointCount: 'r.endpoint_count', id: 'r.id' };

export async function listRows(
  db: Queryable,
  id: number,
  { reach, q, order }: RowFilter,
  { offset, limit }: Window,
): Promise<{ items: AnswerRow[]; total: number }> {
  const from = `from (${rowsFor(reach)}) r
    where $3::text is null
       or exists (select from jsonb_each_text(r.row) v where v.value ilike $3)`;
  const values = [id, reachParameter(reach), q ? containing(q) : null];
  const { rows } = await db.query<AnswerRow>(
    `select r.id, r.row as "values", r.endpoint_count as "endpointCount" ${from}
     ${order} offset $4 limit $5`,
    [...values, offset, limit],
  );
  const counted = await db.query<{ total: number }>(
    `select count(*)::int as total ${from}`,
    values,
  );
  return { items: rows, total: counted.rows[0]!.total };
}

/** Columns that the endpoints of a question can be sorted by. */
export const targetSortColumns = {
  hostname: 't.hostname',
  platform: 't.platform',
  scopeName: 't.scope_name',
  outcome: 't.outcome',
  rowCount: 't.row_count',
  deliveredAt: 't.delivered_at',
  answeredAt: 't.answered_at',
  wallMs: 't.wall_ms',
  lastSeenAt: 't.last_seen_at',
};

export interface TargetFilter {
  readonly outcome?: OutcomeName | undefined;
  readonly rowId?: number | undefined;
  readonly q?: string | undefined;
  readonly order: string;
}

/** What stands for an endpoint that was forgotten before anything was noted of it. */
const nobody = '00000000-0000-0000-0000-000000000000';

export async function listTargets(
  db: Queryable,
  question: QuestionRow,
  { outcome, rowId, q, order }: TargetFilter,
  { offset, limit }: Window,
  reader: Reader,
): Promise<{ items: TargetRow[]; total: number }> {
  const from = `from (${targetOutcomes}) t
    where ($8::text is null or t.outcome = $8)
      and ($9::bigint is null or $9 = any(t.row_ids))
      and ($10::text is null or t.hostname ilike $10 or t.message ilike $10)`;
  const values = [
    ...(await outcomeValues(db, question, reader)),
    outcome ?? null,
    rowId ?? null,
    q ? containing(q) : null,
  ];
  const { rows } = await db.query<
    Omit<TargetRow, 'deliveredAt' | 'answeredAt' | 'lastSeenAt'> & {
      deliveredAt: Date | null;
      answeredAt: Date | null;
      lastSeenAt: Date | null;
    }
  >(
    `select coalesce(t.endpoint_id, '${nobody}') as "endpointId",
            coalesce(t.hostname, '#' || t.ordinal) as hostname,
            coalesce(t.platform, '') as platform,
            coalesce(t.scope_name, (select s.name from assets.scope_view s
                                     where s.id = t.scope_id), '') as "scopeName",
            t.outcome, t.message, t.row_count as "rowCount", t.delivered_at as "deliveredAt",
            t.answered_at as "answeredAt", t.wall_ms as "wallMs",
            t.last_seen_at as "lastSeenAt"
       ${from} ${order} offset $11 limit $12`,
    [...values, offset, limit],
  );
  const counted = await db.query<{ total: number }>(
    `select count(*)::int as total ${from}`,
    values,
  );
  return {
    items: rows.map((row) => ({
      ...row,
      deliveredAt: row.deliveredAt?.toISOString() ?? null,
      answeredAt: row.answeredAt?.toISOString() ?? null,
      lastSeenAt: row.lastSeenAt?.toISOString() ?? null,
    })),
    total: counted.rows[0]!.total,
  };
}

const answersPerPage = 500;
const rowsPerPage = 5_000;

/** Answers behind `after`, in the order in which they were stored; the next page's `after`. */
export async function nextAnswers(
  db: Queryable,
  id: number,
  after: number,
  reach: ScopeReach,
): Promise<Pick<AnswerStreamPage, 'answers' | 'next'>> {
  const { rows } = await db.query<{
    sequence: number;
    endpointId: string;
    hostname: string;
    outcome: OutcomeName;
    message: string | null;
    answeredAt: Date;
    rowIds: string[];
  }>(
    `select a.sequence, coalesce(k.endpoint_id, '${nobody}') as "endpointId",
            coalesce(k.hostname, '#' || a.ordinal) as hostname, a.outcome, a.message,
            a.answered_at as "answeredAt", a.row_ids::text[] as "rowIds"
       from questions.answers a
       left join questions.endpoint_now_view k on k.ordinal = a.ordinal
      where a.question_id = $1 and a.sequence > $2
        and ($3::uuid[] is null or k.scope_id = any($3::uuid[]))
      order by a.sequence limit $4`,
    [id, after, reachParameter(reach), answersPerPage],
  );
  let rowCount = 0;
  const page = rows.filter(({ rowIds }, at) => {
    rowCount += rowIds.length;
    return at === 0 || rowCount <= rowsPerPage;
  });
  const ids = [...new Set(page.flatMap(({ rowIds }) => rowIds))];
  const values = new Map<string, Record<string, string>>();
  if (ids.length > 0) {
    const found = await db.query<{ id: string; row: Record<string, string> }>(
      `select id::text, row from questions.answer_rows where id = any($1::bigint[])`,
      [ids],
    );
    for (const { id: rowId, row } of found.rows) values.set(rowId, row);
  }
  return {
    answers: page.map(({ rowIds, answeredAt, ...answer }) => ({
      ...answer,
      answeredAt: answeredAt.toISOString(),
      rows: rowIds.map((rowId) => values.get(rowId) ?? {}),
    })),
    next: page.at(-1)?.sequence ?? after,
  };
}

/** Rows that only one of two questions has, or that another number of endpoints answered. */
export async function compareRows(
  db: Queryable,
  { before, after, reach }: { before: number; after: number; reach: ScopeReach },
  { offset, limit }: Window,
): Promise<{ items: ComparisonRow[]; total: number }> {
  const of = (parameter: string) => rowsFor(reach).replaceAll('$1', parameter);
  const from = `
    from (${of('$1')}) b
    full join (${of('$3')}) a on a.hash = b.hash
   where coalesce(a.endpoint_count, 0) <> coalesce(b.endpoint_count, 0)`;
  const values = [before, reachParameter(reach), after];
  const { rows } = await db.query<ComparisonRow>(
    `select coalesce(a.row, b.row) as "values", coalesce(b.endpoint_count, 0) as before,
            coalesce(a.endpoint_count, 0) as after
       ${from}
      order by abs(coalesce(a.endpoint_count, 0) - coalesce(b.endpoint_count, 0)) desc,
               coalesce(a.hash, b.hash)
     offset $4 limit $5`,
    [...values, offset, limit],
  );
  const counted = await db.query<{ total: number }>(
    `select count(*)::int as total ${from}`,
    values,
  );
  return { items: rows, total: counted.rows[0]!.total };
}
