/** Clocks of this machine; for tests. */
export interface Clocks {
  /** Milliseconds since 1970; people and NTP may set it to anything. */
  readonly wallMs: () => number;
  /** Milliseconds since some moment; never set, but stands still while the machine sleeps. */
  readonly steadyMs: () => number;
}

const ownClocks: Clocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() };
/** The two clocks of the machine may drift apart by this much before we stop believing them. */
const toleranceMs = 60_000;
/** A clock is called wrong beyond this. */
const wrongMs = 300_000;

/**
 * What time it is at the server, by the `Date` of its answers: an order's expiry is its word, and
 * a machine whose clock is wrong must neither begin what is past nor refuse what is not.
 */
export class ServerClock {
  readonly #clocks: Clocks;
  #heard: { serverMs: number; wallMs: number; steadyMs: number } | undefined;

  constructor(clocks: Clocks = ownClocks) {
    this.#clocks = clocks;
  }

  /** Takes the `Date` header of an answer; anything unreadable is passed over. */
  hear(date: string | undefined): void {
    const serverMs = Date.parse(date ?? '');
    if (Number.isNaN(serverMs)) return;
    this.#heard = {
      serverMs,
      wallMs: this.#clocks.wallMs(),
      steadyMs: this.#clocks.steadyMs(),
    };
  }

  /**
   * Undefined: not known. Nothing was heard yet, or the machine slept or had its clock set since;
   * the next answer tells.
   */
  now(): Date | undefined {
    if (!this.#heard) return undefined;
    const { serverMs, wallMs, steadyMs } = this.#heard;
    const steadyPassed = this.#clocks.steadyMs() - steadyMs;
    const wallPassed = this.#clocks.wallMs() - wallMs;
    if (Math.abs(wallPassed - steadyPassed) > toleranceMs) return undefined;
    return new Date(serverMs + steadyPassed);
  }

  /** Seconds that this machine's clock is ahead of the server's, when that is too much. */
  wrongBySeconds(): number | undefined {
    if (!this.#heard) return undefined;
    const ahead = this.#heard.wallMs - this.#heard.serverMs;
    return Math.abs(ahead) > wrongMs ? Math.round(ahead / 1000) : undefined;
  }
}
