/**
 * A statement cut into the tokens of SQLite (https://www.sqlite.org/lang.html), for what its own
 * parser does not tell: where something stands, how many statements there are, which columns are
 * constrained. Whether a statement is right, the parser decides, not this.
 */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'parameter' | 'sign' | 'unknown';
  /** A word in lower case; of a quoted name or a text, what is between the quotes. */
  readonly value: string;
  /** Offsets in UTF-16 code units. */
  readonly from: number;
  readonly to: number;
  /** Of how many parentheses it is inside. */
  readonly depth: number;
}

const pattern =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(?<text>[xX]?'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])|(?<number>(?:0[xX][0-9a-fA-F]+|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?))|(?<parameter>\?\d*|[:@$#][A-Za-z_0-9$]+)|(?<word>[A-Za-z_\u0080-\uffff][A-Za-z_0-9$\u0080-\uffff]*)|(?<sign>->>|->|\|\||<<|>>|<=|>=|<>|!=|==|[-+*/%&|~<>=().,;])|(?<unknown>[\s\S])/gu;

export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let depth = 0;
  for (const match of sql.matchAll(pattern)) {
    const groups = match.groups ?? {};
    if (groups['space'] !== undefined) continue;
    const from = match.index;
    const to = from + match[0].length;
    const found = match[0];
    if (found === ')') depth -= 1;
    const at = { from, to, depth };
    if (found === '(') depth += 1;
    if (groups['text'] !== undefined) {
      const start = found.indexOf("'");
      tokens.push({
        kind: 'text',
        value: found.slice(start + 1, -1).replaceAll("''", "'"),
        ...at,
      });
    } else if (groups['quoted'] !== undefined) {
      tokens.push({ kind: 'quoted', value: found.slice(1, -1), ...at });
    } else if (groups['number'] !== undefined) tokens.push({ kind: 'number', value: found, ...at });
    else if (groups['parameter'] !== undefined) {
      tokens.push({ kind: 'parameter', value: found, ...at });
    } else if (groups['word'] !== undefined) {
      tokens.push({ kind: 'word', value: found.toLowerCase(), ...at });
    } else if (groups['sign'] !== undefined) tokens.push({ kind: 'sign', value: found, ...at });
    else tokens.push({ kind: 'unknown', value: found, ...at });
  }
  return tokens;
}

export const isName = (token: Token | undefined): token is Token =>
  token?.kind === 'word' || token?.kind === 'quoted';

/** A table where it is named after FROM, JOIN or a comma. */
export interface TableReference {
  readonly table: string;
  /** What its columns are called by: the alias, or else its name. */
  readonly calledBy: string;
  readonly token: Token;
  /** References of one FROM have the same number. */
  readonly clause: number;
  /** It has an ON, a USING or a NATURAL, or is the first of its FROM. */
  readonly joined: boolean;
  /** NATURAL: any of its columns may be what joins it. */
  readonly natural: boolean;
  /** Called like a function, as json_each(…). */
  readonly called: boolean;
}

/** The names that stand in a WHERE, ON, USING or HAVING. `of`: the name before the point. */
export interface ConstraintName {
  readonly name: string;
  readonly of: string | null;
  readonly clause: number;
}

const notAlias = new Set(
  'on using where join left right full inner outer cross natural group order limit having union except intersect window indexed not as'.split(
    ' ',
  ),
);
const endsFrom = new Set('where group order limit having union except intersect window'.split(' '));
const endsConstraint = new Set(
  'group order limit union except intersect window select from join left right full inner cross natural'.split(
    ' ',
  ),
);

interface Scope {
  inFrom: boolean;
  expectsTable: boolean;
  natural: boolean;
  constraining: boolean;
  clause: number;
}

