import type { Row } from '../observation.ts';
import type { SoftwareSource } from '../queries/installed-software.ts';
import { type SoftwareIdentity, softwareKey, softwareOf } from '../software/identity.ts';

/**
 * From the rows of an answer to what we store: texts cleaned and bounded, rows distinct and in one
 * order, so that the same content always looks the same. A row that makes no sense is left out
 * and counted; it never spoils the others.
 */
export interface Rejected {
  readonly count: number;
  /** The first few, with their place. */
  readonly examples: readonly { readonly row: number; readonly reason: string }[];
}

export interface TableContent {
  /** Values in the order of the columns. */
  readonly rows: readonly (readonly string[])[];
  readonly rejected: Rejected;
}

export interface SoftwareContent {
  readonly software: ReadonlyMap<string, SoftwareIdentity>;
  readonly rejected: Rejected;
}

/** In UTF-16 code units. */
export const longestValue = 4000;
const mostExamples = 5;

/** PostgreSQL refuses NUL and lone surrogates; osquery pads some strings with NUL. */
export function cleanText(value: string): string {
  return value.replaceAll('\0', '').toWellFormed();
}

export function tableContent(columns: readonly string[], rows: readonly Row[]): TableContent {
  const kept = new Map<string, readonly string[]>();
  const rejected = collectRejected();
  for (const [index, row] of rows.entries()) {
    const clean = cleanRow(row, columns);
    if (typeof clean === 'string') {
      rejected.add(index, clean);
      continue;
    }
    const values = columns.map((column) => clean[column] ?? '');
    if (values.every((value) => value === '')) rejected.add(index, 'is empty');
    else kept.set(lineKey(values), values);
  }
  return { rows: sorted(kept), rejected: rejected.result() };
}

export function softwareContent(
  source: SoftwareSource,
  columns: readonly string[],
  rows: readonly Row[],
): SoftwareContent {
  const software = new Map<string, SoftwareIdentity>();
  const rejected = collectRejected();
  for (const [index, row] of rows.entries()) {
    const clean = cleanRow(row, columns);
    const entry = typeof clean === 'string' ? clean : softwareOf(source, clean);
    if (typeof entry === 'string') rejected.add(index, entry);
    else software.set(softwareKey(entry), entry);
  }
  return { software, rejected: rejected.result() };
}

export interface Difference {
  readonly added: readonly (readonly string[])[];
  readonly removed: readonly (readonly string[])[];
}

/** Rows of `after` that `before` has not, and the other way round. */
export function tableDifference(
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
): Difference {
  const old = new Set(before.map(lineKey));
  const now = new Set(after.map(lineKey));
  return {
    added: after.filter((row) => !old.has(lineKey(row))),
    removed: before.filter((row) => !now.has(lineKey(row))),
  };
}

/** Both sorted and distinct. */
export function idDifference(
  before: readonly number[],
  after: readonly number[],
): { readonly added: readonly number[]; readonly removed: readonly number[] } {
  const old = new Set(before);
  const now = new Set(after);
  return {
    added: after.filter((id) => !old.has(id)),
    removed: before.filter((id) => !now.has(id)),
  };
}

/** One row as a line of text for people: its values that are not empty. */
export function lineOf(values: readonly string[]): string {
  const line = values.filter((value) => value !== '').join(' ');
  return line.length > 300 ? `${line.slice(0, 299).toWellFormed()}…` : line;
}

export function lineKey(values: readonly string[]): string {
  return values.join('\u001f');
}

function sorted(rows: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, values]) => values);
}

/** A string: why the row is refused. */
function cleanRow(row: Row, columns: readonly string[]): Row | string {
  if (typeof row !== 'object' || row === null) return 'is no object';
  const clean: Record<string, string> = {};
  for (const column of columns) {
    const value: unknown = Object.hasOwn(row, column) ? row[column] : '';
    if (typeof value !== 'string') return `${column} is no string`;
    if (value.length > longestValue) return `${column} is longer than ${longestValue} characters`;
    clean[column] = cleanText(value);
  }
  return clean;
}

function collectRejected() {
  let count = 0;
  const examples: { row: number; reason: string }[] = [];
  return {
    add(row: number, reason: string) {
      count += 1;
      if (examples.length < mostExamples) examples.push({ row, reason });
    },
    result: (): Rejected => ({ count, examples }),
  };
}
