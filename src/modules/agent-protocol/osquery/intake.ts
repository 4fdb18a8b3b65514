import type { Batcher } from '../../../platform/db/batcher.ts';
import type { EndpointQuery, Platform } from '../../assets/public.ts';
import { fullStatement, QUERY_PREFIX } from '../config.ts';
import { digestOf } from '../digest.ts';
import { type Answered, parseWrite } from '../distributed.ts';
import type { JsonObject } from '../json-body.ts';
import type { Limits } from '../limits.ts';
import { parseLog, type ScheduledAnswer } from '../log-lines.ts';
import type { Node, NodeDirectory, WantedPart } from '../nodes/directory.ts';
import type { JudgedContact } from '../nodes/store.ts';
import type { AnswerItem, HeldPart, ReportItem } from '../parts/store.ts';
import type { Refusal, RefusalCounts } from '../refusals.ts';
import { cleanText } from '../rows.ts';
import type { Work } from '../work.ts';

/** What the intake needs of the world. */
export interface IntakePorts {
  readonly queries: readonly EndpointQuery[];
  readonly directory: NodeDirectory;
  readonly refusals: RefusalCounts;
  readonly work: Work;
  readonly limits: Pick<Limits, 'waiting'>;
  /** Group commits; each item carries its own outcome. */
  readonly reports: Batcher<ReportItem>;
  readonly answers: Batcher<AnswerItem>;
  readonly loadParts: (endpointId: string) => Promise<readonly HeldPart[] | undefined>;
  /** Judges a contact of a contested endpoint, and tells the other servers what changed. */
  readonly judge: (node: Node, at: Date) => Promise<JudgedContact>;
  readonly markRefused: (item: AnswerItem, retryAt: Date) => Promise<void>;
}

const platforms = ['linux', 'darwin', 'windows'] as const satisfies readonly Platform[];

/** How a request of a node ends. Everything but `done` must reach the agent as a failure. */
export type Outcome<Result = undefined> =
  | { readonly kind: 'done'; readonly result: Result }
  /** The key is no longer known. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Not now; the agent keeps what it has and comes again. */
  | { readonly kind: 'later'; readonly because: string };

/** After an answer that could not be used. */
const RETRY_MIN_SECONDS = 3600;
const RETRY_MAX_SECONDS = 86_400;
/** osqueryd refuses a denylisted statement for a day. */
const DENYLIST_SECONDS = 86_400 + 600;
/** A statement that was handed out is not handed out again before its answer can have come. */
const HANDED_OUT_MS = 60_000;

export interface IntakeCounts {
  reports: number;
  confirmed: number;
  stored: number;
  outdated: number;
  refused: number;
  statusLines: number;
}

/** What follows from the requests of one known node. Knows protocols and parts, no HTTP. */
export class Intake {
  readonly counts: IntakeCounts = {
    reports: 0,
    confirmed: 0,
    stored: 0,
    outdated: 0,
    refused: 0,
    statusLines: 0,
  };
  readonly #ports: IntakePorts;
  /** The queries that make sense on a platform, by name: the only ones it may answer. */
  readonly #queries: ReadonlyMap<Platform, ReadonlyMap<string, EndpointQuery>>;
  /** The statement of each query, by platform and name: always the same text. */
  readonly #statements = new Map<string, string>();

