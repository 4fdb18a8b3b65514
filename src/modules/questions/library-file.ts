import {
  isMap,
  isScalar,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
} from 'yaml';
import type { Platform } from '../assets/public.ts';
import type { LibraryEntry } from './library.ts';
import { tokensOf } from './sql-check-tokens.ts';

/** A question of the library that cannot be used, with the place in its file. */
export class LibraryFileError extends Error {
  readonly file: string;
  /** From 1; null: the whole file. */
  readonly line: number | null;
  constructor(file: string, line: number | null, reason: string) {
    super(`${file}${line === null ? '' : `:${line}`}: ${reason}`);
    this.name = 'LibraryFileError';
    this.file = file;
    this.line = line;
  }
}

const maxFileLength = 64 * 1024;
const maxValueLength = 1_000;
const categories: readonly LibraryEntry['category'][] = [
  'software',
  'network',
  'accounts',
  'files',
  'processes',
  'persistence',
  'protection',
  'hardware',
  'configuration',
  'browser',
];
/** What stands before the statement in the file, and the platforms it is for. */
const statementKeys: Readonly<Record<string, readonly Platform[]>> = {
  linux: ['linux'],
  darwin: ['darwin'],
  windows: ['windows'],
  posix: ['linux', 'darwin'],
  all: ['linux', 'darwin', 'windows'],
};
const placeholders = /\{\{\s*([a-z][a-zA-Z0-9_]*)\s*\}\}/g;

/**
 * Reads one question, as it stands in `content/questions/<key>.yaml`.
 *
 * @param file its name, with which the key must agree
 * @throws LibraryFileError with the line
 */
export function parseLibraryFile(content: string, file: string): LibraryEntry {
  if (content.length > maxFileLength) {
    throw new LibraryFileError(file, null, `longer than ${maxFileLength} characters`);
  }
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken) {
    const reason = broken.message.split('\n')[0]!.replace(/ at line \d+.*$/, '');
    throw new LibraryFileError(file, broken.linePos?.[0].line ?? null, reason);
  }
  const lineOf = (node: Node | null | undefined): number | null =>
    node?.range ? lines.linePos(node.range[0]).line : null;
  const fail = (node: Node | null | undefined, reason: string): never => {
    throw new LibraryFileError(file, lineOf(node), reason);
  };
  visit(document, {
    Alias: (_, node) => fail(node, 'aliases (*name) are not allowed'),
  });
  const reader = readerOf(fail);
  const root = reader.map(document.contents, 'the file', [
    'key',
    'title',
    'description',
    'category',
    'cost',
    'sql',
    'parameters',
    'source',
  ]);

  const key = reader.text(root.get('key'), 'key', document.contents);
  const expected = file
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.ya?ml$/, '');
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(key) || key.length > 100) {
    fail(root.get('key'), `key «${key}» is not of lower-case letters, digits and hyphens`);
  }
  if (key !== expected) fail(root.get('key'), `key is «${key}», the file is named «${expected}»`);
  const category = categories.find(
    (each) => each === reader.text(root.get('category'), 'category', document.contents),
  );
  if (!category) fail(root.get('category'), `category is none of ${categories.join(', ')}`);
  const cost = (['low', 'medium', 'high'] as const).find(
    (each) => each === reader.text(root.get('cost'), 'cost', document.contents),
  );
  if (!cost) fail(root.get('cost'), 'cost is none of low, medium, high');

  const parameters = reader.list(root.get('parameters'), 'parameters').map((node) => {
    const fields = reader.map(node, 'parameter', [
      'name',
      'title',
      'pattern',
      'example',
      'default',
    ]);
    const name = reader.text(fields.get('name'), 'name', node);
    if (!/^[a-z][a-zA-Z0-9_]{0,49}$/.test(name)) {
      fail(fields.get('name'), `«${name}» is no name of a parameter`);
    }
    const pattern = reader.text(fields.get('pattern'), 'pattern', node);
    try {
      fits(pattern, '');
    } catch {
      fail(fields.get('pattern'), `«${pattern}» is no regular expression`);
    }
    const example = reader.text(fields.get('example'), 'example', node);
    const preset = fields.has('default')
      ? reader.text(fields.get('default'), 'default', node)
      : null;
    for (const [title, value] of [
      ['example', example],
      ['default', preset],
    ] as const) {
      if (value !== null && !fits(pattern, value)) {
        fail(fields.get(title), `${title} «${value}» does not fit ${pattern}`);
      }
    }
    return {
      name,
      title: reader.bilingual(fields.get('title'), 'title', node, 200),
      pattern,
      example,
      default: preset,
    };
  });
  const names = parameters.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) fail(root.get('parameters'), `the parameter ${twice} is there twice`);

  const sql: Partial<Record<Platform, string>> = {};
  const used = new Set<string>();
  const statements = reader.map(
    root.get('sql'),
    'sql',
    Object.keys(statementKeys),
    document.contents,
  );
  for (const [title, node] of statements) {
    const statement = reader.text(node, `sql.${title}`, root.get('sql')).trim();
    for (const { name, kind } of placesOf(statement)) {
      if (!names.includes(name)) fail(node, `sql.${title}: there is no parameter ${name}`);
      if (kind === 'elsewhere') {
        fail(node, `sql.${title}: {{${name}}} stands neither in a text nor in place of a number`);
      }
      used.add(name);
    }
    for (const platform of statementKeys[title]!) {
      if (sql[platform] !== undefined) fail(node, `there are two statements for ${platform}`);
      sql[platform] = statement;
    }
  }
  if (Object.keys(sql).length === 0) fail(root.get('sql'), 'sql has no statement');
  const unused = names.find((name) => !used.has(name));
  if (unused !== undefined) fail(root.get('parameters'), `no statement uses ${unused}`);

  const source = root.has('source') ? reader.text(root.get('source'), 'source', null) : null;
  return {
    key,
    title: reader.bilingual(root.get('title'), 'title', document.contents, 200),
    description: reader.bilingual(root.get('description'), 'description', document.contents, 2_000),
    category: category!,
    sql,
    cost: cost!,
    parameters,
    source,
  };
}

