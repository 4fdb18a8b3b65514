import { assetsModule } from '../modules/assets/module.ts';
import { findingsModule } from '../modules/findings/module.ts';
import { createAuditLog } from '../platform/audit/audit-log.ts';
import { startBus } from '../platform/bus/start-bus.ts';
import type { Database } from '../platform/db/queryable.ts';
import { createFacets } from '../platform/facets/facets-index.ts';
import type { Facets } from '../platform/facets/public.ts';
import { createLog } from '../platform/log.ts';
import type { ModuleContext } from '../platform/module.ts';

/** The index of facets as a server holds it, with what assets and findings register. */
export async function openFacets(
  db: Database,
  clock: () => Date = () => new Date(),
): Promise<{ readonly facets: Facets; close(): Promise<void> }> {
  const log = createLog('error');
  const facets = createFacets({ db, log, clock });
  const bus = await startBus({ db, log });
  const live = { publish: () => undefined, subscribe: () => () => undefined };
  const context: ModuleContext = {
    db,
    log,
    live,
    bus,
    facets,
    clock,
    audit: createAuditLog({ clock }),
  };
  const modules = [assetsModule(context).module, findingsModule(context)];
  await facets.start();
  return {
    facets,
    async close() {
      await facets.close();
      for (const module of modules) await module.close?.();
      await bus.close();
    },
  };
}
