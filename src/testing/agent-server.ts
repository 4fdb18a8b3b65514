import { gzipSync } from 'node:zlib';
import { agentPaths } from '../modules/agent-protocol/api.ts';
import {
  type AgentProtocolOptions,
  agentProtocolModule,
} from '../modules/agent-protocol/module.ts';
import { createEnrolmentSecret } from '../modules/agent-protocol/public.ts';
import { assetsModule } from '../modules/assets/module.ts';
import type { Answer, EndpointQuery } from '../modules/assets/public.ts';
import { defaultScopeId } from '../modules/assets/public.ts';
import { createAuditLog } from '../platform/audit/audit-log.ts';
import { startBus } from '../platform/bus/start-bus.ts';
import type { Database } from '../platform/db/queryable.ts';
import { createFacets } from '../platform/facets/facets-index.ts';
import { buildApp } from '../platform/http/app.ts';
import type { Principal } from '../platform/http/principal.ts';
import { createLog } from '../platform/log.ts';
import type { ModuleContext } from '../platform/module.ts';

/** A clock that tests set. */
export class TestClock {
  now = new Date('2026-11-21T18:00:00Z');
  readonly read = () => this.now;

  advance(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }
}

export interface AgentServerOptions extends Partial<AgentProtocolOptions> {
  readonly clock?: () => Date;
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The caller of the console's routes. */
  readonly principal?: Principal;
  /** Below fatal: tests that make the server fail on purpose. */
  readonly quiet?: boolean;
}

/** A certificate to put into the enrolment guide where no TLS is spoken. */
export const anyCertificate = `-----BEGIN CERTIFICATE-----
MIIBjDCCATGgAwIBAgIURXz+8AR7AeJ65LIwjbMb2Gs4BmAwCgYIKoZIzj0EAwIw
GzEZMBcGA1UEAwwQdGVzdC1jZXJ0aWZpY2F0ZTAeFw0yNjExMjExODU5MjZaFw00
NjExMTYxODU5MjZaMBsxGTAXBgNVBAMMEHRlc3QtY2VydGlmaWNhdGUwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAASMg1YZQj3kS8WsyYxD09IwRrCvFSVkqsMbH+Nh
jMlseZPZpM54HtU5K+95A7fldt/O1pOlR1iYaVLeO1Yi991mo1MwUTAdBgNVHQ4E
FgQUULl2smgMm0HL79x4LhfyilC+ofQwHwYDVR0jBBgwFoAUULl2smgMm0HL79x4
LhfyilC+ofQwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA/JG5
J4W8UF6R1sCrBG3nsZ3SHWeAb50neyX2FpwXxg4CIQDlXztt8y/CDloGcy5fEPei
C/9nHjyJY4GNXNeyE9wjdg==
-----END CERTIFICATE-----
`;

/**
 * The agent protocol as the server runs it: the real app shell, routes, module and database.
 * Without `queries`, those of assets.
 */