/** Which tables are read, and which names are constrained, as far as the words tell. */
export function clausesOf(tokens: readonly Token[]): {
  readonly references: readonly TableReference[];
  readonly constraints: readonly ConstraintName[];
} {
  const references: TableReference[] = [];
  const constraints: ConstraintName[] = [];
  let clauses = 0;
  const scopeOf = (outer?: Scope): Scope => ({
    inFrom: outer?.expectsTable ?? false,
    expectsTable: outer?.expectsTable ?? false,
    natural: false,
    constraining: outer?.constraining ?? false,
    clause: outer?.clause ?? 0,
  });
  let scope = scopeOf();
  const outer: Scope[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i]!;
    if (token.kind === 'sign') {
      if (token.value === '(') {
        const inner = scopeOf(scope);
        if (scope.expectsTable) scope.expectsTable = false;
        outer.push(scope);
        scope = inner;
      } else if (token.value === ')') scope = outer.pop() ?? scopeOf();
      else if (token.value === ',' && scope.inFrom && !scope.constraining) {
        scope.expectsTable = true;
      } else if (token.value === ',' && scope.inFrom) {
        scope.expectsTable = true;
        scope.constraining = false;
      }
      continue;
    }
    if (!isName(token)) continue;
    const word = token.kind === 'word' ? token.value : '';
    if (word === 'from') {
      clauses += 1;
      scope = { ...scope, inFrom: true, expectsTable: true, constraining: false, clause: clauses };
      continue;
    }
    if (word === 'select') {
      scope.inFrom = false;
      scope.expectsTable = false;
      scope.constraining = false;
      continue;
    }
    if (endsFrom.has(word)) scope.inFrom = false;
    if (endsConstraint.has(word)) scope.constraining = false;
    if (word === 'natural') scope.natural = true;
    if (word === 'join') {
      scope.expectsTable = true;
      continue;
    }
    if (word === 'where' || word === 'having' || word === 'on' || word === 'using') {
      if ((word === 'on' || word === 'using') && scope.inFrom) markJoined(references);
      scope.constraining = true;
      continue;
    }
    if (scope.expectsTable && !notAlias.has(word)) {
      scope.expectsTable = false;
      const called = tokens[i + 1]?.value === '(' && tokens[i + 1]?.kind === 'sign';
      let next = called ? closing(tokens, i + 1) + 1 : i + 1;
      if (tokens[next]?.kind === 'word' && tokens[next]?.value === 'as') next += 1;
      const alias = tokens[next];
      const named = isName(alias) && !(alias.kind === 'word' && notAlias.has(alias.value));
      const table = token.value.toLowerCase();
      references.push({
        table,
        calledBy: named ? alias.value.toLowerCase() : table,
        token,
        clause: scope.clause,
        joined: scope.natural || !references.some(({ clause }) => clause === scope.clause),
        natural: scope.natural,
        called,
      });
      scope.natural = false;
      if (named && !called) i = next;
      continue;
    }
    if (scope.constraining) {
      const qualified = tokens[i - 1]?.value === '.' && isName(tokens[i - 2]);
      constraints.push({
        name: token.value.toLowerCase(),
        of: qualified ? tokens[i - 2]!.value.toLowerCase() : null,
        clause: scope.clause,
      });
    }
  }
  return { references, constraints };
}

function markJoined(references: TableReference[]): void {
  const last = references.at(-1);
  if (last) references[references.length - 1] = { ...last, joined: true };
}

/** Where the parenthesis that opens at `open` closes, or the last token. */
export function closing(tokens: readonly Token[], open: number): number {
  const depth = tokens[open]!.depth;
  for (let i = open + 1; i < tokens.length; i += 1) {
    if (tokens[i]!.value === ')' && tokens[i]!.kind === 'sign' && tokens[i]!.depth === depth) {
      return i;
    }
  }
  return tokens.length - 1;
}

/**
 * How many SELECTs the parser makes of the statement when it puts each `name AS (…)` in the place of
 * each use. Ten lines can be a billion, which no parser survives. Counts too many rather than too few.
 */
export function expandedSize(tokens: readonly Token[]): number {
  const bodies = new Map<string, { from: number; to: number }[]>();
  for (let i = 0; i < tokens.length; i += 1) {
    if (tokens[i]!.value !== 'as' || tokens[i]!.kind !== 'word') continue;
    let open = i + 1;
    while (tokens[open]?.kind === 'word' && /^(not|materialized)$/.test(tokens[open]!.value)) {
      open += 1;
    }
    if (tokens[open]?.value !== '(' || tokens[open]?.kind !== 'sign') continue;
    let name = i - 1;
    if (tokens[name]?.value === ')' && tokens[name]?.kind === 'sign') {
      const depth = tokens[name]!.depth;
      do name -= 1;
      while (name > 0 && !(tokens[name]!.value === '(' && tokens[name]!.depth === depth));
      name -= 1;
    }
    if (!isName(tokens[name])) continue;
    const key = tokens[name]!.value.toLowerCase();
    bodies.set(key, [...(bodies.get(key) ?? []), { from: open, to: closing(tokens, open) }]);
  }
  const sizes = new Map<string, number>();
  const sizeOf = (from: number, to: number, inside: ReadonlySet<string>): number => {
    let size = 1;
    for (let i = from; i <= to && size < 1e9; i += 1) {
      const token = tokens[i]!;
      if (!isName(token)) continue;
      const key = token.value.toLowerCase();
      if (bodies.has(key) && !inside.has(key)) size += sizeOfName(key, inside);
    }
    return size;
  };
  const sizeOfName = (key: string, inside: ReadonlySet<string>): number => {
    const known = sizes.get(key);
    if (known !== undefined) return known;
    // Until it is known: one that uses itself counts once.
    sizes.set(key, 1);
    const within = new Set([...inside, key]);
    const size = Math.max(...bodies.get(key)!.map(({ from, to }) => sizeOf(from, to, within)));
    sizes.set(key, size);
    return size;
  };
  return sizeOf(0, tokens.length - 1, new Set());
}
