import { createBatcher } from '../../../platform/db/batcher.ts';
import { answerOf } from '../../../platform/http/error-answers.ts';
import type { App, Job, ModuleContext, StateRow } from '../../../platform/module.ts';
import { GRACE_SECONDS } from '../identity.ts';
import { type Limits, TokenBuckets } from '../limits.ts';
import { loadTogether } from '../nodes/load-together.ts';
import type { RefusalCounts } from '../refusals.ts';
import { findSecret, hashOf } from '../store.ts';
import type { OrderReport } from './action.ts';
import { cleanSelf } from './agent-messages.ts';
import { agentRoutes } from './agent-routes.ts';
import {
  type CallingAgent,
  countAgents,
  enrolAgent,
  loadAgents,
  recordInstance,
  recordSeen,
  recordSelf,
  recordShared,
  removeOldAgents,
} from './agent-store.ts';
import type { AgentPoll } from './channel.ts';
import { channelRoutes } from './channel-routes.ts';
import { endShared, endSuperseded, settleAgents } from './link-store.ts';
import type { CancelOrders, IssueOrders } from './order.ts';
import type { OrderKey } from './order-key.ts';
import {
  type AskingAgent,
  cancelOrders,
  expireOrders,
  issueOrders,
  type Offer,
  ORDERS_CHANNEL,
  offersFor,
  removeOldOrders,
} from './order-store.ts';
import { PollBell } from './poll-bell.ts';
import { type OnOrderReport, type ReportOutcome, storeReports } from './report-store.ts';
import { beginUpload, receiveUpload, removeOldUploads } from './upload-store.ts';

export interface ActionsOptions {
  /** What orders are signed with; see `openOrderKey`. */
  readonly key: OrderKey;
  readonly limits: Limits;
  readonly refusals: RefusalCounts;
  readonly logUnexpected: (error: unknown, route: string) => void;
  readonly nodesChanged: (endpointIds: readonly string[]) => Promise<void>;
  readonly holdMs: number;
  readonly onOrderReport?: OnOrderReport | undefined;
}

