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
import { storeInventory } from '../../testing/inventory.ts';
import { addFacetFleet } from './facet-fleet.ts';
import { type Measurement, percentiles, short } from './measurement.ts';

/** What people ask for, from the plain to the costly; each over all endpoints. */
const selectors = [
  '',
  'os:windows',
  'osversion:>=12',
  'not tag:tag-3',
  'owner:owner-1*',
  'criticality:critical',
  'hostname:host-00012*',
  'hostname:*99*',
  'hostname:host*',
  'host-0001',
  '99',
  'ip:10.0.0.0/16',
  'ip:10.1.2.0/24',
  'mac:00:1a:2b',
  'lastseen:<1d',
  'lastseen:1d..2d',
  'firstseen:<7d',
  'presence:silent',
  'software:package-7',
  'software:"package-100<1.50"',
  'software:package-12*',
  'software:package-*',
  'software:python3-1*',
  'software:lib*',
  'software:*lib*',
  'software:*5*',
  'software:*ab*',
  'software:"python3-*<2.1"',
  'software:*',
  'software:none',
  'port:443',
  'port:>1024',
  'openport:<100',
  'openport:20000..30000',
  'service:unit-1*',
  'user:user-4*',
  'administrator:admin-1*',
  'cve:CVE-2026-1*',
  'cve:CVE-202*',
  'cve:*',
  'kev:no',
  'ransomware:no',
  'severity:>=high',
  'due:<7d',
  'overdue:no',
  'epss:>0.5',
  'assessed:no',
  '(os:windows or platform:darwin) and not tag:tag-1',
  'tag:tag-1 or tag:tag-2 or tag:tag-3 or tag:tag-4',
  'os:windows software:lib* -software:python3-* lastseen:<2d cve:CVE-2026-1* hostname:*9* openport:<1024',
  'platform:linux or kev:yes or tag:tag-1 or due:<7d or host-0001 or ip:10.0.0.0/16 or software:*ssl*',
];

/** What is completed while somebody types. */
const typed = [
  '',
  'software:',
  'software:lib',
  'hostname:',
  'cve:',
  'ip:',
  'port:',
  'service:',
  'mac:',
  'due:',
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

interface Timed {
  readonly what: string;
  readonly ms: number;
}

/** How long a selector takes, its result's positions not read out. */
async function timeOf(facets: Facets, selector: string): Promise<Timed> {
  const start = performance.now();
  const resolved = await facets.resolve(selector, { reach: 'all', now: new Date() });
  const ms = performance.now() - start;
  if (!resolved.ok) throw new Error(`${selector}: ${resolved.problem.text.en}`);
  resolved.selection[Symbol.dispose]();
  return { what: selector, ms };
}

async function timeOfCompletion(facets: Facets, text: string): Promise<Timed> {
  const start = performance.now();
  await facets.complete(text, text.length, { reach: 'all', now: new Date() });
  return { what: text, ms: performance.now() - start };
}

/** Each of `what` so many times; the first time apart, which finds nothing prepared. */
async function timeEach(
  what: readonly string[],
  times: number,
  timeOne: (one: string) => Promise<Timed>,
): Promise<{ readonly first: Timed[]; readonly later: Timed[] }> {
  const first: Timed[] = [];
  const later: Timed[] = [];
  for (const one of what) {
    first.push(await timeOne(one));
    for (let i = 0; i < times; i += 1) later.push(await timeOne(one));
    // As in a server: others have their turn.
    await sleep(1);
  }
  return { first, later };
}

/** The medians of the slowest three. */
function slowest(timed: readonly Timed[]): string {
  const byWhat = Map.groupBy(timed, ({ what }) => what);
  const medians = [...byWhat].map(([what, all]) => {
    const sorted = all.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return { what, ms: sorted[sorted.length >> 1]! };
  });
  return medians
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, 3)
    .map(({ what, ms }) => `\`${what}\` ${short(ms)} ms`)
    .join(', ');
}

/** The index of facets over `endpoints` × `packages`: to build, to ask, to keep. */
export async function benchFacets(
  db: Database,
  { endpoints, packages }: { endpoints: number; packages: number },
): Promise<readonly Measurement[]> {
  await addFacetFleet(db, { endpoints, packages });
  globalThis.gc?.();
  const rssBefore = process.memoryUsage.rss();
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await using index = await openIndex(db);
  const { facets } = index;
  await facets.start();
  const builtMs = performance.now() - start;
  const cpu = process.cpuUsage(cpuBefore);
  const cpuSeconds = (cpu.user + cpu.system) / 1e6;
  const size = `${endpoints.toLocaleString('en')} endpoints × ${packages} packages, PostgreSQL on the same cores`;
  // Once for the compiler, with other words than are measured below.
  for (const word of ['software:*x*', 'hostname:*77*', 'cve:CVE-2020-2*', 'port:<90', 'due:<1d']) {
    for (let i = 0; i < 20; i += 1) await timeOf(facets, word);
  }
  const asked = await timeEach(selectors, 20, (one) => timeOf(facets, one));
  const completed = await timeEach(typed, 10, (one) => timeOfCompletion(facets, one));
  const visibleMs = await timeUntilVisible(db, facets);
  const rss = process.memoryUsage.rss();
  const msOf = (timed: readonly Timed[]) => percentiles(timed.map(({ ms }) => ms));
  return [
    {
      what: 'index of facets built at the start',
      value: `${short(builtMs / 1000)} s`,
      target: '< 30 s',
      note: `${size}; ${short(cpuSeconds)} s of it the server's own work`,
    },
    {
      what: `selectors, the first time of each of ${selectors.length}`,
      value: msOf(asked.first),
      target: 'p99 < 10 ms',
      note: `nothing of an answer is kept; slowest: ${slowest(asked.first)}`,
    },
    {
      what: `selectors, each 20 times more`,
      value: msOf(asked.later),
      target: 'p99 < 10 ms',
      note: `slowest by their medians: ${slowest(asked.later)}`,
    },
    {
      what: `completion, ${typed.length} texts, the first time`,
      value: msOf(completed.first),
      target: '—',
      note: `slowest: ${slowest(completed.first)}`,
    },
    {
      what: `completion, each 10 times more`,
      value: msOf(completed.later),
      target: '—',
      note: `slowest by their medians: ${slowest(completed.later)}`,
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
    const port = String(60_001 + i);
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
