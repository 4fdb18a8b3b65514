import { X509Certificate } from 'node:crypto';
import { createBatcher } from '../../platform/db/batcher.ts';
import type { App, ModuleContext, ServerModule, StateRow } from '../../platform/module.ts';
import { type EndpointQuery, type Platform, recordContacts } from '../assets/public.ts';
import { actions as actionChannel } from './actions/actions-module.ts';
import type { CancelOrders, IssueOrders } from './actions/order.ts';
import type { OrderKey } from './actions/order-key.ts';
import type { OnOrderReport } from './actions/report-store.ts';
import { buildConfig, checkQueries, type OsqueryOptions } from './config.ts';
import { type Limits, limits as standardLimits } from './limits.ts';
import { type Node, NodeDirectory } from './nodes/directory.ts';
import { loadTogether } from './nodes/load-together.ts';
import {
  contactOfNode,
  countNodes,
  enrolNode,
  loadNodes,
  NODES_CHANNEL,
  recordUses,
  tellNodesChanged,
} from './nodes/store.ts';
import { Intake } from './osquery/intake.ts';
import { osqueryRoutes } from './osquery/routes.ts';
import {
  type AnswerItem,
  countParts,
  type HeldPart,
  loadParts,
  markRefused,
  platformOfEndpoint,
  type ReportItem,
  storeAnswers,
  storeReports,
  wantParts,
} from './parts/store.ts';
import { RefusalCounts } from './refusals.ts';
import { agentProtocolRoutes } from './routes.ts';
import { findSecret, hashOf, recordRejections } from './store.ts';
import { type NodeOfWork, Work, type WorkSource } from './work.ts';

export interface AgentProtocolOptions {
  /** What modules want to know of endpoints. */
  readonly queries: readonly EndpointQuery[];
  /**
   * How often parts are reported, whatever their query says, for tests and demonstrations; a tenth
   * as often those that cost an endpoint a second of work each time.
   */
  readonly reportSeconds?: number | undefined;
  /** `host:port` of the endpoints' TLS listener. */
  readonly tlsAddress: string;
  /** The CA certificate that endpoints pin, PEM. */
  readonly caCertificate: string;
  /** Others that have questions for endpoints. */
  readonly work?: readonly WorkSource[];
  /** Options of osquery that differ from ours, e.g. `{ distributed_interval: 1 }`. */
  readonly osqueryOptions?: OsqueryOptions;
  /** How long a read that finds nothing to do is held open, in milliseconds; 0: not at all. */
  readonly holdReadsMs?: number;
  /** What orders to agents are signed with (`openOrderKey`); absent: there is no action channel. */
  readonly orderKey?: OrderKey | undefined;
  /**
   * Hears of each report that changed an order, within the transaction that stores it; when it
   * throws, the report is not stored and the agent sends it again.
   */
  readonly onOrderReport?: OnOrderReport | undefined;
  /** Other limits than the standard ones, for measurements. */
  readonly limits?: Partial<Limits>;
}

export interface AgentProtocolModule extends ServerModule {
  /** Fetches every part of an endpoint again; how many there are, undefined: no such endpoint. */
  readonly wantAll: (endpointId: string) => Promise<number | undefined>;
  /** There is work for an endpoint: a read that is held open for it need not wait any longer. */
  readonly ring: (endpointId: string) => void;
  /** The same for all nodes that fit; how many reads it ended. */
  readonly ringWhere: (fits: (node: NodeOfWork) => boolean) => number;
  /** See there; without an `orderKey` every request is refused with `NO_AGENT`. */
  readonly issueOrders: IssueOrders;
  readonly cancelOrders: CancelOrders;
  /** What the job of orders does each minute, now; for tests. */
  readonly sweepOrders: () => Promise<void>;
  /** Writes down what is only counted so far: contacts and refusals. */
  readonly flush: () => Promise<void>;
}

/** A contact is stored once in so long per endpoint; "online" means two minutes. */
const CONTACT_MS = 30_000;
/** The use of a key is stored once in so long, a third of what counts as live. */
const USE_MS = 5 * 60_000;
const FLUSH_MS = 1_000;
/** Queries that cost the endpoint much have an interval of half an hour or more. */
const COSTLY_SECONDS = 1_800;
/** osqueryd gives up a read after 16 s. */
const HOLD_READS_MS = 14_000;

/**
 * osquery's TLS remote API: hosts enrol, get their schedule, report digests and answer what is
 * asked of them. Throws at once when a query could not be carried.
 */
