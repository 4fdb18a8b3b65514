import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { agentPaths } from '../../modules/agent-protocol/api.ts';
import type { Row } from '../../modules/assets/public.ts';
import { type AgentConfig, configOf, nextRunSeconds, type ScheduledStatement } from './config.ts';
import type { Counts, RequestKind } from './counts.ts';
import type { Host } from './host.ts';
import { snapshotLine, statusLine } from './log-lines.ts';
import { inventoryPrefix, PartAnswers } from './part-answers.ts';
import { Random, roll } from './random.ts';
import { medianMsOf, type Statements } from './statements.ts';
import { osqueryInfo, osVersion, systemInfo } from './tables.ts';
import type { Transport } from './transport.ts';

/** Ways in which endpoints are a nuisance. */
export const misbehaviours = [
  /** Posts logs that are cut off in the middle. */
  'bad-json',
  /** Answers with more rows than it was asked for. */
  'huge-rows',
  /** Now and then uses a node key that nobody gave it. */
  'wrong-key',
  /** Sends status logs by the hundred. */
  'flood',
  /** Takes questions and never answers. */
  'silent',
  /** Its watchdog killed it while it ran such a statement: refuses questions for a day. */
  'denylisted',
] as const;
export type Misbehaviour = (typeof misbehaviours)[number];

/** What all simulated endpoints of a process share. */
export interface World {
  readonly transport: Transport;
  readonly statements: Statements;
  readonly counts: Counts;
  readonly seed: string;
  readonly secret: string;
  /** 1: everything over one connection. 3: one each for configuration, logs and questions. */
  readonly sockets: 1 | 3;
  /** Share of the time that an endpoint is not there. */
  readonly offline: number;
  readonly changesPerDay: number;
}

type Json = Record<string, unknown>;

/** The answer to one statement of a distributed read, until the server has taken it. */
interface Result {
  readonly id: string;
  readonly rows: readonly Row[];
  readonly status: number;
  readonly message: string;
  readonly wallMs: number;
}

const configRefreshSeconds = 300;
const meanOfflineSeconds = 180;
const mostLogLines = 1024;
const mostBufferedLines = 20_000;

/** A request that failed in a way that osqueryd tries again. */
class Failure extends Error {}

/**
 * One simulated osqueryd 5.23: enrols, takes its configuration, runs the schedule, posts logs, reads
 * and answers statements. Retries, waits and what counts as success are osqueryd's.
 */
export class SimulatedAgent {
  readonly host: Host;
  readonly #world: World;
  readonly #misbehaviour: Misbehaviour | undefined;
  readonly #random: Random;
  readonly #parts: PartAnswers;
  #nodeKey: string | undefined;
  #enrolment: Promise<void> | undefined;
  #config: AgentConfig | undefined;
  #lines: { type: 'result' | 'status'; line: Json }[] = [];
  #unsent: Result[] = [];
  #settled = false;

  constructor(host: Host, world: World, misbehaviour: Misbehaviour | undefined) {
    this.host = host;
    this.#world = world;
    this.#misbehaviour = misbehaviour;
    this.#random = new Random(world.seed, 'agent', host.index);
    this.#parts = new PartAnswers(host);
  }

