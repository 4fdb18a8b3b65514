import type { Queryable } from '../db/queryable.ts';
import type { Role, ScopeReach } from '../http/principal.ts';
import type { Token, User } from './api.ts';

export interface UserRow {
  readonly id: string;
  readonly login: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly role: Role;
  readonly scopeIds: string[] | null;
  readonly language: 'ja' | 'en';
  readonly createdAt: Date;
  readonly lastSignInAt: Date | null;
  readonly disabledAt: Date | null;
}

const userColumns = `
  id, login, display_name as "displayName", password_hash as "passwordHash", role,
  scope_ids as "scopeIds", language, created_at as "createdAt",
  last_sign_in_at as "lastSignInAt", disabled_at as "disabledAt"`;

export function toUser({ passwordHash: _, ...row }: UserRow): User {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    disabledAt: row.disabledAt?.toISOString() ?? null,
  };
}

export async function findUser(
  db: Queryable,
  by: { readonly id: string } | { readonly login: string },
): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>(
    'id' in by
      ? `select ${userColumns} from platform.users where id = $1`
      : `select ${userColumns} from platform.users where lower(login) = lower($1)`,
    ['id' in by ? by.id : by.login],
  );
  return rows[0];
}

/** One window of the users whose scopes lie within `reach`; `order` comes from parseSort. */
export async function listUsers(
  db: Queryable,
  reach: ScopeReach,
  order: string,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ items: readonly User[]; total: number }> {
  const matching = `from platform.users where $1::uuid[] is null or scope_ids <@ $1`;
  const ids = reach === 'all' ? null : reach;
  const { rows } = await db.query<UserRow>(
    `select ${userColumns} ${matching} ${order} offset $2 limit $3`,
    [ids, window.offset, window.limit],
  );
  return { items: rows.map(toUser), total: await countOf(db, matching, ids) };
}

async function countOf(db: Queryable, matching: string, value: unknown): Promise<number> {
  const { rows } = await db.query<{ count: number }>(`select count(*)::int as count ${matching}`, [
    value,
  ]);
  return rows[0]!.count;
}

export async function countUsers(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from platform.users`,
  );
  return rows[0]!.count;
}

/** Undefined: the login is taken. */
export async function insertUser(
  tx: Queryable,
  user: Pick<UserRow, 'login' | 'displayName' | 'passwordHash' | 'role' | 'scopeIds' | 'language'>,
  at: Date,
): Promise<UserRow | undefined> {
  const { rows } = await tx.query<UserRow>(
    `insert into platform.users
       (login, display_name, password_hash, role, scope_ids, language, created_at)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict ((lower(login))) do nothing
     returning ${userColumns}`,
    [user.login, user.displayName, user.passwordHash, user.role, user.scopeIds, user.language, at],
  );
  return rows[0];
}

export interface UserUpdate {
  readonly displayName?: string | undefined;
  readonly passwordHash?: string | undefined;
  readonly role?: Role | undefined;
  readonly scopeIds?: string[] | null | undefined;
  readonly language?: 'ja' | 'en' | undefined;
  readonly disabledAt?: Date | null | undefined;
}

export async function updateUser(
  tx: Queryable,
  id: string,
  change: UserUpdate,
): Promise<UserRow | undefined> {
  const { rows } = await tx.query<UserRow>(
    `update platform.users
        set display_name = coalesce($2, display_name),
            password_hash = coalesce($3, password_hash),
            role = coalesce($4, role),
            scope_ids = case when $5 then $6::uuid[] else scope_ids end,
            language = coalesce($7, language),
            disabled_at = case when $8 then $9::timestamptz else disabled_at end
      where id = $1
      returning ${userColumns}`,
    [
      id,
      change.displayName ?? null,
      change.passwordHash ?? null,
      change.role ?? null,
      change.scopeIds !== undefined,
      change.scopeIds ?? null,
      change.language ?? null,
      change.disabledAt !== undefined,
      change.disabledAt ?? null,
    ],
  );
  return rows[0];
}

/**
 * Makes set-up and changes to users one after another until the transaction ends: two
 * administrators who disable each other at the same moment would leave none.
 */
export async function lockUsers(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('yojin users'))`);
}

