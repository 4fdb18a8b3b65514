import { Type } from 'typebox';
import { actorOf } from '../../platform/auth/auth.ts';
import type { CsvColumn } from '../../platform/http/csv.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import { sendList } from '../../platform/http/send-list.ts';
import { sortOf } from '../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import { expandScopes } from '../assets/public.ts';
import {
  type Finding,
  FindingDetails,
  FindingList,
  FindingQueryString,
  FindingsChange,
  FindingsChanged,
  FindingsOverview,
  type Fix,
  FixList,
  FixQueryString,
  WeaknessDetails,
} from './api.ts';
import { changeFindings } from './change-store.ts';
import type { FindingFacets } from './facets/finding-facets-store.ts';
import { type FindingFilter, findFinding, listFindings, pageOfFindings } from './list-store.ts';
import { findingExtras, findWeakness, listFixes, overviewOf } from './summary-store.ts';
import { sortNames } from './window.ts';

const findingColumns: readonly CsvColumn<Finding>[] = [
  { header: 'weakness', cell: (f) => f.weakness.key },
  { header: 'asset', cell: (f) => f.assetName },
  { header: 'state', cell: (f) => f.state },
  { header: 'class', cell: (f) => f.class },
  { header: 'severity', cell: (f) => f.weakness.severity },
  { header: 'cvss', cell: (f) => f.weakness.cvssScore },
  { header: 'exploited', cell: (f) => f.weakness.exploited },
  { header: 'epss', cell: (f) => f.weakness.epss },
  { header: 'due_on', cell: (f) => f.dueOn },
  { header: 'days_left', cell: (f) => f.daysLeft },
  {
    header: 'fix',
    cell: (f) =>
      f.fixes.length === 0
        ? null
        : f.fixes.map(({ name, version }) => `${name} ${version ?? '(no fix known)'}`).join('; '),
  },
  { header: 'owner', cell: (f) => f.owner },
  { header: 'stale', cell: (f) => f.stale },
  { header: 'first_seen_at', cell: (f) => f.firstSeenAt },
  { header: 'last_confirmed_at', cell: (f) => f.lastConfirmedAt },
  { header: 'why', cell: (f) => f.why.en },
  { header: 'why_ja', cell: (f) => f.why.ja },
];

const fixColumns: readonly CsvColumn<Fix>[] = [
  { header: 'ecosystem', cell: (fix) => fix.ecosystem },
  { header: 'name', cell: (fix) => fix.name },
  { header: 'versions', cell: (fix) => fix.versions },
  { header: 'assets', cell: (fix) => fix.assets },
  { header: 'findings', cell: (fix) => fix.findings },
  { header: 'weaknesses', cell: (fix) => fix.weaknesses },
  { header: 'exploited', cell: (fix) => fix.exploited },
  { header: 'with_others', cell: (fix) => fix.withOthers },
  { header: 'earliest_due_on', cell: (fix) => fix.earliestDueOn },
];

