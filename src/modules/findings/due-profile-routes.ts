import { Type } from 'typebox';
import { actorOf } from '../../platform/auth/auth.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import { reaches, type ScopeReach } from '../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import { expandScopes } from '../assets/public.ts';
import { DueProfileChange, DueProfileChanged, DueProfileList } from './api.ts';
import {
  listScopeProfiles,
  lockProfiles,
  type ScopeProfile,
  storeOwnProfile,
} from './due-profile-store.ts';
import { inTreeOrder } from './due-profile-tree.ts';
import { rejudge } from './reconcile-store.ts';

/** By which rules findings are due, per scope. A scope outside the caller's reach does not exist. */
export function dueProfileRoutes(app: App, { db, audit, live, clock }: ModuleContext): void {
  app.get(
    '/due-profiles',
    {
      config: { permission: 'findings:read' },
      schema: {
        summary:
          'The profile of due dates of each scope within your reach, in the order of the tree',
        tags: ['findings'],
        response: { 200: DueProfileList },
      },
    },
    async (request) => {
      const reach = principalOf(request).scopes;
      const scopes = (await listScopeProfiles(db)).filter(({ id }) => reaches(reach, id));
      const items = inTreeOrder(scopes).map(onWire);
      return { items, total: items.length, asOf: clock().toISOString() };
    },
  );

  app.put(
    '/due-profiles/:scopeId',
    {
      config: { permission: 'findings:administer' },
      schema: {
        summary: 'Gives a scope a profile of its own, or lets it inherit; due dates move at once',
        tags: ['findings'],
        params: Type.Object({ scopeId: Type.String({ format: 'uuid' }) }),
        body: DueProfileChange,
        response: { 200: DueProfileChanged, 404: Problem },
      },
    },
    async (request) => {
      const scopeId = request.params.scopeId.toLowerCase();
      const { profile } = request.body;
      const reach = principalOf(request).scopes;
      const answer = await db.transaction(async (tx) => {
        await lockProfiles(tx);
        const before = await find(tx, scopeId, reach);
        if (before.own === profile) return { before, after: before, moved: 0 };
        await storeOwnProfile(tx, scopeId, profile);
        const after = await find(tx, scopeId, reach);
        // An own profile that says what was inherited anyway moves nothing.
        const moved =
          before.effective === after.effective
            ? 0
            : await rejudge(tx, { scopeIds: await expandScopes(tx, [scopeId]) });
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'findings.due_profile_changed',
          target: { kind: 'scope', id: scopeId, name: before.name },
          details: {
            before: { own: before.own, effective: before.effective },
            after: { own: after.own, effective: after.effective },
            moved,
          },
        });
        return { before, after, moved };
      });
      if (answer.before !== answer.after) live.publish({ topic: 'findings' });
      const { own, effective } = answer.after;
      return { scopeId, own, effective, moved: answer.moved };
    },
  );
}

async function find(tx: Queryable, scopeId: string, reach: ScopeReach): Promise<ScopeProfile> {
  const scope = reaches(reach, scopeId)
    ? (await listScopeProfiles(tx)).find(({ id }) => id === scopeId)
    : undefined;
  if (scope === undefined) throw new ProblemError(404, 'SCOPE_NOT_FOUND', 'No such scope');
  return scope;
}

const onWire = ({
  id,
  parentId,
  name,
  depth,
  own,
  effective,
}: ReturnType<typeof inTreeOrder>[number]) => ({
  scopeId: id,
  parentId,
  name,
  depth,
  own,
  effective,
});
