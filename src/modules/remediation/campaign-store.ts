import { createHash } from 'node:crypto';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import type { Campaign, CampaignState, MaintenanceWindow, Ring, Work } from './api.ts';
import type { Plan } from './plan-store.ts';
import { endStates } from './target-state.ts';
import type { Bilingual } from './texts.ts';

interface NewCampaignRow {
  readonly title: string;
  readonly work: Work;
  readonly selector: string;
  readonly window: MaintenanceWindow | null;
  readonly deadlineAt: Date;
  readonly failurePercent: number;
  readonly silentPercent: number;
  readonly restart: boolean;
  readonly restartNotice: string;
  readonly deferrals: number;
  readonly dryRunFirst: boolean;
  readonly approvalBecause: readonly Bilingual[];
  readonly createdBy: string;
  readonly createdById: string | null;
  readonly ruleKey: string | null;
  readonly at: Date;
}

const batch = 2_000;

/** Stores a campaign as a draft, with its rings, actions and targets; answers its id. */
export async function insertCampaign(
  tx: Queryable,
  row: NewCampaignRow,
  { targets, rings }: Plan,
): Promise<number> {
  const scopeIds = [...new Set(targets.map(({ scopeId }) => scopeId))].sort();
  const { rows } = await tx.query<{ id: number }>(
    `insert into remediation.campaigns
       (title, state, work, selector, maintenance_window, deadline_at, failure_percent,
        silent_percent, restart, restart_notice, deferrals, dry_run_first, scope_ids, created_by,
        created_by_id, created_at, approval_because, rule_key)
     values ($1, 'draft', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     returning id`,
    [
      row.title,
      JSON.stringify(row.work),
      row.selector,
      row.window === null ? null : JSON.stringify(row.window),
      row.deadlineAt,
      row.failurePercent,
      row.silentPercent,
      row.restart,
      row.restartNotice,
      row.deferrals,
      row.dryRunFirst,
      scopeIds,
      row.createdBy,
      row.createdById,
      row.at,
      JSON.stringify(row.approvalBecause),
      row.ruleKey,
    ],
  );
  const id = rows[0]!.id;
  await tx.query(
    `insert into remediation.rings (campaign_id, ring, definition)
     select $1, r.ring - 1, r.definition
       from jsonb_array_elements($2::jsonb) with ordinality as r (definition, ring)`,
    [id, JSON.stringify(rings)],
  );
  const actions = new Map<string, { hash: string; action: unknown }>();
  const hashes = targets.map(({ action }) => {
    if (action === null) return null;
    const text = JSON.stringify(action);
    const known = actions.get(text);
    if (known) return known.hash;
    const hash = createHash('sha256').update(text).digest('hex');
    actions.set(text, { hash, action });
    return hash;
  });
  const { rows: stored } = await tx.query<{ id: number; hash: string }>(
    `insert into remediation.actions (campaign_id, action, content_hash)
     select $1, a.action, decode(a.hash, 'hex')
       from jsonb_to_recordset($2::jsonb) as a (hash text, action jsonb)
     returning id, encode(content_hash, 'hex') as hash`,
    [id, JSON.stringify([...actions.values()])],
  );
  const actionIds = new Map(stored.map((each) => [each.hash, each.id]));
  for (let start = 0; start < targets.length; start += batch) {
    const part = targets.slice(start, start + batch).map((target, at) => ({
      endpoint_id: target.endpointId,
      ring: target.ring,
      state: target.state,
      stage: row.dryRunFirst && target.ring === 0 ? 'dry-run' : 'work',
      reason: target.obstacle,
      action_id: actionIds.get(hashes[start + at] ?? '') ?? null,
      planned: Object.fromEntries(target.packages.map(({ name, from }) => [name, from])),
      reboot_likely: target.rebootLikely,
      finding_ids: target.findingIds,
      ended: (endStates as readonly string[]).includes(target.state),
    }));
    await tx.query(
      `insert into remediation.targets
         (campaign_id, endpoint_id, ring, state, stage, reason, action_id, planned, reboot_likely,
          finding_ids, ended_at)
       select $1, t.endpoint_id, t.ring, t.state, t.stage, t.reason, t.action_id, t.planned,
              t.reboot_likely,
              array(select x::bigint from jsonb_array_elements_text(t.finding_ids) x),
              case when t.ended then $3::timestamptz end
         from jsonb_to_recordset($2::jsonb) as t (endpoint_id uuid, ring int, state text,
              stage text, reason text, action_id bigint, planned jsonb, reboot_likely boolean,
              finding_ids jsonb, ended boolean)
         join assets.endpoint_view e on e.id = t.endpoint_id`,
      [id, JSON.stringify(part), row.at],
    );
  }
  return id;
}

