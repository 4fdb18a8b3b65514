import type { Queryable } from '../../platform/db/queryable.ts';
import type { Action } from '../agent-protocol/api.ts';
import type { CancelOrders, IssueOrders, StoredOrderState } from '../agent-protocol/public.ts';
import { moveForWork } from '../findings/public.ts';
import type { CampaignRow } from './campaign-store.ts';
import { silentAfterMs } from './halt.ts';
import { isTimeZone, mayBegin } from './maintenance-window.ts';
import { failedStates, type Stage, stepOf } from './target-state.ts';

/** One server drives at a time, within the transaction that holds this. */
const driverLock = 7_301_952_264;

/** False: another server is at it. */
export async function takeDriver(tx: Queryable): Promise<boolean> {
  const { rows } = await tx.query<{ taken: boolean }>(
    `select pg_try_advisory_xact_lock($1) as taken`,
    [driverLock],
  );
  return rows[0]!.taken;
}

/**
 * Campaigns in which something may happen; also cancelled ones of which an agent still has an order.
 * `late`: also those that ended within a week, since a report that comes late is believed.
 */
export async function campaignsUnderWay(
  db: Queryable,
  now: Date,
  late: boolean,
): Promise<readonly number[]> {
  const { rows } = await db.query<{ id: number }>(
    `select id from remediation.campaigns c
      where state in ('running', 'paused', 'halted')
         or (state = 'cancelled' and exists (
              select from remediation.targets t
               where t.campaign_id = c.id
                 and (t.ended_at is null or t.findings_state in ('planned', 'in-progress'))))
         or ($1 and c.ended_at > $2)
      order by id`,
    [late, new Date(now.getTime() - 7 * 86_400_000)],
  );
  return rows.map(({ id }) => id);
}

/** Agents that took an order and then kept silent are given up so long after the deadline. */
const giveUpAfterMs = 6 * 3_600_000;

interface OrderRow {
  readonly endpointId: string;
  readonly before: string;
  readonly stage: Stage;
  readonly state: StoredOrderState;
  readonly stateSince: Date;
  readonly reason: string | null;
  readonly output: string | null;
  readonly beforeState: Record<string, string | null> | null;
  readonly afterState: Record<string, string | null> | null;
  readonly rebootNeeded: boolean | null;
  readonly knownReboot: boolean;
  readonly lastSeenAt: Date | null;
  readonly knownReason: string | null;
}

/**
 * Takes over what became of the orders of a campaign; set-based, and the same twice does nothing.
 * Returns how many endpoints moved.
 */
export async function followOrders(
  tx: Queryable,
  campaign: CampaignRow,
  now: Date,
): Promise<number> {
  const { rows } = await tx.query<OrderRow>(
    `select t.endpoint_id as "endpointId", t.state as before, t.stage, o.state,
            o.state_since as "stateSince", o.reason, o.output, o.before_state as "beforeState",
            o.after_state as "afterState", o.reboot_needed as "rebootNeeded",
            t.reboot_needed as "knownReboot", a.last_seen_at as "lastSeenAt",
            t.reason as "knownReason"
       from remediation.targets t
       join agent_protocol.order_view o on o.id = coalesce(t.order_id, t.last_order_id)
       left join agent_protocol.agent_view a on a.endpoint_id = t.endpoint_id
      where t.campaign_id = $1
        -- A word that comes after the end, or after the order was given up, is believed as well.
        and (t.ended_at is null or o.state_since > t.ended_at)
        and (t.order_id is not null
             or o.state in ('received', 'running', 'reboot-pending', 'done', 'no-effect', 'failed'))
      order by t.endpoint_id`,
    [campaign.id],
  );
  const deadlinePassed = now >= campaign.deadlineAt;
  const moved: object[] = [];
  for (const row of rows) {
    const silent =
      row.lastSeenAt === null || now.getTime() - row.lastSeenAt.getTime() > silentAfterMs;
    let step = stepOf(
      { ...row, rebootNeeded: row.rebootNeeded === true, silent },
      { restart: campaign.restart, deadlinePassed },
    );
    let { reason } = row;
    const overdue = now.getTime() - campaign.deadlineAt.getTime() > giveUpAfterMs;
    if (!step.ended && overdue) {
      step = { state: 'expired', ended: true, next: null };
      reason = 'SILENT';
    }
    if (row.state === 'lost' && reason === null) reason = 'AGENT_LOST';
    if (!step.ended && step.next === null && step.state === row.before) continue;
    moved.push({
      endpoint_id: row.endpointId,
      state: step.state,
      ended: step.ended,
      next: step.next,
      reason,
      message: row.output,
      // A restart and a dry run know of no versions; what the work said stays.
      before_state: row.stage === 'work' ? row.beforeState : null,
      after_state: row.stage === 'work' ? row.afterState : null,
      reboot_needed:
        row.stage === 'restart' && step.state === 'done'
          ? false
          : row.rebootNeeded === true || row.knownReboot,
      // In words of our own clock: proof is looked for from then on.
      at: row.stateSince,
      later: step.next !== null && step.next === row.stage,
    });
  }
  if (moved.length === 0) return 0;
  await tx.query(
    `update remediation.targets t
        set state = m.state,
            ended_at = case when m.ended then m.at end,
            stage = coalesce(m.next, t.stage),
            order_id = case when m.next is null then coalesce(t.order_id, t.last_order_id) end,
            last_order_id = case when m.later then coalesce(t.order_id, t.last_order_id) end,
            not_before = case when m.later then $3::timestamptz + interval '1 minute' end,
            reason = m.reason, message = left(coalesce(m.message, t.message), 20000),
            before_state = coalesce(m.before_state, t.before_state),
            after_state = coalesce(m.after_state, t.after_state),
            reboot_needed = m.reboot_needed,
            proof = case when m.ended and cardinality(t.finding_ids) > 0
                          and m.state in ('done', 'no-effect', 'reboot-pending')
                         then 'waiting' else t.proof end,
            asked_at = case when m.ended then null else t.asked_at end
       from jsonb_to_recordset($2::jsonb) as m (endpoint_id uuid, state text, ended boolean,
            next text, reason text, message text, before_state jsonb, after_state jsonb,
            reboot_needed boolean, at timestamptz, later boolean)
      where t.campaign_id = $1 and t.endpoint_id = m.endpoint_id`,
    [campaign.id, JSON.stringify(moved), now],
  );
  return moved.length;
}

