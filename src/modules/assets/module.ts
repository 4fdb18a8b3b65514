import type { LiveNews } from '../../platform/live/live-feed.ts';
import type { ModuleContext, ServerModule, StateRow } from '../../platform/module.ts';
import { createCatalogue } from './catalogue/store.ts';
import { partQueries } from './endpoint-queries.ts';
import { endpointRoutes } from './endpoints/routes.ts';
import { createAssetFacets } from './facets/asset-facets-store.ts';
import { createContactIndex } from './facets/contacts-store.ts';
import { inventoryRoutes } from './inventory/routes.ts';
import { createIngest } from './inventory/store.ts';
import { assetsJobs } from './jobs.ts';
import { macVendorRoutes } from './mac/routes.ts';
import type { EndpointQuery } from './observation.ts';
import { overviewRoutes } from './overview/routes.ts';
import { readOverview } from './overview/store.ts';
import { scopeRoutes } from './scopes/routes.ts';
import { softwareRoutes } from './software/routes.ts';
import { estimatedRows } from './upkeep/store.ts';

/**
 * Endpoints, their inventory, the software catalogue, and the tree of scopes. `queries` go to
 * agent-protocol, which carries them to the endpoints and the answers back to their `ingest`.
 */
export function assetsModule(context: ModuleContext): {
  readonly module: ServerModule;
  readonly queries: readonly EndpointQuery[];
} {
  const { db, log, live, clock, facets } = context;
  const ingest = createIngest({ queries: partQueries, catalogue: createCatalogue(), log });
  // What writers say within their transaction arrives here once it is committed, and only then.
  const listening = db
    .listen('assets_news', (payload) => live.publish(JSON.parse(payload) as LiveNews))
    .catch((error: Error) => {
      log.warn({ err: error }, 'open pages will not hear of changed inventories');
    });
  const hearing = db.listen('assets_contacts', (notice) => contacts.apply(notice));
  hearing.catch((error: Error) => log.warn({ err: error }, 'contacts are not heard of'));
  const contacts = createContactIndex(hearing);
  const ownFacets = createAssetFacets({ contacts });
  facets.register({
    facets: ownFacets.facets,
    sources: ownFacets.sources,
    within: ownFacets.within,
    bareWord: 'text',
  });

  return {
    module: {
      name: 'assets',
      routes(app) {
        endpointRoutes(app, context, partQueries);
        inventoryRoutes(app, context, partQueries);
        softwareRoutes(app, context, ownFacets);
        scopeRoutes(app, context);
        macVendorRoutes(app, context);
        overviewRoutes(app, context, partQueries);
      },
      jobs: assetsJobs(context),
      async state(): Promise<readonly StateRow[]> {
        const overview = await readOverview(db, 'all', partQueries, clock());
        const { stale = 0, failed = 0 } = overview.byFreshness;
        const count = (key: string, value: number, state: StateRow['state'] = 'ok'): StateRow => ({
          key,
          value,
          unit: 'count',
          state,
        });
        return [
          count('assets.endpoints', overview.endpoints),
          count('assets.distinct_software', overview.distinctSoftware),
          count('assets.stale_parts', stale),
          count('assets.failed_parts', failed, failed > 0 ? 'warning' : 'ok'),
          count('assets.database_rows', await estimatedRows(db)),
        ];
      },
      async close() {
        const stop = await listening;
        stop?.();
        const stopHearing = await hearing.catch(() => undefined);
        stopHearing?.();
      },
    },
    queries: partQueries.map((query) => ({ ...query, ingest })),
  };
}
