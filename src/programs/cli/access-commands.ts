import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  EnrolmentSecret,
  EnrolmentSecretCreate,
  EnrolmentSecretCreated,
} from '../../modules/agent-protocol/api.ts';
import type {
  Token,
  TokenCreate,
  TokenCreated,
  User,
  UserChange,
  UserCreate,
} from '../../platform/auth/api.ts';
import { timeText } from './age.ts';
import { type ApiClient, signIn } from './api-client.ts';
import { CliFailure } from './cli-failure.ts';
import { type Context, type ListOf, type ListOptions, showList } from './context.ts';
import { findScope } from './endpoint-commands.ts';
import { exitCodes } from './exit-codes.ts';
import { readNewPassword, readPassword } from './password.ts';

// ---- Users ------------------------------------------------------------------------------------

export async function listUsers(context: Context, window: ListOptions): Promise<void> {
  const { texts } = context;
  await showList<User>(context, '/api/users', {}, window, [
    { title: texts('column.login'), value: (row) => row.login },
    { title: texts('column.name'), value: (row) => row.displayName, elastic: true },
    { title: texts('column.role'), value: (row) => texts(`role.${row.role}`) },
    {
      title: texts('column.scopes'),
      value: (row) => row.scopeIds?.length ?? texts('answer.all'),
      align: 'right',
    },
    { title: texts('column.last-sign-in'), value: (row) => timeText(row.lastSignInAt) },
    { title: texts('column.disabled'), value: (row) => timeText(row.disabledAt) },
    { title: 'ID', value: (row) => row.id },
  ]);
}

export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generate?: boolean;
}

export interface UserCreateOptions extends PasswordOptions {
  readonly name?: string;
  readonly role: string;
  readonly scope?: readonly string[];
  readonly language?: string;
}

export async function createUser(
  context: Context,
  login: string,
  options: UserCreateOptions,
): Promise<void> {
  const scopeIds = await scopeIdsOf(context, options.scope);
  const { password, generated } = await newPassword(context, options);
  const body = {
    login,
    displayName: options.name ?? login,
    password,
    role: options.role as UserCreate['role'],
    scopeIds,
    language: (options.language as UserCreate['language']) ?? context.texts.language,
  } satisfies UserCreate;
  const user = await context.api().send<User>('POST', '/api/users', body);
  if (context.json) return context.printJson(generated ? { ...user, password } : user);
  context.print(`${context.texts('user.created', { login: user.login })}\n`);
  if (generated) context.print(`${context.texts('user.password', { password })}\n`);
}

export async function disableUser(
  context: Context,
  login: string,
  disabled: boolean,
): Promise<void> {
  const user = await findUser(context, login);
  const change: UserChange = { disabled };
  const changed = await context.api().send<unknown>('PATCH', `/api/users/${user.id}`, change);
  if (context.json) return context.printJson(changed);
  const key = disabled ? 'user.disabled' : 'user.enabled';
  context.print(`${context.texts(key, { login: user.login })}\n`);
}

export async function resetPassword(
  context: Context,
  login: string,
  options: PasswordOptions,
): Promise<void> {
  const user = await findUser(context, login);
  const { password, generated } = await newPassword(context, options);
  const change: UserChange = { password };
  const changed = await context.api().send<object>('PATCH', `/api/users/${user.id}`, change);
  if (context.json) return context.printJson(generated ? { ...changed, password } : changed);
  context.print(`${context.texts('user.password-reset', { login: user.login })}\n`);
  if (generated) context.print(`${context.texts('user.password', { password })}\n`);
}

async function newPassword(
  context: Context,
  options: PasswordOptions,
): Promise<{ password: string; generated: boolean }> {
  if (options.generate) return { password: randomBytes(18).toString('base64url'), generated: true };
  const password = await readNewPassword(context.texts, options.passwordStdin === true);
  return { password, generated: false };
}

async function findUser(context: Context, login: string): Promise<User> {
  const { items } = await context.api().get<ListOf<User>>('/api/users', { limit: 1000 });
  const wanted = login.toLowerCase();
  const user = items.find((each) => each.login.toLowerCase() === wanted || each.id === login);
  if (!user) throw new CliFailure(exitCodes.notFound, 'error.user-unknown', { login });
  return user;
}

async function scopeIdsOf(
  context: Context,
  scopes: readonly string[] | undefined,
  api: ApiClient = context.api(),
): Promise<string[] | null> {
  if (!scopes || scopes.length === 0) return null;
  const found: string[] = [];
  for (const scope of scopes) found.push((await findScope(api, scope)).id);
  return found;
}

// ---- Tokens -----------------------------------------------------------------------------------

