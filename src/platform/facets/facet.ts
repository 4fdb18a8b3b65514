import type { RoaringBitmap32 } from 'roaring-wasm';
import type { Queryable } from '../db/queryable.ts';

/** The same words in both languages. */
export interface Bilingual {
  readonly ja: string;
  readonly en: string;
}

/**
 * Positions of subjects: small dense integers, one per endpoint (its `ordinal`). A bitmap that a
 * function answers belongs to the caller, who may change it and disposes of it.
 */
export type Bitmap = RoaringBitmap32;

/** What stands behind the colon of `key:…`, already read. */
export type Test =
  /**
   * `os:windows`, `hostname:web-*`, `owner:"Sato Hanako"`. A quoted value has no wildcards.
   * `anywhere`: a word without a key, looked for anywhere in the text.
   */
  | {
      readonly kind: 'is';
      readonly value: string;
      readonly quoted: boolean;
      readonly anywhere?: boolean;
    }
  /** `lastseen:<7d`, `osversion:>=12`. */
  | {
      readonly kind: 'compare';
      readonly operator: '<' | '<=' | '>' | '>=';
      readonly value: string;
    }
  /** `port:1..1024`, both ends included; null: open. */
  | { readonly kind: 'range'; readonly from: string | null; readonly to: string | null };

export interface MatchContext {
  /** Relative times count from here. */
  readonly now: Date;
}

export interface SuggestContext extends MatchContext {
  /** Counts are of these subjects only: what the reader may see. */
  readonly within: Bitmap;
  readonly limit: number;
}

/** A value to offer, with how many subjects have it (null: too costly to count). */
export interface Suggestion {
  readonly value: string;
  readonly title?: Bilingual;
  readonly count: number | null;
}

/** One key of the selector language. Modules register them; see `facets.ts`. */
export interface Facet {
  /** `[a-z][a-z0-9-]*`. */
  readonly key: string;
  readonly aliases?: readonly string[];
  readonly title: Bilingual;
  readonly description: Bilingual;
  /** How its values are written: for help, completion and messages. */
  readonly values:
    | 'choice'
    | 'flag'
    | 'text'
    | 'number'
    | 'time'
    | 'date'
    | 'version'
    | 'address'
    | 'software';
  /** Whole terms: `os:windows`. */
  readonly examples: readonly string[];
  /** @throws ValueProblem when the value makes no sense for this facet */
  readonly match: (test: Test, context: MatchContext) => Bitmap;
  /** Values that fit what was typed so far, most frequent first. */
  readonly suggest: (typed: string, context: SuggestContext) => readonly Suggestion[];
}

/** A value that a facet cannot read; the selector adds where it stands. */
export class ValueProblem extends Error {
  readonly text: Bilingual;
  /** Values that may have been meant, nearest first. */
  readonly nearest: readonly string[];

  constructor(text: Bilingual, nearest: readonly string[] = []) {
    super(text.en);
    this.text = text;
    this.nearest = nearest;
  }
}

/** One subject at which index and database differ. */
export interface Difference {
  readonly source: string;
  readonly position: number;
  readonly detail: string;
}

/**
 * Facts that facets are made of, kept in memory and read from the database: all at start, those of
 * some positions when a notice says that they changed. Reading is by state, not by difference: a
 * notice twice, or late, does no harm.
 */
export interface FacetSource {
  /** Names it in notices: `assets.software`. */
  readonly name: string;
  /**
   * Sources whose notices this one heeds too, as they speak of the same positions: with a subject
   * goes what others say of it, and they are not told themselves.
   */
  readonly alsoToldBy?: readonly string[];
  /** Replaces everything that is held by what the database has. */
  readonly load: (db: Queryable) => Promise<void>;
  /** Makes these positions equal to the database; those that are gone there are gone here. */
  readonly refresh: (db: Queryable, positions: readonly number[]) => Promise<void>;
  /** Reads everything and compares. At most `limit` differences. */
  readonly check: (db: Queryable, limit: number) => Promise<readonly Difference[]>;
}
