import { FeedDamaged } from './rejections.ts';

/**
 * JSON as PostgreSQL can keep it: without NUL and without half surrogate pairs, which JSON may
 * write and text columns refuse. The search is cheap; the walk happens only where one was found.
 *
 * @throws SyntaxError for what is not JSON
 */
export function parseCleanJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return /\\u0000|\\u[dD][89a-fA-F]/.test(text) ? cleaned(value) : value;
}

/** Text without NUL, well formed, at most so many characters. */
export function cleanText(text: string, limit = 100_000): string {
  const clean = text.replaceAll('\u0000', '').toWellFormed();
  return clean.length <= limit ? clean : clean.slice(0, limit).toWellFormed();
}

/** A document whose top is an object. @throws FeedDamaged */
export function parseDocument(text: string, what: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseCleanJson(text);
  } catch (error) {
    throw new FeedDamaged('NOT_JSON', `${what} is not JSON: ${(error as Error).message}`);
  }
  if (!isObject(value)) throw new FeedDamaged('WRONG_SHAPE', `${what} is not a JSON object`);
  return value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Deeper than this is hostile: recursive readers behind us would run out of stack. */
const maxDepth = 60;

export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return true;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'object' && item !== null) {
        for (const inner of Object.values(item)) {
          if (typeof inner === 'object' && inner !== null) next.push(inner);
        }
      }
    }
    level = next;
  }
  return false;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (isTooDeep(value)) return null;
  if (Array.isArray(value)) return value.map(cleaned);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [cleaned(key) as string, cleaned(inner)]),
  );
}

/** A calendar day `2026-08-07` that exists, out of a day or a time; null otherwise. */
export function dayOf(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ].*)?$/.exec(value)?.[1];
  if (day === undefined) return null;
  const time = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(time.getTime()) || time.toISOString().slice(0, 10) !== day) return null;
  return day > '1970' && day < '2200' ? day : null;
}

/** A time in UTC; one without a zone is taken for UTC. Null for what nobody can have meant. */
export function timeOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 60) return null;
  const zoned = /(?:[zZ]|[+-]\d{2}:?\d{2})$/.test(value) || !value.includes('T');
  const time = new Date(zoned ? value.replace(/([+-]\d{2})(\d{2})$/, '$1:$2') : `${value}Z`);
  if (Number.isNaN(time.getTime())) return null;
  const iso = time.toISOString();
  return iso > '1980' && iso < '2200' ? iso : null;
}

export const cveId = /^CVE-\d{4}-\d{4,12}$/;
