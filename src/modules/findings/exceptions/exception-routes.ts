import { Type } from 'typebox';
import { actorOf } from '../../../platform/auth/auth.ts';
import type { Queryable } from '../../../platform/db/queryable.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import { parseSelector, type Selector } from '../../../platform/facets/selector.ts';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import { type Principal, reaches, roleHolds } from '../../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import type { Notices } from '../../../platform/notify/public.ts';
import { expandScopes, scopeName } from '../../assets/public.ts';
import { daysUntil } from '../due.ts';
import { holdProfiles } from '../due-profile-store.ts';
import { findingFacetTexts } from '../facets/facet-texts.ts';
import {
  Exception,
  type ExceptionCovers,
  ExceptionCovers as ExceptionCoversSchema,
  ExceptionDecision,
  ExceptionList,
  ExceptionPreview,
  ExceptionQueryString,
  ExceptionRequest,
} from './api.ts';
import {
  describeCovers,
  type ExceptionFault,
  faultOfDecision,
  faultOfEnd,
  longestDays,
  namesFindings,
  stepOf,
} from './exception.ts';
import {
  countsOf,
  coversOf,
  coversWithin,
  criteriaOf,
  type ExceptionCounts,
  type ExceptionRow,
  findException,
  insertException,
  listExceptions,
  storeDecision,
  storeEnd,
} from './exception-store.ts';
import { cover, nameOf } from './follow-exceptions-store.ts';
import { noticesOf } from './notices.ts';
import { populationOf } from './population-store.ts';
import { previewOf } from './preview-store.ts';
import { releaseAllOf } from './releasing-store.ts';

const csvColumns: readonly CsvColumn<Exception>[] = [
  { header: 'id', cell: (x) => x.id },
  { header: 'state', cell: (x) => x.state },
  { header: 'covers', cell: (x) => x.sentence.en },
  { header: 'covers_ja', cell: (x) => x.sentence.ja },
  { header: 'until', cell: (x) => x.until },
  { header: 'days_left', cell: (x) => x.daysLeft },
  { header: 'covered_findings', cell: (x) => x.counts?.coveredFindings ?? null },
  { header: 'covered_assets', cell: (x) => x.counts?.coveredAssets ?? null },
  { header: 'exploited', cell: (x) => x.counts?.exploited ?? null },
  { header: 'new_findings', cell: (x) => x.counts?.newFindings ?? null },
  { header: 'new_assets', cell: (x) => x.counts?.newAssets ?? null },
  { header: 'reason', cell: (x) => x.reason },
  { header: 'compensating_control', cell: (x) => x.compensatingControl },
  { header: 'requested_by', cell: (x) => x.requestedBy },
  { header: 'requested_at', cell: (x) => x.requestedAt },
  { header: 'decided_by', cell: (x) => x.decidedBy },
  { header: 'decided_at', cell: (x) => x.decidedAt },
];

const IdParam = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

