import type { Queryable } from '../../platform/db/queryable.ts';

/**
 * What the product asks of every endpoint, and what comes back.
 *
 * A part of an inventory (its operating system, its users, its Debian packages) is one
 * `EndpointQuery`. The endpoint reports a digest of the answer each `intervalSeconds`; the whole
 * answer is fetched only when the digest differs from the one we hold (see
 * docs/adr/2026-11-21-digest-then-fetch.md). Whoever needs facts of endpoints lists its queries in
 * its `module.ts`; agent-protocol carries them without knowing what they mean.
 */
export const platforms = ['linux', 'darwin', 'windows'] as const;
export type Platform = (typeof platforms)[number];

/** One row as osquery sends it: every value is a string; SQL NULL arrives as ''. */
export type Row = Readonly<Record<string, string>>;

export interface EndpointQuery {
  /** Stable and unique, `[a-z0-9-]`: `os`, `users`, `software-deb`. Names the inventory part. */
  readonly name: string;
  /**
   * The statement for each platform it makes sense on; each selects exactly `columns`. It must
   * be free of values that change by themselves (pids, counters, free bytes): they would make
   * every digest differ. A platform that is absent is "not applicable" there.
   */
  readonly sql: Readonly<Partial<Record<Platform, string>>>;
  readonly columns: readonly string[];
  /** How often the endpoint reports the digest. */
  readonly intervalSeconds: number;
  /** More rows than this are rejected whole, with a reason. */
  readonly maxRows: number;
  /**
   * Stores answers, of several endpoints at once, within `tx`: all of them or none. Locks are taken
   * in one order within a call, so call it once per transaction and query; a caller that needs
   * several queries in one transaction retries on SQLSTATE 40P01 (deadlock).
   */
  readonly ingest: (tx: Queryable, answers: readonly Answer[]) => Promise<void>;
}

/** The whole answer of one endpoint to one query. */
export interface Answer {
  readonly endpointId: string;
  readonly platform: Platform;
  readonly query: string;
  readonly observedAt: Date;
  readonly outcome:
    | { readonly kind: 'rows'; readonly rows: readonly Row[] }
    /** The endpoint could not answer, e.g. `no such table: rpm_packages`. */
    | { readonly kind: 'failed'; readonly message: string };
}

/** Proof that a part has not changed since it was last stored. */
export interface Confirmation {
  readonly endpointId: string;
  readonly query: string;
  readonly observedAt: Date;
}
