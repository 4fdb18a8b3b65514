/** So few say nothing about all: numbers below are shown as not enough. */
export const enoughFrom = 5;

interface Node {
  readonly id: string;
  /** Null: nothing above it is among them. */
  readonly parentId: string | null;
}

/** The rows of a scope and of all scopes below it. Parents stand before what is below them. */
export function sumUp<Row extends { readonly scopeId: string }>(
  tree: readonly Node[],
  rows: readonly Row[],
): (scopeId: string) => readonly Row[] {
  const own = Map.groupBy(rows, ({ scopeId }) => scopeId);
  const all = new Map<string, Row[]>(tree.map(({ id }) => [id, [...(own.get(id) ?? [])]]));
  for (const { id, parentId } of [...tree].reverse()) {
    if (parentId === null) continue;
    const into = all.get(parentId);
    if (into) for (const row of all.get(id)!) into.push(row);
  }
  return (scopeId) => all.get(scopeId) ?? [];
}

/** Of numbers in any order; null of none. */
export function medianOf(values: readonly number[]): number | null {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  if (upper === undefined) return null;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

export function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/** A number with what it rests on; of nothing there is no number, zero least of all. */
export function measure(value: number | null, n: number) {
  return { value: n === 0 ? null : value, n, enough: n >= enoughFrom };
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Days from `from` to `until`, both included. */
export function daysBetween(from: string, until: string): string[] {
  const days: string[] = [];
  for (let at = Date.parse(`${from}T00:00:00Z`); ; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > until) return days;
    days.push(day);
  }
}
