/** One statement of the schedule. */
export interface ScheduledStatement {
  readonly name: string;
  readonly sql: string;
  readonly intervalSeconds: number;
}

/** What osqueryd takes from its configuration, as far as it is simulated. */
export interface AgentConfig {
  readonly pauseSeconds: number;
  readonly logPeriodSeconds: number;
  readonly compressLogs: boolean;
  readonly splayPercent: number;
  readonly schedule: readonly ScheduledStatement[];
}

/** Thousands of endpoints get the same text. */
const read = new Map<string, AgentConfig>();

/** The configuration in the answer `text`, with osqueryd's own values where it says nothing. */
export function configOf(text: string, document: Readonly<Record<string, unknown>>): AgentConfig {
  const known = read.get(text);
  if (known) return known;
  const options = objectOr(document['options']);
  const number = (name: string, otherwise: number) =>
    typeof options[name] === 'number' && options[name] >= 0 ? options[name] : otherwise;
  const config: AgentConfig = {
    pauseSeconds: number('distributed_interval', 60),
    logPeriodSeconds: Math.max(1, number('logger_tls_period', 4)),
    compressLogs: options['logger_tls_compress'] === true,
    splayPercent: Math.min(100, number('schedule_splay_percent', 10)),
    schedule: Object.entries(objectOr(document['schedule'])).flatMap(([name, value]) => {
      const { query, interval } = objectOr(value);
      const seconds = Number(interval);
      return typeof query === 'string' && seconds >= 1
        ? [{ name, sql: query, intervalSeconds: seconds }]
        : [];
    }),
  };
  if (read.size > 20) read.clear();
  read.set(text, config);
  return config;
}

/**
 * When osqueryd runs a statement next: at the multiples of its splayed interval, in seconds since
 * 1970, so that a restart changes nothing. `chance`, 0 to 1, stands for the splay of this endpoint.
 */
export function nextRunSeconds(
  { intervalSeconds }: ScheduledStatement,
  splayPercent: number,
  chance: number,
  nowSeconds: number,
): number {
  const spread = (intervalSeconds * splayPercent) / 100;
  const splayed = Math.max(1, Math.round(intervalSeconds - spread + 2 * spread * chance));
  return (Math.floor(nowSeconds / splayed) + 1) * splayed;
}

/** The columns that a statement of ours asks for, in order; empty: it is none of ours. */
export function columnsOf(sql: string): readonly string[] {
  const known = columns.get(sql);
  if (known) return known;
  const found = [...sql.matchAll(/printf\('%s', \[([a-z0-9_]+)\]\)/g)].map(([, name]) => name!);
  if (columns.size > 500) columns.clear();
  columns.set(sql, found);
  return found;
}
const columns = new Map<string, readonly string[]>();

function objectOr(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
