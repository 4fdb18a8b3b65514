import { constants, DatabaseSync, type FunctionOptions } from 'node:sqlite';
import type { Platform } from '../assets/public.ts';
import type { OsquerySchema } from './osquery-schema.ts';

/** Longest statement that is looked at, in UTF-16 code units: as in api.ts. */
export const maxStatementLength = 20_000;

export type Prepared =
  | {
      readonly ok: true;
      readonly columns: readonly { readonly name: string; readonly hidden: boolean }[];
      /** Tables of the schema that are read, by their own name. */
      readonly tables: readonly string[];
      readonly functions: readonly string[];
      readonly recursive: boolean;
    }
  | { readonly ok: false; readonly message: string; readonly refused: Refused | null };

/** What the statement wanted to do besides reading a table that osquery has. */
export type Refused =
  | { readonly kind: 'action'; readonly action: string }
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string };

export interface Engine {
  /** Parses and resolves the statement; never runs it. */
  prepare(sql: string): Prepared;
}

const engines = new WeakMap<OsquerySchema, Map<Platform, Engine>>();

/** The parser for a platform: SQLite with that platform's tables, all empty. Made at the first use. */
export function engineFor(schema: OsquerySchema, platform: Platform): Engine {
  const ofSchema = engines.get(schema) ?? new Map<Platform, Engine>();
  engines.set(schema, ofSchema);
  const known = ofSchema.get(platform);
  if (known) return known;
  const engine = openEngine(schema, platform);
  ofSchema.set(platform, engine);
  return engine;
}

const tableFunctions = new Set(['json_each', 'json_tree']);

const actionNames = new Map(
  Object.entries(constants)
    .filter(([name]) => /^SQLITE_(?!CHANGESET|OK|DENY|IGNORE)/.test(name))
    .map(([name, code]) => [code, name.replace('SQLITE_', '').replaceAll('_', ' ')]),
);

function openEngine(schema: OsquerySchema, platform: Platform): Engine {
  const database = new DatabaseSync(':memory:', {
    // So does osquery: "Debian" where no such column is there is a text.
    enableDoubleQuotedStringLiterals: true,
    allowExtension: false,
    limits: {
      sqlLength: maxStatementLength * 4,
      exprDepth: 200,
      compoundSelect: 100,
      attach: 0,
    },
  });
  const hidden = new Map<string, ReadonlySet<string>>();
  const viewOf = new Map<string, string>();
  for (const { name, aliases, platforms, columns } of schema.tables) {
    if (!platforms.includes(platform)) continue;
    const shown = columns.filter(({ hiddenOn }) => !hiddenOn.has(platform));
    // osquery's tables have no rowid; which column is the key makes no difference here.
    database.exec(
      `create table ${quoted(name)} (${columns
        .map((column) => `${quoted(column.name)} ${column.type}`)
        .join(', ')}, primary key (${quoted(columns[0]!.name)})) without rowid`,
    );
    const shownNames = new Set(shown.map((column) => column.name));
    hidden.set(
      name,
      new Set(columns.map((each) => each.name).filter((each) => !shownNames.has(each))),
    );
    for (const alias of aliases) {
      viewOf.set(alias, name);
      database.exec(
        `create view ${quoted(alias)} as select ${shown
          .map((column) => quoted(column.name))
          .join(', ')} from ${quoted(name)}`,
      );
    }
  }
  const ownFunctions = new Set(schema.ownFunctions.map(({ name }) => name));
  for (const { name, argumentCounts } of schema.ownFunctions) {
    const [only] = argumentCounts;
    const anyNumber: FunctionOptions = { varargs: true };
    if (argumentCounts.length === 1 && only !== undefined && only >= 0) {
      const standIn = () => null;
      Object.defineProperty(standIn, 'length', { value: only });
      database.function(name, {}, standIn);
    } else database.function(name, anyNumber, () => null);
  }

  // Tables of SQLite itself; whatever else is read is a part of the statement.
  const modules = new Set(
    database
      .prepare('select name from pragma_module_list')
      .all()
      .map(({ name }) => String(name).toLowerCase()),
  );
  let tables = new Set<string>();
  let functions = new Set<string>();
  let recursive = false;
  let refused: Refused | null = null;
  const refuse = (what: Refused): number => {
    refused ??= what;
    return constants.SQLITE_DENY;
  };
  database.setAuthorizer((action, first, second) => {
    if (action === constants.SQLITE_SELECT) return constants.SQLITE_OK;
    if (action === constants.SQLITE_RECURSIVE) {
      recursive = true;
      return constants.SQLITE_OK;
    }
    if (action === constants.SQLITE_FUNCTION) {
      const name = (second ?? '').toLowerCase();
      if (!schema.builtInFunctions.has(name) && !ownFunctions.has(name)) {
        return refuse({ kind: 'function', name });
      }
      functions.add(name);
      return constants.SQLITE_OK;
    }
    if (action === constants.SQLITE_READ) {
      const name = (first ?? '').toLowerCase();
      if (hidden.has(name)) tables.add(name);
      else if (viewOf.has(name)) tables.add(viewOf.get(name)!);
      else if (!tableFunctions.has(name) && (modules.has(name) || /^(sqlite|pragma)_/.test(name))) {
        return refuse({ kind: 'table', name });
      }
      return constants.SQLITE_OK;
    }
    return refuse({ kind: 'action', action: actionNames.get(action) ?? `action ${action}` });
  });

  return {
    prepare(sql) {
      tables = new Set();
      functions = new Set();
      recursive = false;
      refused = null;
      try {
        const statement = database.prepare(sql);
        const columns = statement.columns().map(({ name, table, column }) => ({
          name,
          hidden: table !== null && column !== null && hidden.get(table)?.has(column) === true,
        }));
        return {
          ok: true,
          columns,
          tables: [...tables].sort(),
          functions: [...functions].sort(),
          recursive,
        };
      } catch (error) {
        return { ok: false, message: (error as Error).message, refused };
      }
    },
  };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
