import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { actorOf } from '../../platform/auth/auth.ts';
import { reaches, type ScopeReach } from '../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import { expandScopes, scopeExists } from '../assets/public.ts';
import { PatchRule, PatchRuleChange, PatchRuleList, RuleSimulation } from './api.ts';
import type { RuleEntry } from './rule-file.ts';
import { simulateRule } from './rule-plan.ts';
import { listRuleRows, pastFindings, type RuleRow, readRules, setRule } from './rule-store.ts';

const Key = Type.Object({ key: Type.String({ pattern: '^[a-z0-9-]{1,60}$' }) });

const shown = (rule: RuleEntry, row: RuleRow | undefined): PatchRule => ({
  key: rule.key,
  title: rule.title,
  description: rule.description,
  enabled: row?.enabled ?? false,
  scopeId: row?.scopeId ?? null,
  lastRunAt: row?.lastRunAt?.toISOString() ?? null,
  lastCampaignId: row?.lastCampaignId ?? null,
});

/** Patch rules, below /api. */
export function ruleRoutes(app: App, { db, audit, live, clock }: ModuleContext): void {
  const tags = ['patch rules'];

  async function ruleOf(key: string): Promise<RuleEntry> {
    const { rules } = await readRules();
    const rule = rules.find((each) => each.key === key);
    if (!rule) throw new ProblemError(404, 'RULE_NOT_FOUND', 'No such patch rule');
    return rule;
  }

  app.get(
    '/patch-rules',
    {
      config: { permission: 'campaigns:read' },
      schema: { summary: 'Patch rules, and which are on', tags, response: { 200: PatchRuleList } },
    },
    async () => {
      const [{ rules }, rows] = await Promise.all([readRules(), listRuleRows(db)]);
      const items = rules.map((rule) => shown(rule, rows.get(rule.key)));
      return { items, total: items.length, asOf: clock().toISOString() };
    },
  );

  app.put(
    '/patch-rules/:key',
    {
      config: { permission: 'campaigns:administer' },
      schema: {
        summary: 'Switch a patch rule on for a scope, or off',
        tags,
        params: Key,
        body: PatchRuleChange,
        response: { 200: PatchRule, 403: Problem, 404: Problem },
      },
    },
    async (request) => {
      const rule = await ruleOf(request.params.key);
      const { enabled, scopeId } = request.body;
      const principal = principalOf(request);
      const { scopes } = principal;
      if (scopeId === null ? scopes !== 'all' : !reaches(scopes, scopeId)) {
        throw new ProblemError(403, 'BEYOND_REACH', 'The scope is beyond your reach');
      }
      if (scopeId !== null && !(await scopeExists(db, scopeId))) {
        throw new ProblemError(404, 'SCOPE_NOT_FOUND', 'No such scope');
      }
      await db.transaction(async (tx) => {
        const before = (await listRuleRows(tx)).get(rule.key);
        // Somebody who does not reach where it works now may not take it from there.
        if (
          before?.enabled &&
          scopes !== 'all' &&
          !(before.scopeId && scopes.includes(before.scopeId))
        ) {
          throw new ProblemError(403, 'BEYOND_REACH', 'The rule works beyond your reach');
        }
        const { userId: byId, userName: by } = principal;
        await setRule(tx, rule.key, { enabled, scopeId, by, byId, at: clock() });
        await audit.record(tx, {
          actor: actorOf(request),
          action: enabled ? 'patch_rule.enabled' : 'patch_rule.disabled',
          target: { kind: 'patch-rule', id: rule.key, name: rule.title.en },
          details: { scopeId, before: before ?? null },
        });
      });
      live.publish({ topic: 'patch-rules' });
      return shown(rule, (await listRuleRows(db)).get(rule.key));
    },
  );

  app.post(
    '/patch-rules/:key/simulate',
    {
      config: { permission: 'campaigns:read' },
      schema: {
        summary: 'What a patch rule would have done with the past',
        tags,
        params: Key,
        body: Type.Object(
          {
            days: Type.Optional(Type.Integer({ minimum: 1, maximum: 730, default: 90 })),
            scopeId: Type.Optional(Type.Union([Type.String({ format: 'uuid' }), Type.Null()])),
          },
          { additionalProperties: false },
        ),
        response: { 200: RuleSimulation, 404: Problem },
      },
    },
    async (request) => {
      const rule = await ruleOf(request.params.key);
      const to = clock();
      const from = new Date(to.getTime() - (request.body.days ?? 90) * 86_400_000);
      const reach = await reachOf(request, request.body.scopeId ?? null);
      return simulateRule(rule, await pastFindings(db, rule, reach, from), from, to);
    },
  );

  async function reachOf(request: FastifyRequest, scopeId: string | null): Promise<ScopeReach> {
    const { scopes } = principalOf(request);
    if (scopeId === null) return scopes;
    const asked = await expandScopes(db, [scopeId]);
    return scopes === 'all' ? asked : asked.filter((id) => scopes.includes(id));
  }
}