export async function startAgentServer(db: Database, options: AgentServerOptions = {}) {
  const { clock = () => new Date(), tls, principal, quiet, ...more } = options;
  const log = createLog(quiet ? 'silent' : 'warn');
  const live = { publish: () => undefined, subscribe: () => () => undefined };
  const bus = await startBus({ db, log });
  const facets = createFacets({ db, log, clock });
  const audit = createAuditLog({ clock });
  const context: ModuleContext = { db, log, live, bus, facets, clock, audit };
  const assets = more.queries ? undefined : assetsModule(context);
  const queries = more.queries ?? assets?.queries ?? [];
  const module = agentProtocolModule(context, {
    tlsAddress: 'localhost:8443',
    caCertificate: anyCertificate,
    // What tests play through `inject` answers at once; those of held reads say so.
    holdReadsMs: 0,
    ...more,
    queries,
  });
  const auth = {
    authenticate: async () => (principal ? { principal, csrfToken: undefined } : null),
  };
  const app = await buildApp({
    log,
    ...(tls ? { tls } : {}),
    surface: { console: principal !== undefined, endpoints: true },
    modules: [module],
    auth: auth as never,
    trustLoopback: false,
  });

  /** A request as osqueryd makes it; answers status and parsed body. */
  async function post(
    path: string,
    body: unknown,
    { key, gzip = false, headers = {}, address = '192.0.2.1' }: PostOptions = {},
  ): Promise<{ status: number; body: Record<string, unknown> }> {
    const text = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    const response = await app.inject({
      method: 'POST',
      url: path,
      remoteAddress: address,
      headers: {
        host: 'localhost',
        'content-type': 'application/json',
        ...(key === undefined ? {} : { authorization: `NodeKey ${key}` }),
        ...(gzip ? { 'content-encoding': 'gzip' } : {}),
        ...headers,
      },
      payload: gzip ? gzipSync(text) : text,
    });
    return { status: response.statusCode, body: JSON.parse(response.body) };
  }

  async function newSecret(more: { scopeId?: string; expiresAt?: Date } = {}): Promise<string> {
    const { secret } = await createEnrolmentSecret(db, {
      name: 'test',
      scopeId: more.scopeId ?? (await defaultScopeId(db)),
      createdBy: 'test',
      at: clock(),
      expiresAt: more.expiresAt ?? null,
    });
    return secret;
  }

  /** Enrols a host and answers its node key. */
  async function enrol(secret: string, host: TestHost = {}, address?: string): Promise<string> {
    const { body } = await post(
      agentPaths.enrol,
      enrolmentBody(secret, host),
      address === undefined ? {} : { address },
    );
    if (typeof body['node_key'] !== 'string') {
      throw new Error(`not enrolled: ${JSON.stringify(body)}`);
    }
    return body['node_key'];
  }

  return {
    app,
    module,
    queries,
    post,
    newSecret,
    enrol,
    async [Symbol.asyncDispose]() {
      await app.close();
      await module.close?.();
      await assets?.module.close?.();
      await facets.close();
      await bus.close();
    },
  };
}

export type AgentServer = Awaited<ReturnType<typeof startAgentServer>>;

export interface PostOptions {
  readonly key?: string;
  readonly gzip?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

export interface TestHost {
  readonly hostname?: string;
  readonly uuid?: string;
  readonly identifier?: string;
  readonly instanceId?: string;
}

/** The body of an enrolment, shaped as osqueryd 5.23.1 sends it. */
export function enrolmentBody(secret: string, host: TestHost = {}): Record<string, unknown> {
  const uuid = host.uuid ?? '8f3c2a54-6c1b-4b8f-9d0e-5a1f7c9b2e11';
  const hostname = host.hostname ?? 'alpha';
  return {
    enroll_secret: secret,
    host_identifier: host.identifier ?? uuid,
    platform_type: '9',
    host_details: {
      os_version: { arch: 'x86_64', name: 'Debian GNU/Linux', platform: 'debian', version: '12' },
      osquery_info: { instance_id: host.instanceId ?? 'instance-1', uuid, version: '5.23.1' },
      system_info: { computer_name: hostname, hostname, uuid, hardware_vendor: 'QEMU' },
    },
  };
}

/** A query whose answers are stored, as they come, in a table of the test's database. */
export function storedQuery(name: string, more: Partial<EndpointQuery> = {}): EndpointQuery {
  return {
    name,
    sql: { linux: `select name, version from ${name.replaceAll('-', '_')}` },
    columns: ['name', 'version'],
    intervalSeconds: 300,
    maxRows: 1000,
    async ingest(tx, answers: readonly Answer[]) {
      for (const { endpointId, query, outcome, observedAt } of answers) {
        await tx.query(
          `insert into test_answers (endpoint_id, query, kind, content, observed_at)
           values ($1, $2, $3, $4, $5)`,
          [
            endpointId,
            query,
            outcome.kind,
            JSON.stringify(outcome.kind === 'rows' ? outcome.rows : outcome.message),
            observedAt,
          ],
        );
      }
    },
    ...more,
  };
}

export async function createAnswerTable(db: Database): Promise<void> {
  await db.query(
    `create table test_answers (id bigint generated always as identity, endpoint_id uuid,
       query text, kind text, content jsonb, observed_at timestamptz)`,
  );
}
