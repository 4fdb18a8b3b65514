/**
 * A time as an endpoint reports it, in text: Unix seconds (osquery's usual form) or ISO 8601.
 * Null: empty, zero or not a time. osquery writes 0 and -1 where it knows nothing.
 */
export function instantOf(text: string | undefined): Date | null {
  if (text === undefined) return null;
  const trimmed = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(trimmed)) {
    const seconds = Number(trimmed);
    // The limit is that of Date itself; certificates do carry the year 9999.
    if (seconds <= 0 || seconds > 8_640_000_000_000) return null;
    return new Date(seconds * 1000);
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(trimmed)) return null;
  const parsed = Date.parse(trimmed);
  return Number.isNaN(parsed) ? null : new Date(parsed);
}
