import type { Database } from '../../platform/db/queryable.ts';
import { addManyEndpoints } from '../../testing/assets.ts';

/** Rows of the catalogue: 400 names that most machines have in 8 versions, and a long tail. */
const commonNames = 400;
const versionsOfEach = 8;
const tailNames = 40_000;
const tailVersions = 3;
const weaknesses = 50_000;
const findingsPerEndpoint = 10;

/**
 * A fleet as facets see one, by plain SQL: `endpoints` with `packages` each out of 123,200 rows of
 * the catalogue, ports, accounts, services and interfaces of their platform, and ten findings each
 * out of 50,000 weaknesses. The index of who has what is not needed here and takes minutes to fill.
 */
export async function addFacetFleet(
  db: Database,
  { endpoints, packages }: { readonly endpoints: number; readonly packages: number },
): Promise<void> {
  const at = new Date();
  await addManyEndpoints(db, { count: endpoints, at });
  await db.transaction(async (tx) => {
    await tx.query('set local session_replication_role = replica');
    await tx.query('set local synchronous_commit = off');
    await tx.query('drop index assets.endpoint_software_who_has');
    const common = commonNames * versionsOfEach;
    const tail = tailNames * tailVersions;
    const [{ first } = { first: 0 }] = (
      await tx.query<{ first: number }>(
        `with made as (
           insert into assets.software
             (identity_hash, source, name, version, arch, source_name, source_version, vendor,
              identifier, host, first_seen_at)
           select sha256(('fleet ' || n)::bytea), 'deb', name, version, 'amd64', name, version,
                  'Somebody', '', '', $3
             from (select n, 'package-' || n / ${versionsOfEach} as name,
                          '1.' || n % ${versionsOfEach} * 12 || '-1' as version
                     from generate_series(0, $1::int - 1) n
                   union all
                   select $1 + n,
                          (array['lib', 'python3-', 'node-', 'golang-', 'ruby-', 'tool-', 'fonts-',
                                 'linux-'])[1 + n / ${tailVersions} % 8]
                          || substr(md5((n / ${tailVersions})::text), 1, 7),
                          '2.' || n % ${tailVersions} || '-1'
                     from generate_series(0, $2::int - 1) n) made
            order by n
           returning id)
         select min(id)::int as first from made`,
        [common, tail, at],
      )
    ).rows;
    // Most of the tail is on few machines: the cube of an even distribution.
    const ofTail = Math.round(packages * 0.36);
    await tx.query(
      `with common as materialized (
         select v, array_agg($1::int + k * ${versionsOfEach} + (k + v) % ${versionsOfEach} order by k)
                   as ids
           from generate_series(0, ${versionsOfEach - 1}) v, generate_series(0, $2::int - 1) k
          group by v)
       insert into assets.endpoint_software (endpoint_id, part, software_ids)
       select e.id, 'software-deb', c.ids || array(
                select distinct $1::int + ${common} + floor(${tail}
                         * ((hashint4(e.ordinal * 1000 + k)::bigint & 1048575) / 1048576.0::float8) ^ 3
                       )::int as id
                  from generate_series(1, $3::int) k order by id)
         from assets.endpoints e join common c on c.v = e.ordinal % ${versionsOfEach}
        where e.host_identifier like 'many-%'`,
      [first, Math.min(commonNames, packages - ofTail), ofTail],
    );
    const part = (name: string, rows: string, alike?: number) =>
      tx.query(
        alike === undefined
          ? `insert into assets.endpoint_parts
               (endpoint_id, part, content_hash, row_count, rows, observed_at, changed_at)
             select e.id, $1, sha256('made up'), 0, made.rows, $2, $2
               from assets.endpoints e cross join lateral (${rows}) made`
          : `with made as materialized (
               select e.ordinal as v, made.rows
                 from generate_series(0, ${alike - 1}) e(ordinal) cross join lateral (${rows}) made)
             insert into assets.endpoint_parts
               (endpoint_id, part, content_hash, row_count, rows, observed_at, changed_at)
             select e.id, $1, sha256('made up'), 0, made.rows, $2, $2
               from assets.endpoints e join made on made.v = e.ordinal % ${alike}`,
        [name, at],
      );
    await part(
      'ports',
      `select jsonb_agg(jsonb_build_array(
                case when k % 3 = 0 then 'udp' else 'tcp' end,
                case when k % 4 = 0 then '0.0.0.0' when k % 4 = 1 then '::' else '127.0.0.1' end,
                case when k < 12 then (array[22, 25, 53, 68, 80, 111, 123, 135, 443, 445, 631, 3389])[k + 1]
                     else 20000 + (hashint4(e.ordinal * 100 + k) & 32767) end::text,
                'service-' || k, '/usr/sbin/service-' || k)) as rows
         from generate_series(e.ordinal % 8, 25) k`,
    );
    await part(
      'users',
      `select jsonb_agg(jsonb_build_array(
                case when k < 24 then 'daemon-' || k else 'user-' || e.ordinal % 500 end,
                k::text, 'Made up', '/home/user', '/bin/sh')) as rows
         from generate_series(0, 25) k`,
      500,
    );
    await part(
      'administrators',
      `select jsonb_build_array(jsonb_build_array('root', 'local'),
                jsonb_build_array('admin-' || e.ordinal % 2000, 'local')) as rows`,
    );
    await part(
      'services',
      `select jsonb_agg(jsonb_build_array('unit-' || (k * 7 + e.ordinal) % 900 || '.service',
                'The unit with the number ' || k,
                case when k % 3 = 0 then 'active' else 'inactive' end, 'auto',
                '/lib/systemd/system/unit-' || k || '.service', 'root')) as rows
         from generate_series(0, 149) k`,
      90,
    );
    await part(
      'interfaces',
      `select jsonb_agg(jsonb_build_array('eth' || k, '1500',
                '00:1a:' || substr(md5('i' || e.ordinal), 1, 2) || ':'
                  || substr(md5('i' || e.ordinal), 3, 2) || ':'
                  || substr(md5('i' || e.ordinal), 5, 2) || ':0' || k, 'up')) as rows
         from generate_series(0, 2) k`,
    );
    await tx.query(
      `insert into findings.weaknesses (key, kind, ids, title, severity, epss, content_hash,
                                        kev_ransomware)
       select 'CVE-' || 2019 + n % 8 || '-' || 10000 + n, 'vulnerability',
              array['CVE-' || 2019 + n % 8 || '-' || 10000 + n], 'made up ' || n,
              (array['low', 'medium', 'high', 'critical'])[1 + n % 4], (n % 1000) / 1000.0,
              sha256(n::text::bytea), n % 100 = 0
         from generate_series(0, ${weaknesses - 1}) n`,
    );
    await tx.query(
      `insert into findings.assets (asset_id, asset_kind, scope_id, criticality)
       select id, 'endpoint', scope_id, criticality from assets.endpoints order by ordinal`,
    );
    await tx.query(
      `insert into findings.assessments (asset_ref, kind, assessed_at)
       select id, 'vulnerability', $1 from findings.assets where id % 20 > 0`,
      [at],
    );
    await tx.query(
      `insert into findings.findings
         (weakness_id, asset_ref, scope_id, state, class, kind, severity_order, exploited, epss,
          rank, due_on, due_outcome, first_seen_at, evidence, content_hash)
       select w.id, a.id, a.scope_id, 'open', 'normal', 'vulnerability', w.id % 5,
              w.id % 50 = 0, w.epss, 0,
              case when w.id % 3 > 0 then $1::date + (w.id % 90 - 20) end, 'days', $1, '{}', ''
         from findings.assets a
        cross join lateral (select distinct 1 + floor(${weaknesses}
                       * ((hashint4(a.id * 100 + k)::bigint & 1048575) / 1048576.0::float8) ^ 2)::int as id
                  from generate_series(1, ${findingsPerEndpoint}) k) picked
         join findings.weaknesses w on w.id = picked.id`,
      [at],
    );
  });
  await db.query('analyze');
}
