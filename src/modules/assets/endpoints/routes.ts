import { type Static, Type } from 'typebox';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import { reaches, type ScopeReach } from '../../../platform/http/principal.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import { parseSort } from '../../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { actorOf } from '../actor.ts';
import {
  Endpoint,
  EndpointChange,
  EndpointList,
  EndpointQueryString,
  type EndpointSummary,
  EndpointsChange,
  EndpointsChanged,
} from '../api.ts';
import { partStates } from '../inventory/part-states.ts';
import { storedParts } from '../inventory/read/store.ts';
import type { PartQuery } from '../queries/part-query.ts';
import { expandScopes, scopeExists } from '../scopes/store.ts';
import { applyChange, applyToMany, differencesOf, mostTags } from './change/apply.ts';
import { forgetEndpoint, lockSettable, type SettableRow, storeSettable } from './change/store.ts';
import { endpointSortColumns, getEndpoint, listEndpoints } from './list/store.ts';
import { selectEndpoints } from './selection.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });

export function noSuchEndpoint(): ProblemError {
  return new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'No such endpoint');
}

const csvColumns: readonly CsvColumn<EndpointSummary>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'hostname', cell: (row) => row.hostname },
  { header: 'platform', cell: (row) => row.platform },
  { header: 'osName', cell: (row) => row.osName },
  { header: 'osVersion', cell: (row) => row.osVersion },
  { header: 'osBuild', cell: (row) => row.osBuild },
  { header: 'arch', cell: (row) => row.arch },
  { header: 'scopeName', cell: (row) => row.scopeName },
  { header: 'owner', cell: (row) => row.owner },
  { header: 'criticality', cell: (row) => row.criticality },
  { header: 'tags', cell: (row) => row.tags },
  { header: 'primaryAddress', cell: (row) => row.primaryAddress },
  { header: 'lastUser', cell: (row) => row.lastUser },
  { header: 'agentVersion', cell: (row) => row.agentVersion },
  { header: 'softwareCount', cell: (row) => row.softwareCount },
  { header: 'sharedHardwareUuid', cell: (row) => row.sharedHardwareUuid },
  { header: 'presence', cell: (row) => row.presence },
  { header: 'firstSeenAt', cell: (row) => row.firstSeenAt },
  { header: 'lastSeenAt', cell: (row) => row.lastSeenAt },
];

