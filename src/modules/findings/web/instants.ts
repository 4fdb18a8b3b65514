/**
 * A calendar day (`2026-12-01`) as a moment of the reader's own calendar, for the formats of dates:
 * the day alone would be read as midnight in UTC and be the day before west of Greenwich.
 */
export const dayAsTime = (day: string): string => `${day}T00:00:00`;

/** The day after `now` in the reader's calendar: the first on which an exception may end. */
export function tomorrow(now: Date): string {
  const next = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${next.getFullYear()}-${two(next.getMonth() + 1)}-${two(next.getDate())}`;
}
