import type { EndpointQuery, Row } from '../assets/public.ts';
import { isObject, member } from './json-body.ts';
import { shapeLimits } from './limits.ts';
import type { Refusal } from './refusals.ts';

export type RowsResult =
  | { readonly ok: true; readonly rows: readonly Row[] }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * The rows of one whole answer: each has exactly the columns that were asked for, all values are
 * texts, cleaned of NUL (which PostgreSQL refuses) and of lone surrogates. One bad row refuses the
 * answer, because a part of it would look like software that was removed.
 */
export function checkRows(query: EndpointQuery, value: unknown): RowsResult {
  const refuse = (reason: Refusal['reason'], detail: string): RowsResult => ({
    ok: false,
    refusal: { reason, detail: `${query.name}: ${detail}` },
  });
  // Older agents send an empty text for an answer without rows.
  if (value === '') return { ok: true, rows: [] };
  if (!Array.isArray(value)) return refuse('WRONG_TYPE', 'the answer is not a list of rows');
  if (value.length > query.maxRows) {
    return refuse('TOO_MANY_ROWS', `more than ${query.maxRows} rows`);
  }
  const rows: Row[] = [];
  for (const [index, given] of value.entries()) {
    if (!isObject(given)) return refuse('WRONG_TYPE', `row ${index} is not an object`);
    const names = Object.keys(given);
    if (names.length !== query.columns.length) {
      return refuse('WRONG_COLUMNS', `row ${index} has ${names.length} columns`);
    }
    const row: Record<string, string> = {};
    for (const column of query.columns) {
      const text = member(given, column);
      if (text === undefined) return refuse('WRONG_COLUMNS', `row ${index} has no ${column}`);
      if (typeof text !== 'string') {
        return refuse('WRONG_TYPE', `row ${index}, ${column}: not a text`);
      }
      if (text.length > shapeLimits.valueLength) {
        return refuse('VALUE_TOO_LONG', `row ${index}, ${column}: ${text.length} characters`);
      }
      row[column] = cleanText(text);
    }
    rows.push(row);
  }
  return { ok: true, rows };
}

/** Without NUL and lone surrogates; the very same text if it has none. */
export function cleanText(text: string): string {
  const withoutNul = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed();
}
