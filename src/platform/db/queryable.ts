/** Whatever runs SQL: the pool, or one transaction of it. */
export interface Queryable {
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** The database of the product. Everything that must not be half done runs in `transaction`. */
export interface Database extends Queryable {
  /** Commits when `work` resolves, rolls back when it throws. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Calls `onNotice` for each NOTIFY on `channel`, over one shared connection that comes back by
   * itself after a lost connection; `onReconnect` tells that notices may have been missed, `onLost`
   * that from now on, until then, they are.
   */
  listen(
    channel: string,
    onNotice: (payload: string) => void,
    onReconnect?: () => void,
    onLost?: () => void,
  ): Promise<() => void>;
  /** Connection string, for libraries that open their own connections (jobs). */
  readonly connectionString: string;
  close(): Promise<void>;
}
