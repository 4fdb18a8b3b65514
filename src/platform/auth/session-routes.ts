import type { FastifyReply } from 'fastify';
import type { AuditLog } from '../audit/public.ts';
import type { Database } from '../db/queryable.ts';
import { cookieName } from '../http/access.ts';
import { Problem, ProblemError } from '../http/problem.ts';
import type { App } from '../module.ts';
import { OwnAccountChange, Session, SetupRequest, SignInRequest } from './api.ts';
import { type Auth, actorOf, type Caller, csrfTokenOf, sessionLifeMs } from './auth.ts';
import { hashPassword, verifyPassword, weaknessOfPassword } from './password.ts';
import { newSecret, secretHash } from './secret.ts';
import {
  consumeSetupSecret,
  countUsers,
  deleteSession,
  deleteSessionsOf,
  findUser,
  insertSession,
  insertUser,
  isSetupSecret,
  lockUsers,
  type UserRow,
  updateUser,
} from './store.ts';
import {
  addressSubject,
  countAttempt,
  forgetAttempts,
  loginSubject,
  pruneAttempts,
  uncountAttempt,
} from './throttle.ts';

export interface AuthRoutesOptions {
  readonly db: Database;
  readonly auth: Auth;
  readonly audit: AuditLog;
  readonly clock: () => Date;
  readonly version: string;
}

/** Refuses what everybody would guess first; `at` is the place in the request. */
export function checkPassword(password: string, login: string, at = '/body/password'): void {
  const weakness = weaknessOfPassword(password, login);
  if (weakness === null) return;
  throw new ProblemError(400, weakness, 'This password is among the first that are guessed', {
    detail: 'Take several words that do not belong together, or a password manager.',
    errors: [{ at, message: 'is too easily guessed' }],
  });
}

