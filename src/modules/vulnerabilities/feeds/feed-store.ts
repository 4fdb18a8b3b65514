import type { Queryable } from '../../../platform/db/queryable.ts';
import type { Rejection } from './rejections.ts';

export interface FeedRow {
  readonly name: string;
  readonly url: string | null;
  readonly attemptedAt: Date | null;
  readonly succeededAt: Date | null;
  readonly dataAsOf: Date | null;
  readonly currentAsOf: Date | null;
  readonly outcome: 'imported' | 'unchanged' | 'failed' | null;
  readonly error: string | null;
  readonly recordCount: number | null;
  readonly rejectedCount: number;
  readonly rejections: readonly Rejection[];
  readonly etag: string | null;
  readonly lastModified: string | null;
  readonly sha256: string | null;
  readonly generation: number;
  readonly origin: 'network' | 'bundle' | null;
  /** `2026-03`, ascending; null: it does not come by the month, or nobody looked. */
  readonly months: readonly string[] | null;
}

const columns = `name, url, attempted_at as "attemptedAt", succeeded_at as "succeededAt",
  data_as_of as "dataAsOf", current_as_of as "currentAsOf", outcome, error,
  record_count as "recordCount", rejected_count as "rejectedCount", rejections, etag,
  last_modified as "lastModified", sha256, generation, origin, months`;

/** All feeds that were ever tried, by name. */
export async function loadFeeds(db: Queryable): Promise<readonly FeedRow[]> {
  const { rows } = await db.query<FeedRow>(
    `select ${columns} from vulnerabilities.feeds order by name`,
  );
  return rows;
}

export async function loadFeed(db: Queryable, name: string): Promise<FeedRow | undefined> {
  const { rows } = await db.query<FeedRow>(
    `select ${columns} from vulnerabilities.feeds where name = $1`,
    [name],
  );
  return rows[0];
}

export interface FeedSource {
  readonly origin: 'network' | 'bundle';
  readonly url: string | null;
  readonly etag: string | null;
  readonly lastModified: string | null;
  /** The data is known to have been current then; null: only its own dates tell. */
  readonly currentAsOf: Date | null;
}

/** An attempt that brought data: what it brought. Within the transaction of the import. */
export async function recordImported(
  tx: Queryable,
  name: string,
  at: Date,
  source: FeedSource,
  content: {
    readonly sha256: string;
    readonly recordCount: number;
    readonly rejectedCount: number;
    readonly rejections: readonly Rejection[];
    readonly dataAsOf: Date | null;
    readonly changed: boolean;
    readonly months?: readonly string[] | undefined;
  },
): Promise<void> {
  await tx.query(
    `insert into vulnerabilities.feeds as f
       (name, url, attempted_at, succeeded_at, data_as_of, current_as_of, outcome, record_count,
        rejected_count, rejections, etag, last_modified, sha256, generation, origin, months)
     values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, $13, $14)
     on conflict (name) do update
        set url = excluded.url, attempted_at = $3, succeeded_at = $3,
            data_as_of = excluded.data_as_of, current_as_of = excluded.current_as_of,
            outcome = excluded.outcome, error = null, record_count = excluded.record_count,
            rejected_count = excluded.rejected_count, rejections = excluded.rejections,
            etag = excluded.etag, last_modified = excluded.last_modified,
            sha256 = excluded.sha256, origin = excluded.origin, months = excluded.months,
            generation = f.generation + (excluded.outcome = 'imported')::int`,
    [
      name,
      source.url,
      at,
      content.dataAsOf,
      source.currentAsOf,
      content.changed ? 'imported' : 'unchanged',
      content.recordCount,
      content.rejectedCount,
      JSON.stringify(content.rejections),
      source.etag,
      source.lastModified,
      content.sha256,
      source.origin,
      content.months ?? null,
    ],
  );
}

/** The source says, or the file shows, that nothing changed since the last good import. */
export async function recordUnchanged(
  db: Queryable,
  name: string,
  at: Date,
  { origin, url, currentAsOf, etag, lastModified }: FeedSource,
): Promise<void> {
  await db.query(
    `update vulnerabilities.feeds
        set attempted_at = $2, succeeded_at = $2, outcome = 'unchanged', error = null,
            current_as_of = greatest(current_as_of, $3),
            etag = coalesce($4, etag), last_modified = coalesce($5, last_modified),
            origin = case when $6 = 'network' then $6 else origin end,
            url = case when $6 = 'network' then $7 else url end
      where name = $1`,
    [name, at, currentAsOf, etag, lastModified, origin, url],
  );
}

/** An attempt that failed: what we had stays in use. */
export async function recordFailed(
  db: Queryable,
  name: string,
  at: Date,
  error: string,
  url: string | null,
): Promise<void> {
  await db.query(
    `insert into vulnerabilities.feeds (name, url, attempted_at, outcome, error)
     values ($1, $2, $3, 'failed', $4)
     on conflict (name) do update
        set attempted_at = $3, outcome = 'failed', error = $4,
            url = coalesce(excluded.url, vulnerabilities.feeds.url)`,
    [name, url, at, error.slice(0, 1_000)],
  );
}

/** May the product fetch feeds by itself? Null: nobody has decided. */
export async function syncEnabled(db: Queryable): Promise<boolean | null> {
  const { rows } = await db.query<{ enabled: boolean }>(
    `select sync_enabled as enabled from vulnerabilities.feed_settings`,
  );
  return rows[0]?.enabled ?? null;
}

export async function setSyncEnabled(tx: Queryable, enabled: boolean, at: Date): Promise<void> {
  await tx.query(
    `insert into vulnerabilities.feed_settings (sync_enabled, changed_at) values ($1, $2)
     on conflict (only_row) do update
        set sync_enabled = excluded.sync_enabled, changed_at = excluded.changed_at
      where vulnerabilities.feed_settings.sync_enabled <> excluded.sync_enabled`,
    [enabled, at],
  );
}
