/**
 * The language of `--fail-on`.
 *
 *     expression = term { "or" term }
 *     term       = factor { "and" factor }
 *     factor     = "not" factor | "(" expression ")" | flag | comparison
 *     flag       = "kev" | "fixable" | "dev"
 *     comparison = field ("=" | "!=" | "<" | "<=" | ">" | ">=") value
 *
 * Numbers, percentages (`epss >= 10%`), days and weeks (`due <= 14d`, `2w`), dates, severities,
 * `yes`/`no`, and texts, in quotes or not, with `*` for anything.
 *
 * Three values: what is not known makes a comparison unknown, and "unknown" runs through and, or
 * and not as in SQL (false and unknown is false; true or unknown is true). What the caller does
 * with an expression that stays unknown is its own choice; the scanner lets it fail.
 */
export type Truth = true | false | 'unknown';

/** What an expression can ask of a finding; null is "not known", except for `dueDays`. */
export interface ExpressionFacts {
  /** Listed in CISA KEV; null without that feed. */
  readonly kev: boolean | null;
  readonly severity: 'none' | 'low' | 'medium' | 'high' | 'critical' | null;
  readonly cvss: number | null;
  /** Probability 0..1. */
  readonly epss: number | null;
  /** Days until it is due, negative once overdue; `never`: with the next upgrade; null: unknown. */
  readonly dueDays: number | 'never' | null;
  /** 2026-11-21: the day `dueDays` counts from. */
  readonly today: string;
  readonly fixable: boolean | null;
  /** Needed for development only. */
  readonly dev: boolean | null;
  readonly ecosystem: string;
  readonly package: string;
  /** Every id the vulnerability is known by. */
  readonly ids: readonly string[];
}

export interface Verdict {
  readonly value: Truth;
  /** Fields whose value was needed and is not known. */
  readonly unknown: readonly string[];
}

export interface Expression {
  readonly text: string;
  evaluate(facts: ExpressionFacts): Verdict;
}

export type ExpressionParse =
  | { readonly expression: Expression }
  /** `at`: offset into the text of the character that is wrong. */
  | { readonly error: ExpressionError; readonly at: number };

export type ExpressionError =
  | { readonly code: 'empty' | 'too-long' | 'too-deep' | 'unclosed-quote' | 'unexpected-end' }
  | { readonly code: 'unexpected' | 'unknown-field' | 'operator-expected'; readonly what: string }
  | { readonly code: 'no-order' | 'wrong-value'; readonly field: string; readonly what: string };

type Evaluate = (facts: ExpressionFacts, unknown: Set<string>) => Truth;
type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=';

interface Token {
  readonly kind: 'word' | 'text' | 'operator' | 'open' | 'close' | 'end';
  readonly text: string;
  readonly at: number;
}

const maxLength = 4_000;
const maxDepth = 64;
const severities = ['none', 'low', 'medium', 'high', 'critical'];
export const fields = [
  'kev',
  'severity',
  'cvss',
  'epss',
  'due',
  'fixable',
  'dev',
  'ecosystem',
  'package',
  'id',
] as const;
type Field = (typeof fields)[number];

class Wrong extends Error {
  readonly problem: ExpressionError;
  readonly at: number;
  constructor(problem: ExpressionError, at: number) {
    super(problem.code);
    this.problem = problem;
    this.at = at;
  }
}

