import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import type { Action } from '../agent-protocol/api.ts';
import type { CampaignTarget, EndpointOrder, ProofState, TargetState } from './api.ts';
import type { WorkRow } from './work-export.ts';

interface TargetFilter {
  readonly campaignId: number;
  readonly reach: ScopeReach;
  readonly state?: TargetState | undefined;
  readonly proof?: ProofState | undefined;
  readonly ring?: number | undefined;
  readonly q?: string | undefined;
}

interface Window {
  readonly offset: number;
  readonly limit: number;
}

export const targetSortColumns = {
  /** "Done but still there" first, then what else went wrong, then what goes on. */
  attention: `case when t.proof = 'still-there' then 0
                   when t.state in ('failed', 'refused', 'no-effect') then 1
                   when t.proof = 'unknown' then 2
                   when t.state in ('delivered', 'running', 'reboot-pending') then 3
                   when t.state in ('queued', 'waiting', 'offline') then 4
                   when t.state in ('no-agent', 'excluded') then 5
                   when t.proof = 'waiting' then 6 else 7 end`,
  hostname: 'lower(e.hostname)',
  scopeName: 'e.scope_name',
  platform: 'e.platform',
  ring: 't.ring',
  state: 't.state',
  proof: 't.proof',
  attempts: 't.attempts',
  orderedAt: 't.ordered_at',
  endedAt: 't.ended_at',
  findingsClosed: 't.closed_count',
};

/** Endpoints of a campaign within reach. */
export async function listTargets(
  db: Queryable,
  { campaignId, reach, state, proof, ring, q }: TargetFilter,
  order: string,
  { offset, limit }: Window,
): Promise<{ items: readonly CampaignTarget[]; total: number }> {
  const pattern =
    q === undefined || q === '' ? null : `%${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await db.query<
    Omit<CampaignTarget, 'orderedAt' | 'endedAt'> & {
      orderedAt: Date | null;
      endedAt: Date | null;
      total: number;
    }
  >(
    `select t.endpoint_id as "endpointId", e.hostname, e.platform, e.scope_name as "scopeName",
            t.ring, t.state, t.proof, t.reason, t.message, t.attempts,
            t.planned || t.before_state as before, t.after_state as after,
            t.reboot_needed as "rebootNeeded", t.ordered_at as "orderedAt",
            t.ended_at as "endedAt", cardinality(t.finding_ids) as "findingsToClose",
            t.closed_count as "findingsClosed", count(*) over ()::int as total
       from remediation.targets t join assets.endpoint_view e on e.id = t.endpoint_id
      where t.campaign_id = $1 and ($2::uuid[] is null or e.scope_id = any($2))
        and ($3::text is null or t.state = $3) and ($4::text is null or t.proof = $4)
        and ($5::int is null or t.ring = $5)
        and ($6::text is null or lower(e.hostname) like $6)
      ${order} offset $7 limit $8`,
    [
      campaignId,
      reach === 'all' ? null : reach,
      state ?? null,
      proof ?? null,
      ring ?? null,
      pattern,
      offset,
      limit,
    ],
  );
  return {
    total: rows[0]?.total ?? 0,
    items: rows.map(({ total: _, ...row }) => ({
      ...row,
      orderedAt: row.orderedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
    })),
  };
}

interface TargetToUndo {
  readonly hostname: string;
  readonly scopeId: string;
  readonly action: Action | null;
  readonly state: TargetState;
  readonly before: Readonly<Record<string, string | null>>;
  readonly after: Readonly<Record<string, string | null>>;
}

export async function findTarget(
  db: Queryable,
  campaignId: number,
  endpointId: string,
): Promise<TargetToUndo | undefined> {
  const { rows } = await db.query<TargetToUndo>(
    `select e.hostname, e.scope_id as "scopeId", a.action, t.state, t.before_state as before,
            t.after_state as after
       from remediation.targets t join assets.endpoint_view e on e.id = t.endpoint_id
       left join remediation.actions a on a.id = t.action_id
      where t.campaign_id = $1 and t.endpoint_id = $2`,
    [campaignId, endpointId],
  );
  return rows[0];
}

/** What others have to do: endpoints that take no orders of ours and are not yet proved. */
export async function listWork(
  db: Queryable,
  campaignId: number,
  reach: ScopeReach,
): Promise<readonly WorkRow[]> {
  const { rows } = await db.query<WorkRow>(
    `select t.endpoint_id as "endpointId", e.hostname, e.platform, e.os_name as "osName",
            e.os_version as "osVersion", e.scope_name as "scopeName", t.reason, a.action,
            t.planned as "from", cardinality(t.finding_ids) as findings
       from remediation.targets t join assets.endpoint_view e on e.id = t.endpoint_id
       join remediation.actions a on a.id = t.action_id
      where t.campaign_id = $1 and ($2::uuid[] is null or e.scope_id = any($2))
        and t.proof <> 'proved'
        and (t.state = 'no-agent'
             or (t.state = 'excluded' and t.reason in ('MANAGER_MISSING', 'NOT_PRIVILEGED')))
      order by e.hostname, t.endpoint_id`,
    [campaignId, reach === 'all' ? null : reach],
  );
  return rows;
}

/** What was done on one endpoint, newest first. */
export async function listOrders(
  db: Queryable,
  endpointId: string,
  { offset, limit }: Window,
): Promise<{ items: readonly EndpointOrder[]; total: number }> {
  const { rows } = await db.query<
    Omit<EndpointOrder, 'issuedAt' | 'endedAt' | 'state'> & {
      issuedAt: Date;
      stateSince: Date;
      state: EndpointOrder['state'] | 'waiting' | 'lost';
      total: number;
    }
  >(
    `select o.id, c.id as "campaignId", c.title as "campaignTitle", o.action,
            o.dry_run as "dryRun", o.state, o.reason, o.output,
            case when c.id is null then o.requested_by else c.created_by end as "requestedBy",
            o.issued_at as "issuedAt", o.state_since as "stateSince",
            count(*) over ()::int as total
       from agent_protocol.order_view o
       left join remediation.campaigns c
         on c.id = (regexp_match(o.reference, '^campaign:(\\d{1,9})(:undo)?$'))[1]::int
      where o.endpoint_id = $1
      order by o.issued_at desc, o.id offset $2 limit $3`,
    [endpointId, offset, limit],
  );
  return {
    total: rows[0]?.total ?? 0,
    items: rows.map(({ total: _, stateSince, state, issuedAt, ...row }) => ({
      ...row,
      state: state === 'waiting' ? 'issued' : state === 'lost' ? 'failed' : state,
      reason: row.reason ?? (state === 'lost' ? 'AGENT_LOST' : null),
      issuedAt: issuedAt.toISOString(),
      endedAt: ['waiting', 'received', 'running', 'reboot-pending'].includes(state)
        ? null
        : stateSince.toISOString(),
    })),
  };
}
