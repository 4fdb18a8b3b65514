import type {
  Bilingual,
  Facet,
  SuggestContext,
  Suggestion,
  Test,
} from '../../platform/facets/facet.ts';
import type { AskedIndex } from './asked-index.ts';
import { type OrdinalSet, ordinalSet } from './ordinal-set.ts';

/** Ways a facet can refuse a value; handed in, because files like this one run nothing of platform. */
export type RefuseValue = (text: Bilingual, nearest?: readonly string[]) => Error;

type Entry = NonNullable<ReturnType<AskedIndex['entry']>>;

const outcomeNames = [
  'answered',
  'not-applicable',
  'failed',
  'denylisted',
  'refused',
  'timed-out',
  'expired',
  'cancelled',
  'gone',
] as const;

/** `asked:123`, `asked:123:failed`, `answered:123`, `answered:"123:text"`; a key of the library
 * instead of the number means its newest question. */
export function askedFacets(index: AskedIndex, refuse: RefuseValue): readonly Facet[] {
  const find = (test: Test): { entry: Entry; rest: string | undefined } => {
    if (test.kind !== 'is') {
      throw refuse({
        en: 'Give the number of a question, or a key of the library',
        ja: '質問の番号か、ライブラリーのキーを指定してください',
      });
    }
    const colon = test.value.indexOf(':');
    const name = (colon < 0 ? test.value : test.value.slice(0, colon)).trim();
    const rest = colon < 0 ? undefined : test.value.slice(colon + 1).trim();
    const entry = /^\d{1,15}$/.test(name) ? index.entry(Number(name)) : index.newestOf(name);
    if (!entry) {
      throw refuse(
        {
          en: `There is no question ${name} any more, or not yet`,
          ja: `質問 ${name} はありません（削除されたか、まだ聞かれていません）`,
        },
        index.newest.slice(0, 3).map(({ id }) => String(id)),
      );
    }
    return { entry, rest: rest === '' ? undefined : rest };
  };
  return [
    {
      key: 'asked',
      title: { en: 'Asked', ja: '質問した端末' },
      description: {
        en: 'Endpoints that a live question was asked, by its number or its key in the library; behind a second colon what became of it, or unanswered',
        ja: 'ライブ質問を受けた端末。質問の番号かライブラリーのキーで指定します。もう一つコロンを付けて結果（または unanswered）でしぼり込めます',
      },
      values: 'text',
      examples: ['asked:12', 'asked:12:failed', 'asked:12:unanswered'],
      match: (test) => {
        const { entry, rest } = find(test);
        if (rest === undefined) return entry.targets.clone();
        if (rest === 'unanswered') return unanswered(entry);
        if (!(outcomeNames as readonly string[]).includes(rest)) {
          throw refuse(
            { en: `${rest} is no outcome of a question`, ja: `${rest} という結果はありません` },
            outcomeNames
              .filter((name) => name.startsWith(rest.slice(0, 2)))
              .map((name) => `${entry.id}:${name}`),
          );
        }
        return entry.outcomes.get(rest)?.clone() ?? ordinalSet();
      },
      suggest: (typed, context) => {
        const chosen = /^(\d{1,15}):/.exec(typed);
        const entry = chosen && index.entry(Number(chosen[1]));
        if (!entry) return suggestQuestions(index, typed, context, ({ targets }) => targets);
        const names = ['unanswered', ...entry.outcomes.keys()];
        return names
          .map((name) => ({ value: `${entry.id}:${name}`, set: outcomeOf(entry, name) }))
          .filter(({ value }) => value.startsWith(typed))
          .map(({ value, set }) => {
            const count = set.andCardinality(context.within);
            set.dispose();
            return { value, count };
          })
          .slice(0, context.limit);
      },
    },
    {
      key: 'answered',
      title: { en: 'Answered', ja: '回答した端末' },
      description: {
        en: 'Endpoints that answered a live question with at least one row; behind a second colon a text that one of its values contains',
        ja: 'ライブ質問に1行以上で回答した端末。もう一つコロンを付けると、その文字列を含む値を回答した端末にしぼり込めます',
      },
      values: 'text',
      examples: ['answered:12', 'answered:"12:log4j-core"'],
      match: (test) => {
        const { entry, rest } = find(test);
        if (rest === undefined) return entry.withRows.clone();
        if (!entry.rows) {
          throw refuse({
            en: `Question ${entry.id} has too many answers to search their values here; its page can`,
            ja: `質問 ${entry.id} は回答が多すぎるため、ここでは値を検索できません。質問のページで検索してください`,
          });
        }
        const found = ordinalSet();
        const text = rest.toLowerCase();
        for (const row of entry.rows.values()) {
          if (row.text.includes(text)) found.orInPlace(row.ordinals);
        }
        return found;
      },
      suggest: (typed, context) =>
        suggestQuestions(index, typed, context, ({ withRows }) => withRows),
    },
  ];
}

function outcomeOf(entry: Entry, name: string): OrdinalSet {
  return name === 'unanswered'
    ? unanswered(entry)
    : (entry.outcomes.get(name)?.clone() ?? ordinalSet());
}

/** Asked, and no answer came or will come. */
function unanswered(entry: Entry): OrdinalSet {
  const rest = entry.targets.clone();
  for (const name of ['answered', 'not-applicable', 'failed', 'denylisted', 'refused']) {
    const set = entry.outcomes.get(name);
    if (set) rest.andNotInPlace(set);
  }
  return rest;
}

/** Titles may tell of places one does not reach: only questions to endpoints within reach. */
function suggestQuestions(
  index: AskedIndex,
  typed: string,
  { within, limit }: SuggestContext,
  of: (entry: Entry) => OrdinalSet,
): Suggestion[] {
  const text = typed.toLowerCase();
  const found: Suggestion[] = [];
  for (const entry of index.newest) {
    if (found.length >= limit) break;
    const { id, title, libraryKey, targets } = entry;
    const fits =
      String(id).startsWith(text) ||
      title.toLowerCase().includes(text) ||
      libraryKey?.includes(text);
    if (!fits || !targets.intersects(within)) continue;
    found.push({
      value: String(id),
      title: { ja: title, en: title },
      count: of(entry).andCardinality(within),
    });
  }
  return found;
}
