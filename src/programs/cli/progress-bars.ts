import { cutToWidth, terminalWidth } from './terminal-width.ts';

export interface Bar {
  readonly label: string;
  readonly done: number;
  /** Null: nobody knows how much there is. */
  readonly total: number | null;
  /** Behind the bar: a number, an outcome. */
  readonly note: string;
}

const barWidth = 24;

/** One line of progress: label, bar, share, note; no longer than the terminal. */
export function barLine({ label, done, total, note }: Bar, columns: number): string {
  const share = total === null || total === 0 ? null : Math.min(1, done / total);
  const filled = share === null ? 0 : Math.round(share * barWidth);
  const bar = share === null ? '·'.repeat(barWidth) : '█'.repeat(filled).padEnd(barWidth, '░');
  const percent = share === null ? '    ' : `${Math.floor(share * 100)}%`.padStart(4);
  const name = cutToWidth(label, 22);
  const padded = name + ' '.repeat(Math.max(0, 22 - terminalWidth(name)));
  return cutToWidth(`${padded} ${bar} ${percent}  ${note}`, Math.max(20, columns - 1));
}

/**
 * Bars on a terminal, redrawn in place; on anything else nothing until the end, since a log of half
 * done bars helps nobody.
 */
export function createBars(out: NodeJS.WriteStream): {
  draw(bars: readonly Bar[]): void;
  clear(): void;
} {
  let drawn = 0;
  const clear = () => {
    if (drawn > 0) out.write(`\u001b[${drawn}A\u001b[0J`);
    drawn = 0;
  };
  return {
    draw(bars) {
      if (!out.isTTY) return;
      clear();
      // More lines than the terminal has could not be taken back.
      const shown = bars.slice(-Math.max(1, (out.rows ?? 24) - 2));
      for (const bar of shown) out.write(`${barLine(bar, out.columns ?? 80)}\n`);
      drawn = shown.length;
    },
    clear,
  };
}
