/** Something of the server's own health worth showing on the page of system state. */
export interface StateRow {
  /** Stable key, e.g. `database.size_bytes`; the console translates it. */
  readonly key: string;
  readonly value: string | number | null;
  readonly unit?: 'bytes' | 'seconds' | 'count' | 'time' | 'text';
  readonly state: 'ok' | 'warning' | 'error' | 'unknown';
}
