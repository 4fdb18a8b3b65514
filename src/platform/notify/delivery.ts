import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../db/queryable.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { Logger } from '../log.ts';
import { makesTickets } from './api.ts';
import {
  type ChannelRow,
  enabledChannels,
  readChannel,
  readSecrets,
  type Secrets,
} from './channel-store.ts';
import type { Reach } from './channels/channel.ts';
import { messageSender, ticketSystem } from './channels/send.ts';
import { DeliveryError, secretForms, shownProblem } from './delivery-error.ts';
import {
  channelsWithWork,
  claimChannel,
  dueDeliveries,
  findTicket,
  markDelivered,
  markFailed,
  recordFailure,
  releaseChannel,
  storeRoutes,
  storeTicket,
  takeUnrouted,
  type UnroutedNotice,
  type WaitingDelivery,
  withdrawDeliveries,
} from './delivery-store.ts';
import { dueTime } from './schedule.ts';
import { type Message, type MessageNotice, messageOf } from './wording.ts';

const lookEveryMs = 10_000;
/** Of one message, whatever the other side does. */
export const longestSendMs = 30_000;
const claimMs = 90_000;
const closeWithinMs = 5_000;
const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;
/** What was due for so long, and could still not be delivered, is given up. */
const giveUpAfterMs = 86_400_000;
const routedAtOnce = 500;
const inOneMessage = 200;
/** More than these at a time become one message, also where each is told at once. */
const singleAtMost = 5;
/** Then the channel is looked at again: its claim, its settings. */
const messagesOfRound = 50;

export interface DeliveryOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly live: LiveFeed;
  readonly clock: () => Date;
  readonly expandScopes: (db: Queryable, ids: readonly string[]) => Promise<readonly string[]>;
  /** Without a slash at its end: `https://yojin.example:8743`. */
  readonly consoleAddress: () => string;
  /** How long one message may take. Default: half a minute. */
  readonly sendWithinMs?: number;
}

export interface Deliveries {
  /** Looks for work now, from time to time, and when `wake` is called. */
  start(): void;
  /** Sends what is due, without waiting for it. */
  wake(): void;
  /** One look, and everything it set off is finished. */
  pass(): Promise<void>;
  /** What is under way gets some seconds; what is not sent by then is sent by the next server. */
  close(): Promise<void>;
}

/**
 * Brings notices to channels, at least once: a message counts as sent when the other side said so
 * and that is stored. Each channel goes its own way, on one server at a time; one that hangs or
 * fails holds up no other.
 */
