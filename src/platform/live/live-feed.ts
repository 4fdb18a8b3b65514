/**
 * News for the pages that are open: what changed, never the data itself. A page that hears of a
 * topic it shows asks the API again, under its own permissions.
 */
export interface LiveNews {
  /** E.g. `endpoints`, `software`, `users`, `audit`. */
  readonly topic: string;
  /** The things that changed; absent: too many to name. */
  readonly ids?: readonly string[];
}

export interface LiveFeed {
  /** Tells all pages, also those of other server processes on the same database. Coalesced: cheap. */
  publish(news: LiveNews): void;
  subscribe(listener: (news: LiveNews) => void): () => void;
}
