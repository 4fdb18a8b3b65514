import type { Queryable } from '../db/queryable.ts';
import type { ScopeReach } from '../http/principal.ts';
import {
  type Channel,
  type ChannelCreate,
  type ChannelTarget,
  type DeliveryProblem,
  type Schedule,
  secretNames,
} from './api.ts';

export type Secrets = Readonly<Record<string, string>>;

export interface ChannelRow {
  id: string;
  name: string;
  type: ChannelTarget['type'];
  target: ChannelTarget;
  address: string;
  allow_private: boolean;
  enabled: boolean;
  language: 'ja' | 'en';
  kinds: string[] | null;
  least_severity: Channel['leastSeverity'];
  scope_ids: string[] | null;
  schedule: Schedule;
  created_at: Date;
  changed_at: Date;
  last_success_at: Date | null;
  failing_since: Date | null;
  last_failure_at: Date | null;
  last_error: DeliveryProblem | null;
  failures_in_row: number;
  paused_until: Date | null;
}

const columns = `c.id, c.name, c.type, c.target, c.address, c.allow_private, c.enabled, c.language,
  c.kinds, c.least_severity, c.scope_ids, c.schedule, c.created_at, c.changed_at,
  c.last_success_at, c.failing_since, c.last_failure_at, c.last_error, c.failures_in_row,
  c.paused_until`;

/** A target as it is kept and answered, and what is kept apart from it. */
export function splitTarget(target: ChannelTarget): {
  readonly open: ChannelTarget;
  readonly secrets: Secrets;
} {
  const names = secretNames[target.type];
  const entries = Object.entries(target);
  return {
    open: Object.fromEntries(entries.filter(([name]) => !names.includes(name))) as ChannelTarget,
    secrets: Object.fromEntries(
      entries.flatMap(([name, value]) =>
        names.includes(name) && typeof value === 'string' ? [[name, value]] : [],
      ),
    ),
  };
}

/** Where it leads, as people may see it: of a secret address only the host. */
export function addressOf(target: ChannelTarget, secrets: Secrets): string {
  if (target.type === 'mail') return `${target.host}:${target.port}`;
  const url = target.url ?? secrets['url'];
  if (url === undefined || !URL.canParse(url)) return '—';
  const { origin } = new URL(url);
  return secretNames[target.type].includes('url') ? `${origin}/…` : url;
}

/** What a secret belongs to: another host must not be handed a secret that it was not given. */
export function hostOf(target: ChannelTarget, secrets: Secrets): string {
  if (target.type === 'mail') return `${target.security}://${target.host}:${target.port}`;
  const url = target.url ?? secrets['url'] ?? '';
  return URL.canParse(url) ? new URL(url).origin : '';
}

interface Counted extends ChannelRow {
  waiting: number;
  given_up: number;
  next_at: Date | null;
  secret_names: string[];
}

function toChannel(row: Counted): Channel {
  const next = row.next_at === null ? null : later(row.next_at, row.paused_until);
  return {
    id: row.id,
    name: row.name,
    enabled: row.enabled,
    language: row.language,
    kinds: row.kinds,
    leastSeverity: row.least_severity,
    scopeIds: row.scope_ids,
    allowPrivate: row.allow_private,
    schedule: row.schedule,
    target: row.target,
    address: row.address,
    secrets: row.secret_names,
    state: stateOf(row),
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    failingSince: row.failing_since?.toISOString() ?? null,
    lastError: row.last_error,
    nextAttemptAt: next?.toISOString() ?? null,
    waiting: row.waiting,
    givenUp: row.given_up,
    createdAt: row.created_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
  };
}

function later(one: Date, other: Date | null): Date {
  return other !== null && other > one ? other : one;
}

function stateOf(row: ChannelRow): Channel['state'] {
  if (!row.enabled) return 'off';
  if (row.failing_since !== null) return 'failing';
  // Never used yet: that it would work is not known.
  return row.last_success_at === null ? 'unknown' : 'working';
}

const counted = `select ${columns},
    (select count(*)::int from platform.notice_deliveries d
      where d.channel_id = c.id and d.state = 'waiting') as waiting,
    (select count(*)::int from platform.notice_deliveries d
      where d.channel_id = c.id and d.state = 'given-up') as given_up,
    (select min(d.next_at) from platform.notice_deliveries d
      where d.channel_id = c.id and d.state = 'waiting') as next_at,
    array(select s.name from platform.notification_secrets s
           where s.channel_id = c.id order by s.name) as secret_names
  from platform.notification_channels c`;
/** A channel of all scopes is for who reaches all of them. */
const reached = `($1::uuid[] is null or c.scope_ids <@ $1)`;

