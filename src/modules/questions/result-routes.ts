import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { CsvColumn } from '../../platform/http/csv.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import { sendList } from '../../platform/http/send-list.ts';
import { parseSort } from '../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import type { AnswerBell } from './answer-bell.ts';
import {
  AnswerRowList,
  AnswerRowQueryString,
  AnswerStreamPage,
  Comparison,
  type ComparisonRow,
  TargetList,
  TargetQueryString,
  type TargetRow,
} from './api.ts';
import { exportQuestion } from './export-store.ts';
import { findQuestion, type QuestionRow } from './question-store.ts';
import {
  compareRows,
  listRows,
  listTargets,
  nextAnswers,
  progressOf,
  type Reader,
  rowSortColumns,
  stateOf,
  targetSortColumns,
  toQuestion,
} from './result-store.ts';

export const Id = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2 ** 52 }) });
const StreamQuery = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 52, default: 0 })),
  wait: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 25, default: 0, description: 'Seconds' }),
  ),
});
/** So long a notice of another server may be lost before the database is asked again. */
const lookAgainMs = 2_000;
const mostStreams = 1_000;
const mostExports = 2;

/** What was answered, in all its forms; below /api. */
export function resultRoutes(
  app: App,
  { db, clock }: ModuleContext,
  { bell }: { readonly bell: AnswerBell },
): void {
  const readerOf = (request: FastifyRequest): Reader => ({
    reach: principalOf(request).scopes,
    now: clock(),
  });
  const questionOf = (request: FastifyRequest, id: number): Promise<QuestionRow> =>
    questionWithin(db, id, principalOf(request).scopes);
  const shown = async (row: QuestionRow, reader: Reader) =>
    toQuestion(row, await progressOf(db, row, reader), reader.now);

  app.get(
    '/questions/:id/rows',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'What was answered: identical rows as one, most frequent first',
        description: 'Can also be sorted by any column of the answers.',
        tags: ['questions'],
        params: Id,
        querystring: AnswerRowQueryString,
        response: { 200: AnswerRowList, 400: Problem, 404: Problem },
      },
    },
    async (request, reply) => {
      const question = await questionOf(request, request.params.id);
      const { q, sort } = request.query;
      const reader = readerOf(request);
      const order = parseSort(
        sort,
        { ...valueColumns(question.columns), ...rowSortColumns },
        { fallback: '-endpointCount', tiebreak: 'r.id' },
      );
      return sendList(request, reply, {
        db,
        now: reader.now,
        fileName: `question-${question.id}-rows`,
        columns: [
          ...question.columns.map((column) => ({
            header: column,
            cell: (row: { values: Record<string, string> }) => row.values[column] ?? null,
          })),
          { header: 'endpoints', cell: (row: { endpointCount: number }) => row.endpointCount },
        ] as CsvColumn<{ id: number; values: Record<string, string>; endpointCount: number }>[],
        page: (tx, window) => listRows(tx, question.id, { reach: reader.reach, q, order }, window),
      });
    },
  );

  app.get(
    '/questions/:id/endpoints',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'Every endpoint that was asked, and what became of the question there',
        tags: ['questions'],
        params: Id,
        querystring: TargetQueryString,
        response: { 200: TargetList, 400: Problem, 404: Problem },
      },
    },
    async (request, reply) => {
      const question = await questionOf(request, request.params.id);
      const { outcome, rowId, q, sort } = request.query;
      const reader = readerOf(request);
      const order = parseSort(sort, targetSortColumns, {
        fallback: 'hostname',
        tiebreak: 't.ordinal',
      });
      return sendList(request, reply, {
        db,
        now: reader.now,
        fileName: `question-${question.id}-endpoints`,
        columns: targetCsv,
        page: (tx, window) =>
          listTargets(tx, question, { outcome, rowId, q, order }, window, reader),
      });
    },
  );

  app.get(
    '/questions/:id/answers',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'Answers in the order in which they were stored; waits for the next one',
        tags: ['questions'],
        params: Id,
        querystring: StreamQuery,
        response: { 200: AnswerStreamPage, 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { after = 0, wait = 0 } = request.query;
      const { scopes: reach } = principalOf(request);
      const untilMs = performance.now() + (bell.waiting < mostStreams ? wait * 1000 : 0);
      for (;;) {
        // Listening before looking: what comes in between is not missed.
        const leftMs = untilMs - performance.now();
        const news = new AbortController();
        const rung = bell.wait(id, Math.max(0, Math.min(leftMs, lookAgainMs)), news.signal);
        try {
          const question = await questionOf(request, id);
          const page = await nextAnswers(db, id, after, reach);
          const state = stateOf(question, clock());
          const gone = request.raw.socket?.destroyed || bell.closed;
          if (page.answers.length > 0 || state !== 'open' || leftMs <= 0 || gone) {
            // Read after the answers: it never lags behind them.
            const now = await questionOf(request, id);
            const progress = await progressOf(db, now, { reach, now: clock() });
            // The state of before: with it, an empty page is the last one.
            return { ...page, state, progress };
          }
          await rung;
        } finally {
          news.abort();
        }
      }
    },
  );

  app.get(
    '/questions/:id/comparison',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'Rows that are other than in an earlier question (`with`): came, went, or count',
        tags: ['questions'],
        params: Id,
        querystring: Type.Object({
          with: Type.Integer({ minimum: 1, maximum: 2 ** 52, description: 'The earlier one' }),
          ...Type.Pick(AnswerRowQueryString, ['offset', 'limit', 'format']).properties,
        }),
        response: { 200: Comparison, 404: Problem },
      },
    },
    async (request, reply) => {
      const { scopes: reach } = principalOf(request);
      const after = await questionOf(request, request.params.id);
      const before = await questionOf(request, request.query.with);
      const columns = [...new Set([...after.columns, ...before.columns])];
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: `questions-${before.id}-${after.id}`,
        columns: [
          ...columns.map((column) => ({
            header: column,
            cell: (row: ComparisonRow) => row.values[column] ?? null,
          })),
          { header: 'before', cell: (row: ComparisonRow) => row.before },
          { header: 'after', cell: (row: ComparisonRow) => row.after },
        ],
        page: (tx, window) =>
          compareRows(tx, { before: before.id, after: after.id, reach }, window),
      });
    },
  );

  let exportsUnderWay = 0;
  app.get(
    '/questions/:id/export',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'The whole question as one JSON document: rows, and endpoints with their outcomes',
        tags: ['questions'],
        params: Id,
        response: { 200: Type.Any(), 404: Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      const question = await questionOf(request, request.params.id);
      const reader = readerOf(request);
      if (exportsUnderWay >= mostExports) {
        reply.header('retry-after', 10);
        throw new ProblemError(503, 'EXPORTS_BUSY', 'Too many exports are under way');
      }
      exportsUnderWay += 1;
      const out = exportQuestion(db, question, reader, await shown(question, reader));
      out.once('close', () => {
        exportsUnderWay -= 1;
      });
      return reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="question-${question.id}.json"`)
        .send(out);
    },
  );
}

/** @throws ProblemError 404 when there is none, or none of its endpoints is within reach */
export async function questionWithin(
  db: Queryable,
  id: number,
  reach: ScopeReach,
): Promise<QuestionRow> {
  const found = await findQuestion(db, id, reach);
  if (!found) throw new ProblemError(404, 'QUESTION_NOT_FOUND', 'No such question');
  return found;
}

/**
 * Sorting by what was answered: each column as an expression, its name as a literal. Backslashes
 * mean nothing in those (standard_conforming_strings).
 */
function valueColumns(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    columns.map((column) => [column, `r.row ->> '${column.replaceAll("'", "''")}'`]),
  );
}

const targetCsv: readonly CsvColumn<TargetRow>[] = [
  { header: 'endpoint_id', cell: (row) => row.endpointId },
  { header: 'hostname', cell: (row) => row.hostname },
  { header: 'platform', cell: (row) => row.platform },
  { header: 'scope', cell: (row) => row.scopeName },
  { header: 'outcome', cell: (row) => row.outcome },
  { header: 'message', cell: (row) => row.message },
  { header: 'rows', cell: (row) => row.rowCount },
  { header: 'delivered_at', cell: (row) => row.deliveredAt },
  { header: 'answered_at', cell: (row) => row.answeredAt },
  { header: 'wall_ms', cell: (row) => row.wallMs },
  { header: 'last_seen_at', cell: (row) => row.lastSeenAt },
];
