import type { Database, Queryable } from '../../platform/db/queryable.ts';
import type { AnswerItem } from './dispatch.ts';
import type { QuestionLimits } from './limits.ts';
import { closeQuestion } from './question-store.ts';

export interface StoredAnswers {
  /** Questions with new answers, and the ordinals that gave them. */
  readonly stored: ReadonlyMap<number, readonly number[]>;
  /** Questions that these answers finished. */
  readonly finished: readonly number[];
  /** Answers to questions that have ended: accepted, and dropped. */
  readonly late: number;
  readonly duplicates: number;
}

/** Of all endpoints' answers together; further ones are in the rows only. */
const mostColumns = 500;
const bytesPerTransaction = 32 * 1024 * 1024;

/**
 * Stores the first answer of each endpoint; all of it in one transaction, or in several when it is
 * a lot. An answer that PostgreSQL refuses does not take the others with it: it alone is stored as
 * refused.
 */
export async function storeAnswers(
  db: Database,
  items: readonly AnswerItem[],
  limits: Pick<QuestionLimits, 'totalRows' | 'totalBytes'>,
): Promise<StoredAnswers> {
  const stored = new Map<number, number[]>();
  const finished: number[] = [];
  let late = 0;
  let duplicates = 0;
  for (const part of parts(items)) {
    const done = await storePart(db, part, limits);
    for (const [id, ordinals] of done.stored) {
      stored.set(id, [...(stored.get(id) ?? []), ...ordinals]);
    }
    finished.push(...done.finished);
    late += done.late;
    duplicates += done.duplicates;
  }
  return { stored, finished, late, duplicates };
}

function parts(items: readonly AnswerItem[]): AnswerItem[][] {
  const all: AnswerItem[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const size = item.rows.reduce((sum, { json }) => sum + json.length, 0);
    if (bytes + size > bytesPerTransaction) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)!.push(item);
    bytes += size;
  }
  return all;
}

async function storePart(
  db: Database,
  items: readonly AnswerItem[],
  limits: Pick<QuestionLimits, 'totalRows' | 'totalBytes'>,
): Promise<StoredAnswers> {
  try {
    return await db.transaction((tx) => storeTogether(tx, items, limits));
  } catch (error) {
    // Class 22: the data itself. Anything else would meet the next attempt as well.
    if (!String((error as { code?: unknown }).code).startsWith('22')) throw error;
    if (items.length > 1) {
      const halves = [items.slice(0, items.length >> 1), items.slice(items.length >> 1)];
      const [a, b] = [
        await storePart(db, halves[0]!, limits),
        await storePart(db, halves[1]!, limits),
      ];
      const stored = new Map(a.stored);
      for (const [id, more] of b.stored) stored.set(id, [...(stored.get(id) ?? []), ...more]);
      return {
        stored,
        finished: [...a.finished, ...b.finished],
        late: a.late + b.late,
        duplicates: a.duplicates + b.duplicates,
      };
    }
    const [item] = items;
    if (item === undefined || item.outcome === 'refused') throw error;
    const message = `not stored: ${(error as Error).message}`.slice(0, 1000);
    const refused: AnswerItem = {
      ...item,
      outcome: 'refused',
      message,
      rowCount: null,
      rows: [],
      columns: [],
    };
    return storePart(db, [refused], limits);
  }
}

interface LockedQuestion {
  readonly id: number;
  readonly open: boolean;
  readonly targeted: number;
  readonly notApplicableCount: number;
  answered: number;
  rowTotal: number;
  distinctRows: number;
  storedBytes: number;
  truncated: boolean;
  readonly columns: string[];
}

