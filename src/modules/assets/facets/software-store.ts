import type { Queryable } from '../../../platform/db/queryable.ts';
import {
  type Bitmap,
  type Facet,
  type FacetSource,
  type SuggestContext,
  type Suggestion,
  type Test,
  ValueProblem,
} from '../../../platform/facets/facet.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import { MostFrequent } from '../../../platform/facets/most-frequent.ts';
import { PostingIndex } from '../../../platform/facets/posting-index.ts';
import { postingsColumn, rowSource } from '../../../platform/facets/row-source.ts';
import { TextBlocks } from '../../../platform/facets/text-blocks.ts';
import {
  type FacetTexts,
  isNone,
  shortened,
  without,
} from '../../../platform/facets/value-reading.ts';
import { createVersionFilter, parseSoftwareTerm } from './software-term.ts';

interface InventoryRow {
  readonly position: number;
  /** `{1,2,3},{7}`: the ids of each part. */
  readonly ids: string;
}

interface CatalogueRow {
  readonly id: number;
  readonly source: string;
  readonly name: string;
  readonly version: string;
  readonly identifier: string;
}

export interface SoftwareIndex {
  readonly source: FacetSource;
  /** Ids of the catalogue by endpoint. */
  readonly installed: PostingIndex;
  readonly catalogue: CatalogueIndex;
}

export const extensionSources: ReadonlySet<string> = new Set([
  'chrome-extension',
  'firefox-addon',
  'vscode-extension',
]);

/** Names and versions of the catalogue. Rows of it never change and are never deleted. */
interface CatalogueIndex {
  /** Reads everything that is not known yet, or these ids of it. */
  learn(db: Queryable, ids?: Iterable<number>): Promise<void>;
  /**
   * Ids of rows whose folded name (or identifier, of extensions) and version fit.
   *
   * @param wildcards `*` in the name stands for any text
   */
  idsWhere(
    name: string,
    how: {
      readonly wildcards: boolean;
      readonly keeps?: (source: string, version: string) => boolean;
      readonly among?: ReadonlySet<string> | undefined;
    },
  ): number[];
  /** Names that, folded, contain `wanted`, with their ids; names that differ by case are one. */
  eachName(
    wanted: string,
    among: ReadonlySet<string> | undefined,
    take: (folded: string, name: string, ids: readonly number[]) => void,
  ): void;
}

const catalogueWindow = 20_000;

function createCatalogueIndex(): CatalogueIndex {
  const sources: (string | undefined)[] = [];
  const versions: string[] = [];
  const names = createKeyedIds();
  const identifiers = createKeyedIds();
  const statement = `select id, source, name, version,
      case when source in (${[...extensionSources].map((name) => `'${name}'`).join(', ')})
           then identifier else '' end as identifier
    from assets.software`;

  function take(rows: readonly CatalogueRow[]): void {
    for (const { id, source, name, version, identifier } of rows) {
      if (sources[id] !== undefined) continue;
      sources[id] = source;
      versions[id] = version;
      names.add(name, id);
      if (identifier !== '') identifiers.add(identifier, id);
    }
  }

  return {
    async learn(db, ids) {
      if (ids !== undefined) {
        const unknown = new Set<number>();
        for (const id of ids) if (sources[id] === undefined) unknown.add(id);
        if (unknown.size === 0) return;
        const { rows } = await db.query<CatalogueRow>(`${statement} where id = any($1::int[])`, [
          `{${[...unknown].join(',')}}`,
        ]);
        take(rows);
        return;
      }
      // Rows with lower ids may still be committed: what is missing is read when it is met.
      for (let after = 0; ; ) {
        const { rows } = await db.query<CatalogueRow>(
          `${statement} where id > $1 order by id limit ${catalogueWindow}`,
          [after],
        );
        take(rows);
        after = rows.at(-1)?.id ?? after;
        if (rows.length < catalogueWindow) break;
      }
    },

    idsWhere(name, { wildcards, keeps, among }) {
      const found: number[] = [];
      const consider = (_: string, __: string, ids: readonly number[]) => {
        for (const id of ids) {
          const source = sources[id]!;
          if (among !== undefined && !among.has(source)) continue;
          if (keeps === undefined || keeps(source, versions[id]!)) found.push(id);
        }
      };
      for (const keys of [names, identifiers]) {
        if (wildcards) keys.eachLike(name, consider);
        else consider('', '', keys.idsOf(name));
      }
      return found;
    },

    eachName(wanted, among, take) {
      names.eachLike(`*${wanted}*`, (folded, name, ids) => {
        const listed = among ? ids.filter((id) => among.has(sources[id]!)) : ids;
        if (listed.length > 0) take(folded, name, listed);
      });
    },
  };
}

/** Rows of the catalogue by a text of theirs, which is found however it is written. */
function createKeyedIds() {
  const numbers = new Map<string, number>();
  const folded = new TextBlocks();
  const entries: { readonly text: string; readonly ids: number[] }[] = [];
  return {
    add(text: string, id: number): void {
      const key = foldText(text);
      const number = numbers.get(key);
      if (number !== undefined) {
        entries[number]!.ids.push(id);
        return;
      }
      numbers.set(key, entries.length);
      folded.set(entries.length, key);
      entries.push({ text, ids: [id] });
    },
    idsOf: (key: string): readonly number[] => entries[numbers.get(key) ?? -1]?.ids ?? [],
    eachLike(
      pattern: string,
      take: (folded: string, text: string, ids: readonly number[]) => void,
    ): void {
      folded.eachLike(pattern, (key, number) => {
        const { text, ids } = entries[number]!;
        take(key, text, ids);
        return true;
      });
    },
  };
}

