import type { Queryable } from '../../platform/db/queryable.ts';
import { type AskedQuestion, type AskedRow, heldRows, type NewAnswer } from './asked-index.ts';
import { unpackOrdinals } from './ordinal-set.ts';

/** Selectors know so many of the newest questions. */
const mostQuestions = 1_000;

/** The newest questions with their answers, or those of `ids`; the sets belong to the caller. */
export async function loadAsked(
  db: Queryable,
  ids: readonly number[] | 'newest',
): Promise<AskedQuestion[]> {
  const questions = await db.query<{
    id: number;
    title: string;
    libraryKey: string | null;
    open: boolean;
    targets: Buffer;
    notApplicable: Buffer;
    distinctRows: number;
    rowTotal: number;
  }>(
    `select id, title, library_key as "libraryKey", state = 'open' as open, targets,
            not_applicable as "notApplicable", distinct_rows as "distinctRows",
            row_total as "rowTotal"
       from questions.questions
      where $1::bigint[] is null or id = any($1::bigint[])
      order by id desc limit $2`,
    [ids === 'newest' ? null : ids, mostQuestions],
  );
  const wanted = questions.rows.map(({ id }) => id);
  const answers = await db.query<{
    questionId: number;
    outcome: string;
    ordinals: number[];
    withRows: number[] | null;
    lastSequence: number | null;
  }>(
    `select question_id as "questionId", outcome, array_agg(ordinal) as ordinals,
            array_agg(ordinal) filter (where row_count > 0) as "withRows",
            max(sequence) as "lastSequence"
       from questions.answers where question_id = any($1::bigint[])
      group by question_id, outcome`,
    [wanted],
  );
  const byQuestion = Map.groupBy(answers.rows, ({ questionId }) => questionId);
  const small = questions.rows.filter(
    ({ distinctRows, rowTotal }) =>
      distinctRows <= heldRows.distinct && rowTotal <= heldRows.references,
  );
  const rows = await loadRows(
    db,
    small.map(({ id }) => id),
  );
  const held = new Set(small.map(({ id }) => id));
  return questions.rows.map(({ id, title, libraryKey, open, targets, notApplicable }) => {
    const own = byQuestion.get(id) ?? [];
    return {
      id,
      title,
      libraryKey,
      open,
      targets: unpackOrdinals(targets),
      notApplicable: unpackOrdinals(notApplicable),
      outcomes: new Map(own.map(({ outcome, ordinals }) => [outcome, ordinals])),
      withRows: own.flatMap((row) => row.withRows ?? []),
      lastSequence: Math.max(0, ...own.map((row) => row.lastSequence ?? 0)),
      rows: held.has(id) ? (rows.get(id) ?? []) : null,
    };
  });
}

async function loadRows(
  db: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, AskedRow[]>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<AskedRow & { questionId: number }>(
    `select r.id, r.question_id as "questionId", n.ordinals,
            coalesce((select string_agg(value, e'\\n') from jsonb_each_text(r.row)), '') as text
       from (select row_id, array_agg(distinct ordinal) as ordinals
               from questions.answers, unnest(row_ids) as row_id
              where question_id = any($1::bigint[]) group by row_id) n
       join questions.answer_rows r on r.id = n.row_id`,
    [ids],
  );
  return Map.groupBy(rows, ({ questionId }) => questionId);
}

/** Answers behind `after`, in their order. */
export async function answersSince(db: Queryable, id: number, after: number): Promise<NewAnswer[]> {
  const { rows } = await db.query<Omit<NewAnswer, 'rowIds'> & { rowIds: string[] }>(
    `select sequence, ordinal, outcome, coalesce(row_count > 0, false) as "hasRows",
            row_ids::text[] as "rowIds"
       from questions.answers where question_id = $1 and sequence > $2 order by sequence`,
    [id, after],
  );
  return rows.map(({ rowIds, ...row }) => ({ ...row, rowIds: rowIds.map(Number) }));
}

/** Texts of rows as in `AskedRow`. */
export async function rowTexts(
  db: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: number; text: string | null }>(
    `select id, (select string_agg(value, e'\\n') from jsonb_each_text(row)) as text
       from questions.answer_rows where id = any($1::bigint[])`,
    [ids],
  );
  return new Map(rows.map(({ id, text }) => [id, text ?? '']));
}
