import type { Platform } from '../assets/public.ts';
import type { Preview, SqlProblem } from './api.ts';
import {
  type OsquerySchema,
  type SchemaTable,
  schemaPlatforms,
  shippedSchema,
} from './osquery-schema.ts';
import { costOf } from './sql-check-cost.ts';
import { type Engine, engineFor, maxStatementLength, type Prepared } from './sql-check-engine.ts';
import { type Message, messages } from './sql-check-texts.ts';
import { clausesOf, expandedSize, isName, type Token, tokensOf } from './sql-check-tokens.ts';

export interface SqlCheck {
  /** In the order linux, darwin, windows; empty: it can be sent as it is. */
  readonly problems: SqlProblem[];
  /** Of the answer, in order, over all platforms. */
  readonly columns: string[];
  /** Tables that are read, by name. */
  readonly tables: string[];
  readonly cost: Preview['cost'];
  readonly costBecause: Preview['costBecause'];
}

/** More than anybody writes; the parser needs milliseconds for it. */
const maxExpanded = 2_000;
const maxDepth = 100;

/**
 * Checks a question before it is sent: one SELECT, that osquery understands, with tables and columns
 * of the platform. The statements are parsed by SQLite itself and never run.
 *
 * Limits: osquery parses with SQLite 3.42 and this with a newer one, so a few newer ways of writing
 * pass here and fail there. Whether a required column is constrained is told by the words of the
 * statement, not by its plan: `where path like …` in an outer SELECT counts for an inner one.
 *
 * @param sql one statement for each platform; the same text for several means one for all, which need
 * not fit each of them
 */
export function checkSql(
  sql: Readonly<Partial<Record<Platform, string>>>,
  schema: OsquerySchema = shippedSchema(),
): SqlCheck {
  const problems: SqlProblem[] = [];
  const columns = new Set<string>();
  const tables = new Set<string>();
  const costs: Cost[] = [];
  for (const platform of schemaPlatforms) {
    const statement = sql[platform];
    if (statement === undefined) continue;
    const same = schemaPlatforms.filter((other) => other !== platform && sql[other] === statement);
    const checked = checkOne(statement, platform, schema, same);
    problems.push(...checked.problems);
    for (const column of checked.columns) columns.add(column);
    for (const table of checked.tables) tables.add(table);
    if (checked.cost) costs.push(checked.cost);
  }
  return {
    problems,
    columns: [...columns],
    tables: [...tables].sort(),
    ...highest(costs),
  };
}

type Cost = ReturnType<typeof costOf>;
interface Checked {
  readonly problems: readonly SqlProblem[];
  readonly columns: readonly string[];
  readonly tables: readonly string[];
  readonly cost: Cost | null;
}

function checkOne(
  statement: string,
  platform: Platform,
  schema: OsquerySchema,
  same: readonly Platform[],
): Checked {
  const nothing = { columns: [], tables: [], cost: null };
  const problem = problemOf(platform);
  if (statement.length > maxStatementLength) {
    return { problems: [problem(messages.tooLong(maxStatementLength))], ...nothing };
  }
  const tokens = tokensOf(statement);
  const wrong = shapeProblem(statement, tokens);
  if (wrong) return { problems: [problem(...wrong)], ...nothing };

  const engine = engineFor(schema, platform);
  const prepared = engine.prepare(withoutCollations(statement, tokens, schema));
  if (!prepared.ok) {
    return {
      problems: [failure(prepared, { tokens, platform, schema, same, engine, statement })],
      ...nothing,
    };
  }
  const clauses = clausesOf(tokens);
  // The parser does not tell of a table of which nothing is read but the columns of a USING.
  const used = schema.tables.filter(
    (table) =>
      table.platforms.includes(platform) &&
      (prepared.tables.includes(table.name) ||
        clauses.references.some((reference) => isNameOf(table, reference.table))),
  );
  const found: SqlProblem[] = [...dangers(prepared, tokens, problem)];
  for (const [table, message] of unanswerable(used, clauses)) {
    const at = tokens.find((token) => isName(token) && isNameOf(table, token.value));
    found.push(problem(message, at));
  }
  const star = tokens.some(
    (token, at) =>
      token.value === '*' &&
      token.kind === 'sign' &&
      [',', '.', 'select', 'distinct', 'all'].includes(tokens[at - 1]?.value ?? ''),
  );
  return {
    problems: found,
    columns: prepared.columns.filter(({ hidden }) => !(star && hidden)).map(({ name }) => name),
    tables: used.map(({ name }) => name),
    cost: costOf({ tables: used, clauses, tokens, prepared }),
  };
}

