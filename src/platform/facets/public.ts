import type { Queryable } from '../db/queryable.ts';
import type { ScopeReach } from '../http/principal.ts';
import type { StateRow } from '../state/state-row.ts';
import type { Bilingual, Bitmap, Difference, Facet, FacetSource } from './facet.ts';

/** What is wrong with a selector, and where. Offsets are in UTF-16 code units. */
export interface SelectorProblem {
  readonly code: 'SYNTAX' | 'UNKNOWN_KEY' | 'BAD_VALUE' | 'TOO_LONG' | 'TOO_DEEP' | 'NOT_READY';
  readonly from: number;
  readonly to: number;
  readonly text: Bilingual;
  /** What may have been meant, nearest first: whole replacements of `from`..`to`. */
  readonly nearest: readonly string[];
}

/** The subjects that a selector selects, within what the asker may see. Dispose of it. */
export interface Selection extends Disposable {
  readonly bitmap: Bitmap;
  readonly count: number;
  /** Positions in ascending order, for `= any($1::int[])`. */
  positions(): number[];
}

export interface Completion {
  /** Replaces `from`..`to` of the text. */
  readonly insert: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'key' | 'value' | 'operator';
  readonly title: Bilingual | null;
  readonly count: number | null;
}

export type Resolved =
  | { readonly ok: true; readonly selection: Selection }
  | { readonly ok: false; readonly problem: SelectorProblem };

/**
 * The index of all facets of a server process, and the selector language over it. One per server;
 * `ModuleContext.facets`.
 */
export interface Facets {
  /** Before `start`. Throws when a key is taken. */
  register(contribution: {
    readonly facets: readonly Facet[];
    readonly sources: readonly FacetSource[];
    /** Positions within a reach of scopes; exactly one module says so. */
    readonly within?: (reach: ScopeReach) => Bitmap;
    /** Words without a key are looked for by this facet; exactly one module says so. */
    readonly bareWord?: string;
  }): void;
  readonly facets: readonly Facet[];
  /** Key of the facet that words without a key are looked for by. */
  readonly bareWord: string | null;
  /** Listens for changes, then loads all sources. Resolves when the index is complete. */
  start(): Promise<void>;
  /** False: still loading (or loading again after the listening connection was cut). */
  readonly ready: boolean;
  /** An empty selector selects everything within reach. Waits (at most 30 s) until ready. */
  resolve(
    text: string,
    asker: { readonly reach: ScopeReach; readonly now: Date },
  ): Promise<Resolved>;
  /** Like `resolve`, but throws a ProblemError 400 SELECTOR_INVALID with the place. */
  select(
    text: string,
    asker: { readonly reach: ScopeReach; readonly now: Date },
  ): Promise<Selection>;
  complete(
    text: string,
    cursor: number,
    asker: { readonly reach: ScopeReach; readonly now: Date },
  ): Promise<readonly Completion[]>;
  /** Resolves when all that was committed before the call is in the index. For tests and checks. */
  settled(): Promise<void>;
  /** Compares index and database, source by source; what changes under way is not a difference. */
  check(limit?: number): Promise<FacetCheck>;
  /** For the page of system state. */
  state(): readonly StateRow[];
  close(): Promise<void>;
}

/** What the self-check found: no difference means equal. */
export interface FacetCheck {
  readonly sources: readonly {
    readonly name: string;
    readonly ms: number;
    readonly differences: readonly Difference[];
  }[];
}

/**
 * Within the transaction that changes what a source reads: all servers read these positions anew
 * once it is committed. `all`: too many to name.
 */
export async function tellFacets(
  tx: Queryable,
  source: string,
  positions: readonly number[] | 'all',
): Promise<void> {
  await tx.query(`select platform.facets_changed($1, $2::int[])`, [
    source,
    positions === 'all' ? null : positions,
  ]);
}
