import type { Queryable } from '../../platform/db/queryable.ts';
import type { ProofState, TargetState } from './api.ts';
import { proofOf } from './target-state.ts';

interface ProofRow {
  readonly campaignId: number;
  readonly endpointId: string;
  readonly state: TargetState;
  readonly proof: ProofState;
  readonly endedAt: Date | null;
  readonly findings: number;
  readonly closed: number;
  readonly known: number;
  readonly observedAt: Date | null;
}

export interface Proved {
  readonly campaignId: number;
  readonly endpointId: string;
  readonly proof: ProofState;
}

/** Campaigns are looked after for so long after their end. */
const proofDays = 30;

/**
 * Compares what campaigns did with what observation says, whatever agents say; the same twice does
 * nothing. `all: false`: only those whose proof is awaited now. An observation counts when the
 * software was confirmed after the order ended and what changed since was assessed. Returns what
 * changed.
 */
export async function followProofs(
  tx: Queryable,
  now: Date,
  { all }: { readonly all: boolean },
): Promise<readonly Proved[]> {
  const { rows } = await tx.query<ProofRow>(
    `select t.campaign_id as "campaignId", t.endpoint_id as "endpointId", t.state, t.proof,
            t.ended_at as "endedAt", cardinality(t.finding_ids) as findings,
            t.closed_count as known,
            cardinality(t.finding_ids) - (
              select count(*)::int from unnest(t.finding_ids) as x (id)
                join findings.finding_view f on f.id = x.id
               where f.state <> 'closed' and f.class <> 'not-running-kernel') as closed,
            case when s.assessed_at >= p.changed_at then
              -- A digest may have been on its way for a moment; a part that was asked for was not.
              greatest(p.observed_at,
                       (select to_timestamp(max(c.value::numeric) / 1000) - interval '1 minute'
                          from jsonb_each_text(e.confirmed) c where c.key like m.parts))
            end as "observedAt"
       from remediation.targets t
       join remediation.campaigns k on k.id = t.campaign_id
       join assets.endpoint_view e on e.id = t.endpoint_id
       left join remediation.actions w on w.id = t.action_id
       -- Of one answer each part is stored by itself: another part says nothing of these packages.
       cross join lateral (
         select case when w.action ->> 'manager' = 'apt' then 'software-deb'
                     when w.action ->> 'manager' in ('dnf', 'yum', 'zypper') then 'software-rpm'
                     when w.action ->> 'manager' = 'brew' then 'software-homebrew'
                     else 'software-%' end as parts) m
       left join lateral (
         select max(v.observed_at) as observed_at, max(v.changed_at) as changed_at
           from assets.endpoint_part_view v
          where v.endpoint_id = t.endpoint_id and v.part like m.parts) p on true
       left join findings.assessment_view s on s.asset_id = t.endpoint_id and s.kind = 'vulnerability'
      where k.started_at is not null and (k.ended_at is null or k.ended_at > $1)
        -- Written out, so that the index of those that wait is used.
        and ${all ? `t.proof <> 'proved'` : `t.proof = 'waiting'`} and cardinality(t.finding_ids) > 0
      order by t.campaign_id, t.endpoint_id`,
    [new Date(now.getTime() - proofDays * 86_400_000)],
  );
  const changed = rows
    .map((row) => ({ row, proof: proofOf(row, now) }))
    .filter(({ row, proof }) => proof !== row.proof || row.closed !== row.known);
  if (changed.length === 0) return [];
  await tx.query(
    `update remediation.targets t set proof = c.proof, closed_count = c.closed
       from jsonb_to_recordset($1::jsonb) as c (campaign_id int, endpoint_id uuid, proof text,
            closed int)
      where t.campaign_id = c.campaign_id and t.endpoint_id = c.endpoint_id`,
    [
      JSON.stringify(
        changed.map(({ row, proof }) => ({
          campaign_id: row.campaignId,
          endpoint_id: row.endpointId,
          proof,
          closed: row.closed,
        })),
      ),
    ],
  );
  return changed.map(({ row: { campaignId, endpointId }, proof }) => ({
    campaignId,
    endpointId,
    proof,
  }));
}

const askAgainMs = 10 * 60_000;
const askedAtOnce = 100;

/** Endpoints whose inventory is to be asked for now, for proofs that wait; marks them as asked. */
export async function takeToAsk(tx: Queryable, now: Date): Promise<readonly string[]> {
  const { rows } = await tx.query<{ endpointId: string }>(
    `with due as (
       select t.campaign_id, t.endpoint_id from remediation.targets t
        where t.proof = 'waiting' and (t.asked_at is null or t.asked_at < $2)
        order by t.asked_at nulls first, t.endpoint_id limit ${askedAtOnce}
        for update skip locked)
     update remediation.targets t set asked_at = $1 from due
      where t.campaign_id = due.campaign_id and t.endpoint_id = due.endpoint_id
     returning t.endpoint_id as "endpointId"`,
    [now, new Date(now.getTime() - askAgainMs)],
  );
  return [...new Set(rows.map(({ endpointId }) => endpointId))];
}