export function createDeliveries(options: DeliveryOptions): Deliveries {
  const { db, log, live, clock, sendWithinMs = longestSendMs } = options;
  const claimant = randomUUID();
  const closing = new AbortController();
  const rounds = new Map<string, Promise<void>>();
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;

  async function look(): Promise<void> {
    await routeNotices(options);
    for (const channelId of await channelsWithWork(db, clock())) {
      if (rounds.has(channelId) || stopping) continue;
      const round = runRound(channelId)
        .catch((error: Error) =>
          log.warn({ err: error, channelId }, 'a channel could not be served; it is tried again'),
        )
        .finally(() => rounds.delete(channelId));
      rounds.set(channelId, round);
    }
  }

  function wake(): void {
    if (stopping) return;
    if (looking) {
      lookAgain = true;
      return;
    }
    looking = look()
      .catch((error: Error) =>
        log.warn({ reason: error.message }, 'notices could not be looked for; tried again soon'),
      )
      .finally(() => {
        looking = undefined;
        if (lookAgain) {
          lookAgain = false;
          wake();
        }
      });
  }

  async function runRound(channelId: string): Promise<void> {
    let more = true;
    for (let sent = 0; more && sent < messagesOfRound && !stopping; sent += 1) {
      const now = clock();
      const until = new Date(now.getTime() + claimMs);
      if (!(await claimChannel(db, channelId, claimant, now, until))) return;
      more = await sendNext(channelId, now);
    }
    await releaseChannel(db, channelId, claimant);
    // Nothing was left out, only put off.
    if (more) wake();
  }

  /** Sends one message of what is due. False: there is none, or the channel has to rest. */
  async function sendNext(channelId: string, now: Date): Promise<boolean> {
    const due = await dueDeliveries(db, channelId, now, inOneMessage);
    if (due.length === 0) return false;
    const channel = await readChannel(db, channelId);
    if (!channel) return false;
    const scopes = await scopesOf(db, channel, options);
    const foreign = due.filter((delivery) => !concerns(channel, scopes, delivery));
    if (foreign.length > 0) {
      await withdrawDeliveries(
        db,
        foreign.map(({ id }) => id),
        now,
      );
      live.publish({ topic: 'notices' });
      return true;
    }
    const batch = batchOf(channel, due);
    const secrets = await readSecrets(db, channelId);
    try {
      await deliver(channel, secrets, batch);
      return true;
    } catch (error) {
      // It may have arrived; who comes next sends it again rather than not at all.
      if (closing.signal.aborted) return false;
      return await failed(channel, secrets, batch, error);
    } finally {
      live.publish({ topic: 'notices' });
    }
  }

  async function deliver(
    channel: ChannelRow,
    secrets: Secrets,
    batch: readonly WaitingDelivery[],
  ): Promise<void> {
    const reach = {
      target: channel.target,
      secrets,
      allowPrivate: channel.allow_private,
      signal: AbortSignal.any([AbortSignal.timeout(sendWithinMs), closing.signal]),
      now: clock(),
    } satisfies Reach<ChannelRow['type']>;
    const notices = batch.map(noticeOf);
    const message = messageOf(messageId(channel, batch), notices, channel.language);
    const ids = batch.map(({ id }) => id);
    const sender = messageSender(channel.type);
    if (sender) {
      const { problem = null } = await sender(message, reach);
      await db.transaction((tx) => markDelivered(tx, channel.id, ids, problem, clock()));
      return;
    }
    const [notice] = notices;
    if (!notice) return;
    const ticket = await ticketFor(channel, notice, message, reach);
    await db.transaction(async (tx) => {
      if (ticket) await storeTicket(tx, channel.id, notice.key, ticket, clock());
      await markDelivered(tx, channel.id, ids, null, clock());
    });
  }

  /** Undefined: the ticket that is there was told, or left as it is. */
  async function ticketFor(
    channel: ChannelRow,
    notice: MessageNotice,
    message: Message,
    reach: Reach<ChannelRow['type']>,
  ) {
    const system = ticketSystem(channel.type);
    if (!system) throw new Error(`there is no channel of the type ${channel.type}`);
    const known = await findTicket(db, channel.id, notice.key);
    if (known) {
      const leave = 'again' in channel.target && channel.target.again === 'leave';
      if (leave || known.id === null) return undefined;
      if (await system.comment(known.id, message, reach)) return undefined;
    }
    return system.open(notice, message, reach);
  }

  async function failed(
    channel: ChannelRow,
    secrets: Secrets,
    batch: readonly WaitingDelivery[],
    error: unknown,
  ): Promise<boolean> {
    const now = clock();
    const problem = shownProblem(error, secretForms(channel.target, secrets));
    const known = error instanceof DeliveryError ? error : undefined;
    if (!known) log.error({ err: error, channelId: channel.id }, 'a notice could not be sent');
    const wholeChannel = known?.wholeChannel ?? true;
    const attempts = Math.max(...batch.map((delivery) => delivery.attempts));
    const tries = wholeChannel ? channel.failures_in_row : attempts;
    const pauseMs = Math.max(
      known?.retryAfterMs ?? 0,
      Math.min(firstPauseMs * 2 ** Math.min(tries, 10), longestPauseMs),
    );
    const giveUpDueBefore = new Date(now.getTime() - giveUpAfterMs);
    const nextAt = new Date(now.getTime() + pauseMs);
    await db.transaction(async (tx) => {
      await markFailed(
        tx,
        batch.map(({ id }) => id),
        problem,
        { now, nextAt, giveUpDueBefore },
      );
      if (wholeChannel) {
        await recordFailure(tx, channel.id, problem, { now, pausedUntil: nextAt, giveUpDueBefore });
      }
    });
    if (channel.failing_since === null && wholeChannel) {
      log.warn({ channel: channel.name, problem }, 'a notification channel fails');
    }
    return !wholeChannel;
  }

  function noticeOf(delivery: WaitingDelivery): MessageNotice {
    return {
      id: delivery.notice_id,
      key: delivery.key,
      kind: delivery.kind,
      severity: delivery.severity,
      text: { ja: delivery.text_ja, en: delivery.text_en },
      scopeId: delivery.scope_id,
      toldAt: delivery.told_at,
      url: `${options.consoleAddress()}${delivery.path}`,
    };
  }

  return {
    start() {
      timer ??= setInterval(wake, lookEveryMs);
      wake();
    },
    wake,
    async pass() {
      while (looking) await looking;
      await look();
      while (rounds.size > 0 || looking) await Promise.all([...rounds.values(), looking]);
    },
    async close() {
      stopping = true;
      clearInterval(timer);
      const late = setTimeout(() => closing.abort(), closeWithinMs);
      await looking;
      // Rounds end after what they are sending just now.
      await Promise.all(rounds.values());
      clearTimeout(late);
    },
  };
}

