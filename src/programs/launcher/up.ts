import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createEnrolmentSecret } from '../../modules/agent-protocol/public.ts';
import { findSecret, hashOf } from '../../modules/agent-protocol/store.ts';
import { defaultScopeId } from '../../modules/assets/public.ts';
import { openDatabase } from '../../platform/db/database.ts';
import type { Database } from '../../platform/db/queryable.ts';
import type { Logger } from '../../platform/log.ts';
import { requireOsqueryd, runAgent, secretFileOf } from './agent-step.ts';
import { operatorCertificates, ownCertificates, type ServerTls } from './certificates.ts';
import {
  checkedExternalDatabase,
  type ReadyDatabase,
  runEmbeddedDatabase,
} from './database-step.ts';
import { LaunchFailure } from './failure.ts';
import { type Home, homePath, openHome } from './home.ts';
import { lockInstance, removeServerNote, writeServerNote } from './instance-lock.ts';
import { requireFreePort } from './ports.ts';
import { readIfThere, writePrivately } from './private-file.ts';
import { productVersion } from './product.ts';
import type { Tell } from './texts.ts';

/** What the server is started with. */
export interface ServerSettings {
  readonly databaseUrl: string;
  readonly home: string;
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly tls: ServerTls;
  /** The secret part of the credential that the command line of this machine uses. */
  readonly localSecret: string;
  readonly log: Logger;
  /** Addresses of NATS; absent: servers tell each other over PostgreSQL. */
  readonly natsUrl?: string | undefined;
  /** The key that orders to agents are signed with; absent: one of its own in `home`. */
  readonly orderKeyFile?: string | undefined;
  /** Take this key, whatever the database knows: all agents enrol anew. */
  readonly replaceOrderKey?: boolean | undefined;
  /** How often endpoints report each part, whatever its query says; for tests and demonstrations. */
  readonly reportSeconds?: number;
}

/** The server as far as the launcher knows it; programs/server is one. */
export interface StartedServer {
  readonly consoleUrl: string;
  /** `host:port` of the TLS listener. */
  readonly tlsAddress: string;
  /** One-time link that makes the first administrator; undefined once there is a user. */
  setupLink(): Promise<string | undefined>;
  /** Takes new certificates for connections to come. */
  replaceCertificates?(tls: ServerTls): void;
  /** Stops listening, finishes what is in flight, lets go of the database. */
  close(): Promise<void>;
}

/** What `yojin up` and `yojin server` are asked to do. */
export interface UpOptions {
  readonly home?: string | undefined;
  /** Where the TLS listener (console and endpoints) listens; plain HTTP stays on loopback. */
  readonly host: string;
  /** Of the console's plain listener; 0: any. */
  readonly port: number;
  readonly tlsPort: number;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  /** An external PostgreSQL instead of the embedded one. */
  readonly databaseUrl?: string | undefined;
  /** Addresses of NATS, for several servers on one database. */
  readonly natsUrl?: string | undefined;
  readonly orderKeyFile?: string | undefined;
  readonly replaceOrderKey?: boolean | undefined;
  /** Start an osqueryd for this machine. */
  readonly agent: boolean;
  readonly osqueryd?: string | undefined;
  readonly startServer: (settings: ServerSettings) => Promise<StartedServer>;
  readonly log: Logger;
  readonly tell: Tell;
  /** Aborted: stop where you are, and take down what is up. */
  readonly signal: AbortSignal;
}

export interface RunningUp {
  readonly consoleUrl: string;
  readonly tlsAddress: string;
  /** One-time link that makes the first administrator; undefined once there is a user. */
  readonly setupLink: string | undefined;
  /** Agent, then server with what is in flight, then PostgreSQL. */
  stop(): Promise<void>;
}

const renewalCheckMs = 6 * 3_600_000;

/**
 * Brings everything up in order, telling each step. When a step fails, what is up is taken down.
 * @throws LaunchFailure for what can be told with a remedy; the abort reason when aborted
 */
