import type { LiveFeed } from '../live/live-feed.ts';
import type { AuditLog } from './public.ts';
import { appendRecord } from './store.ts';

/** The audit log of this server. Open pages hear of new records; see store.ts for the chain. */
export function createAuditLog({
  clock,
  live,
}: {
  readonly clock: () => Date;
  readonly live?: LiveFeed;
}): AuditLog {
  return {
    async record(tx, entry) {
      await appendRecord(tx, entry, clock());
      // Told before the commit: the window of the feed is longer than what is left to do.
      live?.publish({ topic: 'audit' });
    },
  };
}
