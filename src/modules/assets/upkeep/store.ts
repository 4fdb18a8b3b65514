import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { addToCounts } from '../inventory/store.ts';

/** Rows per statement: short locks, and a stop between two of them loses nothing. */
const batchRows = 10_000;

/** Deletes changes before `before`. Answers how many; stops early when `signal` asks for it. */
export async function pruneHistory(
  db: Queryable,
  before: Date,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0;
  while (!signal.aborted) {
    const { rowCount } = await db.query(
      `delete from assets.inventory_changes where id in (
         select id from assets.inventory_changes where at < $1 order by at limit ${batchRows})`,
      [before],
    );
    deleted += rowCount ?? 0;
    if ((rowCount ?? 0) < batchRows) break;
  }
  return deleted;
}

/**
 * Compares `software.endpoint_count` with the inventories and puts right what differs. Answers the
 * entries that were wrong, which means a bug somewhere.
 *
 * Writers are not stopped: one statement sees one state of both, so a difference in it is real; and
 * once the wrong rows are locked, a count taken anew holds exactly what is committed, to which the
 * writers that wait add theirs.
 */
export async function repairCounts(db: Database): Promise<readonly number[]> {
  const { rows: suspects } = await db.query<{ id: number }>(
    `select s.id from assets.software s
       left join (select id, count(*)::int as count
                    from assets.endpoint_software, unnest(software_ids) as id group by id) a
         on a.id = s.id
      where s.endpoint_count <> coalesce(a.count, 0) order by s.id`,
  );
  if (suspects.length === 0) return [];
  return db.transaction(async (tx) => {
    const ids = suspects.map(({ id }) => id);
    await tx.query(
      `select 1 from assets.software where id = any($1::int[]) order by id for no key update`,
      [ids],
    );
    const { rows } = await tx.query<{ id: number; delta: number }>(
      `select s.id, coalesce(a.count, 0) - s.endpoint_count as delta from assets.software s
         left join (select t.id, count(*)::int as count
                      from assets.endpoint_software es, unnest(es.software_ids) as t (id)
                     where es.software_ids && $1::int[] and t.id = any($1::int[])
                     group by t.id) a on a.id = s.id
        where s.id = any($1::int[]) order by s.id`,
      [ids],
    );
    const wrong = rows.filter(({ delta }) => delta !== 0);
    await addToCounts(tx, new Map(wrong.map(({ id, delta }) => [id, delta])));
    return wrong.map(({ id }) => id);
  });
}

/** Rows of this module's tables as PostgreSQL last estimated them. */
export async function estimatedRows(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as count
       from pg_class where relnamespace = 'assets'::regnamespace and relkind = 'r'`,
  );
  return rows[0]?.count ?? 0;
}
