import { ProblemError } from './problem.ts';

/**
 * `sort=-lastSeenAt` as SQL: `order by e.last_seen_at desc nulls last, e.id`. `columns` is the
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
  const sort = text ?? fallback;
  const descending = sort.startsWith('-');
  const name = descending ? sort.slice(1) : sort;
  const expression = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (expression === undefined) {
    const names = Object.keys(columns).join(', ');
    throw new ProblemError(400, 'SORT_UNKNOWN', 'The list cannot be sorted by this', {
      detail: `Columns: ${names}; with a leading "-" in descending order.`,
      errors: [{ at: '/query/sort', message: `must be one of ${names}` }],
    });
  }
  const direction = descending ? 'desc' : 'asc';
  if (expression === tiebreak) return `order by ${expression} ${direction}`;
  return `order by ${expression} ${direction} nulls last, ${tiebreak} ${direction}`;
}
