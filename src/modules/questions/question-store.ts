import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import type { Platform } from '../assets/public.ts';
import type { QuestionState } from './api.ts';
import type { Delivery, LoadedQuestion } from './dispatch.ts';
import { type OrdinalSet, packOrdinals, unpackOrdinals } from './ordinal-set.ts';

export interface NewQuestion {
  readonly title: string;
  readonly sql: Readonly<Partial<Record<Platform, string>>>;
  readonly libraryKey: string | null;
  readonly parameters: Readonly<Record<string, string>>;
  readonly selector: string;
  readonly askedBy: string;
  readonly askedById: string;
  readonly scheduleId: number | null;
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly answerWithinSeconds: number;
  readonly maxRowsPerEndpoint: number;
  readonly targets: OrdinalSet;
  readonly notApplicable: OrdinalSet;
  readonly scopeIds: readonly string[];
  /** Null: all that the selector selects. */
  readonly endpointIds: readonly string[] | null;
  readonly columns: readonly string[];
}

/** One row of questions.questions, without its bitmaps. */
export interface QuestionRow {
  readonly id: number;
  readonly title: string;
  readonly sql: Record<string, string>;
  readonly libraryKey: string | null;
  readonly parameters: Record<string, string>;
  readonly selector: string;
  readonly askedBy: string;
  readonly askedById: string;
  readonly endpointIds: string[] | null;
  readonly scopeIds: string[];
  readonly askedAt: Date;
  readonly expiresAt: Date;
  readonly endedAt: Date | null;
  readonly state: QuestionState;
  readonly scheduleId: number | null;
  readonly answerWithinSeconds: number;
  readonly maxRowsPerEndpoint: number;
  readonly targeted: number;
  readonly notApplicableCount: number;
  readonly answered: number;
  readonly columns: string[];
  readonly rowTotal: number;
  readonly distinctRows: number;
  readonly truncated: boolean;
  readonly firstAnswerAt: Date | null;
  readonly lastAnswerAt: Date | null;
  readonly final: Record<string, number> | null;
}

export const questionColumns = `
  q.id, q.title, q.sql, q.library_key as "libraryKey", q.parameters, q.selector,
  q.asked_by as "askedBy", q.asked_by_id as "askedById", q.endpoint_ids as "endpointIds",
  q.scope_ids as "scopeIds", q.asked_at as "askedAt", q.expires_at as "expiresAt",
  q.ended_at as "endedAt", q.state, q.schedule_id as "scheduleId",
  q.answer_within_seconds as "answerWithinSeconds",
  q.max_rows_per_endpoint as "maxRowsPerEndpoint", q.targeted,
  q.not_applicable_count as "notApplicableCount", q.answered, q.columns,
  q.row_total as "rowTotal", q.distinct_rows as "distinctRows", q.truncated,
  q.first_answer_at as "firstAnswerAt", q.last_answer_at as "lastAnswerAt", q.final`;

/** Who reaches none of a question's endpoints does not see it; `$1`: a reach as uuid[], or null. */
export const visible = `($1::uuid[] is null or q.scope_ids && $1::uuid[])`;

/** A reach as a parameter: null means all. */
export function reachParameter(reach: ScopeReach): readonly string[] | null {
  return reach === 'all' ? null : reach;
}

/** Undefined: no such question, or none of its endpoints is within reach. */
export async function findQuestion(
  db: Queryable,
  id: number,
  reach: ScopeReach,
): Promise<QuestionRow | undefined> {
  const { rows } = await db.query<QuestionRow>(
    `select ${questionColumns} from questions.questions q where ${visible} and q.id = $2`,
    [reachParameter(reach), id],
  );
  return rows[0];
}

export interface QuestionFilter {
  readonly reach: ScopeReach;
  readonly q?: string | undefined;
  readonly state?: QuestionState | undefined;
  readonly scheduleId?: number | undefined;
  readonly now: Date;
}

/** Columns of the list that it can be sorted by: name on the wire to SQL. */
export const questionSortColumns = {
  id: 'q.id',
  title: 'q.title',
  askedAt: 'q.asked_at',
  askedBy: 'q.asked_by',
  expiresAt: 'q.expires_at',
  state: 'q.state',
};

export async function listQuestions(
  db: Queryable,
  { reach, q, state, scheduleId, now }: QuestionFilter,
  order: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ items: QuestionRow[]; total: number }> {
  const where = `${visible}
      and ($2::text is null or q.title ilike $2 or q.sql::text ilike $2 or q.selector ilike $2)
      and ($3::text is null or
           case when q.state = 'open' and q.expires_at <= $5 then 'expired' else q.state end = $3)
      and ($4::bigint is null or q.schedule_id = $4)`;
  const values = [
    reachParameter(reach),
    q === undefined || q === '' ? null : containing(q),
    state ?? null,
    scheduleId ?? null,
    now,
  ];
  const items = await db.query<QuestionRow>(
    `select ${questionColumns} from questions.questions q where ${where} ${order}
      offset $6 limit $7`,
    [...values, offset, limit],
  );
  const counted = await db.query<{ total: number }>(
    `select count(*)::int as total from questions.questions q where ${where}`,
    values,
  );
  return { items: items.rows, total: counted.rows[0]!.total };
}

