import { ProblemError } from './problem.ts';

/** What a list is sorted by: a name of the allow-list, and which way. */
export interface Sort<Name extends string> {
  readonly name: Name;
  readonly descending: boolean;
}

/**
 * `sort=-lastSeenAt` as SQL: `order by e.last_seen_at desc nulls last, e.id desc`. `columns` is the
 * allow-list: the name on the wire and its SQL expression, which alone reaches the statement.
 * What is unknown (null) comes last in both directions; the tiebreak makes windows of a list fit
 * together.
 *
 * @throws ProblemError 400 SORT_UNKNOWN, which names the columns there are
 */
export function parseSort(
  text: string | undefined,
  columns: Readonly<Record<string, string>>,
  { fallback, tiebreak }: { readonly fallback: string; readonly tiebreak: string },
): string {
  const { name, descending } = sortOf(text, Object.keys(columns), fallback);
  const expression = columns[name]!;
  const direction = descending ? 'desc' : 'asc';
  if (expression === tiebreak) return `order by ${expression} ${direction}`;
  return `order by ${expression} ${direction} nulls last, ${tiebreak} ${direction}`;
}

/**
 * The same without SQL, for lists whose indexes need a statement of their own.
 *
 * @throws ProblemError 400 SORT_UNKNOWN, which names the columns there are
 */
export function sortOf<Name extends string>(
  text: string | undefined,
  names: readonly Name[],
  fallback: string,
): Sort<Name> {
  const sort = text ?? fallback;
  const descending = sort.startsWith('-');
  const asked = descending ? sort.slice(1) : sort;
  const name = names.find((each) => each === asked);
  if (name === undefined) {
    const there = names.join(', ');
    throw new ProblemError(400, 'SORT_UNKNOWN', 'The list cannot be sorted by this', {
      detail: `Columns: ${there}; with a leading "-" in descending order.`,
      errors: [{ at: '/query/sort', message: `must be one of ${there}` }],
    });
  }
  return { name, descending };
}
