import type { Queryable } from '../../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../../platform/http/principal.ts';
import type { ListPage } from '../../../../platform/http/send-list.ts';
import type { Endpoint, EndpointSummary, Presence } from '../../api.ts';
import { type Conditions, containing, createConditions, withinReach } from '../../conditions.ts';
import { type SelectedEndpoints, withinSelection } from '../selection.ts';

export interface EndpointFilter {
  readonly reach: ScopeReach;
  readonly q?: string | undefined;
  readonly platform?: string | undefined;
  readonly presence?: Presence | undefined;
  /** In any of these; undefined: everywhere within reach. */
  readonly scopeIds?: readonly string[] | undefined;
  readonly criticality?: string | undefined;
  readonly tag?: string | undefined;
  readonly osName?: string | undefined;
  readonly osVersion?: string | undefined;
  readonly enrolledWithinHours?: number | undefined;
  readonly softwareId?: number | undefined;
  readonly sharedHardwareUuid?: boolean | undefined;
  readonly selected?: SelectedEndpoints | undefined;
}

export interface Window {
  /** Made by `parseSort` from an allow-list. */
  readonly orderBy: string;
  readonly offset: number;
  readonly limit: number;
}

export const onlineForMs = 2 * 60_000;
export const recentForMs = 24 * 3_600_000;

// IPv4 addresses in the order of their numbers, then IPv6 as text.
const addressOrder = `case when e.primary_address ~ '^\\d{1,3}(\\.\\d{1,3}){3}$' then
  lpad(split_part(e.primary_address, '.', 1), 3, '0') || lpad(split_part(e.primary_address, '.', 2), 3, '0')
  || lpad(split_part(e.primary_address, '.', 3), 3, '0') || lpad(split_part(e.primary_address, '.', 4), 3, '0')
  else 'x' || e.primary_address end`;

export const endpointSortColumns: Readonly<Record<string, string>> = {
  hostname: 'e.hostname',
  platform: 'e.platform',
  osName: 'e.os_name',
  osVersion: 'e.os_version',
  osBuild: 'e.os_build',
  arch: 'e.arch',
  scopeName: 's.name',
  owner: 'e.owner',
  criticality: `array_position(array['low', 'normal', 'high', 'critical'], e.criticality)`,
  tags: 'e.tags',
  primaryAddress: addressOrder,
  lastUser: 'e.last_user',
  agentVersion: 'e.agent_version',
  softwareCount: 'e.software_count',
  sharedHardwareUuid: 'e.shared_hardware_uuid',
  presence: 'c.last_seen_at',
  lastSeenAt: 'c.last_seen_at',
  firstSeenAt: 'e.first_seen_at',
};