/** What decisions about a campaign need. */
export interface CampaignRow {
  readonly id: number;
  readonly title: string;
  readonly state: CampaignState;
  readonly work: Work;
  readonly window: MaintenanceWindow | null;
  readonly deadlineAt: Date;
  readonly failurePercent: number;
  readonly silentPercent: number;
  readonly restart: boolean;
  readonly restartNotice: string;
  readonly deferrals: number;
  readonly dryRunFirst: boolean;
  readonly scopeIds: readonly string[];
  readonly approvalBecause: readonly Bilingual[];
  readonly approvedBy: string | null;
  readonly createdBy: string;
  readonly createdById: string | null;
  readonly currentRing: number | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly judgedFrom: Date | null;
}

const rowColumns = `id, title, state, work, maintenance_window as "window",
  deadline_at as "deadlineAt", failure_percent as "failurePercent",
  silent_percent as "silentPercent", restart, restart_notice as "restartNotice", deferrals,
  dry_run_first as "dryRunFirst", scope_ids as "scopeIds", approval_because as "approvalBecause",
  approved_by as "approvedBy", created_by as "createdBy", created_by_id as "createdById",
  current_ring as "currentRing", started_at as "startedAt", ended_at as "endedAt",
  judged_from as "judgedFrom"`;

/** `lock`: nobody else changes it until the transaction ends. */
export async function findCampaign(
  db: Queryable,
  id: number,
  { lock = false }: { readonly lock?: boolean } = {},
): Promise<CampaignRow | undefined> {
  const { rows } = await db.query<CampaignRow>(
    `select ${rowColumns} from remediation.campaigns where id = $1${lock ? ' for update' : ''}`,
    [id],
  );
  return rows[0];
}

interface StateChange {
  readonly state: CampaignState;
  readonly because?: Bilingual | null;
  readonly at: Date;
}

/** Sets the state; the moments of start and end go with it. */
export async function setCampaignState(
  tx: Queryable,
  id: number,
  { state, because = null, at }: StateChange,
): Promise<void> {
  await tx.query(
    `update remediation.campaigns
        set state = $2, state_because = $3,
            started_at = case when $2 = 'running' then coalesce(started_at, $4) else started_at end,
            judged_from = case when $2 = 'running' then $4 else judged_from end,
            current_ring = case when $2 = 'running' then coalesce(current_ring, 0)
                                when $2 in ('finished', 'cancelled') then null
                                else current_ring end,
            ended_at = case when $2 in ('finished', 'cancelled') then $4::timestamptz end
      where id = $1`,
    [id, state, because === null ? null : JSON.stringify(because), at],
  );
}

export async function setApproved(tx: Queryable, id: number, by: string, at: Date): Promise<void> {
  await tx.query(
    `update remediation.campaigns set state = 'draft', approved_by = $2, approved_at = $3
      where id = $1`,
    [id, by, at],
  );
}

interface ListFilter {
  readonly reach: ScopeReach;
  readonly state?: CampaignState | undefined;
  readonly q?: string | undefined;
  readonly id?: number;
}

type ListedRow = Omit<
  Campaign,
  | 'deadlineAt'
  | 'createdAt'
  | 'startedAt'
  | 'endedAt'
  | 'rings'
  | 'targeted'
  | 'byState'
  | 'byProof'
  | 'findingsToClose'
  | 'findingsClosed'
> & {
  readonly deadlineAt: Date;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  readonly total: number;
};

export const campaignSortColumns = {
  id: 'c.id',
  title: 'c.title',
  state: 'c.state',
  createdAt: 'c.created_at',
  deadlineAt: 'c.deadline_at',
  createdBy: 'c.created_by',
};

