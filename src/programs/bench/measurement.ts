/** One row of the table of benchmarks. */
export interface Measurement {
  readonly what: string;
  readonly value: string;
  /** What we promise ourselves; "—" where nothing is promised. */
  readonly target: string;
  readonly note: string;
}

/** `p50 3.1 ms, p99 40 ms, max 52 ms` */
export function percentiles(timesMs: readonly number[]): string {
  const sorted = [...timesMs].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return `p50 ${short(at(0.5))} ms, p99 ${short(at(0.99))} ms, max ${short(sorted.at(-1)!)} ms`;
}

/** Three significant figures: more would be noise. */
export function short(value: number): string {
  return value >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