  constructor(ports: IntakePorts) {
    this.#ports = ports;
    const ofPlatform = (platform: Platform) =>
      ports.queries.filter(({ sql }) => sql[platform] !== undefined);
    this.#queries = new Map(
      platforms.map((platform) => [
        platform,
        new Map(ofPlatform(platform).map((query) => [query.name, query])),
      ]),
    );
    for (const platform of platforms) {
      for (const query of ofPlatform(platform)) {
        this.#statements.set(`${platform} ${query.name}`, fullStatement(query, platform)!);
      }
    }
  }

  /** `result`: the statements to run, by id; empty when there is nothing to do. */
  async read(node: Node, at: Date): Promise<Outcome<Record<string, string>>> {
    const standing = await this.#standing(node, at);
    if (standing === 'gone') return { kind: 'gone' };
    // Whose data it would be is not decided yet.
    if (standing === 'hold') return { kind: 'done', result: {} };
    const statements: Record<string, string> = {};
    for (const [name, part] of await this.#wanted(node)) {
      const statement = this.#statements.get(`${node.platform} ${name}`);
      if (statement === undefined || part.notBeforeMs > at.getTime()) continue;
      part.notBeforeMs = at.getTime() + HANDED_OUT_MS;
      statements[QUERY_PREFIX + name] = statement;
    }
    return { kind: 'done', result: { ...statements, ...this.#ports.work.take(node) } };
  }

  async log(node: Node, body: JsonObject, at: Date): Promise<Outcome> {
    const parsed = parseLog(body, this.#queriesOf(node), at);
    if (!parsed.ok) return { kind: 'refused', refusal: parsed.refusal };
    const later = await this.#mayStore(node, at);
    if (later) return later;
    const { batch } = parsed;
    this.counts.statusLines += batch.statusLines;
    this.#count(node, batch.refusals, at);
    const jobs: Promise<void>[] = [];
    const { reports } = batch;
    if (reports.length > 0)
      jobs.push(this.#storeReports(node, { endpointId: node.endpointId, reports }));
    for (const answer of batch.answers)
      jobs.push(this.#storeAnswer(node, scheduled(node, answer, at), at));
    await allSettled(jobs);
    return { kind: 'done', result: undefined };
  }

  async write(node: Node, body: JsonObject, at: Date): Promise<Outcome> {
    const parsed = parseWrite(body, this.#queriesOf(node));
    if (!parsed.ok) return { kind: 'refused', refusal: parsed.refusal };
    const later = await this.#mayStore(node, at);
    if (later) return later;
    this.#count(node, parsed.refusals, at);
    await allSettled(
      parsed.answers.map((answered) =>
        this.#storeAnswer(node, distributed(node, answered, at), at),
      ),
    );
    const unknown = await this.#ports.work.receive(node, parsed.others);
    // Accepted all the same: it may be the answer to a question that is closed.
    this.#count(
      node,
      unknown.map((id) => ({ reason: 'UNKNOWN_QUERY', detail: `queries/${id}` })),
      at,
    );
    return { kind: 'done', result: undefined };
  }

  /** Everything is to be fetched again from the endpoint: reads its parts anew at the next contact. */
  forgetWanted(endpointId: string): void {
    for (const node of this.#ports.directory.ofEndpoint(endpointId)) delete node.wanted;
  }

  #queriesOf({ platform }: Node): ReadonlyMap<string, EndpointQuery> {
    return this.#queries.get(platform) ?? new Map();
  }

  async #standing(node: Node, at: Date): Promise<'usable' | 'hold' | 'gone'> {
    if (node.standing === 'current' && !node.contested) return 'usable';
    const { verdict, split, changed } = await this.#ports.judge(node, at);
    if (changed.length > 0) this.#ports.directory.invalidate(changed);
    for (const endpointId of split ?? []) {
      this.#ports.refusals.add(
        {
          reason: 'SHARED_IDENTITY',
          detail: `Two live hosts with one identity: ${split!.join(' and ')}`,
        },
        at,
        { endpointId },
      );
    }
    return verdict;
  }

  async #mayStore(node: Node, at: Date): Promise<Outcome | undefined> {
    const { reports, answers, limits } = this.#ports;
    if (reports.depth + answers.depth > limits.waiting) {
      return { kind: 'later', because: 'the server is busy' };
    }
    const standing = await this.#standing(node, at);
    if (standing === 'gone') return { kind: 'gone' };
    if (standing === 'hold')
      return { kind: 'later', because: 'the identity of the host is being confirmed' };
    return undefined;
  }

  #count(node: Node, refusals: readonly Refusal[], at: Date): void {
    for (const refusal of refusals) {
      this.#ports.refusals.add(refusal, at, { endpointId: node.endpointId });
    }
  }

  async #wanted(node: Node): Promise<Map<string, WantedPart>> {
    if (node.wanted) return node.wanted;
    const held = (await this.#ports.loadParts(node.endpointId)) ?? [];
    const byQuery = new Map(held.map((part) => [part.query, part]));
    const wanted = new Map<string, WantedPart>();
    for (const name of this.#queriesOf(node).keys()) {
      const part = byQuery.get(name);
      if (part?.satisfied) continue;
      wanted.set(name, { notBeforeMs: part?.retryAt?.getTime() ?? 0 });
    }
    node.wanted ??= wanted;
    return node.wanted;
  }

  async #storeReports(node: Node, item: ReportItem): Promise<void> {
    await this.#ports.reports.add(item);
    const { outcome } = item;
    if (outcome === undefined) throw new Error('the reports were not stored');
    if ('failure' in outcome) throw outcome.failure;
    this.counts.reports += item.reports.length;
    this.counts.confirmed += item.reports.length - outcome.wanted.length;
    for (const { wanted } of this.#ports.directory.ofEndpoint(node.endpointId)) {
      for (const name of outcome.wanted) {
        if (wanted && !wanted.has(name)) wanted.set(name, { notBeforeMs: 0 });
      }
    }
    // The endpoint's next read is perhaps being held open: it can fetch them at once.
    if (outcome.wanted.length > 0) this.#ports.work.ring(node.endpointId);
  }

  async #storeAnswer(node: Node, item: AnswerItem, at: Date): Promise<void> {
    await this.#ports.answers.add(item);
    const { outcome } = item;
    if (outcome === undefined) throw new Error('the answer was not stored');
    let retryAt = item.retryAt;
    if (typeof outcome === 'object') {
      if ('failure' in outcome) throw outcome.failure;
      this.counts.refused += 1;
      const because = outcome.refused instanceof Error ? outcome.refused.message : 'unknown';
      this.#count(node, [{ reason: 'NOT_STORED', detail: `${item.query.name}: ${because}` }], at);
      retryAt = after(at, retrySeconds(item.query));
      await this.#ports.markRefused(item, retryAt);
    } else this.counts[outcome] += 1;
    for (const { wanted } of this.#ports.directory.ofEndpoint(node.endpointId)) {
      if (retryAt === null) wanted?.delete(item.query.name);
      else wanted?.set(item.query.name, { notBeforeMs: retryAt.getTime() });
    }
  }
}

