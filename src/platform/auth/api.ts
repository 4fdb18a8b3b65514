import { type Static, Type } from 'typebox';
import { listOf } from '../http/list.ts';

/** The wire contract of sign-in, users and tokens; shared with console and CLI. */
export const RoleName = Type.Union([
  Type.Literal('viewer'),
  Type.Literal('operator'),
  Type.Literal('administrator'),
]);
export const Language = Type.Union([Type.Literal('ja'), Type.Literal('en')]);
const Time = Type.String({ format: 'date-time' });
const Uuid = Type.String({ format: 'uuid' });
const Login = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^[A-Za-z0-9][A-Za-z0-9._@+-]*$',
  description: 'Sign-in name; compared without regard to case',
});
/** 12 characters at least, no composition rules (NIST SP 800-63B §5.1.1.2). */
const Password = Type.String({ minLength: 12, maxLength: 256 });

/** POST /api/setup: makes the first administrator; the secret comes from the one-time link. */
export type SetupRequest = Static<typeof SetupRequest>;
export const SetupRequest = Type.Object({
  secret: Type.String({ maxLength: 200 }),
  login: Login,
  displayName: Type.String({ minLength: 1, maxLength: 100 }),
  password: Password,
  language: Language,
});

/** POST /api/session */
export type SignInRequest = Static<typeof SignInRequest>;
export const SignInRequest = Type.Object({
  login: Type.String({ maxLength: 100 }),
  password: Type.String({ maxLength: 256 }),
});

/**
 * GET /api/session: who I am (also the answer of a successful POST). `needsSetup` while there is
 * no user at all. `csrfToken` goes into the header `x-csrf-token` of every request that changes
 * anything when the session cookie is the credential.
 */
export type Session = Static<typeof Session>;
export const Session = Type.Object({
  user: Type.Union([
    Type.Null(),
    Type.Object({
      id: Uuid,
      login: Type.String(),
      displayName: Type.String(),
      role: RoleName,
      scopeIds: Type.Union([Type.Null(), Type.Array(Uuid)], { description: 'null: all scopes' }),
      language: Language,
    }),
  ]),
  csrfToken: Type.Union([Type.String(), Type.Null()]),
  needsSetup: Type.Boolean(),
  version: Type.String(),
});

/** GET /api/users; POST /api/users; PATCH /api/users/:id; DELETE /api/users/:id (disables). */
export type User = Static<typeof User>;
export const User = Type.Object({
  id: Uuid,
  login: Type.String(),
  displayName: Type.String(),
  role: RoleName,
  scopeIds: Type.Union([Type.Null(), Type.Array(Uuid)]),
  language: Language,
  createdAt: Time,
  lastSignInAt: Type.Union([Time, Type.Null()]),
  disabledAt: Type.Union([Time, Type.Null()]),
});
export const UserList = listOf(User);

export type UserCreate = Static<typeof UserCreate>;
export const UserCreate = Type.Object({
  login: Login,
  displayName: Type.String({ minLength: 1, maxLength: 100 }),
  password: Password,
  role: RoleName,
  scopeIds: Type.Union([Type.Null(), Type.Array(Uuid, { minItems: 1, maxItems: 500 })]),
  language: Language,
});

/** An administrator may change all of it; `disabled: false` lets a disabled user in again. */
export type UserChange = Static<typeof UserChange>;
export const UserChange = Type.Partial(
  Type.Object({
    displayName: Type.String({ minLength: 1, maxLength: 100 }),
    password: Password,
    role: RoleName,
    scopeIds: Type.Union([Type.Null(), Type.Array(Uuid, { minItems: 1, maxItems: 500 })]),
    language: Language,
    disabled: Type.Boolean(),
  }),
);

/** PATCH /api/session/user: one's own account. A new password needs the current one. */
export type OwnAccountChange = Static<typeof OwnAccountChange>;
export const OwnAccountChange = Type.Partial(
  Type.Object({
    displayName: Type.String({ minLength: 1, maxLength: 100 }),
    language: Language,
    currentPassword: Type.String({ maxLength: 256 }),
    newPassword: Password,
  }),
);

/** GET /api/tokens (own; all for administrators); POST /api/tokens; DELETE /api/tokens/:id */
export type Token = Static<typeof Token>;
export const Token = Type.Object({
  id: Uuid,
  name: Type.String(),
  userId: Uuid,
  userLogin: Type.String(),
  role: RoleName,
  scopeIds: Type.Union([Type.Null(), Type.Array(Uuid)]),
  createdAt: Time,
  expiresAt: Type.Union([Time, Type.Null()]),
  lastUsedAt: Type.Union([Time, Type.Null()]),
  revokedAt: Type.Union([Time, Type.Null()]),
});
export const TokenList = listOf(Token);

/** A token never holds more than its owner: the lesser role and the narrower scopes count. */
export type TokenCreate = Static<typeof TokenCreate>;
export const TokenCreate = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  role: RoleName,
  scopeIds: Type.Union([Type.Null(), Type.Array(Uuid, { minItems: 1, maxItems: 500 })]),
  expiresInDays: Type.Union([Type.Integer({ minimum: 1, maximum: 3650 }), Type.Null()]),
});
/** The only time the secret is shown; it is stored as a hash. */
export type TokenCreated = Static<typeof TokenCreated>;
export const TokenCreated = Type.Object({ token: Token, secret: Type.String() });
