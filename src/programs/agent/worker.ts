import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Action } from '../../modules/agent-protocol/api.ts';
import {
  type ActionContext,
  contentOf,
  type Executor,
  failed,
  type Outcome,
} from './executors/executor.ts';
import type { Executors } from './executors/executors.ts';
import type { Entry, Journal } from './journal.ts';
import { type Machine, waitForEarlier } from './machine.ts';
import { type Holder, isExpired, judgeOrder, type Refusal } from './orders.ts';

/** What the worker tells whoever runs it. */
export type WorkEvent =
  | {
      readonly kind: 'order-refused';
      readonly id: string | undefined;
      readonly reason: Refusal | 'JOURNAL_FULL';
      readonly detail: string;
    }
  | { readonly kind: 'order-begun'; readonly id: string; readonly action: Action['type'] }
  | {
      readonly kind: 'order-ended';
      readonly id: string;
      readonly action: Action['type'];
      readonly state: Outcome['state'];
      readonly reason: string | undefined;
    }
  | { readonly kind: 'order-recovering'; readonly id: string; readonly action: Action['type'] };

export interface WorkerOptions {
  readonly journal: Journal;
  readonly machine: Machine;
  readonly executors: Executors;
  /** Private folder for outputs and what is to be sent. */
  readonly folder: string;
  /** The server's time; undefined: not known now, so nothing may begin. */
  readonly serverTime: () => Date | undefined;
  /** Undefined: not enrolled, so nothing is believed. */
  readonly holder: () => Holder | undefined;
  /** Called with each order that is taken, to keep in mind whose endpoint this is. */
  readonly onEndpoint: (endpoint: { id: string; issuedAt: string }) => void;
  readonly upload: (
    orderId: string,
    file: string,
    name: string,
    signal: AbortSignal,
  ) => Promise<string>;
  /** There is something to report. */
  readonly onReport: () => void;
  readonly onEvent: (event: WorkEvent) => void;
}

/** How long a process of an earlier agent may go on before it is ended. */
const earlierMs = 2 * 3_600_000;
const tickMs = 15_000;

/**
 * Takes orders, keeps them in the journal, and does them one after another. Each step is on the disk
 * before the next begins, so that `kill -9` at any moment leaves a truth that can be told.
 */
export class Worker {
  readonly #options: WorkerOptions;
  #running: { id: string; abort: AbortController } | undefined;
  #stopping = false;
  /** Nothing is written down any more: the next start says what became of it. */
  #left = false;
  #wake: (() => void) | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: WorkerOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  /** Looks first what became of those that an earlier agent had begun. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Looks again at once: an order came, or the server's time is known. */
  kick(): void {
    this.#wake?.();
  }

  /** Takes orders as they came over the wire; each is judged by itself. */
  take(candidates: readonly unknown[]): void {
    const { holder, journal, onEvent, onEndpoint, onReport } = this.#options;
    for (const candidate of candidates) {
      const held = holder();
      if (!held) return;
      const verdict = judgeOrder(candidate, held);
      if (!verdict.ok) {
        const { orderId: id, reason, detail } = verdict;
        onEvent({ kind: 'order-refused', id, reason, detail });
        // What is not ours must not stand in the way of what is: a known order keeps its entry.
        if (id !== undefined && !journal.knows(id)) {
          journal.refuse(id, { state: 'refused', reason, output: detail });
        }
        continue;
      }
      const { order } = verdict;
      const known = journal.get(order.id);
      if (known && journal.knows(order.id)) {
        // The server hands out again what it has not heard of yet, and reports are still on their
        // way. What was told and acknowledged to its end, somebody plays back.
        if (known.phase === 'ended' && known.unsent.length === 0) {
          onEvent({
            kind: 'order-refused',
            id: order.id,
            reason: 'REPLAYED',
            detail: known.receivedAt,
          });
          journal.refuse(order.id, { state: 'refused', reason: 'REPLAYED' });
        }
        continue;
      }
      try {
        journal.receive(order);
        onEndpoint({ id: order.endpointId, issuedAt: order.issuedAt });
      } catch (error) {
        // Not kept is not received: it is handed out again.
        const detail = (error as Error).message;
        onEvent({ kind: 'order-refused', id: order.id, reason: 'JOURNAL_FULL', detail });
      }
    }
    onReport();
    this.kick();
  }

