import type { EndpointQuery, Platform } from '../assets/public.ts';

/** `yojin:<name>`: the digest in the schedule, the whole answer in a distributed read. */
export const QUERY_PREFIX = 'yojin:';
/** `yojin-full:<name>`: the whole answer by schedule, for agents without distributed queries. */
export const FULL_PREFIX = 'yojin-full:';

const FULL_INTERVAL_SECONDS = 24 * 3600;
/** osqueryd 5.23 refuses a larger configuration. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * The digest of a part, computed at the endpoint: one row `digest, row_count`.
 *
 * `printf('%s', …)` turns NULL into '', numbers into SQLite's own text, and ends a text at its
 * first NUL. The last matters: osquery's sha256() stops at the first NUL (measured, 5.23.1), and
 * system_info.cpu_brand ends in forty of them, so without it nothing behind that value would
 * count. Brackets, not double quotes: SQLite reads an unknown "column" as a text.
 */
export function digestStatement(query: EndpointQuery, platform: Platform): string | undefined {
  const sql = query.sql[platform];
  if (sql === undefined) return undefined;
  const line = query.columns.map((column) => `printf('%s', [${column}])`).join(` || char(31) || `);
  return (
    `select sha256(coalesce(group_concat(line, char(10)), '')) as digest, count(*) as row_count ` +
    `from (select ${line} as line from (\n${bare(sql)}\n) order by 1)`
  );
}

/**
 * The whole answer, with the very texts that the digest is made of. One row more than allowed
 * shows that there are too many without sending them all.
 */
export function fullStatement(query: EndpointQuery, platform: Platform): string | undefined {
  const sql = query.sql[platform];
  if (sql === undefined) return undefined;
  const columns = query.columns.map((column) => `printf('%s', [${column}]) as [${column}]`);
  return `select ${columns.join(', ')} from (\n${bare(sql)}\n) limit ${query.maxRows + 1}`;
}

/** Without the semicolon at its end, so that it can stand in parentheses. */
function bare(sql: string): string {
  return sql.trim().replace(/[;\s]+$/, '');
}

/** osquery's own options, by their flag's name. Those of the configuration win over flags. */
export type OsqueryOptions = Readonly<Record<string, string | number | boolean>>;

/**
 * The osquery configuration of a platform, as JSON text. `withFull`: for agents that have not
 * shown that they ask for distributed queries. Throws when a query is malformed or the document
 * is too large: a mistake in the product, found at start.
 */
export function buildConfig(
  queries: readonly EndpointQuery[],
  platform: Platform,
  { withFull, options = {} }: { withFull: boolean; options?: OsqueryOptions },
): string {
  const schedule: Record<string, object> = {};
  for (const query of queries) {
    const digest = digestStatement(query, platform);
    const full = fullStatement(query, platform);
    if (digest === undefined || full === undefined) continue;
    schedule[QUERY_PREFIX + query.name] = {
      query: digest,
      interval: query.intervalSeconds,
      snapshot: true,
    };
    if (withFull) {
      schedule[FULL_PREFIX + query.name] = {
        query: full,
        interval: FULL_INTERVAL_SECONDS,
        snapshot: true,
      };
    }
  }
  const text = JSON.stringify({
    options: {
      disable_distributed: false,
      // Reads are held open until there is something to do: this is only the pause between two.
      distributed_interval: 1,
      // A post only happens when there are lines, so a short period costs little.
      logger_tls_period: 4,
      logger_tls_compress: true,
      logger_snapshot_event_type: false,
      // Warnings and worse; osqueryd writes an informational line for each of its requests.
      logger_min_status: 1,
      schedule_splay_percent: 10,
      disable_decorators: true,
      ...options,
    },
    schedule,
  });
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) {
    throw new Error(`the osquery configuration for ${platform} is larger than osqueryd accepts`);
  }
  return text;
}

/** Throws when two queries share a name, or one could not be carried as it is. */
export function checkQueries(queries: readonly EndpointQuery[]): void {
  const names = new Set<string>();
  for (const { name, columns, intervalSeconds, maxRows } of queries) {
    const wrong =
      (!/^[a-z0-9-]{1,60}$/.test(name) && 'its name') ||
      (names.has(name) && 'a name that another has') ||
      (columns.length === 0 && 'no columns') ||
      (columns.some((column) => !/^[a-z_][a-z0-9_]{0,59}$/.test(column)) && 'a column name') ||
      (new Set(columns).size !== columns.length && 'a column twice') ||
      // osqueryd: one second to seven days.
      (!(Number.isInteger(intervalSeconds) && intervalSeconds >= 1 && intervalSeconds <= 604_800) &&
        'its interval') ||
      (!(Number.isInteger(maxRows) && maxRows >= 1 && maxRows <= 1_000_000) && 'its maxRows');
    if (wrong) throw new Error(`endpoint query ${name}: wrong is ${wrong}`);
    names.add(name);
  }
}
