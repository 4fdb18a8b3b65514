import type { Queryable } from '../../platform/db/queryable.ts';

/** Those of these keys of which nothing was told today yet; from now on it was. */
export async function notToldYet(
  tx: Queryable,
  today: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  await tx.query(`delete from findings.told where day < $1`, [today]);
  const { rows } = await tx.query<{ key: string }>(
    `insert into findings.told (day, key) select $1, key from unnest($2::text[]) key order by 2
     on conflict do nothing returning key`,
    [today, keys],
  );
  return new Set(rows.map(({ key }) => key));
}
