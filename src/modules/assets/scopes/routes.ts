import { Type } from 'typebox';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import { listQuery } from '../../../platform/http/list.ts';
import { reaches } from '../../../platform/http/principal.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { actorOf } from '../actor.ts';
import { Scope, ScopeChange, ScopeCreate, ScopeList } from '../api.ts';
import {
  deleteScope,
  insertScope,
  listScopes,
  lockScopeTree,
  type ScopeFields,
  type ScopeRow,
  updateScope,
} from './store.ts';
import { countsWithDescendants, makesCircle } from './tree.ts';

const Params = Type.Object({ id: Type.String({ format: 'uuid' }) });

const csvColumns: readonly CsvColumn<Scope>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'parentId', cell: (row) => row.parentId },
  { header: 'name', cell: (row) => row.name },
  { header: 'kind', cell: (row) => row.kind },
  { header: 'relation', cell: (row) => row.relation },
  { header: 'isDefault', cell: (row) => row.isDefault },
  { header: 'endpointCount', cell: (row) => row.endpointCount },
  { header: 'endpointCountWithDescendants', cell: (row) => row.endpointCountWithDescendants },
  { header: 'createdAt', cell: (row) => row.createdAt },
];

/** The tree of companies and sites. A scope outside the caller's reach does not exist for them. */
export function scopeRoutes(app: App, { db, clock, audit, live }: ModuleContext): void {
  app.get(
    '/scopes',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'The scopes within your reach, the default first, then by name',
        tags: ['assets'],
        querystring: Type.Object(listQuery),
        response: { 200: ScopeList },
      },
    },
    async (request, reply) => {
      const { sort = 'name' } = request.query;
      const reach = principalOf(request).scopes;
      const compare = comparing(sort);
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'scopes',
        columns: csvColumns,
        page: async (source, { offset, limit }) => {
          const scopes = withCounts(await listScopes(source)).filter(({ id }) =>
            reaches(reach, id),
          );
          if (compare) scopes.sort(compare);
          return { items: scopes.slice(offset, offset + limit), total: scopes.length };
        },
      });
    },
  );

  app.post(
    '/scopes',
    {
      config: { permission: 'assets:administer' },
      schema: {
        summary: 'Adds a company or a site',
        tags: ['assets'],
        body: ScopeCreate,
        response: { 201: Scope },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const id = await db.transaction(async (tx) => {
        await lockScopeTree(tx);
        const scopes = await listScopes(tx);
        const fields = tidy(request.body);
        requireParent(scopes, fields.parentId, principal.scopes);
        requireFreeName(scopes, fields);
        const created = await insertScope(tx, fields);
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'scope.created',
          target: { kind: 'scope', id: created, name: fields.name },
          details: { ...fields },
        });
        return created;
      });
      live.publish({ topic: 'scopes', ids: [id] });
      return reply.code(201).send(await one(db, id));
    },
  );

  app.patch(
    '/scopes/:id',
    {
      config: { permission: 'assets:administer' },
      schema: {
        summary: 'Renames, moves or reclassifies a scope',
        tags: ['assets'],
        params: Params,
        body: ScopeChange,
        response: { 200: Scope },
      },
    },
    async (request) => {
      const id = request.params.id.toLowerCase();
      const principal = principalOf(request);
      const changed = await db.transaction(async (tx) => {
        await lockScopeTree(tx);
        const scopes = await listScopes(tx);
        const before = find(scopes, id, principal.scopes);
        const after = tidy({ ...fieldsOf(before), ...request.body });
        const old = Object.fromEntries(
          Object.entries(fieldsOf(before)).filter(
            ([key, value]) => after[key as keyof ScopeFields] !== value,
          ),
        );
        if (Object.keys(old).length === 0) return false;
        if ('parentId' in old) {
          requireParent(scopes, after.parentId, principal.scopes);
          if (makesCircle(scopes, id, after.parentId)) {
            throw new ProblemError(409, 'SCOPE_CIRCLE', 'A scope cannot lie below itself', {
              detail: 'The new parent is the scope itself or lies below it.',
            });
          }
        }
        requireFreeName(scopes, after, id);
        await updateScope(tx, id, after);
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'parentId' in old ? 'scope.moved' : 'scope.changed',
          target: { kind: 'scope', id, name: after.name },
          details: { change: request.body, before: old },
        });
        return true;
      });
      if (changed) {
        live.publish({ topic: 'scopes', ids: [id] });
        live.publish({ topic: 'endpoints' });
      }
      return one(db, id);
    },
  );

  app.delete(
    '/scopes/:id',
    {
      config: { permission: 'assets:administer' },
      schema: {
        summary: 'Deletes an empty scope',
        tags: ['assets'],
        params: Params,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const id = request.params.id.toLowerCase();
      const principal = principalOf(request);
      await db.transaction(async (tx) => {
        await lockScopeTree(tx);
        const scopes = await listScopes(tx);
        const scope = find(scopes, id, principal.scopes);
        if (scope.isDefault) {
          throw new ProblemError(409, 'SCOPE_IS_DEFAULT', 'The default scope cannot be deleted', {
            detail: 'Endpoints that enrol without another scope go there. It can be renamed.',
          });
        }
        const below = scopes.filter(({ parentId }) => parentId === id).length;
        if (below > 0 || scope.endpointCount > 0) {
          throw new ProblemError(409, 'SCOPE_NOT_EMPTY', 'The scope is not empty', {
            detail: `It has ${scope.endpointCount} endpoints and ${below} scopes below it; move them first.`,
          });
        }
        await deleteScope(tx, id);
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'scope.deleted',
          target: { kind: 'scope', id, name: scope.name },
          details: { before: fieldsOf(scope) },
        });
      });
      live.publish({ topic: 'scopes', ids: [id] });
      return reply.code(204).send(null);
    },
  );
}

