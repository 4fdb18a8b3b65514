/** Wakes those who wait for news of a question. */
export class AnswerBell {
  readonly #waiting = new Map<number, Set<() => void>>();
  #closed = false;

  get waiting(): number {
    let count = 0;
    for (const waits of this.#waiting.values()) count += waits.size;
    return count;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Resolves at the next `ring` for the question, when time is up, at `close`, or at `signal`. */
  wait(id: number, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.#closed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waits = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waits);
      const done = () => {
        clearTimeout(timer);
        waits.delete(done);
        if (waits.size === 0 && this.#waiting.get(id) === waits) this.#waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(done, timeoutMs);
      waits.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  ring(id: number): void {
    for (const done of [...(this.#waiting.get(id) ?? [])]) done();
  }

  close(): void {
    this.#closed = true;
    for (const id of [...this.#waiting.keys()]) this.ring(id);
  }
}