export function createSoftwareIndex(): SoftwareIndex {
  const installed = new PostingIndex();
  const catalogue = createCatalogueIndex();
  const source = rowSource<InventoryRow>({
    name: 'assets.software',
    positionColumn: 'e.ordinal',
    // As text: parsed here in one pass, ten times as fast as by the driver.
    statement: (where) =>
      `select e.ordinal as position, string_agg(s.software_ids::text, ',') as ids
         from assets.endpoints e join assets.endpoint_software s on s.endpoint_id = e.id
        where ${where} group by e.ordinal`,
    lastPosition: 'select max(ordinal) as last from assets.endpoints',
    windowSize: 1_000,
    columns: [postingsColumn('software', installed, ({ ids }) => idsIn(ids))],
  });
  return {
    installed,
    catalogue,
    source: {
      ...source,
      async load(db) {
        await source.load(db);
        await catalogue.learn(db);
        await catalogue.learn(db, installed.values());
      },
      async refresh(db, positions) {
        await source.refresh(db, positions);
        await catalogue.learn(
          db,
          (function* () {
            for (const position of positions) yield* installed.valuesOf(position);
          })(),
        );
      },
    },
  };
}

/** Every number in the text, ascending and distinct. */
function idsIn(text: string): number[] {
  const ids: number[] = [];
  let ascending = true;
  let number = -1;
  for (let at = 0; at <= text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      number = number < 0 ? digit : number * 10 + digit;
    } else if (number >= 0) {
      if (ids.length > 0 && number <= ids[ids.length - 1]!) ascending = false;
      ids.push(number);
      number = -1;
    }
  }
  if (ascending) return ids;
  return [...new Set(Uint32Array.from(ids).sort())];
}

interface SoftwareFacetOptions extends FacetTexts {
  readonly index: SoftwareIndex;
  /** Only software of these sources. */
  readonly among?: ReadonlySet<string>;
  readonly everyone: () => Bitmap;
}

/** `software:openssl`, `software:python3*`, `software:"log4j-core>=2.0,<2.17"`. */
export function softwareFacet({ index, among, everyone, ...texts }: SoftwareFacetOptions): Facet {
  const { installed, catalogue } = index;
  const any = () =>
    among
      ? installed.union(catalogue.idsWhere('*', { wildcards: true, among }))
      : installed.positions();

  function match(test: Test): Bitmap {
    if (test.kind === 'compare') throw noName(texts, `${test.operator}${test.value}`);
    const text = test.kind === 'is' ? test.value : `${test.from ?? ''}..${test.to ?? ''}`;
    const wildcards = test.kind === 'range' || !test.quoted;
    if (wildcards && text === '*') return any();
    if (isNone(text)) return without(everyone(), any());
    const whole = foldText(text);
    if (test.kind === 'is' && test.anywhere) {
      return installed.union(catalogue.idsWhere(`*${whole}*`, { wildcards: true, among }));
    }
    // A few programs have such a sign in their name.
    if (/[<>=]/.test(text)) {
      const ids = catalogue.idsWhere(whole, { wildcards: false, among });
      if (ids.length > 0) return installed.union(ids);
    }
    const term = parseSoftwareTerm(text);
    if (term === undefined) throw noName(texts, text);
    const name = foldText(term.name);
    return installed.union(
      catalogue.idsWhere(name, {
        wildcards: wildcards && name.includes('*'),
        ...(term.limits.length > 0 && { keeps: createVersionFilter(term.limits) }),
        among,
      }),
    );
  }

  /** Counts are exact for what is answered; of most names their sum says that they will not be. */
  function suggest(typed: string, { within, limit }: SuggestContext): readonly Suggestion[] {
    const wanted = foldText(typed).replaceAll('*', '');
    const begin = new MostFrequent(limit);
    const contain = new MostFrequent(limit);
    catalogue.eachName(wanted, among, (folded, name, ids) => {
      let atMost = 0;
      for (const id of ids) atMost += installed.countOf(id);
      const ranked = folded.startsWith(wanted) ? begin : contain;
      ranked.offer(name, Math.min(atMost, within.size), () => {
        const bitmap = installed.union(ids);
        const count = bitmap.andCardinality(within);
        bitmap.dispose();
        // What nobody within reach has is nobody's to know.
        return count;
      });
    });
    return [...begin.list(), ...contain.list()].slice(0, limit);
  }

  return { ...texts, values: 'software', match, suggest };
}

function noName({ key, title }: FacetTexts, text: string): ValueProblem {
  return new ValueProblem({
    ja: `${title.ja}「${shortened(text)}」を読めません。${key}:openssl、${key}:openssl<3.0.13、${key}:"log4j-core>=2.0,<2.17" のように指定してください。`,
    en: `Cannot read "${shortened(text)}". Write ${key}:openssl, ${key}:openssl<3.0.13 or ${key}:"log4j-core>=2.0,<2.17".`,
  });
}
