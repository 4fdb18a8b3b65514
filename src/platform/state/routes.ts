import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Type } from 'typebox';
import type { Database } from '../db/queryable.ts';
import type { RunningJobs } from '../jobs/jobs.ts';
import type { Logger } from '../log.ts';
import type { App, ServerModule, StateRow } from '../module.ts';
import { SystemState } from './api.ts';

export interface StateOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock: () => Date;
  readonly version: string;
  readonly startedAt: Date;
  readonly modules: () => readonly ServerModule[];
  readonly jobs: () => RunningJobs;
  /** What the program that composes the server knows of itself: listeners, open pages. */
  readonly own: () => readonly StateRow[];
}

const delay = monitorEventLoopDelay({ resolution: 20 });
/** How long a part may take to tell its state, and the database to say that it is there. */
const sectionMs = 5_000;
const healthMs = 2_000;
/** Anybody may ask for the health: the database is asked once for all who come within this. */
const healthCacheMs = 1_000;

/** GET /api/state and /api/health. What cannot be told is a row of its own, never a failed page. */
export function stateRoutes(app: App, options: StateOptions): void {
  const { db, log, clock, version, startedAt } = options;
  delay.enable();

  app.get(
    '/health',
    {
      config: { permission: 'public' }, // Load balancers ask it; it tells nothing else.
      schema: {
        summary: 'Whether the server can do its work',
        tags: ['state'],
        response: {
          200: Type.Object({ status: Type.Literal('ok') }),
          503: Type.Object({ status: Type.Literal('database-unavailable') }),
        },
      },
    },
    async (_request, reply) => {
      if (await isHealthy()) return { status: 'ok' as const };
      return reply.code(503).send({ status: 'database-unavailable' });
    },
  );

  app.get(
    '/state',
    {
      config: { permission: 'state:read' },
      schema: {
        summary: 'The server’s own health',
        tags: ['state'],
        response: { 200: SystemState },
      },
    },
    async () => {
      const jobs = within(options.jobs().states(), sectionMs);
      const sections = await Promise.all([
        section('database', () => databaseRows(db)),
        section('process', async () => [...processRows(), ...options.own()]),
        section('jobs', async () => {
          await jobs; // Told below; a row only when it cannot be.
          return [];
        }),
        ...options.modules().flatMap(({ name, state }) => (state ? [section(name, state)] : [])),
      ]);
      return {
        asOf: clock().toISOString(),
        version,
        startedAt: startedAt.toISOString(),
        sections: sections.filter(({ name, rows }) => name !== 'jobs' || rows.length > 0),
        jobs: [...(await jobs.catch(() => []))],
      };
    },
  );

  async function section(name: string, rows: () => Promise<readonly StateRow[]>) {
    try {
      return { name, rows: [...(await within(rows(), sectionMs))] };
    } catch (error) {
      log.error({ err: error, section: name }, 'state could not be told');
      return { name, rows: [{ key: `${name}.unavailable`, value: null, state: 'error' as const }] };
    }
  }

  let health: { readonly answer: Promise<boolean>; readonly until: number } | undefined;

  function isHealthy(): Promise<boolean> {
    const now = performance.now();
    if (!health || health.until <= now) {
      const answer = within(db.query('select 1'), healthMs).then(
        () => true,
        () => false,
      );
      health = { answer, until: now + healthCacheMs };
    }
    return health.answer;
  }

  function processRows(): readonly StateRow[] {
    const delayMs = delay.percentile(99) / 1e6;
    delay.reset();
    return [
      {
        key: 'process.uptime_seconds',
        value: Math.round((clock().getTime() - startedAt.getTime()) / 1000),
        unit: 'seconds',
        state: 'ok',
      },
      { key: 'process.memory_bytes', value: process.memoryUsage.rss(), unit: 'bytes', state: 'ok' },
      {
        // How late the process is with its own timers; above this everybody waits.
        key: 'process.event_loop_delay_p99_ms',
        value: Number.isFinite(delayMs) ? Math.round(delayMs) : null,
        unit: 'count',
        state: delayMs > 500 ? 'warning' : 'ok',
      },
      { key: 'process.node_version', value: process.version, unit: 'text', state: 'ok' },
    ];
  }
}

async function within<T>(work: Promise<T>, limitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function databaseRows(db: Database): Promise<readonly StateRow[]> {
  const { rows } = await db.query<{
    version: string;
    size: number;
    connections: number;
    maxConnections: number;
    migrations: number;
  }>(
    `select current_setting('server_version') as version,
            pg_database_size(current_database()) as size,
            (select count(*)::int from pg_stat_activity where datname = current_database()) as connections,
            current_setting('max_connections')::int as "maxConnections",
            (select count(*)::int from platform.migrations) as migrations`,
  );
  const row = rows[0]!;
  return [
    { key: 'database.version', value: row.version, unit: 'text', state: 'ok' },
    { key: 'database.size_bytes', value: row.size, unit: 'bytes', state: 'ok' },
    {
      key: 'database.connections',
      value: row.connections,
      unit: 'count',
      state: row.connections > row.maxConnections * 0.8 ? 'warning' : 'ok',
    },
    { key: 'database.migrations', value: row.migrations, unit: 'count', state: 'ok' },
  ];
}