/** Campaigns that touch an endpoint within reach; every number is of endpoints within reach. */
export async function listCampaigns(
  db: Queryable,
  { reach, state, q, id }: ListFilter,
  order: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ items: readonly Campaign[]; total: number }> {
  const scopes = reach === 'all' ? null : reach;
  const pattern =
    q === undefined || q === '' ? null : `%${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await db.query<ListedRow>(
    `select c.id, c.title, c.state, c.state_because as "stateBecause", c.work, c.selector,
            c.current_ring as "currentRing", c.maintenance_window as "window",
            c.deadline_at as "deadlineAt", c.created_by as "createdBy",
            c.created_at as "createdAt", c.approved_by as "approvedBy",
            c.started_at as "startedAt", c.ended_at as "endedAt", c.rule_key as rule,
            count(*) over ()::int as total
       from remediation.campaigns c
      where ($1::uuid[] is null or exists (
              select from remediation.targets t join assets.endpoint_view e on e.id = t.endpoint_id
               where t.campaign_id = c.id and e.scope_id = any($1)))
        and ($2::text is null or c.state = $2)
        and ($3::text is null or lower(c.title) like $3)
        and ($4::int is null or c.id = $4)
      ${order} offset $5 limit $6`,
    [scopes, state ?? null, pattern, id ?? null, offset, limit],
  );
  const ids = rows.map((row) => row.id);
  const [{ rows: rings }, { rows: counts }] = await Promise.all([
    db.query<{
      id: number;
      ring: number;
      definition: Ring;
      startedAt: Date | null;
      endedAt: Date | null;
    }>(
      `select campaign_id as id, ring, definition, started_at as "startedAt",
              ended_at as "endedAt"
         from remediation.rings where campaign_id = any($1::int[]) order by campaign_id, ring`,
      [ids],
    ),
    db.query<{
      id: number;
      ring: number;
      state: string;
      proof: string;
      endpoints: number;
      findings: number;
      closed: number;
    }>(
      `select t.campaign_id as id, t.ring, t.state, t.proof, count(*)::int as endpoints,
              sum(cardinality(t.finding_ids))::int as findings, sum(t.closed_count)::int as closed
         from remediation.targets t
        where t.campaign_id = any($1::int[])
          and ($2::uuid[] is null or exists (
                select from assets.endpoint_view e
                 where e.id = t.endpoint_id and e.scope_id = any($2)))
        group by 1, 2, 3, 4`,
      [ids, scopes],
    ),
  ]);
  const items = rows.map(({ total: _, ...row }): Campaign => {
    const own = counts.filter((each) => each.id === row.id);
    const sum = (of: typeof own, value: (each: (typeof own)[number]) => number) =>
      of.reduce((before, each) => before + value(each), 0);
    const by = (key: 'state' | 'proof') =>
      Object.fromEntries(
        [...Map.groupBy(own, (each) => each[key])].map(([name, of]) => [
          name,
          sum(of, (each) => each.endpoints),
        ]),
      );
    return {
      ...row,
      deadlineAt: row.deadlineAt.toISOString(),
      createdAt: row.createdAt.toISOString(),
      startedAt: row.startedAt?.toISOString() ?? null,
      endedAt: row.endedAt?.toISOString() ?? null,
      rings: rings
        .filter((each) => each.id === row.id)
        .map(({ ring, definition, startedAt, endedAt }) => ({
          ...definition,
          endpoints: sum(
            own.filter(
              (each) => each.ring === ring && !['no-agent', 'excluded'].includes(each.state),
            ),
            (each) => each.endpoints,
          ),
          startedAt: startedAt?.toISOString() ?? null,
          endedAt: endedAt?.toISOString() ?? null,
        })),
      targeted: sum(own, (each) => each.endpoints),
      byState: by('state'),
      byProof: by('proof'),
      findingsToClose: sum(own, (each) => each.findings),
      findingsClosed: sum(own, (each) => each.closed),
    };
  });
  return { items, total: rows[0]?.total ?? 0 };
}

export async function loadSettings(db: Queryable): Promise<{ approvalAbove: number }> {
  const { rows } = await db.query<{ approvalAbove: number }>(
    `select approval_above as "approvalAbove" from remediation.settings`,
  );
  return rows[0]!;
}

export async function storeSettings(tx: Queryable, approvalAbove: number): Promise<void> {
  await tx.query(`update remediation.settings set approval_above = $1`, [approvalAbove]);
}
