import type { Queryable } from '../db/queryable.ts';
import type { DeliveryProblem, NoticeSeverity } from './api.ts';
import type { Ticket } from './channels/channel.ts';

export interface UnroutedNotice {
  id: number;
  kind: string;
  severity: NoticeSeverity;
  scope_id: string | null;
}

/** Notices nobody has decided on yet, for this transaction alone. */
export async function takeUnrouted(
  tx: Queryable,
  limit: number,
): Promise<readonly UnroutedNotice[]> {
  const { rows } = await tx.query<UnroutedNotice>(
    `select id, kind, severity, scope_id from platform.notices
      where routed_at is null order by id limit $1 for update skip locked`,
    [limit],
  );
  return rows;
}

export async function storeRoutes(
  tx: Queryable,
  noticeIds: readonly number[],
  deliveries: readonly { noticeId: number; channelId: string; dueAt: Date }[],
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into platform.notice_deliveries (notice_id, channel_id, state, due_at, next_at)
     select notice_id, channel_id, 'waiting', due_at, due_at
       from unnest($1::bigint[], $2::uuid[], $3::timestamptz[])
            as given(notice_id, channel_id, due_at)
      -- A channel that was deleted meanwhile hears nothing.
      where exists (select from platform.notification_channels c where c.id = given.channel_id)
      order by notice_id
     on conflict (notice_id, channel_id) do nothing`,
    [
      deliveries.map(({ noticeId }) => noticeId),
      deliveries.map(({ channelId }) => channelId),
      deliveries.map(({ dueAt }) => dueAt),
    ],
  );
  await tx.query(`update platform.notices set routed_at = $2 where id = any($1)`, [noticeIds, now]);
}

/** Channels that have something to send now. */
export async function channelsWithWork(db: Queryable, now: Date): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select c.id from platform.notification_channels c
      where c.enabled and (c.paused_until is null or c.paused_until <= $1)
        and (c.claimed_until is null or c.claimed_until <= $1)
        and exists (select from platform.notice_deliveries d
                     where d.channel_id = c.id and d.state = 'waiting' and d.next_at <= $1)`,
    [now],
  );
  return rows.map(({ id }) => id);
}