export function findingRoutes(
  app: App,
  { db, audit, live, clock, facets }: ModuleContext,
  { assetRefsOf, readTerms }: FindingFacets,
): void {
  /** What a selector leaves: of the endpoints that it selects, the findings that it speaks of. */
  async function selectedBy(
    principal: Principal,
    where = '',
  ): Promise<Pick<FindingFilter, 'assetRefs' | 'conditions'>> {
    if (where.trim() === '') return {};
    const now = clock();
    const asker = { reach: principal.scopes, now };
    // Also what speaks of findings only: an error is told with its place in the whole.
    using whole = await facets.select(where, asker);
    const { conditions, ofEndpoints } = readTerms(where, now);
    if (conditions.length === 0) return { assetRefs: assetRefsOf(whole.bitmap) };
    if (ofEndpoints === '') return { conditions };
    using selection = await facets.select(ofEndpoints, asker);
    return { assetRefs: assetRefsOf(selection.bitmap), conditions };
  }

  /** The scopes that the caller may see, narrowed to the one that was asked for. */
  async function scopesFor(
    principal: Principal,
    scopeId: string | undefined,
  ): Promise<readonly string[] | 'all'> {
    if (scopeId === undefined) return principal.scopes;
    const asked = await expandScopes(db, [scopeId]);
    return principal.scopes === 'all' ? asked : asked.filter((id) => principal.scopes.includes(id));
  }
  const today = () => clock().toISOString().slice(0, 10);

  app.get(
    '/findings',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'Findings, the most urgent first',
        tags: ['findings'],
        querystring: FindingQueryString,
        response: { 200: FindingList, 400: Problem },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const scopeIds = await scopesFor(principalOf(request), query.scopeId);
      const selected = await selectedBy(principalOf(request), query.where);
      const filter: FindingFilter = { ...query, ...selected, scopeIds, today: today() };
      const sort = sortOf(query.sort, sortNames, 'rank');
      if (query.format !== 'csv') {
        const { offset = 0, limit = 100 } = query;
        const now = clock();
        const page = await pageOfFindings(db, filter, sort, { offset, limit }, now);
        return reply.send({ ...page, items: [...page.items], asOf: now.toISOString() });
      }
      return sendList(request, reply as never, {
        db,
        now: clock(),
        fileName: 'findings',
        columns: findingColumns,
        page: async (tx, window) => ({
          items: await listFindings(tx, filter, sort, window, clock()),
          total: 0, // A file has no need of it.
        }),
      });
    },
  );

  app.get(
    '/findings/:id',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'One finding: evidence, the decision on its due date, history',
        tags: ['findings'],
        params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
        response: { 200: FindingDetails, 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { scopes } = principalOf(request);
      const finding = await findFinding(db, id, clock(), today());
      if (!finding || (scopes !== 'all' && !scopes.includes(finding.scopeId))) {
        throw new ProblemError(404, 'FINDING_NOT_FOUND', 'No such finding');
      }
      return { ...finding, ...(await findingExtras(db, id))! };
    },
  );

  app.post(
    '/findings/changes',
    {
      config: { permission: 'findings:write' },
      schema: {
        summary: 'Plan, start or assign findings; only an observation closes them',
        tags: ['findings'],
        body: FindingsChange,
        response: { 200: FindingsChanged, 400: Problem },
      },
    },
    async (request) => {
      const { change } = request.body;
      const principal = principalOf(request);
      const result = await db.transaction(async (tx) => {
        const done = await changeFindings(tx, request.body, {
          scopes: principal.scopes,
          at: clock(),
          by: principal.userName,
        });
        if (done.changed.length > 0) {
          await audit.record(tx, {
            actor: actorOf(request),
            action: 'findings.changed',
            details: { change, before: done.changed, refused: done.refused.length },
          });
        }
        return done;
      });
      live.publish({ topic: 'findings' });
      return { changed: result.changed.length, refused: [...result.refused] };
    },
  );

  app.get(
    '/findings/fixes',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'Findings grouped the way people fix, the most risk removed first',
        tags: ['findings'],
        querystring: FixQueryString,
        response: { 200: FixList },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const scopeIds = await scopesFor(principalOf(request), query.scopeId);
      const selected = await selectedBy(principalOf(request), query.where);
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'fixes',
        columns: fixColumns,
        page: (tx, window) =>
          listFixes(
            tx,
            { assetId: query.assetId, ...selected, scopeIds, today: today() } as FindingFilter,
            window,
          ),
      });
    },
  );

  app.get(
    '/findings/overview',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary:
          'How many embers glow, how many are overdue, and how much has been assessed at all',
        tags: ['findings'],
        querystring: Type.Object({ scopeId: Type.Optional(Type.String({ format: 'uuid' })) }),
        response: { 200: FindingsOverview },
      },
    },
    async (request) =>
      overviewOf(db, await scopesFor(principalOf(request), request.query.scopeId), clock()),
  );

  app.get(
    '/weaknesses/:id',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'One weakness, by any of its ids',
        tags: ['findings'],
        params: Type.Object({ id: Type.String({ maxLength: 200 }) }),
        response: { 200: WeaknessDetails, 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const weakness = await findWeakness(db, id, principalOf(request).scopes);
      if (!weakness) {
        throw new ProblemError(404, 'WEAKNESS_NOT_FOUND', 'No such weakness here', {
          detail: `No advisory known as ${id} matches anything that is or was installed here.`,
        });
      }
      return weakness;
    },
  );
}
