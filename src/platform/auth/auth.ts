import { timingSafeEqual } from 'node:crypto';
import type { Actor } from '../audit/public.ts';
import type { Database, Queryable } from '../db/queryable.ts';
import { type Principal, type Role, roles, type ScopeReach } from '../http/principal.ts';
import { newSecret, secretHash } from './secret.ts';
import {
  countUsers,
  findSession,
  findToken,
  lockUsers,
  replaceSetupSecret,
  touchSession,
  touchToken,
  type UserRow,
} from './store.ts';

/** Somebody who is known, and how. */
export interface Caller {
  readonly principal: Principal;
  readonly actor: Actor;
  /** Set when the session cookie is the credential: what changes anything must carry it. */
  readonly csrfToken?: string;
  /** The session's secret as a hash, when a session is the credential. */
  readonly sessionHash?: Buffer;
  readonly user?: UserRow;
}

export interface Credentials {
  /** Of the Authorization header; '' when it could not be read. */
  readonly bearer: string | undefined;
  readonly sessionSecret: string | undefined;
  /** The request came over loopback on the listener that takes the local credential. */
  readonly allowLocal: boolean;
  /** False: only a look, which does not keep an idle session alive. */
  readonly touch?: boolean;
}

export interface Auth {
  authenticate(credentials: Credentials): Promise<Caller | null>;
  /** Forget what is remembered of users and tokens; call after each change. */
  forget(): void;
  /** Calls back after each `forget`, so that what is held open can be closed. */
  onForget(listener: () => void): () => void;
}

export interface AuthOptions {
  readonly db: Database;
  readonly clock: () => Date;
  /** These scopes with all below them; the tree belongs to a module. */
  readonly expandScopes: (db: Queryable, ids: readonly string[]) => Promise<readonly string[]>;
  /** Of the command line on the same machine: 256 random bits that only its owner can read. */
  readonly localSecret?: string;
}

export const sessionIdleMs = 12 * 3_600_000;
export const sessionLifeMs = 7 * 86_400_000;
/** A credential is looked up again after this: how long another server's change takes to hold. */
const rememberMs = 3_000;
const rememberedAtMost = 10_000;

const localPrefix = 'yjnlocal_';
export const tokenPrefix = 'yjn_';

export function createAuth({ db, clock, expandScopes, localSecret }: AuthOptions): Auth {
  const remembered = new Map<string, { caller: Caller; until: number }>();
  const listeners = new Set<() => void>();
  /** Grows with each change: what was looked up before one is not remembered after it. */
  let changes = 0;
  const localHash = localSecret === undefined ? undefined : secretHash(localPrefix + localSecret);

  async function remember(key: string, find: () => Promise<Caller | null>): Promise<Caller | null> {
    const nowMs = clock().getTime();
    const known = remembered.get(key);
    if (known && known.until > nowMs) return known.caller;
    const before = changes;
    const caller = await find();
    remembered.delete(key);
    if (caller && changes === before) {
      if (remembered.size >= rememberedAtMost) remembered.clear();
      remembered.set(key, { caller, until: nowMs + rememberMs });
    }
    return caller;
  }

  const reachOf = async (scopeIds: readonly string[] | null): Promise<ScopeReach> =>
    scopeIds === null ? 'all' : expandScopes(db, scopeIds);

  async function bySession(secret: string, touch: boolean): Promise<Caller | null> {
    const hash = secretHash(secret);
    const now = clock();
    const row = await findSession(db, hash, now, sessionIdleMs);
    if (!row) return null;
    if (touch && now.getTime() - row.sessionSeenAt.getTime() > 60_000) {
      await touchSession(db, row.sessionId, now);
    }
    return {
      principal: {
        userId: row.id,
        userName: row.login,
        role: row.role,
        scopes: await reachOf(row.scopeIds),
      },
      actor: { kind: 'user', id: row.id, name: row.login },
      csrfToken: csrfTokenOf(secret),
      sessionHash: hash,
      user: row,
    };
  }

  async function byToken(text: string): Promise<Caller | null> {
    const now = clock();
    const token = await findToken(db, secretHash(text), now);
    if (!token) return null;
    await touchToken(db, token.id, now);
    const { user } = token;
    const [own, owners] = await Promise.all([reachOf(token.scopeIds), reachOf(user.scopeIds)]);
    return {
      principal: {
        userId: user.id,
        userName: user.login,
        // Never more than its owner holds now, whatever he held when he made it.
        role: lesserRole(token.role, user.role),
        scopes: commonReach(own, owners),
        tokenId: token.id,
      },
      actor: { kind: 'token', id: token.id, name: `${user.login} (${token.name})` },
    };
  }

  function byLocalSecret(text: string): Caller | null {
    if (localHash === undefined || !timingSafeEqual(secretHash(text), localHash)) return null;
    return {
      principal: {
        userId: 'command-line',
        userName: 'command line',
        role: 'administrator',
        scopes: 'all',
      },
      actor: { kind: 'command-line', id: null, name: 'command line' },
    };
  }

  return {
    async authenticate({ bearer, sessionSecret, allowLocal, touch = true }) {
      if (bearer !== undefined) {
        if (bearer.startsWith(localPrefix)) return allowLocal ? byLocalSecret(bearer) : null;
        if (!bearer.startsWith(tokenPrefix)) return null;
        return remember(secretHash(bearer).toString('hex'), () => byToken(bearer));
      }
      if (sessionSecret === undefined || sessionSecret.length > 200) return null;
      const key = secretHash(sessionSecret).toString('hex');
      // Looks are remembered apart: a request that follows one is still written down as one.
      return remember(touch ? key : `look ${key}`, () => bySession(sessionSecret, touch));
    },
    forget() {
      changes += 1;
      remembered.clear();
      for (const listener of listeners) listener();
    },
    onForget(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Derived from the session's secret: a page that can read it has the session's origin. */
export function csrfTokenOf(sessionSecret: string): string {
  return secretHash(`csrf ${sessionSecret}`).toString('base64url');
}

export function lesserRole(a: Role, b: Role): Role {
  return roles.indexOf(a) <= roles.indexOf(b) ? a : b;
}

export function commonReach(a: ScopeReach, b: ScopeReach): ScopeReach {
  if (a === 'all') return b;
  if (b === 'all') return a;
  const inB = new Set(b);
  return a.filter((id) => inB.has(id));
}

interface WithCaller {
  readonly caller: Caller | null;
  readonly ip: string;
}

/** Who acts, for an audit record. */
export function actorOf(request: WithCaller): Actor {
  const { caller, ip } = request;
  if (caller === null) return { kind: 'system', id: null, name: 'nobody', address: ip };
  return { ...caller.actor, address: ip };
}

/**
 * The secret of the one-time set-up link, valid for 24 hours; each call replaces the one before.
 * Undefined once there is a user: then nobody is set up any more.
 */
export async function createSetupSecret(db: Database, now: Date): Promise<string | undefined> {
  return db.transaction(async (tx) => {
    await lockUsers(tx);
    if ((await countUsers(tx)) > 0) return undefined;
    const { text, hash } = newSecret();
    await replaceSetupSecret(tx, hash, now, new Date(now.getTime() + 86_400_000));
    return text;
  });
}
