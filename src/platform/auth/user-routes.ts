import { Type } from 'typebox';
import { listQuery } from '../http/list.ts';
import { reaches } from '../http/principal.ts';
import { Problem, ProblemError } from '../http/problem.ts';
import { principalOf } from '../http/request-principal.ts';
import { sendList } from '../http/send-list.ts';
import { parseSort } from '../http/sort.ts';
import type { App } from '../module.ts';
import {
  type Token,
  TokenCreate,
  TokenCreated,
  TokenList,
  User,
  UserChange,
  UserCreate,
  UserList,
} from './api.ts';
import { actorOf, lesserRole, tokenPrefix } from './auth.ts';
import { hashPassword } from './password.ts';
import { newSecret } from './secret.ts';
import { type AuthRoutesOptions, checkPassword } from './session-routes.ts';
import {
  deleteSessionsOf,
  findUser,
  insertToken,
  insertUser,
  listTokens,
  listUsers,
  lockUsers,
  otherAdministratorExists,
  revokeToken,
  toUser,
  updateUser,
} from './store.ts';
import { forgetAttempts, loginSubject } from './throttle.ts';

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) });
const userColumns = {
  login: 'lower(login)',
  displayName: 'display_name',
  role: 'role',
  createdAt: 'created_at',
  lastSignInAt: 'last_sign_in_at',
};
const tokenColumns = {
  name: 't.name',
  userLogin: 'u.login',
  createdAt: 't.created_at',
  expiresAt: 't.expires_at',
  lastUsedAt: 't.last_used_at',
};

