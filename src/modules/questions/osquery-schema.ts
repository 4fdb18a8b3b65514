import { createRequire } from 'node:module';
import type { Platform } from '../assets/public.ts';
import type { OsqueryTable } from './api.ts';

/**
 * What osquery can be asked: tables, columns and functions for each platform, as written in
 * `content/osquery/schema.json`. A column of another platform exists on every platform that has the
 * table, hidden from `select *` and always empty: so does osquery itself.
 */
export interface SchemaColumn {
  readonly name: string;
  readonly type: string;
  /** osquery answers nothing unless one of the table's required columns is in the WHERE. */
  readonly required: boolean;
  /** Platforms where `select *` leaves it out. */
  readonly hiddenOn: ReadonlySet<Platform>;
}

export interface SchemaTable {
  readonly name: string;
  /** Other names of it: views, in osquery, without the hidden columns. */
  readonly aliases: readonly string[];
  readonly platforms: readonly Platform[];
  /** Filled by what happens while osquery runs; empty unless the endpoint collects it. */
  readonly events: boolean;
  /** Without `uid` in the WHERE it answers for the user that osquery runs as, only. */
  readonly perUser: boolean;
  readonly description: string | null;
  readonly columns: readonly SchemaColumn[];
}

export interface SchemaFunction {
  readonly name: string;
  /** Numbers of arguments it takes; -1: any. */
  readonly argumentCounts: readonly number[];
}

export interface OsquerySchema {
  readonly version: string;
  readonly tables: readonly SchemaTable[];
  /** Functions of SQLite that osquery has. */
  readonly builtInFunctions: ReadonlySet<string>;
  /** Functions that osquery adds. */
  readonly ownFunctions: readonly SchemaFunction[];
  readonly collations: ReadonlySet<string>;
  /** Tables that are known to exist on the platform, but not with which columns. */
  readonly incomplete: Readonly<Record<Platform, ReadonlySet<string>>>;
}

export const schemaPlatforms = [
  'linux',
  'darwin',
  'windows',
] as const satisfies readonly Platform[];

/**
 * Reads the content of a schema file.
 *
 * @throws Error that says at which place the file is wrong
 */
export function parseOsquerySchema(given: unknown): OsquerySchema {
  const file = record(given, 'the file');
  if (file['format'] !== 1) throw new Error('osquery schema: format is not 1');
  const functions = record(file['functions'], 'functions');
  const incomplete = record(file['incomplete'], 'incomplete');
  const names = new Set<string>();
  const tables = list(file['tables'], 'tables').map((each, at): SchemaTable => {
    const table = parseTable(each, `tables[${at}]`);
    for (const name of [table.name, ...table.aliases]) {
      if (names.has(name)) throw new Error(`osquery schema: ${name} is there twice`);
      names.add(name);
    }
    return table;
  });
  return {
    version: text(file['version'], 'version'),
    tables,
    builtInFunctions: new Set(texts(functions['builtIn'], 'functions.builtIn')),
    ownFunctions: texts(functions['own'], 'functions.own').map((each) => {
      const [name = '', counts = ''] = each.split('/');
      return { name, argumentCounts: counts.split('+').map(Number) };
    }),
    collations: new Set(texts(file['collations'], 'collations')),
    incomplete: {
      linux: new Set(texts(incomplete['linux'], 'incomplete.linux')),
      darwin: new Set(texts(incomplete['darwin'], 'incomplete.darwin')),
      windows: new Set(texts(incomplete['windows'], 'incomplete.windows')),
    },
  };
}

let shipped: OsquerySchema | undefined;

/** The schema that comes with the product. Read once, at the first call. */
export function shippedSchema(): OsquerySchema {
  // The same three steps up from src/modules/questions and from dist/modules/questions.
  shipped ??= parseOsquerySchema(
    createRequire(import.meta.url)('../../../content/osquery/schema.json'),
  );
  return shipped;
}

/** For completion: the tables of a platform, or of all, each with the columns `select *` shows. */
export function wireSchema(
  schema: OsquerySchema,
  platform?: Platform,
): { version: string; tables: OsqueryTable[] } {
  const tables = schema.tables
    .filter(({ platforms }) => platform === undefined || platforms.includes(platform))
    .map(({ name, platforms, description, columns }): OsqueryTable => {
      const shownOn = platform === undefined ? platforms : [platform];
      return {
        name,
        platforms: [...platforms],
        description,
        columns: columns
          .filter(({ hiddenOn, required }) => required || shownOn.some((on) => !hiddenOn.has(on)))
          .map((column) => ({ name: column.name, type: column.type, required: column.required })),
      };
    });
  return { version: schema.version, tables };
}

function parseTable(given: unknown, place: string): SchemaTable {
  const table = record(given, place);
  const name = text(table['name'], `${place}.name`);
  const platforms = texts(table['platforms'], `${name}.platforms`).map((each) =>
    platformOf(each, `${name}.platforms`),
  );
  if (platforms.length === 0) throw new Error(`osquery schema: ${name} has no platform`);
  const columns = texts(table['columns'], `${name}.columns`).map((each) => {
    const [column, type, ...marks] = each.split(' ');
    if (!column || !type) throw new Error(`osquery schema: ${name}: «${each}» is no column`);
    let required = false;
    let hiddenOn: readonly Platform[] = [];
    for (const mark of marks) {
      if (mark === 'required') required = true;
      else if (mark === 'hidden') hiddenOn = platforms;
      else if (mark.startsWith('hidden:')) {
        hiddenOn = mark
          .slice('hidden:'.length)
          .split('+')
          .map((on) => platformOf(on, `${name}.${column}`));
      } else throw new Error(`osquery schema: ${name}.${column}: unknown mark «${mark}»`);
    }
    return { name: column, type, required, hiddenOn: new Set(hiddenOn) };
  });
  if (columns.length === 0) throw new Error(`osquery schema: ${name} has no column`);
  const description = table['description'] ?? null;
  return {
    name,
    aliases: table['aliases'] === undefined ? [] : texts(table['aliases'], `${name}.aliases`),
    platforms,
    events: table['events'] === true,
    perUser: table['perUser'] === true,
    description: description === null ? null : text(description, `${name}.description`),
    columns,
  };
}

function platformOf(given: string, place: string): Platform {
  const found = schemaPlatforms.find((platform) => platform === given);
  if (!found) throw new Error(`osquery schema: ${place}: «${given}» is no platform`);
  return found;
}

function record(given: unknown, place: string): Readonly<Record<string, unknown>> {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) {
    throw new Error(`osquery schema: ${place} is no object`);
  }
  return given as Readonly<Record<string, unknown>>;
}

function list(given: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(given)) throw new Error(`osquery schema: ${place} is no list`);
  return given;
}

function text(given: unknown, place: string): string {
  if (typeof given !== 'string' || given === '') {
    throw new Error(`osquery schema: ${place} is no text`);
  }
  return given;
}

function texts(given: unknown, place: string): readonly string[] {
  return list(given, place).map((each, at) => text(each, `${place}[${at}]`));
}
