import type { AuditLog } from '../../../platform/audit/public.ts';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import {
  createEndpoint,
  defaultScopeId,
  type EndpointIdentity,
  type Platform,
  scopeExists,
  setSharedHardwareUuid,
  updateEndpointIdentity,
} from '../../assets/public.ts';
import { linkAgents } from '../actions/link-store.ts';
import type { Newcomer } from '../enrolment.ts';
import {
  type Change,
  decideEnrolment,
  judgeContact,
  type KnownNode,
  type Standing,
  type Verdict,
} from '../identity.ts';
import { wantParts } from '../parts/store.ts';
import type { Node } from './directory.ts';

/** Superseded keys that are remembered per endpoint; an older one is unknown, and its host enrols. */
const REMEMBERED_KEYS = 5;

/** Told `<origin>:<endpoint id>,…` whenever nodes of endpoints change. */
export const NODES_CHANNEL = 'agent_protocol_nodes';

export async function tellNodesChanged(
  db: Queryable,
  origin: string,
  endpointIds: readonly string[],
): Promise<void> {
  // A notice holds at most 8,000 bytes.
  for (let start = 0; start < endpointIds.length; start += 150) {
    const payload = `${origin}:${endpointIds.slice(start, start + 150).join(',')}`;
    await db.query(`select pg_notify($1, $2)`, [NODES_CHANNEL, payload]);
  }
}

/** Nodes by the SHA-256 of their key in hex. */
export async function loadNodes(
  db: Queryable,
  keyHashes: readonly string[],
): Promise<ReadonlyMap<string, Node>> {
  const { rows } = await db.query<{
    keyHash: string;
    id: string;
    endpointId: string;
    ordinal: number;
    platform: Platform;
    standing: Standing;
    contested: boolean;
    readsDistributed: boolean;
  }>(
    `select encode(n.key_hash, 'hex') as "keyHash", n.id, n.endpoint_id as "endpointId", n.platform,
            n.standing, n.reads_distributed as "readsDistributed",
            (select e.ordinal from assets.endpoint_view e where e.id = n.endpoint_id) as ordinal,
            exists (select from agent_protocol.nodes c
                     where c.endpoint_id = n.endpoint_id and c.standing = 'challenger') as contested
       from agent_protocol.nodes n
      where n.key_hash = any($1::bytea[])
      order by n.key_hash`,
    [keyHashes.map((hash) => Buffer.from(hash, 'hex'))],
  );
  return new Map(
    rows.map(({ keyHash, ...node }) => [
      keyHash,
      { ...node, contactStoredAtMs: 0, useStoredAtMs: 0 },
    ]),
  );
}

interface NodeRow extends KnownNode {
  readonly scopeId: string;
  readonly hostIdentifier: string;
  readonly platform: Platform;
  readonly agentVersion: string | null;
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly arch: string | null;
}

const NODE_COLUMNS = `id, endpoint_id as "endpointId", standing, since, enrolled_at as "enrolledAt",
  last_used_at as "lastUsedAt", heard_in_contest as "heardInContest", platform,
  host_key as "hostKey", hardware_uuid as "hardwareUuid", hostname, instance_id as "instanceId",
  address, scope_id as "scopeId", host_identifier as "hostIdentifier",
  agent_version as "agentVersion", os_name as "osName", os_version as "osVersion", arch`;

function identityOf(row: NodeRow): EndpointIdentity {
  const {
    hostIdentifier,
    hardwareUuid,
    hostname,
    platform,
    agentVersion,
    osName,
    osVersion,
    arch,
  } = row;
  return {
    hostIdentifier,
    hardwareUuid,
    hostname,
    platform,
    agentVersion,
    osName,
    osVersion,
    arch,
  };
}

export interface Enrolling {
  readonly newcomer: Newcomer;
  readonly keyHash: Buffer;
  readonly secretId: string;
  readonly scopeId: string;
  /** Of the agent whose personal secret it is. */
  readonly agentId?: string | null;
  readonly address: string | null;
  readonly at: Date;
}

