import { Type } from 'typebox';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import { parseSort } from '../../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { Software, SoftwareList, SoftwareQueryString } from '../api.ts';
import { getEndpoint } from '../endpoints/list/store.ts';
import { noSuchEndpoint } from '../endpoints/routes.ts';
import type { AssetFacets } from '../facets/asset-facets-store.ts';
import { getSoftware, listSoftware, softwareSortColumns } from './store.ts';

const csvColumns: readonly CsvColumn<Software>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'source', cell: (row) => row.source },
  { header: 'name', cell: (row) => row.name },
  { header: 'version', cell: (row) => row.version },
  { header: 'arch', cell: (row) => row.arch },
  { header: 'sourceName', cell: (row) => row.sourceName },
  { header: 'sourceVersion', cell: (row) => row.sourceVersion },
  { header: 'vendor', cell: (row) => row.vendor },
  { header: 'identifier', cell: (row) => row.identifier },
  { header: 'host', cell: (row) => row.host },
  { header: 'endpointCount', cell: (row) => row.endpointCount },
  { header: 'firstSeenAt', cell: (row) => row.firstSeenAt },
];

/** The catalogue, and what one endpoint has of it. */
export function softwareRoutes(
  app: App,
  { db, clock, facets }: ModuleContext,
  { softwareOn }: Pick<AssetFacets, 'softwareOn'>,
): void {
  app.get(
    '/software',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'Distinct software on the endpoints within your scopes',
        tags: ['assets'],
        querystring: SoftwareQueryString,
        response: { 200: SoftwareList },
      },
    },
    async (request, reply) =>
      sendList(request, reply, await sourceFor(request.query, principalOf(request).scopes)),
  );

  app.get(
    '/software/:id',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'One entry of the catalogue; who has it: /api/endpoints?softwareId=',
        tags: ['assets'],
        params: Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) }),
        response: { 200: Software },
      },
    },
    async (request) => {
      const software = await getSoftware(db, request.params.id, principalOf(request).scopes);
      if (software) return software;
      throw new ProblemError(404, 'SOFTWARE_NOT_FOUND', 'No such software');
    },
  );

  app.get(
    '/endpoints/:id/software',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'Software of one endpoint',
        tags: ['assets'],
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        querystring: SoftwareQueryString,
        response: { 200: SoftwareList },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const reach = principalOf(request).scopes;
      if (!(await getEndpoint(db, id, reach, clock()))) throw noSuchEndpoint();
      return sendList(request, reply, await sourceFor(request.query, reach, id));
    },
  );

  async function sourceFor(
    query: { sort?: string; q?: string; source?: string; name?: string; where?: string },
    reach: ScopeReach,
    endpointId?: string,
  ) {
    const orderBy = parseSort(query.sort, softwareSortColumns, {
      fallback: 'name',
      tiebreak: 's.id',
    });
    const now = clock();
    const { q, source: origin, name, where = '' } = query;
    let ids: readonly number[] | undefined;
    if (where.trim() !== '') {
      using selection = await facets.select(where, { reach, now });
      ids = softwareOn(selection.bitmap);
    }
    const filter = { reach, endpointId, q, source: origin, name, ids };
    return {
      db,
      now,
      fileName: 'software',
      columns: csvColumns,
      page: (
        source: Parameters<typeof listSoftware>[0],
        window: { offset: number; limit: number },
      ) => listSoftware(source, filter, { orderBy, ...window }),
    };
  }
}
