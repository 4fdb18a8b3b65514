import type { Queryable } from '../db/queryable.ts';
import type { ScopeReach } from '../http/principal.ts';
import type { NoticeQuery, NoticeRow } from './api.ts';
import type { Notice } from './public.ts';

/** Whoever waits for new notices listens here; PostgreSQL tells at the commit. */
export const noticeChannel = 'yojin_notices';

/** Stores what was not told on this day (UTC) yet. */
export async function insertNotices(
  tx: Queryable,
  notices: readonly Notice[],
  at: Date,
): Promise<void> {
  // In one order everywhere: two transactions with the same keys wait, and never for each other.
  const rows = notices.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  await tx.query(
    `with told as (
       insert into platform.notices
         (kind, severity, text_ja, text_en, path, scope_id, key, day, told_at)
       select kind, severity, text_ja, text_en, path, scope_id, key,
              ($8::timestamptz at time zone 'UTC')::date, $8
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[],
                     $7::text[])
              as given(kind, severity, text_ja, text_en, path, scope_id, key)
       on conflict (key, day) do nothing
       returning id)
     select pg_notify($9, '') from (select from told limit 1) as any_of_them`,
    [
      rows.map(({ kind }) => kind),
      rows.map(({ severity }) => severity),
      rows.map(({ text }) => text.ja),
      rows.map(({ text }) => text.en),
      rows.map(({ path }) => path),
      rows.map(({ scopeId }) => scopeId),
      rows.map(({ key }) => key),
      at,
      noticeChannel,
    ],
  );
}

interface NoticeDbRow {
  id: number;
  kind: string;
  severity: NoticeRow['severity'];
  text_ja: string;
  text_en: string;
  path: string;
  scope_id: string | null;
  key: string;
  told_at: Date;
}

/** Notices of the reader's scopes and those for everybody. Deliveries: of channels one reaches. */
export async function listNotices(
  db: Queryable,
  query: NoticeQuery,
  who: { readonly scopes: ScopeReach; readonly administers: boolean },
  order: string,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<{ items: NoticeRow[]; total: number }> {
  const reach = who.scopes === 'all' ? null : who.scopes;
  const where = `
    ($1::uuid[] is null or n.scope_id is null or n.scope_id = any($1))
    and ($2::text is null or n.kind = $2)
    and ($3::text is null or n.severity = $3)
    and ($4::text is null or n.text_ja ilike $4 or n.text_en ilike $4 or n.key ilike $4)
    and ($5::uuid is null and $6::text is null or $7 and exists (
      select from platform.notice_deliveries d
        join platform.notification_channels c on c.id = d.channel_id
       where d.notice_id = n.id
         and ($5::uuid is null or d.channel_id = $5)
         and ($6::text is null or d.state = $6)
         and ($1::uuid[] is null or c.scope_ids <@ $1)))`;
  const values = [
    reach,
    query.kind ?? null,
    query.severity ?? null,
    query.q ? `%${query.q.replaceAll(/[\\%_]/g, '\\$&')}%` : null,
    query.channelId ?? null,
    query.delivery ?? null,
    who.administers,
  ];
  const { rows } = await db.query<NoticeDbRow>(
    `select n.id, n.kind, n.severity, n.text_ja, n.text_en, n.path, n.scope_id, n.key, n.told_at
       from platform.notices n where ${where} ${order} offset $8 limit $9`,
    [...values, offset, limit],
  );
  const { rows: counted } = await db.query<{ total: number }>(
    `select count(*)::int as total from platform.notices n where ${where}`,
    values,
  );
  const deliveries = who.administers
    ? await deliveriesOf(
        db,
        rows.map(({ id }) => id),
        reach,
      )
    : null;
  return {
    total: counted[0]?.total ?? 0,
    items: rows.map((row) => ({
      id: row.id,
      kind: row.kind,
      severity: row.severity,
      text: { ja: row.text_ja, en: row.text_en },
      path: row.path,
      scopeId: row.scope_id,
      key: row.key,
      toldAt: row.told_at.toISOString(),
      deliveries: deliveries === null ? null : (deliveries.get(row.id) ?? []),
    })),
  };
}

type Delivery = NonNullable<NoticeRow['deliveries']>[number];

async function deliveriesOf(
  db: Queryable,
  noticeIds: readonly number[],
  reach: readonly string[] | null,
): Promise<Map<number, Delivery[]>> {
  const { rows } = await db.query<{
    notice_id: number;
    channel_id: string;
    channel_name: string;
    state: Delivery['state'];
    due_at: Date;
    attempts: number;
    last_error: Delivery['lastError'];
    finished_at: Date | null;
    ticket_id: string | null;
    ticket_url: string | null;
  }>(
    `select d.notice_id, d.channel_id, c.name as channel_name, d.state, d.due_at, d.attempts,
            d.last_error, d.finished_at, t.ticket_id, t.url as ticket_url
       from platform.notice_deliveries d
       join platform.notices n on n.id = d.notice_id
       join platform.notification_channels c on c.id = d.channel_id
       left join platform.notice_tickets t
         on t.channel_id = d.channel_id and t.key = n.key and d.state = 'delivered'
      where d.notice_id = any($1) and ($2::uuid[] is null or c.scope_ids <@ $2)
      order by lower(c.name)`,
    [noticeIds, reach],
  );
  const byNotice = new Map<number, Delivery[]>();
  for (const row of rows) {
    const list = byNotice.get(row.notice_id) ?? [];
    byNotice.set(row.notice_id, list);
    list.push({
      channelId: row.channel_id,
      channelName: row.channel_name,
      state: row.state,
      dueAt: row.due_at.toISOString(),
      attempts: row.attempts,
      lastError: row.last_error,
      finishedAt: row.finished_at?.toISOString() ?? null,
      ticketId: row.ticket_id,
      ticketUrl: row.ticket_url,
    });
  }
  return byNotice;
}

/** What was told before this and waits for nothing. Answers how many notices went. */
export async function deleteNotices(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query(
    `delete from platform.notices n
      where n.told_at < $1 and n.routed_at is not null
        and not exists (select from platform.notice_deliveries d
                         where d.notice_id = n.id and d.state = 'waiting')`,
    [before],
  );
  return rowCount ?? 0;
}