/** As a pattern of LIKE; what the user typed has no wildcards. */
export function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

export async function insertQuestion(tx: Queryable, question: NewQuestion): Promise<number> {
  const { targets, notApplicable } = question;
  const { rows } = await tx.query<{ id: number }>(
    `insert into questions.questions
       (title, sql, library_key, parameters, selector, asked_by, asked_by_id, schedule_id,
        asked_at, expires_at, answer_within_seconds, max_rows_per_endpoint, targets,
        not_applicable, targeted, not_applicable_count, scope_ids, columns, endpoint_ids)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19)
     returning id`,
    [
      question.title,
      JSON.stringify(question.sql),
      question.libraryKey,
      JSON.stringify(question.parameters),
      question.selector,
      question.askedBy,
      question.askedById,
      question.scheduleId,
      question.askedAt,
      question.expiresAt,
      question.answerWithinSeconds,
      question.maxRowsPerEndpoint,
      packOrdinals(targets),
      packOrdinals(notApplicable),
      targets.size,
      notApplicable.size,
      question.scopeIds,
      question.columns,
      question.endpointIds,
    ],
  );
  return rows[0]!.id;
}

/** Notes who these endpoints are, for the time when they may be forgotten. */
export async function noteEndpoints(tx: Queryable, ordinals: readonly number[]): Promise<void> {
  await tx.query(
    `insert into questions.endpoints (ordinal, endpoint_id, hostname, platform, scope_id)
     select e.ordinal, e.id, e.hostname, e.platform, e.scope_id
       from assets.endpoint_view e
       left join questions.endpoints k on k.ordinal = e.ordinal
      where e.ordinal = any($1::int[])
        and (k.ordinal is null or (k.hostname, k.platform, k.scope_id)
                                  is distinct from (e.hostname, e.platform, e.scope_id))
      order by e.ordinal
     on conflict (ordinal) do update
        set hostname = excluded.hostname, platform = excluded.platform,
            scope_id = excluded.scope_id`,
    [ordinals],
  );
}

/** Counts what limits asking. Others that ask wait until the transaction ends. */
export async function countOpenFor(
  tx: Queryable,
  askedById: string,
  since: Date,
  now: Date,
): Promise<{ open: number; own: number; recent: number }> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('yojin questions'))`);
  const { rows } = await tx.query<{ open: number; own: number; recent: number }>(
    `select count(*) filter (where state = 'open' and expires_at > $3)::int as open,
            count(*) filter (where state = 'open' and expires_at > $3 and asked_by_id = $1)::int
              as own,
            count(*) filter (where asked_at > $2 and asked_by_id = $1)::int as recent
       from questions.questions where state = 'open' or asked_at > $2`,
    [askedById, since, now],
  );
  return rows[0]!;
}

/** Open questions with who answered them: all, or those of `ids` that are open. */
export async function loadOpenQuestions(
  db: Queryable,
  ids: readonly number[] | 'all',
): Promise<LoadedQuestion[]> {
  const { rows } = await db.query<{
    id: number;
    sql: LoadedQuestion['sql'];
    expiresAt: Date;
    maxRowsPerEndpoint: number;
    targets: Buffer;
    notApplicable: Buffer;
    answered: number[];
    lastSequence: number;
  }>(
    `select q.id, q.sql, q.expires_at as "expiresAt",
            q.max_rows_per_endpoint as "maxRowsPerEndpoint", q.targets,
            q.not_applicable as "notApplicable",
            array(select ordinal from questions.answers a where a.question_id = q.id) as answered,
            coalesce((select max(sequence) from questions.answers a where a.question_id = q.id), 0)
              as "lastSequence"
       from questions.questions q
      where q.state = 'open' and ($1::bigint[] is null or q.id = any($1::bigint[]))
      order by q.id`,
    [ids === 'all' ? null : ids],
  );
  return rows.map(({ expiresAt, targets, notApplicable, ...row }) => ({
    ...row,
    expiresAtMs: expiresAt.getTime(),
    targets: unpackOrdinals(targets),
    notApplicable: unpackOrdinals(notApplicable),
  }));
}

export async function openQuestionIds(db: Queryable): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select id from questions.questions where state = 'open' order by id`,
  );
  return rows.map(({ id }) => id);
}

