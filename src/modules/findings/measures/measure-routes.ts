import { type Principal, reaches, type ScopeReach } from '../../../platform/http/principal.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { expandScopes } from '../../assets/public.ts';
import { Measures, MeasuresQuery, ScopeQuery, SlaBoard } from './api.ts';
import { measuresOf } from './measures-store.ts';
import { slaBoardOf } from './sla-store.ts';

/** Deadlines as they stand, and how fast findings go. */
export function measureRoutes(app: App, { db, clock }: ModuleContext): void {
  async function reachOf(principal: Principal, scopeId: string | undefined): Promise<ScopeReach> {
    if (scopeId === undefined) return principal.scopes;
    const asked = await expandScopes(db, [scopeId]);
    return asked.filter((id) => reaches(principal.scopes, id));
  }

  app.get(
    '/findings/sla',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'Deadlines by scope and severity: open, due, overdue, excepted, not assessed',
        tags: ['findings'],
        querystring: ScopeQuery,
        response: { 200: SlaBoard },
      },
    },
    async (request) =>
      slaBoardOf(db, await reachOf(principalOf(request), request.query.scopeId), clock()),
  );

  app.get(
    '/findings/measures',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary: 'Time to remediate, deadlines kept, patch rate, each with n and coverage; by week',
        tags: ['findings'],
        querystring: MeasuresQuery,
        response: { 200: Measures },
      },
    },
    async (request) => {
      const { scopeId, weeks = 12 } = request.query;
      const reach = await reachOf(principalOf(request), scopeId);
      return measuresOf(db, reach, { now: clock(), weeks });
    },
  );
}
