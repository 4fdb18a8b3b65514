import type { Queryable } from '../../../platform/db/queryable.ts';
import type { Confirmation, Platform } from '../observation.ts';

/** What an endpoint says of itself when it enrols. */
export interface EndpointIdentity {
  readonly hostIdentifier: string;
  readonly hardwareUuid: string | null;
  readonly hostname: string;
  readonly platform: Platform;
  readonly agentVersion: string | null;
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly arch: string | null;
}

/** Longest text that we keep of an identity, in UTF-16 code units. */
const LONGEST = 500;

function bounded(text: string): string;
function bounded(text: string | null): string | null;
function bounded(text: string | null): string | null {
  return text === null ? null : text.replaceAll('\0', '').toWellFormed().slice(0, LONGEST);
}

/** A new endpoint, enrolled at `at` and not heard of since. Answers its id. */
export async function createEndpoint(
  tx: Queryable,
  identity: EndpointIdentity,
  scopeId: string,
  at: Date,
): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `with created as (
       insert into assets.endpoints
         (scope_id, host_identifier, hardware_uuid, hostname, platform, agent_version, os_name,
          os_version, arch, first_seen_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
       returning id),
     met as (
       insert into assets.contacts (endpoint_id) select id from created),
     told as (select pg_notify('assets_news', '{"topic":"endpoints"}'))
     select created.id from created, told`,
    [
      scopeId,
      bounded(identity.hostIdentifier),
      bounded(identity.hardwareUuid),
      bounded(identity.hostname),
      identity.platform,
      bounded(identity.agentVersion),
      bounded(identity.osName),
      bounded(identity.osVersion),
      bounded(identity.arch),
      at,
    ],
  );
  return rows[0]!.id;
}

/** The endpoint enrolled again. What it does not say this time is kept as it was. */
export async function updateEndpointIdentity(
  tx: Queryable,
  endpointId: string,
  identity: EndpointIdentity,
  at: Date,
): Promise<void> {
  await recordContacts(tx, [{ endpointId, at }]);
  await tx.query(
    `update assets.endpoints
        set host_identifier = $2, hardware_uuid = coalesce($3, hardware_uuid), hostname = $4,
            platform = $5, agent_version = coalesce($6, agent_version),
            os_name = coalesce($7, os_name), os_version = coalesce($8, os_version),
            arch = coalesce($9, arch)
      where id = $1`,
    [
      endpointId,
      bounded(identity.hostIdentifier),
      bounded(identity.hardwareUuid),
      bounded(identity.hostname),
      identity.platform,
      bounded(identity.agentVersion),
      bounded(identity.osName),
      bounded(identity.osVersion),
      bounded(identity.arch),
    ],
  );
  await tx.query(`select pg_notify('assets_news', $1)`, [
    JSON.stringify({ topic: 'endpoints', ids: [endpointId] }),
  ]);
}

/** Marks endpoints that claim the same hardware as another live one, or takes the mark away. */
export async function setSharedHardwareUuid(
  tx: Queryable,
  endpointIds: readonly string[],
  shared: boolean,
): Promise<void> {
  if (endpointIds.length === 0) return;
  await tx.query(
    `with locked as materialized (
       select id from assets.endpoints
        where id = any($1::uuid[]) and shared_hardware_uuid <> $2
        order by id for no key update)
     update assets.endpoints e set shared_hardware_uuid = $2 from locked where e.id = locked.id`,
    [endpointIds, shared],
  );
  await tx.query(`select pg_notify('assets_news', $1)`, [
    JSON.stringify({ topic: 'endpoints', ids: endpointIds.slice(0, 100) }),
  ]);
}

/** `id` must be a UUID. */
export async function endpointExists(db: Queryable, id: string): Promise<boolean> {
  const { rows } = await db.query(`select 1 from assets.endpoints where id = $1`, [id]);
  return rows.length > 0;
}

/** A notice holds 8,000 bytes; one contact takes at most 26. */
const contactsPerNotice = 300;

/**
 * The endpoints were heard of. Never moves `last_seen_at` backwards; endpoints that are gone are
 * left out. Rows are locked in id order, so that two batches at once cannot deadlock. Pages are
 * told of those that come back after two minutes or more, not of every heart beat; the index of
 * facets is told the times themselves, since reading each back would cost more than the check-in.
 */
export async function recordContacts(
  db: Queryable,
  contacts: readonly { readonly endpointId: string; readonly at: Date }[],
): Promise<void> {
  if (contacts.length === 0) return;
  await db.query(
    `with latest as (
       select endpoint_id, max(at) as at
         from unnest($1::uuid[], $2::timestamptz[]) as t (endpoint_id, at) group by endpoint_id),
     locked as materialized (
       select c.endpoint_id, c.last_seen_at from assets.contacts c
        where c.endpoint_id in (select endpoint_id from latest)
        order by c.endpoint_id for no key update),
     changed as (
       update assets.contacts c set last_seen_at = latest.at
         from latest join locked using (endpoint_id)
        where c.endpoint_id = latest.endpoint_id
          and (locked.last_seen_at is null or locked.last_seen_at < latest.at)
       returning c.endpoint_id, locked.last_seen_at as before, latest.at)
     select pg_notify('assets_news',
              json_build_object('topic', 'endpoints', 'ids', json_agg(endpoint_id))::text)
       from (select endpoint_id from changed
              where before is null or before < at - interval '2 minutes' limit 100) returned
     having count(*) > 0
     union all
     select pg_notify('assets_contacts', string_agg(position || ':' || at_ms, ','))
       from (select e.ordinal as position, floor(extract(epoch from c.at) * 1000)::bigint as at_ms,
                    row_number() over () / ${contactsPerNotice} as notice
               from changed c join assets.endpoints e on e.id = c.endpoint_id) heard
      group by notice`,
    [contacts.map(({ endpointId }) => endpointId), contacts.map(({ at }) => at)],
  );
}

/**
 * The parts are still as we hold them. Many endpoints × parts in one statement; a confirmation
 * that is older than what we know changes nothing.
 */
export async function recordConfirmations(
  tx: Queryable,
  confirmations: readonly Confirmation[],
): Promise<void> {
  if (confirmations.length === 0) return;
  await tx.query(
    `with latest as (
       select endpoint_id, part, max(at) as at
         from unnest($1::uuid[], $2::text[], $3::bigint[]) as t (endpoint_id, part, at)
        group by endpoint_id, part),
     locked as materialized (
       select c.endpoint_id, c.confirmed from assets.contacts c
        where c.endpoint_id in (select endpoint_id from latest)
        order by c.endpoint_id for no key update),
     merged as (
       select l.endpoint_id,
              jsonb_object_agg(l.part, greatest(l.at, (locked.confirmed ->> l.part)::bigint)) as parts
         from latest l join locked using (endpoint_id) group by l.endpoint_id)
     update assets.contacts c set confirmed = c.confirmed || merged.parts
       from merged where c.endpoint_id = merged.endpoint_id`,
    [
      confirmations.map(({ endpointId }) => endpointId),
      confirmations.map(({ query }) => query),
      confirmations.map(({ observedAt }) => observedAt.getTime()),
    ],
  );
}