  /** Stops orders where that is safe; those not begun are not begun. */
  cancel(ids: readonly string[]): void {
    const { journal } = this.#options;
    for (const id of ids) {
      const entry = journal.get(id);
      if (!entry || entry.phase === 'ended' || entry.phase === 'refused' || entry.cancelled)
        continue;
      journal.cancel(id);
      if (this.#running?.id === id) this.#running.abort.abort();
    }
    this.kick();
  }

  /** Ids of orders that are received and not ended. */
  open(): string[] {
    return this.#options.journal
      .entries()
      .filter(({ phase }) => phase !== 'ended' && phase !== 'refused')
      .map(({ id }) => id);
  }

  /**
   * Begins nothing more. What ends within `graceMs` is written down; what does not goes on by itself
   * where it is a process at work, and is found again by the next start.
   */
  async stop(graceMs = 3_000): Promise<void> {
    this.#stopping = true;
    this.kick();
    const grace = new AbortController();
    await Promise.race([
      this.#loop,
      setTimeout(graceMs, undefined, { signal: grace.signal }).catch(() => undefined),
    ]);
    grace.abort();
    this.#left = true;
    this.#options.machine.leave();
  }

  async #run(): Promise<void> {
    for (const entry of this.#options.journal.entries()) {
      if (this.#stopping) return;
      if (entry.phase === 'running') await this.#recover(entry);
    }
    while (!this.#stopping) {
      this.#options.journal.tidy(this.#options.serverTime() ?? new Date());
      await this.#tickWaiting();
      const next = this.#next();
      if (next && !this.#stopping) await this.#begin(next);
      else if (!this.#stopping) await this.#pause();
    }
  }

  /** The oldest that may begin; those that may not any more are refused on the way. */
  #next(): Entry | undefined {
    const { journal, serverTime, holder, onEvent } = this.#options;
    for (const entry of journal.entries()) {
      const { order } = entry;
      if (entry.phase !== 'received' || !order) continue;
      const now = serverTime();
      const held = holder();
      if (!now || !held) return undefined;
      const refuse = (reason: Refusal, detail: string) => {
        onEvent({ kind: 'order-refused', id: entry.id, reason, detail });
        journal.end(entry.id, { state: 'refused', reason, output: detail });
        this.#options.onReport();
      };
      if (entry.cancelled) {
        journal.end(entry.id, contentOf(failed('CANCELLED', 'called off before it was begun')));
        this.#options.onReport();
      } else if (order.agentId !== held.agentId) {
        refuse('OTHER_AGENT', `for the agent ${order.agentId}`);
      } else if (isExpired(order, now)) {
        refuse('EXPIRED', `expired at ${order.expiresAt}, it was ${now.toISOString()}`);
      } else return entry;
    }
    return undefined;
  }

  async #begin({ id, order }: Entry): Promise<void> {
    const { journal, executors, onEvent } = this.#options;
    if (!order) return;
    const { action } = order;
    const abort = new AbortController();
    this.#running = { id, abort };
    try {
      journal.begin(id, { bootId: await this.#options.machine.bootId() });
    } catch (error) {
      // What cannot be written down is not done.
      journal.end(id, contentOf(failed('DISK_FULL', (error as Error).message)));
      this.#running = undefined;
      this.#options.onReport();
      return;
    }
    onEvent({ kind: 'order-begun', id, action: action.type });
    this.#options.onReport();
    const context = this.#contextOf(id, abort.signal);
    const outcome = await this.#guarded(() =>
      (executors[action.type] as Executor).perform(action, context),
    );
    this.#finish(id, action, outcome);
    this.#running = undefined;
  }

  async #recover({ id, order, remembered }: Entry): Promise<void> {
    const { executors, onEvent } = this.#options;
    if (!order) return;
    const { action } = order;
    onEvent({ kind: 'order-recovering', id, action: action.type });
    this.#running = { id, abort: new AbortController() };
    // The tool may be at work still: it does not need us.
    if (remembered.process) await waitForEarlier(remembered.process, earlierMs);
    const context = this.#contextOf(id, this.#running.abort.signal);
    const outcome = await this.#guarded(() =>
      (executors[action.type] as Executor).recover(action, context),
    );
    this.#finish(id, action, outcome);
    this.#running = undefined;
  }

  async #tickWaiting(): Promise<void> {
    const { journal, executors } = this.#options;
    for (const { id, order, phase, cancelled } of journal.entries()) {
      if (phase !== 'waiting' || !order) continue;
      const { action } = order;
      const abort = new AbortController();
      if (cancelled) abort.abort();
      const context = this.#contextOf(id, abort.signal);
      const executor = executors[action.type] as Executor;
      const outcome = await this.#guarded(async () => executor.tick?.(action, context));
      if (outcome) this.#finish(id, action, outcome);
    }
  }

  #finish(id: string, action: Action, outcome: Outcome): void {
    const { journal, onEvent, onReport, folder } = this.#options;
    const { state, reason } = outcome;
    if (this.#left) return;
    if (state === 'reboot-pending') journal.wait(id, contentOf(outcome));
    else journal.end(id, contentOf(outcome));
    rmSync(join(folder, `${id}.out`), { force: true });
    onEvent({ kind: 'order-ended', id, action: action.type, state, reason });
    onReport();
  }

  /** A fault of ours ends one order, and not the agent. */
  async #guarded<T extends Outcome | undefined>(attempt: () => Promise<T>): Promise<T | Outcome> {
    try {
      return await attempt();
    } catch (error) {
      const { code, message, stack } = error as NodeJS.ErrnoException;
      return failed(code === 'ENOSPC' ? 'DISK_FULL' : 'AGENT_FAULT', stack ?? message);
    }
  }

  #contextOf(id: string, signal: AbortSignal): ActionContext {
    const { journal, machine, folder, serverTime, upload } = this.#options;
    const entry = journal.get(id)!;
    const remember: ActionContext['remember'] = (more) => journal.remember(id, more);
    return {
      orderId: id,
      machine,
      dryRun: entry.order?.dryRun ?? true,
      signal,
      folder,
      get remembered() {
        return journal.get(id)?.remembered ?? {};
      },
      remember,
      now: () => serverTime() ?? new Date(),
      work: (command, args, options) =>
        machine.work(command, args, {
          ...options,
          outputFile: join(folder, `${id}.out`),
          onStart: (process) => remember({ process }),
        }),
      upload: (file, name) => upload(id, file, name, signal),
    };
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = globalThis.setTimeout(done, tickMs);
      this.#wake = done;
    });
  }
}
