/**
 * Japanese texts of the product have no space between Japanese and a number or a name: 3件, OS情報,
 * PostgreSQLのログ. A space stays around what is typed or read letter by letter (commands, options,
 * paths, addresses, words in lower case): `yojin feeds sync を実行`.
 */
const japanese = '\\u3040-\\u30ff\\u3400-\\u9fff\\u3005';
/** What stands between spaces and Japanese punctuation. */
const run = '(?:\\{\\{[^}]*\\}\\}|[^\\s\\u3000-\\u9fff\\uff00-\\uffef])+';
const counters =
  '件|台|個|つ|人|名|行|回|日|週|時間|時|分|秒|か月|月|年|版|種|列|段|文字|バイト|パーセント|割|倍|番|～';

const before = new RegExp(
  `(\\S+ )?(?<![^\\s\\u3000-\\u9fff\\uff00-\\uffef])(${run}) (?=[${japanese}])`,
  'g',
);
const after = new RegExp(`(?<=[${japanese}]) (?!Yojin\\b(?<=用心 Yojin))(${run})`, 'g');
const countsSomething = new RegExp(`^ ?(?:${counters})`);

/** Excerpts around the spaces that should not be there; empty: the text follows the rule. */
export function spacingFaults(text: string): readonly string[] {
  return unwantedSpaces(text).map((at) => `"${text.slice(Math.max(0, at - 12), at + 13)}"`);
}

/** Offsets of the spaces that should not be there, in order. */
export function unwantedSpaces(text: string): readonly number[] {
  const found = new Set<number>();
  for (const match of text.matchAll(before)) {
    const [whole, precedes = '', latin] = match;
    const at = match.index + whole.length - 1;
    // The value of an option belongs to what is typed.
    if (/^-/.test(precedes)) continue;
    if (isPlain(latin!) || (isValue(latin!) && countsSomething.test(text.slice(at)))) found.add(at);
  }
  for (const match of text.matchAll(after)) {
    const latin = match[1]!;
    const rest = text.slice(match.index + 1 + latin.length);
    if (isPlain(latin) || (isValue(latin) && countsSomething.test(rest))) found.add(match.index);
  }
  return [...found].sort((a, b) => a - b);
}

/** A number, or a word that begins with a capital letter: a name or an abbreviation. */
function isPlain(latin: string): boolean {
  return /^['"]*(?:\d[\d,]*(?:\.\d+)?%?|[A-Z][A-Za-z0-9]*)['":]*$/.test(latin);
}

function isValue(latin: string): boolean {
  return /^['"]*\{\{[^}]*\}\}$/.test(latin);
}