/** Set-up, sign-in, sign-out and one's own account. */
export function sessionRoutes(app: App, options: AuthRoutesOptions): void {
  const { db, auth, audit, clock, version } = options;

  interface Asking {
    readonly ip: string;
    readonly protocol: string;
    readonly headers: { readonly 'user-agent'?: string | undefined };
  }

  /** Starts a session; always a new secret, so that one planted before is worth nothing. */
  async function startSession(
    request: Asking,
    reply: Pick<FastifyReply, 'setCookie'>,
    user: UserRow,
  ): Promise<Session> {
    const { text, hash } = newSecret();
    const at = clock();
    await db.transaction(async (tx) => {
      const started = await insertSession(tx, {
        hash,
        userId: user.id,
        passwordHash: user.passwordHash,
        at,
        expiresAt: new Date(at.getTime() + sessionLifeMs),
        address: request.ip,
        userAgent: request.headers['user-agent'] ?? null,
      });
      if (!started) throw signInRefused();
      await audit.record(tx, {
        actor: { kind: 'user', id: user.id, name: user.login, address: request.ip },
        action: 'session.started',
      });
    });
    const secure = request.protocol === 'https';
    reply.setCookie(cookieName(secure), text, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      maxAge: sessionLifeMs / 1000,
    });
    return sessionOf(user, csrfTokenOf(text), version);
  }

  /** Each attempt counts as failed until it was right; see throttle.ts. */
  async function throttle(
    login: string,
    address: string,
    reply: Pick<FastifyReply, 'header'>,
  ): Promise<void> {
    const now = clock();
    for (const subject of [addressSubject(address), loginSubject(login)]) {
      const seconds = await countAttempt(db, subject, now);
      if (seconds === 0) continue;
      reply.header('retry-after', seconds);
      throw new ProblemError(429, 'SIGN_IN_THROTTLED', 'Too many attempts', {
        detail: `Try again in ${seconds} s.`,
      });
    }
  }

  /** A success clears the login, not the address: others behind it may still be guessing. */
  async function wasRight(login: string, address: string): Promise<void> {
    await forgetAttempts(db, loginSubject(login));
    await uncountAttempt(db, addressSubject(address));
    await pruneAttempts(db, clock());
  }

  app.get(
    '/session',
    {
      config: { permission: 'public' }, // The sign-in page asks it before anybody is signed in.
      schema: {
        summary: 'Who I am, and whether the product still has to be set up',
        tags: ['session'],
        response: { 200: Session },
      },
    },
    async (request) => {
      const { caller } = request;
      if (caller?.user) return sessionOf(caller.user, caller.csrfToken ?? null, version);
      if (caller) {
        const user = await findUserOf(caller);
        // What the token holds, which may be less than its owner.
        const { role, scopes } = caller.principal;
        const scopeIds = scopes === 'all' ? null : [...scopes];
        if (user) return sessionOf({ ...user, role, scopeIds }, null, version);
      }
      return { user: null, csrfToken: null, needsSetup: (await countUsers(db)) === 0, version };
    },
  );

  async function findUserOf({ principal }: Caller): Promise<UserRow | undefined> {
    return principal.userId === 'command-line' ? undefined : findUser(db, { id: principal.userId });
  }

  app.post(
    '/setup',
    {
      config: { permission: 'public' }, // The secret of the one-time link is the credential.
      schema: {
        summary: 'Make the first administrator, with the secret of the one-time link',
        tags: ['session'],
        body: SetupRequest,
        response: { 200: Session, 403: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const { secret, login, displayName, password, language } = request.body;
      // Looked at first: hashing is dear, and only who holds the link may have us do it.
      if (!(await isSetupSecret(db, secretHash(secret), clock()))) throw setupLinkInvalid();
      checkPassword(password, login);
      const passwordHash = await hashPassword(password);
      const user = await db.transaction(async (tx) => {
        await lockUsers(tx);
        const valid = await consumeSetupSecret(tx, secretHash(secret), clock());
        if (!valid) return undefined;
        if ((await countUsers(tx)) > 0) return undefined;
        const made = await insertUser(
          tx,
          { login, displayName, passwordHash, role: 'administrator', scopeIds: null, language },
          clock(),
        );
        await audit.record(tx, {
          actor: { kind: 'system', id: null, name: 'set-up link', address: request.ip },
          action: 'setup.done',
          target: { kind: 'user', id: made!.id, name: login },
        });
        return made;
      });
      if (user === undefined) throw setupLinkInvalid();
      return startSession(request, reply, user);
    },
  );

  app.post(
    '/session',
    {
      config: { permission: 'public' },
      schema: {
        summary: 'Sign in',
        tags: ['session'],
        body: SignInRequest,
        response: { 200: Session, 401: Problem, 429: Problem },
      },
    },
    async (request, reply) => {
      const { login, password } = request.body;
      await throttle(login, request.ip, reply);
      const user = await findUser(db, { login });
      const usable = user !== undefined && user.disabledAt === null;
      const right = await verifyPassword(password, usable ? user.passwordHash : null);
      if (!usable || !right) {
        await db.transaction((tx) =>
          audit.record(tx, {
            // The login is not recorded when nobody has it: people type passwords there.
            actor: {
              kind: 'user',
              id: user?.id ?? null,
              name: user?.login ?? 'unknown',
              address: request.ip,
            },
            action: 'session.refused',
          }),
        );
        throw signInRefused();
      }
      await wasRight(login, request.ip);
      return startSession(request, reply, user);
    },
  );

  app.delete(
    '/session',
    {
      config: { permission: 'signed-in' },
      schema: { summary: 'Sign out', tags: ['session'] },
    },
    async (request, reply) => {
      const { caller } = request;
      if (caller?.sessionHash) {
        const hash = caller.sessionHash;
        await db.transaction(async (tx) => {
          await deleteSession(tx, hash);
          await audit.record(tx, { actor: actorOf(request), action: 'session.ended' });
        });
        auth.forget();
        const secure = request.protocol === 'https';
        reply.clearCookie(cookieName(secure), {
          path: '/',
          secure,
          httpOnly: true,
          sameSite: 'strict',
        });
      }
      return reply.code(204).send();
    },
  );

  app.patch(
    '/session/user',
    {
      config: { permission: 'signed-in' },
      schema: {
        summary: 'Change one’s own account',
        tags: ['session'],
        body: OwnAccountChange,
        response: { 200: Session, 400: Problem, 403: Problem, 429: Problem },
      },
    },
    async (request, reply) => {
      const { caller, body } = request;
      const user = caller && (await findUserOf(caller));
      if (!user || caller.principal.tokenId !== undefined) {
        throw new ProblemError(
          403,
          'SESSION_NEEDED',
          'Sign in with your password to change your account',
        );
      }
      let passwordHash: string | undefined;
      if (body.newPassword !== undefined) {
        await throttle(user.login, request.ip, reply);
        if (!(await verifyPassword(body.currentPassword ?? '', user.passwordHash))) {
          throw new ProblemError(403, 'CURRENT_PASSWORD_WRONG', 'The current password is wrong', {
            errors: [{ at: '/body/currentPassword', message: 'is wrong' }],
          });
        }
        await wasRight(user.login, request.ip);
        checkPassword(body.newPassword, user.login, '/body/newPassword');
        passwordHash = await hashPassword(body.newPassword);
      }
      const changed = await db.transaction(async (tx) => {
        const row = await updateUser(tx, user.id, {
          displayName: body.displayName,
          language: body.language,
          passwordHash,
        });
        // Whoever knew the old password is out; this very session stays.
        if (passwordHash !== undefined)
          await deleteSessionsOf(tx, user.id, caller.sessionHash ?? null);
        await audit.record(tx, {
          actor: actorOf(request),
          action: passwordHash === undefined ? 'user.changed' : 'user.password_changed',
          target: { kind: 'user', id: user.id, name: user.login },
        });
        return row!;
      });
      auth.forget();
      return sessionOf(changed, caller.csrfToken ?? null, version);
    },
  );
}

const signInRefused = () => new ProblemError(401, 'SIGN_IN_REFUSED', 'Login or password is wrong');

const setupLinkInvalid = () =>
  new ProblemError(403, 'SETUP_LINK_INVALID', 'This set-up link is not valid (any more)', {
    detail:
      'It works once, for 24 hours, and only while there is no user. Restarting the server prints a new one.',
  });

function sessionOf(user: UserRow, csrfToken: string | null, version: string): Session {
  const { id, login, displayName, role, scopeIds, language } = user;
  return {
    user: { id, login, displayName, role, scopeIds, language },
    csrfToken,
    needsSetup: false,
    version,
  };
}
