import type { Job, ModuleContext } from '../../platform/module.ts';
import { FeedsBusy, type FeedWork } from './feeds/feed-jobs.ts';
import type { Settled } from './settle-store.ts';
import { assessSupport } from './support/support-store.ts';

export interface VulnerabilitiesJobsOptions {
  readonly work: FeedWork;
  /** May feeds be fetched without being asked? */
  readonly enabled: () => Promise<boolean>;
  readonly settle: (signal?: AbortSignal) => Promise<Settled>;
}

export function vulnerabilitiesJobs(
  { db, clock, live, log }: ModuleContext,
  { work, enabled, settle }: VulnerabilitiesJobsOptions,
): readonly Job[] {
  return [
    {
      // Inventories are assessed as soon as they change; this takes up what was missed meanwhile.
      name: 'vulnerabilities/assess',
      cron: '* * * * *',
      run: async (_payload, signal) => {
        await settle(signal);
      },
    },
    {
      // Support ends at the end of a day, without anything else happening.
      name: 'vulnerabilities/assess-support',
      cron: '23 0 * * *',
      run: async (_payload, signal) => {
        const { opened, closed } = await assessSupport(db, { at: clock(), signal });
        if (opened + closed === 0) return;
        log.info({ opened, closed }, 'end-of-life findings changed');
        live.publish({ topic: 'findings' });
      },
    },
    {
      name: 'vulnerabilities/sync-feeds',
      cron: '41 3 * * *',
      run: async () => {
        if (!(await enabled())) return;
        try {
          work.startSync();
        } catch (error) {
          if (!(error instanceof FeedsBusy)) throw error;
        }
        await work.idle();
      },
    },
  ];
}
