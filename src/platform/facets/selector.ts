import type { Test } from './facet.ts';
import { foldText } from './fold-text.ts';
import type { SelectorProblem } from './public.ts';

export const textAtMost = 4_000;
export const depthAtMost = 50;
export const testsAtMost = 500;

/** From the first to behind the last UTF-16 code unit in the text. */
interface Place {
  readonly from: number;
  readonly to: number;
}

/** One value behind the colon, and where it stands. */
export type PlacedTest = Place & { readonly test: Test };

/** What a selector says. `key` null: a word without a key. Several tests: any of them. */
export type Selector =
  | (Place & {
      readonly kind: 'term';
      readonly key: string | null;
      readonly keyTo: number;
      readonly tests: readonly PlacedTest[];
    })
  | (Place & { readonly kind: 'not'; readonly of: Selector })
  | (Place & { readonly kind: 'and' | 'or'; readonly of: readonly Selector[] });

export type Parsed =
  /** Null: the text is empty, which selects everything. */
  | { readonly ok: true; readonly selector: Selector | null }
  | { readonly ok: false; readonly problem: SelectorProblem };

/**
 * Reads a selector. Pure: keys and values are looked at by `evaluate`. Never throws.
 *
 *     any    = all { "or" all }
 *     all    = not { [ "and" ] not }
 *     not    = ( "-" | "not" ) not | "(" any ")" | term
 *     term   = [ key ":" ] value { "," value }
 *     value  = text | ( "<" | "<=" | ">" | ">=" ) text | [ text ] ".." [ text ]
 *     text   = word | '"' { character | '\"' | '\\' } '"'
 */
export function parseSelector(text: string): Parsed {
  if (text.length > textAtMost) {
    return problem(
      'TOO_LONG',
      textAtMost,
      text.length,
      `条件は${textAtMost}文字までです（現在${text.length}文字）。`,
      `A selector has at most ${textAtMost} characters; this one has ${text.length}.`,
    );
  }
  try {
    return { ok: true, selector: new Parser(text).whole() };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, problem: error.problem };
    throw error;
  }
}

/** Characters that Japanese input writes in full width where the language has its own. */
const halfWidth: Readonly<Record<string, string>> = {
  '：': ':',
  '（': '(',
  '）': ')',
  '，': ',',
  '＜': '<',
  '＞': '>',
  '＝': '=',
  '－': '-',
  '−': '-',
  '＊': '*',
  '．': '.',
};

export function isSpace(character: string): boolean {
  return /^\s$/.test(character);
}

export function asHalfWidth(character: string): string {
  return halfWidth[character] ?? character;
}

export function isQuote(character: string): boolean {
  return '"“”＂'.includes(character) && character !== '';
}

/** Whether this quote closes one that was opened by `opened`. */
export function closesQuote(character: string, opened: string): boolean {
  return opened === '"' ? character === '"' : isQuote(character) && character !== '"';
}

const keyPattern = /^[a-z][a-z0-9-]*$/;

class Stop extends Error {
  readonly problem: SelectorProblem;

