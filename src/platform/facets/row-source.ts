import type { Queryable } from '../db/queryable.ts';
import type { ColumnIndex } from './column-index.ts';
import type { Bitmap, Difference, FacetSource } from './facet.ts';

type Fact = string | number;

/** One index that is filled from the rows of a source. */
export interface FactColumn<Row> {
  /** Names it in differences. */
  readonly name: string;
  readonly write: (position: number, row: Row) => void;
  readonly remove: (position: number) => void;
  readonly replace: () => {
    readonly write: (position: number, row: Row) => void;
    readonly done: () => void;
  };
  readonly held: (position: number) => readonly Fact[];
  readonly wanted: (row: Row) => readonly Fact[];
  readonly positions: () => Bitmap;
}

interface Postings<Value> {
  set(position: number, values: Iterable<Value>): boolean;
  remove(position: number): boolean;
  replace(): { set(position: number, values: Iterable<Value>): void; done(): void };
  valuesOf(position: number): readonly Value[];
  positions(): Bitmap;
}

/** A column of any number of values per row. */
export function postingsColumn<Row, Value extends Fact>(
  name: string,
  index: Postings<Value>,
  wanted: (row: Row) => readonly Value[],
): FactColumn<Row> {
  return {
    name,
    wanted,
    write: (position, row) => void index.set(position, wanted(row)),
    remove: (position) => void index.remove(position),
    replace() {
      const loading = index.replace();
      return {
        write: (position, row) => {
          const values = wanted(row);
          if (values.length > 0) loading.set(position, values);
        },
        done: () => loading.done(),
      };
    },
    held: (position) => index.valuesOf(position),
    positions: () => index.positions(),
  };
}

/** A column of one number per row, or none. */
export function numberColumn<Row>(
  name: string,
  index: ColumnIndex,
  wanted: (row: Row) => number | null,
): FactColumn<Row> {
  const listed = (value: number | null) => (value === null ? [] : [value]);
  return {
    name,
    wanted: (row) => listed(wanted(row)),
    write: (position, row) => void index.set(position, wanted(row)),
    remove: (position) => void index.remove(position),
    replace() {
      const loading = index.replace();
      return {
        write: (position, row) => loading.set(position, wanted(row)),
        done: () => loading.done(),
      };
    },
    held: (position) => listed(index.valueOf(position)),
    positions: () => index.positions(),
  };
}

interface RowSourceOptions<Row> {
  readonly name: string;
  /**
   * The statement that reads rows, one per position. `where` holds a condition on `position`, the
   * expression given here: two parameters when all are read, one when some are.
   */
  readonly positionColumn: string;
  readonly statement: (where: string) => string;
  /** Answers one row with `last`: the highest position there is. */
  readonly lastPosition: string;
  readonly columns: readonly FactColumn<Row>[];
  /** Positions per statement; about a megabyte or ten of rows. */
  readonly windowSize: number;
  readonly alsoToldBy?: readonly string[];
  /** Before rows are written: to read what they refer to. */
  readonly prepare?: (db: Queryable, rows: readonly Row[]) => Promise<void>;
}

/**
 * A source whose facts stand in rows of the database, one per position, read a window of positions at
 * a time: nothing holds all rows at once, neither here nor in PostgreSQL. Windows are read one after
 * another, each as of its own moment; what changes meanwhile is told by notices, which are read after.
 */
export function rowSource<Row extends { readonly position: number }>(
  options: RowSourceOptions<Row>,
): FacetSource {
  const { name, positionColumn, statement, columns, windowSize, prepare } = options;
  const some = statement(`${positionColumn} = any($1::int[])`);
  const window = statement(`${positionColumn} > $1 and ${positionColumn} <= $2`);

  async function eachWindow(
    db: Queryable,
    take: (rows: readonly Row[]) => void | Promise<void>,
  ): Promise<void> {
    const { rows } = await db.query<{ last: number }>(options.lastPosition);
    const last = rows[0]?.last ?? 0;
    const readAfter = (after: number) => {
      if (after >= last) return undefined;
      const read = db.query<Row>(window, [after, Math.min(after + windowSize, last)]);
      // Awaited below; until then, or when it never is, its failure is no failure of the process.
      read.catch(() => undefined);
      return read;
    };
    let reading = readAfter(-1);
    for (let after = windowSize - 1; reading; after += windowSize) {
      const { rows: taken } = await reading;
      // PostgreSQL works on the next window while this one is taken in.
      reading = readAfter(after);
      await take(taken);
    }
  }

  return {
    name,
    alsoToldBy: options.alsoToldBy ?? [],
    async load(db) {
      const loading = columns.map((column) => column.replace());
      await eachWindow(db, async (rows) => {
        await prepare?.(db, rows);
        for (const row of rows) for (const column of loading) column.write(row.position, row);
      });
      for (const column of loading) column.done();
    },

    async refresh(db, positions) {
      for (let start = 0; start < positions.length; start += windowSize) {
        const asked = positions.slice(start, start + windowSize);
        const { rows } = await db.query<Row>(some, [`{${asked.join(',')}}`]);
        await prepare?.(db, rows);
        const gone = new Set(asked);
        for (const row of rows) {
          gone.delete(row.position);
          for (const column of columns) column.write(row.position, row);
        }
        for (const position of gone) for (const column of columns) column.remove(position);
      }
    },

    async check(db, limit) {
      const differences: Difference[] = [];
      const seen = new Set<number>();
      const differ = (position: number, detail: string) => {
        if (differences.length < limit) differences.push({ source: name, position, detail });
      };
      await eachWindow(db, (rows) => {
        for (const row of rows) {
          seen.add(row.position);
          for (const { name: column, held, wanted } of columns) {
            const inIndex = told(held(row.position));
            const inDatabase = told(wanted(row));
            if (inIndex === inDatabase) continue;
            differ(
              row.position,
              `${column}: ${cut(inIndex)} in the index, ${cut(inDatabase)} stored`,
            );
          }
        }
      });
      for (const { name: column, positions } of columns) {
        const held = positions();
        for (const position of held) {
          if (!seen.has(position)) differ(position, `${column}: not in the database any more`);
        }
        held.dispose();
      }
      return differences;
    },
  };
}

/** The same for the same facts, in whichever order. */
function told(facts: readonly Fact[]): string {
  return JSON.stringify([...new Set(facts)].sort());
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
