import type { Queryable } from '../../platform/db/queryable.ts';
import type { ModuleContext } from '../../platform/module.ts';
import type { CancelOrders, IssueOrders } from '../agent-protocol/public.ts';
import { type CampaignRow, findCampaign, setCampaignState } from './campaign-store.ts';
import {
  campaignsUnderWay,
  countOpen,
  expireTargets,
  followOrders,
  giveOrders,
  goToRing,
  markRing,
  moveFindings,
  ordersAtOnce,
  ringState,
  takeBack,
  takeDriver,
} from './driver-store.ts';
import { haltBecause } from './halt.ts';
import { noticesOf, type TellNotices } from './notices.ts';
import { followProofs, type Proved, takeToAsk } from './proof-store.ts';

export interface DriverPorts {
  readonly issueOrders: IssueOrders;
  readonly cancelOrders: CancelOrders;
  /** Has an endpoint observed anew, for the proof; resolves when it was asked. */
  readonly observe: (endpointId: string) => Promise<unknown>;
  readonly tell: TellNotices;
  /** IANA zone of endpoints that tell none. */
  readonly serverZone: string;
}

type Context = Pick<ModuleContext, 'db' | 'log' | 'audit' | 'live' | 'clock'>;

const system = { kind: 'system', id: null, name: 'remediation' } as const;

/**
 * One round over all campaigns under way. It decides by what is stored alone, so it may be killed
 * anywhere, and another server may go on. `thorough`: also what seldom changes.
 */
export async function driveCampaigns(
  context: Context,
  ports: DriverPorts,
  { thorough, signal }: { readonly thorough: boolean; readonly signal?: AbortSignal },
): Promise<void> {
  const { db, log, clock, live } = context;
  for (const id of await campaignsUnderWay(db, clock(), thorough)) {
    try {
      let [before, again] = [0, true];
      // A campaign of many endpoints takes several transactions; each is whole by itself.
      while (again && before < 1_000 && signal?.aborted !== true) {
        const done = await db.transaction((tx) => stepCampaign(tx, context, ports, id, thorough));
        again = done.again;
        before += 1;
        if (done.changed) live.publish({ topic: 'campaigns', ids: [String(id)] });
      }
    } catch (error) {
      log.error({ err: error, campaign: id }, 'a campaign could not be driven');
    }
  }
  if (signal?.aborted === true) return;
  await proveCampaigns(context, ports, thorough);
}

interface Stepped {
  readonly changed: boolean;
  readonly again: boolean;
}
const nothing: Stepped = { changed: false, again: false };

async function stepCampaign(
  tx: Queryable,
  context: Context,
  ports: DriverPorts,
  id: number,
  thorough: boolean,
): Promise<Stepped> {
  if (!(await takeDriver(tx))) return nothing;
  const campaign = await findCampaign(tx, id, { lock: true });
  if (!campaign) return nothing;
  const now = context.clock();
  let changed = (await followOrders(tx, campaign, now)) > 0;
  const more = await moveFindings(tx, campaign, now);
  if (campaign.state === 'finished' || campaign.state === 'cancelled') {
    return { changed, again: more };
  }
  if (now >= campaign.deadlineAt) changed = (await expireTargets(tx, id, now)) > 0 || changed;
  if ((await countOpen(tx, id)) === 0) {
    await finish(tx, context, ports, campaign, now);
    // Once more, for the findings of those that ended just now.
    return { changed: true, again: true };
  }
  if (campaign.state !== 'running') return { changed, again: more };
  if (thorough && campaign.deadlineAt.getTime() - now.getTime() < 86_400_000) {
    await ports.tell(tx, noticesOf(campaign, 'campaign-deadline'), now);
  }
  const ring = await goOn(tx, context, ports, campaign, now);
  if (ring !== 'same') return { changed: true, again: ring === 'next' || more };
  const { issueOrders, serverZone } = ports;
  const given = await giveOrders(tx, campaign, { issueOrders, now, serverZone });
  return { changed: changed || given > 0, again: more || given === ordersAtOnce };
}

