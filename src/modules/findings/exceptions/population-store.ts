import type { Queryable } from '../../../platform/db/queryable.ts';
import type { Facets, SelectorProblem } from '../../../platform/facets/public.ts';
import { expandScopes } from '../../assets/public.ts';
import { bitsPerChunk, chunksOf } from './exception.ts';

/** The assets that scope and selector of an exception select. */
export interface Population {
  /** Ordinals of endpoints. */
  readonly endpoints: readonly number[];
  /** Numbers in findings.assets; none when there is a selector, which speaks of endpoints. */
  readonly applications: readonly number[];
}

export type PopulationAnswer =
  | { readonly ok: true; readonly population: Population }
  | { readonly ok: false; readonly problem: SelectorProblem };

interface Where {
  /** Null: everywhere. */
  readonly scopeId: string | null;
  readonly selector: string;
}

/** Without a selector out of the database, so that what was committed is in it. */
export async function populationOf(
  tx: Queryable,
  facets: Facets,
  { scopeId, selector }: Where,
  now: Date,
): Promise<PopulationAnswer> {
  const scopes = scopeId === null ? null : await expandScopes(tx, [scopeId]);
  if (selector !== '') {
    const resolved = await facets.resolve(selector, { reach: scopes ?? 'all', now });
    if (!resolved.ok) return resolved;
    using selection = resolved.selection;
    return { ok: true, population: { endpoints: selection.positions(), applications: [] } };
  }
  const { rows: endpoints } = await tx.query<{ ordinal: number }>(
    `select ordinal from assets.endpoint_view
      where $1::uuid[] is null or scope_id = any($1) order by 1`,
    [scopes],
  );
  const { rows: applications } = await tx.query<{ id: number }>(
    `select id from findings.assets where asset_kind = 'application'
        and ($1::uuid[] is null or scope_id = any($1)) order by 1`,
    [scopes],
  );
  return {
    ok: true,
    population: {
      endpoints: endpoints.map(({ ordinal }) => ordinal),
      applications: applications.map(({ id }) => id),
    },
  };
}

/**
 * Writes down whom an exception matches now; what was remembered and announced stays.
 *
 * @param remember at approval: these are the ones it was approved for
 */
export async function storePopulation(
  tx: Queryable,
  exceptionId: number,
  { endpoints, applications }: Population,
  { remember }: { remember: boolean },
): Promise<void> {
  const rows = (['endpoint', 'application'] as const).flatMap((kind) =>
    [...chunksOf(kind === 'endpoint' ? endpoints : applications)].map(([chunk, bits]) => ({
      kind,
      chunk,
      bits,
    })),
  );
  const none = Buffer.alloc(bitsPerChunk / 8);
  await tx.query(
    `with now as (
       select * from unnest($2::text[], $3::int[], $4::bytea[]) as n(asset_kind, chunk, bits)),
     emptied as (
       update findings.exception_members m set matching = $5
        where m.exception_id = $1 and m.matching <> $5
          and not exists (select from now n where (n.asset_kind, n.chunk) = (m.asset_kind, m.chunk)))
     insert into findings.exception_members as m
       (exception_id, asset_kind, chunk, remembered, matching, announced)
     select $1, asset_kind, chunk, case when $6 then bits else $5 end, bits, $5 from now
      order by 2, 3
     on conflict (exception_id, asset_kind, chunk) do update set matching = excluded.matching
      where m.matching <> excluded.matching`,
    [
      exceptionId,
      rows.map(({ kind }) => kind),
      rows.map(({ chunk }) => chunk),
      rows.map(({ bits }) => bits),
      none,
      remember,
    ],
  );
}
