import type { Platform } from '../assets/public.ts';
import type { OtherAnswer } from './distributed.ts';

export interface NodeOfWork {
  readonly endpointId: string;
  /** Position of the endpoint in bitmaps. */
  readonly ordinal: number;
  readonly platform: Platform;
}

/**
 * Somebody with questions of its own for endpoints (live questions, actions). It is asked at each
 * read and hands out each id once.
 */
export interface WorkSource {
  /** Its ids start with this, e.g. `question:`. */
  readonly prefix: string;
  /** Statements by id; none of them empty, which would make osqueryd drop those that follow. */
  readonly take: (node: NodeOfWork) => Readonly<Record<string, string>>;
  /** Resolves when the answers are stored; throws: the endpoint sends them again. */
  readonly receive: (node: NodeOfWork, answers: readonly OtherAnswer[]) => Promise<void>;
}

/**
 * The work for a node: from all sources, and the bell that says there is some. A read that is held
 * open waits on `bell`; whoever has news for an endpoint rings.
 */
export class Work {
  readonly #sources: readonly WorkSource[];
  readonly #waiting = new Map<string, Map<() => void, NodeOfWork>>();

  constructor(sources: readonly WorkSource[]) {
    this.#sources = sources;
  }

  take(node: NodeOfWork): Record<string, string> {
    const statements: Record<string, string> = {};
    for (const { prefix, take } of this.#sources) {
      for (const [id, sql] of Object.entries(take(node))) {
        if (id.startsWith(prefix) && sql.trim() !== '') statements[id] = sql;
      }
    }
    return statements;
  }

  /** Gives each source its answers; the ids that belong to nobody come back. */
  async receive(node: NodeOfWork, answers: readonly OtherAnswer[]): Promise<readonly string[]> {
    const rest = new Set(answers);
    for (const { prefix, receive } of this.#sources) {
      const own = answers.filter(({ id }) => id.startsWith(prefix));
      if (own.length > 0) await receive(node, own);
      for (const answer of own) rest.delete(answer);
    }
    return [...rest].map(({ id }) => id);
  }

  /** Resolves at the next `ring` for the node's endpoint, when time is up, or when `signal` aborts. */
  bell(node: NodeOfWork, timeoutMs: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const { endpointId } = node;
      const waiting = this.#waiting.get(endpointId) ?? new Map<() => void, NodeOfWork>();
      this.#waiting.set(endpointId, waiting);
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        waiting.delete(done);
        if (waiting.size === 0 && this.#waiting.get(endpointId) === waiting) {
          this.#waiting.delete(endpointId);
        }
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      waiting.set(done, node);
      if (signal?.aborted) done();
      else signal?.addEventListener('abort', done);
    });
  }

  ring(endpointId: string): void {
    for (const done of [...(this.#waiting.get(endpointId)?.keys() ?? [])]) done();
  }

  /** Rings for all waiting nodes that fit; how many waits it ended. */
  ringWhere(fits: (node: NodeOfWork) => boolean): number {
    const rung = [...this.#waiting.values()].flatMap((waiting) =>
      [...waiting].filter(([, node]) => fits(node)).map(([done]) => done),
    );
    for (const done of rung) done();
    return rung.length;
  }

  get waitingEndpoints(): number {
    return this.#waiting.size;
  }
}
