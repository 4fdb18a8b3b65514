import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { AuditEntry } from '../../platform/audit/public.ts';
import { actorOf } from '../../platform/auth/auth.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { CsvColumn } from '../../platform/http/csv.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import { sendList } from '../../platform/http/send-list.ts';
import { parseSort } from '../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import {
  Ask,
  LibraryList,
  OsquerySchema,
  PlatformName,
  Preview,
  Question,
  QuestionList,
  QuestionQueryString,
} from './api.ts';
import { type Asker, preview } from './asking-store.ts';
import { loadLibrary, osquerySchema, wireLibraryQuestion } from './library-store.ts';
import { wireSchema } from './osquery-schema.ts';
import { listQuestions, type QuestionRow, questionSortColumns } from './question-store.ts';
import { Id, questionWithin } from './result-routes.ts';
import { progressOf, type Reader, toQuestion } from './result-store.ts';

/** Asks, and tells all servers; answers the question's id. */
export type AskFor = (
  given: Ask,
  asker: Asker,
  of: { readonly scheduleId: number | null; readonly statements?: Record<string, string> },
) => Promise<number>;

export interface QuestionRoutesPorts {
  readonly ask: AskFor;
  /** False: it had ended. `record` runs in the same transaction. */
  readonly cancel: (id: number, record: (tx: Queryable) => Promise<void>) => Promise<boolean>;
}

/** Live questions, below /api. */
export function questionRoutes(
  app: App,
  context: ModuleContext,
  { ask, cancel }: QuestionRoutesPorts,
): void {
  const { db, audit, clock } = context;
  const readerOf = (request: FastifyRequest): Reader => ({
    reach: principalOf(request).scopes,
    now: clock(),
  });

  const questionOf = (request: FastifyRequest, id: number): Promise<QuestionRow> =>
    questionWithin(db, id, principalOf(request).scopes);

  async function shown(row: QuestionRow, reader: Reader): Promise<Question> {
    return toQuestion(row, await progressOf(db, row, reader), reader.now);
  }

  app.post(
    '/questions/preview',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'What a question would be sent where; nothing is sent',
        tags: ['questions'],
        body: Ask,
        response: { 200: Preview, 400: Problem },
      },
    },
    async (request) => preview(context, request.body, askerOf(request)),
  );

  app.post(
    '/questions',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'Ask endpoints a question; offline ones answer when they return',
        tags: ['questions'],
        body: Ask,
        response: { 201: Question, 400: Problem, 422: Problem, 429: Problem },
      },
    },
    async (request, reply) => {
      const id = await ask(request.body, askerOf(request), { scheduleId: null });
      const question = await questionOf(request, id);
      return reply.code(201).send(await shown(question, readerOf(request)));
    },
  );

  app.get(
    '/questions',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'Questions to endpoints within your reach, newest first',
        tags: ['questions'],
        querystring: QuestionQueryString,
        response: { 200: QuestionList, 400: Problem },
      },
    },
    async (request, reply) => {
      const { q, state, scheduleId, sort } = request.query;
      const reader = readerOf(request);
      const order = parseSort(sort, questionSortColumns, { fallback: '-id', tiebreak: 'q.id' });
      return sendList(request, reply, {
        db,
        now: reader.now,
        fileName: 'questions',
        columns: questionCsv,
        page: async (tx, window) => {
          const { now, reach } = reader;
          const filter = { reach, q, state, scheduleId, now };
          const { items, total } = await listQuestions(tx, filter, order, window);
          const list: Question[] = [];
          for (const row of items) list.push(await shown(row, reader));
          return { items: list, total };
        },
      });
    },
  );

  app.get(
    '/questions/:id',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'One question and how far it is',
        tags: ['questions'],
        params: Id,
        response: { 200: Question, 404: Problem },
      },
    },
    async (request) => shown(await questionOf(request, request.params.id), readerOf(request)),
  );

  app.post(
    '/questions/:id/cancel',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'End a question now; what was answered stays',
        tags: ['questions'],
        params: Id,
        response: { 200: Question, 403: Problem, 404: Problem, 409: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const question = await questionOf(request, id);
      const principal = principalOf(request);
      const { scopes } = principal;
      const own = question.askedById === principal.userId;
      if (!own && scopes !== 'all' && !question.scopeIds.every((each) => scopes.includes(each))) {
        throw new ProblemError(403, 'BEYOND_REACH', 'The question is not yours to cancel', {
          detail: 'It was asked of endpoints beyond your scopes, by somebody else.',
        });
      }
      const entry: AuditEntry = {
        actor: actorOf(request),
        action: 'question.cancelled',
        target: { kind: 'question', id: String(id), name: question.title },
      };
      if (!(await cancel(id, (tx) => audit.record(tx, entry)))) {
        throw new ProblemError(409, 'QUESTION_ENDED', 'The question has ended already');
      }
      return shown(await questionOf(request, id), readerOf(request));
    },
  );

  app.post(
    '/questions/:id/again',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'Ask the same question again, of what its selector selects now',
        tags: ['questions'],
        params: Id,
        response: { 201: Question, 404: Problem, 422: Problem, 429: Problem },
      },
    },
    async (request, reply) => {
      const before = await questionOf(request, request.params.id);
      const seconds = (before.expiresAt.getTime() - before.askedAt.getTime()) / 1000;
      const id = await ask(
        {
          title: before.title,
          parameters: before.parameters,
          selector: before.selector,
          expiresInSeconds: Math.max(10, Math.round(seconds)),
          answerWithinSeconds: before.answerWithinSeconds,
          maxRowsPerEndpoint: before.maxRowsPerEndpoint,
          acceptWarnings: true,
          ...(before.libraryKey !== null && { libraryKey: before.libraryKey }),
          ...(before.endpointIds && { endpointIds: before.endpointIds }),
        },
        askerOf(request),
        { scheduleId: null, statements: before.sql },
      );
      const question = await questionOf(request, id);
      return reply.code(201).send(await shown(question, readerOf(request)));
    },
  );

  app.get(
    '/questions/library',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'Ready questions',
        tags: ['questions'],
        response: { 200: LibraryList },
      },
    },
    async () => ({ items: (await loadLibrary()).map(wireLibraryQuestion) }),
  );

  app.get(
    '/questions/schema',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: "osquery's tables and columns",
        tags: ['questions'],
        querystring: Type.Object({ platform: Type.Optional(PlatformName) }),
        response: { 200: OsquerySchema },
      },
    },
    async (request) => wireSchema(osquerySchema(), request.query.platform),
  );
}

/** The caller as somebody who asks. */
export function askerOf(request: FastifyRequest): Asker {
  const { userId, userName, scopes } = principalOf(request);
  const language = request.caller?.user?.language;
  const accepts = /^ja\b/i.test(request.headers['accept-language'] ?? '') ? 'ja' : 'en';
  return {
    id: userId,
    name: userName,
    reach: scopes,
    language: language ?? accepts,
    actor: actorOf(request),
  };
}

const questionCsv: readonly CsvColumn<Question>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'title', cell: (row) => row.title },
  { header: 'state', cell: (row) => row.state },
  { header: 'selector', cell: (row) => row.selector },
  { header: 'asked_by', cell: (row) => row.askedBy },
  { header: 'asked_at', cell: (row) => row.askedAt },
  { header: 'expires_at', cell: (row) => row.expiresAt },
  { header: 'ended_at', cell: (row) => row.endedAt },
  { header: 'targeted', cell: (row) => row.progress.targeted },
  { header: 'answered', cell: (row) => row.progress.byOutcome['answered'] ?? 0 },
  { header: 'rows', cell: (row) => row.progress.rows },
];