  constructor(problem: SelectorProblem) {
    super(problem.text.en);
    this.problem = problem;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #tests = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): Selector | null {
    this.#skipSpace();
    if (this.#at >= this.#text.length) return null;
    const selector = this.#any();
    if (this.#at < this.#text.length) {
      stop(
        this.#at,
        this.#at + 1,
        'この「)」に対応する「(」がありません。',
        'There is no "(" for this ")".',
      );
    }
    return selector;
  }

  #any(): Selector {
    const of = [this.#all()];
    while (this.#keyword('or')) of.push(this.#all());
    return joined('or', of);
  }

  #all(): Selector {
    const of = [this.#not()];
    for (;;) {
      if (this.#keyword('and')) of.push(this.#not());
      else if (this.#startsTerm()) of.push(this.#not());
      else return joined('and', of);
    }
  }

  #not(): Selector {
    this.#skipSpace();
    const from = this.#at;
    if (this.#peek() === '-') {
      this.#at += 1;
      const next = this.#text[this.#at];
      if (next === undefined || isSpace(next)) this.#missing(from);
      return this.#negated(from);
    }
    if (this.#keyword('not')) return this.#negated(from);
    if (this.#peek() === '(') return this.#group();
    return this.#term();
  }

  #negated(from: number): Selector {
    const of = this.#deeper(from, () => this.#not());
    return { kind: 'not', of, from, to: of.to };
  }

  #group(): Selector {
    const from = this.#at;
    this.#at += 1;
    const of = this.#deeper(from, () => this.#any());
    this.#skipSpace();
    if (this.#peek() !== ')') {
      stop(
        from,
        from + 1,
        'この「(」を閉じる「)」がありません。',
        'This "(" is not closed by a ")".',
      );
    }
    this.#at += 1;
    return { ...of, from, to: this.#at };
  }

  #deeper(from: number, read: () => Selector): Selector {
    this.#depth += 1;
    if (this.#depth > depthAtMost) {
      stop(
        from,
        from + 1,
        `かっこと否定の入れ子は${depthAtMost}段までです。`,
        `Parentheses and negations go at most ${depthAtMost} deep.`,
        'TOO_DEEP',
      );
    }
    const selector = read();
    this.#depth -= 1;
    return selector;
  }

  #term(): Selector {
    this.#skipSpace();
    const from = this.#at;
    if (from >= this.#text.length || this.#peek() === ')') this.#missing(from);
    const word = this.#wordAhead();
    if (isKeyword(word)) this.#missing(from, from + word.length);
    const key = this.#key();
    const keyTo = this.#at;
    const tests = [this.#value(key)];
    while (this.#peek() === ',') {
      this.#at += 1;
      tests.push(this.#value(key));
    }
    return { kind: 'term', key, keyTo, tests, from, to: this.#at };
  }

  /** Reads `key:`; null, and nothing read, when the word has no key. */
  #key(): string | null {
    let end = this.#at;
    while (end < this.#text.length && /[\p{L}\p{N}_-]/u.test(this.#characterAt(end))) end += 1;
    const key = foldText(this.#text.slice(this.#at, end)).replaceAll('−', '-');
    if (this.#characterAt(end) !== ':' || !keyPattern.test(key)) return null;
    this.#at = end + 1;
    return key;
  }

  #value(key: string | null): PlacedTest {
    const from = this.#at;
    this.#tests += 1;
    if (this.#tests > testsAtMost) {
      stop(
        from,
        Math.min(from + 1, this.#text.length),
        `指定できる値は${testsAtMost}個までです。`,
        `A selector has at most ${testsAtMost} values.`,
        'TOO_LONG',
      );
    }
    const test = key === null ? this.#word(from) : this.#test(from);
    return { test, from, to: this.#at };
  }

  #word(from: number): Test {
    const { value, quoted } = this.#piece(false);
    if (value === '' && !quoted) this.#missing(from);
    return { kind: 'is', value, quoted, anywhere: true };
  }

  #test(from: number): Test {
    const operator = this.#operator();
    if (operator !== null) {
      const { value, quoted } = this.#piece(false);
      if (value === '' && !quoted) this.#noValue(from);
      return { kind: 'compare', operator, value };
    }
    const first = this.#piece(true);
    if (!this.#startsRange()) {
      if (first.value === '' && !first.quoted) this.#noValue(from);
      return { kind: 'is', ...first };
    }
    this.#at += 2;
    const second = this.#piece(false);
    const isOpen = (piece: typeof first) => piece.value === '' && !piece.quoted;
    if (isOpen(first) && isOpen(second)) this.#noValue(from);
    return {
      kind: 'range',
      from: isOpen(first) ? null : first.value,
      to: isOpen(second) ? null : second.value,
    };
  }

  #operator(): '<' | '<=' | '>' | '>=' | null {
    const first = this.#peek();
    if (first !== '<' && first !== '>') return null;
    this.#at += 1;
    if (this.#peek() !== '=') return first;
    this.#at += 1;
    return `${first}=`;
  }

  /**
   * A word, a quoted text, or a quoted text with a word right behind it (`"Google Chrome"<120`),
   * which is one text. Ends before `..` when a range may follow.
   */
  #piece(mayBeRange: boolean): { value: string; quoted: boolean } {
    let value = '';
    const quoted = isQuote(this.#text[this.#at] ?? '');
    if (quoted) value = this.#quoted();
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at]!;
      const half = asHalfWidth(character);
      if (isSpace(character) || half === '(' || half === ')' || half === ',') break;
      if (mayBeRange && this.#startsRange()) break;
      if (isQuote(character)) {
        stop(
          this.#at,
          this.#at + 1,
          '引用符は値の先頭に付けます。値に引用符を含めるときは \\" と書きます。',
          'A quotation mark stands at the beginning of a value. Within one, write \\".',
        );
      }
      value += half;
      this.#at += 1;
    }
    return { value, quoted };
  }

  #quoted(): string {
    const from = this.#at;
    const opened = this.#text[from]!;
    let value = '';
    for (let at = from + 1; at < this.#text.length; at += 1) {
      let character = this.#text[at]!;
      if (closesQuote(character, opened)) {
        this.#at = at + 1;
        return value;
      }
      const next = this.#text[at + 1];
      if (character === '\\' && next !== undefined && (next === '\\' || isQuote(next))) {
        at += 1;
        character = next;
      }
      value += character;
    }
    stop(
      from,
      this.#text.length,
      'この引用符が閉じられていません。',
      'This quotation mark is not closed.',
      'SYNTAX',
      [`${this.#text.slice(from).trimEnd()}${opened}`],
    );
  }

  #startsRange(): boolean {
    return this.#characterAt(this.#at) === '.' && this.#characterAt(this.#at + 1) === '.';
  }

  #startsTerm(): boolean {
    this.#skipSpace();
    const next = this.#peek();
    return next !== '' && next !== ')' && foldText(this.#wordAhead()) !== 'or';
  }

  /** Reads this keyword if it comes next, as a word of its own. */
  #keyword(keyword: 'and' | 'or' | 'not'): boolean {
    this.#skipSpace();
    const word = this.#wordAhead();
    if (foldText(word) !== keyword) return false;
    this.#at += word.length;
    return true;
  }

  /** The letters ahead when they are a word of their own: not `or:` and not `order`. */
  #wordAhead(): string {
    let end = this.#at;
    while (end < this.#text.length && /\p{L}/u.test(this.#text[end]!)) end += 1;
    const next = this.#characterAt(end);
    const ends = next === '' || next === '(' || next === ')' || isSpace(next);
    return ends ? this.#text.slice(this.#at, end) : '';
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length && isSpace(this.#text[this.#at]!)) this.#at += 1;
  }

  #peek(): string {
    return this.#characterAt(this.#at);
  }

  #characterAt(at: number): string {
    return asHalfWidth(this.#text[at] ?? '');
  }

  #missing(from: number, to = Math.min(from + 1, this.#text.length)): never {
    stop(from, to, 'ここに条件が必要です。', 'A condition is missing here.');
  }

  #noValue(from: number): never {
    stop(from, Math.max(this.#at, from), 'ここに値が必要です。', 'A value is missing here.');
  }
}

function isKeyword(word: string): boolean {
  return ['and', 'or', 'not'].includes(foldText(word));
}

function joined(kind: 'and' | 'or', of: readonly Selector[]): Selector {
  if (of.length === 1) return of[0]!;
  return { kind, of, from: of[0]!.from, to: of.at(-1)!.to };
}

function stop(
  from: number,
  to: number,
  ja: string,
  en: string,
  code: SelectorProblem['code'] = 'SYNTAX',
  nearest: readonly string[] = [],
): never {
  throw new Stop({ code, from, to, text: { ja, en }, nearest });
}

function problem(
  code: SelectorProblem['code'],
  from: number,
  to: number,
  ja: string,
  en: string,
): Parsed {
  return { ok: false, problem: { code, from, to, text: { ja, en }, nearest: [] } };
}

/** Writes a selector so that `parseSelector` reads the same again. */
export function printSelector(selector: Selector | null): string {
  return selector === null ? '' : printed(selector, 'any');
}

function printed(selector: Selector, place: 'any' | 'all' | 'not'): string {
  switch (selector.kind) {
    case 'term': {
      const values = selector.tests.map(({ test }) => printTest(test));
      return `${selector.key === null ? '' : `${selector.key}:`}${values.join(',')}`;
    }
    case 'not':
      return selector.of.kind === 'term' || selector.of.kind === 'not'
        ? `-${printed(selector.of, 'not')}`
        : `-(${printed(selector.of, 'any')})`;
    case 'and': {
      const text = selector.of.map((each) => printed(each, 'all')).join(' ');
      // Within another "and", only parentheses keep it one.
      return place === 'any' ? text : `(${text})`;
    }
    case 'or': {
      const text = selector.of
        .map((each) => (each.kind === 'or' ? `(${printed(each, 'any')})` : printed(each, 'any')))
        .join(' or ');
      return place === 'any' ? text : `(${text})`;
    }
  }
}

function printTest(test: Test): string {
  switch (test.kind) {
    case 'is':
      // What was read without quotation marks is read so again, wildcards and all.
      return test.quoted ? quotedText(test.value) : test.value;
    case 'compare':
      return `${test.operator}${printValue(test.value)}`;
    case 'range': {
      const end = (text: string | null) => (text === null ? '' : printValue(text));
      return `${end(test.from)}..${end(test.to)}`;
    }
  }
}

/** A value as one writes it behind a colon: in quotation marks where it needs them. */
export function printValue(value: string): string {
  const plain =
    /^[^\s"“”＂(),<>*：（），＜＞＝－−＊．\\][^\s"“”＂(),*：（），＜＞＝－−＊．]*$/.test(value) &&
    !value.includes('..');
  return plain ? value : quotedText(value);
}

function quotedText(value: string): string {
  return `"${value.replaceAll(/[\\"“”＂]/g, '\\$&')}"`;
}