function scheduled(node: Node, { query, rows, observedAt }: ScheduledAnswer, at: Date): AnswerItem {
  return rows.ok
    ? usable(node, query, rows.rows, observedAt)
    : unusable(
        node,
        query,
        `${rows.refusal.reason}: ${rows.refusal.detail}`,
        retrySeconds(query),
        at,
      );
}

function distributed(node: Node, { query, outcome }: Answered, at: Date): AnswerItem {
  if (outcome.kind === 'denylisted')
    return unusable(node, query, outcome.message, DENYLIST_SECONDS, at);
  if (outcome.kind === 'failed')
    return unusable(node, query, outcome.message, retrySeconds(query), at);
  if (outcome.rows.ok) return usable(node, query, outcome.rows.rows, at);
  const { reason, detail } = outcome.rows.refusal;
  return unusable(node, query, `${reason}: ${detail}`, retrySeconds(query), at);
}

function usable(
  { endpointId, platform }: Node,
  query: EndpointQuery,
  rows: Parameters<typeof digestOf>[1],
  observedAt: Date,
): AnswerItem {
  return {
    query,
    answer: {
      endpointId,
      platform,
      query: query.name,
      observedAt,
      outcome: { kind: 'rows', rows },
    },
    digest: digestOf(query.columns, rows),
    retryAt: null,
  };
}

function unusable(
  { endpointId, platform }: Node,
  query: EndpointQuery,
  message: string,
  seconds: number,
  at: Date,
): AnswerItem {
  const outcome = { kind: 'failed' as const, message: cleanText(message).slice(0, 500) };
  return {
    query,
    answer: { endpointId, platform, query: query.name, observedAt: at, outcome },
    digest: null,
    retryAt: after(at, seconds),
  };
}

function retrySeconds({ intervalSeconds }: EndpointQuery): number {
  return Math.min(Math.max(intervalSeconds, RETRY_MIN_SECONDS), RETRY_MAX_SECONDS);
}

function after(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000);
}

/** Waits for all, so that nothing is still being stored when the first failure is answered. */
async function allSettled(jobs: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(jobs)).find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