async function storeTogether(
  tx: Queryable,
  items: readonly AnswerItem[],
  limits: Pick<QuestionLimits, 'totalRows' | 'totalBytes'>,
): Promise<StoredAnswers> {
  // One transaction at a time per question, and all in the order of the ids: so sequences ascend as
  // answers become visible, and what is looked up here stays true until the commit.
  const locked = await tx.query<LockedQuestion>(
    `select id, state = 'open' as open, targeted, not_applicable_count as "notApplicableCount",
            answered, row_total as "rowTotal", distinct_rows as "distinctRows",
            stored_bytes as "storedBytes", truncated, columns
       from questions.questions where id = any($1::bigint[]) order by id for no key update`,
    [[...new Set(items.map(({ questionId }) => questionId))]],
  );
  const questions = new Map(locked.rows.map((row) => [row.id, row]));
  const open = items.filter(({ questionId }) => questions.get(questionId)?.open);
  const first = await firstAnswers(tx, open);
  const rowIds = await storeRows(tx, first, questions, limits);

  await tx.query(
    `insert into questions.answers
       (question_id, ordinal, sequence, outcome, message, row_count, row_ids, delivered_at,
        answered_at, wall_ms)
     select question_id, ordinal, nextval('questions.answer_sequence'), outcome, message,
            row_count, row_ids::bigint[], delivered_at, answered_at, wall_ms
       from unnest($1::bigint[], $2::int[], $3::text[], $4::text[], $5::int[], $6::text[],
                   $7::timestamptz[], $8::timestamptz[], $9::int[])
              as a (question_id, ordinal, outcome, message, row_count, row_ids, delivered_at,
                    answered_at, wall_ms)`,
    [
      first.map(({ questionId }) => questionId),
      first.map(({ ordinal }) => ordinal),
      first.map(({ outcome }) => outcome),
      first.map(({ message }) => message),
      first.map(({ rowCount }) => rowCount),
      first.map((item) => `{${(rowIds.get(item) ?? []).join(',')}}`),
      first.map(({ deliveredAt }) => deliveredAt),
      first.map(({ answeredAt }) => answeredAt),
      first.map(({ wallMs }) => wallMs),
    ],
  );
  await countRows(tx, first, rowIds);
  const stored = new Map<number, number[]>();
  const finished: number[] = [];
  for (const [id, answers] of Map.groupBy(first, ({ questionId }) => questionId)) {
    const question = questions.get(id)!;
    const times = answers.map(({ answeredAt }) => answeredAt.getTime());
    question.answered += answers.length;
    await tx.query(
      `update questions.questions
          set answered = $2, row_total = $3, distinct_rows = $4, stored_bytes = $5,
              truncated = $6, columns = $7,
              first_answer_at = least(first_answer_at, $8),
              last_answer_at = greatest(last_answer_at, $9)
        where id = $1`,
      [
        id,
        question.answered,
        question.rowTotal,
        question.distinctRows,
        question.storedBytes,
        question.truncated,
        question.columns,
        new Date(Math.min(...times)),
        new Date(Math.max(...times)),
      ],
    );
    stored.set(
      id,
      answers.map(({ ordinal }) => ordinal),
    );
    if (question.answered + question.notApplicableCount >= question.targeted) {
      await closeQuestion(tx, id, 'finished', new Date(Math.max(...times)));
      finished.push(id);
    }
  }
  return {
    stored,
    finished,
    late: items.length - open.length,
    duplicates: open.length - first.length,
  };
}

/** Of each endpoint and question the first, unless one is stored already. */
async function firstAnswers(
  tx: Queryable,
  items: readonly AnswerItem[],
): Promise<readonly AnswerItem[]> {
  const first = new Map<string, AnswerItem>();
  for (const item of items) {
    const key = `${item.questionId} ${item.ordinal}`;
    if (!first.has(key)) first.set(key, item);
  }
  const { rows } = await tx.query<{ questionId: number; ordinal: number }>(
    // One look into the index for each, whatever the planner thinks of a table that just grew.
    `select t.question_id as "questionId", t.ordinal
       from unnest($1::bigint[], $2::int[]) as t (question_id, ordinal)
      cross join lateral (select from questions.answers a
                           where a.question_id = t.question_id and a.ordinal = t.ordinal
                           limit 1) found`,
    [
      [...first.values()].map(({ questionId }) => questionId),
      [...first.values()].map(({ ordinal }) => ordinal),
    ],
  );
  for (const { questionId, ordinal } of rows) first.delete(`${questionId} ${ordinal}`);
  return [...first.values()];
}

