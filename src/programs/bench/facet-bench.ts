import { setTimeout as sleep } from 'node:timers/promises';
import { agentProtocolModule } from '../../modules/agent-protocol/module.ts';
import { assetsModule } from '../../modules/assets/module.ts';
import { findingsModule } from '../../modules/findings/module.ts';
import { questionsModule } from '../../modules/questions/module.ts';
import { createAuditLog } from '../../platform/audit/audit-log.ts';
import { startBus } from '../../platform/bus/start-bus.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { createFacets } from '../../platform/facets/facets-index.ts';
import type { Facets } from '../../platform/facets/public.ts';
import { createLog } from '../../platform/log.ts';
import type { ModuleContext } from '../../platform/module.ts';
import { anyCertificate } from '../../testing/agent-server.ts';
import { addManyEndpoints } from '../../testing/assets.ts';
import { storeInventory } from '../../testing/inventory.ts';
import { type Measurement, percentiles, short } from './measurement.ts';

/** What people ask for, from the plain to the costly; each over all endpoints. */
const selectors = [
  '',
  'os:windows',
  'os:debian',
  'platform:linux',
  'osversion:>=12',
  'arch:x86_64',
  'tag:tag-3',
  'not tag:tag-3',
  'owner:owner-17',
  'owner:owner-1*',
  'criticality:critical',
  'hostname:host-00012*',
  'hostname:*99*',
  'ip:10.0.0.0/16',
  'ip:10.1.2.0/24',
  'lastseen:<1d',
  'lastseen:>2d',
  'firstseen:<7d',
  'presence:silent',
  'software:package-7',
  'software:package-12*',
  'software:"package-100<1.50"',
  'software:package-1 software:package-4',
  'lastuser:user-42',
  'os:windows criticality:critical',
  'os:windows or os:debian',
  '(os:windows or platform:darwin) and not tag:tag-1',
  'platform:linux -software:package-10 lastseen:<2d',
  'tag:tag-1 or tag:tag-2 or tag:tag-3 or tag:tag-4',
  'not (os:windows criticality:low) owner:owner-2*',
  'host-0001',
];

/** An index of its own over the database, as a server process builds it at its start. */
async function openIndex(db: Database) {
  const log = createLog('error');
  const clock = () => new Date();
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
  const agents = agentProtocolModule(context, {
    queries: assets.queries,
    tlsAddress: 'localhost:8743',
    caCertificate: anyCertificate,
  });
  const questions = questionsModule(context, { ringWhere: (fits) => agents.ringWhere(fits) });
  const modules = [assets.module, agents, questions, findingsModule(context)];
  return {
    facets,
    async [Symbol.asyncDispose]() {
      for (const module of modules) await module.close?.();
      await facets.close();
      await bus.close();
    },
  };
}

/** How long a selector takes, its result's positions not read out, in milliseconds. */
async function timeOf(facets: Facets, selector: string): Promise<number> {
  const start = performance.now();
  const resolved = await facets.resolve(selector, { reach: 'all', now: new Date() });
  const ms = performance.now() - start;
  if (!resolved.ok) throw new Error(`${selector}: ${resolved.problem.text.en}`);
  resolved.selection[Symbol.dispose]();
  return ms;
}

/** The index of facets over `endpoints` × `packages`: to build, to ask, to keep. */
export async function benchFacets(
  db: Database,
  { endpoints, packages }: { endpoints: number; packages: number },
): Promise<readonly Measurement[]> {
  await addManyEndpoints(db, { count: endpoints, at: new Date(), softwarePerEndpoint: packages });
  globalThis.gc?.();
  const rssBefore = process.memoryUsage.rss();
  const start = performance.now();
  await using index = await openIndex(db);
  await index.facets.start();
  const builtMs = performance.now() - start;
  const size = `${endpoints.toLocaleString('en')} endpoints × ${packages} packages, PostgreSQL on the same cores`;

  const firstMs: number[] = [];
  const timesMs: number[] = [];
  const slow: { selector: string; ms: number }[] = [];
  for (const selector of selectors) {
    firstMs.push(await timeOf(index.facets, selector));
    const own: number[] = [];
    for (let i = 0; i < 20; i += 1) own.push(await timeOf(index.facets, selector));
    timesMs.push(...own);
    slow.push({ selector, ms: own.toSorted((a, b) => a - b)[10]! });
    // As in a server: others have their turn.
    await sleep(1);
  }
  slow.sort((a, b) => b.ms - a.ms);
  const visibleMs = await timeUntilVisible(db, index.facets);
  const rss = process.memoryUsage.rss();
  return [
    {
      what: 'index of facets built at the start',
      value: `${short(builtMs / 1000)} s`,
      target: '< 30 s',
      note: size,
    },
    {
      what: `selectors, ${selectors.length} of them × 20`,
      value: percentiles(timesMs),
      target: 'p99 < 10 ms',
      note: `the first time of each: ${percentiles(firstMs)}; slowest: ${slow
        .slice(0, 3)
        .map(({ selector, ms }) => `\`${selector}\` ${short(ms)} ms`)
        .join(', ')}`,
    },
    {
      what: 'a changed inventory until a selector finds it',
      value: percentiles(visibleMs),
      target: '—',
      note: '20 changes, from the start of their transaction',
    },
    {
      what: 'memory of the process with the index',
      value: `${short(rss / 1e6)} MB`,
      target: '< 1.5 GB',
      note: `${short((rss - rssBefore) / 1e6)} MB more than before it was built`,
    },
  ];
}

async function timeUntilVisible(db: Database, facets: Facets): Promise<number[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from assets.endpoints where platform = 'linux' order by ordinal limit 20`,
  );
  const timesMs: number[] = [];
  for (const [i, { id }] of rows.entries()) {
    const port = String(40_001 + i);
    const start = performance.now();
    await storeInventory(
      db,
      id,
      'ports',
      [{ protocol: 'tcp', address: '0.0.0.0', port, process: 'bench', path: '/usr/bin/bench' }],
      new Date(),
    );
    for (;;) {
      const resolved = await facets.resolve(`port:${port}`, { reach: 'all', now: new Date() });
      if (!resolved.ok) throw new Error(resolved.problem.text.en);
      const { count } = resolved.selection;
      resolved.selection[Symbol.dispose]();
      if (count === 1) break;
      if (performance.now() - start > 30_000) throw new Error('a change did not become visible');
      await sleep(1);
    }
    timesMs.push(performance.now() - start);
  }
  return timesMs;
}
