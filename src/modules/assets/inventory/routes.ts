import { Type } from 'typebox';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import { parseSort } from '../../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { HistoryQueryString, type InventoryChange, InventoryChangeList, PartRows } from '../api.ts';
import { getEndpoint } from '../endpoints/list/store.ts';
import { noSuchEndpoint } from '../endpoints/routes.ts';
import type { PartQuery } from '../queries/part-query.ts';
import { partStates } from './part-states.ts';
import { historySortColumns, listHistory, storedParts, storedRows } from './read/store.ts';
import { sourceOf } from './store.ts';

const csvColumns: readonly CsvColumn<InventoryChange>[] = [
  { header: 'at', cell: (row) => row.at },
  { header: 'endpointId', cell: (row) => row.endpointId },
  { header: 'hostname', cell: (row) => row.hostname },
  { header: 'part', cell: (row) => row.part },
  { header: 'initial', cell: (row) => row.initial },
  { header: 'addedCount', cell: (row) => row.addedCount },
  { header: 'removedCount', cell: (row) => row.removedCount },
  { header: 'added', cell: (row) => row.added },
  { header: 'removed', cell: (row) => row.removed },
];

/** What an endpoint has, part by part, and how it changed. */
export function inventoryRoutes(
  app: App,
  { db, clock }: ModuleContext,
  queries: readonly PartQuery[],
): void {
  app.get(
    '/endpoints/:id/parts/:part',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'The rows of one part of an inventory, as the endpoint answered them',
        tags: ['assets'],
        params: Type.Object({
          id: Type.String({ format: 'uuid' }),
          part: Type.String({ maxLength: 60 }),
        }),
        response: { 200: PartRows },
      },
    },
    async (request) => {
      const { id, part } = request.params;
      const now = clock();
      const endpoint = await getEndpoint(db, id, principalOf(request).scopes, now);
      if (endpoint === undefined) throw noSuchEndpoint();
      const query = queries.find(({ name }) => name === part);
      if (query === undefined || sourceOf(query) !== undefined) throw noSuchPart(id, query);
      const stored = await storedParts(db, id);
      const [state] = partStates([query], endpoint.platform, endpoint, stored, now.getTime());
      const rows = await storedRows(db, id, part);
      return {
        state: state!,
        columns: [...query.columns],
        rows: rows.map((values) =>
          Object.fromEntries(query.columns.map((column, i) => [column, values[i] ?? ''])),
        ),
      };
    },
  );

  app.get(
    '/endpoints/:id/history',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'What was added to an inventory or removed from it, newest first',
        tags: ['assets'],
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        querystring: HistoryQueryString,
        response: { 200: InventoryChangeList },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const reach = principalOf(request).scopes;
      if (!(await getEndpoint(db, id, reach, clock()))) throw noSuchEndpoint();
      return sendList(request, reply, sourceFor(request.query, reach, id));
    },
  );

  app.get(
    '/changes',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'Changes of all inventories within your scopes, newest first',
        description: 'Counting stops at a million.',
        tags: ['assets'],
        querystring: HistoryQueryString,
        response: { 200: InventoryChangeList },
      },
    },
    async (request, reply) =>
      sendList(request, reply, sourceFor(request.query, principalOf(request).scopes)),
  );

  function sourceFor(
    { sort, part, withinHours }: { sort?: string; part?: string; withinHours?: number },
    reach: ScopeReach,
    endpointId?: string,
  ) {
    const orderBy = parseSort(sort, historySortColumns, { fallback: '-at', tiebreak: 'h.id' });
    const now = clock();
    const since =
      withinHours === undefined ? undefined : new Date(now.getTime() - withinHours * 3_600_000);
    return {
      db,
      now,
      fileName: 'changes',
      columns: csvColumns,
      page: (
        source: Parameters<typeof listHistory>[0],
        window: { offset: number; limit: number },
      ) => listHistory(source, { reach, endpointId, part, since }, { orderBy, ...window }),
    };
  }
}

function noSuchPart(id: string, query: PartQuery | undefined): ProblemError {
  return new ProblemError(404, 'PART_NOT_FOUND', 'No such part of an inventory', {
    detail:
      query === undefined
        ? `GET /api/endpoints/${id} names the parts there are.`
        : `Software is listed by GET /api/endpoints/${id}/software.`,
  });
}
