import { agentPaths } from '../../modules/agent-protocol/api.ts';
import { digestOf } from '../../modules/agent-protocol/digest.ts';
import type { Row } from '../../modules/assets/public.ts';
import type { Question } from '../../modules/questions/api.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { type AgentServer, startAgentServer } from '../../testing/agent-server.ts';
import { addManyEndpoints } from '../../testing/assets.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { type Measurement, short } from './measurement.ts';

/** Endpoints that check in while the others are only there. */
const active = 300;
const packages = 200;

/** What was measured at one size, by what it is. */
type Figures = Map<string, string>;

/**
 * What the same things cost as a fleet grows: the endpoints lie in the database as the intake would
 * have left them, and `active` more check in through the real routes.
 */
export async function benchScale(
  db: Database,
  sizes: readonly number[],
): Promise<readonly Measurement[]> {
  const bySize: Figures[] = [];
  for (const size of sizes) {
    bySize.push(await measureSize(db, size, size / 4));
  }
  const measurements = [...bySize[0]!.keys()].map((what): Measurement => {
    const values = bySize.map((figures) => figures.get(what) ?? '?');
    return {
      what,
      value: values.join(' · '),
      target: '—',
      note: `at ${sizes.map((size) => size.toLocaleString('en')).join(' · ')} endpoints × ${packages} packages`,
    };
  });
  const middle = sizes[Math.floor(sizes.length / 2)]!;
  const versions = [1_000, 10_000, 100_000];
  const byVersions: Figures[] = [];
  for (const distinct of versions) byVersions.push(await measureSize(db, middle, distinct));
  const growing = [
    'check-ins, first inventory',
    'list of software',
    'selector of software, first time',
  ];
  return [
    ...measurements,
    ...growing.map((what) => ({
      what: `${what}, by distinct versions`,
      value: byVersions.map((figures) => figures.get(what) ?? '?').join(' · '),
      target: '—',
      note: `at ${versions.map((count) => count.toLocaleString('en')).join(' · ')} distinct versions, ${middle.toLocaleString('en')} endpoints`,
    })),
  ];
}

async function measureSize(db: Database, size: number, distinct: number): Promise<Figures> {
  await db.query(`truncate assets.endpoints, assets.software cascade`);
  await addManyEndpoints(db, {
    count: size,
    at: new Date(),
    softwarePerEndpoint: packages,
    distinctSoftware: Math.max(packages * 2, Math.round(distinct)),
  });
  const figures: Figures = new Map();
  await measureCheckIns(db, figures);
  await using server = await startTestServer(db);
  const time = async (what: string, work: () => Promise<unknown>, times: number) => {
    const timesMs: number[] = [];
    for (let i = 0; i < times; i += 1) {
      const start = performance.now();
      await work();
      timesMs.push(performance.now() - start);
    }
    timesMs.sort((a, b) => a - b);
    figures.set(what, `${short(timesMs[Math.floor(times / 2)]!)} ms`);
  };
  const preview = (selector: string) => () =>
    server.api('/questions/preview', {
      method: 'POST',
      body: { sql: 'select 1 as one', selector },
    });
  await time('index ready after the start of the server', preview(''), 1);
  await time('selector of software, first time', preview('software:package-5'), 1);
  await time('list of endpoints', () => server.api('/endpoints'), 9);
  await time('list of software', () => server.api('/software?sort=-endpointCount'), 9);
  const askedIds: number[] = [];
  const ask = async () => {
    const body = { sql: 'select version from osquery_info', selector: '', acceptWarnings: true };
    askedIds.push((await server.api<Question>('/questions', { method: 'POST', body })).id);
  };
  await time('question asked of all of them', ask, 5);
  await time('list of questions', () => server.api('/questions'), 5);
  for (const id of askedIds) await server.api(`/questions/${id}/cancel`, { method: 'POST' });
  figures.set('memory of the process', `${short(process.memoryUsage.rss() / 1e6)} MB`);
  return figures;
}

async function measureCheckIns(db: Database, figures: Figures): Promise<void> {
  const generous = { capacity: 1e9, perSecond: 1e9 };
  await using server = await startAgentServer(db, {
    quiet: true,
    limits: {
      nodeRequests: generous,
      nodeBytes: generous,
      addressEnrolments: generous,
      hostEnrolments: generous,
    },
  });
  const secret = await server.newSecret();
  const keys: string[] = [];
  const perSecond = async (what: string, work: (host: number) => Promise<unknown>) => {
    let next = 0;
    const start = performance.now();
    const one = async () => {
      while (next < active) await work(next++);
    };
    await Promise.all(Array.from({ length: 100 }, one));
    figures.set(what, `${short(active / ((performance.now() - start) / 1000))} /s`);
  };
  await perSecond('enrolments', async (host) => {
    const uuid = `5c4c4544-0000-4000-8000-${host.toString(16).padStart(12, '0')}`;
    keys[host] = await server.enrol(secret, { uuid, hostname: `active-${host}`, instanceId: uuid });
  });
  await perSecond('reads with nothing to do', (host) => read(server, keys[host]!));
  await perSecond('check-ins, first inventory', (host) => write(server, keys[host]!, host, 1));
  await perSecond('check-ins, inventory unchanged', (host) => report(server, keys[host]!, host, 1));
  await perSecond('check-ins, inventory changed', async (host) => {
    await report(server, keys[host]!, host, 2);
    await read(server, keys[host]!);
    await write(server, keys[host]!, host, 2);
  });
}

const rowsOf = (host: number, version: number): Row[] =>
  Array.from({ length: packages }, (_, at) => ({
    name: `package-${at}`,
    version: `1.${(host + at) % 10}.${at === 0 ? version : 0}`,
    arch: 'amd64',
    source: '',
    maintainer: 'Bench <bench@example.org>',
  }));

const read = (server: AgentServer, key: string) =>
  server.post(agentPaths.distributedRead, { node_key: key }, { key });

function write(server: AgentServer, key: string, host: number, version: number) {
  const id = 'yojin:software-deb';
  const body = { node_key: key, queries: { [id]: rowsOf(host, version) }, statuses: { [id]: 0 } };
  return server.post(agentPaths.distributedWrite, body, { key });
}

function report(server: AgentServer, key: string, host: number, version: number) {
  const { columns } = server.queries.find(({ name }) => name === 'software-deb')!;
  const digest = digestOf(columns, rowsOf(host, version)).toString('hex');
  const line = {
    name: 'yojin:software-deb',
    unixTime: Math.floor(Date.now() / 1000),
    action: 'snapshot',
    snapshot: [{ digest, row_count: String(packages) }],
  };
  return server.post(agentPaths.log, { node_key: key, log_type: 'result', data: [line] }, { key });
}