type Reach = Parameters<typeof reaches>[0];

async function one(db: Queryable, id: string): Promise<Scope> {
  const scope = withCounts(await listScopes(db)).find((candidate) => candidate.id === id);
  if (scope === undefined) throw noSuchScope();
  return scope;
}

function withCounts(rows: readonly ScopeRow[]): Scope[] {
  const counts = countsWithDescendants(rows);
  return rows.map((row) => ({ ...row, endpointCountWithDescendants: counts.get(row.id) ?? 0 }));
}

function noSuchScope(): ProblemError {
  return new ProblemError(404, 'SCOPE_NOT_FOUND', 'No such scope');
}

function find(scopes: readonly ScopeRow[], id: string, reach: Reach): ScopeRow {
  const scope = scopes.find((candidate) => candidate.id === id);
  if (scope === undefined || !reaches(reach, id)) throw noSuchScope();
  return scope;
}

function fieldsOf({ parentId, name, kind, relation }: ScopeRow): ScopeFields {
  return { parentId, name, kind, relation };
}

function tidy(fields: ScopeFields): ScopeFields {
  const name = fields.name.replaceAll('\0', '').toWellFormed().normalize('NFC').trim();
  if (name === '') {
    throw new ProblemError(400, 'REQUEST_INVALID', 'The request is not valid', {
      errors: [{ at: '/body/name', message: 'must not be blank' }],
    });
  }
  return { ...fields, name, parentId: fields.parentId?.toLowerCase() ?? null };
}

/** Only who reaches everything may plant or move a scope to the root. */
function requireParent(scopes: readonly ScopeRow[], parentId: string | null, reach: Reach): void {
  if (
    parentId === null
      ? reach === 'all'
      : reaches(reach, parentId) && scopes.some(({ id }) => id === parentId)
  ) {
    return;
  }
  throw new ProblemError(400, 'SCOPE_PARENT_NOT_FOUND', 'No such parent scope', {
    errors: [{ at: '/body/parentId', message: 'is no scope that you can see' }],
  });
}

function requireFreeName(scopes: readonly ScopeRow[], fields: ScopeFields, id?: string): void {
  const taken = scopes.some(
    (scope) => scope.id !== id && scope.parentId === fields.parentId && scope.name === fields.name,
  );
  if (!taken) return;
  throw new ProblemError(409, 'SCOPE_NAME_TAKEN', 'There is a scope of this name already', {
    detail: 'Scopes below the same parent have different names.',
    errors: [{ at: '/body/name', message: 'is taken' }],
  });
}

const sortable = [
  'name',
  'kind',
  'relation',
  'endpointCount',
  'endpointCountWithDescendants',
  'createdAt',
] as const;

/** Undefined: the order of the store, the default first, then by name. */
function comparing(sort: string): ((a: Scope, b: Scope) => number) | undefined {
  if (sort === 'name') return undefined;
  const field = sortable.find((column) => column === sort.replace(/^-/, ''));
  if (field === undefined) {
    throw new ProblemError(400, 'SORT_UNKNOWN', 'The list cannot be sorted by this', {
      errors: [{ at: '/query/sort', message: `must be one of ${sortable.join(', ')}` }],
    });
  }
  const sign = sort.startsWith('-') ? -1 : 1;
  return (a, b) => {
    const [left, right] = [a[field], b[field]];
    const order = left < right ? -1 : left > right ? 1 : a.id < b.id ? -1 : 1;
    return sign * order;
  };
}
