import type { ModuleContext, ServerModule } from '../../platform/module.ts';
import { endExceptions } from './change-store.ts';
import { dueProfileRoutes } from './due-profile-routes.ts';
import { findingRoutes } from './routes.ts';

export function findingsModule(context: ModuleContext): ServerModule {
  const { db, clock, live, log } = context;
  return {
    name: 'findings',
    routes: (app) => {
      findingRoutes(app, context);
      dueProfileRoutes(app, context);
    },
    jobs: [
      {
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
