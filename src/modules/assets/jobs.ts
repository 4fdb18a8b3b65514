import type { Job, ModuleContext } from '../../platform/module.ts';
import { pruneHistory, repairCounts } from './upkeep/store.ts';

/** How long changes of inventories are kept. */
export const historyKeptDays = 400;

export function assetsJobs({ db, log, clock, live }: ModuleContext): readonly Job[] {
  return [
    {
      name: 'assets/prune-history',
      cron: '17 2 * * *',
      async run(_payload, signal) {
        const before = new Date(clock().getTime() - historyKeptDays * 24 * 3_600_000);
        const deleted = await pruneHistory(db, before, signal);
        if (deleted > 0) log.info({ deleted, before }, 'old inventory changes deleted');
      },
    },
    {
      name: 'assets/check-software-counts',
      cron: '47 2 * * *',
      async run() {
        const wrong = await repairCounts(db);
        if (wrong.length === 0) return;
        log.error(
          { count: wrong.length, softwareIds: wrong.slice(0, 20) },
          'counts of endpoints per software were wrong and have been put right',
        );
        live.publish({ topic: 'software' });
      },
    },
  ];
}