export interface Enrolled {
  readonly endpointId: string;
  readonly outcome: 'created' | 'kept' | 'contested';
  /** Endpoints whose nodes changed. */
  readonly changed: readonly string[];
}

/** Gives a host its node: all of it in one transaction, one host at a time. */
export function enrolNode(db: Database, enrolling: Enrolling): Promise<Enrolled> {
  return db.transaction(async (tx) => {
    const { newcomer, keyHash, address, at, agentId = null } = enrolling;
    const { identity, hostKey, instanceId } = newcomer;
    const keys = [identity.hardwareUuid, hostKey, instanceId].filter((key) => key !== null);
    // In one order, so that two enrolments of clones cannot wait for each other.
    await tx.query(
      `select pg_advisory_xact_lock(key) from
         (select distinct hashtextextended('agent_protocol ' || k, 0) as key
            from unnest($1::text[]) k order by key) locks`,
      [keys],
    );
    // Whoever has an agent's own secret stays in its scope: it takes no endpoint of another one. An
    // endpoint that was moved by hand still has the nodes that enrolled before.
    const { rows: known } = await tx.query<NodeRow>(
      `select ${NODE_COLUMNS} from agent_protocol.nodes
        where endpoint_id in (
          select endpoint_id from agent_protocol.nodes where hardware_uuid = $1
          union select endpoint_id from agent_protocol.nodes where host_key = $2
          union select endpoint_id from agent_protocol.nodes where instance_id = $3)
          and ($4::uuid is null
            or endpoint_id in (select id from assets.endpoint_view where scope_id = $5)
            or endpoint_id in (select endpoint_id from agent_protocol.nodes where scope_id = $5))
        order by id`,
      [identity.hardwareUuid, hostKey, instanceId, agentId, enrolling.scopeId],
    );
    const decision = decideEnrolment({ ...identity, hostKey, instanceId, address }, known, at);

    let endpointId: string;
    let standing: Standing = 'current';
    let changed: readonly string[] = [];
    if (decision.kind === 'new-endpoint') {
      const scopeId = (await scopeExists(tx, enrolling.scopeId))
        ? enrolling.scopeId
        : await defaultScopeId(tx);
      endpointId = await createEndpoint(tx, identity, scopeId, at);
      if (decision.alike.length > 0) {
        await setSharedHardwareUuid(tx, [...decision.alike, endpointId], true);
      }
    } else {
      endpointId = decision.endpointId;
      changed = [endpointId];
      if (decision.take === 'contest') standing = 'challenger';
      await tx.query(
        `update agent_protocol.nodes
            set standing = case when standing = 'current' and $3 then standing
                                else 'superseded' end,
                since = case when standing = 'superseded' or (standing = 'current' and $3)
                             then since else $2 end,
                heard_in_contest = false
          where endpoint_id = $1`,
        [endpointId, at, standing === 'challenger'],
      );
      if (standing === 'current') {
        await wantParts(tx, [endpointId], at, { again: false });
        await updateEndpointIdentity(tx, endpointId, identity, at);
      }
    }
    await tx.query(
      `insert into agent_protocol.nodes
         (key_hash, endpoint_id, standing, since, scope_id, enrolled_at, address, host_key,
          instance_id, host_identifier, hardware_uuid, hostname, platform, agent_version, os_name,
          os_version, arch, agent_id)
       values ($1, $2, $3, $4, $5, $4, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
               (select id from agent_protocol.agents where id = $17 and ended_at is null))`,
      [
        keyHash,
        endpointId,
        standing,
        at,
        enrolling.scopeId,
        address,
        hostKey,
        instanceId,
        identity.hostIdentifier,
        identity.hardwareUuid,
        identity.hostname,
        identity.platform,
        identity.agentVersion,
        identity.osName,
        identity.osVersion,
        identity.arch,
        agentId,
      ],
    );
    if (standing === 'current') await linkAgents(tx, [endpointId], at);
    await tx.query(
      `delete from agent_protocol.nodes where id in (
         select id from agent_protocol.nodes
          where endpoint_id = $1 and standing = 'superseded'
          order by since desc, id offset $2)`,
      [endpointId, REMEMBERED_KEYS],
    );
    // Last, because every host that enrols with the same secret waits for this row.
    await tx.query(
      `update agent_protocol.enrolment_secrets
          set use_count = use_count + 1, last_used_at = $2 where id = $1`,
      [enrolling.secretId, at],
    );
    const outcome =
      decision.kind === 'new-endpoint' ? 'created' : standing === 'current' ? 'kept' : 'contested';
    return { endpointId, outcome, changed };
  });
}