/** Times as the wire has them: ISO 8601 in UTC. */
export function isoOf(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

const summaryColumns = (now: string) => `
  e.id, e.hostname, e.platform, e.os_name as "osName", e.os_version as "osVersion",
  e.os_build as "osBuild", e.arch, e.scope_id as "scopeId", s.name as "scopeName", e.owner,
  e.criticality, e.tags, e.primary_address as "primaryAddress", e.last_user as "lastUser",
  e.agent_version as "agentVersion", e.software_count as "softwareCount",
  e.shared_hardware_uuid as "sharedHardwareUuid", ${presenceOf(now)} as presence,
  ${isoOf('e.first_seen_at')} as "firstSeenAt", ${isoOf('c.last_seen_at')} as "lastSeenAt"`;

export function presenceOf(now: string): string {
  return `case when c.last_seen_at is null then 'never'
    when c.last_seen_at >= ${now}::timestamptz - interval '${onlineForMs} ms' then 'online'
    when c.last_seen_at >= ${now}::timestamptz - interval '${recentForMs} ms' then 'recent'
    else 'silent' end`;
}

const joined = `assets.endpoints e
  join assets.contacts c on c.endpoint_id = e.id
  join assets.scopes s on s.id = e.scope_id`;

/** One window of the endpoints that match, and how many do. */
export async function listEndpoints(
  db: Queryable,
  filter: EndpointFilter,
  { orderBy, offset, limit }: Window,
  now: Date,
): Promise<ListPage<EndpointSummary>> {
  const counted = conditionsOf(filter, now);
  // Contacts and scopes are joined one to one: only a filter on them changes the number.
  const countFrom = filter.presence === undefined ? 'assets.endpoints e' : joined;
  const total = await db.query<{ count: number }>(
    `select count(*)::int as count from ${countFrom} ${counted.where}`,
    counted.values,
  );
  const listed = conditionsOf(filter, now);
  const columns = summaryColumns(listed.value(now));
  const { rows } = await db.query<EndpointSummary>(
    `select ${columns} from ${joined} ${listed.where} ${orderBy}
      limit ${listed.value(limit)} offset ${listed.value(offset)}`,
    listed.values,
  );
  return { items: rows, total: total.rows[0]?.count ?? 0 };
}

function conditionsOf(filter: EndpointFilter, now: Date): Conditions {
  const all = createConditions();
  withinReach(all, filter.reach, 'e.scope_id');
  if (filter.selected !== undefined) withinSelection(all, filter.selected, 'e.ordinal');
  if (filter.platform !== undefined) all.add(filter.platform, (v) => `e.platform = ${v}`);
  if (filter.scopeIds !== undefined) {
    all.add(filter.scopeIds, (v) => `e.scope_id = any(${v}::uuid[])`);
  }
  if (filter.criticality !== undefined) all.add(filter.criticality, (v) => `e.criticality = ${v}`);
  if (filter.tag !== undefined) all.add(filter.tag, (v) => `${v} = any(e.tags)`);
  if (filter.osName !== undefined) all.add(filter.osName, (v) => `e.os_name = ${v}`);
  if (filter.osVersion !== undefined) all.add(filter.osVersion, (v) => `e.os_version = ${v}`);
  if (filter.enrolledWithinHours !== undefined) {
    const since = new Date(now.getTime() - filter.enrolledWithinHours * 3_600_000);
    all.add(since, (v) => `e.first_seen_at > ${v}`);
  }
  if (filter.sharedHardwareUuid !== undefined) {
    all.add(filter.sharedHardwareUuid, (v) => `e.shared_hardware_uuid = ${v}`);
  }
  if (filter.presence !== undefined) {
    const placeholder = all.value(now);
    all.add(filter.presence, (v) => `${presenceOf(placeholder)} = ${v}`);
  }
  if (filter.softwareId !== undefined) {
    all.add(
      filter.softwareId,
      (v) => `e.id in (select endpoint_id from assets.endpoint_software
                        where software_ids @> array[${v}::int])`,
    );
  }
  if (filter.q !== undefined && filter.q.trim() !== '') {
    all.add(
      containing(filter.q.trim()),
      (v) => `lower(concat_ws(E'\\n', e.hostname, e.computer_name, e.owner, e.last_user, e.os_name,
        e.os_version, array_to_string(e.tags, E'\\n'), array_to_string(e.addresses, E'\\n')))
        like ${v}`,
    );
  }
  return all;
}

export type EndpointRow = Omit<Endpoint, 'parts'> & {
  readonly confirmed: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
};

/** Undefined: none, or outside the caller's scopes, which look alike. */
export async function getEndpoint(
  db: Queryable,
  id: string,
  reach: ScopeReach,
  now: Date,
): Promise<EndpointRow | undefined> {
  const conditions = createConditions();
  conditions.add(id, (v) => `e.id = ${v}::uuid`);
  withinReach(conditions, reach, 'e.scope_id');
  const { rows } = await db.query<EndpointRow>(
    `select ${summaryColumns(conditions.value(now))},
            e.host_identifier as "hostIdentifier", e.hardware_uuid as "hardwareUuid", e.notes,
            e.computer_name as "computerName", e.os_codename as "osCodename",
            e.kernel_version as "kernelVersion", e.cpu_brand as "cpuBrand",
            e.cpu_logical_cores as "cpuLogicalCores", e.memory_bytes as "memoryBytes",
            e.hardware_vendor as "hardwareVendor", e.hardware_model as "hardwareModel",
            e.hardware_serial as "hardwareSerial", ${isoOf('e.booted_at')} as "bootedAt",
            c.confirmed, c.failed
       from ${joined} ${conditions.where}`,
    conditions.values,
  );
  return rows[0];
}
