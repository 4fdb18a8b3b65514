/**
 * Reading values of unknown shape with the place of whatever is wrong. Used by the readers of
 * CycloneDX, SPDX and VEX documents; a `Refusal` never leaves `attempt`.
 */
export type JsonObject = Readonly<Record<string, unknown>>;

export class Refusal extends Error {
  readonly at: string;
  constructor(message: string, at: string) {
    super(message);
    this.at = at;
  }
}

export interface Refused {
  readonly error: string;
  readonly at: string;
}

/** The value, or what was wrong; `place` may translate the path (into line and column). */
export function attempt<T extends object>(
  read: () => T,
  place: (at: string) => string = (at) => at,
): T | Refused {
  try {
    return read();
  } catch (problem) {
    if (problem instanceof Refusal) return { error: problem.message, at: place(problem.at) };
    throw problem;
  }
}

export const MAX_TEXT = 268_435_456;
export const MAX_ITEMS = 1_000_000;
export const MAX_DEPTH = 100;

/** JSON text to a value. Places are line:column here, since there is no tree yet. */
export function parseJson(text: string): unknown {
  if (text.length > MAX_TEXT) throw new Refusal(`longer than ${MAX_TEXT} characters`, '$');
  try {
    return JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : '';
    const offset = /at position (\d+)/.exec(message)?.[1];
    throw new Refusal(
      'not JSON',
      offset === undefined ? `${lineColumn(text, text.length)}` : lineColumn(text, Number(offset)),
    );
  }
}

/** The same for many offsets of one text. */
export function lineIndex(text: string): (offset: number) => string {
  let starts: number[] | undefined;
  return (offset) => {
    if (starts === undefined) {
      starts = [0];
      for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
        starts.push(at + 1);
      }
    }
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return `${low + 1}:${offset - (starts[low] ?? 0) + 1}`;
  };
}

export function lineColumn(text: string, offset: number): string {
  let line = 1;
  let start = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    start = at + 1;
  }
  return `${line}:${offset - start + 1}`;
}

export function object(value: unknown, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('an object is expected', at);
  }
  return value as JsonObject;
}

export function optionalObject(from: JsonObject, key: string, at: string): JsonObject | null {
  const value = from[key];
  return value === undefined || value === null ? null : object(value, `${at}.${key}`);
}

/** Absent and null are an empty list. */
export function list<T>(
  from: JsonObject,
  key: string,
  at: string,
  read: (item: unknown, at: string, index: number) => T,
): readonly T[] {
  const value = from[key];
  if (value === undefined || value === null) return [];
  const place = `${at}.${key}`;
  if (!Array.isArray(value)) throw new Refusal('a list is expected', place);
  if (value.length > MAX_ITEMS) throw new Refusal(`more than ${MAX_ITEMS} entries`, place);
  return value.map((item, index) => read(item, `${place}[${index}]`, index));
}

export function texts(from: JsonObject, key: string, at: string): readonly string[] {
  return list(from, key, at, (item, place) => {
    if (typeof item !== 'string') throw new Refusal('text is expected', place);
    return item;
  });
}

export function text(from: JsonObject, key: string, at: string): string {
  const value = from[key];
  if (value === undefined || value === null) throw new Refusal(`"${key}" is missing`, at);
  if (typeof value !== 'string') throw new Refusal('text is expected', `${at}.${key}`);
  return value;
}

/** Required, and not empty. */
export function someText(from: JsonObject, key: string, at: string): string {
  const value = text(from, key, at);
  if (value === '') throw new Refusal('the text is empty', `${at}.${key}`);
  return value;
}

/** Null when absent or empty. */
export function optionalText(from: JsonObject, key: string, at: string): string | null {
  const value = from[key];
  if (value === undefined || value === null) return null;
  return text(from, key, at) || null;
}

export function oneOf(
  value: string,
  allowed: readonly string[] | ReadonlySet<string>,
  at: string,
): string {
  const known = Array.isArray(allowed)
    ? allowed.includes(value)
    : (allowed as ReadonlySet<string>).has(value);
  if (!known) throw new Refusal(`"${value.slice(0, 80)}" is not allowed here`, at);
  return value;
}

const TIMESTAMP =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d{1,18})?(?:[Zz]|[+-]\d{2}:\d{2})?$/;

/** RFC 3339, or xs:dateTime without a zone; null when absent. */
export function optionalTime(from: JsonObject, key: string, at: string): string | null {
  const value = optionalText(from, key, at);
  if (value === null) return null;
  const [, , month, day, hour, minute, second] = TIMESTAMP.exec(value)?.map(Number) ?? [];
  const valid =
    month !== undefined &&
    inside(month, 1, 12) &&
    inside(day, 1, 31) &&
    inside(hour, 0, 24) &&
    inside(minute, 0, 59) &&
    inside(second, 0, 60);
  if (!valid) throw new Refusal('not a date and time', `${at}.${key}`);
  return value;
}

function inside(value: number | undefined, low: number, high: number): boolean {
  return value !== undefined && value >= low && value <= high;
}
