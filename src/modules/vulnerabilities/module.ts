import type { ModuleContext, ServerModule, StateRow } from '../../platform/module.ts';
import { FeedWork } from './feeds/feed-jobs.ts';
import { syncEnabled } from './feeds/feed-store.ts';
import { feedStates } from './feeds/status-store.ts';
import type { SyncOptions } from './feeds/sync-store.ts';
import { vulnerabilitiesJobs } from './jobs.ts';
import { vulnerabilityRoutes } from './routes.ts';
import { applicationJobs } from './sbom/jobs.ts';
import { applicationRoutes } from './sbom/routes.ts';
import { type Settled, settle } from './settle-store.ts';
import { assessSupport } from './support/support-store.ts';
import { vexRoutes } from './vex/routes.ts';

export interface VulnerabilitiesOptions {
  /** Where keys lie: `<home>/feeds/trusted/*.pem`, `<home>/feeds/signing-key.pem`. */
  readonly home?: string | undefined;
  /** YOJIN_FEEDS (on, off), YOJIN_FEED_<NAME>_URL. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Other limits of downloads than the standard ones, for tests. */
  readonly limits?: SyncOptions['limits'];
}

/**
 * Inventories change in bursts: assess once for all that come within so long, and within ten times
 * what it cost the last time, so that looking for work never becomes the work.
 */
const gatherMs = 2_000;
const longestGatherMs = 60_000;

/** Feeds of advisories, matching, and the findings that follow. */
export function vulnerabilitiesModule(
  context: ModuleContext,
  options: VulnerabilitiesOptions = {},
): ServerModule {
  const { db, log, live, clock } = context;
  const { home, environment = process.env } = options;
  const setting = environment['YOJIN_FEEDS']?.toLowerCase();
  const forbidden = setting === 'off';
  const enabled = async () => !forbidden && ((await syncEnabled(db)) ?? setting === 'on');

  // One at a time in this process; other processes wait at a lock in the database.
  const stopping = new AbortController();
  let running: Promise<Settled> | null = null;
  let tookMs = 0;
  let again = false;
  async function settleNow(signal?: AbortSignal): Promise<Settled> {
    while (running) await running.catch(() => undefined);
    const signals = [stopping.signal, ...(signal ? [signal] : [])];
    const startedAtMs = performance.now();
    running = settle(db, { clock, signal: AbortSignal.any(signals) });
    try {
      const settled = await running;
      if (settled.endpoints + settled.described > 0) live.publish({ topic: 'findings' });
      if (settled.opened + settled.closed > 0) log.info(settled, 'findings changed');
      return settled;
    } finally {
      running = null;
      tookMs = performance.now() - startedAtMs;
    }
  }

  const work = new FeedWork({
    db,
    log,
    live,
    clock,
    environment,
    home,
    ...(options.limits && { limits: options.limits }),
    settle: async (signal) => {
      await assessSupport(db, { at: clock(), signal });
      return settleNow(signal);
    },
  });

  let timer: NodeJS.Timeout | undefined;
  function settleSoon(): void {
    if (stopping.signal.aborted) return;
    again = true;
    timer ??= setTimeout(
      () => {
        timer = undefined;
        again = false;
        settleNow()
          .catch((error) => log.error({ err: error }, 'assessing failed; it is tried again'))
          .finally(() => {
            if (again) settleSoon();
          });
      },
      Math.min(longestGatherMs, Math.max(gatherMs, tookMs * 10)),
    );
  }
  const listening = db.listen('assets_news', settleSoon, settleSoon).catch((error: Error) => {
    log.warn({ err: error }, 'changed inventories are assessed within a minute only');
  });

  return {
    name: 'vulnerabilities',
    routes(app) {
      vulnerabilityRoutes(app, context, { work, enabled, forbidden, environment, home });
      applicationRoutes(app, context);
      vexRoutes(app, context);
    },
    jobs: [
      ...vulnerabilitiesJobs(context, { work, enabled, settle: settleNow }),
      ...applicationJobs(context),
    ],
    state: () => stateRows(),
    close: async () => {
      clearTimeout(timer);
      stopping.abort();
      await work.close();
      await running?.catch(() => undefined);
      const stop = await listening;
      stop?.();
    },
  };

  async function stateRows(): Promise<readonly StateRow[]> {
    const on = await enabled();
    const feeds = await feedStates(db, {
      at: clock(),
      enabled: on,
      environment,
      activity: work.activity,
    });
    const { rows } = await db.query<{ advisories: number; subjects: number; waiting: number }>(
      `select (select count(*) from vulnerabilities.advisories)::int as advisories,
              (select count(*) from vulnerabilities.subjects)::int as subjects,
              (select count(*) from vulnerabilities.subjects where matched_at is null)::int
              + (select count(*) from vulnerabilities.assessments where again)::int as waiting`,
    );
    const { advisories, subjects, waiting } = rows[0]!;
    const needed = feeds.filter((feed) => feed.needed && feed.maxAgeDays !== null);
    const count = (state: string) => needed.filter((feed) => feed.state === state).length;
    const row = (key: string, value: number, state: StateRow['state'] = 'ok'): StateRow => ({
      key: `vulnerabilities.${key}`,
      value,
      unit: 'count',
      state,
    });
    return [
      row('feeds_fresh', count('fresh')),
      row('feeds_never', count('never'), count('never') > 0 ? 'unknown' : 'ok'),
      row('feeds_too_old', count('too-old'), count('too-old') > 0 ? 'warning' : 'ok'),
      row('feeds_failed', count('failed'), count('failed') > 0 ? 'warning' : 'ok'),
      {
        key: 'vulnerabilities.sync',
        value: on ? 'on' : 'off',
        unit: 'text',
        state: 'ok',
      },
      row('advisories', advisories),
      row('distinct_versions', subjects),
      row('waiting', waiting),
    ];
  }
}
