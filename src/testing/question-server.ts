import { setTimeout as pause } from 'node:timers/promises';
import { agentPaths } from '../modules/agent-protocol/api.ts';
import { agentProtocolModule } from '../modules/agent-protocol/module.ts';
import { createEnrolmentSecret } from '../modules/agent-protocol/public.ts';
import { assetsModule } from '../modules/assets/module.ts';
import { defaultScopeId } from '../modules/assets/public.ts';
import type { QuestionLimits } from '../modules/questions/limits.ts';
import { questionsModule } from '../modules/questions/module.ts';
import { createAuditLog } from '../platform/audit/audit-log.ts';
import { startBus } from '../platform/bus/start-bus.ts';
import type { Database } from '../platform/db/queryable.ts';
import { createFacets } from '../platform/facets/facets-index.ts';
import { buildApp } from '../platform/http/app.ts';
import type { Principal } from '../platform/http/principal.ts';
import { createLog } from '../platform/log.ts';
import type { ModuleContext } from '../platform/module.ts';
import { anyCertificate, enrolmentBody } from './agent-server.ts';

export interface QuestionServerOptions {
  readonly clock?: () => Date;
  readonly limits?: Partial<QuestionLimits>;
  /** How long a read that finds nothing is held open; 0: not at all. */
  readonly holdReadsMs?: number;
  /** For tests that make the server fail on purpose. */
  readonly quiet?: boolean;
}

export const everyone: Principal = {
  userId: '00000000-0000-4000-8000-000000000001',
  userName: 'hanako',
  role: 'administrator',
  scopes: 'all',
};

