import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Order, OrderReport } from '../../modules/agent-protocol/api.ts';
import { filesIn, readIfThere, removeDurably, writeDurably } from './durable-file.ts';
import type { WorkingProcess } from './machine.ts';
import { parseKept } from './orders.ts';

/** What an action must still know when the agent was killed, or the machine restarted, meanwhile. */
export interface Remembered {
  readonly before?: Readonly<Record<string, string | null>>;
  readonly bootId?: string;
  readonly process?: WorkingProcess;
  /** How far it came; each action has its own words. */
  readonly step?: string;
  readonly numbers?: Readonly<Record<string, number>>;
}

/**
 * `received`: not begun. `running`: begun, and not known how it ended. `waiting`: begun, goes on by
 * itself (a restart that users may put off, a restart that an update needs). `ended`: the last
 * report is written. `refused`: never begun, and kept only to be reported.
 */
export type Phase = 'received' | 'running' | 'waiting' | 'ended' | 'refused';

export interface Entry {
  readonly id: string;
  readonly phase: Phase;
  readonly receivedAt: string;
  /** After this and a good while the entry is forgotten. */
  readonly expiresAt: string;
  /** Undefined once nobody needs it. */
  readonly order: Order | undefined;
  readonly nextSequence: number;
  readonly unsent: readonly OrderReport[];
  readonly remembered: Remembered;
  readonly cancelled: boolean;
}

export type ReportContent = Omit<OrderReport, 'orderId' | 'sequence' | 'at'>;

/** Signatures stay valid; what is forgotten could be sent again by whoever recorded it. */
const keptBeyondExpiryMs = 30 * 86_400_000;
/** Refusals of what no server of ours signed: enough to be seen, too few to fill a disk. */
const mostRefused = 200;

/**
 * What was ordered and what became of it, one file for each order, each change on the disk before
 * the next step. It is what makes an order run once: an order that is in here never begins again.
 */
export class Journal {
  readonly #folder: string;
  readonly #entries = new Map<string, Entry>();
  /** Entries whose newest state is not on the disk, because it was full, say. */
  readonly #unsaved = new Set<string>();
  readonly #now: () => Date;

