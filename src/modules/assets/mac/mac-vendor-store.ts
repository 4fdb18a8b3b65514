import type { Queryable } from '../../../platform/db/queryable.ts';
import { tellFacets } from '../../../platform/facets/public.ts';
import { answerFor, type MacAnswer, macOf, prefixesOf } from './mac-address.ts';

/** A block of addresses: 6, 7 or 9 upper-case hexadecimal digits, and who it was assigned to. */
export interface MacVendor {
  readonly prefix: string;
  readonly vendor: string;
}

/**
 * Makes what one feed says equal to `rows`, whose prefixes must differ. Answers the prefixes that
 * are new, other or gone. The rows of other feeds stay.
 */
export async function storeMacVendors(
  tx: Queryable,
  feed: string,
  rows: readonly MacVendor[],
): Promise<{ readonly changed: readonly string[]; readonly count: number }> {
  const { rows: changed } = await tx.query<{ prefix: string }>(
    `with incoming as (
       select * from unnest($2::text[], $3::text[]) as x(prefix, vendor)),
     gone as (
       delete from assets.mac_vendors v
        where v.feed = $1 and not exists (select from incoming i where i.prefix = v.prefix)
       returning v.prefix),
     stored as (
       insert into assets.mac_vendors as v (feed, prefix, vendor)
       select $1, prefix, vendor from incoming order by prefix
       on conflict (prefix, feed) do update set vendor = excluded.vendor
        where v.vendor <> excluded.vendor
       returning v.prefix)
     select prefix from gone union all select prefix from stored`,
    [feed, rows.map(({ prefix }) => prefix), rows.map(({ vendor }) => vendor)],
  );
  if (changed.length > 0) await tellFacets(tx, 'assets.vendors', 'all');
  return { changed: changed.map(({ prefix }) => prefix), count: rows.length };
}

/** What one feed holds, by prefix. */
export async function listMacVendors(db: Queryable, feed: string): Promise<readonly MacVendor[]> {
  const { rows } = await db.query<MacVendor>(
    `select prefix, vendor from assets.mac_vendors where feed = $1 order by prefix`,
    [feed],
  );
  return rows;
}

export interface MacVendorLookup {
  /** False: no registry was ever imported, so that "unknown" would be a lie. */
  readonly assessed: boolean;
  /** All that is known of an address, for people. */
  readonly answerOf: (mac: string) => MacAnswer;
  /**
   * The maker's name; `private` for an address that was made up where it is used; undefined: not
   * known (see `assessed`), not published, or no address.
   */
  readonly vendorOf: (mac: string) => string | 'private' | undefined;
}

/**
 * Loads who makes which addresses: all 50,000 blocks (some megabytes, for working through many
 * addresses), or those that `macs` need.
 */
export async function macVendorLookup(
  db: Queryable,
  macs?: readonly string[],
): Promise<MacVendorLookup> {
  const prefixes = macs?.flatMap((mac) => {
    const known = macOf(mac);
    return known === null ? [] : prefixesOf(known);
  });
  const [held, found] = await Promise.all([
    db.query<{ held: boolean }>(`select exists (select from assets.mac_vendors) as held`),
    db.query<MacVendor>(
      `select prefix, vendor from assets.mac_vendor_view
        where $1::text[] is null or prefix = any($1)`,
      [prefixes ?? null],
    ),
  ]);
  const assessed = held.rows[0]!.held;
  const vendors = assessed
    ? new Map(found.rows.map(({ prefix, vendor }) => [prefix, vendor]))
    : null;
  const answerOf = (mac: string) => answerFor(mac, vendors);
  return {
    assessed,
    answerOf,
    vendorOf(mac) {
      const answer = answerOf(mac);
      if (answer.kind === 'vendor') return answer.vendor;
      return answer.kind === 'private' ? 'private' : undefined;
    },
  };
}