/** Those that have not begun when the deadline comes have expired. */
export async function expireTargets(tx: Queryable, id: number, now: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `update remediation.targets
        set state = case when stage = 'restart' then 'reboot-pending' else 'expired' end,
            ended_at = $2,
            proof = case when stage = 'restart' and cardinality(finding_ids) > 0
                         then 'waiting' else proof end
      where campaign_id = $1 and ended_at is null and order_id is null`,
    [id, now],
  );
  return rowCount ?? 0;
}

export interface RingState {
  readonly ring: number;
  readonly soakMinutes: number;
  readonly startedAt: Date | null;
  readonly settledAt: Date | null;
  readonly endpoints: number;
  readonly failed: number;
  readonly silent: number;
  /** Not ended, and not merely waiting for an endpoint that is switched off. */
  readonly busy: number;
  readonly open: number;
  readonly worked: number;
}

/** How it stands with one ring. `judgedFrom`: failures and silence before that were seen. */
export async function ringState(
  tx: Queryable,
  { id, currentRing, judgedFrom }: CampaignRow,
  now: Date,
): Promise<RingState | undefined> {
  const { rows } = await tx.query<RingState>(
    `select r.ring, (r.definition ->> 'soakMinutes')::int as "soakMinutes",
            r.started_at as "startedAt", r.settled_at as "settledAt",
            count(t.endpoint_id)::int as endpoints,
            count(*) filter (where t.state = any($4::text[]) and t.ended_at > $3)::int as failed,
            count(*) filter (
              where o.handed_at is not null and a.last_seen_at < $5 and a.last_seen_at >= $3
                -- Who went home in the evening did not break: silence right after the work counts.
                and (t.ended_at is null or a.last_seen_at < t.ended_at + interval '15 minutes')
                and t.state <> all($4::text[]))::int as silent,
            -- A ring without endpoints joins one row of nothing.
            count(t.endpoint_id) filter (
              where t.ended_at is null and t.state <> 'offline')::int as busy,
            count(t.endpoint_id) filter (where t.ended_at is null)::int as open,
            count(*) filter (where t.state in ('done', 'reboot-pending'))::int as worked
       from remediation.rings r
       left join remediation.targets t on t.campaign_id = r.campaign_id and t.ring = r.ring
              and t.state <> all('{no-agent,excluded}')
       left join agent_protocol.order_view o on o.id = t.order_id
       left join agent_protocol.agent_view a on a.endpoint_id = t.endpoint_id
      where r.campaign_id = $1 and r.ring = $2
      group by r.campaign_id, r.ring`,
    [id, currentRing, judgedFrom, failedStates, new Date(now.getTime() - silentAfterMs)],
  );
  return rows[0];
}

export async function markRing(
  tx: Queryable,
  { id, ring }: { readonly id: number; readonly ring: number },
  what: 'started' | 'settled' | 'ended',
  at: Date,
): Promise<void> {
  const set = {
    started: 'started_at = coalesce(started_at, $3)',
    settled: 'settled_at = $3',
    ended: 'ended_at = $3',
  }[what];
  await tx.query(`update remediation.rings set ${set} where campaign_id = $1 and ring = $2`, [
    id,
    ring,
    at,
  ]);
}

