/** Who waits for what: polls that are held open, by agent; the newest of an agent only. */
export class PollBell {
  readonly #waiting = new Map<string, { done: (rung: boolean) => void }>();

  /**
   * Resolves true at the next `ring` for the agent or when time is up; false when the poll is not to
   * be answered with anything: a newer one came, or `signal` aborted.
   */
  wait(agentId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
    this.#waiting.get(agentId)?.done(false);
    return new Promise((resolve) => {
      const own = {
        done: (rung: boolean) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', onAbort);
          if (this.#waiting.get(agentId) === own) this.#waiting.delete(agentId);
          resolve(rung);
        },
      };
      const onAbort = () => own.done(false);
      const timer = setTimeout(() => own.done(true), timeoutMs);
      this.#waiting.set(agentId, own);
      if (signal.aborted) onAbort();
      else signal.addEventListener('abort', onAbort);
    });
  }

  ring(agentId: string): void {
    this.#waiting.get(agentId)?.done(true);
  }

  /** Notices may have been missed: everybody looks again. */
  ringAll(): void {
    for (const { done } of [...this.#waiting.values()]) done(true);
  }

  get waiting(): number {
    return this.#waiting.size;
  }
}