type Fail = (node: Node | null | undefined, reason: string) => never;

function readerOf(fail: Fail) {
  const text = (node: Node | undefined, title: string, around: Node | null | undefined): string => {
    if (node === undefined) return fail(around, `${title} is missing`);
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'number') return String(value);
    if (typeof value !== 'string' || value.trim() === '') return fail(node, `${title} is no text`);
    return value.trim();
  };
  const map = (
    node: ParsedNode | Node | null | undefined,
    title: string,
    known: readonly string[],
    around?: Node | null,
  ): Map<string, Node> => {
    if (!isMap(node)) return fail(node ?? around, `${title} is missing, or not of «name: value»`);
    const fields = new Map<string, Node>();
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      if (!known.includes(name)) {
        fail(key as Node, `${title}: «${name}» is none of ${known.join(', ')}`);
      }
      if (value !== null) fields.set(name, value as Node);
    }
    return fields;
  };
  return {
    text,
    map,
    list(node: Node | undefined, title: string): readonly Node[] {
      if (node === undefined) return [];
      if (!('items' in node) || isMap(node)) return fail(node, `${title} is no list`);
      return node.items as Node[];
    },
    bilingual(node: Node | undefined, title: string, around: Node | null, most: number) {
      const fields = map(node, title, ['ja', 'en'], around);
      const one = (language: 'ja' | 'en') => {
        const value = text(fields.get(language), `${title}.${language}`, node ?? around);
        if (value.length > most) {
          fail(fields.get(language), `${title}.${language} is longer than ${most} characters`);
        }
        return value;
      };
      return { ja: one('ja'), en: one('en') };
    },
  };
}

