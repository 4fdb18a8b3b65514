import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { agentProtocolModule } from '../../modules/agent-protocol/module.ts';
import { OrderKeyError, openOrderKey } from '../../modules/agent-protocol/public.ts';
import { assetsModule } from '../../modules/assets/module.ts';
import { expandScopes } from '../../modules/assets/public.ts';
import { findingsModule } from '../../modules/findings/module.ts';
import { questionsModule } from '../../modules/questions/module.ts';
import { remediationModule } from '../../modules/remediation/module.ts';
import { vulnerabilitiesModule } from '../../modules/vulnerabilities/module.ts';
import { createAuditLog } from '../../platform/audit/audit-log.ts';
import { auditRoutes } from '../../platform/audit/audit-routes.ts';
import { createAuth, createSetupSecret } from '../../platform/auth/auth.ts';
import { sessionRoutes } from '../../platform/auth/session-routes.ts';
import { userRoutes } from '../../platform/auth/user-routes.ts';
import { startBus } from '../../platform/bus/start-bus.ts';
import { openDatabase } from '../../platform/db/database.ts';
import { migrate } from '../../platform/db/migrate.ts';
import { facetRoutes } from '../../platform/facets/facet-routes.ts';
import { createFacets } from '../../platform/facets/facets-index.ts';
import { buildApp, listenBacklog } from '../../platform/http/app.ts';
import { type RunningJobs, startJobs } from '../../platform/jobs/jobs.ts';
import { startLiveFeed } from '../../platform/live/feed.ts';
import { liveRoutes } from '../../platform/live/routes.ts';
import type { App, ModuleContext, ServerModule } from '../../platform/module.ts';
import { createNotices } from '../../platform/notify/notices.ts';
import { stateRoutes } from '../../platform/state/routes.ts';
import { withoutPassword } from '../launcher/external-database.ts';
import { LaunchFailure } from '../launcher/failure.ts';
import { packageFolder, productVersion } from '../launcher/product.ts';
import type { ServerSettings, StartedServer } from '../launcher/up.ts';

