import { RoaringBitmap32 } from 'roaring-wasm';
import type { Facets } from '../../../platform/facets/public.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import type { Conditions } from '../conditions.ts';

/** Endpoints by ordinal, the shorter way: those that are meant, or those that are not. */
export interface SelectedEndpoints {
  readonly ordinals: readonly number[];
  readonly are: 'meant' | 'left-out';
  /** Endpoints that enrolled since were not asked; with `left-out` they must not slip in. */
  readonly lastOrdinal: number;
}

/**
 * The endpoints that a selector selects; undefined: there is no selector.
 *
 * @throws ProblemError SELECTOR_INVALID with the place
 */
export async function selectEndpoints(
  facets: Facets,
  where: string | undefined,
  asker: { readonly reach: ScopeReach; readonly now: Date },
): Promise<SelectedEndpoints | undefined> {
  if (where === undefined || where.trim() === '') return undefined;
  using selection = await facets.select(where, asker);
  using everyone = await facets.select('', asker);
  if (selection.count * 2 <= everyone.count) {
    return { ordinals: selection.positions(), are: 'meant', lastOrdinal: 0 };
  }
  const others = RoaringBitmap32.andNot(everyone.bitmap, selection.bitmap);
  const ordinals = others.toArray();
  others.dispose();
  return { ordinals, are: 'left-out', lastOrdinal: everyone.bitmap.maximum() };
}

/** Only what was selected; `column` holds an ordinal. */
export function withinSelection(
  conditions: Conditions,
  { ordinals, are, lastOrdinal }: SelectedEndpoints,
  column: string,
): void {
  // As one text: the driver writes a list number by number, ten times as slowly.
  const list = `{${ordinals.join(',')}}`;
  if (are === 'meant') {
    conditions.add(list, (v) => `${column} = any(${v}::int[])`);
  } else {
    conditions.add(list, (v) => `${column} <> all(${v}::int[])`);
    conditions.add(lastOrdinal, (v) => `${column} <= ${v}::int`);
  }
}