  constructor(folder: string, now: () => Date = () => new Date()) {
    this.#folder = folder;
    this.#now = now;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of filesIn(folder, '.json')) {
      const id = name.slice(0, -'.json'.length);
      const entry = readEntry(id, readIfThere(join(folder, name)) ?? '');
      if (entry) this.#entries.set(id, entry);
      else this.#takeDamaged(id, name);
    }
  }

  /** In the order in which they came. */
  entries(): Entry[] {
    return [...this.#entries.values()].sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** True: it was here before, and must not begin (again). A mere refusal does not count. */
  knows(id: string): boolean {
    const entry = this.#entries.get(id);
    return entry !== undefined && entry.phase !== 'refused';
  }

  /** Keeps a new order. Throws when it cannot be written: then it was not received. */
  receive(order: Order): void {
    const earlier = this.#entries.get(order.id);
    const entry: Entry = {
      id: order.id,
      phase: 'received',
      receivedAt: this.#now().toISOString(),
      expiresAt: order.expiresAt,
      order,
      nextSequence: earlier?.nextSequence ?? 0,
      unsent: earlier?.unsent ?? [],
      remembered: {},
      cancelled: false,
    };
    const reported = withReport(entry, { state: 'received' }, this.#now());
    this.#write(reported);
    this.#entries.set(order.id, reported);
  }

  /** Keeps the refusal of something that is not an order for us, until it is told. */
  refuse(id: string, content: ReportContent): void {
    const count = [...this.#entries.values()].filter(({ phase }) => phase === 'refused').length;
    const now = this.#now();
    const entry = this.#entries.get(id);
    if (!entry && count >= mostRefused) return;
    this.#put(
      withReport(
        entry ?? {
          id,
          phase: 'refused',
          receivedAt: now.toISOString(),
          expiresAt: now.toISOString(),
          order: undefined,
          nextSequence: 0,
          unsent: [],
          remembered: {},
          cancelled: false,
        },
        content,
        now,
      ),
    );
  }

  /**
   * Goes on to a phase, with its report. `begin` must be on the disk before anything is done, so it
   * throws when it cannot be written; what has happened has happened, and is kept in memory then.
   */
  begin(id: string, remembered: Remembered): void {
    const entry = this.#require(id);
    const running = withReport(
      { ...entry, phase: 'running', remembered },
      { state: 'running' },
      this.#now(),
    );
    this.#write(running);
    this.#entries.set(id, running);
  }

  /** Adds to what is remembered. Throws when it cannot be written. */
  remember(id: string, more: Remembered): void {
    const entry = this.#require(id);
    const next = { ...entry, remembered: { ...entry.remembered, ...more } };
    this.#write(next);
    this.#entries.set(id, next);
  }

  wait(id: string, content: ReportContent): void {
    this.#put(withReport({ ...this.#require(id), phase: 'waiting' }, content, this.#now()));
  }

  end(id: string, content: ReportContent): void {
    this.#put(withReport({ ...this.#require(id), phase: 'ended' }, content, this.#now()));
  }

  cancel(id: string): void {
    this.#put({ ...this.#require(id), cancelled: true });
  }

  /** Reports to send, oldest order first. */
  unsent(most: number): OrderReport[] {
    return this.entries()
      .flatMap(({ unsent }) => unsent)
      .slice(0, most);
  }

  /** The server has it, or will never take it. */
  acknowledge(orderId: string, sequence: number): void {
    const entry = this.#entries.get(orderId);
    if (!entry) return;
    const unsent = entry.unsent.filter((report) => report.sequence !== sequence);
    if (unsent.length === entry.unsent.length) return;
    if (entry.phase === 'refused' && unsent.length === 0) {
      this.#forget(orderId);
      return;
    }
    // The order itself may hold a long script; once all is told, its id is enough.
    const order = entry.phase === 'ended' && unsent.length === 0 ? undefined : entry.order;
    this.#put({ ...entry, unsent, order });
  }

  /** Writes what could not be written before; forgets what nobody can send again. */
  tidy(now: Date): void {
    for (const id of [...this.#unsaved]) this.#put(this.#require(id));
    for (const { id, phase, expiresAt, unsent } of this.entries()) {
      const old = Date.parse(expiresAt) + keptBeyondExpiryMs < now.getTime();
      if (old && phase === 'ended' && unsent.length === 0) this.#forget(id);
    }
  }

  #require(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new Error(`order ${id} is not in the journal`);
    return entry;
  }

  /** Keeps it in memory in any case. */
  #put(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    try {
      this.#write(entry);
    } catch {
      this.#unsaved.add(entry.id);
    }
  }

  #write(entry: Entry): void {
    writeDurably(this.#fileOf(entry.id), JSON.stringify(entry));
    this.#unsaved.delete(entry.id);
  }

  #forget(id: string): void {
    this.#entries.delete(id);
    this.#unsaved.delete(id);
    removeDurably(this.#fileOf(id));
  }

  /** A file that cannot be read stands for an order that may have been begun: it is not, again. */
  #takeDamaged(id: string, name: string): void {
    const path = join(this.#folder, name);
    if (!uuid.test(id)) {
      rmSync(path, { force: true });
      return;
    }
    renameSync(path, `${path}.damaged`);
    const now = this.#now();
    const blank: Entry = {
      id,
      phase: 'ended',
      receivedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + 90 * 86_400_000).toISOString(),
      order: undefined,
      // What was told before is not known: above all that can have been.
      nextSequence: 1000,
      unsent: [],
      remembered: {},
      cancelled: false,
    };
    const output = 'the record of this order on the disk of the machine is damaged';
    this.#put(withReport(blank, { state: 'failed', reason: 'JOURNAL_DAMAGED', output }, now));
  }

  #fileOf(id: string): string {
    return join(this.#folder, `${id}.json`);
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function withReport(entry: Entry, content: ReportContent, now: Date): Entry {
  const report: OrderReport = {
    orderId: entry.id,
    sequence: entry.nextSequence,
    at: now.toISOString(),
    ...content,
  };
  return { ...entry, nextSequence: entry.nextSequence + 1, unsent: [...entry.unsent, report] };
}

/** Our own file, but a disk may have damaged it. */
function readEntry(id: string, text: string): Entry | undefined {
  try {
    const entry = JSON.parse(text) as Entry;
    const order = entry.order && parseKept(JSON.stringify(entry.order));
    const whole =
      entry.id === id &&
      ['received', 'running', 'waiting', 'ended', 'refused'].includes(entry.phase) &&
      !Number.isNaN(Date.parse(entry.expiresAt)) &&
      typeof entry.receivedAt === 'string' &&
      Number.isSafeInteger(entry.nextSequence) &&
      Array.isArray(entry.unsent) &&
      typeof entry.remembered === 'object' &&
      (order !== undefined || entry.phase === 'ended' || entry.phase === 'refused');
    return whole ? { ...entry, order } : undefined;
  } catch {
    return undefined;
  }
}
