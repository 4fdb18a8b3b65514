export interface Change {
  name: string;
  /** Null: not there. */
  before: string | null;
  /** Undefined: nothing was said of it. */
  after: string | null | undefined;
}

type Values = Readonly<Record<string, string | null>>;

/** What was there before and is there now, by name; what changed comes first. */
export function changesOf(before: Values, after: Values): Change[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({
      name,
      before: before[name] ?? null,
      after: name in after ? (after[name] ?? null) : undefined,
    }))
    .sort((one, other) => Number(hasChanged(other)) - Number(hasChanged(one)));
}

export const hasChanged = ({ before, after }: Change): boolean =>
  after !== undefined && before !== after;
