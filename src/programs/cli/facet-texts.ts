import type { Language } from '../../platform/i18n/language.ts';
import { createTranslator, type KeyOf, type Translate } from '../../platform/i18n/translator.ts';

const en = {
  'command.facets': 'The keys of the selector language, with examples',
  'command.count': 'How many a selector selects, or where it is wrong',
  'command.complete': 'What may follow this beginning of a selector',
  'command.check': 'Compare the index of the server with the database',
  'argument.selector': 'e.g. "os:windows -tag:lab lastseen:<7d"',
  'argument.text': 'the beginning of a selector',
  'column.key': 'Key',
  'column.title': 'Meaning',
  'column.values': 'Values',
  'column.examples': 'Examples',
  'column.text': 'Selector',
  'column.count': 'Count',
  'column.source': 'Source',
  'column.seconds': 'Seconds',
  'column.differences': 'Differences',
  'bare-word': 'Words without a key are looked for by {{key}}.',
  'did-you-mean': 'Did you mean: {{nearest}}',
  difference: '{{source}}, position {{position}}: {{detail}}',
  equal: 'The index is equal to the database.',
  different: 'The index differs from the database. Restart the server to build it anew.',
};

const ja: Record<keyof typeof en, string> = {
  'command.facets': 'セレクタ（絞り込みの条件）で使えるキーと例',
  'command.count': 'セレクタに一致する数、または誤りの位置',
  'command.complete': '入力途中のセレクタに続けられる候補',
  'command.check': 'サーバーの索引とデータベースを照合する',
  'argument.selector': '例: "os:windows -tag:lab lastseen:<7d"',
  'argument.text': 'セレクタの書き出し',
  'column.key': 'キー',
  'column.title': '意味',
  'column.values': '値の種類',
  'column.examples': '例',
  'column.text': 'セレクタ',
  'column.count': '件数',
  'column.source': '情報源',
  'column.seconds': '秒',
  'column.differences': '相違',
  'bare-word': 'キーのない語は {{key}} で探します。',
  'did-you-mean': 'もしかして: {{nearest}}',
  difference: '{{source}} の位置 {{position}}: {{detail}}',
  equal: '索引はデータベースと一致しています。',
  different: '索引がデータベースと一致していません。サーバーを再起動すると作り直されます。',
};

export type FacetTexts = Translate<KeyOf<typeof en>>;
export const facetCatalogue = { en, ja };

export function facetTexts(language: Language): FacetTexts {
  return createTranslator(language, facetCatalogue);
}
