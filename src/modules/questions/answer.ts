import { createHash } from 'node:crypto';
import type { WorkSource } from '../agent-protocol/public.ts';
import type { QuestionLimits } from './limits.ts';

/** What an endpoint sent for one of our ids; nothing in it has been checked. */
export type GivenAnswer = Parameters<WorkSource['receive']>[1][number];

/** A row as it is stored: rows with the same columns and values have the same hash. */
export interface HashedRow {
  /** SHA-256 of `json`, in hex. */
  readonly hash: string;
  /** An object of texts, its columns in alphabetical order. */
  readonly json: string;
}

export interface JudgedAnswer {
  readonly outcome: 'answered' | 'not-applicable' | 'failed' | 'denylisted' | 'refused';
  readonly message: string | null;
  /** Null unless it answered. */
  readonly rowCount: number | null;
  readonly rows: readonly HashedRow[];
  readonly columns: readonly string[];
  readonly wallMs: number | null;
}

const columnLength = 200;
const messageLength = 1000;
const mostMs = 2_147_483_647;

/** Never throws: whatever came is an outcome. */
export function judgeAnswer(
  { rows, status, message, wallMs: measured }: GivenAnswer,
  maxRows: number,
  limits: Pick<QuestionLimits, 'answerBytes' | 'valueLength' | 'columnsPerRow'>,
): JudgedAnswer {
  // Some versions send it as a text.
  const isGiven = typeof measured === 'number' || /^\d+$/.test(String(measured));
  const ms = isGiven ? Math.round(Number(measured)) : Number.NaN;
  const wallMs = ms >= 0 && ms <= mostMs ? ms : null;
  const end = (outcome: JudgedAnswer['outcome'], said: string): JudgedAnswer => ({
    outcome,
    message: cleanText(said).slice(0, messageLength).toWellFormed(),
    rowCount: null,
    rows: [],
    columns: [],
    wallMs,
  });
  if (status !== 0) {
    if (/denylisted/i.test(message)) return end('denylisted', message);
    if (/no such table/i.test(message)) return end('not-applicable', message);
    return end('failed', message || `osquery status ${status}, without a message`);
  }
  // Agents before 4.x send an empty text for an answer without rows.
  const given = rows === '' ? [] : rows;
  if (!Array.isArray(given)) return end('refused', 'the answer is not a list of rows');
  if (given.length > maxRows) {
    return end('refused', `${given.length} rows, at most ${maxRows}`);
  }
  const columns = new Set<string>();
  const hashed: HashedRow[] = [];
  let bytes = 0;
  for (const [at, row] of given.entries()) {
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      return end('refused', `row ${at} is not an object`);
    }
    const entries: [string, string][] = [];
    for (const [name, value] of Object.entries(row)) {
      const column = cleanText(name);
      if (column.length > columnLength) {
        return end('refused', `row ${at}: a column's name has ${column.length} characters`);
      }
      if (typeof value !== 'string') return end('refused', `row ${at}, ${column}: not a text`);
      if (value.length > limits.valueLength) {
        const most = limits.valueLength;
        return end('refused', `row ${at}, ${column}: ${value.length} characters, at most ${most}`);
      }
      entries.push([column, cleanText(value)]);
    }
    if (entries.length > limits.columnsPerRow) {
      const most = limits.columnsPerRow;
      return end('refused', `row ${at} has ${entries.length} columns, at most ${most}`);
    }
    for (const [column] of entries) columns.add(column);
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    // Not by assignment: a column may be called __proto__.
    const json = JSON.stringify(Object.fromEntries(entries));
    bytes += Buffer.byteLength(json);
    if (bytes > limits.answerBytes) {
      return end('refused', `the rows are larger than ${limits.answerBytes} bytes`);
    }
    hashed.push({ hash: createHash('sha256').update(json).digest('hex'), json });
  }
  if (columns.size > limits.columnsPerRow) {
    return end('refused', `${columns.size} columns, at most ${limits.columnsPerRow}`);
  }
  return {
    outcome: 'answered',
    message: null,
    rowCount: hashed.length,
    rows: hashed,
    columns: [...columns],
    wallMs,
  };
}

/** PostgreSQL stores neither NUL nor lone surrogates. */
function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
