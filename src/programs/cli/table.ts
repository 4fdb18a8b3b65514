import { cutToWidth, terminalText, terminalWidth } from './terminal-width.ts';

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number | null | undefined;
  readonly align?: 'left' | 'right';
  /** May be cut when the terminal is too narrow. */
  readonly elastic?: boolean;
  /** May be left out when the terminal is too narrow; the highest number goes first. */
  readonly spare?: number;
}

const gap = '  ';
const narrowestElastic = 12;

/**
 * Rows as an aligned table, one line each, without trailing blanks. What is null is shown as "–".
 * `columns`: of the terminal; undefined (a pipe, a file): nothing is cut.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminalColumns?: number,
): string {
  const cells = rows.map((row) =>
    columns.map(({ value }) => {
      const text = value(row);
      return text === null || text === undefined || text === '' ? '–' : terminalText(String(text));
    }),
  );
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, at) =>
    Math.max(...[titles, ...cells].map((line) => terminalWidth(line[at]!))),
  );
  if (terminalColumns) shrink(widths, columns, terminalColumns);
  const line = (texts: readonly string[]) =>
    columns
      .map(({ align, elastic }, at) => {
        const text = elastic ? cutToWidth(texts[at]!, widths[at]!) : texts[at]!;
        const blanks = ' '.repeat(Math.max(0, widths[at]! - terminalWidth(text)));
        return align === 'right' ? `${blanks}${text}` : `${text}${blanks}`;
      })
      .join(gap)
      .trimEnd();
  return [titles, ...cells].map((texts) => `${line(texts)}\n`).join('');
}

/**
 * The columns that a terminal of this width has room for: spare ones go, one after another, until
 * the elastic ones can be cut to fit. Undefined width: all.
 */
export function columnsThatFit<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  terminalColumns: number | undefined,
): readonly Column<Row>[] {
  if (!terminalColumns) return columns;
  const least = new Map(
    columns.map((column) => {
      const cells = rows.map((row) =>
        terminalWidth(terminalText(String(column.value(row) ?? '–'))),
      );
      const widest = Math.max(terminalWidth(column.title), ...cells);
      return [column, column.elastic ? Math.min(widest, narrowestElastic) : widest];
    }),
  );
  let kept = columns;
  for (;;) {
    const needed = kept.reduce((sum, column) => sum + least.get(column)! + gap.length, -gap.length);
    if (needed <= terminalColumns) return kept;
    const spare = Math.max(...kept.map((column) => column.spare ?? 0));
    if (spare === 0) return kept;
    kept = kept.filter((column) => column.spare !== spare);
  }
}

/** Takes from the widest elastic column until the line fits, or nothing more can be taken. */
function shrink<Row>(widths: number[], columns: readonly Column<Row>[], available: number): void {
  const total = () => widths.reduce((sum, width) => sum + width, (widths.length - 1) * gap.length);
  while (total() > available) {
    let widest = -1;
    columns.forEach(({ elastic }, at) => {
      if (elastic && widths[at]! > narrowestElastic && widths[at]! > (widths[widest] ?? 0)) {
        widest = at;
      }
    });
    if (widest < 0) return;
    widths[widest]! -= 1;
  }
}

/** Label and value, one pair per line, the values aligned. */
export function renderPairs(
  pairs: readonly (readonly [string, string | number | null | undefined])[],
): string {
  const width = Math.max(...pairs.map(([label]) => terminalWidth(label)));
  return pairs
    .map(([label, value]) => {
      const blanks = ' '.repeat(width - terminalWidth(label));
      const text = value === null || value === undefined || value === '' ? '–' : String(value);
      return `${label}${blanks}${gap}${terminalText(text)}\n`;
    })
    .join('');
}
