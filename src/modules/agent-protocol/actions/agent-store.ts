import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { parseSort } from '../../../platform/http/sort.ts';
import { defaultScopeId, scopeExists } from '../../assets/public.ts';
import type { Agent } from '../api.ts';
import { newSecret, type Page, type Window } from '../store.ts';
import type { AgentSelf } from './action.ts';

/** An agent as each of its requests needs it. */
export interface CallingAgent {
  readonly id: string;
  readonly endpointId: string | null;
  readonly keyId: string;
  readonly instance: string | null;
  readonly earlierInstance: string | null;
  readonly lastSeenAt: Date;
  readonly endedAt: Date | null;
  readonly supersededAt: Date | null;
  readonly supersededBy: string | null;
  /** Its osqueryd speaks for one endpoint. Orders are handed out to no other agent. */
  readonly settled: boolean;
}

export interface NewAgent {
  readonly self: AgentSelf;
  /** Null: none that we know. */
  readonly timeZone: string | null;
  readonly publicKey: string | null;
  readonly secretId: string;
  readonly scopeId: string;
  readonly keyId: string;
  readonly address: string;
  readonly at: Date;
}

export const agentKeyHash = (key: string): Buffer =>
  createHash('sha256').update(key, 'utf8').digest();

/** Makes an agent with its key and its personal secret; both are known only now. */
export function enrolAgent(
  db: Database,
  agent: NewAgent,
): Promise<{ agentId: string; agentKey: string; osquerySecret: string }> {
  const { self, at } = agent;
  const agentId = randomUUID();
  const agentKey = `yja_${randomBytes(32).toString('base64url')}`;
  const { text: osquerySecret, hash } = newSecret();
  return db.transaction(async (tx) => {
    const scopeId = (await scopeExists(tx, agent.scopeId))
      ? agent.scopeId
      : await defaultScopeId(tx);
    await tx.query(
      `insert into agent_protocol.agents
         (id, key_hash, key_id, scope_id, public_key, enrolled_at, last_seen_at, last_address,
          version, platform, managers, time_zone, privileged, scripts)
       values ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        agentId,
        agentKeyHash(agentKey),
        agent.keyId,
        scopeId,
        agent.publicKey,
        at,
        agent.address,
        self.version,
        self.platform,
        self.managers,
        agent.timeZone,
        self.privileged,
        self.scripts,
      ],
    );
    await tx.query(
      `insert into agent_protocol.enrolment_secrets
         (name, scope_id, secret_hash, created_at, created_by, agent_id)
       values ($1, $2, $3, $4, 'agent-protocol', $5)`,
      [`agent ${agentId}`, scopeId, hash, at, agentId],
    );
    // Last, because every agent that enrols with the same secret waits for this row.
    await tx.query(
      `update agent_protocol.enrolment_secrets
          set use_count = use_count + 1, last_used_at = $2 where id = $1`,
      [agent.secretId, at],
    );
    return { agentId, agentKey, osquerySecret };
  });
}

/** Agents by the SHA-256 of their key in hex, ended ones too. */
export async function loadAgents(
  db: Queryable,
  keyHashes: readonly string[],
): Promise<ReadonlyMap<string, CallingAgent>> {
  const { rows } = await db.query<CallingAgent & { keyHash: string }>(
    `select encode(a.key_hash, 'hex') as "keyHash", a.id, a.endpoint_id as "endpointId",
            a.key_id as "keyId", a.instance, a.earlier_instance as "earlierInstance",
            a.last_seen_at as "lastSeenAt", a.ended_at as "endedAt",
            a.superseded_at as "supersededAt", a.superseded_by as "supersededBy",
            (a.endpoint_id is not null and
              (select count(*) from agent_protocol.nodes n
                where n.agent_id = a.id and n.standing = 'current') = 1) as settled
       from agent_protocol.agents a where a.key_hash = any($1::bytea[])`,
    [keyHashes.map((hash) => Buffer.from(hash, 'hex'))],
  );
  return new Map(rows.map(({ keyHash, ...agent }) => [keyHash, agent]));
}

/** Another process of the agent polls than before. False: it was another one's turn meanwhile. */
export async function recordInstance(
  db: Queryable,
  { id, instance: before }: Pick<CallingAgent, 'id' | 'instance'>,
  instance: string,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update agent_protocol.agents set earlier_instance = instance, instance = $3
      where id = $1 and instance is not distinct from $2 and ended_at is null`,
    [id, before, instance],
  );
  return rowCount === 1;
}

/** What an agent says of itself now. */
export async function recordSelf(
  db: Queryable,
  agentId: string,
  { version, managers, privileged, scripts, platform }: AgentSelf,
  timeZone: string | null,
): Promise<void> {
  await db.query(
    `update agent_protocol.agents
        set version = $2, managers = $3, privileged = $4, scripts = $5, platform = $6,
            time_zone = $7
      where id = $1 and ended_at is null
        and (version, managers, privileged, scripts, platform, time_zone)
            is distinct from ($2, $3::text[], $4, $5, $6, $7)`,
    [agentId, version, managers, privileged, scripts, platform, timeZone],
  );
}

/** Another agent that speaks, or spoke, for the endpoint of this one was heard. */
export async function recordShared(db: Queryable, agentId: string, at: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    `update agent_protocol.agents set shared_at = $2
      where id = $1 and ended_at is null and (shared_at is null or shared_at < $2::timestamptz - interval '1 hour')`,
    [agentId, at],
  );
  return rowCount === 1;
}

/** Heard up to these moments; set-based. */
export async function recordSeen(
  db: Queryable,
  seen: readonly { agentId: string; at: Date; address: string }[],
): Promise<void> {
  if (seen.length === 0) return;
  await db.query(
    `with seen as (select * from unnest($1::uuid[], $2::timestamptz[], $3::text[])
                     as t (id, at, address)),
     locked as materialized (
       select a.id from agent_protocol.agents a join seen using (id)
        order by a.id for no key update of a)
     update agent_protocol.agents a
        set last_seen_at = greatest(a.last_seen_at, seen.at), last_address = seen.address
       from seen join locked using (id) where a.id = seen.id`,
    [
      seen.map(({ agentId }) => agentId),
      seen.map(({ at }) => at),
      seen.map(({ address }) => address),
    ],
  );
}

const AGENT_SORT = {
  hostname: 'e.hostname',
  scopeName: 's.name',
  platform: 'a.platform',
  version: 'a.version',
  enrolledAt: 'a.enrolled_at',
  lastSeenAt: 'a.last_seen_at',
  privileged: 'a.privileged',
};

/** How long a machine counts as cloned after its double was heard last. */
const SHARED_DAYS = 7;

/** Agents that have not ended, of the scopes that the caller reaches. */
export async function listAgents(
  db: Queryable,
  scopes: ScopeReach,
  { offset, limit, sort }: Window,
  at: Date,
): Promise<Page<Agent>> {
  const order = parseSort(sort, AGENT_SORT, { fallback: 'hostname', tiebreak: 'a.id' });
  const reachable = scopes === 'all' ? null : scopes;
  const from = `from agent_protocol.agents a
    left join assets.endpoint_view e on e.id = a.endpoint_id
    left join assets.scope_view s on s.id = coalesce(e.scope_id, a.scope_id)
    where a.ended_at is null
      and ($1::uuid[] is null or coalesce(e.scope_id, a.scope_id) = any($1))`;
  const { rows } = await db.query<
    Omit<Agent, 'enrolledAt' | 'lastSeenAt' | 'shared'> & {
      enrolledAt: Date;
      lastSeenAt: Date;
      sharedAt: Date | null;
    }
  >(
    `select a.id, a.endpoint_id as "endpointId", e.hostname,
            coalesce(e.scope_id, a.scope_id) as "scopeId",
            coalesce(s.name, '(removed)') as "scopeName", a.platform, a.version, a.managers,
            a.time_zone as "timeZone", a.privileged, a.scripts, a.enrolled_at as "enrolledAt",
            a.last_seen_at as "lastSeenAt", a.last_address as "lastAddress",
            a.shared_at as "sharedAt",
            (select count(*)::int from agent_protocol.orders o where o.agent_id = a.id
               and o.state in ('waiting', 'received', 'running', 'reboot-pending')) as "openOrders"
       ${from} ${order} offset $2 limit $3`,
    [reachable, offset, limit],
  );
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*)::int as total ${from}`,
    [reachable],
  );
  const sharedSinceMs = at.getTime() - SHARED_DAYS * 86_400_000;
  const items = rows.map(({ sharedAt, ...row }) => ({
    ...row,
    enrolledAt: row.enrolledAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    shared: sharedAt !== null && sharedAt.getTime() >= sharedSinceMs,
  }));
  return { items, total: counted[0]!.total };
}

/** Of an agent that has not ended: its scope now, and its host name if it has an endpoint. */
export async function findAgent(
  db: Queryable,
  agentId: string,
): Promise<{ scopeId: string; hostname: string | null } | undefined> {
  const { rows } = await db.query<{ scopeId: string; hostname: string | null }>(
    `select coalesce(e.scope_id, a.scope_id) as "scopeId", e.hostname
       from agent_protocol.agents a left join assets.endpoint_view e on e.id = a.endpoint_id
      where a.id = $1 and a.ended_at is null`,
    [agentId],
  );
  return rows[0];
}

export async function countAgents(
  db: Queryable,
  at: Date,
): Promise<{ linked: number; unlinked: number; shared: number; openOrders: number }> {
  const { rows } = await db.query<{
    linked: number;
    unlinked: number;
    shared: number;
    openOrders: number;
  }>(
    `select count(*) filter (where endpoint_id is not null)::int as linked,
            count(*) filter (where endpoint_id is null)::int as unlinked,
            count(*) filter (where shared_at > $1)::int as shared,
            (select count(*)::int from agent_protocol.orders
              where state in ('waiting', 'received', 'running', 'reboot-pending')) as "openOrders"
       from agent_protocol.agents where ended_at is null`,
    [new Date(at.getTime() - SHARED_DAYS * 86_400_000)],
  );
  return rows[0]!;
}

/** Agents that never got an endpoint and are silent, and ended ones without orders, for so long. */
export async function removeOldAgents(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    `delete from agent_protocol.agents a
      where greatest(a.last_seen_at, a.ended_at) < $1
        and (a.ended_at is not null or a.endpoint_id is null)
        and not exists (select from agent_protocol.orders o where o.agent_id = a.id)
        and not exists (select from agent_protocol.nodes n where n.agent_id = a.id)`,
    [before],
  );
  return rowCount ?? 0;
}