export interface Actions {
  readonly issueOrders: IssueOrders;
  readonly cancelOrders: CancelOrders;
  readonly routes: (app: App) => void;
  readonly endpointRoutes: (app: App) => Promise<void>;
  readonly jobs: readonly Job[];
  readonly state: () => Promise<readonly StateRow[]>;
  /** Writes down what is only counted so far. */
  readonly flush: () => Promise<void>;
  /** What the job does each minute. */
  readonly sweep: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const DAY_MS = 86_400_000;
/** Heard is stored once in so long per agent. */
const SEEN_MS = 30_000;
const KEEP_UPLOADS_DAYS = 90;
const KEEP_ORDERS_DAYS = 400;
const KEEP_AGENTS_DAYS = 30;

interface Item {
  readonly agentId: string;
  readonly report: OrderReport;
  readonly at: Date;
  outcome?: ReportOutcome;
}

/** Orders to our own agents: issued, handed out, reported. */
export function actions(context: ModuleContext, options: ActionsOptions): Actions {
  const { db, log, audit, live, clock } = context;
  const { key, refusals } = options;
  const bell = new PollBell();
  // One statement for all agents that poll in one turn, and nothing kept that could be stale.
  const findAgent = loadTogether((keyHashes) => loadAgents(db, keyHashes));
  const foreignRecords = new TokenBuckets({ capacity: 5, perSecond: 1 / 600 });
  const counts = { handed: 0, reports: 0, refused: 0 };

  const asking = createBatcher<{ readonly agent: AskingAgent; offer?: Offer }>(async (items) => {
    const agents = items.map(({ agent }) => agent);
    const offers = await offersFor(db, agents, clock());
    for (const item of items) item.offer = offers.get(item.agent.id) ?? { orders: [], cancel: [] };
  });

  const storing = createBatcher<Item>(async (items) => {
    try {
      // What the module above does in the same transaction may meet what it does elsewhere.
      await storeAll(items).catch((error) => {
        if (!isDeadlock(error)) throw error;
        return storeAll(items);
      });
    } catch (error) {
      if (items.length === 1 || isAway(error)) throw error;
      // One of them stops the others: each by itself.
      for (const item of items) {
        try {
          await storeAll([item]);
        } catch (alone) {
          if (isAway(alone)) throw alone;
          options.logUnexpected(alone, 'report of an order');
        }
      }
    }
  });
  async function storeAll(items: readonly Item[]): Promise<void> {
    const outcomes = await storeReports(db, audit, items, options.onOrderReport);
    for (const [place, item] of items.entries()) item.outcome = outcomes[place]!;
  }

  let seen = new Map<string, { agentId: string; at: Date; address: string }>();
  const seenAtMs = new Map<string, number>();
  function noteSeen(agent: CallingAgent, address: string, at: Date): void {
    const storedMs = Math.max(seenAtMs.get(agent.id) ?? 0, agent.lastSeenAt.getTime());
    if (at.getTime() - storedMs < SEEN_MS) return;
    seenAtMs.set(agent.id, at.getTime());
    seen.set(agent.id, { agentId: agent.id, at, address });
  }
  async function flush(): Promise<void> {
    const taken = seen;
    seen = new Map();
    seenAtMs.clear();
    try {
      await recordSeen(db, [...taken.values()]);
    } catch (error) {
      seen = new Map([...taken, ...seen]);
      throw error;
    }
  }

  /** Undefined: two processes of it take turns, so the machine was cloned with its agent. */
  async function heard(
    agent: CallingAgent,
    poll: AgentPoll | undefined,
    address: string,
    at: Date,
  ): Promise<CallingAgent | undefined> {
    noteSeen(agent, address, at);
    const { supersededAt, supersededBy } = agent;
    if (supersededAt !== null && supersededBy !== null) {
      const late = at.getTime() - supersededAt.getTime() > GRACE_SECONDS * 1000;
      if (late && (await recordShared(db, supersededBy, at))) {
        log.warn({ agents: [agent.id, supersededBy] }, 'two live agents share one endpoint');
        live.publish({ topic: 'agents' });
      }
    }
    if (poll?.self) {
      const { self, timeZone } = cleanSelf(poll.self);
      await recordSelf(db, agent.id, self, timeZone);
    }
    const { instance } = poll ?? {};
    if (instance === undefined || instance === agent.instance) return agent;
    if (instance === agent.earlierInstance) {
      const changed = await db.transaction((tx) => endShared(tx, audit, agent.id, at));
      await options.nodesChanged(changed);
      log.warn({ agent: agent.id, endpoints: changed }, 'one agent runs on two machines');
      live.publish({ topic: 'agents' });
      return undefined;
    }
    await recordInstance(db, agent, instance);
    return agent;
  }

  async function recordForeign(
    agent: CallingAgent,
    orderIds: readonly string[],
    address: string,
  ): Promise<void> {
    // The audit log is serial, and the counts of refusals have all of them.
    if (!foreignRecords.take(agent.id, clock().getTime())) return;
    await db.transaction((tx) =>
      audit.record(tx, {
        actor: { kind: 'endpoint', id: agent.endpointId, name: `agent ${agent.id}`, address },
        action: 'orders.foreign_report',
        target: { kind: 'agent', id: agent.id },
        details: { orderIds: orderIds.slice(0, 20), count: orderIds.length },
      }),
    );
  }

  async function sweep(): Promise<void> {
    const at = clock();
    const ago = (days: number) => new Date(at.getTime() - days * DAY_MS);
    const expired = await expireOrders(db, at);
    if (expired > 0) log.info({ expired }, 'orders were not begun in time');
    const changed = await settleAgents(db, audit, at);
    if (changed.length > 0) {
      await options.nodesChanged(changed);
      live.publish({ topic: 'agents' });
    }
    await endSuperseded(db, ago(KEEP_AGENTS_DAYS), at);
    await removeOldUploads(db, ago(KEEP_UPLOADS_DAYS), ago(1));
    await removeOldOrders(db, ago(KEEP_ORDERS_DAYS));
    await removeOldAgents(db, ago(KEEP_AGENTS_DAYS));
  }

  const unlisten = db.listen(
    ORDERS_CHANNEL,
    (payload) => {
      for (const agentId of payload.split(',')) bell.ring(agentId);
    },
    () => bell.ringAll(),
  );
  // Whoever waits for it learns of the failure; until then nothing may be unhandled.
  unlisten.catch(() => undefined);

  return {
    issueOrders: (tx, requests) => issueOrders(tx, { key, audit, at: clock() }, requests),
    cancelOrders: (tx, orderIds, by) => cancelOrders(tx, { audit, at: clock() }, orderIds, by),
    flush,
    sweep,
    jobs: [{ name: 'agent-protocol/sweep-orders', cron: '* * * * *', run: () => sweep() }],
    routes: (app) =>
      agentRoutes(app, { db, audit, live, clock, nodesChanged: options.nodesChanged }),
    endpointRoutes: async (app) => {
      // Before anybody waits for a notice.
      await unlisten;
      channelRoutes(app, {
        clock,
        limits: options.limits,
        refusals,
        logUnexpected: options.logUnexpected,
        findSecret: (secret) => findSecret(db, hashOf(secret)),
        enrol: async ({ self: given, publicKey = null }, secret, address, at) => {
          const { self, timeZone } = cleanSelf(given);
          const enrolled = await enrolAgent(db, {
            self,
            timeZone,
            publicKey,
            secretId: secret.id,
            scopeId: secret.scopeId,
            keyId: key.keyId,
            address,
            at,
          });
          log.info({ agent: enrolled.agentId, platform: self.platform }, 'agent enrolled');
          live.publish({ topic: 'agents' });
          return { ...enrolled, verifyKey: key.publicKey, keyId: key.keyId };
        },
        // An agent that was enrolled under another key would refuse every order.
        findAgent: async (keyHash) => {
          const agent = await findAgent(keyHash);
          return agent && agent.keyId !== key.keyId && agent.endedAt === null ? undefined : agent;
        },
        heard,
        offer: async ({ id, endpointId, settled }, running) => {
          const item: { agent: AskingAgent; offer?: Offer } = {
            agent: { id, endpointId, settled, running },
          };
          await asking.add(item);
          const { orders, cancel } = item.offer!;
          counts.handed += orders.length;
          return { orders: [...orders], cancel: [...cancel] };
        },
        bell,
        holdMs: options.holdMs,
        store: async ({ id: agentId }, reports, at) => {
          const items = reports.map((report): Item => ({ agentId, report, at }));
          await Promise.all(items.map((item) => storing.add(item)));
          counts.reports += items.length;
          if (items.length > 0) live.publish({ topic: 'orders' });
          return items.map(({ outcome }) => outcome);
        },
        foreign: (agent, orderIds, address) => {
          counts.refused += orderIds.length;
          recordForeign(agent, orderIds, address).catch((error) =>
            options.logUnexpected(error, 'report of an order'),
          );
        },
        beginUpload: (head) => beginUpload(db, head),
        receiveUpload: (head, begun, source) => receiveUpload(db, head, begun, source, clock),
      });
    },
    state: async () => {
      const { linked, unlinked, shared, openOrders } = await countAgents(db, clock());
      const row = (name: string, value: number, state: StateRow['state'] = 'ok'): StateRow => ({
        key: `agents.${name}`,
        value,
        unit: 'count',
        state,
      });
      return [
        row('own', linked),
        row('own_unlinked', unlinked),
        row('own_shared', shared, shared > 0 ? 'warning' : 'ok'),
        row('orders_open', openOrders),
        row('held_polls', bell.waiting),
        row('orders_handed', counts.handed),
        row('order_reports', counts.reports),
        row('foreign_reports', counts.refused, counts.refused > 0 ? 'warning' : 'ok'),
      ];
    },
    close: async () => {
      await Promise.all([asking.drain(), storing.drain()]);
      const stop = await unlisten.catch(() => undefined);
      stop?.();
    },
  };
}

const isDeadlock = (error: unknown): boolean => {
  const { code } = error as { readonly code?: unknown };
  return code === '40P01' || code === '40001';
};

/** The database is to blame, not what it was given. */
const isAway = (error: unknown): boolean => answerOf(error).problem.status === 503;