/** Decides for each new notice which channels tell of it, and when. */
async function routeNotices(options: DeliveryOptions): Promise<void> {
  const { db, clock, live } = options;
  for (;;) {
    const routed = await db.transaction(async (tx) => {
      const notices = await takeUnrouted(tx, routedAtOnce);
      if (notices.length === 0) return 0;
      const now = clock();
      const deliveries: { noticeId: number; channelId: string; dueAt: Date }[] = [];
      for (const channel of await enabledChannels(tx)) {
        const scopes = await scopesOf(tx, channel, options);
        for (const notice of notices) {
          if (!concerns(channel, scopes, notice)) continue;
          const dueAt = dueTime(channel.schedule, notice.severity, now);
          deliveries.push({ noticeId: notice.id, channelId: channel.id, dueAt });
        }
      }
      await storeRoutes(
        tx,
        notices.map(({ id }) => id),
        deliveries,
        now,
      );
      return notices.length;
    });
    if (routed > 0) live.publish({ topic: 'notices' });
    if (routed < routedAtOnce) return;
  }
}

async function scopesOf(
  db: Queryable,
  channel: Pick<ChannelRow, 'scope_ids'>,
  { expandScopes }: Pick<DeliveryOptions, 'expandScopes'>,
): Promise<ReadonlySet<string> | null> {
  if (channel.scope_ids === null) return null;
  return new Set(await expandScopes(db, channel.scope_ids));
}

const severityOrder = { information: 0, warning: 1, urgent: 2 } as const;

/** Whether a channel tells of a notice. `scopes`: its own with all below; null: all there are. */
export function concerns(
  channel: Pick<ChannelRow, 'enabled' | 'kinds' | 'least_severity'>,
  scopes: ReadonlySet<string> | null,
  notice: Pick<UnroutedNotice, 'kind' | 'severity' | 'scope_id'>,
): boolean {
  if (!channel.enabled) return false;
  if (channel.kinds !== null && !channel.kinds.includes(notice.kind)) return false;
  if (severityOrder[notice.severity] < severityOrder[channel.least_severity]) return false;
  return notice.scope_id === null || scopes === null || scopes.has(notice.scope_id);
}

/** What goes out together. What failed goes alone: it must not drag others along. */
function batchOf(channel: ChannelRow, due: readonly WaitingDelivery[]): readonly WaitingDelivery[] {
  const alone = due.slice(0, 1);
  if (makesTickets(channel.type) || (alone[0]?.attempts ?? 0) > 0) return alone;
  const fresh = due.filter(({ attempts }) => attempts === 0);
  const each = channel.schedule.mode === 'at-once' && fresh.length <= singleAtMost;
  return each ? alone : fresh;
}

function messageId(channel: ChannelRow, batch: readonly WaitingDelivery[]): string {
  const ids = batch.map(({ id }) => id);
  return `notice-${channel.id.slice(0, 8)}-${Math.min(...ids)}-${ids.length}`;
}
