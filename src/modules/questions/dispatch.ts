import type { NodeOfWork, WorkSource } from '../agent-protocol/public.ts';
import type { Platform } from '../assets/public.ts';
import { type GivenAnswer, type JudgedAnswer, judgeAnswer } from './answer.ts';
import type { QuestionLimits } from './limits.ts';
import { type OrdinalSet, without } from './ordinal-set.ts';

export const questionPrefix = 'question:';

/** An open question as a server process needs it. The sets belong to whoever holds it. */
export interface OpenQuestion {
  readonly id: number;
  readonly sql: Readonly<Partial<Record<Platform, string>>>;
  readonly expiresAtMs: number;
  readonly maxRowsPerEndpoint: number;
  readonly targets: OrdinalSet;
  readonly notApplicable: OrdinalSet;
}

/** One endpoint's answer on its way into the database. */
export interface AnswerItem extends JudgedAnswer {
  readonly questionId: number;
  readonly ordinal: number;
  readonly endpointId: string;
  readonly deliveredAt: Date | null;
  readonly answeredAt: Date;
}

export interface Delivery {
  readonly questionId: number;
  readonly ordinal: number;
  readonly deliveredAt: Date;
}

export interface DispatchPorts {
  readonly clock: () => Date;
  readonly limits: QuestionLimits;
  /** Ends the waiting of held reads. */
  readonly ringWhere: (fits: (node: NodeOfWork) => boolean) => number;
  /** Resolves when the answer is committed; or dropped, because the question has ended. */
  readonly store: (item: AnswerItem) => Promise<void>;
  /** Those of these questions that are open, with what was answered; this process knew none. */
  readonly load: (ids: readonly number[]) => Promise<readonly LoadedQuestion[]>;
}

export interface LoadedQuestion extends OpenQuestion {
  /** Ordinals whose answers are stored. */
  readonly answered: readonly number[];
  /** Of the last of those answers; 0: there is none. */
  readonly lastSequence: number;
}

interface HandedOut {
  readonly firstMs: number;
  lastMs: number;
  times: number;
}

interface Held extends OpenQuestion {
  /** Endpoints that may be handed the question: no answer of theirs is stored. */
  readonly pending: OrdinalSet;
  readonly handedOut: Map<number, HandedOut>;
}

/**
 * An answer may be on its way for so long after a hand-out: osqueryd sends one whose write failed
 * again after its next read.
 */
const handedOutMs = 20_000;
const longestPauseMs = 15 * 60_000;
/** What is answered sooner needs no record of its delivery. */
const deliverySettlesMs = 1_000;
const mostEndedRemembered = 10_000;

/**
 * The open questions of one server process and who still has to answer them. What it holds can be
 * lost: the database is the truth, an endpoint that is asked twice is counted once.
 */
export class QuestionDispatch implements WorkSource {
  readonly prefix = questionPrefix;
  readonly counts = { handedOut: 0, again: 0, received: 0, duplicates: 0, late: 0, unasked: 0 };
  readonly #ports: DispatchPorts;
  readonly #open = new Map<number, Held>();
  /** Not open, by what the database said: late answers must not ask it each time. */
  readonly #ended = new Set<number>();
  /** First hand-outs that are not written down, in their order. */
  #unwritten: { readonly id: number; readonly ordinal: number; readonly handed: HandedOut }[] = [];

  constructor(ports: DispatchPorts) {
    this.#ports = ports;
  }

