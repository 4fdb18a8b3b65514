import { randomUUID } from 'node:crypto';
import { Compile } from 'typebox/compile';
import type { Actor, AuditLog } from '../../../platform/audit/public.ts';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { Action, type AgentSelf, type Order, type SignedOrder } from './action.ts';
import { type CancelOrders, type IssuedOrder, type OrderRequest, whyNot } from './order.ts';
import type { OrderKey } from './order-key.ts';

/** Told `<agent id>,…` when there is something for agents; see `tellAgents`. */
export const ORDERS_CHANNEL = 'agent_protocol_orders';

const LONGEST_DAYS = 90;
const CHUNK = 500;
const validAction = Compile(Action);

/**
 * Rings these agents at every server, when `tx` commits: a notice that came before the commit would
 * make them look in vain, and wait on. Hence PostgreSQL's own notices, whatever the bus is.
 */
export async function tellAgents(tx: Queryable, agentIds: readonly string[]): Promise<void> {
  // A notice holds at most 8,000 bytes.
  for (let start = 0; start < agentIds.length; start += 200) {
    await tx.query(`select pg_notify($1, $2)`, [
      ORDERS_CHANNEL,
      agentIds.slice(start, start + 200).join(','),
    ]);
  }
}

interface Candidate extends Omit<AgentSelf, 'version' | 'timeZone'> {
  readonly endpointId: string;
  readonly agentId: string;
  readonly hostname: string;
  readonly settled: boolean;
}

/** See `IssueOrders`. */
export async function issueOrders(
  tx: Queryable,
  { key, audit, at }: { readonly key: OrderKey; readonly audit: AuditLog; readonly at: Date },
  requests: readonly OrderRequest[],
): Promise<readonly IssuedOrder[]> {
  for (const request of requests) checkRequest(request, at);
  const issued: IssuedOrder[] = [];
  const made: MadeOrder[] = [];
  for (let start = 0; start < requests.length; start += CHUNK) {
    const chunk = requests.slice(start, start + CHUNK);
    const candidates = await candidatesFor(tx, [
      ...new Set(chunk.map(({ endpointId }) => endpointId)),
    ]);
    const orders: MadeOrder[] = [];
    for (const request of chunk) {
      const { endpointId, action } = request;
      const agent = candidates.get(endpointId);
      const refusal =
        agent === undefined
          ? 'NO_AGENT'
          : agent.settled
            ? whyNot(agent, action)
            : ('AGENT_UNSETTLED' as const);
      if (agent === undefined || refusal !== undefined) {
        issued.push({ endpointId, orderId: null, refusal: refusal ?? 'NO_AGENT' });
        continue;
      }
      const orderId = randomUUID();
      const order: Order = {
        version: 1,
        id: orderId,
        agentId: agent.agentId,
        endpointId,
        issuedAt: at.toISOString(),
        expiresAt: request.expiresAt.toISOString(),
        dryRun: request.dryRun,
        action,
      };
      orders.push({ orderId, agent, request, signed: key.sign(JSON.stringify(order)) });
      issued.push({ endpointId, orderId, refusal: null });
    }
    await insertOrders(tx, orders, at);
    made.push(...orders);
  }
  await tellAgents(tx, [...new Set(made.map(({ agent }) => agent.agentId))]);
  await recordIssued(tx, audit, made);
  return issued;
}

interface MadeOrder {
  readonly orderId: string;
  readonly agent: Candidate;
  readonly request: OrderRequest;
  readonly signed: SignedOrder;
}

function checkRequest({ action, expiresAt, reference }: OrderRequest, at: Date): void {
  if (!validAction.Check(action)) throw new RangeError('not an action of the contract');
  const ms = expiresAt.getTime() - at.getTime();
  if (!(ms > 0 && ms <= LONGEST_DAYS * 86_400_000)) {
    throw new RangeError(`an order expires within ${LONGEST_DAYS} days, not at once`);
  }
  if (reference.length > 200) throw new RangeError('the reference is longer than 200 characters');
}

async function candidatesFor(
  tx: Queryable,
  endpointIds: readonly string[],
): Promise<ReadonlyMap<string, Candidate>> {
  const { rows } = await tx.query<Candidate>(
    `select a.endpoint_id as "endpointId", a.id as "agentId", e.hostname, a.platform, a.managers,
            a.privileged, a.scripts,
            (select count(*) from agent_protocol.nodes n
              where n.agent_id = a.id and n.standing = 'current') = 1
            and not exists (select from agent_protocol.nodes c
                             where c.endpoint_id = a.endpoint_id and c.standing = 'challenger')
              as settled
       from agent_protocol.agents a join assets.endpoint_view e on e.id = a.endpoint_id
      where a.endpoint_id = any($1) and a.ended_at is null`,
    [endpointIds],
  );
  return new Map(rows.map((row) => [row.endpointId, row]));
}

