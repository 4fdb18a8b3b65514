/** Why something that an endpoint sent was not taken. Stable: people search for them. */
export type RefusalReason =
  | 'BODY_TOO_LARGE'
  | 'BAD_ENCODING'
  | 'NOT_JSON'
  | 'TOO_DEEP'
  | 'WRONG_TYPE'
  | 'WRONG_COLUMNS'
  | 'VALUE_TOO_LONG'
  | 'TOO_MANY_ROWS'
  | 'TOO_MANY_LINES'
  | 'INVALID_UTF8'
  | 'UNKNOWN_QUERY'
  | 'UNSUPPORTED_FORMAT'
  | 'CLOCK_WRONG'
  | 'QUERY_FAILED'
  | 'QUERY_DENYLISTED'
  | 'NOT_STORED'
  | 'ENROLMENT_SECRET_UNKNOWN'
  | 'ENROLMENT_SECRET_EXPIRED'
  | 'ENROLMENT_SECRET_REVOKED'
  | 'HOST_NOT_IDENTIFIED'
  | 'PLATFORM_UNSUPPORTED'
  | 'TOO_MANY_ENROLMENTS'
  | 'TOO_MANY_REQUESTS'
  | 'UNKNOWN_NODE_KEY'
  | 'NODE_KEY_MISMATCH'
  | 'SHARED_IDENTITY'
  | 'ENROLMENT_SECRET_PERSONAL'
  | 'UNKNOWN_AGENT_KEY'
  | 'FOREIGN_ORDER'
  | 'TOO_MANY_REPORTS'
  | 'NOT_ASKED_FOR'
  | 'UPLOAD_TOO_LARGE'
  | 'HASH_WRONG'
  | 'UNKNOWN_PATH'
  | 'AGENT_ERROR'
  | 'AGENT_FATAL';

export interface Refusal {
  readonly reason: RefusalReason;
  /** What was wrong and where, for people. Bounded and cleaned before it is stored. */
  readonly detail: string;
}

export interface CountedRefusal extends Refusal {
  readonly endpointId: string | null;
  readonly address: string | null;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

const DETAIL_LENGTH = 500;

/** Text of an endpoint as it may be stored and shown: no NUL, no control characters, bounded. */
export function shownText(text: string, length = DETAIL_LENGTH): string {
  return text
    .slice(0, length * 2)
    .replace(/[\x00-\x1f\x7f]+/g, ' ')
    .toWellFormed()
    .slice(0, length)
    .toWellFormed()
    .trim();
}

/**
 * Refusals are counted in memory and written together, so that an endpoint that sends nothing but
 * nonsense costs one row per reason. Bounded: what no longer fits is counted without an endpoint.
 */
export class RefusalCounts {
  readonly #maxKeys: number;
  #counts = new Map<string, CountedRefusal>();

  constructor(maxKeys = 5_000) {
    this.#maxKeys = maxKeys;
  }

  add(
    refusal: Refusal,
    at: Date,
    { endpointId = null, address = null, count = 1 }: Partial<CountedRefusal> = {},
  ): void {
    let key = `${endpointId ?? ''} ${refusal.reason}`;
    let owner = endpointId;
    if (owner !== null && !this.#counts.has(key) && this.#counts.size >= this.#maxKeys) {
      key = ` ${refusal.reason}`;
      owner = null;
    }
    const before = this.#counts.get(key);
    this.#counts.set(key, {
      endpointId: owner,
      reason: refusal.reason,
      detail: shownText(refusal.detail),
      address,
      count: (before?.count ?? 0) + count,
      firstAt: before?.firstAt ?? at,
      lastAt: at,
    });
  }

  get size(): number {
    return this.#counts.size;
  }

  /** Hands over what was counted since the last call, in a stable order. */
  take(): CountedRefusal[] {
    const taken = [...this.#counts.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#counts = new Map();
    return taken.map(([, counted]) => counted);
  }
}