/** Never throws; the error points at a character. */
export function parseExpression(text: string): ExpressionParse {
  try {
    if (text.trim() === '') throw new Wrong({ code: 'empty' }, 0);
    if (text.length > maxLength) throw new Wrong({ code: 'too-long' }, maxLength);
    const evaluate = new Parser(tokensOf(text)).parse();
    return {
      expression: {
        text,
        evaluate: (facts) => {
          const unknown = new Set<string>();
          const value = evaluate(facts, unknown);
          return { value, unknown: value === 'unknown' ? [...unknown].sort() : [] };
        },
      },
    };
  } catch (error) {
    if (error instanceof Wrong) return { error: error.problem, at: error.at };
    throw error;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern = /\s+|(<=|>=|!=|==|=|<|>)|(\()|(\))|"([^"]*)"|'([^']*)'|([^\s()<>=!"']+)/y;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) {
      const char = String.fromCodePoint(text.codePointAt(at)!);
      const quote = char === '"' || char === "'";
      throw new Wrong(quote ? { code: 'unclosed-quote' } : { code: 'unexpected', what: char }, at);
    }
    const [, operator, open, close, double, single, word] = match;
    if (operator !== undefined) {
      tokens.push({ kind: 'operator', text: operator === '==' ? '=' : operator, at });
    } else if (open !== undefined) tokens.push({ kind: 'open', text: open, at });
    else if (close !== undefined) tokens.push({ kind: 'close', text: close, at });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at });
    else if (double !== undefined || single !== undefined) {
      tokens.push({ kind: 'text', text: (double ?? single)!, at });
    }
  }
  return [...tokens, { kind: 'end', text: '', at: text.length }];
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Evaluate {
    const whole = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#unexpected();
    return whole;
  }

  #expression(): Evaluate {
    const terms = [this.#term()];
    while (this.#takeWord('or')) terms.push(this.#term());
    return (facts, unknown) => fold(terms, facts, unknown, true);
  }

  #term(): Evaluate {
    const factors = [this.#factor()];
    while (this.#takeWord('and')) factors.push(this.#factor());
    return (facts, unknown) => fold(factors, facts, unknown, false);
  }

  #factor(): Evaluate {
    const token = this.#peek();
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new Wrong({ code: 'too-deep' }, token.at);
    try {
      if (this.#takeWord('not')) {
        const inner = this.#factor();
        return (facts, unknown) => {
          const value = inner(facts, unknown);
          return value === 'unknown' ? value : !value;
        };
      }
      if (token.kind === 'open') {
        this.#next += 1;
        const inner = this.#expression();
        if (this.#peek().kind !== 'close') throw this.#unexpected();
        this.#next += 1;
        return inner;
      }
      if (token.kind !== 'word') throw this.#unexpected();
      return this.#comparison(token);
    } finally {
      this.#depth -= 1;
    }
  }

  #comparison({ text, at }: Token): Evaluate {
    const field = fields.find((name) => name === text.toLowerCase());
    if (field === undefined) throw new Wrong({ code: 'unknown-field', what: text }, at);
    this.#next += 1;
    const operator = this.#peek();
    const isFlag = field === 'kev' || field === 'fixable' || field === 'dev';
    if (operator.kind !== 'operator') {
      if (isFlag) return compareFlag(field, '=', true);
      throw operator.kind === 'end'
        ? new Wrong({ code: 'unexpected-end' }, operator.at)
        : new Wrong({ code: 'operator-expected', what: field }, operator.at);
    }
    this.#next += 1;
    const value = this.#peek();
    if (value.kind !== 'word' && value.kind !== 'text') throw this.#unexpected();
    this.#next += 1;
    const sign = operator.text as Operator;
    const ordered = sign !== '=' && sign !== '!=';
    if (ordered && (isFlag || field === 'ecosystem' || field === 'package' || field === 'id')) {
      throw new Wrong({ code: 'no-order', field, what: sign }, operator.at);
    }
    return comparisonOf(field, sign, value);
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.#next += 1;
    return true;
  }

  #unexpected(): Wrong {
    const { kind, text, at } = this.#peek();
    return kind === 'end'
      ? new Wrong({ code: 'unexpected-end' }, at)
      : new Wrong({ code: 'unexpected', what: text }, at);
  }
}

/** `or` stops being open at a true, `and` at a false; unknowns decide only what is left open. */
function fold(
  parts: readonly Evaluate[],
  facts: ExpressionFacts,
  unknown: Set<string>,
  decisive: boolean,
): Truth {
  let open = false;
  for (const part of parts) {
    const value = part(facts, unknown);
    if (value === decisive) return decisive;
    if (value === 'unknown') open = true;
  }
  return open ? 'unknown' : !decisive;
}