/**
 * Stores the rows that are new to their question and answers the ids of each answer's rows. Beyond
 * the total limits rows are only counted; `questions` learns of all of it.
 */
async function storeRows(
  tx: Queryable,
  items: readonly AnswerItem[],
  questions: ReadonlyMap<number, LockedQuestion>,
  limits: Pick<QuestionLimits, 'totalRows' | 'totalBytes'>,
): Promise<ReadonlyMap<AnswerItem, readonly number[]>> {
  const distinct = new Map<string, { questionId: number; hash: string; json: string }>();
  for (const { questionId, rows } of items) {
    for (const row of rows) distinct.set(`${questionId} ${row.hash}`, { questionId, ...row });
  }
  const ids = new Map<string, number>();
  if (distinct.size > 0) {
    const known = await tx.query<{ id: number; questionId: number; hash: string }>(
      `select r.id, t.question_id as "questionId", t.hash
         from unnest($1::bigint[], $2::text[]) as t (question_id, hash)
        cross join lateral (select r.id from questions.answer_rows r
                             where r.question_id = t.question_id
                               and r.hash = decode(t.hash, 'hex')
                             limit 1) r`,
      columnsOf([...distinct.values()]).slice(0, 2),
    );
    for (const { id, questionId, hash } of known.rows) ids.set(`${questionId} ${hash}`, id);
  }
  const fresh = new Map<string, { questionId: number; hash: string; json: string }>();
  const kept: AnswerItem[] = [];
  for (const item of items) {
    const question = questions.get(item.questionId)!;
    for (const column of item.columns) {
      if (question.columns.length >= mostColumns) break;
      if (!question.columns.includes(column)) question.columns.push(column);
    }
    if (item.rows.length === 0) continue;
    const added = new Map<string, (typeof item.rows)[number]>();
    for (const row of item.rows) {
      const key = `${item.questionId} ${row.hash}`;
      if (!ids.has(key) && !fresh.has(key)) added.set(key, row);
    }
    const bytes = [...added.values()].reduce((sum, { json }) => sum + json.length, 0);
    question.rowTotal += item.rows.length;
    if (question.rowTotal > limits.totalRows || question.storedBytes + bytes > limits.totalBytes) {
      question.truncated = true;
      continue;
    }
    question.storedBytes += bytes;
    question.distinctRows += added.size;
    for (const [key, row] of added) fresh.set(key, { questionId: item.questionId, ...row });
    kept.push(item);
  }
  if (fresh.size > 0) {
    const made = await tx.query<{ id: number; questionId: number; hash: string }>(
      `insert into questions.answer_rows (question_id, hash, row)
       select question_id, decode(hash, 'hex'), row::jsonb
         from unnest($1::bigint[], $2::text[], $3::text[]) as t (question_id, hash, row)
       returning id, question_id as "questionId", encode(hash, 'hex') as hash`,
      columnsOf([...fresh.values()]),
    );
    for (const { id, questionId, hash } of made.rows) ids.set(`${questionId} ${hash}`, id);
  }
  return new Map(
    kept.map((item) => [item, item.rows.map(({ hash }) => ids.get(`${item.questionId} ${hash}`)!)]),
  );
}

function columnsOf(
  rows: readonly { questionId: number; hash: string; json: string }[],
): [number[], string[], string[]] {
  return [
    rows.map(({ questionId }) => questionId),
    rows.map(({ hash }) => hash),
    rows.map(({ json }) => json),
  ];
}

async function countRows(
  tx: Queryable,
  items: readonly AnswerItem[],
  rowIds: ReadonlyMap<AnswerItem, readonly number[]>,
): Promise<void> {
  const counts = new Map<number, number>();
  for (const item of items) {
    for (const id of new Set(rowIds.get(item))) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  if (counts.size === 0) return;
  await tx.query(
    `update questions.answer_rows r set endpoint_count = r.endpoint_count + t.added
       from unnest($1::bigint[], $2::int[]) as t (id, added)
      where r.id = t.id`,
    [[...counts.keys()], [...counts.values()]],
  );
}
