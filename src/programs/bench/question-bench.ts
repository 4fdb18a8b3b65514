import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Question, TargetRow } from '../../modules/questions/api.ts';
import type { Snapshot } from '../simulate/counts.ts';
import { type Measurement, short } from './measurement.ts';
import { type RunningYojin, startSimulator, startYojin } from './running-server.ts';

const MB = 1e6;

/**
 * Live questions, with the server, PostgreSQL and the endpoints on the same cores: one real osqueryd,
 * then `simulated` osquery clients (`BENCH_SIMULATED`) in one process of their own.
 */
export async function benchQuestions(
  folder: string,
  simulated: number,
): Promise<readonly Measurement[]> {
  return [
    ...(await askRealEndpoint(join(folder, 'questions-real'))),
    ...(await askSimulatedEndpoints(join(folder, 'questions-simulated'), simulated)),
  ];
}

async function askRealEndpoint(home: string): Promise<Measurement[]> {
  const server = await startYojin(home, { agent: true, port: 18_710, tlsPort: 18_753 });
  try {
    // Its first inventory is out of the way, and its read is held.
    await waitFor(120, async () => {
      const { items } = await server.api<{ items: { softwareCount: number | null }[] }>(
        'GET',
        '/endpoints',
      );
      return (items[0]?.softwareCount ?? 0) > 0;
    });
    await sleep(5000);
    const timesMs: number[] = [];
    const wallMs: number[] = [];
    // The limit for one user is 30 a minute.
    for (let i = 0; i < 25; i += 1) {
      const question = await ended(
        server,
        await ask(server, 'select pid, version from osquery_info'),
      );
      const { firstAnswerMs } = question.progress;
      if (firstAnswerMs !== null) timesMs.push(firstAnswerMs);
      const [target] = await targetsOf(server, question.id);
      if (target?.wallMs !== null && target?.wallMs !== undefined) wallMs.push(target.wallMs);
      // Not always at the same moment of its pause between two reads.
      await sleep(1200 + (i % 10) * 130);
    }
    return [
      {
        what: 'live question, one real osqueryd: asked until its answer is stored',
        value: `p50 ${at(timesMs, 0.5)} ms, p95 ${at(timesMs, 0.95)} ms`,
        target: 'p50 < 50 ms',
        note: `${timesMs.length} of 25 questions answered, on the server's clock${wallMs.length > 0 ? `; the statement itself took p50 ${at(wallMs, 0.5)} ms at the endpoint` : ''}`,
      },
    ];
  } finally {
    await server.stop();
  }
}

async function askSimulatedEndpoints(home: string, simulated: number): Promise<Measurement[]> {
  const server = await startYojin(home, { agent: false, port: 18_711, tlsPort: 18_754 });
  const simulator = startSimulator(home, simulated, [
    '--seed=bench',
    '--offline=2%',
    '--misbehaving=0',
    '--clones=0',
    '--changes-per-day=0',
    '--rate=200',
  ]);
  try {
    const size = `${simulated.toLocaleString('en')} simulated endpoints in one process, server and PostgreSQL on the same cores`;
    const settled = await simulator.until(
      'all inventories are there',
      120 + simulated,
      (now) => now.settled === simulated,
    );
    const reading = (now: Snapshot) => now.heldReads > (now.enrolled - now.offline) * 0.9;
    await simulator.until('reads are held', 120, reading);

    const idle = await measureIdle(server, simulator.now);
    const runs: Run[] = [];
    for (let i = 0; i < 3; i += 1) {
      await simulator.until('reads are held again', 120, reading);
      runs.push(await measureQuestion(server, simulator.now));
      await sleep(3000);
    }
    const lost = await countLost(
      server,
      simulator.now,
      runs.map(({ id }) => id),
    );
    const run = runs.toSorted((a, b) => a.p95Ms - b.p95Ms)[1]!;
    const { mostRssBytes } = server.usage();
    const last = await simulator.stop();
    const rejected = Object.entries(last?.errors ?? {}).map(([reason, n]) => `${n} × ${reason}`);
    return [
      {
        what: 'first inventories of all of them, enrolment included',
        value: `${short(settled.elapsedSeconds)} s`,
        target: '—',
        note: `${size}; ${settled.parts.toLocaleString('en')} parts over TLS`,
      },
      {
        what: 'requests while idle',
        value: `${idle.perMinute.toFixed(1)} per endpoint and minute`,
        target: '—',
        note: `one connection each; server ${idle.cpuPercent.toFixed(0)} % of a core`,
      },
      {
        what: `live question to ${simulated.toLocaleString('en')}: time to answers`,
        value: `first ${short(run.firstMs)} ms, 50 % ${short(run.p50Ms)} ms, 95 % ${short(run.p95Ms)} ms, 99 % ${short(run.p99Ms)} ms, last ${short(run.lastMs)} ms`,
        target: '95 % < 3 s',
        note: `median of three questions, of the ${run.answered.toLocaleString('en')} endpoints that were there; with the time that statements take at endpoints (median 12 ms)`,
      },
      {
        what: 'every targeted endpoint accounted for',
        value: runs.map(({ account }) => account).join(' | '),
        target: 'sum = targeted',
        note: `offline ones are queued; sum less than targeted: ${runs.filter(({ missing }) => missing > 0).length} of ${runs.length}`,
      },
      {
        what: 'answers lost',
        value: String(lost),
        target: '0',
        note: 'taken by the server as the endpoint understands it, but not among its answers; all three questions, late answers included',
      },
      {
        what: 'memory of the server process',
        value: `${short(idle.rssBytes / MB)} MB idle, ${short(mostRssBytes / MB)} MB at most`,
        target: '—',
        note: `${size}; simulator ${short((last?.rssBytes ?? 0) / MB)} MB; failed requests: ${rejected.join('; ') || 'none'}`,
      },
    ];
  } finally {
    await simulator.stop();
    await server.stop();
  }
}

