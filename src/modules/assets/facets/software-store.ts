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
import { foldText, PostingIndex } from '../../../platform/facets/posting-index.ts';
import { postingsColumn, rowSource } from '../../../platform/facets/row-source.ts';
import {
  type FacetTexts,
  isNone,
  mostFrequent,
  shortened,
  without,
} from '../../../platform/facets/value-reading.ts';
import { wildcard } from '../../../platform/facets/wildcard.ts';
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
  /** Ids of rows whose folded name (or identifier, of extensions) and version fit. */
  idsWhere(
    fits: string | ((folded: string) => boolean),
    keeps: (source: string, version: string) => boolean,
    among?: ReadonlySet<string>,
  ): number[];
  /** Names as they are written, with their ids; names that differ by case are one. */
  names(
    among?: ReadonlySet<string>,
  ): Iterable<readonly [folded: string, name: string, ids: readonly number[]]>;
}

const catalogueWindow = 20_000;

function createCatalogueIndex(): CatalogueIndex {
  const sources: (string | undefined)[] = [];
  const versions: string[] = [];
  const byName = new Map<string, { readonly name: string; readonly ids: number[] }>();
  const byIdentifier = new Map<string, number[]>();
  const statement = `select id, source, name, version,
      case when source in (${[...extensionSources].map((name) => `'${name}'`).join(', ')})
           then identifier else '' end as identifier
    from assets.software`;

  function take(rows: readonly CatalogueRow[]): void {
    for (const { id, source, name, version, identifier } of rows) {
      if (sources[id] !== undefined) continue;
      sources[id] = source;
      versions[id] = version;
      const folded = foldText(name);
      const known = byName.get(folded);
      if (known) known.ids.push(id);
      else byName.set(folded, { name, ids: [id] });
      if (identifier === '') continue;
      const key = foldText(identifier);
      const same = byIdentifier.get(key);
      if (same) same.push(id);
      else byIdentifier.set(key, [id]);
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

    idsWhere(fits, keeps, among) {
      const found: number[] = [];
      const consider = (ids: readonly number[]) => {
        for (const id of ids) {
          const source = sources[id]!;
          if (among !== undefined && !among.has(source)) continue;
          if (keeps(source, versions[id]!)) found.push(id);
        }
      };
      if (typeof fits === 'string') {
        consider(byName.get(fits)?.ids ?? []);
        consider(byIdentifier.get(fits) ?? []);
        return found;
      }
      for (const [folded, { ids }] of byName) if (fits(folded)) consider(ids);
      for (const [folded, ids] of byIdentifier) if (fits(folded)) consider(ids);
      return found;
    },

    *names(among) {
      for (const [folded, { name, ids }] of byName) {
        const listed = among ? ids.filter((id) => among.has(sources[id]!)) : ids;
        if (listed.length > 0) yield [folded, name, listed];
      }
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
    installed.union(
      catalogue.idsWhere(
        () => true,
        () => true,
        among,
      ),
    );

  function match(test: Test): Bitmap {
    if (test.kind === 'compare') throw noName(texts, `${test.operator}${test.value}`);
    const text = test.kind === 'is' ? test.value : `${test.from ?? ''}..${test.to ?? ''}`;
    const wildcards = test.kind === 'range' || !test.quoted;
    if (wildcards && text === '*') return among ? any() : installed.positions();
    if (isNone(text)) return without(everyone(), among ? any() : installed.positions());
    const whole = foldText(text);
    if (test.kind === 'is' && test.anywhere) {
      return installed.union(
        catalogue.idsWhere(
          (name) => name.includes(whole),
          () => true,
          among,
        ),
      );
    }
    // A few programs have such a sign in their name.
    if (/[<>=]/.test(text)) {
      const ids = catalogue.idsWhere(whole, () => true, among);
      if (ids.length > 0) return installed.union(ids);
    }
    const term = parseSoftwareTerm(text);
    if (term === undefined) throw noName(texts, text);
    const name = foldText(term.name);
    const fits = wildcards && name.includes('*') ? wildcard(name) : name;
    return installed.union(catalogue.idsWhere(fits, createVersionFilter(term.limits), among));
  }

  function suggest(typed: string, context: SuggestContext): readonly Suggestion[] {
    const wanted = foldText(typed).replaceAll('*', '');
    const idsByName = new Map<string, readonly number[]>();
    const counts = new Map<string, number>();
    for (const [folded, name, ids] of catalogue.names(among)) {
      if (!folded.includes(wanted)) continue;
      // Of most names the sum is enough to know that they will not be shown.
      let sum = 0;
      for (const id of ids) sum += installed.countOf(id);
      if (sum === 0) continue;
      idsByName.set(name, ids);
      counts.set(name, sum);
    }
    const exact = new Map<string, number>();
    for (const { value } of mostFrequent(counts, typed, { ...context, limit: 200 })) {
      const bitmap = installed.union(idsByName.get(value)!);
      const count = bitmap.andCardinality(context.within);
      bitmap.dispose();
      // What nobody within reach has is nobody's to know.
      if (count > 0) exact.set(value, count);
    }
    return mostFrequent(exact, typed, context);
  }

  return { ...texts, values: 'software', match, suggest };
}

function noName({ key, title }: FacetTexts, text: string): ValueProblem {
  return new ValueProblem({
    ja: `${title.ja}「${shortened(text)}」を読めません。${key}:openssl、${key}:openssl<3.0.13、${key}:"log4j-core>=2.0,<2.17" のように指定してください。`,
    en: `Cannot read "${shortened(text)}". Write ${key}:openssl, ${key}:openssl<3.0.13 or ${key}:"log4j-core>=2.0,<2.17".`,
  });
}
