/**
 * What one endpoint may cost the others. An honest osqueryd stays far below all of it: it reads
 * once a second at most, posts logs every 4 seconds while it has any, and one first answer to
 * everything we ask is about 1 MB.
 */
const MiB = 1024 * 1024;

export interface Limits {
  readonly enrolBytes: number;
  readonly requestBytes: number;
  readonly logBytes: number;
  readonly writeBytes: number;
  readonly bytesInFlight: number;
  readonly jsonDepth: number;
  readonly waiting: number;
  readonly nodeRequests: BucketSize;
  readonly nodeBytes: BucketSize;
  readonly strangers: BucketSize;
  readonly addressEnrolments: BucketSize;
  readonly hostEnrolments: BucketSize;
}

/** What does not change with the size of an installation. */
export const shapeLimits = {
  /** osqueryd sends at most 1,024 (`logger_tls_max_lines`). */
  logLines: 20_000,
  /** Answers in one write. */
  writeAnswers: 2_000,
  /** One value of one row, in UTF-16 code units. */
  valueLength: 64 * 1024,
} as const;

export const limits = {
  /** Bodies, after decompression. */
  enrolBytes: 256 * 1024,
  requestBytes: 16 * 1024,
  logBytes: 32 * MiB,
  writeBytes: 32 * MiB,
  /** All bodies being read at one time, in this process. */
  bytesInFlight: 256 * MiB,
  /** Nesting of JSON; osquery itself needs five levels. */
  jsonDepth: 12,
  /** Requests of one node: 5 a second, 150 at once. */
  nodeRequests: { capacity: 150, perSecond: 5 },
  /** Bytes of one node. */
  nodeBytes: { capacity: 128 * MiB, perSecond: 2 * MiB },
  /** What one address may get wrong: unknown keys, wrong secrets, bodies without a key. */
  strangers: { capacity: 600, perSecond: 10 },
  /** Enrolments from one address. Many hosts share one NAT. */
  addressEnrolments: { capacity: 2_000, perSecond: 50 },
  /** Enrolments that one host may go through: 12 at once, then one every five minutes. */
  hostEnrolments: { capacity: 12, perSecond: 1 / 300 },
  /** Reports and answers that wait to be stored, before we ask endpoints to come back later. */
  waiting: 20_000,
} satisfies Limits;

export interface BucketSize {
  readonly capacity: number;
  readonly perSecond: number;
}

/**
 * Token buckets by key, in memory. Bounded: when `maxKeys` is reached, the key that was used
 * least recently is forgotten, which can only be to its advantage.
 */
export class TokenBuckets {
  readonly #size: BucketSize;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(size: BucketSize, maxKeys = 200_000) {
    this.#size = size;
    this.#maxKeys = maxKeys;
  }

  /** Takes `cost` tokens if the bucket has any left; it may go below zero by one request. */
  take(key: string, nowMs: number, cost = 1): boolean {
    const { capacity, perSecond } = this.#size;
    const before = this.#buckets.get(key);
    const elapsedSeconds = before ? Math.max(0, nowMs - before.atMs) / 1000 : 0;
    const tokens = before
      ? Math.min(capacity, before.tokens + elapsedSeconds * perSecond)
      : capacity;
    const allowed = tokens > 0 && tokens >= Math.min(cost, 1);
    if (before) this.#buckets.delete(key);
    else if (this.#buckets.size >= this.#maxKeys) this.#forgetOldest();
    this.#buckets.set(key, { tokens: allowed ? tokens - cost : tokens, atMs: nowMs });
    return allowed;
  }

  get size(): number {
    return this.#buckets.size;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
