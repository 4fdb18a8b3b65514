export type CsvCell = string | number | boolean | Date | null | undefined | readonly string[];

export interface CsvColumn<Row> {
  readonly header: string;
  readonly cell: (row: Row) => CsvCell;
}

/** Excel takes a file for UTF-8, Japanese included, only when it begins with this. */
export const byteOrderMark = '\ufeff';

/** One record of RFC 4180, with its line end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(csvText).join(',')}\r\n`;
}

/**
 * Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV
 * Injection"): what an endpoint reports about itself must not run on the auditor's machine. Our
 * own numbers are no texts and stay as they are. Null and undefined are empty; times are ISO 8601;
 * lists are joined with "; ".
 */
function csvText(cell: CsvCell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number' || typeof cell === 'boolean') return String(cell);
  if (cell instanceof Date) return cell.toISOString();
  const text = typeof cell === 'string' ? cell : cell.join('; ');
  // Spreadsheets skip blanks before the sign, and read the full-width signs of Japanese input too.
  const guarded = /^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}