  /** Lives until `stop` aborts; never throws. `onSettled`: its whole inventory was taken once. */
  async run(stop: AbortSignal, onSettled: () => void): Promise<void> {
    const { offline, counts } = this.#world;
    const onlineSeconds = offline > 0 ? (meanOfflineSeconds * (1 - offline)) / offline : 0;
    while (!stop.aborted) {
      const session = new AbortController();
      const end = () => session.abort();
      stop.addEventListener('abort', end, { once: true });
      if (offline > 0) {
        // Not before its first inventory is there: an endpoint that nobody knows is not offline.
        const seconds = this.#random.exponential(onlineSeconds);
        void rest(seconds, session.signal).then(() => this.#settled && end(), ignore);
      }
      const loops = [this.#poll(session.signal, onSettled), this.#keepHouse(session.signal)];
      if (this.#misbehaviour) loops.push(this.#annoy(session.signal));
      await Promise.allSettled(
        loops.map((loop) => loop.catch((error) => this.#bug(error, session))),
      );
      stop.removeEventListener('abort', end);
      if (stop.aborted) break;
      counts.offline += 1;
      await rest(this.#random.exponential(meanOfflineSeconds), stop).catch(ignore);
      counts.offline -= 1;
    }
  }

  /** Ends the session when a loop ended for another reason than that the session did. */
  #bug(error: unknown, session: AbortController): void {
    if (session.signal.aborted) return;
    this.#world.counts.error(`simulator: ${error instanceof Error ? error.message : error}`);
    session.abort();
  }

  // ---- Questions --------------------------------------------------------------------------------

  async #poll(signal: AbortSignal, onSettled: () => void): Promise<void> {
    const { counts } = this.#world;
    let failures = 0;
    let reads = 0;
    for (;;) {
      const reply = await this.#thrice('distributedRead', () => ({}), signal);
      if (reply === undefined) {
        // osqueryd would come at once; a fleet that is one process spreads over a minute.
        failures += 1;
        await rest(this.#random.next() * Math.min(60, 2 ** failures), signal);
      } else {
        failures = 0;
        await this.#answer(reply, signal);
        await this.#flush(signal);
        reads += 1;
        // A server that knows it already asks for nothing.
        const answered = this.#parts.hasAnswered || reads > 1;
        if (!this.#settled && answered && this.#unsent.length === 0) {
          this.#settled = true;
          counts.settled += 1;
          onSettled();
        }
      }
      await rest(Math.max(0.05, this.#config?.pauseSeconds ?? 60), signal);
    }
  }

  /** Runs the statements of a read one after another, in the order of their ids. */
  async #answer(reply: Json, signal: AbortSignal): Promise<void> {
    const { counts, statements } = this.#world;
    const queries = Object.entries(objectOr(reply['queries']));
    const discovery = objectOr(reply['discovery']);
    for (const [id, sql] of queries.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      // As osquery 5.23: an empty statement makes it drop those that follow.
      if (typeof sql !== 'string' || sql === '' || id === '') return;
      const isInventory = inventoryPrefix.test(id);
      if (!isInventory) counts.received += 1;
      const first = discovery[id];
      if (typeof first === 'string') {
        const found = statements.run(this.host, first, nowSeconds());
        if (found.status !== 0) return;
        if (found.rows.length === 0) continue;
      }
      if (this.#misbehaviour === 'silent' && !isInventory) {
        counts.withheld += 1;
        counts.misbehaviours += 1;
        continue;
      }
      const wallMs = this.#random.logNormal(medianMsOf(sql), 0.6);
      await rest(wallMs / 1000, signal);
      this.#unsent.push(this.#run(id, sql, Math.round(wallMs)));
      if (!isInventory) counts.unsent += 1;
    }
  }

  #run(id: string, sql: string, wallMs: number): Result {
    const isInventory = inventoryPrefix.test(id);
    const rows = isInventory ? this.#parts.rows(id, sql) : undefined;
    if (rows !== undefined) {
      return { id, rows: this.#tooMany(rows, sql), status: 0, message: '', wallMs };
    }
    if (this.#misbehaviour === 'denylisted' && !isInventory) {
      this.#world.counts.misbehaviours += 1;
      return { id, rows: [], status: 1, message: 'distributed query is denylisted', wallMs: 0 };
    }
    const result = this.#world.statements.run(this.host, sql, nowSeconds());
    if (result.status === 1) return { id, rows: [], status: 1, message: result.message, wallMs };
    return { id, rows: this.#tooMany(result.rows, sql), status: 0, message: '', wallMs };
  }

  #tooMany(rows: readonly Row[], sql: string): readonly Row[] {
    if (this.#misbehaviour !== 'huge-rows' || rows.length === 0 || !this.#random.chance(0.3)) {
      return rows;
    }
    this.#world.counts.misbehaviours += 1;
    const limit = Number(/\blimit (\d+)\s*$/.exec(sql)?.[1] ?? 2000);
    return Array.from({ length: Math.min(limit + 10, 30_000) }, (_, at) => rows[at % rows.length]!);
  }

  async #flush(signal: AbortSignal): Promise<void> {
    const results = this.#unsent;
    if (results.length === 0) return;
    const reply = await this.#thrice(
      'distributedWrite',
      () => ({
        queries: byId(results, ({ rows }) => rows),
        statuses: byId(results, ({ status }) => status),
        messages: byId(results, ({ message }) => message),
        stats: byId(results, ({ wallMs }) => ({
          wall_time_ms: wallMs,
          user_time: Math.floor(wallMs * 0.6),
          system_time: Math.floor(wallMs * 0.2),
          memory: 1_884_160,
        })),
      }),
      signal,
    );
    // Not taken: they stay, and go with what the next read brings.
    if (reply === undefined) return;
    this.#unsent = [];
    const { counts } = this.#world;
    for (const { id } of results) {
      if (inventoryPrefix.test(id)) counts.parts += 1;
      else {
        counts.answered += 1;
        counts.unsent -= 1;
      }
    }
  }

  // ---- Schedule and logs ------------------------------------------------------------------------

  async #keepHouse(signal: AbortSignal): Promise<void> {
    const { counts, changesPerDay } = this.#world;
    const meanSeconds = changesPerDay > 0 ? 86_400 / changesPerDay : Number.POSITIVE_INFINITY;
    let changeAt = nowSeconds() + this.#random.exponential(meanSeconds);
    let configAt = nowSeconds();
    let flushAt = Number.POSITIVE_INFINITY;
    let failedFlushes = 0;
    let due: number[] = [];
    this.#buffer(
      'status',
      statusLine(this.host, 0, 'init.cpp', 'osquery initialized [version=5.23.1]'),
    );
    for (;;) {
      const now = nowSeconds();
      if (now >= configAt) {
        const known = this.#config;
        await this.#loadConfig(signal);
        // After a failed refresh osqueryd comes back sooner (--config_accelerated_refresh).
        const ok = this.#config !== undefined;
        configAt = now + (ok ? configRefreshSeconds : 60) * (0.9 + 0.2 * this.#random.next());
        if (this.#config !== known)
          due = (this.#config?.schedule ?? []).map((_, at) => this.#next(at));
      }
      if (now >= changeAt) {
        changeAt = now + this.#random.exponential(meanSeconds);
        counts.changes += 1;
        this.#parts.forget(this.host.change());
      }
      for (const [at, statement] of (this.#config?.schedule ?? []).entries()) {
        if (now < (due[at] ?? 0)) continue;
        this.#buffer('result', this.#resultLine(statement));
        due[at] = this.#next(at);
      }
      if (this.#lines.length > 0) {
        const period = this.#config?.logPeriodSeconds ?? 4;
        if (flushAt === Number.POSITIVE_INFINITY) flushAt = now + period * this.#random.next();
        if (now >= flushAt) {
          const sent = await this.#sendLogs(signal);
          failedFlushes = sent ? 0 : failedFlushes + 1;
          const waitSeconds = Math.min(3600, period * Math.max(1, failedFlushes ** 2));
          flushAt = this.#lines.length > 0 ? now + waitSeconds : Number.POSITIVE_INFINITY;
        }
      }
      const wakeAt = Math.min(configAt, changeAt, flushAt, ...due);
      // Timers cannot wait for ever, and the clock may be set.
      await rest(Math.min(600, Math.max(0.05, wakeAt - nowSeconds())), signal);
    }
  }

  async #loadConfig(signal: AbortSignal): Promise<void> {
    let text = '';
    const document = await this.#thrice(
      'config',
      () => ({}),
      signal,
      (answer) => {
        text = answer;
      },
    );
    if (document !== undefined) this.#config = configOf(text, document);
  }

  #next(at: number): number {
    const statement = this.#config!.schedule[at]!;
    const chance = roll(this.host.salt ^ this.host.index, at);
    return nextRunSeconds(statement, this.#config!.splayPercent, chance, nowSeconds());
  }

  #resultLine({ name, sql }: ScheduledStatement): Json {
    const { statements, counts } = this.#world;
    const rows = this.#parts.scheduled(name, sql);
    if (rows !== undefined) {
      counts.digests += 1;
      return snapshotLine(this.host, name, rows);
    }
    const result = statements.run(this.host, sql, nowSeconds());
    return snapshotLine(this.host, name, result.status === 0 ? result.rows : []);
  }

  #buffer(type: 'result' | 'status', line: Json): void {
    this.#lines.push({ type, line });
    if (this.#lines.length > mostBufferedLines) this.#lines.shift();
  }

  /** Results and statuses are posts of their own; what is refused stays in the buffer. */
  async #sendLogs(signal: AbortSignal): Promise<boolean> {
    const batch = this.#lines.slice(0, mostLogLines);
    for (const type of ['result', 'status'] as const) {
      const data = batch.filter((buffered) => buffered.type === type).map(({ line }) => line);
      if (data.length === 0) continue;
      const gzip = this.#config?.compressLogs === true;
      try {
        await this.#post('log', { data, log_type: type }, signal, { gzip });
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return false;
      }
      const sent = new Set(batch);
      this.#lines = this.#lines.filter((one) => one.type !== type || !sent.has(one));
    }
    return true;
  }

  // ---- Requests ---------------------------------------------------------------------------------

  /** Three attempts, 1 s and 4 s apart; undefined: all failed. */
  async #thrice(
    kind: RequestKind,
    body: () => Json,
    signal: AbortSignal,
    onText?: (text: string) => void,
  ): Promise<Json | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#post(kind, body(), signal, onText ? { onText } : {});
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (attempt === 3) return undefined;
        await rest(attempt ** 2, signal);
      }
    }
  }

  /** @throws Failure when osqueryd would take it for one; anything else when `signal` aborted */
  async #post(
    kind: RequestKind,
    body: Json,
    signal: AbortSignal,
    { gzip = false, onText }: { gzip?: boolean; onText?: (text: string) => void } = {},
  ): Promise<Json> {
    if (this.#nodeKey === undefined) {
      this.#enrolment ??= this.#enrol(signal).finally(() => {
        this.#enrolment = undefined;
      });
      await this.#enrolment;
    }
    const key = this.#nodeKey!;
    const text = JSON.stringify({ ...body, node_key: key });
    const reply = await this.#exchange(
      kind,
      gzip ? gzipSync(text) : text,
      { authorization: `NodeKey ${key}`, ...(gzip && { 'content-encoding': 'gzip' }) },
      signal,
      onText,
    );
    if (reply['node_invalid'] === true) {
      if (this.#nodeKey === key) {
        this.#nodeKey = undefined;
        this.#world.counts.enrolled -= 1;
      }
      throw this.#failure('node_invalid');
    }
    return reply;
  }

  async #exchange(
    kind: RequestKind,
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    onText?: (text: string) => void,
    lane = this.#laneOf(kind),
  ): Promise<Json> {
    const { transport, counts } = this.#world;
    const isRead = kind === 'distributedRead';
    counts.requests[kind] += 1;
    if (isRead) counts.heldReads += 1;
    let answer: { status: number; text: string };
    try {
      const to = { lane, endpoint: this.host.index, path: agentPaths[kind] };
      answer = await transport.post(to, body, headers, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw this.#failure(reasonOf(error));
    } finally {
      if (isRead) counts.heldReads -= 1;
    }
    // osqueryd looks at the body only; an empty one is an empty object.
    let reply: unknown = {};
    try {
      if (answer.text !== '') reply = JSON.parse(answer.text);
    } catch {
      throw this.#failure(`HTTP ${answer.status}, not JSON`);
    }
    if (typeof reply !== 'object' || reply === null) throw this.#failure('not an object');
    const said = (reply as Json)['error'];
    if (said !== undefined) throw this.#failure(`HTTP ${answer.status}: ${codeOf(said)}`);
    onText?.(answer.text);
    return reply as Json;
  }

  #laneOf(kind: RequestKind): string {
    const { index } = this.host;
    if (this.#world.sockets === 1) return String(index);
    if (kind === 'config' || kind === 'log') return `${index} ${kind}`;
    return `${index} questions`;
  }

  #failure(reason: string): Failure {
    this.#world.counts.error(reason);
    return new Failure(reason);
  }

  /** Until it succeeds, waiting 1, 4, 9 … at most 600 seconds, as the flag file says. */
  async #enrol(signal: AbortSignal): Promise<void> {
    const { secret, counts } = this.#world;
    const { host } = this;
    const platformType = { linux: '9', darwin: '21', windows: '2' }[host.platform];
    const body = JSON.stringify({
      enroll_secret: secret,
      host_identifier: host.uuid,
      platform_type: platformType,
      host_details: {
        os_version: osVersion(host),
        osquery_info: osqueryInfo(host),
        system_info: systemInfo(host),
      },
    });
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await this.#exchange('enrol', body, {}, signal);
        const key = reply['node_key'] ?? reply['id'];
        if (typeof key === 'string' && key !== '') {
          this.#nodeKey = key;
          counts.enrolled += 1;
          return;
        }
        this.#failure('enrolment without a key');
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
      await rest(Math.min(attempt ** 2, 600), signal);
    }
  }

  // ---- Misbehaviour -----------------------------------------------------------------------------

  async #annoy(signal: AbortSignal): Promise<void> {
    const { counts } = this.#world;
    const lane = `${this.host.index} nuisance`;
    const send = async (kind: RequestKind, key: string, text: string) => {
      counts.misbehaviours += 1;
      const headers = { authorization: `NodeKey ${key}` };
      try {
        await this.#exchange(kind, text, headers, signal, undefined, lane);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
      }
    };
    for (;;) {
      await rest(20 + this.#random.next() * 60, signal);
      const key = this.#nodeKey;
      if (key === undefined) continue;
      if (this.#misbehaviour === 'bad-json') {
        await send('log', key, '{"log_type":"result","data":[{"name":"yojin:os","unixTi');
      } else if (this.#misbehaviour === 'wrong-key') {
        const strange = randomBytes(32).toString('base64url');
        await send('distributedRead', strange, JSON.stringify({ node_key: strange }));
      } else if (this.#misbehaviour === 'flood') {
        const data = [statusLine(this.host, 1, 'scheduler.cpp', 'Error executing scheduled query')];
        const text = JSON.stringify({ node_key: key, log_type: 'status', data });
        for (let i = 0; i < 300; i += 1) await send('log', key, text);
      } else return;
    }
  }
}

const nowSeconds = () => Date.now() / 1000;
const ignore = () => undefined;
const rest = (seconds: number, signal: AbortSignal) => sleep(seconds * 1000, undefined, { signal });

function byId<Value>(results: readonly Result[], value: (result: Result) => Value) {
  return Object.fromEntries(results.map((result) => [result.id, value(result)]));
}

function objectOr(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message ?? String(error);
}

/** `TOO_MANY_ROWS: users: …` → `TOO_MANY_ROWS`: reasons are counted, so they must be few. */
function codeOf(said: unknown): string {
  return String(said)
    .split(/[:;,(]/)[0]!
    .slice(0, 60)
    .trim();
}
