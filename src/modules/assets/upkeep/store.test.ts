import { describe, expect, it } from 'vitest';
import { addEndpoint, addManyEndpoints } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { pruneHistory, repairCounts } from './store.ts';

const now = new Date('2026-11-21T12:00:00Z');

describe('upkeep', () => {
  it('deletes old changes in steps, and stops when asked to', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    await db.query(
      `insert into assets.inventory_changes (endpoint_id, part, at, initial, added_count, removed_count)
       select $1, 'os', $2::timestamptz - n * interval '1 minute', false, 1, 0
         from generate_series(1, 25000) n`,
      [id, now],
    );
    const before = new Date(now.getTime() - 1000 * 60_000);
    const stopped = AbortSignal.abort();
    expect(await pruneHistory(db, before, stopped)).toBe(0);
    expect(await pruneHistory(db, before, new AbortController().signal)).toBe(24_000);
    const { rows } = await db.query(`select count(*)::int as n from assets.inventory_changes`);
    expect(rows).toEqual([{ n: 1000 }]);
  });

  it('finds and repairs counts that are wrong, and only those', async () => {
    await using db = await openTestDatabase();
    await addManyEndpoints(db, { count: 30, at: now, softwarePerEndpoint: 5 });
    expect(await repairCounts(db)).toEqual([]);
    const { rows } = await db.query<{ id: number }>(
      `update assets.software set endpoint_count = endpoint_count + 1 where id % 3 = 0 returning id`,
    );
    const spoiled = rows.map(({ id }) => id).sort((a, b) => a - b);
    expect(spoiled.length).toBeGreaterThan(2);
    expect(await repairCounts(db)).toEqual(spoiled);
    expect(await repairCounts(db)).toEqual([]);
  });
});