export async function up(options: UpOptions): Promise<RunningUp> {
  const { log, tell, signal } = options;
  await using starting = new AsyncDisposableStack();
  const step = () => signal.throwIfAborted();

  const uid = process.getuid?.();
  const path = homePath({ asked: options.home, environment: process.env, uid });
  const home = openHome(path, uid === 0);
  const lock = lockInstance(home.run);
  starting.defer(() => lock.release());
  tell('step.home', { path });
  const startedAt = new Date().toISOString();
  writeServerNote(home.run, { pid: process.pid, startedAt, version: productVersion });
  starting.defer(() => removeServerNote(home.run));

  await requireFreePort('127.0.0.1', options.port, '--port');
  await requireFreePort(options.host, options.tlsPort, '--tls-port');
  step();

  // Looked for beside everything else: asking a large program for its version takes its time.
  const searching = options.agent ? requireOsqueryd(options.osqueryd, home.binaries) : undefined;
  searching?.catch(() => undefined);

  // The certificates first: they are quick, and what is wrong with them is known before the rest.
  const certificates = await certificatesStep(options, home);
  const database: ReadyDatabase = options.databaseUrl
    ? await checkedExternalDatabase(options.databaseUrl, tell)
    : await runEmbeddedDatabase(home, log, tell);
  starting.defer(() => database.stop());
  step();

  const localSecret = randomBytes(32).toString('base64url');
  const server = await options.startServer({
    databaseUrl: database.connectionString,
    home: home.path,
    host: options.host,
    port: options.port,
    tlsPort: options.tlsPort,
    tls: certificates.tls,
    localSecret,
    log,
    natsUrl: options.natsUrl,
    orderKeyFile: options.orderKeyFile,
    replaceOrderKey: options.replaceOrderKey,
  });
  starting.defer(() => server.close());
  const renewal = setInterval(() => void certificates.renew(server), renewalCheckMs);
  starting.defer(() => clearInterval(renewal));
  const credential = join(home.run, 'local-credential');
  writePrivately(credential, `yjnlocal_${localSecret}\n`);
  starting.defer(() => rmSync(credential, { force: true }));
  writeServerNote(home.run, {
    pid: process.pid,
    startedAt,
    version: productVersion,
    consoleUrl: server.consoleUrl,
    tlsAddress: server.tlsAddress,
  });
  tell('step.server');
  step();

  const osqueryd = await searching?.catch((error: unknown) => {
    // The one asked for must be it. None at all costs the picture of this machine, not the server.
    if (!(error instanceof LaunchFailure) || error.code !== 'osqueryd-missing') throw error;
    tell('failure.osqueryd-missing', error.values);
    tell('failure.osqueryd-missing.remedy');
  });
  if (osqueryd) {
    const secretFile = secretFileOf(home.agent);
    const db = openDatabase({ connectionString: database.connectionString, log, poolSize: 1 });
    await ensureLocalSecret(db, secretFile).finally(() => db.close());
    const agent = await runAgent(
      {
        osqueryd,
        folder: home.agent,
        tlsAddress: localTlsAddress(options.host, server.tlsAddress),
        caFile: certificates.caFile,
        secretFile,
      },
      log,
      tell,
    );
    starting.defer(() => agent.stop());
  } else if (!options.agent) tell('step.agent-none');
  step();

  const setupLink = await server.setupLink();
  const running = starting.move();
  return {
    consoleUrl: server.consoleUrl,
    tlsAddress: server.tlsAddress,
    setupLink,
    stop: () => running.disposeAsync(),
  };
}

interface Certificates {
  readonly tls: ServerTls;
  /** What endpoints trust, as a file. */
  readonly caFile: string;
  /** Makes the server certificate anew when it is due, and has the server use it. */
  renew(server: StartedServer): Promise<void>;
}

async function certificatesStep(
  { tlsCert, tlsKey, host, tell, log }: UpOptions,
  home: Home,
): Promise<Certificates> {
  if (tlsCert !== undefined && tlsKey !== undefined) {
    const tls = operatorCertificates(tlsCert, tlsKey, new Date());
    const caFile = join(home.tls, 'operator-ca.pem');
    writePrivately(caFile, tls.ca, 0o644);
    tell('step.certificates-operator', { path: tlsCert });
    return { tls, caFile, renew: () => Promise.resolve() };
  }
  const names = namesOf(host);
  const { tls, made, serverExpiresAt } = await ownCertificates(home.tls, names, new Date());
  const date = serverExpiresAt.toISOString().slice(0, 10);
  if (made === 'authority-and-server') tell('step.certificates-made');
  else if (made === 'server') tell('step.certificates-renewed', { date });
  else tell('step.certificates-kept', { date });
  return {
    tls,
    caFile: join(home.tls, 'ca.pem'),
    async renew(server) {
      try {
        const next = await ownCertificates(home.tls, names, new Date());
        if (next.made === 'nothing') return;
        server.replaceCertificates?.(next.tls);
        tell('event.certificate-renewed', {
          date: next.serverExpiresAt.toISOString().slice(0, 10),
        });
      } catch (error) {
        log.error({ err: error }, 'the server certificate could not be renewed');
      }
    },
  };
}

/** The names by which this machine is called: what the server certificate must hold. */
function namesOf(host: string): string[] {
  const names = ['localhost', '127.0.0.1', '::1', hostname()];
  if (host !== '0.0.0.0' && host !== '::') return [...names, host];
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  // A link-local address needs a zone, which a certificate cannot hold.
  const reachable = own.filter(({ address }) => !address.toLowerCase().startsWith('fe80:'));
  return [...names, ...reachable.map(({ address }) => address)];
}

/** How the agent of this machine reaches the TLS listener. */
function localTlsAddress(host: string, tlsAddress: string): string {
  const port = tlsAddress.slice(tlsAddress.lastIndexOf(':') + 1);
  if (host === '0.0.0.0' || host === '127.0.0.1') return `127.0.0.1:${port}`;
  if (host === '::' || host === '::1') return `localhost:${port}`;
  return tlsAddress;
}

/**
 * The secret that this machine's own agent enrols with: the one of before while this database
 * knows it (the database may be another one than last time), else a new one.
 */
async function ensureLocalSecret(db: Database, secretFile: string): Promise<void> {
  const kept = readIfThere(secretFile)?.trim();
  const now = new Date();
  const known = kept ? await findSecret(db, hashOf(kept)) : undefined;
  const usable =
    known && known.revokedAt === null && (known.expiresAt === null || known.expiresAt > now);
  if (usable) return;
  const { secret } = await createEnrolmentSecret(db, {
    name: `yojin up, ${hostname()}`,
    scopeId: await defaultScopeId(db),
    createdBy: 'yojin up',
    at: now,
    expiresAt: null,
  });
  writePrivately(secretFile, `${secret}\n`);
}