async function insertOrders(tx: Queryable, orders: readonly MadeOrder[], at: Date): Promise<void> {
  if (orders.length === 0) return;
  await tx.query(
    `insert into agent_protocol.orders
       (id, agent_id, endpoint_id, action, dry_run, issued_at, expires_at, requested_by, reference,
        text, signature, key_id, state_since)
     select t.id, t.agent_id, t.endpoint_id, t.action, t.dry_run, $1, t.expires_at, t.requested_by,
            t.reference, t.text, t.signature, t.key_id, $1
       from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::boolean[],
                   $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
              as t (id, agent_id, endpoint_id, action, dry_run, expires_at, requested_by, reference,
                    text, signature, key_id)`,
    [
      at,
      orders.map(({ orderId }) => orderId),
      orders.map(({ agent }) => agent.agentId),
      orders.map(({ agent }) => agent.endpointId),
      orders.map(({ request }) => JSON.stringify(request.action)),
      orders.map(({ request }) => request.dryRun),
      orders.map(({ request }) => request.expiresAt),
      orders.map(({ request }) => request.requestedBy.name),
      orders.map(({ request }) => request.reference),
      orders.map(({ signed }) => signed.text),
      orders.map(({ signed }) => signed.signature),
      orders.map(({ signed }) => signed.keyId),
    ],
  );
}

/** One record for the same thing at up to 500 endpoints; each names its orders. */
async function recordIssued(
  tx: Queryable,
  audit: AuditLog,
  made: readonly MadeOrder[],
): Promise<void> {
  const alike = Map.groupBy(made, ({ request: { action, dryRun, expiresAt, ...more } }) =>
    JSON.stringify([action, dryRun, expiresAt, more.reference, more.requestedBy]),
  );
  for (const orders of alike.values()) {
    const { action, dryRun, expiresAt, reference, requestedBy } = orders[0]!.request;
    for (let start = 0; start < orders.length; start += CHUNK) {
      const part = orders.slice(start, start + CHUNK);
      const { agent } = part[0]!;
      await audit.record(tx, {
        actor: requestedBy,
        action: 'orders.issued',
        target:
          part.length === 1
            ? { kind: 'endpoint', id: agent.endpointId, name: agent.hostname }
            : { kind: 'reference', id: reference },
        details: {
          // A script is named by its hash, which the action holds.
          action: action.type === 'script' ? { ...action, text: undefined } : action,
          dryRun,
          expiresAt: expiresAt.toISOString(),
          reference,
          endpoints: part.map(({ orderId, request }) => ({
            endpointId: request.endpointId,
            orderId,
          })),
        },
      });
    }
  }
}

/** See `CancelOrders`. */
export async function cancelOrders(
  tx: Queryable,
  { audit, at }: { readonly audit: AuditLog; readonly at: Date },
  orderIds: readonly string[],
  by: Actor = { kind: 'system', id: null, name: 'agent-protocol' },
): ReturnType<CancelOrders> {
  const { rows } = await tx.query<{ id: string; agentId: string; state: string }>(
    `with locked as materialized (
       select id from agent_protocol.orders
        where id = any($1) and state in ('waiting', 'received', 'running', 'reboot-pending')
        order by id for no key update)
     update agent_protocol.orders o
        set cancelled_at = coalesce(o.cancelled_at, $2),
            state_since = case when o.state = 'waiting' then $2 else o.state_since end,
            state = case when o.state = 'waiting' then 'cancelled' else o.state end
       from locked where o.id = locked.id
     returning o.id, o.agent_id as "agentId", o.state`,
    [orderIds, at],
  );
  if (rows.length === 0) return { cancelled: [], asked: [] };
  await tellAgents(tx, [...new Set(rows.map(({ agentId }) => agentId))]);
  const cancelled = rows.filter(({ state }) => state === 'cancelled').map(({ id }) => id);
  const asked = rows.filter(({ state }) => state !== 'cancelled').map(({ id }) => id);
  await audit.record(tx, {
    actor: by,
    action: 'orders.cancelled',
    details: { cancelled, asked },
  });
  return { cancelled, asked };
}

