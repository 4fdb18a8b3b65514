import { createEndpoint, defaultScopeId, type EndpointIdentity } from '../modules/assets/public.ts';
import type { Database, Queryable } from '../platform/db/queryable.ts';

/** An identity with nothing remarkable about it. */
export function someIdentity(over: Partial<EndpointIdentity> = {}): EndpointIdentity {
  return {
    hostIdentifier: 'host-1',
    hardwareUuid: null,
    hostname: 'host-1',
    platform: 'linux',
    agentVersion: '5.23.1',
    osName: 'Debian GNU/Linux',
    osVersion: '12 (bookworm)',
    arch: 'x86_64',
    ...over,
  };
}

/** An enrolled endpoint in the default scope; answers its id. */
export async function addEndpoint(
  db: Queryable,
  over: Partial<EndpointIdentity> = {},
  { scopeId, at = new Date() }: { scopeId?: string; at?: Date } = {},
): Promise<string> {
  return createEndpoint(db, someIdentity(over), scopeId ?? (await defaultScopeId(db)), at);
}

export async function addScope(db: Queryable, name: string, parentId?: string): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into assets.scopes (name, parent_id, kind, relation)
     values ($1, $2, 'site', 'domestic') returning id`,
    [name, parentId ?? null],
  );
  return rows[0]!.id;
}

/**
 * Many endpoints by plain SQL, for tests of lists and for the bench: `count` of them, each with
 * `softwarePerEndpoint` of a catalogue of `distinctSoftware`, all parts confirmed at `at`.
 */
export async function addManyEndpoints(
  db: Database,
  {
    count,
    at,
    softwarePerEndpoint = 0,
    distinctSoftware = Math.max(1, softwarePerEndpoint * 4),
  }: {
    readonly count: number;
    readonly at: Date;
    readonly softwarePerEndpoint?: number;
    readonly distinctSoftware?: number;
  },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(
      `with made as (
         insert into assets.endpoints
           (scope_id, host_identifier, hostname, platform, agent_version, os_name, os_version, arch,
            first_seen_at, owner, criticality, tags, primary_address, addresses, last_user)
         select (select id from assets.scopes where is_default), 'many-' || n,
                'host-' || lpad(n::text, 6, '0'),
                (array['linux', 'windows', 'darwin'])[1 + n % 3], '5.23.1',
                (array['Debian GNU/Linux', 'Microsoft Windows 11 Pro', 'macOS'])[1 + n % 3],
                (array['12 (bookworm)', '10.0.26100', '15.1'])[1 + n % 3], 'x86_64',
                $2::timestamptz - n * interval '1 minute', 'owner-' || n % 50,
                (array['low', 'normal', 'high', 'critical'])[1 + n % 4],
                array['tag-' || n % 20], '10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256,
                array['10.' || n / 65536 % 256 || '.' || n / 256 % 256 || '.' || n % 256],
                'user-' || n % 500
           from generate_series(1, $1::int) n
         returning id)
       insert into assets.contacts (endpoint_id, last_seen_at, confirmed)
       select id, $2::timestamptz - floor(random() * 3 * 86400) * interval '1 second',
              (select jsonb_object_agg(part, $3::bigint) from unnest($4::text[]) part)
         from made`,
      [count, at, at.getTime(), ['os', 'hardware', 'software-deb', 'users', 'ports']],
    );
    if (softwarePerEndpoint === 0) return;
    await tx.query(
      `insert into assets.software
         (identity_hash, source, name, version, arch, source_name, source_version, vendor,
          identifier, host, first_seen_at)
       select sha256(('many ' || n)::bytea), 'deb', 'package-' || n, '1.' || n % 100 || '-1',
              'amd64', 'source-' || n / 2, '1.' || n % 100 || '-1', 'Somebody', '', '', $2
         from generate_series(1, $1::int) n
       on conflict do nothing`,
      [distinctSoftware, at],
    );
    await tx.query(
      `insert into assets.endpoint_software (endpoint_id, part, software_ids)
       select e.id, 'software-deb', array(
                select s.id from generate_series(0, $1::int - 1) k
                  join assets.software s
                    on s.identity_hash = sha256(('many ' || 1 + (e.ordinal * 7 + k * 3) % $2::int)::bytea)
                 group by s.id order by s.id)
         from assets.endpoints e where e.host_identifier like 'many-%'`,
      [softwarePerEndpoint, distinctSoftware],
    );
    await tx.query(
      `update assets.endpoints e set software_count = cardinality(s.software_ids)
         from assets.endpoint_software s where s.endpoint_id = e.id`,
    );
    await tx.query(
      `update assets.software s set endpoint_count = n.count
         from (select id, count(*) from assets.endpoint_software, unnest(software_ids) as id
                group by id) n where n.id = s.id`,
    );
  });
  await db.query('analyze');
}