export async function goToRing(tx: Queryable, id: number, ring: number): Promise<void> {
  await tx.query(`update remediation.campaigns set current_ring = $2 where id = $1`, [id, ring]);
}

export async function countOpen(tx: Queryable, id: number): Promise<number> {
  const { rows } = await tx.query<{ open: number }>(
    `select count(*)::int as open from remediation.targets
      where campaign_id = $1 and ended_at is null`,
    [id],
  );
  return rows[0]!.open;
}

interface DueRow {
  readonly endpointId: string;
  readonly stage: Stage;
  readonly ring: number;
  readonly timeZone: string | null;
  readonly action: Action;
}

/** So many orders in one transaction: the audit log is held meanwhile. */
export const ordersAtOnce = 500;

/**
 * Gives the next orders to endpoints of the rings that have begun, within their windows. Returns how
 * many endpoints were dealt with; fewer than `ordersAtOnce`: nothing more is due.
 */
export async function giveOrders(
  tx: Queryable,
  campaign: CampaignRow,
  {
    issueOrders,
    now,
    serverZone,
  }: { readonly issueOrders: IssueOrders; readonly now: Date; readonly serverZone: string },
): Promise<number> {
  const { id, window, deadlineAt, currentRing } = campaign;
  const begun = new Map<string, { readonly until: Date } | null>();
  const zones = await tx.query<{ zone: string | null }>(
    `select distinct a.time_zone as zone from remediation.targets t
       left join agent_protocol.agent_view a on a.endpoint_id = t.endpoint_id
      where t.campaign_id = $1 and t.ended_at is null and t.order_id is null and t.ring <= $2`,
    [id, currentRing],
  );
  const zoneOf = (zone: string | null) => (zone !== null && isTimeZone(zone) ? zone : serverZone);
  const open: (string | null)[] = [];
  for (const { zone } of zones.rows) {
    const real = zoneOf(zone);
    if (!begun.has(real)) begun.set(real, mayBegin(window, real, now, deadlineAt));
    if (begun.get(real)) open.push(zone);
  }
  if (open.length === 0) return 0;
  const { rows } = await tx.query<DueRow>(
    `select t.endpoint_id as "endpointId", t.stage, t.ring, a.time_zone as "timeZone", w.action
       from remediation.targets t
       join remediation.actions w on w.id = t.action_id
       left join agent_protocol.agent_view a on a.endpoint_id = t.endpoint_id
      where t.campaign_id = $1 and t.ended_at is null and t.order_id is null and t.ring <= $2
        and (t.not_before is null or t.not_before <= $3)
        and (a.time_zone = any($4::text[]) or ($5 and a.time_zone is null))
      order by t.ring, t.endpoint_id limit ${ordersAtOnce} for update of t`,
    [id, currentRing, now, open.filter((zone) => zone !== null), open.includes(null)],
  );
  if (rows.length === 0) return 0;
  const issued = await issueOrders(
    tx,
    rows.map(({ endpointId, stage, action, timeZone }) => ({
      endpointId,
      action: stage === 'restart' ? restartAction(campaign) : action,
      expiresAt: begun.get(zoneOf(timeZone))!.until,
      dryRun: stage === 'dry-run',
      requestedBy: { kind: 'system', id: `campaign:${id}`, name: `campaign ${id}` },
      reference: `campaign:${id}`,
    })),
  );
  await tx.query(
    `update remediation.targets t
        set order_id = i.order_id,
            last_order_id = case when i.order_id is null then t.last_order_id end,
            ordered_at = case when i.order_id is null then t.ordered_at else $3::timestamptz end,
            attempts = t.attempts + (i.order_id is not null and t.stage = 'work')::int,
            reason = i.refusal, not_before = null,
            state = case when i.order_id is not null
                         then case when t.stage = 'restart' then 'reboot-pending' else 'queued' end
                         when i.refusal = 'AGENT_UNSETTLED' then 'offline'
                         when t.stage = 'restart' then 'reboot-pending'
                         when i.refusal = 'NO_AGENT' then 'no-agent' else 'excluded' end,
            ended_at = case when i.order_id is null and i.refusal <> 'AGENT_UNSETTLED'
                            then $3::timestamptz end,
            proof = case when i.order_id is null and i.refusal <> 'AGENT_UNSETTLED'
                          and t.stage = 'restart' and cardinality(t.finding_ids) > 0
                         then 'waiting' else t.proof end
       from jsonb_to_recordset($2::jsonb) as i (endpoint_id uuid, order_id uuid, refusal text)
      where t.campaign_id = $1 and t.endpoint_id = i.endpoint_id`,
    [
      id,
      JSON.stringify(
        issued.map(({ endpointId, orderId, refusal }) => ({
          endpoint_id: endpointId,
          order_id: orderId,
          refusal,
        })),
      ),
      now,
    ],
  );
  await tx.query(
    `update remediation.targets set not_before = $2::timestamptz + interval '5 minutes'
      where campaign_id = $1 and ended_at is null and order_id is null
        and reason = 'AGENT_UNSETTLED' and not_before is null`,
    [id, now],
  );
  return rows.length;
}

