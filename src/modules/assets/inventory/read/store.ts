import type { Queryable } from '../../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../../platform/http/principal.ts';
import type { ListPage } from '../../../../platform/http/send-list.ts';
import type { InventoryChange } from '../../api.ts';
import { createConditions, withinReach } from '../../conditions.ts';
import { isoOf, type Window } from '../../endpoints/list/store.ts';

export interface StoredPart {
  readonly part: string;
  readonly rowCount: number | null;
  readonly rejectedCount: number;
  readonly changedAt: string | null;
  readonly failure: string | null;
}

/** The parts that were ever answered, by name. */
export async function storedParts(
  db: Queryable,
  endpointId: string,
): Promise<readonly StoredPart[]> {
  const { rows } = await db.query<StoredPart>(
    `select part, row_count as "rowCount", rejected_count as "rejectedCount",
            ${isoOf('changed_at')} as "changedAt", failure
       from assets.endpoint_parts where endpoint_id = $1 order by part`,
    [endpointId],
  );
  return rows;
}

/** As stored: values in the order of the query's columns. Empty while there is no answer. */
export async function storedRows(
  db: Queryable,
  endpointId: string,
  part: string,
): Promise<readonly (readonly string[])[]> {
  const { rows } = await db.query<{ rows: string[][] | null }>(
    `select rows from assets.endpoint_parts where endpoint_id = $1 and part = $2`,
    [endpointId, part],
  );
  return rows[0]?.rows ?? [];
}

export interface HistoryFilter {
  readonly reach: ScopeReach;
  readonly endpointId?: string | undefined;
  readonly part?: string | undefined;
  readonly since?: Date | undefined;
}

export const historySortColumns: Readonly<Record<string, string>> = {
  at: 'h.at',
  hostname: 'e.hostname',
  part: 'h.part',
  addedCount: 'h.added_count',
  removedCount: 'h.removed_count',
};

/** Counting goes no further; a list of more says so many. */
const mostCounted = 1_000_000;
/** Lines for people, of each of added and removed. */
const mostLines = 200;

interface HistoryRow extends Omit<InventoryChange, 'id'> {
  readonly id: string;
  readonly addedIds: readonly number[];
  readonly removedIds: readonly number[];
}

export async function listHistory(
  db: Queryable,
  filter: HistoryFilter,
  { orderBy, offset, limit }: Window,
): Promise<ListPage<InventoryChange>> {
  const conditions = createConditions();
  withinReach(conditions, filter.reach, 'e.scope_id');
  if (filter.endpointId !== undefined) {
    conditions.add(filter.endpointId, (v) => `h.endpoint_id = ${v}::uuid`);
  }
  if (filter.part !== undefined) conditions.add(filter.part, (v) => `h.part = ${v}`);
  if (filter.since !== undefined) conditions.add(filter.since, (v) => `h.at > ${v}`);
  const from = `assets.inventory_changes h
    ${filter.reach === 'all' ? '' : 'join assets.endpoints e on e.id = h.endpoint_id'}`;
  const total = await db.query<{ count: number }>(
    `select count(*)::int as count
       from (select 1 from ${from} ${conditions.where} limit ${mostCounted}) counted`,
    conditions.values,
  );
  const { rows } = await db.query<HistoryRow>(
    `select h.id, h.endpoint_id as "endpointId", e.hostname, h.part, ${isoOf('h.at')} as at,
            h.initial, h.added_count as "addedCount", h.removed_count as "removedCount",
            h.added_ids[:${mostLines}] as "addedIds", h.removed_ids[:${mostLines}] as "removedIds",
            h.added, h.removed
       from assets.inventory_changes h join assets.endpoints e on e.id = h.endpoint_id
       ${conditions.where} ${orderBy}
      limit ${conditions.value(limit)} offset ${conditions.value(offset)}`,
    conditions.values,
  );
  const ids = rows.flatMap(({ addedIds, removedIds }) => [...addedIds, ...removedIds]);
  const lines = await softwareLines(db, [...new Set(ids)]);
  const named = (list: readonly number[]) => list.flatMap((id) => lines.get(id) ?? []).sort();
  const items = rows.map(({ addedIds, removedIds, ...row }) => ({
    ...row,
    id: Number(row.id),
    added: [...named(addedIds), ...row.added],
    removed: [...named(removedIds), ...row.removed],
  }));
  return { items, total: total.rows[0]?.count ?? 0 };
}

/** `openssl 3.0.11-1~deb12u2 (amd64)` */
async function softwareLines(
  db: Queryable,
  ids: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  if (ids.length === 0) return new Map();
  const { rows } = await db.query<{ id: number; line: string }>(
    `select id, concat_ws(' ', name, nullif(version, ''),
                          '(' || nullif(coalesce(nullif(arch, ''), host), '') || ')') as line
       from assets.software where id = any($1::int[])`,
    [ids],
  );
  return new Map(rows.map(({ id, line }) => [id, line]));
}