/** Endpoints come back and answer late, so all questions are counted together, when it is quiet. */
async function countLost(
  server: RunningYojin,
  now: () => Snapshot | undefined,
  ids: readonly number[],
): Promise<number> {
  return waitFor(120, async () => {
    const before = now()!.questions;
    let stored = 0;
    for (const id of ids) stored += (await targetsOf(server, id)).length;
    await sleep(2000);
    const after = now()!.questions;
    const quiet = after.received === before.received && after.answered === after.received;
    return quiet && { lost: after.answered - stored };
  }).then(({ lost }) => lost);
}

async function measureIdle(server: RunningYojin, now: () => Snapshot | undefined) {
  const seconds = 60;
  const requestsOf = (snapshot: Snapshot) =>
    Object.values(snapshot.requests).reduce((sum, count) => sum + count, 0);
  const before = now()!;
  const used = server.usage().cpuSeconds;
  await sleep(seconds * 1000);
  const after = now()!;
  const { cpuSeconds, rssBytes } = server.usage();
  const minutes = (after.elapsedSeconds - before.elapsedSeconds) / 60;
  return {
    perMinute: (requestsOf(after) - requestsOf(before)) / minutes / after.enrolled,
    cpuPercent: ((cpuSeconds - used) / seconds) * 100,
    rssBytes,
  };
}

interface Run {
  readonly id: number;
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly lastMs: number;
  readonly answered: number;
  readonly account: string;
  readonly missing: number;
}

async function measureQuestion(
  server: RunningYojin,
  now: () => Snapshot | undefined,
): Promise<Run> {
  const id = await ask(server, 'select name, version, build from os_version');
  // Until nothing is under way: those that are left are offline.
  const question = await waitFor(180, async () => {
    const asked = await server.api<Question>('GET', `/questions/${id}`);
    const { byOutcome, queuedOffline } = asked.progress;
    const underWay = (byOutcome['delivered'] ?? 0) + (byOutcome['queued'] ?? 0) - queuedOffline;
    const { received, answered } = now()!.questions;
    return (underWay <= now()!.offline || asked.state !== 'open') && received === answered && asked;
  });
  await sleep(2000);
  const targets = await targetsOf(server, id, 'answered');
  const askedAt = Date.parse(question.askedAt);
  const timesMs = targets
    .map(({ answeredAt }) => Date.parse(answeredAt ?? '') - askedAt)
    .toSorted((a, b) => a - b);
  const settled = await server.api<Question>('GET', `/questions/${id}`);
  const { targeted, byOutcome } = settled.progress;
  const sum = Object.values(byOutcome).reduce((a, b) => a + b, 0);
  const parts = Object.entries(byOutcome).filter(([, count]) => count > 0);
  return {
    id,
    firstMs: at(timesMs, 0),
    p50Ms: at(timesMs, 0.5),
    p95Ms: at(timesMs, 0.95),
    p99Ms: at(timesMs, 0.99),
    lastMs: at(timesMs, 1),
    answered: timesMs.length,
    account: `${parts.map(([outcome, count]) => `${outcome} ${count}`).join(' + ')} = ${targeted}`,
    missing: targeted - sum,
  };
}

async function ask(server: RunningYojin, sql: string): Promise<number> {
  const body = { sql, selector: '', expiresInSeconds: 600, acceptWarnings: true };
  return (await server.api<Question>('POST', '/questions', body)).id;
}

function ended(server: RunningYojin, id: number): Promise<Question> {
  return waitFor(30, async () => {
    const question = await server.api<Question>('GET', `/questions/${id}`);
    return question.state !== 'open' && question;
  });
}

async function targetsOf(
  server: RunningYojin,
  id: number,
  outcome = 'answered',
): Promise<TargetRow[]> {
  const targets: TargetRow[] = [];
  for (;;) {
    const page = await server.api<{ items: TargetRow[] }>(
      'GET',
      `/questions/${id}/endpoints?outcome=${outcome}&limit=1000&offset=${targets.length}`,
    );
    if (page.items.length === 0) return targets;
    targets.push(...page.items);
  }
}

function at(sorted: readonly number[], share: number): number {
  const values = sorted.toSorted((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
}

async function waitFor<Result>(
  seconds: number,
  look: () => Promise<Result | false | undefined>,
): Promise<Result> {
  const endsAtMs = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (performance.now() > endsAtMs) throw new Error(`not within ${seconds} s`);
    await sleep(100);
  }
}