/** Wires modules and platform together, migrates, and listens: the whole server in one process. */
export async function startServer(settings: ServerSettings): Promise<StartedServer> {
  const { log, tls, host, port, tlsPort, localSecret } = settings;
  const clock = () => new Date();
  const startedAt = clock();
  await using starting = new AsyncDisposableStack();

  const db = openDatabase({ connectionString: settings.databaseUrl, log });
  starting.defer(() => db.close());
  const migrated = await migrate(db, sourceFolder);
  if ('conflict' in migrated) {
    throw new LaunchFailure('database-conflict', { reason: migrated.conflict });
  }
  const live = await startLiveFeed(db, log);
  starting.defer(() => live.close());
  const bus = await startBus({ db, log, natsUrl: settings.natsUrl }).catch((error: Error) => {
    if (settings.natsUrl === undefined) throw error;
    const url = withoutPassword(settings.natsUrl);
    throw new LaunchFailure('nats-unreachable', { url, reason: error.message }, error);
  });
  starting.defer(() => bus.close());
  const facets = createFacets({ db, log, clock });
  const audit = createAuditLog({ clock, live });
  const context: ModuleContext = { db, log, audit, live, bus, facets, clock };
  const orderKey = await openOrderKey(db, {
    home: settings.home,
    keyFile: settings.orderKeyFile,
    replace: settings.replaceOrderKey ?? false,
    at: clock(),
  }).catch((error: unknown) => {
    if (!(error instanceof OrderKeyError)) throw error;
    const { failure, path, message } = error;
    throw new LaunchFailure(`order-key-${failure}`, { path, reason: message }, error);
  });
  let consoleAddress = `https://${addressOf(host, tlsPort)}`;
  const notices = createNotices({
    db,
    log,
    clock,
    live,
    audit,
    expandScopes,
    consoleAddress: () => consoleAddress,
  });
  const auth = createAuth({
    db,
    clock,
    expandScopes,
    ...(localSecret !== undefined && { localSecret }),
  });

  const assets = assetsModule(context);
  const questions = questionsModule(context, { ringWhere: (fits) => agents.ringWhere(fits) });
  const agents = agentProtocolModule(context, {
    queries: assets.queries,
    reportSeconds: settings.reportSeconds,
    work: [questions.work],
    tlsAddress: addressOf(host, tlsPort),
    caCertificate: tls.ca,
    orderKey,
    onOrderReport: () => remediation.onOrderReport(),
  });
  const remediation = remediationModule(context, {
    issueOrders: agents.issueOrders,
    cancelOrders: agents.cancelOrders,
    observe: agents.wantAll,
    notices,
  });
  const domain: readonly ServerModule[] = [
    {
      name: 'facets',
      routes: (app) => facetRoutes(app, { facets, clock }),
      state: async () => facets.state(),
      close: () => facets.close(),
    },
    assets.module,
    agents,
    questions,
    findingsModule({ ...context, notices }),
    vulnerabilitiesModule(context, { home: settings.home }),
    remediation,
    {
      name: notices.name,
      routes: notices.routes,
      jobs: notices.jobs,
      state: notices.state,
      close: notices.close,
    },
  ];
  for (const module of domain) {
    const { close } = module;
    if (close) starting.defer(() => close());
  }

  let jobs: RunningJobs;
  const platform: ServerModule = {
    name: 'platform',
    routes(app) {
      const options = { db, auth, audit, clock, version: productVersion };
      sessionRoutes(app, options);
      userRoutes(app, options);
      auditRoutes(app, { db, clock });
      liveRoutes(app, { live, auth });
      stateRoutes(app, {
        db,
        log,
        clock,
        version: productVersion,
        startedAt,
        modules: () => domain,
        jobs: () => jobs,
        own: () => [
          { key: 'server.open_pages', value: live.subscriberCount, unit: 'count', state: 'ok' },
          {
            key: 'server.bus',
            value: bus.kind === 'nats' ? 'NATS' : 'PostgreSQL',
            unit: 'text',
            state: bus.connected ? 'ok' : 'warning',
          },
          { key: 'server.tls_address', value: addressOf(host, tlsPort), unit: 'text', state: 'ok' },
        ],
      });
    },
  };
  const modules = [platform, ...domain];
  const webFolder = join(packageFolder, 'dist', 'console');
  const consoleApp = await buildApp({
    log,
    modules,
    auth,
    webFolder,
    trustLoopback: true,
    surface: { console: true, endpoints: false },
  });
  const tlsApp = await buildApp({
    log,
    modules,
    auth,
    webFolder,
    trustLoopback: false,
    tls: { key: tls.key, cert: tls.cert },
    surface: { console: true, endpoints: true },
  });

  jobs = await startJobs({ db, log, clock, jobs: domain.flatMap((module) => module.jobs ?? []) });
  starting.defer(() => jobs.stop());
  // Beside everything else: a large index takes its time, and a selector waits for it.
  facets.start().catch((error: Error) => log.error({ err: error }, 'no index of facets'));
  // Last up, first down: nobody is let in before everything is there, or after it has gone.
  starting.defer(async () => {
    await Promise.all([consoleApp.close(), tlsApp.close()]);
  });
  const consolePort = await listen(consoleApp, '127.0.0.1', port);
  const boundTlsPort = await listen(tlsApp, host, tlsPort);
  consoleAddress = `https://${addressOf(host, boundTlsPort)}`;
  await notices.start();
  const consoleUrl = `http://127.0.0.1:${consolePort}`;

  const running = starting.move();
  return {
    consoleUrl,
    tlsAddress: addressOf(host, boundTlsPort),
    async setupLink() {
      const secret = await createSetupSecret(db, clock());
      // In the fragment, which browsers send to nobody: it reaches no log.
      return secret === undefined ? undefined : `${consoleUrl}/setup#${secret}`;
    },
    replaceCertificates(next) {
      (tlsApp.server as unknown as import('node:tls').Server).setSecureContext({
        key: next.key,
        cert: next.cert,
        minVersion: 'TLSv1.2',
      });
    },
    close: () => running.disposeAsync(),
  };
}

/** Where the migrations lie: below `src`, or below `dist` once compiled. */
export const sourceFolder = fileURLToPath(new URL('../../', import.meta.url));

async function listen(app: App, host: string, port: number): Promise<number> {
  await app.listen({ host, port, backlog: listenBacklog });
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** What endpoints elsewhere are told; the name of this machine when we listen on every address. */
function addressOf(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? hostname() : host;
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}
