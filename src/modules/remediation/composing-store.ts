import type { Actor } from '../../platform/audit/public.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { ModuleContext } from '../../platform/module.ts';
import type { CampaignPreview, NewCampaign } from './api.ts';
import {
  type CampaignRow,
  findCampaign,
  insertCampaign,
  loadSettings,
  setCampaignState,
} from './campaign-store.ts';
import { noticesOf, type TellNotices } from './notices.ts';
import { type Plan, planCampaign } from './plan-store.ts';
import { approvalOf, previewOf, titleOf } from './summary.ts';

/** Who makes a campaign: a user, or a patch rule in the name of who switched it on. */
export interface Maker {
  readonly id: string;
  readonly name: string;
  readonly reach: ScopeReach;
  readonly administers: boolean;
  readonly actor: Actor;
}

const dayMs = 86_400_000;
/** Orders live no longer than this. */
const deadlineAtMostDays = 89;

/** Exactly what a campaign would do; nothing is written. */
export async function previewCampaign(
  context: ModuleContext,
  given: NewCampaign,
  maker: Maker,
): Promise<CampaignPreview> {
  refuseImpossible(given, maker, context.clock());
  const { targets, rings } = await planCampaign(context, given, {
    reach: maker.reach,
    now: context.clock(),
  });
  const { approvalAbove } = await loadSettings(context.db);
  return previewOf(targets, rings, { restart: restarts(given), above: approvalAbove });
}

const restarts = (given: NewCampaign) => given.restart === 'when-needed';

function refuseImpossible({ work, deadlineAt }: NewCampaign, maker: Maker, now: Date): void {
  if (deadlineAt !== undefined) {
    const inDays = (Date.parse(deadlineAt) - now.getTime()) / dayMs;
    if (inDays <= 0 || inDays > deadlineAtMostDays) {
      throw new ProblemError(400, 'DEADLINE_INVALID', 'The deadline cannot be kept', {
        detail: `It has to lie ahead, at most ${deadlineAtMostDays} days.`,
      });
    }
  }
  if (work.kind === 'action' && work.action.type === 'script' && !maker.administers) {
    throw new ProblemError(403, 'PERMISSION_MISSING', 'Only administrators send scripts');
  }
}

/**
 * Stores a campaign with its record in the audit log, and starts it, or asks for approval, when that
 * is wanted. `tell` gets the notices of the same transaction.
 *
 * @throws ProblemError when it makes no sense or nothing can be done anywhere
 */
export async function composeCampaign(
  context: ModuleContext,
  given: NewCampaign,
  maker: Maker,
  { tell, ruleKey = null }: { readonly tell: TellNotices; readonly ruleKey?: string | null },
): Promise<number> {
  const { db, audit, clock } = context;
  const now = clock();
  refuseImpossible(given, maker, now);
  const plan = await planCampaign(context, given, { reach: maker.reach, now });
  const { approvalAbove } = await loadSettings(db);
  const restart = restarts(given);
  const because = approvalOf(plan.targets, { restart, above: approvalAbove });
  const title = given.title ?? (await defaultTitle(context, given, plan));
  return db.transaction(async (tx) => {
    const id = await insertCampaign(
      tx,
      {
        title,
        work: given.work,
        selector: given.selector ?? '',
        window: given.window ?? null,
        deadlineAt:
          given.deadlineAt === undefined
            ? new Date(now.getTime() + 14 * dayMs)
            : new Date(given.deadlineAt),
        failurePercent: given.haltAtFailurePercent ?? 10,
        silentPercent: given.haltAtSilentPercent ?? 10,
        restart,
        restartNotice: given.restartNotice ?? '',
        deferrals: given.deferrals ?? 3,
        dryRunFirst: given.dryRunFirst === true,
        approvalBecause: because,
        createdBy: maker.name,
        createdById: maker.id,
        ruleKey,
        at: now,
      },
      plan,
    );
    if (given.start) await startOrAsk(tx, (await findCampaign(tx, id, { lock: true }))!, now, tell);
    await audit.record(tx, {
      actor: maker.actor,
      action: 'campaign.created',
      target: { kind: 'campaign', id: String(id), name: title },
      details: {
        work: given.work,
        selector: given.selector ?? '',
        endpoints: plan.targets.length,
        able: plan.targets.filter(({ state }) => state === 'waiting').length,
        started: given.start === true,
        ...(ruleKey !== null && { rule: ruleKey }),
      },
    });
    return id;
  });
}

async function defaultTitle(
  { db }: ModuleContext,
  { work }: NewCampaign,
  { targets }: Plan,
): Promise<string> {
  const { rows } =
    work.kind === 'fix'
      ? await db.query<{ name: string }>(`select name from findings.fix_view where id = $1`, [
          work.fixId,
        ])
      : { rows: [] };
  const actions = targets.flatMap(({ action }) => action ?? []);
  return titleOf(work, actions, rows[0]?.name ?? null);
}

/** Starts a campaign that nobody has to agree to any more; otherwise it waits for that person. */
export async function startOrAsk(
  tx: Parameters<TellNotices>[0],
  campaign: CampaignRow,
  at: Date,
  tell: TellNotices,
): Promise<void> {
  if (campaign.approvalBecause.length === 0 || campaign.approvedBy !== null) {
    await setCampaignState(tx, campaign.id, { state: 'running', at });
    return;
  }
  await setCampaignState(tx, campaign.id, {
    state: 'awaiting-approval',
    because: {
      en: campaign.approvalBecause.map(({ en }) => en).join(' '),
      ja: campaign.approvalBecause.map(({ ja }) => ja).join(''),
    },
    at,
  });
  await tell(tx, noticesOf(campaign, 'campaign-approval'), at);
}
