import type { ModuleContext, ServerModule } from '../../platform/module.ts';
import type { Notices } from '../../platform/notify/public.ts';
import { endExceptions } from './change-store.ts';
import { dueProfileRoutes } from './due-profile-routes.ts';
import { exceptionRoutes } from './exceptions/exception-routes.ts';
import { followExceptions } from './exceptions/follow-exceptions-store.ts';
import { exceptionNoticeKinds } from './exceptions/notices.ts';
import { createFindingFacets } from './facets/finding-facets-store.ts';
import { followAssets } from './follow-store.ts';
import { measureDays } from './measures/daily-store.ts';
import { deadlineNoticeKinds, escalate } from './measures/escalation-store.ts';
import { measureRoutes } from './measures/measure-routes.ts';
import { findingRoutes } from './routes.ts';

/** `notices`: where people are told of deadlines and exceptions; without it nobody is. */
export function findingsModule(
  context: ModuleContext & { readonly notices?: Notices },
): ServerModule {
  const { db, audit, clock, live, log, facets, notices } = context;
  notices?.register([...exceptionNoticeKinds, ...deadlineNoticeKinds]);
  const ownFacets = createFindingFacets({ now: clock });
  facets.register(ownFacets);
  const follower = createFollower(context);
  return {
    name: 'findings',
    routes: (app) => {
      findingRoutes(app, context, ownFacets);
      dueProfileRoutes(app, context);
      exceptionRoutes(app, context);
      measureRoutes(app, context);
    },
    close: () => follower.close(),
    jobs: [
      {
        // Moves are followed as soon as they are told of; this takes up what was missed meanwhile.
        name: 'findings/follow-assets',
        cron: '* * * * *',
        run: (_payload, signal) => follower.follow(signal),
      },
      {
        name: 'findings/follow-exceptions',
        cron: '*/5 * * * *',
        run: async (_payload, signal) => {
          const ports = { db, facets, audit, log, notices };
          const { moved, ended } = await followExceptions(ports, clock(), signal);
          if (ended > 0) live.publish({ topic: 'exceptions' });
          if (moved > 0) live.publish({ topic: 'findings' });
        },
      },
      {
        name: 'findings/escalate',
        cron: '2,7,12,17,22,27,32,37,42,47,52,57 * * * *',
        run: async () => {
          if (notices) await db.transaction((tx) => escalate(tx, notices, clock()));
        },
      },
      {
        name: 'findings/measure-days',
        cron: '3,33 * * * *',
        run: async (_payload, signal) => {
          await measureDays(db, clock(), signal);
          live.publish({ topic: 'measures' });
        },
      },
      {
        // Of the time when findings were excepted one by one.
        name: 'findings/end-exceptions',
        cron: '7 * * * *',
        run: async () => {
          const now = clock();
          const ended = await db.transaction((tx) =>
            endExceptions(tx, now.toISOString().slice(0, 10), now),
          );
          if (ended > 0) {
            log.info({ ended }, 'exceptions have ended');
            live.publish({ topic: 'findings' });
          }
        },
      },
    ],
  };
}

/** Changes come in bursts: they are followed once for all of this time. */
const gatherMs = 1_000;
const longestGatherMs = 60_000;

/** Follows endpoints and scopes when pages are told that they changed, one run at a time. */
function createFollower({ db, live, log }: ModuleContext) {
  const stopping = new AbortController();
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let tookMs = 0;

  async function follow(signal?: AbortSignal): Promise<void> {
    while (running) await running.catch(() => undefined);
    const startedAtMs = performance.now();
    running = followAssets(db, {
      signal: AbortSignal.any([stopping.signal, ...(signal ? [signal] : [])]),
    }).then((moved) => {
      if (moved === 0) return;
      log.info({ moved }, 'findings followed their assets');
      live.publish({ topic: 'findings' });
    });
    try {
      await running;
    } finally {
      running = null;
      tookMs = performance.now() - startedAtMs;
    }
  }

  function soon(): void {
    if (stopping.signal.aborted) return;
    // Within a part of what it cost the last time: looking for work is never the work.
    const waitMs = Math.min(longestGatherMs, Math.max(gatherMs, tookMs * 20));
    timer ??= setTimeout(() => {
      timer = undefined;
      follow().catch((error) => log.error({ err: error }, 'following failed; it is tried again'));
    }, waitMs);
  }
  const unsubscribe = live.subscribe(({ topic }) => {
    if (topic === 'endpoints' || topic === 'scopes' || topic === 'resync') soon();
  });

  return {
    follow,
    async close(): Promise<void> {
      unsubscribe();
      stopping.abort();
      clearTimeout(timer);
      await running?.catch(() => undefined);
    },
  };
}
