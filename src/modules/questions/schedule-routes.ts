import { Type } from 'typebox';
import { actorOf } from '../../platform/auth/auth.ts';
import type { CsvColumn } from '../../platform/http/csv.ts';
import { listQuery } from '../../platform/http/list.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import { sendList } from '../../platform/http/send-list.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import { NewSchedule, Schedule, ScheduleChange, ScheduleList } from './api.ts';
import { checkAsk } from './asking-store.ts';
import { Id } from './result-routes.ts';
import { askerOf } from './routes.ts';
import { deleteSchedule, insertSchedule, listSchedules, updateSchedule } from './schedule-store.ts';

const ListQuery = Type.Object({
  offset: listQuery.offset,
  limit: listQuery.limit,
  format: listQuery.format,
});

/** Questions that are asked again and again, below /api. */
export function scheduleRoutes(app: App, { db, audit, live, clock, facets }: ModuleContext): void {
  app.get(
    '/questions/schedules',
    {
      config: { permission: 'questions:read' },
      schema: {
        summary: 'Scheduled questions of makers who reach no more than you',
        tags: ['questions'],
        querystring: ListQuery,
        response: { 200: ScheduleList },
      },
    },
    async (request, reply) => {
      const { scopes } = principalOf(request);
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'question-schedules',
        columns: scheduleCsv,
        page: (tx, window) => listSchedules(tx, scopes, window),
      });
    },
  );

  app.post(
    '/questions/schedules',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'Ask a question regularly; the first time within a minute',
        tags: ['questions'],
        body: NewSchedule,
        response: { 201: Schedule, 400: Problem, 422: Problem },
      },
    },
    async (request, reply) => {
      const { title, ask, everyMinutes, keepRuns = 30 } = request.body;
      const asker = askerOf(request);
      const at = clock();
      const { sql, parameters } = await checkAsk(ask, asker.language);
      // A selector that cannot be read is told now, not at each run.
      const selection = await facets.select(ask.selector ?? '', { reach: asker.reach, now: at });
      selection[Symbol.dispose]();
      const made = await db.transaction(async (tx) => {
        const schedule = await insertSchedule(tx, {
          title,
          ask: { ...ask, parameters: { ...parameters }, statements: { ...sql } },
          everyMinutes,
          keepRuns,
          createdBy: asker.name,
          createdById: asker.id,
          reach: asker.reach,
          at,
        });
        await audit.record(tx, {
          actor: asker.actor,
          action: 'question_schedule.created',
          target: { kind: 'question-schedule', id: String(schedule.id), name: title },
          details: { sql, selector: ask.selector ?? '', everyMinutes, keepRuns },
        });
        return schedule;
      });
      live.publish({ topic: 'questions' });
      return reply.code(201).send(made);
    },
  );

  app.patch(
    '/questions/schedules/:id',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'Rename a schedule, ask more or less often, or pause it',
        tags: ['questions'],
        params: Id,
        body: ScheduleChange,
        response: { 200: Schedule, 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { scopes } = principalOf(request);
      const changed = await db.transaction(async (tx) => {
        const schedule = await updateSchedule(tx, id, scopes, request.body, clock());
        if (!schedule) throw notFound();
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'question_schedule.changed',
          target: { kind: 'question-schedule', id: String(id), name: schedule.title },
          details: request.body,
        });
        return schedule;
      });
      live.publish({ topic: 'questions' });
      return changed;
    },
  );

  app.delete(
    '/questions/schedules/:id',
    {
      config: { permission: 'questions:respond' },
      schema: {
        summary: 'Delete a schedule; its runs stay',
        tags: ['questions'],
        params: Id,
        response: { 204: Type.Null(), 404: Problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { scopes } = principalOf(request);
      await db.transaction(async (tx) => {
        const title = await deleteSchedule(tx, id, scopes);
        if (title === undefined) throw notFound();
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'question_schedule.deleted',
          target: { kind: 'question-schedule', id: String(id), name: title },
        });
      });
      live.publish({ topic: 'questions' });
      return reply.code(204).send(null);
    },
  );
}

const notFound = () => new ProblemError(404, 'SCHEDULE_NOT_FOUND', 'No such schedule');

const scheduleCsv: readonly CsvColumn<Schedule>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'title', cell: (row) => row.title },
  { header: 'every_minutes', cell: (row) => row.everyMinutes },
  { header: 'enabled', cell: (row) => (row.enabled ? 'yes' : 'no') },
  { header: 'selector', cell: (row) => row.selector },
  { header: 'created_by', cell: (row) => row.createdBy },
  { header: 'next_run_at', cell: (row) => row.nextRunAt },
  { header: 'last_question_id', cell: (row) => row.lastQuestionId },
  { header: 'last_failure', cell: (row) => row.lastFailure },
];
