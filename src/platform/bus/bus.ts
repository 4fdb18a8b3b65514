import type { Logger } from '../log.ts';

/**
 * Short notices between the servers of one installation: what changed, never the only copy of
 * anything. Delivered at most once; PostgreSQL is the truth, and whoever depends on a notice also
 * looks there from time to time.
 */
export interface Bus {
  /**
   * Never throws: a notice that cannot be sent is lost, and said in the log. `topic` is
   * `[a-z][a-z0-9.-]*`; `payload` is at most 7,000 bytes as JSON.
   */
  publish(topic: string, payload: unknown): void;
  /**
   * Hears what other servers and this one publish. The payload comes from outside the process:
   * the listener checks its shape. Answers how to stop.
   */
  subscribe(topic: string, listener: (payload: unknown) => void): () => void;
  /** Called after notices may have been missed: a connection was lost and is back. */
  onGap(listener: () => void): () => void;
  readonly kind: 'postgresql' | 'nats';
  readonly connected: boolean;
  close(): Promise<void>;
}

/** Most bytes of one notice as JSON: PostgreSQL takes less than 8,000 with the topic around it. */
export const mostBytes = 7_000;

/** Whom notices and gaps are told to; the same for every kind of bus. */
export class Listeners {
  readonly #log: Logger;
  readonly #byTopic = new Map<string, Set<(payload: unknown) => void>>();
  readonly #gap = new Set<() => void>();

  constructor(log: Logger) {
    this.#log = log;
  }

  add(topic: string, listener: (payload: unknown) => void): () => void {
    const listeners = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  addGap(listener: () => void): () => void {
    this.#gap.add(listener);
    return () => this.#gap.delete(listener);
  }

  /** What comes may be anybody's: a listener that fails on it stops neither the others nor us. */
  tell(topic: string, payload: unknown): void {
    for (const listener of this.#byTopic.get(topic) ?? []) {
      try {
        listener(payload);
      } catch (error) {
        this.#log.error({ err: error, topic }, 'a notice could not be read');
      }
    }
  }

  tellGap(): void {
    for (const listener of this.#gap) listener();
  }
}

/** What goes over the wire; undefined when it is too large or not to be written as JSON. */
export function encode(topic: string, payload: unknown): string | undefined {
  const text = JSON.stringify([topic, payload ?? null]);
  return Buffer.byteLength(text) <= mostBytes ? text : undefined;
}

/** Undefined: not ours. Anybody who reaches the channel may write anything to it. */
export function decode(text: string): readonly [topic: string, payload: unknown] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== 'string') return;
    return [value[0], value[1]];
  } catch {
    return undefined;
  }
}