/** Whether anybody could still administer everything if `exceptId` could not; after lockUsers. */
export async function otherAdministratorExists(tx: Queryable, exceptId: string): Promise<boolean> {
  const { rows } = await tx.query<{ id: string }>(
    `select id from platform.users
      where role = 'administrator' and scope_ids is null and disabled_at is null`,
  );
  return rows.some(({ id }) => id !== exceptId);
}

export interface SessionRow extends UserRow {
  readonly sessionId: string;
  readonly sessionSeenAt: Date;
}

/**
 * False when the user was disabled, or the password changed, since it was checked: that ended the
 * sessions there were, and may not miss this one.
 */
export async function insertSession(
  tx: Queryable,
  session: {
    readonly hash: Buffer;
    readonly userId: string;
    readonly passwordHash: string;
    readonly at: Date;
    readonly expiresAt: Date;
    readonly address: string | null;
    readonly userAgent: string | null;
  },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update platform.users set last_sign_in_at = $2
      where id = $1 and password_hash = $3 and disabled_at is null`,
    [session.userId, session.at, session.passwordHash],
  );
  if (rowCount !== 1) return false;
  await tx.query(`delete from platform.sessions where expires_at < $1`, [session.at]);
  await tx.query(
    `insert into platform.sessions
       (secret_hash, user_id, created_at, last_seen_at, expires_at, address, user_agent)
     values ($1, $2, $3, $3, $4, $5, $6)`,
    [
      session.hash,
      session.userId,
      session.at,
      session.expiresAt,
      session.address,
      session.userAgent?.slice(0, 300) ?? null,
    ],
  );
  return true;
}

/** A session that is neither expired nor idle, with its user, unless that one is disabled. */
export async function findSession(
  db: Queryable,
  hash: Buffer,
  now: Date,
  idleMs: number,
): Promise<SessionRow | undefined> {
  const { rows } = await db.query<SessionRow>(
    `select u.*, s.id as "sessionId", s.last_seen_at as "sessionSeenAt"
       from platform.sessions s
       join lateral (select ${userColumns} from platform.users where id = s.user_id) u on true
      where s.secret_hash = $1 and s.expires_at > $2 and s.last_seen_at > $3
        and u."disabledAt" is null`,
    [hash, now, new Date(now.getTime() - idleMs)],
  );
  return rows[0];
}

export async function touchSession(db: Queryable, sessionId: string, at: Date): Promise<void> {
  await db.query(`update platform.sessions set last_seen_at = $2 where id = $1`, [sessionId, at]);
}

export async function deleteSession(db: Queryable, hash: Buffer): Promise<void> {
  await db.query(`delete from platform.sessions where secret_hash = $1`, [hash]);
}

export async function deleteSessionsOf(
  tx: Queryable,
  userId: string,
  exceptHash: Buffer | null = null,
): Promise<void> {
  await tx.query(
    `delete from platform.sessions
      where user_id = $1 and ($2::bytea is null or secret_hash <> $2)`,
    [userId, exceptHash],
  );
}

interface TokenRow extends Omit<Token, 'createdAt' | 'expiresAt' | 'lastUsedAt' | 'revokedAt'> {
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
  readonly revokedAt: Date | null;
}

const tokenColumns = `
  t.id, t.name, t.user_id as "userId", u.login as "userLogin", t.role, t.scope_ids as "scopeIds",
  t.created_at as "createdAt", t.expires_at as "expiresAt", t.last_used_at as "lastUsedAt",
  t.revoked_at as "revokedAt"`;

const toToken = (row: TokenRow): Token => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  revokedAt: row.revokedAt?.toISOString() ?? null,
});

/** `userId` null: of all users. */
export async function listTokens(
  db: Queryable,
  userId: string | null,
  order: string,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ items: readonly Token[]; total: number }> {
  const matching = `from platform.api_tokens t join platform.users u on u.id = t.user_id
      where $1::uuid is null or t.user_id = $1`;
  const { rows } = await db.query<TokenRow>(
    `select ${tokenColumns} ${matching} ${order} offset $2 limit $3`,
    [userId, window.offset, window.limit],
  );
  return { items: rows.map(toToken), total: await countOf(db, matching, userId) };
}

export async function insertToken(
  tx: Queryable,
  token: {
    readonly hash: Buffer;
    readonly name: string;
    readonly userId: string;
    readonly role: Role;
    readonly scopeIds: string[] | null;
    readonly at: Date;
    readonly expiresAt: Date | null;
  },
): Promise<Token> {
  const { rows } = await tx.query<TokenRow>(
    `with t as (
       insert into platform.api_tokens (secret_hash, name, user_id, role, scope_ids, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7) returning *)
     select ${tokenColumns} from t join platform.users u on u.id = t.user_id`,
    [token.hash, token.name, token.userId, token.role, token.scopeIds, token.at, token.expiresAt],
  );
  return toToken(rows[0]!);
}

/** Undefined: no such token, or it belongs to somebody else than `userId` (null: anybody). */
export async function revokeToken(
  tx: Queryable,
  id: string,
  userId: string | null,
  at: Date,
): Promise<Token | undefined> {
  const { rows } = await tx.query<TokenRow>(
    `with t as (
       update platform.api_tokens set revoked_at = coalesce(revoked_at, $3)
        where id = $1 and ($2::uuid is null or user_id = $2) returning *)
     select ${tokenColumns} from t join platform.users u on u.id = t.user_id`,
    [id, userId, at],
  );
  return rows[0] && toToken(rows[0]);
}

export interface LiveToken {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly scopeIds: string[] | null;
  readonly user: Pick<UserRow, 'id' | 'login' | 'role' | 'scopeIds'>;
}

/** A token that may be used now: not revoked, not expired, of a user who is not disabled. */
export async function findToken(
  db: Queryable,
  hash: Buffer,
  now: Date,
): Promise<LiveToken | undefined> {
  const { rows } = await db.query<LiveToken>(
    `select t.id, t.name, t.role, t.scope_ids as "scopeIds",
            jsonb_build_object('id', u.id, 'login', u.login, 'role', u.role, 'scopeIds', u.scope_ids) as "user"
       from platform.api_tokens t join platform.users u on u.id = t.user_id
      where t.secret_hash = $1 and t.revoked_at is null
        and (t.expires_at is null or t.expires_at > $2) and u.disabled_at is null`,
    [hash, now],
  );
  return rows[0];
}

export async function touchToken(db: Queryable, id: string, at: Date): Promise<void> {
  await db.query(
    `update platform.api_tokens set last_used_at = $2
      where id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [id, at],
  );
}

export async function replaceSetupSecret(
  tx: Queryable,
  hash: Buffer,
  at: Date,
  expiresAt: Date,
): Promise<void> {
  await tx.query(
    `insert into platform.setup_secrets (secret_hash, created_at, expires_at) values ($1, $2, $3)
     on conflict (only_row) do update
        set secret_hash = excluded.secret_hash, created_at = excluded.created_at,
            expires_at = excluded.expires_at`,
    [hash, at, expiresAt],
  );
}

export async function isSetupSecret(db: Queryable, hash: Buffer, now: Date): Promise<boolean> {
  const { rows } = await db.query(
    `select from platform.setup_secrets where secret_hash = $1 and expires_at > $2`,
    [hash, now],
  );
  return rows.length > 0;
}

/** Takes the secret away; true only for the one caller who got it while it was valid. */
export async function consumeSetupSecret(tx: Queryable, hash: Buffer, now: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `delete from platform.setup_secrets where secret_hash = $1 and expires_at > $2`,
    [hash, now],
  );
  return rowCount === 1;
}
