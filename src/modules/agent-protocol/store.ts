import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { parseSort } from '../../platform/http/sort.ts';
import type { EnrolmentSecret, Rejection } from './api.ts';
import type { CountedRefusal } from './refusals.ts';

export interface Page<Item> {
  readonly items: Item[];
  readonly total: number;
}

export interface Window {
  readonly offset: number;
  readonly limit: number;
  readonly sort?: string | undefined;
}

/** Null for all scopes, in the form that the statements take. */
const reachable = (scopes: ScopeReach): readonly string[] | null =>
  scopes === 'all' ? null : scopes;

/** A new secret as text; only its SHA-256 is kept. 256 random bits need no slow hash. */
export function newSecret(): { text: string; hash: Buffer } {
  const text = `yje_${randomBytes(32).toString('base64url')}`;
  return { text, hash: hashOf(text) };
}

export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

const SECRET_COLUMNS = `s.id, s.name, s.scope_id as "scopeId",
  coalesce(v.name, '(removed)') as "scopeName", s.created_at as "createdAt",
  s.created_by as "createdBy", s.expires_at as "expiresAt", s.revoked_at as "revokedAt",
  s.last_used_at as "lastUsedAt", s.use_count as "useCount"`;

interface SecretRow {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const iso = (time: Date | null) => time?.toISOString() ?? null;

function secretOf(row: SecretRow & Record<string, unknown>): EnrolmentSecret {
  return {
    ...(row as unknown as EnrolmentSecret),
    createdAt: row.createdAt.toISOString(),
    expiresAt: iso(row.expiresAt),
    revokedAt: iso(row.revokedAt),
    lastUsedAt: iso(row.lastUsedAt),
  };
}

export interface SecretToInsert {
  readonly name: string;
  readonly scopeId: string;
  readonly hash: Buffer;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

export async function insertSecret(
  db: Queryable,
  secret: SecretToInsert,
): Promise<EnrolmentSecret> {
  const { rows } = await db.query<SecretRow & Record<string, unknown>>(
    `with s as (
       insert into agent_protocol.enrolment_secrets
         (name, scope_id, secret_hash, created_at, created_by, expires_at)
       values ($1, $2, $3, $4, $5, $6) returning *)
     select ${SECRET_COLUMNS} from s left join assets.scope_view v on v.id = s.scope_id`,
    [
      secret.name,
      secret.scopeId,
      secret.hash,
      secret.createdAt,
      secret.createdBy,
      secret.expiresAt,
    ],
  );
  return secretOf(rows[0]!);
}

const SECRET_SORT = {
  name: 's.name',
  scopeName: 'v.name',
  createdAt: 's.created_at',
  createdBy: 's.created_by',
  expiresAt: 's.expires_at',
  revokedAt: 's.revoked_at',
  lastUsedAt: 's.last_used_at',
  useCount: 's.use_count',
};

/** Secrets of the scopes that the caller reaches; not the personal ones of agents. */
export async function listSecrets(
  db: Queryable,
  scopes: ScopeReach,
  { offset, limit, sort }: Window,
): Promise<Page<EnrolmentSecret>> {
  const order = parseSort(sort, SECRET_SORT, { fallback: '-createdAt', tiebreak: 's.id' });
  const from = `from agent_protocol.enrolment_secrets s
    left join assets.scope_view v on v.id = s.scope_id
    where s.agent_id is null and ($1::uuid[] is null or s.scope_id = any($1))`;
  const { rows } = await db.query<SecretRow & Record<string, unknown>>(
    `select ${SECRET_COLUMNS} ${from} ${order} offset $2 limit $3`,
    [reachable(scopes), offset, limit],
  );
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*)::int as total ${from}`,
    [reachable(scopes)],
  );
  return { items: rows.map(secretOf), total: counted[0]!.total };
}

export interface FoundSecret {
  readonly id: string;
  readonly name: string;
  readonly scopeId: string;
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** Of an agent's personal secret: only its osqueryd enrols with it. */
  readonly agentId: string | null;
}

/**
 * The secret with this hash. Looked up by the hash of what was sent, so the time it takes tells
 * nothing about how near a guess was.
 */
export async function findSecret(db: Queryable, hash: Buffer): Promise<FoundSecret | undefined> {
  const { rows } = await db.query<FoundSecret>(
    `select id, name, scope_id as "scopeId", expires_at as "expiresAt", revoked_at as "revokedAt",
            agent_id as "agentId"
       from agent_protocol.enrolment_secrets where secret_hash = $1`,
    [hash],
  );
  return rows[0];
}

/** Undefined: no such secret within reach. Revoking twice keeps the first time. */
export async function revokeSecret(
  tx: Queryable,
  id: string,
  scopes: ScopeReach,
  at: Date,
): Promise<{ name: string; revokedNow: boolean } | undefined> {
  const { rows } = await tx.query<{ name: string; revokedNow: boolean }>(
    `with before as (
       select id, name, revoked_at from agent_protocol.enrolment_secrets
        where id = $1 and agent_id is null and ($2::uuid[] is null or scope_id = any($2))
        for update)
     update agent_protocol.enrolment_secrets s set revoked_at = coalesce(s.revoked_at, $3)
       from before where s.id = before.id
     returning s.name, (before.revoked_at is null) as "revokedNow"`,
    [id, reachable(scopes), at],
  );
  return rows[0];
}

/** Adds to what is counted; those of an endpoint that is gone are counted without one. */
export async function recordRejections(
  db: Queryable,
  counted: readonly CountedRefusal[],
): Promise<void> {
  if (counted.length === 0) return;
  await db.query(
    `insert into agent_protocol.rejections as r
       (endpoint_id, reason, count, first_at, last_at, last_address, last_detail)
     select e.id, t.reason, sum(t.count), min(t.first_at), max(t.last_at),
            (array_agg(t.address order by t.last_at desc))[1],
            (array_agg(t.detail order by t.last_at desc))[1]
       from unnest($1::uuid[], $2::text[], $3::bigint[], $4::timestamptz[], $5::timestamptz[],
                   $6::text[], $7::text[])
              as t (endpoint_id, reason, count, first_at, last_at, address, detail)
       left join assets.endpoint_view e on e.id = t.endpoint_id
      group by e.id, t.reason
      order by e.id, t.reason
     on conflict on constraint rejections_one_per_reason do update
        set count = r.count + excluded.count, last_at = greatest(r.last_at, excluded.last_at),
            last_address = coalesce(excluded.last_address, r.last_address),
            last_detail = excluded.last_detail`,
    [
      counted.map(({ endpointId }) => endpointId),
      counted.map(({ reason }) => reason),
      counted.map(({ count }) => count),
      counted.map(({ firstAt }) => firstAt),
      counted.map(({ lastAt }) => lastAt),
      counted.map(({ address }) => address),
      counted.map(({ detail }) => detail),
    ],
  );
}

const REJECTION_SORT = {
  hostname: 'e.hostname',
  reason: 'r.reason',
  count: 'r.count',
  firstAt: 'r.first_at',
  lastAt: 'r.last_at',
  lastAddress: 'r.last_address',
};

/** What was refused; without an endpoint only for callers that reach all scopes. */
export async function listRejections(
  db: Queryable,
  scopes: ScopeReach,
  { offset, limit, sort }: Window,
): Promise<Page<Rejection>> {
  const order = parseSort(sort, REJECTION_SORT, { fallback: '-lastAt', tiebreak: 'r.id' });
  const from = `from agent_protocol.rejections r
    left join assets.endpoint_view e on e.id = r.endpoint_id
    where ($1::uuid[] is null or e.scope_id = any($1))`;
  const { rows } = await db.query<Rejection & { firstAt: Date | string; lastAt: Date | string }>(
    `select r.endpoint_id as "endpointId", e.hostname, r.reason, r.count, r.first_at as "firstAt",
            r.last_at as "lastAt", r.last_address as "lastAddress", r.last_detail as "lastDetail"
       ${from} ${order} offset $2 limit $3`,
    [reachable(scopes), offset, limit],
  );
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*)::int as total ${from}`,
    [reachable(scopes)],
  );
  const items = rows.map((row) => ({
    ...row,
    firstAt: new Date(row.firstAt).toISOString(),
    lastAt: new Date(row.lastAt).toISOString(),
  }));
  return { items, total: counted[0]!.total };
}

/** The scope of an endpoint, or undefined when there is no such endpoint. */
export async function scopeOfEndpoint(
  db: Queryable,
  endpointId: string,
): Promise<{ scopeId: string; hostname: string } | undefined> {
  const { rows } = await db.query<{ scopeId: string; hostname: string }>(
    `select scope_id as "scopeId", hostname from assets.endpoint_view where id = $1`,
    [endpointId],
  );
  return rows[0];
}
