import type { Queryable } from '../../platform/db/queryable.ts';
import type { ModuleContext, ServerModule, StateRow } from '../../platform/module.ts';
import type { Notices } from '../../platform/notify/public.ts';
import type { CancelOrders, IssueOrders } from '../agent-protocol/public.ts';
import { type DriverPorts, driveCampaigns } from './jobs.ts';
import { noticeKinds } from './notices.ts';
import { campaignRoutes } from './routes.ts';
import { ruleJob } from './rule-jobs.ts';
import { ruleRoutes } from './rule-routes.ts';

export interface RemediationOptions {
  readonly issueOrders: IssueOrders;
  readonly cancelOrders: CancelOrders;
  /** Has an endpoint's inventory fetched anew: `agents.wantAll`. */
  readonly observe: (endpointId: string) => Promise<unknown>;
  /** Who is told of campaigns that need somebody; absent: nobody. */
  readonly notices?: Notices | undefined;
  /** IANA zone of endpoints that tell none; absent: the server's. */
  readonly timeZone?: string | undefined;
  /** How often campaigns are driven; 0: only by `drive`, for tests. */
  readonly driveMs?: number | undefined;
}

export interface RemediationModule extends ServerModule {
  /** For the agent protocol's `onOrderReport`: something was reported, so drive soon. */
  readonly onOrderReport: () => Promise<void>;
  /** One round of the driver, now; for tests. */
  readonly drive: (thorough?: boolean) => Promise<void>;
}

const DRIVE_MS = 2_000;
/** Every so many rounds also what seldom changes. */
const THOROUGH_EVERY = 15;
const KICK_MS = 250;

/** Campaigns: work on endpoints in rings, with a halt, a deadline and a proof. */
export function remediationModule(
  context: ModuleContext,
  options: RemediationOptions,
): RemediationModule {
  const { db, log } = context;
  const { notices, driveMs = DRIVE_MS } = options;
  notices?.register(noticeKinds);
  const ports: DriverPorts = {
    issueOrders: options.issueOrders,
    cancelOrders: options.cancelOrders,
    observe: options.observe,
    tell: async (tx: Queryable, told, at) => {
      if (told.length > 0) await notices?.tell(tx, told, at);
    },
    serverZone: options.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };

  const stopping = new AbortController();
  let rounds = 0;
  let running: Promise<void> | undefined;
  let kicked: NodeJS.Timeout | undefined;
  function drive(thorough = true): Promise<void> {
    const before = running ?? Promise.resolve();
    const round = before
      .catch(() => undefined)
      .then(() => driveCampaigns(context, ports, { thorough, signal: stopping.signal }))
      .finally(() => {
        if (running === round) running = undefined;
      });
    running = round;
    return round;
  }
  function round(): void {
    if (running || stopping.signal.aborted) return;
    rounds += 1;
    drive(rounds % THOROUGH_EVERY === 1).catch((error: Error) =>
      log.error({ err: error }, 'campaigns could not be driven'),
    );
  }
  function kick(): void {
    if (driveMs === 0 || kicked || stopping.signal.aborted) return;
    // A moment later: what was reported is not committed yet, and reports come in crowds.
    kicked = setTimeout(() => {
      kicked = undefined;
      round();
    }, KICK_MS);
    kicked.unref();
  }
  const timer = driveMs === 0 ? undefined : setInterval(round, driveMs);
  timer?.unref();

  return {
    name: 'remediation',
    drive,
    onOrderReport: async () => kick(),
    routes: (app) => {
      campaignRoutes(app, context, ports, kick);
      ruleRoutes(app, context);
    },
    jobs: [ruleJob(context, ports.tell, kick)],
    state: async () => {
      const { rows } = await db.query<{ key: string; value: number }>(
        `select key, value::int from (
           select 'running' as key, count(*) as value from remediation.campaigns
            where state = 'running'
           union all select 'awaiting_approval', count(*) from remediation.campaigns
            where state = 'awaiting-approval'
           union all select 'halted', count(*) from remediation.campaigns where state = 'halted'
           union all select 'open_endpoints', count(*) from remediation.targets t
             join remediation.campaigns c on c.id = t.campaign_id
            where c.state in ('running', 'paused', 'halted') and t.ended_at is null
           union all select 'still_there', count(*) from remediation.targets
            where proof = 'still-there') x order by key`,
      );
      return rows.map(
        ({ key, value }): StateRow => ({
          key: `remediation.${key}`,
          value,
          unit: 'count',
          state: (key === 'halted' || key === 'still_there') && value > 0 ? 'warning' : 'ok',
        }),
      );
    },
    close: async () => {
      stopping.abort();
      clearInterval(timer);
      clearTimeout(kicked);
      await running?.catch(() => undefined);
    },
  };
}
