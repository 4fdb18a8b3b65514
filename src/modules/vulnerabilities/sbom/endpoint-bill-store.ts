import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import type { BilledEndpoint, InstalledSoftware } from './export-bill.ts';

/** An endpoint within reach with all its software; undefined: there is none. */
export async function endpointForBill(
  db: Queryable,
  id: string,
  scopes: ScopeReach,
): Promise<
  { readonly endpoint: BilledEndpoint; readonly software: readonly InstalledSoftware[] } | undefined
> {
  const { rows: endpoints } = await db.query<BilledEndpoint>(
    `select id, hostname, platform, os_name as "osName", os_version as "osVersion"
       from assets.endpoint_view where id = $1 and ($2::uuid[] is null or scope_id = any($2))`,
    [id, scopes === 'all' ? null : scopes],
  );
  const endpoint = endpoints[0];
  if (endpoint === undefined) return undefined;
  // A Python package that the distribution installed is in its package already, with the
  // distribution's fixes: as pkg:pypi it would look unfixed to whoever reads the bill.
  const { rows: software } = await db.query<InstalledSoftware>(
    `select distinct s.id, s.source, s.name, s.version, s.arch, s.source_name as "sourceName",
            s.source_version as "sourceVersion", s.vendor
       from assets.endpoint_software_view h, unnest(h.software_ids) as each(id)
       join assets.software_view s on s.id = each.id
      where h.endpoint_id = $1 and s.host <> 'distribution'
      order by s.source, s.name, s.version, s.id`,
    [id],
  );
  return { endpoint, software };
}
