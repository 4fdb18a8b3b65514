import type { agentPaths } from '../../modules/agent-protocol/api.ts';

export type RequestKind = keyof typeof agentPaths;

/** What the simulated endpoints did so far, and where they stand. */
export interface Snapshot {
  readonly endpoints: number;
  readonly started: number;
  /** Have a node key. */
  readonly enrolled: number;
  /** Have sent their whole inventory once. */
  readonly settled: number;
  readonly offline: number;
  /** Reads that the server has not answered yet. */
  readonly heldReads: number;
  readonly openSockets: number;
  readonly connections: number;
  readonly requests: Readonly<Record<RequestKind, number>>;
  readonly sentBytes: number;
  /** Whole parts of inventories that the server took. */
  readonly parts: number;
  readonly digests: number;
  /** Changes of inventories. */
  readonly changes: number;
  readonly questions: {
    /** Handed out to an endpoint; the same one twice counts twice. */
    readonly received: number;
    /** Answers that the server took. */
    readonly answered: number;
    /** Kept back on purpose by endpoints that misbehave so. */
    readonly withheld: number;
    /** Answered, but the server has not taken it yet. */
    readonly unsent: number;
  };
  readonly errors: Readonly<Record<string, number>>;
  readonly misbehaviours: number;
  readonly rssBytes: number;
  readonly elapsedSeconds: number;
}

/** Counters that all simulated endpoints share. */
export class Counts {
  started = 0;
  enrolled = 0;
  settled = 0;
  offline = 0;
  heldReads = 0;
  openSockets = 0;
  connections = 0;
  sentBytes = 0;
  parts = 0;
  digests = 0;
  changes = 0;
  received = 0;
  answered = 0;
  withheld = 0;
  unsent = 0;
  misbehaviours = 0;
  readonly requests: Record<RequestKind, number> = {
    enrol: 0,
    config: 0,
    log: 0,
    distributedRead: 0,
    distributedWrite: 0,
  };
  readonly #errors = new Map<string, number>();
  readonly #startedMs = performance.now();

  error(reason: string): void {
    // Reasons come from outside: however odd a server is, the list stays short.
    const key = this.#errors.has(reason) || this.#errors.size < 40 ? reason : 'other';
    this.#errors.set(key, (this.#errors.get(key) ?? 0) + 1);
  }

  snapshot(endpoints: number): Snapshot {
    const { received, answered, withheld, unsent } = this;
    return {
      endpoints,
      started: this.started,
      enrolled: this.enrolled,
      settled: this.settled,
      offline: this.offline,
      heldReads: this.heldReads,
      openSockets: this.openSockets,
      connections: this.connections,
      requests: { ...this.requests },
      sentBytes: this.sentBytes,
      parts: this.parts,
      digests: this.digests,
      changes: this.changes,
      questions: { received, answered, withheld, unsent },
      errors: Object.fromEntries([...this.#errors].toSorted(([, a], [, b]) => b - a || 0)),
      misbehaviours: this.misbehaviours,
      rssBytes: process.memoryUsage.rss(),
      elapsedSeconds: Math.round((performance.now() - this.#startedMs) / 100) / 10,
    };
  }
}