export async function listChannels(
  db: Queryable,
  reach: ScopeReach,
  order: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ items: Channel[]; total: number }> {
  const scopes = reach === 'all' ? null : reach;
  const { rows } = await db.query<Counted>(
    `${counted} where ${reached} ${order} offset $2 limit $3`,
    [scopes, offset, limit],
  );
  const { rows: totals } = await db.query<{ total: number }>(
    `select count(*)::int as total from platform.notification_channels c where ${reached}`,
    [scopes],
  );
  return { items: rows.map(toChannel), total: totals[0]?.total ?? 0 };
}

export async function findChannel(
  db: Queryable,
  id: string,
  reach: ScopeReach,
): Promise<Channel | undefined> {
  const { rows } = await db.query<Counted>(`${counted} where ${reached} and c.id = $2`, [
    reach === 'all' ? null : reach,
    id,
  ]);
  return rows[0] && toChannel(rows[0]);
}

export async function readChannel(db: Queryable, id: string): Promise<ChannelRow | undefined> {
  const { rows } = await db.query<ChannelRow>(
    `select ${columns} from platform.notification_channels c where c.id = $1`,
    [id],
  );
  return rows[0];
}

/** The channel itself, locked until the end of the transaction. */
export async function lockChannel(tx: Queryable, id: string): Promise<ChannelRow | undefined> {
  const { rows } = await tx.query<ChannelRow>(
    `select ${columns} from platform.notification_channels c where c.id = $1 for update`,
    [id],
  );
  return rows[0];
}

/** All that are on, for deciding who hears of a notice. */
export async function enabledChannels(db: Queryable): Promise<readonly ChannelRow[]> {
  const { rows } = await db.query<ChannelRow>(
    `select ${columns} from platform.notification_channels c where c.enabled`,
  );
  return rows;
}

/** For sending alone: no answer of the API is made of it. */
export async function readSecrets(db: Queryable, channelId: string): Promise<Secrets> {
  const { rows } = await db.query<{ name: string; value: string }>(
    `select name, value from platform.notification_secrets where channel_id = $1`,
    [channelId],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

export async function replaceSecrets(
  tx: Queryable,
  channelId: string,
  secrets: Secrets,
): Promise<void> {
  await tx.query(`delete from platform.notification_secrets where channel_id = $1`, [channelId]);
  await tx.query(
    `insert into platform.notification_secrets (channel_id, name, value)
     select $1, name, value from unnest($2::text[], $3::text[]) as given(name, value)`,
    [channelId, Object.keys(secrets), Object.values(secrets)],
  );
}

export type ChannelValues = Omit<ChannelCreate, 'target'> & {
  readonly target: ChannelTarget;
  readonly address: string;
};

const valuesOf = (channel: ChannelValues) => [
  channel.name,
  channel.target.type,
  JSON.stringify(channel.target),
  channel.address,
  channel.allowPrivate,
  channel.enabled,
  channel.language,
  channel.kinds,
  channel.leastSeverity,
  channel.scopeIds,
  JSON.stringify(channel.schedule),
];

/** Undefined: the name is taken. */
export async function insertChannel(
  tx: Queryable,
  channel: ChannelValues,
  now: Date,
): Promise<string | undefined> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into platform.notification_channels
       (name, type, target, address, allow_private, enabled, language, kinds, least_severity,
        scope_ids, schedule, created_at, changed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
     on conflict (lower(name)) do nothing returning id`,
    [...valuesOf(channel), now],
  );
  return rows[0]?.id;
}

/** What was changed is tried at once, however long it was to rest. False: the name is taken. */
export async function updateChannel(
  tx: Queryable,
  id: string,
  channel: ChannelValues,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update platform.notification_channels
        set name = $1, type = $2, target = $3, address = $4, allow_private = $5, enabled = $6,
            language = $7, kinds = $8, least_severity = $9, scope_ids = $10, schedule = $11,
            changed_at = $12, paused_until = null
      where id = $13 and not exists (
        select from platform.notification_channels other
         where lower(other.name) = lower($1) and other.id <> $13)`,
    [...valuesOf(channel), now, id],
  );
  return rowCount === 1;
}

export async function deleteChannel(tx: Queryable, id: string): Promise<void> {
  await tx.query(`delete from platform.notification_channels where id = $1`, [id]);
}

export async function countChannels(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from platform.notification_channels`,
  );
  return rows[0]?.count ?? 0;
}

export interface ChannelHealth {
  readonly channels: number;
  readonly failing: number;
  readonly waiting: number;
  readonly givenUp: number;
}

/** For the page of system state. */
export async function channelHealth(db: Queryable): Promise<ChannelHealth> {
  const { rows } = await db.query<ChannelHealth>(
    `select count(*)::int as channels,
            count(*) filter (where failing_since is not null)::int as failing,
            (select count(*)::int from platform.notice_deliveries where state = 'waiting')
              as waiting,
            (select count(*)::int from platform.notice_deliveries where state = 'given-up')
              as "givenUp"
       from platform.notification_channels where enabled`,
  );
  return rows[0] ?? { channels: 0, failing: 0, waiting: 0, givenUp: 0 };
}