/** Lists, shows, changes and forgets endpoints. */
export function endpointRoutes(
  app: App,
  { db, clock, audit, live, facets }: ModuleContext,
  queries: readonly PartQuery[],
): void {
  app.get(
    '/endpoints',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'Endpoints within your scopes',
        tags: ['assets'],
        querystring: EndpointQueryString,
        response: { 200: EndpointList },
      },
    },
    async (request, reply) => {
      const { sort, scopeId, withDescendants, where, ...filter } = request.query;
      const scopeIds =
        scopeId === undefined || !withDescendants
          ? scopeId && [scopeId]
          : await expandScopes(db, [scopeId]);
      const orderBy = parseSort(sort, endpointSortColumns, {
        fallback: 'hostname',
        tiebreak: 'e.id',
      });
      const now = clock();
      const reach = principalOf(request).scopes;
      const selected = await selectEndpoints(facets, where, { reach, now });
      return sendList(request, reply, {
        db,
        now,
        fileName: 'endpoints',
        columns: csvColumns,
        page: (source, window) =>
          listEndpoints(
            source,
            { ...filter, scopeIds: scopeIds || undefined, selected, reach },
            { orderBy, ...window },
            now,
          ),
      });
    },
  );

  async function read(id: string, reach: ScopeReach): Promise<Endpoint> {
    const now = clock();
    const row = await getEndpoint(db, id, reach, now);
    if (row === undefined) throw noSuchEndpoint();
    const { confirmed, failed, ...endpoint } = row;
    const stored = await storedParts(db, id);
    const parts = partStates(queries, row.platform, { confirmed, failed }, stored, now.getTime());
    return { ...endpoint, parts: [...parts] };
  }

  app.get(
    '/endpoints/:id',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'One endpoint, with how far each part of its inventory can be trusted',
        tags: ['assets'],
        params: Params,
        response: { 200: Endpoint },
      },
    },
    (request) => read(request.params.id, principalOf(request).scopes),
  );

  app.patch(
    '/endpoints/:id',
    {
      config: { permission: 'assets:write' },
      schema: {
        summary: 'Sets scope, owner, criticality, tags or notes',
        tags: ['assets'],
        params: Params,
        body: EndpointChange,
        response: { 200: Endpoint },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { body } = request;
      const principal = principalOf(request);
      const changed = await db.transaction(async (tx) => {
        await requireScope(tx, body.scopeId, principal.scopes);
        const [before] = await lockSettable(tx, [id], principal.scopes);
        if (before === undefined) throw noSuchEndpoint();
        const after = applyChange(before, body);
        const old = differencesOf(before, after);
        if (Object.keys(old).length === 0) return false;
        await storeSettable(tx, [after]);
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'endpoint.changed',
          target: { kind: 'endpoint', id, name: before.hostname },
          details: { change: body, before: old },
        });
        return true;
      });
      if (changed) tellChanged([id], body.scopeId !== undefined);
      return read(id, 'all');
    },
  );

  app.delete(
    '/endpoints/:id',
    {
      config: { permission: 'assets:write' },
      schema: {
        summary: 'Forgets an endpoint with its inventory and history until it enrols again',
        tags: ['assets'],
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const principal = principalOf(request);
      await db.transaction(async (tx) => {
        const forgotten = await forgetEndpoint(tx, id, principal.scopes);
        if (forgotten === undefined) throw noSuchEndpoint();
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'endpoint.forgotten',
          target: { kind: 'endpoint', id, name: forgotten.hostname },
        });
      });
      tellChanged([id], true);
      live.publish({ topic: 'software' });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/endpoints/changes',
    {
      config: { permission: 'assets:write' },
      schema: {
        summary: 'The same change to many endpoints: all of them, or none',
        tags: ['assets'],
        body: EndpointsChange,
        response: { 200: EndpointsChanged },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { endpointIds, change } = request.body;
      const ids = [...new Set(endpointIds.map((id) => id.toLowerCase()))];
      const changedIds = await db.transaction(async (tx) => {
        await requireScope(tx, change.scopeId, principal.scopes);
        const before = await lockSettable(tx, ids, principal.scopes);
        if (before.length < ids.length) throw someMissing(endpointIds, before);
        const pairs = before
          .map((old) => ({ old, after: applyToMany(old, change) }))
          .map(({ old, after }) => ({ old, after, before: differencesOf(old, after) }))
          .filter(({ before: differences }) => Object.keys(differences).length > 0);
        for (const { after } of pairs) requireFewTags(after);
        if (pairs.length === 0) return [];
        await storeSettable(
          tx,
          pairs.map(({ after }) => after),
        );
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'endpoints.changed',
          details: {
            change,
            count: pairs.length,
            before: Object.fromEntries(
              pairs.map(({ old, before: differences }) => [old.id, differences]),
            ),
          },
        });
        return pairs.map(({ old }) => old.id);
      });
      if (changedIds.length > 0) tellChanged(changedIds, change.scopeId !== undefined);
      return { changed: changedIds.length };
    },
  );

  function tellChanged(ids: readonly string[], scopesToo: boolean): void {
    live.publish(ids.length <= 100 ? { topic: 'endpoints', ids } : { topic: 'endpoints' });
    if (scopesToo) live.publish({ topic: 'scopes' });
  }
}

/** Nothing is moved into a scope that does not exist, or that the caller cannot see. */
async function requireScope(
  tx: Queryable,
  scopeId: string | undefined,
  reach: ScopeReach,
): Promise<void> {
  if (scopeId === undefined) return;
  if (reaches(reach, scopeId.toLowerCase()) && (await scopeExists(tx, scopeId))) return;
  throw new ProblemError(400, 'SCOPE_NOT_FOUND', 'No such scope', {
    errors: [{ at: '/body/scopeId', message: 'is no scope that you can see' }],
  });
}

function someMissing(
  asked: Static<typeof EndpointsChange>['endpointIds'],
  found: readonly SettableRow[],
): ProblemError {
  const known = new Set(found.map(({ id }) => id));
  const errors = asked.flatMap((id, i) =>
    known.has(id.toLowerCase())
      ? []
      : [{ at: `/body/endpointIds/${i}`, message: 'no such endpoint' }],
  );
  return new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'Some of these endpoints do not exist', {
    detail: `${errors.length} of ${asked.length}; nothing was changed.`,
    errors: errors.slice(0, 50),
  });
}

function requireFewTags({ hostname, tags }: SettableRow): void {
  if (tags.length <= mostTags) return;
  throw new ProblemError(409, 'TAGS_TOO_MANY', 'An endpoint would have too many tags', {
    detail: `${hostname} would have ${tags.length}; at most ${mostTags}. Nothing was changed.`,
  });
}