/** Users and API tokens, for administrators; and everybody's own tokens. */
export function userRoutes(app: App, options: AuthRoutesOptions): void {
  const { db, auth, audit, clock } = options;
  const notFound = () => new ProblemError(404, 'USER_NOT_FOUND', 'No such user');

  app.get(
    '/users',
    {
      config: { permission: 'users:administer' },
      schema: {
        summary: 'Users',
        tags: ['users'],
        querystring: Type.Object({ ...listQuery }),
        response: { 200: UserList, 400: Problem },
      },
    },
    async (request, reply) => {
      const reach = principalOf(request).scopes;
      const order = parseSort(request.query.sort, userColumns, {
        fallback: 'login',
        tiebreak: 'id',
      });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'users',
        columns: [
          { header: 'login', cell: (user: User) => user.login },
          { header: 'display_name', cell: (user) => user.displayName },
          { header: 'role', cell: (user) => user.role },
          { header: 'scope_ids', cell: (user) => user.scopeIds },
          { header: 'created_at', cell: (user) => user.createdAt },
          { header: 'last_sign_in_at', cell: (user) => user.lastSignInAt },
          { header: 'disabled_at', cell: (user) => user.disabledAt },
        ],
        page: (tx, window) => listUsers(tx, reach, order, window),
      });
    },
  );

  app.post(
    '/users',
    {
      config: { permission: 'users:administer' },
      schema: {
        summary: 'Make a user',
        tags: ['users'],
        body: UserCreate,
        response: { 201: User, 400: Problem, 403: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const { password, ...rest } = request.body;
      mayGrant(request, rest.scopeIds);
      checkPassword(password, rest.login);
      const passwordHash = await hashPassword(password);
      const user = await db.transaction(async (tx) => {
        const made = await insertUser(tx, { ...rest, passwordHash }, clock());
        if (!made) return undefined;
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'user.created',
          target: { kind: 'user', id: made.id, name: made.login },
          details: { role: made.role, scopeIds: made.scopeIds },
        });
        return made;
      });
      if (!user) {
        throw new ProblemError(409, 'LOGIN_TAKEN', 'There is a user with this login already', {
          errors: [{ at: '/body/login', message: 'is taken' }],
        });
      }
      return reply.code(201).send(toUser(user));
    },
  );

  app.patch(
    '/users/:id',
    {
      config: { permission: 'users:administer' },
      schema: {
        summary: 'Change a user',
        tags: ['users'],
        params: ById,
        body: UserChange,
        response: { 200: User, 400: Problem, 403: Problem, 404: Problem, 409: Problem },
      },
    },
    async (request) => change(request, request.params.id, request.body),
  );

  app.delete(
    '/users/:id',
    {
      config: { permission: 'users:administer' },
      schema: {
        summary: 'Disable a user; what the user did stays on record',
        tags: ['users'],
        params: ById,
        response: { 200: User, 404: Problem, 409: Problem },
      },
    },
    async (request) => change(request, request.params.id, { disabled: true }),
  );

  type Asking = Parameters<typeof principalOf>[0] & Parameters<typeof actorOf>[0];

  async function change(request: Asking, id: string, body: UserChange): Promise<User> {
    const asked = await findUser(db, { id });
    if (!asked) throw notFound();
    mayGrant(request, asked.scopeIds);
    if (body.scopeIds !== undefined) mayGrant(request, body.scopeIds);
    let passwordHash: string | undefined;
    if (body.password !== undefined) {
      checkPassword(body.password, asked.login);
      passwordHash = await hashPassword(body.password);
    }
    const losesPower =
      body.disabled === true ||
      (body.role !== undefined && body.role !== 'administrator') ||
      (body.scopeIds !== undefined && body.scopeIds !== null);
    const user = await db.transaction(async (tx) => {
      await lockUsers(tx);
      // Read again: somebody else may have changed it before it was our turn.
      const before = await findUser(tx, { id });
      if (!before) throw notFound();
      mayGrant(request, before.scopeIds);
      const administers = before.role === 'administrator' && before.scopeIds === null;
      if (administers && losesPower && !(await otherAdministratorExists(tx, id))) {
        throw new ProblemError(409, 'LAST_ADMINISTRATOR', 'This is the last administrator', {
          detail: 'Make somebody else an administrator of all scopes first.',
        });
      }
      const disabledAt =
        body.disabled === undefined
          ? undefined
          : body.disabled
            ? (before.disabledAt ?? clock())
            : null;
      const row = await updateUser(tx, id, {
        displayName: body.displayName,
        role: body.role,
        scopeIds: body.scopeIds,
        language: body.language,
        passwordHash,
        disabledAt,
      });
      if (!row) throw notFound();
      if (
        losesPower ||
        passwordHash !== undefined ||
        body.role !== undefined ||
        body.scopeIds !== undefined
      ) {
        await deleteSessionsOf(tx, id);
      }
      // Whoever guessed at the old password locked its owner out with it.
      if (passwordHash !== undefined) await forgetAttempts(tx, loginSubject(row.login));
      const { password: _, ...told } = body;
      await audit.record(tx, {
        actor: actorOf(request),
        action: body.disabled === true ? 'user.disabled' : 'user.changed',
        target: { kind: 'user', id, name: row.login },
        details: { ...told, ...(passwordHash !== undefined && { passwordChanged: true }) },
      });
      return row;
    });
    auth.forget();
    return toUser(user);
  }

  app.get(
    '/tokens',
    {
      config: { permission: 'signed-in' },
      schema: {
        summary: 'API tokens: one’s own; all of them for administrators of all scopes',
        tags: ['users'],
        querystring: Type.Object({ ...listQuery }),
        response: { 200: TokenList, 400: Problem },
      },
    },
    async (request, reply) => {
      const owner = tokensOf(request);
      const order = parseSort(request.query.sort, tokenColumns, {
        fallback: '-createdAt',
        tiebreak: 't.id',
      });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'tokens',
        columns: [
          { header: 'name', cell: (token: Token) => token.name },
          { header: 'user', cell: (token) => token.userLogin },
          { header: 'role', cell: (token) => token.role },
          { header: 'created_at', cell: (token) => token.createdAt },
          { header: 'expires_at', cell: (token) => token.expiresAt },
          { header: 'last_used_at', cell: (token) => token.lastUsedAt },
          { header: 'revoked_at', cell: (token) => token.revokedAt },
        ],
        page: (tx, window) => listTokens(tx, owner, order, window),
      });
    },
  );

  app.post(
    '/tokens',
    {
      config: { permission: 'signed-in' },
      schema: {
        summary: 'Make an API token for oneself; its secret is shown this once',
        tags: ['users'],
        body: TokenCreate,
        response: { 201: TokenCreated, 403: Problem },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { name, role, scopeIds, expiresInDays } = request.body;
      if (principal.userId === 'command-line' || principal.tokenId !== undefined) {
        throw new ProblemError(403, 'SESSION_NEEDED', 'Only a signed-in user makes tokens', {
          detail: 'A token that makes tokens would outlive its own revocation. Use the console.',
        });
      }
      if (lesserRole(role, principal.role) !== role) {
        throw new ProblemError(403, 'ROLE_ABOVE_OWN', 'A token cannot hold more than you', {
          errors: [{ at: '/body/role', message: `must not be above ${principal.role}` }],
        });
      }
      mayGrant(request, scopeIds);
      const { text, hash } = newSecret(tokenPrefix);
      const at = clock();
      const token = await db.transaction(async (tx) => {
        const made = await insertToken(tx, {
          hash,
          name,
          userId: principal.userId,
          role,
          scopeIds,
          at,
          expiresAt:
            expiresInDays === null ? null : new Date(at.getTime() + expiresInDays * 86_400_000),
        });
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'token.created',
          target: { kind: 'token', id: made.id, name },
          details: { role, scopeIds, expiresInDays },
        });
        return made;
      });
      return reply.code(201).send({ token, secret: text });
    },
  );

  app.delete(
    '/tokens/:id',
    {
      config: { permission: 'signed-in' },
      schema: {
        summary: 'Revoke an API token',
        tags: ['users'],
        params: ById,
        response: { 204: Type.Null(), 404: Problem },
      },
    },
    async (request, reply) => {
      const revoked = await db.transaction(async (tx) => {
        const token = await revokeToken(tx, request.params.id, tokensOf(request), clock());
        if (!token) return undefined;
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'token.revoked',
          target: { kind: 'token', id: token.id, name: token.name },
          details: { owner: token.userLogin },
        });
        return token;
      });
      if (!revoked) throw new ProblemError(404, 'TOKEN_NOT_FOUND', 'No such token');
      auth.forget();
      return reply.code(204).send(null);
    },
  );

  /** Whose tokens a caller may see and revoke: null, everybody's. */
  function tokensOf(request: Asking): string | null {
    const { role, scopes, userId } = principalOf(request);
    return role === 'administrator' && scopes === 'all' ? null : userId;
  }

  /** Nobody gives away scopes that he does not hold himself. */
  function mayGrant(request: Asking, scopeIds: readonly string[] | null): void {
    const { scopes } = principalOf(request);
    const beyond =
      scopeIds === null ? scopes !== 'all' : scopeIds.some((id) => !reaches(scopes, id));
    if (beyond) {
      throw new ProblemError(403, 'SCOPE_ABOVE_OWN', 'This reaches beyond your own scopes', {
        errors: [{ at: '/body/scopeIds', message: 'must lie within your own scopes' }],
      });
    }
  }
}