export interface AskingAgent {
  readonly id: string;
  readonly endpointId: string | null;
  readonly settled: boolean;
  /** Orders that it says it has. */
  readonly running: readonly string[];
}

export interface Offer {
  readonly orders: readonly SignedOrder[];
  readonly cancel: readonly string[];
}

/** Of one answer; the rest follows with the next poll. */
const MOST_ORDERS = 20;
const MOST_TEXT = 1024 * 1024;
const TELL_AGAIN_MS = 60_000;

interface OpenOrder {
  readonly id: string;
  readonly agentId: string;
  readonly endpointId: string;
  readonly state: string;
  readonly expiresAt: Date;
  readonly cancelledAt: Date | null;
  readonly cancelToldAt: Date | null;
  readonly handed: boolean;
  readonly signed: SignedOrder;
}

/** What there is for these agents, one statement for all; what is handed out is marked so. */
export async function offersFor(
  db: Database,
  agents: readonly AskingAgent[],
  at: Date,
): Promise<ReadonlyMap<string, Offer>> {
  const { rows } = await db.query<OpenOrder>(
    `select o.id, o.agent_id as "agentId", o.endpoint_id as "endpointId", o.state,
            o.expires_at as "expiresAt", o.cancelled_at as "cancelledAt",
            o.cancel_told_at as "cancelToldAt", o.handed_at is not null as handed,
            jsonb_build_object('text', case when o.state = 'waiting' then o.text else '' end,
              'signature', o.signature, 'keyId', o.key_id) as signed
       from agent_protocol.orders o
      where o.agent_id = any($1) and (
        o.state in ('waiting', 'received', 'running', 'reboot-pending')
        -- What it has although we took it back.
        or (o.state = 'cancelled' and o.id = any($2)))
      order by o.agent_id, o.issued_at, o.id`,
    [agents.map(({ id }) => id), agents.flatMap(({ running }) => running)],
  );
  const byAgent = Map.groupBy(rows, ({ agentId }) => agentId);
  const offers = new Map<string, Offer>();
  const handed: string[] = [];
  const told: string[] = [];
  for (const { id, endpointId, settled, running } of agents) {
    const orders: SignedOrder[] = [];
    const cancel: string[] = [];
    let length = 0;
    for (const order of byAgent.get(id) ?? []) {
      const has = running.includes(order.id);
      if (order.cancelledAt !== null) {
        const toldMs = order.cancelToldAt?.getTime() ?? 0;
        if (at.getTime() - toldMs < TELL_AGAIN_MS) continue;
        cancel.push(order.id);
        told.push(order.id);
      } else if (order.state === 'waiting' && !has && order.expiresAt > at) {
        // The agent may have moved to another endpoint since.
        if (!settled || order.endpointId !== endpointId || orders.length >= MOST_ORDERS) continue;
        length += order.signed.text.length;
        if (length > MOST_TEXT && orders.length > 0) continue;
        orders.push(order.signed);
        if (!order.handed) handed.push(order.id);
      }
    }
    offers.set(id, { orders, cancel });
  }
  if (handed.length > 0 || told.length > 0) {
    await db.query(
      `with locked as materialized (
         select id from agent_protocol.orders where id = any($1) or id = any($2)
          order by id for no key update)
       update agent_protocol.orders o
          set handed_at = case when o.id = any($1) then coalesce(o.handed_at, $3)
                               else o.handed_at end,
              cancel_told_at = case when o.id = any($2) then $3 else o.cancel_told_at end
         from locked where o.id = locked.id`,
      [handed, told, at],
    );
  }
  return offers;
}

/** Orders that were not begun in time. A report that comes later is believed all the same. */
export async function expireOrders(db: Queryable, at: Date): Promise<number> {
  const { rowCount } = await db.query(
    `with due as materialized (
       select id from agent_protocol.orders
        where state in ('waiting', 'received') and expires_at <= $1
        order by id for no key update skip locked)
     update agent_protocol.orders o set state = 'expired', state_since = $1
       from due where o.id = due.id`,
    [at],
  );
  return rowCount ?? 0;
}

/** Orders, with their reports and files, that came to an end before; answers how many. */
export async function removeOldOrders(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    `delete from agent_protocol.orders
      where issued_at < $1 and state_since < $1
        and state not in ('waiting', 'received', 'running', 'reboot-pending')`,
    [before],
  );
  return rowCount ?? 0;
}