/** Live questions as the server wires them: real routes, modules, facets, bus and database. */
export async function startQuestionServer(db: Database, options: QuestionServerOptions = {}) {
  const { clock = () => new Date(), limits, holdReadsMs = 0, quiet } = options;
  const log = createLog(quiet ? 'silent' : 'warn');
  const live = { publish: () => undefined, subscribe: () => () => undefined };
  const bus = await startBus({ db, log });
  const facets = createFacets({ db, log, clock });
  const context: ModuleContext = {
    db,
    log,
    live,
    bus,
    facets,
    clock,
    audit: createAuditLog({ clock }),
  };
  const assets = assetsModule(context);
  const questions = questionsModule(context, {
    ringWhere: (fits) => agents.ringWhere(fits),
    ...(limits && { limits }),
  });
  const generous = { capacity: 1e9, perSecond: 1e9 };
  const agents = agentProtocolModule(context, {
    queries: [],
    work: [questions.work],
    tlsAddress: 'localhost:8443',
    caCertificate: anyCertificate,
    holdReadsMs,
    limits: {
      nodeRequests: generous,
      nodeBytes: generous,
      addressEnrolments: generous,
      hostEnrolments: generous,
    },
  });
  const callers = new Map<string, Principal>([['everyone', everyone]]);
  const app = await buildApp({
    log,
    surface: { console: true, endpoints: true },
    modules: [assets.module, agents, questions],
    auth: {
      authenticate: async ({ bearer }: { bearer: string | undefined }) => {
        const principal = callers.get(bearer ?? '');
        return principal
          ? {
              principal,
              actor: { kind: 'user', id: principal.userId, name: principal.userName },
            }
          : null;
      },
    } as never,
    trustLoopback: false,
  });
  await facets.start();

  async function post(path: string, body: unknown, key?: string) {
    const response = await app.inject({
      method: 'POST',
      url: path,
      headers: {
        host: 'localhost',
        'content-type': 'application/json',
        ...(key !== undefined && { authorization: `NodeKey ${key}` }),
      },
      payload: JSON.stringify(body),
    });
    return { status: response.statusCode, body: JSON.parse(response.body) };
  }

  /** The API as a user calls it. */
  async function call(
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    path: string,
    { body, as = 'everyone' }: { readonly body?: unknown; readonly as?: string } = {},
    // biome-ignore lint/suspicious/noExplicitAny: tests look at any body
  ): Promise<{ status: number; body: any; text: string }> {
    const response = await app.inject({
      method,
      url: `/api${path}`,
      headers: {
        host: 'localhost',
        authorization: `Bearer ${as}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    const isJson = /json/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode,
      text: response.body,
      body: isJson && response.body !== '' ? JSON.parse(response.body) : undefined,
    };
  }

  /** An enrolled endpoint that reads and writes as osqueryd does. */
  async function enrol(hostname: string, { scopeId, platformType = '9' }: EnrolOptions = {}) {
    const { secret } = await createEnrolmentSecret(db, {
      name: hostname,
      scopeId: scopeId ?? (await defaultScopeId(db)),
      createdBy: 'test',
      at: clock(),
      expiresAt: null,
    });
    const uuid = crypto.randomUUID();
    const { body } = await post(agentPaths.enrol, {
      ...enrolmentBody(secret, { hostname, uuid, instanceId: uuid }),
      platform_type: platformType,
    });
    const key = String(body['node_key']);
    const { rows } = await db.query<{ id: string; ordinal: number }>(
      `select id, ordinal from assets.endpoint_view where hostname = $1`,
      [hostname],
    );
    const { id, ordinal } = rows[0]!;
    const read = async (at: Endpoints = { post }) => {
      const answer = await at.post(agentPaths.distributedRead, { node_key: key }, key);
      return (answer.body['queries'] ?? {}) as Record<string, string>;
    };
    const write = (body_: WriteBody, at: Endpoints = { post }) =>
      at.post(agentPaths.distributedWrite, { node_key: key, ...body_ }, key);
    return {
      key,
      id,
      ordinal,
      hostname,
      read,
      write,
      /** Answers everything that it is asked with these rows. */
      async answer(rowsOf: readonly Record<string, string>[]) {
        const ids = Object.keys(await read());
        await write({
          queries: Object.fromEntries(ids.map((each) => [each, rowsOf])),
          statuses: Object.fromEntries(ids.map((each) => [each, 0])),
        });
        return ids;
      },
    };
  }

  /** Asks, as everybody's administrator unless said otherwise; answers the question. */
  async function ask(body: Record<string, unknown>, as?: string) {
    await facets.settled();
    const {
      status,
      body: question,
      text,
    } = await call('POST', '/questions', {
      body: { sql: 'select name, version from deb_packages', acceptWarnings: true, ...body },
      ...(as !== undefined && { as }),
    });
    if (status !== 201) throw new Error(text);
    return question;
  }

  async function close() {
    await app.close();
    await questions.close?.();
    await agents.close?.();
    await assets.module.close?.();
    await facets.close();
    await bus.close();
  }
  return {
    app,
    db,
    facets,
    questions,
    agents,
    callers,
    post,
    call,
    enrol,
    ask,
    close,
    [Symbol.asyncDispose]: close,
  };
}

export type QuestionServer = Awaited<ReturnType<typeof startQuestionServer>>;
export type PlayedEndpoint = Awaited<ReturnType<QuestionServer['enrol']>>;

/** Where an endpoint reads and writes; another server on the same database is as good. */
interface Endpoints {
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any body
  post(path: string, body: unknown, key?: string): Promise<{ status: number; body: any }>;
}

interface EnrolOptions {
  readonly scopeId?: string;
  /** As osquery sends it: 9 Linux, 2 Windows, 17 macOS. */
  readonly platformType?: string;
}

interface WriteBody {
  readonly queries: Readonly<Record<string, unknown>>;
  readonly statuses?: Readonly<Record<string, unknown>>;
  readonly messages?: Readonly<Record<string, unknown>>;
}

/** Waits for something that comes about by itself. */
export async function eventually<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (let tries = 0; tries < 400; tries += 1) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await pause(25);
  }
  throw new Error('it did not come about');
}