/** Asking for exceptions, deciding on them, ending them. Their end by date is a job's. */
export function exceptionRoutes(
  app: App,
  context: ModuleContext & { readonly notices?: Notices },
): void {
  const { db, audit, live, clock, facets, notices } = context;
  const today = () => clock().toISOString().slice(0, 10);

  function onWire(
    row: ExceptionRow,
    counts: ExceptionCounts | undefined,
    principal: Principal,
  ): Exception {
    const mayWrite = roleHolds(principal.role, 'findings:write') && owns(principal, row.scopeId);
    const covers = coversOf(row);
    return {
      id: row.id,
      state: row.state,
      sentence: describeCovers(covers, row.scopeName),
      covers,
      scopeName: row.scopeName,
      reason: row.reason,
      compensatingControl: row.compensatingControl,
      until: row.until,
      daysLeft: daysUntil(today(), row.until),
      requestedAt: row.requestedAt.toISOString(),
      requestedBy: row.requestedBy,
      decidedAt: row.decidedAt?.toISOString() ?? null,
      decidedBy: row.decidedBy,
      decisionNote: row.decisionNote,
      endedAt: row.endedAt?.toISOString() ?? null,
      endedBy: row.endedBy,
      endedReason: row.endedReason,
      counts:
        row.state === 'approved' && row.followedAt !== null
          ? { ...(counts ?? noCounts), asOf: row.followedAt.toISOString() }
          : null,
      selectorProblem: row.selectorProblem,
      mayDecide:
        mayWrite &&
        row.state === 'requested' &&
        row.until > today() &&
        faultOfDecision(row, principal) === null,
      mayWithdraw: mayWrite && (row.state === 'requested' || row.state === 'approved'),
    };
  }

  /** Within reach, else as if it did not exist. */
  async function find(
    tx: Queryable,
    id: number,
    principal: Principal,
    lock?: 'wait',
  ): Promise<ExceptionRow> {
    const row = await findException(tx, id, lock);
    if (!row || !(await coversWithin(tx, row.scopeId, principal.scopes))) {
      throw new ProblemError(404, 'EXCEPTION_NOT_FOUND', 'No such exception');
    }
    return row;
  }

  async function answer(tx: Queryable, id: number, principal: Principal): Promise<Exception> {
    const row = await find(tx, id, principal);
    return onWire(row, (await countsOf(tx, [id], principal.scopes)).get(id), principal);
  }

  /** What it would cover; throws what is wrong with what is asked for. */
  async function preview(
    tx: Queryable,
    covers: ExceptionCovers,
    principal: Principal,
  ): Promise<ExceptionPreview> {
    await checkCovers(tx, covers, principal);
    const where = { scopeId: covers.scopeId ?? null, selector: covers.selector?.trim() ?? '' };
    // Once as a list reads it: an error is told with its place.
    if (where.selector !== '') {
      using _ = await facets.select(where.selector, { reach: principal.scopes, now: clock() });
    }
    const found = await populationOf(tx, facets, where, clock());
    if (!found.ok) throw fault('selector-speaks-of-findings');
    return {
      asOf: clock().toISOString(),
      sentence: describeCovers(
        covers,
        where.scopeId === null ? null : ((await scopeName(tx, where.scopeId)) ?? null),
      ),
      ...(await previewOf(tx, found.population, criteriaOf(covers))),
    };
  }

  app.get(
    '/exceptions',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'Exceptions that cover anything within your reach, those to decide on first',
        tags: ['findings'],
        querystring: ExceptionQueryString,
        response: { 200: ExceptionList },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { state, scopeId } = request.query;
      const asked = scopeId === undefined ? undefined : await expandScopes(db, [scopeId]);
      const scopeIds =
        asked === undefined
          ? principal.scopes
          : asked.filter((id) => reaches(principal.scopes, id));
      return sendList<Exception, typeof reply>(request, reply, {
        db,
        now: clock(),
        fileName: 'exceptions',
        columns: csvColumns,
        page: async (tx, window) => {
          const { items, total } = await listExceptions(tx, { state, scopeIds }, window);
          const ids = items.map(({ id }) => id);
          const counts = await countsOf(tx, ids, scopeIds);
          return { items: items.map((row) => onWire(row, counts.get(row.id), principal)), total };
        },
      });
    },
  );

  app.get(
    '/exceptions/:id',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'One exception',
        tags: ['findings'],
        params: IdParam,
        response: { 200: Exception, 404: Problem },
      },
    },
    async (request) => answer(db, request.params.id, principalOf(request)),
  );

  app.post(
    '/exceptions/preview',
    {
      config: { permission: 'findings:write' },
      schema: {
        summary: 'What an exception would cover now; changes nothing',
        tags: ['findings'],
        body: Type.Object({ covers: ExceptionCoversSchema }),
        response: { 200: ExceptionPreview, 400: Problem, 404: Problem },
      },
    },
    async (request) => preview(db, request.body.covers, principalOf(request)),
  );

  app.post(
    '/exceptions',
    {
      config: { permission: 'findings:write' },
      schema: {
        summary: 'Asks for an exception; somebody else approves it',
        tags: ['findings'],
        body: ExceptionRequest,
        response: { 200: Exception, 400: Problem, 403: Problem, 404: Problem },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { covers, until, reason } = request.body;
      const wrong = faultOfEnd(until, today());
      if (wrong !== null) throw fault(wrong);
      if (reason.trim() === '') {
        throw new ProblemError(400, 'EXCEPTION_WITHOUT_REASON', 'An exception needs a reason');
      }
      const seen = await preview(db, covers, principal);
      if (covers.coversExploited && principal.role !== 'administrator') throw administratorNeeded();
      if (!covers.coversExploited && seen.exploited > 0 && seen.findings === 0) {
        throw new ProblemError(
          403,
          'EXCEPTION_HIDES_EXPLOITED',
          'All that it would cover is listed in KEV as exploited',
          {
            detail:
              'That needs coversExploited, and an administrator to ask and another to approve.',
          },
        );
      }
      const made = await db.transaction(async (tx) => {
        const id = await insertException(tx, request.body, { ...principal, at: clock() });
        const row = await find(tx, id, principal);
        await notices?.tell(tx, [noticesOf(row).requested()], clock());
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'exception.requested',
          target: { kind: 'exception', id: String(id), name: nameOf(row) },
          details: { ...request.body, findings: seen.findings, exploited: seen.exploited },
        });
        return answer(tx, id, principal);
      });
      live.publish({ topic: 'exceptions' });
      return made;
    },
  );

  for (const verb of ['approve', 'refuse'] as const) {
    app.post(
      `/exceptions/:id/${verb}`,
      {
        config: { permission: 'findings:write' },
        schema: {
          summary:
            verb === 'approve'
              ? 'Approves an exception that somebody else asked for; it covers at once'
              : 'Refuses an exception that somebody else asked for',
          tags: ['findings'],
          params: IdParam,
          body: ExceptionDecision,
          response: { 200: Exception, 403: Problem, 404: Problem, 409: Problem },
        },
      },
      async (request) => {
        const principal = principalOf(request);
        const { id } = request.params;
        const note = request.body.note?.trim() || null;
        // Whom it covers is remembered: nobody who was there before may be missing.
        if (facets.ready) await facets.settled();
        const decided = await db.transaction(async (tx) => {
          await holdProfiles(tx);
          const before = await find(tx, id, principal, 'wait');
          mustOwn(principal, before);
          if (before.state !== 'requested') throw notNow(before);
          const wrong = faultOfDecision(before, principal);
          if (wrong === 'same-person') {
            throw new ProblemError(
              403,
              'EXCEPTION_NEEDS_ANOTHER_PERSON',
              'Who asks for an exception does not decide on it',
            );
          }
          if (wrong === 'administrator-needed') throw administratorNeeded();
          const approve = verb === 'approve';
          if (approve && before.until <= today()) {
            throw new ProblemError(409, 'EXCEPTION_OVER', 'It would have ended already');
          }
          const at = clock();
          await storeDecision(tx, id, {
            state: approve ? 'approved' : 'refused',
            userId: principal.userId,
            userName: principal.userName,
            note,
            at,
            announcedDays: approve ? stepOf(before.until, today()) : null,
          });
          const row = await find(tx, id, principal);
          const moved = approve
            ? await cover(tx, { facets, notices }, row, at, { remember: true })
            : 0;
          const refreshed = await find(tx, id, principal);
          if (refreshed.selectorProblem !== null) {
            // Whom it covers has to be known when it is approved.
            throw new ProblemError(409, 'SELECTOR_UNREADABLE', 'Its selector cannot be read now', {
              detail: refreshed.selectorProblem,
            });
          }
          await audit.record(tx, {
            actor: actorOf(request),
            action: approve ? 'exception.approved' : 'exception.refused',
            target: { kind: 'exception', id: String(id), name: nameOf(row) },
            details: { note, requestedBy: row.requestedBy, until: row.until, findings: moved },
          });
          return answer(tx, id, principal);
        });
        live.publish({ topic: 'exceptions' });
        live.publish({ topic: 'findings' });
        return decided;
      },
    );
  }

  app.post(
    '/exceptions/:id/withdraw',
    {
      config: { permission: 'findings:write' },
      schema: {
        summary:
          'Ends an exception now: its findings are open again, with the clock that stood still',
        tags: ['findings'],
        params: IdParam,
        body: ExceptionDecision,
        response: { 200: Exception, 403: Problem, 404: Problem, 409: Problem },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const ended = await db.transaction(async (tx) => {
        await holdProfiles(tx);
        const row = await find(tx, id, principal, 'wait');
        mustOwn(principal, row);
        if (row.state !== 'requested' && row.state !== 'approved') throw notNow(row);
        const at = clock();
        const released = await releaseAllOf(tx, id, {
          endDay: today(),
          at,
          cause: 'exception-withdrawn',
        });
        const reason = request.body.note?.trim() || null;
        await storeEnd(tx, id, { state: 'withdrawn', by: principal.userName, reason, at });
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'exception.withdrawn',
          target: { kind: 'exception', id: String(id), name: nameOf(row) },
          details: { reason, released, was: row.state },
        });
        return answer(tx, id, principal);
      });
      live.publish({ topic: 'exceptions' });
      live.publish({ topic: 'findings' });
      return ended;
    },
  );
}