export interface JudgedContact {
  /** `gone`: the key is no longer known. */
  readonly verdict: Verdict | 'gone';
  /** Endpoints whose nodes changed, the new one of a split among them. */
  readonly changed: readonly string[];
  /** Two live hosts were told apart: the endpoint before and the new one. */
  readonly split: readonly [string, string] | null;
}

/** Judges one contact of a node whose endpoint is contested, and stores what follows from it. */
export function contactOfNode(
  db: Database,
  audit: AuditLog,
  node: Pick<Node, 'id' | 'endpointId'>,
  at: Date,
): Promise<JudgedContact> {
  return db.transaction(async (tx) => {
    // Orders all contacts of the endpoint, whichever rows they lock afterwards.
    await tx.query(`select pg_advisory_xact_lock(hashtextextended('agent_protocol ' || $1, 1))`, [
      node.endpointId,
    ]);
    const { rows: nodes } = await tx.query<NodeRow>(
      `select ${NODE_COLUMNS} from agent_protocol.nodes where endpoint_id = $1
        order by id for update`,
      [node.endpointId],
    );
    const own = nodes.find(({ id }) => id === node.id);
    if (own === undefined) {
      // Moved to another endpoint by a split that we had not heard of, or forgotten.
      const { rowCount } = await tx.query(`select 1 from agent_protocol.nodes where id = $1`, [
        node.id,
      ]);
      return { verdict: rowCount ? 'hold' : 'gone', changed: [node.endpointId], split: null };
    }
    await tx.query(`update agent_protocol.nodes set last_used_at = $2 where id = $1`, [
      node.id,
      at,
    ]);
    const { verdict, changes } = judgeContact(nodes, node.id, at);
    const changed = new Set<string>();
    let split: JudgedContact['split'] = null;
    for (const change of changes) {
      if (change.kind === 'heard') {
        await tx.query(`update agent_protocol.nodes set heard_in_contest = true where id = $1`, [
          change.nodeId,
        ]);
        continue;
      }
      changed.add(node.endpointId);
      if (change.kind === 'split') {
        const newEndpointId = await splitEndpoint(tx, audit, nodes, change, at);
        split = [node.endpointId, newEndpointId];
        changed.add(newEndpointId);
      } else await changeStandings(tx, nodes, change, at);
    }
    if (changed.size > 0) await linkAgents(tx, [...changed], at);
    // The verdict of a split is for the endpoint that the node has after it: at its next contact.
    return { verdict: split ? 'hold' : verdict, changed: [...changed], split };
  });
}

async function changeStandings(
  tx: Queryable,
  nodes: readonly NodeRow[],
  change: Extract<Change, { kind: 'challenge' | 'settle' }>,
  at: Date,
): Promise<void> {
  const set = (nodeId: string, standing: Standing) =>
    tx.query(
      `update agent_protocol.nodes set standing = $2, since = $3, heard_in_contest = false
        where id = $1`,
      [nodeId, standing, at],
    );
  if (change.kind === 'challenge') {
    await tx.query(
      `update agent_protocol.nodes set heard_in_contest = false where endpoint_id = $1`,
      [nodes[0]!.endpointId],
    );
    await set(change.nodeId, 'challenger');
    return;
  }
  // The loser first: an endpoint has one current node at any time.
  if (change.loserId !== null) await set(change.loserId, 'superseded');
  const winner = nodes.find(({ id }) => id === change.winnerId)!;
  if (winner.standing === 'current') return;
  await set(winner.id, 'current');
  await wantParts(tx, [winner.endpointId], at, { again: false });
  await updateEndpointIdentity(tx, winner.endpointId, identityOf(winner), at);
}