/** One server at a time; whoever dies loses its claim when the time is over. */
export async function claimChannel(
  db: Queryable,
  channelId: string,
  claimant: string,
  now: Date,
  until: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update platform.notification_channels set claimed_by = $2, claimed_until = $4
      where id = $1 and enabled and (paused_until is null or paused_until <= $3)
        and (claimed_by = $2 or claimed_until is null or claimed_until <= $3)`,
    [channelId, claimant, now, until],
  );
  return rowCount === 1;
}

export async function releaseChannel(
  db: Queryable,
  channelId: string,
  claimant: string,
): Promise<void> {
  await db.query(
    `update platform.notification_channels set claimed_by = null, claimed_until = null
      where id = $1 and claimed_by = $2`,
    [channelId, claimant],
  );
}

export interface WaitingDelivery {
  id: number;
  notice_id: number;
  due_at: Date;
  attempts: number;
  kind: string;
  severity: NoticeSeverity;
  text_ja: string;
  text_en: string;
  path: string;
  scope_id: string | null;
  key: string;
  told_at: Date;
}

/** What is due for a channel; those that were never tried come before those that failed. */
export async function dueDeliveries(
  db: Queryable,
  channelId: string,
  now: Date,
  limit: number,
): Promise<readonly WaitingDelivery[]> {
  const { rows } = await db.query<WaitingDelivery>(
    `select d.id, d.notice_id, d.due_at, d.attempts, n.kind, n.severity, n.text_ja, n.text_en,
            n.path, n.scope_id, n.key, n.told_at
       from platform.notice_deliveries d join platform.notices n on n.id = d.notice_id
      where d.channel_id = $1 and d.state = 'waiting' and d.next_at <= $2
      order by d.next_at, d.id limit $3`,
    [channelId, now, limit],
  );
  return rows;
}

export async function markDelivered(
  tx: Queryable,
  channelId: string,
  ids: readonly number[],
  problem: DeliveryProblem | null,
  now: Date,
): Promise<void> {
  await tx.query(
    `update platform.notice_deliveries
        set state = 'delivered', attempts = attempts + 1, finished_at = $2, last_error = $3
      where id = any($1) and state = 'waiting'`,
    [ids, now, problem === null ? null : JSON.stringify(problem)],
  );
  await recordSuccess(tx, channelId, problem, now);
}

export async function recordSuccess(
  tx: Queryable,
  channelId: string,
  problem: DeliveryProblem | null,
  now: Date,
): Promise<void> {
  await tx.query(
    `update platform.notification_channels
        set last_success_at = $2, failing_since = null, failures_in_row = 0, paused_until = null,
            last_error = $3
      where id = $1`,
    [channelId, now, problem === null ? null : JSON.stringify(problem)],
  );
}

export async function withdrawDeliveries(
  tx: Queryable,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  await tx.query(
    `update platform.notice_deliveries set state = 'withdrawn', finished_at = $2
      where id = any($1) and state = 'waiting'`,
    [ids, now],
  );
}

/** Nothing that waits for a channel goes out any more. */
export async function withdrawAll(tx: Queryable, channelId: string, now: Date): Promise<void> {
  await tx.query(
    `update platform.notice_deliveries set state = 'withdrawn', finished_at = $2
      where channel_id = $1 and state = 'waiting'`,
    [channelId, now],
  );
}

/** These were tried and are tried again at `nextAt`, or given up when they were due before. */
export async function markFailed(
  tx: Queryable,
  ids: readonly number[],
  problem: DeliveryProblem,
  { now, nextAt, giveUpDueBefore }: { now: Date; nextAt: Date; giveUpDueBefore: Date },
): Promise<void> {
  await tx.query(
    `update platform.notice_deliveries
        set attempts = attempts + 1, last_error = $2, next_at = $4,
            state = case when due_at <= $5 then 'given-up' else state end,
            finished_at = case when due_at <= $5 then $3::timestamptz end
      where id = any($1) and state = 'waiting'`,
    [ids, JSON.stringify(problem), now, nextAt, giveUpDueBefore],
  );
}

/** The channel rests until `pausedUntil`; what has waited for it too long is given up. */
export async function recordFailure(
  tx: Queryable,
  channelId: string,
  problem: DeliveryProblem,
  times: { now: Date; pausedUntil: Date; giveUpDueBefore: Date },
): Promise<void> {
  const { now, pausedUntil, giveUpDueBefore } = times;
  await tx.query(
    `update platform.notification_channels
        set failing_since = coalesce(failing_since, $2), last_failure_at = $2, last_error = $3,
            failures_in_row = failures_in_row + 1, paused_until = $4
      where id = $1`,
    [channelId, now, JSON.stringify(problem), pausedUntil],
  );
  await tx.query(
    `update platform.notice_deliveries
        set state = 'given-up', finished_at = $2, last_error = $3
      where channel_id = $1 and state = 'waiting' and due_at <= $4`,
    [channelId, now, JSON.stringify(problem), giveUpDueBefore],
  );
}

/** Given-up deliveries of a channel wait again, as if they were due now. Answers how many. */
export async function retryGivenUp(tx: Queryable, channelId: string, now: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `update platform.notice_deliveries
        set state = 'waiting', due_at = $2, next_at = $2, attempts = 0, finished_at = null
      where channel_id = $1 and state = 'given-up'`,
    [channelId, now],
  );
  await tx.query(`update platform.notification_channels set paused_until = null where id = $1`, [
    channelId,
  ]);
  return rowCount ?? 0;
}

/** After a change of its schedule: what waits is due as if it were told now. */
export async function dueAgain(
  tx: Queryable,
  channelId: string,
  dueOf: (severity: NoticeSeverity) => Date,
): Promise<void> {
  await tx.query(
    `update platform.notice_deliveries d
        set due_at = times.due_at, next_at = times.due_at
       from platform.notices n,
            unnest($2::text[], $3::timestamptz[]) as times(severity, due_at)
      where n.id = d.notice_id and times.severity = n.severity
        and d.channel_id = $1 and d.state = 'waiting'`,
    [
      channelId,
      ['information', 'warning', 'urgent'],
      [dueOf('information'), dueOf('warning'), dueOf('urgent')],
    ],
  );
}

export async function findTicket(
  db: Queryable,
  channelId: string,
  key: string,
): Promise<Ticket | undefined> {
  const { rows } = await db.query<{ ticket_id: string | null; url: string | null }>(
    `select ticket_id, url from platform.notice_tickets where channel_id = $1 and key = $2`,
    [channelId, key],
  );
  return rows[0] && { id: rows[0].ticket_id, url: rows[0].url };
}

export async function storeTicket(
  tx: Queryable,
  channelId: string,
  key: string,
  ticket: Ticket,
  now: Date,
): Promise<void> {
  await tx.query(
    `insert into platform.notice_tickets (channel_id, key, ticket_id, url, made_at)
     values ($1, $2, $3, $4, $5)
     on conflict (channel_id, key) do update
       set ticket_id = excluded.ticket_id, url = excluded.url, made_at = excluded.made_at`,
    [channelId, key, ticket.id, ticket.url, now],
  );
}

/** When the channel's target leads to another system, its tickets stand for nothing. */
export async function forgetTickets(tx: Queryable, channelId: string): Promise<void> {
  await tx.query(`delete from platform.notice_tickets where channel_id = $1`, [channelId]);
}