export function agentProtocolModule(
  context: ModuleContext,
  options: AgentProtocolOptions,
): AgentProtocolModule {
  const { db, log, audit, live, clock } = context;
  const { osqueryOptions = {}, reportSeconds } = options;
  const queries = options.queries.map((query) => {
    if (reportSeconds === undefined) return query;
    const costly = query.intervalSeconds >= COSTLY_SECONDS;
    return { ...query, intervalSeconds: costly ? 10 * reportSeconds : reportSeconds };
  });
  const limits = { ...standardLimits, ...options.limits };
  checkQueries(queries);
  const configs = new Map(
    (['linux', 'darwin', 'windows'] satisfies Platform[]).map((platform) => [
      platform,
      {
        short: buildConfig(queries, platform, { withFull: false, options: osqueryOptions }),
        full: buildConfig(queries, platform, { withFull: true, options: osqueryOptions }),
      },
    ]),
  );
  const guide = {
    tlsAddress: options.tlsAddress,
    caCertificate: options.caCertificate,
    caFingerprint: new X509Certificate(options.caCertificate).fingerprint256,
  };

  // Told apart from other servers in notices: what we changed ourselves we know already.
  const origin = crypto.randomUUID();
  const directory = new NodeDirectory((keyHashes) => loadNodes(db, keyHashes));
  const refusals = new RefusalCounts();
  const work = new Work(options.work ?? []);
  const reports = createBatcher<ReportItem>((items) => storeReports(db, items));
  const answers = createBatcher<AnswerItem>((items) => storeAnswers(db, items));
  const partsOf = loadTogether(async (endpointIds) => {
    const parts = await loadParts(db, endpointIds);
    return new Map<string, readonly HeldPart[]>(Map.groupBy(parts, ({ endpointId }) => endpointId));
  });

  const tellChanged = async (endpointIds: readonly string[]) => {
    directory.invalidate(endpointIds);
    await tellNodesChanged(db, origin, endpointIds);
  };
  const intake = new Intake({
    queries,
    directory,
    refusals,
    work,
    limits,
    reports,
    answers,
    loadParts: partsOf,
    judge: async (node, at) => {
      const judged = await contactOfNode(db, audit, node, at);
      if (judged.changed.length > 0) await tellChanged(judged.changed);
      if (judged.split) {
        log.warn({ endpoints: judged.split }, 'two live hosts share one identity: told apart');
        live.publish({ topic: 'endpoints', ids: judged.split });
      }
      return judged;
    },
    markRefused: (item, retryAt) => markRefused(db, item, retryAt),
  });

  let contacts = new Map<string, Date>();
  let uses = new Map<string, { nodeId: string; at: Date; readsDistributed: boolean }>();
  function contact(node: Node, at: Date, read: boolean): void {
    const nowMs = at.getTime();
    const learned = read && !node.readsDistributed;
    if (learned) node.readsDistributed = true;
    if (node.standing === 'current' && nowMs - node.contactStoredAtMs >= CONTACT_MS) {
      node.contactStoredAtMs = nowMs;
      contacts.set(node.endpointId, at);
    }
    if (learned || nowMs - node.useStoredAtMs >= USE_MS) {
      node.useStoredAtMs = nowMs;
      uses.set(node.id, { nodeId: node.id, at, readsDistributed: node.readsDistributed });
    }
  }

  let flushing: Promise<void> | undefined;
  async function flushOnce(): Promise<void> {
    const heard = contacts;
    const used = uses;
    const refused = refusals.take();
    contacts = new Map();
    uses = new Map();
    try {
      await recordContacts(
        db,
        [...heard].map(([endpointId, at]) => ({ endpointId, at })),
      );
      await recordUses(db, [...used.values()]);
      await actions?.flush();
      await recordRejections(db, refused);
      if (refused.length > 0) live.publish({ topic: 'agents' });
    } catch (error) {
      // Kept for the next time; what came in meanwhile is newer.
      contacts = new Map([...heard, ...contacts]);
      uses = new Map([...used, ...uses]);
      for (const counted of refused) refusals.add(counted, counted.lastAt, counted);
      throw error;
    }
  }
  async function flush(): Promise<void> {
    await flushing?.catch(() => undefined);
    flushing ??= flushOnce().finally(() => {
      flushing = undefined;
    });
    await flushing;
  }
  const timer = setInterval(() => {
    if (!flushing) flush().catch((error) => logUnexpected(error, 'flush'));
  }, FLUSH_MS);
  timer.unref();

  let loggedAtMs = 0;
  let unlogged = 0;
  /** At most once a second: without a database every request of every endpoint fails. */
  function logUnexpected(error: unknown, route: string): void {
    const nowMs = clock().getTime();
    if (nowMs - loggedAtMs < 1000) {
      unlogged += 1;
      return;
    }
    log.error({ err: error, route, notLogged: unlogged }, 'request of an endpoint failed');
    loggedAtMs = nowMs;
    unlogged = 0;
  }

  const unlisten = db.listen(
    NODES_CHANNEL,
    (payload) => {
      const [from, ids = ''] = payload.split(':', 2);
      if (from !== origin) directory.invalidate(ids.split(',').filter((id) => id !== ''));
    },
    () => directory.clear(),
  );
  // Whoever waits for it learns of the failure; until then nothing may be unhandled.
  unlisten.catch(() => undefined);

  const actions =
    options.orderKey &&
    actionChannel(context, {
      key: options.orderKey,
      limits,
      refusals,
      logUnexpected,
      nodesChanged: tellChanged,
      holdMs: options.holdReadsMs ?? HOLD_READS_MS,
      onOrderReport: options.onOrderReport,
    });

  async function wantAll(endpointId: string): Promise<number | undefined> {
    const platform = await platformOfEndpoint(db, endpointId);
    if (platform === undefined) return undefined;
    await wantParts(db, [endpointId], clock(), { again: true });
    await tellChanged([endpointId]);
    work.ring(endpointId);
    return queries.filter(({ sql }) => sql[platform] !== undefined).length;
  }

  return {
    name: 'agent-protocol',
    wantAll,
    ring: (endpointId) => work.ring(endpointId),
    ringWhere: (fits) => work.ringWhere(fits),
    issueOrders: async (tx, requests) =>
      actions
        ? actions.issueOrders(tx, requests)
        : requests.map(({ endpointId }) => ({ endpointId, orderId: null, refusal: 'NO_AGENT' })),
    cancelOrders: async (tx, orderIds, by) =>
      (await actions?.cancelOrders(tx, orderIds, by)) ?? { cancelled: [], asked: [] },
    sweepOrders: async () => actions?.sweep(),
    jobs: actions?.jobs ?? [],
    flush,
    routes: (app) => {
      agentProtocolRoutes(app, { db, audit, live, clock, guide, wantAll });
      actions?.routes(app);
    },
    endpointRoutes: async (app) => {
      // From here on nodes are kept in memory, so changes by other servers must be heard.
      await unlisten;
      // Each with its own way to read bodies and to answer errors.
      if (actions) await app.register(async (scope) => actions.endpointRoutes(scope as App));
      osqueryRoutes(app, {
        clock,
        limits,
        directory,
        intake,
        refusals,
        logUnexpected,
        findSecret: (secret) => findSecret(db, hashOf(secret)),
        enrol: async (newcomer, secret, keyHash, address, at) => {
          const { endpointId, outcome, changed } = await enrolNode(db, {
            newcomer,
            keyHash,
            secretId: secret.id,
            scopeId: secret.scopeId,
            agentId: secret.agentId,
            address,
            at,
          });
          if (changed.length > 0) await tellChanged(changed);
          log.info(
            { endpointId, outcome, hostname: newcomer.identity.hostname },
            'endpoint enrolled',
          );
        },
        configOf: ({ platform, readsDistributed }) => {
          const { short, full } = configs.get(platform)!;
          return readsDistributed ? short : full;
        },
        hold: {
          maxMs: options.holdReadsMs ?? HOLD_READS_MS,
          bell: (node, timeoutMs, signal) => work.bell(node, timeoutMs, signal),
        },
        contact,
      });
    },
    state: async () => {
      const [nodes, parts] = await Promise.all([countNodes(db), countParts(db)]);
      const row = (key: string, value: number, state: StateRow['state'] = 'ok'): StateRow => ({
        key: `agents.${key}`,
        value,
        unit: 'count',
        state,
      });
      const { counts } = intake;
      return [
        row('nodes', nodes.current),
        row('contested', nodes.challengers, nodes.challengers > 0 ? 'warning' : 'ok'),
        row('without_distributed', nodes.withoutDistributed),
        row('parts_held', parts.held),
        row('parts_wanted', parts.wanted),
        row('parts_odd_digest', parts.odd, parts.odd > 0 ? 'warning' : 'ok'),
        row('held_reads', work.waitingEndpoints),
        row('waiting', reports.depth + answers.depth),
        row('reports', counts.reports),
        row('confirmed', counts.confirmed),
        row('stored', counts.stored),
        row('refused', counts.refused, counts.refused > 0 ? 'warning' : 'ok'),
        row('status_lines', counts.statusLines),
        ...((await actions?.state()) ?? []),
      ];
    },
    close: async () => {
      clearInterval(timer);
      await Promise.all([reports.drain(), answers.drain()]);
      await flush().catch((error) => logUnexpected(error, 'flush'));
      await actions?.close();
      const stop = await unlisten.catch(() => undefined);
      stop?.();
    },
  };
}