interface Place {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'text' | 'number' | 'elsewhere';
}

/** Where the placeholders stand: only in a text can one be quoted, only a number needs no quotes. */
function placesOf(statement: string): Place[] {
  const tokens = tokensOf(statement);
  return [...statement.matchAll(placeholders)].map((match): Place => {
    const from = match.index;
    const to = from + match[0].length;
    const around = tokens.find((token) => token.from <= from && token.to > from);
    const inText = around?.kind === 'text' && statement[around.from] === "'" && around.to >= to;
    const alone =
      around?.kind === 'unknown' &&
      !/[A-Za-z0-9_$."'`\]]/.test(`${statement[from - 1] ?? ''}${statement[to] ?? ''}`);
    return { name: match[1]!, from, to, kind: inText ? 'text' : alone ? 'number' : 'elsewhere' };
  });
}

const fits = (pattern: string, value: string): boolean =>
  new RegExp(`^(?:${pattern})$`, 'u').test(value);

export type Filled =
  | {
      readonly ok: true;
      readonly sql: Readonly<Partial<Record<Platform, string>>>;
      /** Of every parameter, the value that was put in. */
      readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly ok: false;
      readonly problems: readonly {
        readonly name: string;
        readonly text: { readonly ja: string; readonly en: string };
      }[];
    };

/**
 * Puts values in the place of the parameters. A value can never become SQL: inside a text its quotes
 * are doubled, elsewhere it must be digits. An empty value counts as none, for which the default
 * stands in where there is one.
 */
export function fillParameters(
  entry: LibraryEntry,
  values: Readonly<Record<string, string>>,
): Filled {
  const problems: { name: string; text: { ja: string; en: string } }[] = [];
  const add = (name: string, ja: string, en: string) => problems.push({ name, text: { ja, en } });
  const parameters: Record<string, string> = {};
  const known = new Set(entry.parameters.map(({ name }) => name));
  for (const name of Object.keys(values)) {
    if (known.has(name)) continue;
    add(
      name,
      `パラメーター「${name}」はこの質問にありません。`,
      `The question has no parameter ${name}.`,
    );
  }
  for (const { name, title, pattern, example, default: preset } of entry.parameters) {
    const given = Object.hasOwn(values, name) ? values[name]! : '';
    const value = given === '' ? preset : given;
    if (value === null) {
      add(name, `「${title.ja}」を入力してください。`, `${title.en} is missing.`);
    } else if (value.length > maxValueLength) {
      add(
        name,
        `「${title.ja}」は ${maxValueLength} 文字以内で入力してください。`,
        `${title.en} is longer than ${maxValueLength} characters.`,
      );
    } else if (/\p{Cc}/u.test(value) || !value.isWellFormed() || !fits(pattern, value)) {
      add(
        name,
        `「${title.ja}」の形式が正しくありません（例: ${example}）。`,
        `${title.en} is not of the expected form, for example ${example}.`,
      );
    } else parameters[name] = value;
  }
  if (problems.length > 0) return { ok: false, problems };

  const sql: Partial<Record<Platform, string>> = {};
  for (const [platform, statement] of Object.entries(entry.sql) as [Platform, string][]) {
    let filled = '';
    let done = 0;
    for (const { name, from, to, kind } of placesOf(statement)) {
      const value = parameters[name];
      if (
        value === undefined ||
        kind === 'elsewhere' ||
        (kind === 'number' && !/^\d{1,15}$/.test(value))
      ) {
        const title = entry.parameters.find((each) => each.name === name)?.title;
        add(
          name,
          `「${title?.ja ?? name}」には数字だけを入力してください。`,
          `${title?.en ?? name} takes digits only.`,
        );
        return { ok: false, problems };
      }
      filled += statement.slice(done, from);
      filled += kind === 'text' ? value.replaceAll("'", "''") : value;
      done = to;
    }
    sql[platform] = filled + statement.slice(done);
  }
  return { ok: true, sql, parameters };
}
