import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../db/queryable.ts';
import type { Logger } from '../log.ts';
import type { FacetSource } from './facet.ts';

/** Changes within this time are read together. */
const gatherMs = 20;
/** Positions that one refresh reads; more wait for the next. */
const batchAtMost = 2_000;
/** More than this of one source are not remembered one by one: everything is read anew. */
const namedAtMost = 200_000;
const positionAtMost = 2 ** 31 - 1;
const againMs = 1_000;
const settledWithinMs = 60_000;
const againAtMostMs = 30_000;
/** Connections of the pool that the index may use at once. */
const readsAtOnce = 2;

interface Line {
  readonly source: FacetSource;
  waiting: Set<number> | 'all';
  loaded: boolean;
  /** Something was missed and the load that makes up for it has not begun. */
  missed: boolean;
  /** The refresh under way, with those that follow it. */
  running: Promise<void> | undefined;
  failures: number;
  /** Smaller after a failure, so that a position that cannot be read holds up no other. */
  batchSize: number;
  /** How many notices were heard, and how many of them have been read. */
  told: number;
  read: number;
  /** Those who wait until so many have been read. */
  readonly waiters: Set<{ readonly told: number; readonly resolve: () => void }>;
}

/**
 * Keeps sources equal to the database: hears notices, gathers them per source and reads the positions
 * anew, one read at a time per source, in the order of the notices. A read that fails is repeated
 * until it succeeds; nothing that was heard is forgotten.
 */
export class FacetNews {
  readonly #db: Database;
  readonly #log: Logger;
  readonly #lines: ReadonlyMap<string, Line>;
  readonly #fences = new Map<string, () => void>();
  readonly #closing = new AbortController();
  readonly #slots = new Slots(readsAtOnce);
  #waitingForReady = new Set<() => void>();
  #startedMs: number | undefined;
  #refreshedAt: Date | null = null;
  #loadMs: number | null = null;

