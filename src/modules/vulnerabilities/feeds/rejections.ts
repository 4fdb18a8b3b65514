/** A record that was left out: where it stands in its source, and why. */
export interface Rejection {
  readonly at: string;
  readonly reason: string;
}

const mostListed = 100;
const mostIds = 100_000;

/** Counts every record that was left out and lists the first hundred. */
export class Rejections {
  readonly listed: Rejection[] = [];
  /** Ids of records whose last good form is better than none. */
  readonly ids: string[] = [];
  count = 0;

  add(at: string, reason: string, ids: readonly string[] = []): void {
    this.count += 1;
    if (this.ids.length < mostIds) this.ids.push(...ids);
    if (this.listed.length >= mostListed) return;
    this.listed.push({ at: shown(at, 200), reason: shown(reason, 300) });
  }
}

/** What a parser of a whole document answers. */
export interface Parsed<Item> {
  readonly items: readonly Item[];
  readonly rejected: Rejections;
  /** The date that the document gives itself; null: none. */
  readonly asOf: Date | null;
}

/** The whole feed is of no use; nothing of it is taken. `code` is for programs. */
export class FeedDamaged extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function shown(text: string, limit: number): string {
  const clean = text.replace(/[\u0000-\u001f\u007f]/g, '\u00b7');
  return clean.length <= limit ? clean : `${clean.slice(0, limit - 1)}…`;
}
