import { ProblemError } from '../../platform/http/problem.ts';
import type { Job, ModuleContext } from '../../platform/module.ts';
import { expandScopes } from '../assets/public.ts';
import { composeCampaign } from './composing-store.ts';
import type { TellNotices } from './notices.ts';
import { planCampaign } from './plan-store.ts';
import type { RuleEntry } from './rule-file.ts';
import { isRuleDue } from './rule-plan.ts';
import {
  endpointsForRule,
  listRuleRows,
  type RuleRow,
  readRules,
  recordRuleRun,
} from './rule-store.ts';

/** Makes the campaigns of the rules that are on; one that fails stops no other. */
export function ruleJob(context: ModuleContext, tell: TellNotices, kick: () => void): Job {
  const { db, clock, log } = context;
  return {
    name: 'remediation/run-patch-rules',
    cron: '7 * * * *',
    run: async (_payload, signal) => {
      const { rules, problems } = await readRules();
      for (const problem of problems) log.warn({ problem }, 'a patch rule was left out');
      const rows = await listRuleRows(db);
      for (const rule of rules) {
        const row = rows.get(rule.key);
        const now = clock();
        if (!row?.enabled || !isRuleDue(rule.every, row.lastRunAt, now)) continue;
        signal.throwIfAborted();
        try {
          const campaignId = await runRule(context, rule, row, tell);
          await recordRuleRun(db, rule.key, { at: now, campaignId, failure: null });
          if (campaignId !== null) kick();
        } catch (error) {
          log.error({ err: error, rule: rule.key }, 'a patch rule could not be run');
          const failure = (error as Error).message;
          await recordRuleRun(db, rule.key, { at: now, campaignId: null, failure });
        }
      }
    },
  };
}

async function runRule(
  context: ModuleContext,
  rule: RuleEntry,
  { scopeId, enabledBy, enabledById }: RuleRow,
  tell: TellNotices,
): Promise<number | null> {
  const { db, clock } = context;
  const now = clock();
  const reach = scopeId === null ? ('all' as const) : await expandScopes(db, [scopeId]);
  const endpointIds = [...(await endpointsForRule(db, rule, reach, now))];
  if (endpointIds.length === 0) return null;
  const { deadlineDays, ...campaign } = rule.campaign;
  const given = {
    ...campaign,
    title: rule.title.en,
    work: { kind: 'findings' as const, ...rule.findings },
    endpointIds,
    deadlineAt: new Date(now.getTime() + deadlineDays * 86_400_000).toISOString(),
    start: true,
  };
  let plan: Awaited<ReturnType<typeof planCampaign>>;
  try {
    plan = await planCampaign(context, given, { reach, now });
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'NO_ENDPOINTS') return null;
    throw error;
  }
  // Work that nobody can do makes no campaign: it would be the same one each time.
  if (plan.targets.every(({ state }) => state === 'excluded')) return null;
  return composeCampaign(
    context,
    given,
    {
      id: enabledById,
      name: `${enabledBy} (rule ${rule.key})`,
      reach,
      administers: false,
      actor: { kind: 'system', id: rule.key, name: `patch rule of ${enabledBy}` },
    },
    { tell, ruleKey: rule.key },
  );
}