const isNameOf = ({ name, aliases }: SchemaTable, given: string): boolean =>
  name === given.toLowerCase() || aliases.includes(given.toLowerCase());

type ProblemOf = (message: Message, at?: Token, nearest?: readonly string[]) => SqlProblem;

const problemOf =
  (platform: Platform): ProblemOf =>
  ({ code, level, ja, en }, at, nearest = []) => ({
    platform,
    level,
    code,
    text: { ja, en },
    from: at?.from ?? null,
    to: at?.to ?? null,
    nearest: [...nearest],
  });

/** What is wrong before the parser has a say: the parser would take the first of two statements. */
function shapeProblem(statement: string, tokens: readonly Token[]): [Message, Token?] | null {
  if (statement.includes('\0')) return [messages.nul()];
  const [first] = tokens;
  if (!first || tokens.every(({ value, kind }) => value === ';' && kind === 'sign')) {
    return [messages.empty()];
  }
  const placeholder = /\{\{\s*([A-Za-z0-9_]*)\s*\}\}/.exec(statement);
  if (placeholder) {
    const from = placeholder.index;
    const to = from + placeholder[0].length;
    return [messages.parameter(placeholder[0]), { ...first, from, to }];
  }
  const parameter = tokens.find(({ kind }) => kind === 'parameter');
  if (parameter) return [messages.parameter(parameter.value), parameter];
  if (first.kind !== 'word' || !['select', 'with'].includes(first.value)) {
    return [messages.notASelect(first.value), first];
  }
  const end = tokens.findIndex(({ value, kind }) => value === ';' && kind === 'sign');
  const second = end < 0 ? undefined : tokens.slice(end).find(({ value }) => value !== ';');
  if (second) return [messages.several(), second];
  const deep = tokens.find(({ depth }) => depth > maxDepth);
  if (deep) return [messages.tooComplex(), deep];
  if (expandedSize(tokens) > maxExpanded) return [messages.tooComplex(), first];
  return null;
}

/** osquery's own collations are not in this SQLite: another one of at most the same length. */
function withoutCollations(
  statement: string,
  tokens: readonly Token[],
  { collations }: OsquerySchema,
): string {
  let text = statement;
  tokens.forEach((token, at) => {
    const before = tokens[at - 1];
    if (before?.kind !== 'word' || before.value !== 'collate' || !isName(token)) return;
    const name = token.value.toLowerCase();
    if (!collations.has(name) || ['binary', 'nocase', 'rtrim'].includes(name)) return;
    text =
      text.slice(0, token.from) + 'nocase'.padEnd(token.to - token.from) + text.slice(token.to);
  });
  return text;
}

interface Failed {
  readonly tokens: readonly Token[];
  readonly platform: Platform;
  readonly schema: OsquerySchema;
  readonly same: readonly Platform[];
  readonly engine: Engine;
  readonly statement: string;
}

/** The parser's message, in both languages, with its place. */
function failure(prepared: Extract<Prepared, { ok: false }>, given: Failed): SqlProblem {
  const { tokens, platform, schema, statement, engine } = given;
  const problem = problemOf(platform);
  const named = (name: string) => {
    const last = name.split('.').at(-1)!.toLowerCase();
    return tokens.find((token) => isName(token) && token.value.toLowerCase() === last);
  };
  const { message, refused } = prepared;
  if (refused?.kind === 'action') return problem(messages.writes(refused.action), tokens[0]);
  if (refused?.kind === 'table')
    return problem(messages.notATable(refused.name), named(refused.name));
  const noFunction =
    refused?.kind === 'function' ? refused.name : match(/^no such function: (.+)$/);
  if (noFunction !== null) {
    const known = [...schema.builtInFunctions, ...schema.ownFunctions.map(({ name }) => name)];
    return problem(messages.noFunction(noFunction), named(noFunction), nearest(noFunction, known));
  }
  const table = match(/^no such table: (?:main\.|temp\.)?(.+)$/);
  if (table !== null) return noTable(table, named(table), given);
  const column = match(/^no such column: "?([^"]+?)"?(?: - .*)?$/);
  if (column !== null) {
    const { references } = clausesOf(tokens);
    const known = schema.tables
      .filter((each) => references.some((reference) => isNameOf(each, reference.table)))
      .flatMap((each) => each.columns.map(({ name }) => name));
    const last = column.split('.').at(-1)!;
    return problem(messages.noColumn(column), named(column), nearest(last, known));
  }
  const ambiguous = match(/^ambiguous column name: (.+)$/);
  if (ambiguous !== null) return problem(messages.ambiguous(ambiguous), named(ambiguous));
  const collation = match(/^no such collation sequence: (.+)$/);
  if (collation !== null) return problem(messages.syntax(message), named(collation));
  const near = match(/^near "(.*)": syntax error$/s);
  if (near !== null) {
    // The same word can be there ten times: the first after which the parser gives up.
    const at = tokens.find((token) => {
      const text = statement.slice(token.from, token.to);
      if (text !== near && !text.startsWith(near)) return false;
      const part = engine.prepare(statement.slice(0, token.to));
      return !part.ok && part.message === message;
    });
    return problem(messages.syntax(message), at);
  }
  if (message === 'incomplete input') return problem(messages.incomplete(), tokens.at(-1));
  const token = match(/^unrecognized token: "(.*)"$/s);
  const at =
    token === null ? undefined : tokens.find(({ from }) => statement.startsWith(token, from));
  return problem(messages.syntax(message), at);

  function match(pattern: RegExp): string | null {
    return pattern.exec(message)?.[1] ?? null;
  }
}

