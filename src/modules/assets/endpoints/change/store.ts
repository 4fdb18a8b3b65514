import type { Queryable } from '../../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../../platform/http/principal.ts';
import { createConditions, withinReach } from '../../conditions.ts';
import { addToCounts } from '../../inventory/store.ts';

/** What people may set on an endpoint. */
export interface Settable {
  readonly scopeId: string;
  readonly owner: string | null;
  readonly criticality: string;
  readonly tags: readonly string[];
  readonly notes: string;
}

export interface SettableRow extends Settable {
  readonly id: string;
  readonly hostname: string;
}

/** Locked in order of id for the rest of the transaction; those outside `reach` are left out. */
export async function lockSettable(
  tx: Queryable,
  ids: readonly string[],
  reach: ScopeReach,
): Promise<readonly SettableRow[]> {
  const conditions = createConditions();
  conditions.add(ids, (v) => `id = any(${v}::uuid[])`);
  withinReach(conditions, reach, 'scope_id');
  const { rows } = await tx.query<SettableRow>(
    `select id, hostname, scope_id as "scopeId", owner, criticality, tags, notes
       from assets.endpoints ${conditions.where} order by id for no key update`,
    conditions.values,
  );
  return rows;
}

/** Writes all of `rows` as they are. */
export async function storeSettable(tx: Queryable, rows: readonly SettableRow[]): Promise<void> {
  if (rows.length === 0) return;
  const listed = rows.map(({ id, scopeId, owner, criticality, tags, notes }) => ({
    id,
    scope_id: scopeId,
    owner,
    criticality,
    tags,
    notes,
  }));
  await tx.query(
    `update assets.endpoints e
        set scope_id = t.scope_id, owner = t.owner, criticality = t.criticality, tags = t.tags,
            notes = t.notes
       from jsonb_to_recordset($1::jsonb) as t
            (id uuid, scope_id uuid, owner text, criticality text, tags text[], notes text)
      where e.id = t.id`,
    [JSON.stringify(listed)],
  );
}

/**
 * Forgets an endpoint with its inventory and history. Locks like `ingest`: the endpoint with its
 * contact, then counts by id. Undefined: none within `reach`.
 */
export async function forgetEndpoint(
  tx: Queryable,
  id: string,
  reach: ScopeReach,
): Promise<{ readonly hostname: string } | undefined> {
  await tx.query(
    `select 1 from assets.contacts c join assets.endpoints e on e.id = c.endpoint_id
      where c.endpoint_id = $1 for update of c, e`,
    [id],
  );
  const conditions = createConditions();
  conditions.add(id, (v) => `id = ${v}::uuid`);
  withinReach(conditions, reach, 'scope_id');
  const { rows } = await tx.query<{ hostname: string }>(
    `select hostname from assets.endpoints ${conditions.where}`,
    conditions.values,
  );
  const endpoint = rows[0];
  if (endpoint === undefined) return undefined;
  const installed = await tx.query<{ id: number; count: number }>(
    `select unnest(software_ids) as id, count(*)::int as count
       from assets.endpoint_software where endpoint_id = $1 group by 1`,
    [id],
  );
  await addToCounts(tx, new Map(installed.rows.map(({ id, count }) => [id, -count])));
  await tx.query(`delete from assets.endpoints where id = $1`, [id]);
  return endpoint;
}