const restartAction = ({ restartNotice, deferrals }: CampaignRow): Action => ({
  type: 'restart',
  notice: restartNotice,
  // A working day in which users may put it off.
  atMostSeconds: deferrals === 0 ? 900 : 8 * 3_600,
  deferrals,
});

/**
 * Takes back what no agent has taken yet. `forGood`: those endpoints are cancelled; otherwise they
 * wait again. Agents that took their order are asked to stop, and say what became of it.
 */
export async function takeBack(
  tx: Queryable,
  id: number,
  { cancelOrders, forGood, now }: { cancelOrders: CancelOrders; forGood: boolean; now: Date },
): Promise<void> {
  const { rows } = await tx.query<{ orderId: string; state: string }>(
    `select t.order_id as "orderId", o.state from remediation.targets t
       join agent_protocol.order_view o on o.id = t.order_id
      where t.campaign_id = $1 and t.ended_at is null
        and (o.state = 'waiting' or ($2 and o.state in ('received', 'running', 'reboot-pending')))
      order by t.endpoint_id for update of t`,
    [id, forGood],
  );
  const { cancelled } =
    rows.length === 0
      ? { cancelled: [] }
      : await cancelOrders(
          tx,
          rows.map(({ orderId }) => orderId),
        );
  await tx.query(
    `update remediation.targets
        set state = case when stage = 'restart' then 'reboot-pending'
                         when $4 then 'cancelled' else 'waiting' end,
            ended_at = case when $4 then $3::timestamptz end,
            order_id = case when $4 then order_id end,
            last_order_id = case when $4 then last_order_id else order_id end,
            proof = case when $4 and stage = 'restart' and cardinality(finding_ids) > 0
                         then 'waiting' else proof end
      where campaign_id = $1 and ended_at is null
        and (order_id = any($2::uuid[]) or ($4 and order_id is null))`,
    [id, cancelled, now, forGood],
  );
}

/** Gives those that failed, had no effect or never came another order. Returns how many. */
export async function renewTargets(tx: Queryable, id: number): Promise<number> {
  const { rowCount } = await tx.query(
    `update remediation.targets
        set state = 'waiting', stage = 'work', order_id = null, last_order_id = null,
            ended_at = null, reason = null, message = null, not_before = null,
            proof = case when proof = 'proved' then proof else 'not-due' end
      where campaign_id = $1 and proof <> 'proved' and action_id is not null
        and (state in ('failed', 'no-effect', 'refused', 'expired')
             or (state = 'done' and proof = 'still-there'))`,
    [id],
  );
  return rowCount ?? 0;
}

/** So many endpoints at a time: each may have hundreds of findings. */
const findingsBatch = 500;

/**
 * Moves the findings of a campaign's endpoints along with the work. Returns true while there is more
 * to do.
 */
export async function moveFindings(
  tx: Queryable,
  { id, state: campaignState }: Pick<CampaignRow, 'id' | 'state'>,
  now: Date,
): Promise<boolean> {
  const over = campaignState === 'cancelled';
  const { rows } = await tx.query<{ endpointId: string; wanted: string; ids: number[] }>(
    `with wanted as (
       select endpoint_id, finding_ids, findings_state,
              case when proof = 'still-there' then 'open'
                   when state in ('delivered', 'running') then 'in-progress'
                   when state in ('done', 'no-effect', 'reboot-pending') then 'awaiting-proof'
                   when state in ('failed', 'refused', 'expired', 'cancelled') then 'open'
                   when state = 'no-agent' and $2 then 'open'
                   when state = 'excluded' then coalesce(findings_state, 'open')
                   else 'planned' end as wanted
         from remediation.targets
        where campaign_id = $1 and cardinality(finding_ids) > 0 and proof <> 'proved')
     select endpoint_id as "endpointId", wanted, finding_ids as ids from wanted
      where wanted is distinct from coalesce(findings_state, 'open')
      order by endpoint_id limit ${findingsBatch}`,
    [id, over],
  );
  for (const [wanted, of] of Map.groupBy(rows, (row) => row.wanted)) {
    await moveForWork(
      tx,
      of.flatMap(({ ids }) => ids.map(Number)),
      { to: wanted as 'planned', at: now, by: `campaign:${id}`, reason: null },
    );
    await tx.query(
      `update remediation.targets set findings_state = $3
        where campaign_id = $1 and endpoint_id = any($2::uuid[])`,
      [id, of.map(({ endpointId }) => endpointId), wanted],
    );
  }
  return rows.length === findingsBatch;
}
