import type { AuditLog } from '../../../platform/audit/public.ts';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { GRACE_SECONDS, LIVE_SECONDS } from '../identity.ts';

/**
 * Which agent acts on which endpoint. An agent is not asked who it is: it is where the osqueryd is
 * that enrolled with the agent's personal secret, and the nodes decide which endpoint that one
 * speaks for (see identity.ts).
 */

export type EndReason = 'superseded' | 'revoked' | 'shared' | 'key-replaced';

/**
 * These agents are nobody's any more: their keys, personal secrets and nodes are unknown from now
 * on, so that what still runs enrols anew, and their orders can no longer be accounted for. Answers
 * the endpoints that they had, whose nodes may have changed.
 */
export async function endAgents(
  tx: Queryable,
  agentIds: readonly string[],
  because: EndReason,
  at: Date,
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string; endpointId: string | null }>(
    `update agent_protocol.agents
        set ended_at = $2, ended_because = $3
      where id = any($1) and ended_at is null
      returning id, endpoint_id as "endpointId"`,
    [agentIds, at, because],
  );
  if (rows.length === 0) return [];
  const ended = rows.map(({ id }) => id);
  await tx.query(
    `update agent_protocol.enrolment_secrets set revoked_at = coalesce(revoked_at, $2)
      where agent_id = any($1)`,
    [ended, at],
  );
  const { rows: nodes } = await tx.query<{ endpointId: string }>(
    `delete from agent_protocol.nodes where agent_id = any($1)
      returning endpoint_id as "endpointId"`,
    [ended],
  );
  await tx.query(
    `update agent_protocol.orders set state = 'lost', state_since = $2
      where agent_id = any($1) and state in ('waiting', 'received', 'running', 'reboot-pending')`,
    [ended, at],
  );
  return [...new Set([...rows, ...nodes].flatMap(({ endpointId }) => endpointId ?? []))];
}

/**
 * Draws the conclusions after the current nodes of these endpoints changed: an agent whose node
 * speaks for an endpoint now acts on it, and supersedes the one before. That one keeps its key: a
 * machine whose clone took its place while it was off must find its way back, even when the secret
 * of its scope has expired. Within the transaction of that change.
 */
export async function linkAgents(
  tx: Queryable,
  endpointIds: readonly string[],
  at: Date,
): Promise<void> {
  const { rows: displaced } = await tx.query<{ id: string; holder: string | null; moved: boolean }>(
    `select a.id, h.agent_id as holder,
            exists (select from agent_protocol.nodes n
                     where n.agent_id = a.id and n.standing = 'current') as moved
       from agent_protocol.agents a
       left join agent_protocol.nodes h
         on h.endpoint_id = a.endpoint_id and h.standing = 'current'
      where a.endpoint_id = any($1) and a.ended_at is null
        and h.agent_id is distinct from a.id
      order by a.id for no key update of a`,
    [endpointIds],
  );
  for (const { id, holder, moved } of displaced) {
    const successor = moved ? null : holder;
    await tx.query(
      `update agent_protocol.agents
          set endpoint_id = null, superseded_by = $2,
              superseded_at = case when $2::uuid is not null then $3::timestamptz end
        where id = $1`,
      [id, successor, at],
    );
    if (successor === null) continue;
    await tx.query(
      `update agent_protocol.orders set state = 'lost', state_since = $2
        where agent_id = $1 and state in ('waiting', 'received', 'running', 'reboot-pending')`,
      [id, at],
    );
  }
  // Whoever speaks for two endpoints at once is left alone until it is clear which one it is.
  await tx.query(
    `update agent_protocol.agents a
        set endpoint_id = n.endpoint_id, superseded_by = null, superseded_at = null
       from agent_protocol.nodes n
      where n.agent_id = a.id and n.standing = 'current' and n.endpoint_id = any($1)
        and a.ended_at is null and a.endpoint_id is distinct from n.endpoint_id
        and not exists (select from agent_protocol.nodes o
                         where o.agent_id = a.id and o.standing = 'current' and o.id <> n.id)`,
    [endpointIds],
  );
}

interface Claim {
  readonly nodeId: string;
  readonly endpointId: string;
  readonly enrolledAt: Date;
  readonly heardAt: Date;
}

/**
 * Agents whose osqueryd speaks for two endpoints: a machine that got another identity (the older
 * node is silent from then on), or a clone of one (both are heard; both enrol anew). Answers the
 * endpoints whose nodes changed.
 */
export async function settleAgents(
  db: Database,
  audit: AuditLog,
  at: Date,
): Promise<readonly string[]> {
  const { rows: unsettled } = await db.query<{ agentId: string }>(
    `select agent_id as "agentId" from agent_protocol.nodes
      where agent_id is not null and standing = 'current'
      group by agent_id having count(*) > 1 order by agent_id limit 500`,
  );
  const changed: string[] = [];
  for (const { agentId } of unsettled) {
    const endpointIds = await db.transaction(async (tx) => {
      const { rows: claims } = await tx.query<Claim>(
        `select id as "nodeId", endpoint_id as "endpointId", enrolled_at as "enrolledAt",
                greatest(last_used_at, enrolled_at) as "heardAt"
           from agent_protocol.nodes where agent_id = $1 and standing = 'current'
          order by enrolled_at desc, id for no key update`,
        [agentId],
      );
      const [newest, ...older] = claims;
      if (newest === undefined || older.length === 0) return [];
      const sinceMs = newest.enrolledAt.getTime();
      if (older.some(({ heardAt }) => heardAt.getTime() > sinceMs + GRACE_SECONDS * 1000)) {
        return endShared(tx, audit, agentId, at);
      }
      // The use of a node key is stored every few minutes only.
      if (at.getTime() - sinceMs < LIVE_SECONDS * 1000) return [];
      await tx.query(`update agent_protocol.nodes set agent_id = null where id = any($1)`, [
        older.map(({ nodeId }) => nodeId),
      ]);
      const endpoints = claims.map(({ endpointId }) => endpointId);
      await linkAgents(tx, endpoints, at);
      return endpoints;
    });
    changed.push(...endpointIds);
  }
  return changed;
}

/** Superseded agents that were silent since before: their machines are not coming back under them. */
export async function endSuperseded(db: Database, before: Date, at: Date): Promise<void> {
  await db.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: string }>(
      `select id from agent_protocol.agents
        where superseded_at < $1 and last_seen_at < $1 and ended_at is null
        order by id limit 1000 for no key update`,
      [before],
    );
    await endAgents(
      tx,
      rows.map(({ id }) => id),
      'superseded',
      at,
    );
  });
}

/** Two machines are one agent: neither is any more, and each enrols as itself. */
export async function endShared(
  tx: Queryable,
  audit: AuditLog,
  agentId: string,
  at: Date,
): Promise<readonly string[]> {
  const endpointIds = await endAgents(tx, [agentId], 'shared', at);
  await audit.record(tx, {
    actor: { kind: 'system', id: null, name: 'agent-protocol' },
    action: 'agent.told_apart',
    target: { kind: 'agent', id: agentId },
    details: { endpoints: endpointIds },
  });
  return endpointIds;
}
