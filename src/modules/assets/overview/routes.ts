import type { ScopeReach } from '../../../platform/http/principal.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { AssetsOverview } from '../api.ts';
import type { PartQuery } from '../queries/part-query.ts';
import { readOverview } from './store.ts';

/** An answer may be as old as this many times what it cost: at most a twentieth goes into it. */
const ageForCost = 20;
const mostRemembered = 200;

interface Remembered {
  readonly overview: Promise<AssetsOverview>;
  readonly startedAtMs: number;
  costMs: number;
}

/** The numbers of the first page; `asOf` says how old they are. */
export function overviewRoutes(
  app: App,
  { db, clock }: ModuleContext,
  queries: readonly PartQuery[],
): void {
  const remembered = new Map<string, Remembered>();

  function overviewFor(reach: ScopeReach): Promise<AssetsOverview> {
    const key = reach === 'all' ? 'all' : [...reach].sort().join(' ');
    const held = remembered.get(key);
    const nowMs = performance.now();
    if (held && nowMs - held.startedAtMs < held.costMs * ageForCost) return held.overview;
    const fresh: Remembered = {
      overview: readOverview(db, reach, queries, clock()),
      startedAtMs: nowMs,
      // While it is being read everybody waits for the same answer.
      costMs: Number.POSITIVE_INFINITY,
    };
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, fresh);
    fresh.overview.then(
      () => {
        fresh.costMs = performance.now() - nowMs;
      },
      () => remembered.delete(key),
    );
    return fresh.overview;
  }

  app.get(
    '/assets/overview',
    {
      config: { permission: 'assets:read' },
      schema: {
        summary: 'The numbers of the first page, over the endpoints within your scopes',
        tags: ['assets'],
        response: { 200: AssetsOverview },
      },
    },
    (request) => overviewFor(principalOf(request).scopes),
  );
}
