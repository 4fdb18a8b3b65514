import { ColumnIndex } from '../../../platform/facets/column-index.ts';
import type { FacetSource } from '../../../platform/facets/facet.ts';
import { numberColumn, rowSource } from '../../../platform/facets/row-source.ts';

interface ContactRow {
  readonly position: number;
  readonly atMs: number | null;
}

export interface ContactIndex {
  readonly source: FacetSource;
  /** Milliseconds since 1970; none: never heard of since enrolment. */
  readonly lastSeen: ColumnIndex;
  /** What `recordContacts` says once it is committed: `17:1764000000000,18:1764000000120`. */
  apply(notice: string): void;
}

/**
 * When endpoints were last heard of. Every check-in changes that, so nothing is read back: the notice
 * itself carries the times. They only ever move forward, hence a late or repeated one does no harm.
 * `listening` resolves once notices arrive; before, nothing is loaded, or one would be missed.
 */
export function createContactIndex(listening: Promise<unknown>): ContactIndex {
  const lastSeen = new ColumnIndex();
  /** Heard of while the column is being read anew. */
  let meanwhile: Map<number, number> | undefined;

  const source = rowSource<ContactRow>({
    name: 'assets.contacts',
    positionColumn: 'e.ordinal',
    statement: (where) =>
      `select e.ordinal as position,
              (extract(epoch from c.last_seen_at) * 1000)::float8 as "atMs"
         from assets.endpoints e join assets.contacts c on c.endpoint_id = e.id where ${where}`,
    lastPosition: 'select max(ordinal) as last from assets.endpoints',
    windowSize: 20_000,
    columns: [
      numberColumn('lastSeen', lastSeen, ({ atMs }) => (atMs === null ? null : Math.floor(atMs))),
    ],
  });

  function heard(position: number, atMs: number): void {
    const known = lastSeen.valueOf(position);
    if (known === null || known < atMs) lastSeen.set(position, atMs);
  }

  return {
    lastSeen,
    source: {
      ...source,
      async load(db) {
        await listening;
        meanwhile ??= new Map();
        await source.load(db);
        for (const [position, atMs] of meanwhile) heard(position, atMs);
        meanwhile = undefined;
      },
    },
    apply(notice) {
      for (const entry of notice.split(',')) {
        const colon = entry.indexOf(':');
        const position = Number(entry.slice(0, colon));
        const atMs = Number(entry.slice(colon + 1));
        if (colon < 1 || !Number.isSafeInteger(position) || !Number.isSafeInteger(atMs)) continue;
        heard(position, atMs);
        meanwhile?.set(position, Math.max(atMs, meanwhile.get(position) ?? 0));
      }
    },
  };
}