const noCounts: ExceptionCounts = {
  coveredFindings: 0,
  coveredAssets: 0,
  exploited: 0,
  newFindings: 0,
  newAssets: 0,
};

/** May act on all that it covers; others see it and leave it. */
function owns(principal: Principal, scopeId: string | null): boolean {
  return scopeId === null ? principal.scopes === 'all' : reaches(principal.scopes, scopeId);
}

function mustOwn(principal: Principal, row: ExceptionRow): void {
  if (owns(principal, row.scopeId)) return;
  throw new ProblemError(
    403,
    'EXCEPTION_BEYOND_REACH',
    'It also covers what lies outside of your scopes',
  );
}

async function checkCovers(
  tx: Queryable,
  covers: ExceptionCovers,
  principal: Principal,
): Promise<void> {
  if (!namesFindings(covers)) throw fault('covers-everything');
  const scopeId = covers.scopeId ?? null;
  if (scopeId === null && principal.scopes !== 'all') {
    throw new ProblemError(400, 'EXCEPTION_NEEDS_SCOPE', 'Name a scope within your reach', {
      detail: 'Without a scope it would cover what lies outside of your scopes as well.',
    });
  }
  if (scopeId !== null) {
    const known = reaches(principal.scopes, scopeId) && (await scopeName(tx, scopeId));
    if (!known) throw new ProblemError(404, 'SCOPE_NOT_FOUND', 'No such scope');
  }
  const parsed = parseSelector(covers.selector ?? '');
  if (parsed.ok && parsed.selector !== null && speaksOfFindings(parsed.selector)) {
    throw fault('selector-speaks-of-findings');
  }
}