function comparisonOf(field: Field, sign: Operator, { text, at }: Token): Evaluate {
  const wrong = () => new Wrong({ code: 'wrong-value', field, what: text }, at);
  switch (field) {
    case 'kev':
    case 'fixable':
    case 'dev': {
      const yes = /^(true|yes)$/i.test(text);
      if (!yes && !/^(false|no)$/i.test(text)) throw wrong();
      return compareFlag(field, sign, yes);
    }
    case 'severity': {
      const wanted = severities.indexOf(text.toLowerCase());
      if (wanted < 0) throw wrong();
      return known(field, ({ severity }) =>
        severity === null ? null : compare(severities.indexOf(severity), sign, wanted),
      );
    }
    case 'cvss': {
      if (!/^\d+(\.\d+)?$/.test(text) || Number(text) > 10) throw wrong();
      return known(field, ({ cvss }) => (cvss === null ? null : compare(cvss, sign, Number(text))));
    }
    case 'epss': {
      const match = /^(\d+(?:\.\d+)?|\.\d+)(%?)$/.exec(text);
      const wanted = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN;
      if (!(wanted >= 0 && wanted <= 1)) throw wrong();
      return known(field, ({ epss }) => (epss === null ? null : compare(epss, sign, wanted)));
    }
    case 'due': {
      const daysOf = dueOf(text);
      if (daysOf === null) throw wrong();
      return known(field, ({ dueDays, today }) => {
        if (dueDays === null) return null;
        // No date is later than every date.
        return compare(dueDays === 'never' ? Infinity : dueDays, sign, daysOf(today));
      });
    }
    case 'ecosystem':
      return matchText(sign, text, (facts) => [facts.ecosystem, facts.ecosystem.split(':', 1)[0]!]);
    case 'package':
      return matchText(sign, text, (facts) => [facts.package]);
    case 'id':
      return matchText(sign, text, (facts) => facts.ids);
  }
}

/** `14d`, `2w`, `-3d`, a bare number of days, or a date. */
function dueOf(text: string): ((today: string) => number) | null {
  const match = /^(-?\d{1,6})([dw]?)$/i.exec(text);
  if (match) {
    const days = Number(match[1]) * (match[2]!.toLowerCase() === 'w' ? 7 : 1);
    return () => days;
  }
  const dayMs = 86_400_000;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(date) || !new Date(date).toISOString().startsWith(text)) return null;
  return (today) => Math.round((date - Date.parse(`${today}T00:00:00Z`)) / dayMs);
}

function compareFlag(field: 'kev' | 'fixable' | 'dev', sign: Operator, wanted: boolean): Evaluate {
  return known(field, (facts) => {
    const value = facts[field];
    return value === null ? null : (value === wanted) === (sign === '=');
  });
}

function matchText(
  sign: Operator,
  text: string,
  valuesOf: (facts: ExpressionFacts) => readonly string[],
): Evaluate {
  const matches = textMatcher(text);
  return (facts) => valuesOf(facts).some(matches) === (sign === '=');
}

/** Without regard to case; `*` stands for anything. Linear: no pattern is too clever for it. */
export function textMatcher(pattern: string): (text: string) => boolean {
  const parts = pattern.toLowerCase().split('*');
  return (given) => {
    const text = given.toLowerCase();
    if (parts.length === 1) return text === parts[0];
    const [first, last] = [parts[0]!, parts.at(-1)!];
    if (text.length < first.length + last.length) return false;
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of parts.slice(1, -1)) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

function known(field: string, test: (facts: ExpressionFacts) => boolean | null): Evaluate {
  return (facts, unknown) => {
    const value = test(facts);
    if (value !== null) return value;
    unknown.add(field);
    return 'unknown';
  };
}

function compare(a: number, sign: Operator, b: number): boolean {
  switch (sign) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
  }
}