export async function recordDeliveries(
  db: Queryable,
  deliveries: readonly Delivery[],
): Promise<void> {
  if (deliveries.length === 0) return;
  // A question that was deleted meanwhile has no need of them.
  await db.query(
    `insert into questions.deliveries (question_id, ordinal, delivered_at)
     select d.question_id, d.ordinal, d.delivered_at
       from unnest($1::bigint[], $2::int[], $3::timestamptz[])
              as d (question_id, ordinal, delivered_at)
      where exists (select from questions.questions q where q.id = d.question_id)
      order by d.question_id, d.ordinal
     on conflict do nothing`,
    [
      deliveries.map(({ questionId }) => questionId),
      deliveries.map(({ ordinal }) => ordinal),
      deliveries.map(({ deliveredAt }) => deliveredAt),
    ],
  );
}

/**
 * Ends a question: whoever has not answered gets an outcome, so that each endpoint has one for
 * good. False: it had ended already, or there is none.
 */
export async function endQuestion(
  tx: Queryable,
  id: number,
  state: 'finished' | 'expired' | 'cancelled',
  at: Date,
): Promise<boolean> {
  const { rows } = await tx.query<{ targets: Buffer; notApplicable: Buffer; late: boolean }>(
    `select targets, not_applicable as "notApplicable", expires_at <= $2 as late
       from questions.questions where id = $1 and state = 'open' for no key update`,
    [id, at],
  );
  const question = rows[0];
  if (!question) return false;
  await tx.query(
    `insert into questions.answers (question_id, ordinal, outcome, delivered_at)
     select $1, p,
            case when coalesce(k.gone, true) then 'gone'
                 when $3 = 'cancelled' then 'cancelled'
                 when d.delivered_at is not null then 'timed-out'
                 else 'expired' end,
            d.delivered_at
       from unnest($2::int[]) p
       left join questions.endpoint_now_view k on k.ordinal = p
       left join questions.deliveries d on d.question_id = $1 and d.ordinal = p
      where not exists (select from questions.answers a
                         where a.question_id = $1 and a.ordinal = p)`,
    [id, asked(question), state],
  );
  await closeQuestion(tx, id, state, at);
  return true;
}

/** Ends questions all of whose endpoints have an outcome; the caller holds their locks. */
export async function closeQuestion(
  tx: Queryable,
  id: number,
  state: 'finished' | 'expired' | 'cancelled',
  at: Date,
): Promise<void> {
  await tx.query(
    `update questions.questions q
        set state = $2,
            ended_at = case when $2 = 'expired' then least($3, q.expires_at) else $3 end,
            final = (
              select jsonb_object_agg(outcome, count) from (
                select outcome, sum(count)::int as count from (
                  select outcome, count(*) from questions.answers
                   where question_id = q.id group by outcome
                  union all
                  select 'not-applicable', q.not_applicable_count
                   where q.not_applicable_count > 0) counted
                 group by outcome) summed)
      where id = $1`,
    [id, state, at],
  );
}

/**
 * Ordinals that are neither answered nor not applicable but belong to forgotten endpoints only: a
 * question that waits for nobody else has finished.
 */
export async function waitsOnlyForGone(
  db: Queryable,
  pending: readonly number[],
): Promise<boolean> {
  const { rows } = await db.query<{ waits: boolean }>(
    `select exists (select from assets.endpoint_view where ordinal = any($1::int[])) as waits`,
    [pending],
  );
  return rows[0]!.waits === false;
}

/** The two bitmaps of a question, as ordinals: asked, and not applicable. */
export async function targetsOf(
  db: Queryable,
  id: number,
): Promise<{ asked: number[]; notApplicable: number[] }> {
  const { rows } = await db.query<{ targets: Buffer; notApplicable: Buffer }>(
    `select targets, not_applicable as "notApplicable" from questions.questions where id = $1`,
    [id],
  );
  const row = rows[0];
  if (!row) return { asked: [], notApplicable: [] };
  const notApplicable = unpackOrdinals(row.notApplicable);
  const ordinals = notApplicable.toArray();
  notApplicable.dispose();
  return { asked: asked(row), notApplicable: ordinals };
}

function asked(row: { readonly targets: Buffer; readonly notApplicable: Buffer }): number[] {
  const targets = unpackOrdinals(row.targets);
  const notApplicable = unpackOrdinals(row.notApplicable);
  targets.andNotInPlace(notApplicable);
  const ordinals = targets.toArray();
  targets.dispose();
  notApplicable.dispose();
  return ordinals;
}

/** Deletes questions that ended before `before` and, of each schedule, the runs it does not keep. */
export async function deleteOldQuestions(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    `delete from questions.questions q
      where q.state <> 'open'
        and ((q.schedule_id is null and q.ended_at < $1)
             or q.id in (select id from (
                  select r.id, s.keep_runs,
                         row_number() over (partition by r.schedule_id order by r.id desc) as run
                    from questions.questions r
                    join questions.schedules s on s.id = r.schedule_id) runs
                   where run > keep_runs))`,
    [before],
  );
  return rowCount ?? 0;
}