  get openIds(): readonly number[] {
    return [...this.#open.keys()];
  }

  has(id: number): boolean {
    return this.#open.has(id);
  }

  /** Ordinals whose answers this process does not know of; undefined: not an open question. */
  pendingOf(id: number): OrdinalSet | undefined {
    return this.#open.get(id)?.pending;
  }

  /** Takes a question up, or only what was answered meanwhile; then wakes those concerned. */
  learn({ answered, lastSequence: _, ...question }: LoadedQuestion): void {
    const known = this.#open.get(question.id);
    if (known) {
      question.targets.dispose();
      question.notApplicable.dispose();
      known.pending.removeMany(answered);
      return;
    }
    this.#ended.delete(question.id);
    const pending = without(question.targets, question.notApplicable);
    pending.removeMany(answered);
    this.#open.set(question.id, { ...question, pending, handedOut: new Map() });
    this.#ports.ringWhere((node) => pending.has(node.ordinal));
  }

  /** Answers are stored, here or by another server: nobody needs to ask these again. */
  settle(id: number, ordinals: readonly number[]): void {
    const held = this.#open.get(id);
    if (!held) return;
    held.pending.removeMany(ordinals);
    for (const ordinal of ordinals) held.handedOut.delete(ordinal);
  }

  forget(id: number): void {
    const held = this.#open.get(id);
    this.#open.delete(id);
    if (this.#ended.size >= mostEndedRemembered) this.#ended.clear();
    this.#ended.add(id);
    if (!held) return;
    for (const set of [held.targets, held.notApplicable, held.pending]) set.dispose();
  }

  readonly take = (node: NodeOfWork): Record<string, string> => {
    const now = this.#ports.clock();
    const nowMs = now.getTime();
    const fresh: Held[] = [];
    const again: Held[] = [];
    let underWay = 0;
    for (const question of this.#open.values()) {
      if (question.expiresAtMs <= nowMs || !question.pending.has(node.ordinal)) continue;
      if (question.sql[node.platform] === undefined) continue;
      const handed = question.handedOut.get(node.ordinal);
      if (!handed) fresh.push(question);
      else {
        const agoMs = nowMs - handed.lastMs;
        if (agoMs < handedOutMs) underWay += 1;
        else if (agoMs >= pauseMs(handed.times)) again.push(question);
      }
    }
    const room = Math.max(0, this.#ports.limits.statementsPerEndpoint - underWay);
    const statements: Record<string, string> = {};
    // What was never handed out goes first: a statement that is never answered holds nobody up.
    for (const question of [...fresh, ...again].slice(0, room)) {
      const { handedOut } = question;
      const handed = handedOut.get(node.ordinal);
      if (handed) {
        handed.lastMs = nowMs;
        handed.times += 1;
        this.counts.again += 1;
      } else {
        const first = { firstMs: nowMs, lastMs: nowMs, times: 1 };
        handedOut.set(node.ordinal, first);
        this.#unwritten.push({ id: question.id, ordinal: node.ordinal, handed: first });
        this.counts.handedOut += 1;
      }
      statements[`${questionPrefix}${question.id}`] = question.sql[node.platform]!;
    }
    return statements;
  };

  readonly receive = async (node: NodeOfWork, answers: readonly GivenAnswer[]): Promise<void> => {
    const { clock, limits } = this.#ports;
    const at = clock();
    const byId = new Map<number, GivenAnswer>();
    for (const answer of answers) {
      const id = idOf(answer.id);
      if (id === undefined) this.counts.unasked += 1;
      else byId.set(id, answer);
    }
    const unknown = [...byId.keys()].filter((id) => !this.#open.has(id) && !this.#ended.has(id));
    if (unknown.length > 0) {
      for (const question of await this.#ports.load(unknown)) this.learn(question);
      for (const id of unknown) if (!this.#open.has(id)) this.forget(id);
    }
    const stored = [...byId].map(async ([id, answer]) => {
      const question = this.#open.get(id);
      if (!question) this.counts.late += 1;
      else if (!question.targets.has(node.ordinal) || question.notApplicable.has(node.ordinal)) {
        this.counts.unasked += 1;
      } else if (!question.pending.has(node.ordinal)) this.counts.duplicates += 1;
      else {
        const firstMs = question.handedOut.get(node.ordinal)?.firstMs;
        await this.#ports.store({
          ...judgeAnswer(answer, question.maxRowsPerEndpoint, limits),
          questionId: id,
          ordinal: node.ordinal,
          endpointId: node.endpointId,
          deliveredAt: firstMs === undefined ? null : new Date(firstMs),
          answeredAt: at,
        });
        this.counts.received += 1;
        this.settle(id, [node.ordinal]);
      }
    });
    // All of them, so that nothing is still being stored when the first failure is answered.
    const failed = (await Promise.allSettled(stored)).find(({ status }) => status === 'rejected');
    if (failed) throw (failed as PromiseRejectedResult).reason;
  };

  /** Deliveries that were not answered within a second; each is answered by this once. */
  takeDeliveries(): readonly Delivery[] {
    const beforeMs = this.#ports.clock().getTime() - deliverySettlesMs;
    const first = this.#unwritten.findIndex(({ handed }) => handed.firstMs > beforeMs);
    const due = this.#unwritten.splice(0, first < 0 ? this.#unwritten.length : first);
    return due
      .filter(({ id, ordinal, handed }) => this.#open.get(id)?.handedOut.get(ordinal) === handed)
      .map(({ id, ordinal, handed }) => ({
        questionId: id,
        ordinal,
        deliveredAt: new Date(handed.firstMs),
      }));
  }

  /** Open questions whose time is over. */
  expired(nowMs: number): readonly number[] {
    return [...this.#open.values()]
      .filter(({ expiresAtMs }) => expiresAtMs <= nowMs)
      .map(({ id }) => id);
  }

  close(): void {
    for (const id of this.openIds) this.forget(id);
  }
}

/** 20 s, 40 s, 80 s … after one, two, three hand-outs; at most a quarter of an hour. */
function pauseMs(times: number): number {
  return Math.min(longestPauseMs, handedOutMs * 2 ** Math.min(times - 1, 10));
}

function idOf(text: string): number | undefined {
  const digits = text.slice(questionPrefix.length);
  return /^[1-9]\d{0,14}$/.test(digits) ? Number(digits) : undefined;
}
