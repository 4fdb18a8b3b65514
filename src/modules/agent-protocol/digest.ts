import { createHash } from 'node:crypto';
import type { Row } from '../assets/public.ts';

/** Unit separator between values, line feed between rows; see config.ts for the endpoint's side. */
const BETWEEN_VALUES = '\x1f';
const BETWEEN_ROWS = '\n';

/**
 * SHA-256 over the rows in the byte order of their lines: the same digest that the endpoint
 * computes with `digestStatement`. 32 bytes. Values that are not valid Unicode at the endpoint
 * arrive here as U+FFFD, so their digest differs from the endpoint's.
 */
export function digestOf(columns: readonly string[], rows: readonly Row[]): Buffer {
  const lines = rows.map((row) => columns.map((column) => row[column] ?? '').join(BETWEEN_VALUES));
  sortAsUtf8(lines);
  return createHash('sha256').update(lines.join(BETWEEN_ROWS), 'utf8').digest();
}

/** SQLite orders text by its UTF-8 bytes; JavaScript by UTF-16 units, which differs from U+D800 on. */
function sortAsUtf8(lines: string[]): void {
  if (lines.some((line) => /[\ud800-\uffff]/.test(line))) {
    const keyed = lines.map((line) => ({ line, bytes: Buffer.from(line, 'utf8') }));
    keyed.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    for (const [index, { line }] of keyed.entries()) lines[index] = line;
  } else {
    lines.sort();
  }
}