const findingKeys: ReadonlySet<string> = new Set<string>(
  Object.values(findingFacetTexts)
    // That an endpoint was assessed is not changed by an exception.
    .filter(({ key }) => key !== 'assessed')
    .flatMap((texts) => [texts.key, ...('aliases' in texts ? texts.aliases : [])]),
);

/** Such terms change with what is excepted: the exception would undo itself. */
function speaksOfFindings(selector: Selector): boolean {
  if (selector.kind === 'not') return speaksOfFindings(selector.of);
  if (selector.kind === 'term') {
    return selector.key !== null && findingKeys.has(foldText(selector.key));
  }
  return selector.of.some(speaksOfFindings);
}

function fault(name: ExceptionFault): ProblemError {
  switch (name) {
    case 'covers-everything':
      return new ProblemError(400, 'EXCEPTION_COVERS_EVERYTHING', 'Say which findings', {
        detail: 'Give at least one of weakness, package, kind, class and severityAtMost.',
      });
    case 'ends-in-the-past':
      return new ProblemError(400, 'EXCEPTION_IN_THE_PAST', 'An exception ends after today');
    case 'ends-too-late':
      return new ProblemError(
        400,
        'EXCEPTION_TOO_LONG',
        `An exception lasts ${longestDays} days at most`,
      );
    case 'not-a-day':
      return new ProblemError(400, 'EXCEPTION_END_INVALID', 'Its end is not a day of the calendar');
    case 'selector-speaks-of-findings':
      return new ProblemError(
        400,
        'SELECTOR_SPEAKS_OF_FINDINGS',
        'The selector of an exception speaks of endpoints only',
        {
          detail:
            'What it says of findings would change as soon as they are excepted. Say which findings with weakness, package, kind, class and severityAtMost.',
        },
      );
  }
}

function administratorNeeded(): ProblemError {
  return new ProblemError(
    403,
    'EXCEPTION_NEEDS_ADMINISTRATOR',
    'What hides a weakness listed in KEV is for administrators',
    { detail: 'One administrator asks for it, another approves it.' },
  );
}

function notNow({ state }: ExceptionRow): ProblemError {
  return new ProblemError(409, 'EXCEPTION_DECIDED', 'That is not possible any more', {
    detail: `The exception is ${state}.`,
  });
}