  constructor(db: Database, log: Logger, sources: readonly FacetSource[]) {
    this.#db = db;
    this.#log = log;
    this.#lines = new Map(
      sources.map((source) => [
        source.name,
        {
          source,
          waiting: new Set(),
          loaded: false,
          missed: true,
          running: undefined,
          failures: 0,
          batchSize: batchAtMost,
          told: 0,
          read: 0,
          waiters: new Set(),
        },
      ]),
    );
  }

  get ready(): boolean {
    return this.#startedMs !== undefined && [...this.#lines.values()].every((line) => line.loaded);
  }

  get loadedCount(): number {
    return [...this.#lines.values()].filter(({ loaded }) => loaded).length;
  }

  /** Positions that are told and not read yet; a source to be read as a whole counts as one. */
  get waitingCount(): number {
    let sum = 0;
    for (const { waiting } of this.#lines.values()) sum += waiting === 'all' ? 1 : waiting.size;
    return sum;
  }

  get failuresInARow(): number {
    return Math.max(0, ...[...this.#lines.values()].map(({ failures }) => failures));
  }

  /** When something was last read. */
  get refreshedAt(): Date | null {
    return this.#refreshedAt;
  }

  /** How long the last time took from nothing to ready. */
  get loadMs(): number | null {
    return this.#loadMs;
  }

  /** False: not within this time, or closed. */
  async whenReady(withinMs?: number): Promise<boolean> {
    if (this.ready) return true;
    if (this.#closing.signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const onReady = () => resolve(this.ready);
    this.#waitingForReady.add(onReady);
    const timer = withinMs === undefined ? undefined : setTimeout(onReady, withinMs);
    const isReady = await promise;
    clearTimeout(timer);
    this.#waitingForReady.delete(onReady);
    return isReady;
  }

  /** Call once one listens: what changes while it loads is heard, and read afterwards. */
  async loadAll(): Promise<void> {
    this.#startedMs = performance.now();
    for (const line of this.#lines.values()) this.#add(line, 'all');
    this.#checkReady();
    await this.whenReady();
  }

  /** Nobody listens: until one does again and everything is read anew, nothing is certain. */
  lost(): void {
    if (this.#startedMs === undefined) return;
    for (const line of this.#lines.values()) {
      line.loaded = false;
      line.missed = true;
    }
  }

  /** Notices may have been missed: everything is read again, and until then nothing is certain. */
  missedSome(): void {
    if (this.#startedMs === undefined) return;
    this.#startedMs = performance.now();
    for (const line of this.#lines.values()) {
      line.loaded = false;
      line.missed = true;
      this.#add(line, 'all');
    }
    // Those who wait for a fence that passed while nobody listened.
    for (const passed of this.#fences.values()) passed();
  }

  /** `<source> <position>,…`, `<source> *`, or `=<fence>`. Anybody may write to the channel. */
  hear(payload: string): void {
    if (payload.startsWith('=')) {
      this.#fences.get(payload)?.();
      return;
    }
    const space = payload.indexOf(' ');
    const line = this.#lines.get(payload.slice(0, space));
    const positions = payload.slice(space + 1);
    if (space < 1 || !line || !/^(\*|\d{1,10}(,\d{1,10})*)$/.test(positions)) {
      this.#log.warn({ payload: payload.slice(0, 200) }, 'a notice to the facets that is not ours');
      return;
    }
    // Beyond these PostgreSQL has no integer: the read would fail, and fail again.
    const named = positions.split(',').map(Number);
    const told = positions === '*' ? 'all' : named.filter((each) => each <= positionAtMost);
    this.#add(line, told);
    for (const other of this.#lines.values()) {
      if (other.source.alsoToldBy?.includes(line.source.name)) this.#add(other, told);
    }
  }

  /**
   * Resolves when all that was committed before the call has been read.
   *
   * @throws Error after a minute
   */
  async settled(): Promise<void> {
    const fence = `=${randomUUID()}`;
    const tooLong = AbortSignal.timeout(settledWithinMs);
    const { promise: late, reject } = Promise.withResolvers<never>();
    late.catch(() => undefined);
    const onLate = () => reject(new Error('the facet index does not keep up with the changes'));
    tooLong.addEventListener('abort', onLate, { once: true });
    const passed = new Promise<void>((resolve) => this.#fences.set(fence, resolve));
    try {
      await this.#db.query(`select pg_notify('yojin_facets', $1)`, [fence]);
      await Promise.race([passed, late]);
      await Promise.race([Promise.all([...this.#lines.values()].map(allRead)), late]);
    } finally {
      this.#fences.delete(fence);
      tooLong.removeEventListener('abort', onLate);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const passed of this.#fences.values()) passed();
    for (const onReady of this.#waitingForReady) onReady();
    const lines = [...this.#lines.values()];
    for (const { waiters } of lines) for (const { resolve } of waiters) resolve();
    await Promise.all(lines.map(({ running }) => running));
  }

  #add(line: Line, positions: readonly number[] | 'all'): void {
    if (this.#closing.signal.aborted) return;
    line.told += 1;
    if (positions === 'all' || line.waiting === 'all') line.waiting = 'all';
    else {
      for (const position of positions) line.waiting.add(position);
      if (line.waiting.size > namedAtMost) line.waiting = 'all';
    }
    line.running ??= this.#work(line).finally(() => {
      line.running = undefined;
    });
  }

  async #work(line: Line): Promise<void> {
    await this.#pause(line.loaded ? gatherMs : 0);
    while (!this.#closing.signal.aborted && (line.waiting === 'all' || line.waiting.size > 0)) {
      // Taken before the snapshot of the read: whatever is told from here on waits for the next.
      const taken = line.waiting;
      const batch = taken === 'all' ? 'all' : [...taken].slice(0, line.batchSize);
      line.waiting = new Set(taken === 'all' ? [] : [...taken].slice(line.batchSize));
      const told = line.waiting.size === 0 ? line.told : line.read;
      if (batch === 'all') line.missed = false;
      try {
        await this.#slots.use(() => this.#read(line.source, batch));
        line.failures = 0;
        line.batchSize = Math.min(batchAtMost, line.batchSize * 2);
        this.#refreshedAt = new Date();
        line.read = Math.max(line.read, told);
        for (const waiter of line.waiters) if (waiter.told <= line.read) waiter.resolve();
        if (batch === 'all' && !line.loaded && !line.missed) {
          line.loaded = true;
          this.#checkReady();
        }
      } catch (error) {
        line.failures += 1;
        if (batch === 'all' && !line.loaded) line.missed = true;
        this.#giveBack(line, batch);
        if (this.#closing.signal.aborted) return;
        this.#log.warn(
          { source: line.source.name, reason: (error as Error).message, failures: line.failures },
          'facets could not be read, trying again',
        );
        await this.#pause(Math.min(againMs * 2 ** (line.failures - 1), againAtMostMs));
      }
    }
  }

  #giveBack(line: Line, batch: readonly number[] | 'all'): void {
    if (batch === 'all' || line.waiting === 'all') line.waiting = 'all';
    else {
      // Last: the others come first while one of these may be the reason.
      for (const position of batch) line.waiting.add(position);
      line.batchSize = Math.max(1, Math.ceil(batch.length / 2));
    }
  }

  /** As of one moment: a source may need several statements. */
  #read(source: FacetSource, batch: readonly number[] | 'all'): Promise<void> {
    return this.#db.transaction(async (tx: Queryable) => {
      await tx.query('set transaction isolation level repeatable read, read only');
      if (batch === 'all') await source.load(tx);
      else await source.refresh(tx, batch);
    });
  }

  #checkReady(): void {
    if (!this.ready) return;
    this.#loadMs = performance.now() - this.#startedMs!;
    for (const onReady of this.#waitingForReady) onReady();
  }

  async #pause(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    const onClose = () => resolve();
    this.#closing.signal.addEventListener('abort', onClose, { once: true });
    await promise;
    clearTimeout(timer);
    this.#closing.signal.removeEventListener('abort', onClose);
  }
}

async function allRead({ told, read, waiters }: Line): Promise<void> {
  if (read >= told) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const waiter = { told, resolve };
  waiters.add(waiter);
  await promise;
  waiters.delete(waiter);
}

/** Lets some run at once and the others wait for their turn. */
class Slots {
  #free: number;
  readonly #queue: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#queue.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
