import { createAuditLog } from '../platform/audit/audit-log.ts';
import { auditRoutes } from '../platform/audit/audit-routes.ts';
import { createAuth, createSetupSecret } from '../platform/auth/auth.ts';
import { sessionRoutes } from '../platform/auth/session-routes.ts';
import { userRoutes } from '../platform/auth/user-routes.ts';
import type { Database } from '../platform/db/queryable.ts';
import { type AppOptions, buildApp } from '../platform/http/app.ts';
import type { RunningJobs } from '../platform/jobs/jobs.ts';
import { startLiveFeed } from '../platform/live/feed.ts';
import { liveRoutes } from '../platform/live/routes.ts';
import { createLog } from '../platform/log.ts';
import type { ServerModule } from '../platform/module.ts';
import { stateRoutes } from '../platform/state/routes.ts';
import { TestClock } from './agent-server.ts';

export const localSecret = 'the-secret-of-this-machine';
export const goodPassword = 'violet anchor 73 mornings';

export interface PlatformServerOptions extends Partial<AppOptions> {
  readonly clock?: TestClock;
  /** Scopes and what lies below them. */
  readonly scopes?: Readonly<Record<string, readonly string[]>>;
  readonly jobs?: RunningJobs;
  readonly quiet?: boolean;
}

/** What a caller of the API gets. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | number | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any body
  readonly body: any;
}

/** The platform as the server wires it, on the database of the test, without the domain. */
export async function startPlatformServer(db: Database, options: PlatformServerOptions = {}) {
  const { clock = new TestClock(), scopes = {}, jobs, quiet, modules = [], ...more } = options;
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  const live = await startLiveFeed(db, quiet ? createLog('silent') : createLog('warn'));
  const audit = createAuditLog({ clock: clock.read, live });
  const auth = createAuth({
    db,
    clock: clock.read,
    localSecret,
    expandScopes: async (_db, ids) => [
      ...new Set(ids.flatMap((id) => [id, ...(scopes[id] ?? [])])),
    ],
  });
  const platform: ServerModule = {
    name: 'platform',
    routes(app) {
      const given = { db, auth, audit, clock: clock.read, version: 'test' };
      sessionRoutes(app, given);
      userRoutes(app, given);
      auditRoutes(app, given);
      liveRoutes(app, { live, auth });
      stateRoutes(app, {
        db,
        log,
        clock: clock.read,
        version: 'test',
        startedAt: clock.now,
        modules: () => modules,
        jobs: () =>
          jobs ?? { states: async () => [], enqueue: async () => {}, stop: async () => {} },
        own: () => [],
      });
    },
  };
  const app = await buildApp({
    log,
    auth,
    surface: { console: true, endpoints: false },
    trustLoopback: true,
    ...more,
    modules: [platform, ...modules],
  });

  /** A request as a browser (a jar of cookies, its CSRF token) or a program (a token) makes it. */
  async function call(
    method: string,
    path: string,
    { body, jar, token, headers = {}, address = '127.0.0.1' }: CallOptions = {},
  ): Promise<Reply> {
    const response = await app.inject({
      method: method as 'GET',
      url: `/api${path}`,
      remoteAddress: address,
      headers: {
        host: 'localhost:8642',
        ...(jar?.cookie && { cookie: jar.cookie }),
        ...(jar?.csrfToken && { 'x-csrf-token': jar.csrfToken }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const isJson = response.body !== '' && /json/.test(String(response.headers['content-type']));
    const parsed = isJson ? JSON.parse(response.body) : undefined;
    const set = response.cookies.find(({ name }) => name.endsWith('yojin-session'));
    if (jar && set) jar.cookie = set.value === '' ? '' : `${set.name}=${set.value}`;
    if (jar && parsed?.csrfToken) jar.csrfToken = parsed.csrfToken;
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      body: parsed,
    };
  }

  const local = `yjnlocal_${localSecret}`;

  /** Made by the command line of the machine, whose credential stands above all users. */
  async function addUser(login: string, given: Record<string, unknown> = {}): Promise<string> {
    const body = {
      login,
      displayName: login,
      password: goodPassword,
      role: 'administrator',
      scopeIds: null,
      language: 'en',
      ...given,
    };
    const { status, body: user, text } = await call('POST', '/users', { body, token: local });
    if (status !== 201) throw new Error(text);
    return user.id;
  }

  async function signIn(login: string, password = goodPassword): Promise<Jar> {
    const jar: Jar = { cookie: '', csrfToken: '' };
    const { status, text } = await call('POST', '/session', { body: { login, password }, jar });
    if (status !== 200) throw new Error(text);
    return jar;
  }

  return {
    app,
    auth,
    audit,
    clock,
    live,
    /** Of the server's own log. */
    lines,
    local,
    call,
    addUser,
    signIn,
    setupSecret: () => createSetupSecret(db, clock.now),
    async [Symbol.asyncDispose]() {
      await app.close();
      await live.close();
    },
  };
}

export type PlatformServer = Awaited<ReturnType<typeof startPlatformServer>>;

export interface Jar {
  cookie: string;
  csrfToken: string;
}

export interface CallOptions {
  readonly body?: unknown;
  readonly jar?: Jar;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}