function noTable(name: string, at: Token | undefined, given: Failed): SqlProblem {
  const { platform, schema, same } = given;
  const problem = problemOf(platform);
  const known = schema.tables.find((table) => isNameOf(table, name));
  if (schema.incomplete[platform].has(name.toLowerCase())) {
    return problem(messages.columnsUnknown(name), at);
  }
  if (known) {
    const shared = same.some((other) => known.platforms.includes(other));
    return problem(messages.otherPlatform(name, known.platforms, shared), at);
  }
  const names = schema.tables
    .filter(({ platforms }) => platforms.includes(platform))
    .flatMap((table) => [table.name, ...table.aliases]);
  return problem(messages.noTable(name), at, nearest(name, names));
}

type Clauses = ReturnType<typeof clausesOf>;

/** Statements that do something at the endpoint besides looking. */
function* dangers(
  prepared: Extract<Prepared, { ok: true }>,
  tokens: readonly Token[],
  problem: ProblemOf,
): Generator<SqlProblem> {
  const at = (name: string) =>
    tokens.find((token) => isName(token) && token.value.toLowerCase() === name);
  // With carve = 1, however it is written, osquery packs the files and sends them. By the words, not
  // by what the parser says is read: a column of a USING it does not tell of.
  const carves =
    prepared.functions.includes('carve') ||
    (at('carves') !== undefined && (at('carve') ?? at('natural')) !== undefined);
  if (carves) yield problem(messages.collects(), at('carve') ?? at('carves'));
  if (prepared.functions.includes('sleep')) yield problem(messages.sleeps(), at('sleep'));
  for (const table of ['curl', 'curl_certificate', 'prometheus_metrics']) {
    if (at(table)) yield problem(messages.connects(table), at(table));
  }
  if (at('sigurl')) yield problem(messages.connects('yara_file'), at('sigurl'));
  if (prepared.recursive) yield problem(messages.recursive(), at('recursive') ?? at('with'));
}

/** Tables that answer nothing, or for one user only, because nothing says what to look for. */
function* unanswerable(
  tables: readonly SchemaTable[],
  { references, constraints }: Clauses,
): Generator<[SchemaTable, Message]> {
  for (const table of tables) {
    if (references.some((each) => isNameOf(table, each.table) && each.natural)) continue;
    const called = references
      .filter((reference) => isNameOf(table, reference.table))
      .map(({ calledBy }) => calledBy);
    const constrained = (column: string) =>
      constraints.some(
        ({ name, of }) => name === column.toLowerCase() && (of === null || called.includes(of)),
      );
    const required = table.columns.filter((column) => column.required).map(({ name }) => name);
    if (required.length > 0 && !required.some(constrained)) {
      yield [table, messages.requires(table.name, required)];
    }
    if (table.perUser && !constrained('uid')) yield [table, messages.ownUser(table.name)];
  }
}

function highest(costs: readonly Cost[]): Pick<SqlCheck, 'cost' | 'costBecause'> {
  const order = ['low', 'medium', 'high'] as const;
  const cost = order[Math.max(0, ...costs.map((each) => order.indexOf(each.cost)))]!;
  const because = new Map(costs.flatMap((each) => each.because).map((text) => [text.en, text]));
  return { cost, costBecause: [...because.values()] };
}

/** At most three that differ in few letters, the nearest first. */
export function nearest(given: string, known: readonly string[]): string[] {
  const wanted = given.toLowerCase().slice(0, 64);
  const allowed = Math.max(1, Math.ceil(wanted.length / 3));
  return [...new Set(known)]
    .map((name) => ({ name, distance: distance(wanted, name.toLowerCase()) }))
    .filter(
      ({ name, distance: far }) => far <= allowed || (wanted.length > 2 && name.includes(wanted)),
    )
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Letters to add, drop or change (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
