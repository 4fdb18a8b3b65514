import { createHash } from 'node:crypto';
import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Platform, Row } from '../../modules/assets/public.ts';
import type { Host } from './host.ts';
import { simulatedTables } from './tables.ts';

/** What osqueryd says of one statement. */
export type StatementResult =
  | { readonly status: 0; readonly rows: readonly Row[] }
  | { readonly status: 1; readonly message: string };

/**
 * Runs statements as osquery does, in SQLite, over the tables of a simulated endpoint. So a wrong
 * statement fails with SQLite's own message, as on a real endpoint. One database per platform is
 * shared by all endpoints: the tables that a statement names are filled for each of them.
 */
export class Statements {
  readonly #databases = new Map<Platform, DatabaseOfPlatform>();

  run(host: Host, sql: string, nowSeconds: number): StatementResult {
    let database = this.#databases.get(host.platform);
    if (database === undefined) {
      database = new DatabaseOfPlatform(host.platform);
      this.#databases.set(host.platform, database);
    }
    return database.run(host, sql, nowSeconds);
  }

  close(): void {
    for (const database of this.#databases.values()) database.close();
    this.#databases.clear();
  }
}

interface PreparedTable {
  readonly columns: readonly string[];
  readonly clear: StatementSync;
  readonly insert: StatementSync;
}

/** Statements of one question are the same for thousands of endpoints. */
const keptStatements = 50;

class DatabaseOfPlatform {
  readonly #db = new DatabaseSync(':memory:');
  readonly #tables = new Map<string, PreparedTable>();
  readonly #prepared = new Map<string, { statement: StatementSync; tables: readonly string[] }>();

  constructor(platform: Platform) {
    for (const [name, table] of Object.entries(simulatedTables)) {
      if (!table.platforms.includes(platform)) continue;
      const numbers = table.numbers ?? [];
      const columns = [...table.columns, ...numbers];
      const types = columns.map(
        (column) => `"${column}" ${numbers.includes(column) ? 'bigint' : 'text'}`,
      );
      this.#db.exec(`create table "${name}" (${types.join(', ')})`);
      const marks = columns.map(() => '?').join(', ');
      this.#tables.set(name, {
        columns,
        clear: this.#db.prepare(`delete from "${name}"`),
        insert: this.#db.prepare(`insert into "${name}" values (${marks})`),
      });
    }
    this.#db.function('sha256', { deterministic: true }, (text) => hashOf('sha256', text));
    this.#db.function('sha1', { deterministic: true }, (text) => hashOf('sha1', text));
    this.#db.function('md5', { deterministic: true }, (text) => hashOf('md5', text));
    this.#db.function(
      'split',
      { deterministic: true },
      (text, by, at) => String(text).split(String(by)).filter(Boolean)[Number(at)] ?? null,
    );
  }

  run(host: Host, sql: string, nowSeconds: number): StatementResult {
    try {
      const { statement, tables } = this.#prepare(sql);
      for (const name of tables) this.#fill(name, host, nowSeconds);
      const rows = statement.all() as Record<string, unknown>[];
      return { status: 0, rows: rows.map(textRow) };
    } catch (error) {
      return { status: 1, message: error instanceof Error ? error.message : String(error) };
    }
  }

  close(): void {
    this.#db.close();
  }

  /** Statements come from the server: they may read, and nothing else. */
  #prepare(sql: string) {
    const known = this.#prepared.get(sql);
    if (known) return known;
    const allowed: readonly number[] = [
      constants.SQLITE_SELECT,
      constants.SQLITE_READ,
      constants.SQLITE_FUNCTION,
    ];
    this.#db.setAuthorizer((action) =>
      allowed.includes(action) ? constants.SQLITE_OK : constants.SQLITE_DENY,
    );
    try {
      const statement = this.#db.prepare(sql);
      statement.setReadBigInts(true);
      const words = new Set(sql.toLowerCase().match(/[a-z0-9_]+/g));
      const made = { statement, tables: [...words].filter((word) => this.#tables.has(word)) };
      const [oldest] = this.#prepared.keys();
      if (this.#prepared.size >= keptStatements && oldest !== undefined)
        this.#prepared.delete(oldest);
      this.#prepared.set(sql, made);
      return made;
    } finally {
      this.#db.setAuthorizer(null);
    }
  }

  #fill(name: string, host: Host, nowSeconds: number): void {
    const { columns, clear, insert } = this.#tables.get(name)!;
    clear.run();
    for (const row of simulatedTables[name]!.rows(host, nowSeconds)) {
      insert.run(...columns.map((column) => row[column] ?? ''));
    }
  }
}

/** All values are texts on the wire; NULL and blobs become empty. A text ends at its first NUL. */
function textRow(row: Record<string, unknown>): Row {
  const texts: Record<string, string> = {};
  for (const [column, value] of Object.entries(row)) {
    texts[column] = value === null || value instanceof Uint8Array ? '' : String(value);
  }
  return texts;
}

function hashOf(algorithm: string, value: unknown): string | null {
  if (value === null) return null;
  // osquery hashes C strings.
  const [text = ''] = String(value).split('\0');
  return createHash(algorithm).update(text, 'utf8').digest('hex');
}

/** How long statements take at an endpoint, by the tables they read, in milliseconds (median). */
const slowTables: readonly (readonly [RegExp, number])[] = [
  [/\b(yara|file|hash|augeas|extended_attributes)\b/i, 1500],
  [/\b(npm_packages|python_packages|apps|deb_package_files)\b/i, 700],
  [/\b(rpm_packages|certificates|systemd_units|patches|programs)\b/i, 250],
  [/\b(deb_packages|chrome_extensions|vscode_extensions|processes|listening_ports)\b/i, 80],
];

export function medianMsOf(sql: string): number {
  return slowTables.find(([tables]) => tables.test(sql))?.[1] ?? 12;
}
