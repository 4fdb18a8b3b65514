import type { Difference } from '../../platform/facets/facet.ts';
import { type OrdinalSet, ordinalSet } from './ordinal-set.ts';

/** One question with its answers, as it comes from the database. */
export interface AskedQuestion {
  readonly id: number;
  readonly title: string;
  readonly libraryKey: string | null;
  readonly open: boolean;
  /** All targets, those that are not applicable included. */
  readonly targets: OrdinalSet;
  readonly notApplicable: OrdinalSet;
  /** Outcome to ordinals. */
  readonly outcomes: ReadonlyMap<string, readonly number[]>;
  /** Ordinals that answered at least one row. */
  readonly withRows: readonly number[];
  readonly lastSequence: number;
  /** Null: too much to hold. */
  readonly rows: readonly AskedRow[] | null;
}

export interface AskedRow {
  readonly id: number;
  /** Its values, one per line. */
  readonly text: string;
  readonly ordinals: readonly number[];
}

export interface NewAnswer {
  readonly sequence: number;
  readonly ordinal: number;
  readonly outcome: string;
  /** Also when a total limit stopped the storing of its rows. */
  readonly hasRows: boolean;
  readonly rowIds: readonly number[];
}

interface Entry {
  readonly id: number;
  readonly title: string;
  readonly libraryKey: string | null;
  open: boolean;
  readonly targets: OrdinalSet;
  readonly outcomes: Map<string, OrdinalSet>;
  readonly withRows: OrdinalSet;
  lastSequence: number;
  /** Row id to text (in lower case) and who answered it; null: too much to hold. */
  rows: Map<number, { readonly text: string; readonly ordinals: OrdinalSet }> | null;
  rowReferences: number;
}

/** Beyond this the values of a question cannot be searched in a selector. */
export const heldRows = { distinct: 5_000, references: 300_000 } as const;

/**
 * Who was asked what and what became of it, in memory: behind the facets `asked` and `answered`.
 * Made equal to the database again and again; never the only copy.
 */
export class AskedIndex {
  readonly #entries = new Map<number, Entry>();

  /** Newest first. */
  get newest(): readonly Readonly<Entry>[] {
    return [...this.#entries.values()].sort((a, b) => b.id - a.id);
  }

  get openIds(): readonly number[] {
    return [...this.#entries.values()].filter(({ open }) => open).map(({ id }) => id);
  }

  entry(id: number): Readonly<Entry> | undefined {
    return this.#entries.get(id);
  }

  newestOf(libraryKey: string): Readonly<Entry> | undefined {
    return this.newest.find((entry) => entry.libraryKey === libraryKey);
  }

  /** Replaces what was held of the question. Its sets belong to the index from here on. */
  put({ rows, withRows, outcomes, notApplicable, ...question }: AskedQuestion): void {
    this.remove(question.id);
    const sets = new Map([...outcomes].map(([name, ordinals]) => [name, ordinalSet(ordinals)]));
    const unfit = sets.get('not-applicable') ?? ordinalSet();
    unfit.orInPlace(notApplicable);
    notApplicable.dispose();
    if (unfit.size > 0) sets.set('not-applicable', unfit);
    this.#entries.set(question.id, {
      ...question,
      outcomes: sets,
      withRows: ordinalSet(withRows),
      rows:
        rows &&
        new Map(
          rows.map(({ id, text, ordinals }) => [
            id,
            { text: text.toLowerCase(), ordinals: ordinalSet(ordinals) },
          ]),
        ),
      rowReferences: rows?.reduce((sum, { ordinals }) => sum + ordinals.length, 0) ?? 0,
    });
  }

  /** Ids of rows whose text is not known yet. */
  unknownRows(id: number, answers: readonly NewAnswer[]): readonly number[] {
    const rows = this.#entries.get(id)?.rows;
    if (!rows) return [];
    const ids = new Set(answers.flatMap(({ rowIds }) => rowIds));
    return [...ids].filter((rowId) => !rows.has(rowId));
  }

  /** Answers that came since; those that are known already change nothing. */
  apply(id: number, answers: readonly NewAnswer[], texts: ReadonlyMap<number, string>): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    for (const { sequence, ordinal, outcome, hasRows, rowIds } of answers) {
      if (sequence <= entry.lastSequence) continue;
      entry.lastSequence = sequence;
      let set = entry.outcomes.get(outcome);
      if (!set) {
        set = ordinalSet();
        entry.outcomes.set(outcome, set);
      }
      set.add(ordinal);
      if (hasRows) entry.withRows.add(ordinal);
      entry.rowReferences += rowIds.length;
      for (const rowId of rowIds) {
        let row = entry.rows?.get(rowId);
        if (entry.rows && !row) {
          row = { text: (texts.get(rowId) ?? '').toLowerCase(), ordinals: ordinalSet() };
          entry.rows.set(rowId, row);
        }
        row?.ordinals.add(ordinal);
      }
      if (
        entry.rows &&
        (entry.rows.size > heldRows.distinct || entry.rowReferences > heldRows.references)
      ) {
        dropRows(entry);
      }
    }
  }

  remove(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    entry.targets.dispose();
    entry.withRows.dispose();
    for (const set of entry.outcomes.values()) set.dispose();
    dropRows(entry);
  }

  /** What the index holds otherwise than `truth` says, at most `limit`. */
  differences(truth: AskedQuestion, limit: number): Difference[] {
    const entry = this.#entries.get(truth.id);
    const found: Difference[] = [];
    const compare = (what: string, held: OrdinalSet | undefined, right: OrdinalSet) => {
      const wrong = ordinalSet();
      wrong.orInPlace(right);
      if (held) wrong.xorInPlace(held);
      for (const position of wrong.toArray(Math.max(0, limit - found.length))) {
        const detail = `question ${truth.id}, ${what}: ${held?.has(position) ? 'held, but not so' : 'not held'}`;
        found.push({ source: sourceName, position, detail });
      }
      wrong.dispose();
    };
    compare('asked', entry?.targets, truth.targets);
    const names = new Set([...(entry?.outcomes.keys() ?? []), ...truth.outcomes.keys()]);
    for (const name of names) {
      const right = ordinalSet(truth.outcomes.get(name) ?? []);
      if (name === 'not-applicable') right.orInPlace(truth.notApplicable);
      compare(name, entry?.outcomes.get(name), right);
      right.dispose();
    }
    const withRows = ordinalSet(truth.withRows);
    compare('answered with rows', entry?.withRows, withRows);
    withRows.dispose();
    return found;
  }

  close(): void {
    for (const id of [...this.#entries.keys()]) this.remove(id);
  }
}

export const sourceName = 'questions.answers';

function dropRows(entry: Entry): void {
  for (const { ordinals } of entry.rows?.values() ?? []) ordinals.dispose();
  entry.rows = null;
}