export async function listTokens(context: Context, window: ListOptions): Promise<void> {
  const { texts } = context;
  await showList<Token>(context, '/api/tokens', {}, window, [
    { title: texts('column.name'), value: (row) => row.name, elastic: true },
    { title: texts('column.login'), value: (row) => row.userLogin },
    { title: texts('column.role'), value: (row) => texts(`role.${row.role}`) },
    { title: texts('column.expires'), value: (row) => timeText(row.expiresAt) },
    { title: texts('column.last-used'), value: (row) => timeText(row.lastUsedAt) },
    { title: texts('column.revoked'), value: (row) => timeText(row.revokedAt) },
    { title: 'ID', value: (row) => row.id },
  ]);
}

export interface TokenCreateOptions {
  readonly login: string;
  readonly passwordStdin?: boolean;
  readonly role: string;
  readonly scope?: readonly string[];
  readonly expiresDays?: number;
}

/** Signs in for it: a token that could make tokens would outlive its own revocation. */
export async function createToken(
  context: Context,
  name: string,
  options: TokenCreateOptions,
): Promise<void> {
  const { connection } = context.api();
  const password = await readPassword(context.texts, options.passwordStdin === true);
  const session = await signIn(connection, options.login, password);
  try {
    const body: TokenCreate = {
      name,
      role: options.role as TokenCreate['role'],
      scopeIds: await scopeIdsOf(context, options.scope, session),
      expiresInDays: options.expiresDays ?? null,
    };
    const made = await session.send<TokenCreated>('POST', '/api/tokens', body);
    if (context.json) return context.printJson(made);
    context.note(context.texts('token.created', { name }));
    context.print(`${made.secret}\n`);
  } finally {
    await session.send('DELETE', '/api/session').catch(() => undefined);
  }
}

export async function revokeToken(context: Context, id: string): Promise<void> {
  await context.api().send('DELETE', `/api/tokens/${encodeURIComponent(id)}`);
  if (context.json) return context.printJson({ id, revoked: true });
  context.print(`${context.texts('token.revoked', { id })}\n`);
}

// ---- Enrolment secrets ------------------------------------------------------------------------

export async function listEnrolmentSecrets(context: Context, window: ListOptions): Promise<void> {
  const { texts } = context;
  await showList<EnrolmentSecret>(context, '/api/enrolment-secrets', {}, window, [
    { title: texts('column.name'), value: (row) => row.name, elastic: true },
    { title: texts('column.scope'), value: (row) => row.scopeName, elastic: true },
    { title: texts('column.used'), value: (row) => row.useCount, align: 'right' },
    { title: texts('column.last-used'), value: (row) => timeText(row.lastUsedAt) },
    { title: texts('column.expires'), value: (row) => timeText(row.expiresAt) },
    { title: texts('column.revoked'), value: (row) => timeText(row.revokedAt) },
    { title: 'ID', value: (row) => row.id },
  ]);
}

export async function createEnrolmentSecret(
  context: Context,
  name: string,
  options: { readonly scope?: string; readonly expiresDays?: number; readonly write?: string },
): Promise<void> {
  const scopeId = options.scope
    ? (await findScope(context.api(), options.scope)).id
    : await defaultScopeId(context);
  const body: EnrolmentSecretCreate = { name, scopeId, expiresInDays: options.expiresDays ?? null };
  const api = context.api();
  const made = await api.send<EnrolmentSecretCreated>('POST', '/api/enrolment-secrets', body);
  if (options.write) writeEnrolmentFiles(options.write, made);
  if (context.json) return context.printJson(made);
  const { texts } = context;
  const scope = made.enrolmentSecret.scopeName;
  context.note(texts('secret.created', { name, scope, address: made.tlsAddress }));
  if (options.write) {
    context.note(texts('secret.written', { folder: options.write }));
    return;
  }
  context.note(texts('secret.fingerprint', { fingerprint: made.caFingerprint }));
  context.print(`${made.secret}\n`);
}

/** What `yojin agent` and a stock osqueryd need on the endpoint. */
function writeEnrolmentFiles(folder: string, made: EnrolmentSecretCreated): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'enrolment-secret'), `${made.secret}\n`, { mode: 0o600 });
    writeFileSync(join(folder, 'ca.pem'), made.caCertificate);
    writeFileSync(join(folder, 'osquery.flags'), made.flagFile);
  } catch (error) {
    const reason = (error as Error).message;
    throw new CliFailure(exitCodes.failed, 'error.file', { path: folder, reason });
  }
}

async function defaultScopeId(context: Context): Promise<string> {
  const { items } = await context
    .api()
    .get<ListOf<{ id: string; isDefault: boolean }>>('/api/scopes', { limit: 1000 });
  const found = items.find(({ isDefault }) => isDefault);
  if (!found) throw new CliFailure(exitCodes.usage, 'error.scope-needed');
  return found.id;
}

export async function revokeEnrolmentSecret(context: Context, id: string): Promise<void> {
  await context.api().send('DELETE', `/api/enrolment-secrets/${encodeURIComponent(id)}`);
  if (context.json) return context.printJson({ id, revoked: true });
  context.print(`${context.texts('secret.revoked', { id })}\n`);
}
