import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import type { AssetsOverview } from '../api.ts';
import { createConditions, withinReach } from '../conditions.ts';
import { presenceOf } from '../endpoints/list/store.ts';
import { freshForSeconds } from '../inventory/freshness.ts';
import type { PartQuery } from '../queries/part-query.ts';

type Counts = Record<string, number>;

/** The numbers of the first page, over the endpoints within reach. */
export async function readOverview(
  db: Queryable,
  reach: ScopeReach,
  queries: readonly PartQuery[],
  now: Date,
): Promise<AssetsOverview> {
  const all = createConditions();
  withinReach(all, reach, 'e.scope_id');
  const nowValue = all.value(now);
  const { rows } = await db.query<{
    kind: string;
    a: string;
    b: string;
    count: number;
    shared: number;
    enrolled: number;
  }>(
    `with seen as materialized (
       select ${presenceOf(nowValue)} as presence, e.platform, e.os_name, e.os_version, e.scope_id,
              e.shared_hardware_uuid as shared,
              e.first_seen_at > ${nowValue}::timestamptz - interval '24 hours' as enrolled
         from assets.endpoints e join assets.contacts c on c.endpoint_id = e.id ${all.where})
     select 'all' as kind, '' as a, '' as b, count(*)::int as count,
            (count(*) filter (where shared))::int as shared,
            (count(*) filter (where enrolled))::int as enrolled from seen
     union all select 'presence', presence, '', count(*)::int, 0, 0 from seen group by presence
     union all select 'platform', platform, '', count(*)::int, 0, 0 from seen group by platform
     union all select 'os', coalesce(os_name, ''), coalesce(os_version, ''), count(*)::int, 0, 0
                 from seen group by os_name, os_version
     union all select 'scope', s.id::text, s.name, count(*)::int, 0, 0
                 from seen join assets.scopes s on s.id = seen.scope_id group by s.id, s.name
     order by kind, count desc, a, b`,
    all.values,
  );
  const of = (kind: string) => rows.filter((row) => row.kind === kind);
  const whole = of('all')[0];
  return {
    asOf: now.toISOString(),
    endpoints: whole?.count ?? 0,
    byPresence: withZeros(['online', 'recent', 'silent', 'never'], of('presence')),
    byPlatform: withZeros(['linux', 'darwin', 'windows'], of('platform')),
    byOs: of('os')
      .slice(0, 100)
      .map(({ a, b, count }) => ({ osName: a, osVersion: b, count })),
    byScope: of('scope').map(({ a, b, count }) => ({ scopeId: a, scopeName: b, count })),
    byFreshness: await countFreshness(db, reach, queries, now),
    distinctSoftware: await countSoftware(db, reach),
    sharedHardwareUuid: whole?.shared ?? 0,
    enrolledLast24h: whole?.enrolled ?? 0,
    changesLast24h: await countChanges(db, reach, now),
  };
}

function withZeros(keys: readonly string[], rows: readonly { a: string; count: number }[]): Counts {
  const counts: Counts = Object.fromEntries(keys.map((key) => [key, 0]));
  for (const { a, count } of rows) counts[a] = count;
  return counts;
}

/** The same rules as inventory/freshness.ts, in SQL; a test holds the two together. */
export async function countFreshness(
  db: Queryable,
  reach: ScopeReach,
  queries: readonly PartQuery[],
  now: Date,
): Promise<Counts> {
  const all = createConditions();
  withinReach(all, reach, 'e.scope_id');
  const parts = all.value(queries.map(({ name }) => name));
  const platforms = all.value(queries.map(({ sql }) => Object.keys(sql).join(',')));
  const freshSince = all.value(
    queries.map(({ intervalSeconds }) => now.getTime() - freshForSeconds(intervalSeconds) * 1000),
  );
  const { rows } = await db.query<{ a: string; count: number }>(
    `select case when not e.platform = any(string_to_array(p.platforms, ',')) then 'not-applicable'
              when t.failed > coalesce(t.confirmed, 0) then 'failed'
              when t.confirmed is null then 'never'
              when t.confirmed >= p.fresh_since then 'fresh' else 'stale' end as a,
            count(*)::int as count
       from assets.endpoints e join assets.contacts c on c.endpoint_id = e.id
       cross join unnest(${parts}::text[], ${platforms}::text[], ${freshSince}::bigint[])
         as p (part, platforms, fresh_since)
       cross join lateral (select (c.confirmed ->> p.part)::bigint as confirmed,
                                  (c.failed ->> p.part)::bigint as failed) t
       ${all.where} group by 1`,
    all.values,
  );
  return withZeros(['fresh', 'stale', 'never', 'failed', 'not-applicable'], rows);
}

async function countSoftware(db: Queryable, reach: ScopeReach): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    reach === 'all'
      ? `select count(*)::int as count from assets.software where endpoint_count > 0`
      : `select count(distinct t.id)::int as count
           from assets.endpoint_software es join assets.endpoints e on e.id = es.endpoint_id,
                unnest(es.software_ids) as t (id)
          where e.scope_id = any($1::uuid[])`,
    reach === 'all' ? [] : [reach],
  );
  return rows[0]?.count ?? 0;
}

async function countChanges(db: Queryable, reach: ScopeReach, now: Date): Promise<number> {
  const all = createConditions();
  all.add(now, (v) => `h.at > ${v}::timestamptz - interval '24 hours'`);
  withinReach(all, reach, 'e.scope_id');
  const join = reach === 'all' ? '' : 'join assets.endpoints e on e.id = h.endpoint_id';
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from assets.inventory_changes h ${join} ${all.where}`,
    all.values,
  );
  return rows[0]?.count ?? 0;
}