/** Answers the id of the endpoint that was made for the node that leaves. */
async function splitEndpoint(
  tx: Queryable,
  audit: AuditLog,
  nodes: readonly NodeRow[],
  { staysId, leavesId }: Extract<Change, { kind: 'split' }>,
  at: Date,
): Promise<string> {
  const stays = nodes.find(({ id }) => id === staysId)!;
  const leaves = nodes.find(({ id }) => id === leavesId)!;
  const scopeId = (await scopeExists(tx, leaves.scopeId))
    ? leaves.scopeId
    : await defaultScopeId(tx);
  const newEndpointId = await createEndpoint(tx, identityOf(leaves), scopeId, at);
  await tx.query(
    `update agent_protocol.nodes
        set endpoint_id = $2, standing = 'current', since = $3, heard_in_contest = false
      where id = $1`,
    [leaves.id, newEndpointId, at],
  );
  await tx.query(
    `update agent_protocol.nodes
        set standing = 'current', since = $2, heard_in_contest = false where id = $1`,
    [stays.id, at],
  );
  if (leaves.standing === 'current') {
    // What is stored may be of the host that leaves: all of it is fetched again.
    await wantParts(tx, [stays.endpointId], at, { again: true });
    await updateEndpointIdentity(tx, stays.endpointId, identityOf(stays), at);
  }
  await setSharedHardwareUuid(tx, [stays.endpointId, newEndpointId], true);
  await audit.record(tx, {
    actor: { kind: 'system', id: null, name: 'agent-protocol' },
    action: 'endpoint.told_apart',
    target: { kind: 'endpoint', id: newEndpointId, name: leaves.hostname },
    details: {
      sharesIdentityWith: stays.endpointId,
      hardwareUuid: leaves.hardwareUuid,
      hostnames: [stays.hostname, leaves.hostname],
      addresses: [stays.address, leaves.address],
    },
  });
  return newEndpointId;
}

/** The keys were used, or asked for distributed queries, up to these moments; set-based. */
export async function recordUses(
  db: Queryable,
  uses: readonly { nodeId: string; at: Date; readsDistributed: boolean }[],
): Promise<void> {
  if (uses.length === 0) return;
  await db.query(
    `with used as (
       select id, max(at) as at, bool_or(reads) as reads
         from unnest($1::uuid[], $2::timestamptz[], $3::boolean[]) as t (id, at, reads)
        group by id),
     locked as materialized (
       select n.id from agent_protocol.nodes n join used using (id) order by n.id for no key update of n)
     update agent_protocol.nodes n
        set last_used_at = greatest(n.last_used_at, used.at),
            reads_distributed = n.reads_distributed or used.reads
       from used join locked using (id) where n.id = used.id`,
    [
      uses.map(({ nodeId }) => nodeId),
      uses.map(({ at }) => at),
      uses.map(({ readsDistributed }) => readsDistributed),
    ],
  );
}

export async function countNodes(
  db: Queryable,
): Promise<{ current: number; challengers: number; withoutDistributed: number }> {
  const { rows } = await db.query<{
    current: number;
    challengers: number;
    withoutDistributed: number;
  }>(
    `select count(*) filter (where standing = 'current')::int as current,
            count(*) filter (where standing = 'challenger')::int as challengers,
            count(*) filter (where standing = 'current' and not reads_distributed)::int
              as "withoutDistributed"
       from agent_protocol.nodes`,
  );
  return rows[0]!;
}
