import type { Database, Queryable } from '../../platform/db/queryable.ts';
import { listScopeProfiles, lockProfiles } from './due-profile-store.ts';
import { exposureSql } from './exposure.ts';
import { rejudge } from './reconcile-store.ts';

/** So many endpoints at a time are taken over in one transaction. */
const batch = 200;

/**
 * Judges anew what changed without anything being observed: endpoints that were moved to another
 * scope, or whose criticality or exposure was set, and scopes to which another profile of due dates
 * applies since the tree changed. What is held here is compared with what applies, so nothing is
 * missed whoever was told of it, and it may be killed at any time. Returns how many findings moved.
 */
export async function followAssets(
  db: Database,
  { signal }: { readonly signal?: AbortSignal } = {},
): Promise<number> {
  const stopped = () => signal?.aborted === true;
  let moved = 0;
  // Of those that could not be taken over (somebody judges by what was before) the next run knows.
  const tried = new Set<string>();
  while (!stopped()) {
    const ids = (await changedEndpoints(db, batch + tried.size)).filter((id) => !tried.has(id));
    if (ids.length === 0) break;
    for (const id of ids) tried.add(id);
    moved += await db.transaction((tx) => takeOver(tx, ids));
  }
  for (const scopeId of await changedScopes(db)) {
    if (stopped()) break;
    moved += await db.transaction(async (tx) => {
      // Whoever judges by the tree of before comes to an end first.
      await lockProfiles(tx);
      return (await changedScopes(tx)).includes(scopeId) ? rejudge(tx, { scopeIds: [scopeId] }) : 0;
    });
  }
  return moved;
}

const differs = `(a.scope_id, a.criticality, a.exposed)
  is distinct from (e.scope_id, e.criticality, ${exposureSql('e.tags')})`;

async function changedEndpoints(db: Queryable, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select a.asset_id as id from findings.assets a
       join assets.endpoint_view e on e.id = a.asset_id
      where a.asset_kind = 'endpoint' and ${differs} order by a.id limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

async function takeOver(tx: Queryable, ids: readonly string[]): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `with locked as materialized (
       select id from findings.assets where asset_id = any($1::uuid[]) order by id for update)
     update findings.assets a
        set scope_id = e.scope_id, criticality = e.criticality, exposed = ${exposureSql('e.tags')}
       from locked, assets.endpoint_view e
      where a.id = locked.id and e.id = a.asset_id and ${differs}
     returning a.asset_id as id`,
    [ids],
  );
  return rows.length === 0 ? 0 : rejudge(tx, { assetIds: rows.map(({ id }) => id) });
}

/** Scopes whose findings were judged by another profile than applies there, or nobody knows. */
async function changedScopes(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string; profile: string }>(
    `select scope_id as id, profile from findings.judged_profiles`,
  );
  const judged = new Map(rows.map(({ id, profile }) => [id, profile]));
  const scopes = await listScopeProfiles(db);
  return scopes.filter(({ id, effective }) => judged.get(id) !== effective).map(({ id }) => id);
}