/** Halts the ring, or lets the next one begin when this one has settled and soaked. */
async function goOn(
  tx: Queryable,
  { audit }: Context,
  { cancelOrders, tell }: DriverPorts,
  campaign: CampaignRow,
  now: Date,
): Promise<'same' | 'next' | 'halted'> {
  const { id, title, failurePercent, silentPercent } = campaign;
  const ring = await ringState(tx, campaign, now);
  if (!ring) return 'same';
  const because = haltBecause(ring, { failurePercent, silentPercent });
  if (because !== null) {
    await takeBack(tx, id, { cancelOrders, forGood: false, now });
    await setCampaignState(tx, id, { state: 'halted', because, at: now });
    await tell(tx, noticesOf(campaign, 'campaign-halted', because), now);
    await audit.record(tx, {
      actor: system,
      action: 'campaign.halted',
      target: { kind: 'campaign', id: String(id), name: title },
      details: { because: because.en, ring: ring.ring },
    });
    return 'halted';
  }
  const place = { id, ring: ring.ring };
  if (ring.startedAt === null) await markRing(tx, place, 'started', now);
  // Who is switched off does not keep the others waiting, as long as somebody showed that it works.
  const settled = ring.open === 0 || (ring.busy === 0 && ring.worked > 0);
  if (!settled) return 'same';
  if (ring.settledAt === null) await markRing(tx, place, 'settled', now);
  const since = (ring.settledAt ?? now).getTime();
  const soaked = ring.endpoints === 0 || now.getTime() - since >= ring.soakMinutes * 60_000;
  if (!soaked) return 'same';
  const next = await nextRing(tx, id, ring.ring);
  if (next === null) return 'same';
  await markRing(tx, place, 'ended', now);
  await markRing(tx, { id, ring: next }, 'started', now);
  await goToRing(tx, id, next);
  return 'next';
}

async function nextRing(tx: Queryable, id: number, ring: number): Promise<number | null> {
  const { rows } = await tx.query<{ ring: number | null }>(
    `select min(ring) as ring from remediation.rings where campaign_id = $1 and ring > $2`,
    [id, ring],
  );
  return rows[0]!.ring;
}

async function finish(
  tx: Queryable,
  { audit }: Context,
  { tell }: DriverPorts,
  campaign: CampaignRow,
  now: Date,
): Promise<void> {
  const { id, title } = campaign;
  await tx.query(
    `update remediation.rings set ended_at = coalesce(ended_at, $2)
      where campaign_id = $1 and started_at is not null`,
    [id, now],
  );
  await setCampaignState(tx, id, { state: 'finished', at: now });
  const { rows } = await tx.query<{ state: string; endpoints: number; stillThere: number }>(
    `select state, count(*)::int as endpoints,
            count(*) filter (where proof = 'still-there')::int as "stillThere"
       from remediation.targets where campaign_id = $1 group by state order by state`,
    [id],
  );
  if (rows.some(({ stillThere }) => stillThere > 0)) {
    await tell(tx, noticesOf(campaign, 'campaign-still-there'), now);
  }
  await audit.record(tx, {
    actor: system,
    action: 'campaign.finished',
    target: { kind: 'campaign', id: String(id), name: title },
    details: Object.fromEntries(rows.map(({ state, endpoints }) => [state, endpoints])),
  });
}

/** Asks for the observations that proofs wait for, and takes over what they say. */
async function proveCampaigns(
  { db, clock, live, log }: Context,
  { observe, tell }: DriverPorts,
  thorough: boolean,
): Promise<void> {
  const proved = await db.transaction(async (tx): Promise<readonly Proved[]> => {
    if (!(await takeDriver(tx))) return [];
    const now = clock();
    const changed = await followProofs(tx, now, { all: thorough });
    const stillThere = new Set(
      changed.filter(({ proof }) => proof === 'still-there').map(({ campaignId }) => campaignId),
    );
    for (const id of stillThere) {
      const campaign = await findCampaign(tx, id);
      if (campaign?.state === 'finished') {
        await tell(tx, noticesOf(campaign, 'campaign-still-there'), now);
      }
    }
    for (const id of new Set(changed.map(({ campaignId }) => campaignId))) {
      const campaign = await findCampaign(tx, id);
      if (campaign) await moveFindings(tx, campaign, now);
    }
    return changed;
  });
  if (proved.length > 0) {
    const ids = [...new Set(proved.map(({ campaignId }) => String(campaignId)))];
    live.publish({ topic: 'campaigns', ids });
  }
  const toAsk = await db.transaction((tx) => takeToAsk(tx, clock()));
  for (const endpointId of toAsk) {
    await observe(endpointId).catch((error: Error) =>
      log.warn({ err: error, endpointId }, 'an endpoint could not be asked for its proof'),
    );
  }
}
