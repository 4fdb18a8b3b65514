import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import {
  type Answer,
  type EndpointQuery,
  type Platform,
  recordConfirmations,
} from '../../assets/public.ts';
import type { DigestReport } from '../log-lines.ts';

/** The reports of one post of one endpoint; `outcome` is set by `storeReports`. */
export interface ReportItem {
  readonly endpointId: string;
  readonly reports: readonly DigestReport[];
  outcome?: { readonly wanted: readonly string[] } | { readonly failure: unknown };
}

/**
 * Compares what endpoints report with what is held: an equal digest confirms the part, another one
 * makes it wanted. All items share one transaction; if that fails, each gets its own.
 */
export async function storeReports(db: Database, items: readonly ReportItem[]): Promise<void> {
  try {
    await withRetry(() => db.transaction((tx) => storeReportsOnce(tx, items)));
  } catch (failure) {
    if (items.length === 1) {
      items[0]!.outcome = { failure };
      return;
    }
    for (const item of items) await storeReports(db, [item]);
  }
}

async function storeReportsOnce(tx: Queryable, items: readonly ReportItem[]): Promise<void> {
  const reported = new Map<string, { endpointId: string; report: DigestReport }>();
  for (const { endpointId, reports } of items) {
    for (const report of reports) {
      const key = `${endpointId} ${report.query.name}`;
      const before = reported.get(key);
      if (before && before.report.observedAt > report.observedAt) continue;
      reported.set(key, { endpointId, report });
    }
  }
  const list = [...reported.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => entry);
  const values = [
    list.map(({ endpointId }) => endpointId),
    list.map(({ report }) => report.query.name),
    list.map(({ report }) => Buffer.from(report.digest, 'hex')),
  ];
  const { rows } = await tx.query<{ same: boolean }>(
    `select coalesce(p.digest = r.digest, false) as same
       from unnest($1::uuid[], $2::text[], $3::bytea[]) with ordinality
              as r (endpoint_id, query, digest, place)
       left join agent_protocol.parts p using (endpoint_id, query)
      order by r.place`,
    values,
  );
  const same = list.filter((_, index) => rows[index]?.same);
  const different = list.filter((_, index) => !rows[index]?.same);
  if (different.length > 0) {
    await tx.query(
      `insert into agent_protocol.parts as p (endpoint_id, query, reported, wanted_at)
       select r.endpoint_id, r.query, r.digest, r.at
         from unnest($1::uuid[], $2::text[], $3::bytea[], $4::timestamptz[])
                as r (endpoint_id, query, digest, at)
        order by r.endpoint_id, r.query
       on conflict (endpoint_id, query) do update
          set reported = excluded.reported, wanted_at = coalesce(p.wanted_at, excluded.wanted_at)
        where p.digest is distinct from excluded.reported
          and (p.reported is distinct from excluded.reported or p.wanted_at is null)`,
      [
        different.map(({ endpointId }) => endpointId),
        different.map(({ report }) => report.query.name),
        different.map(({ report }) => Buffer.from(report.digest, 'hex')),
        different.map(({ report }) => report.observedAt),
      ],
    );
  }
  await recordConfirmations(
    tx,
    same.map(({ endpointId, report }) => ({
      endpointId,
      query: report.query.name,
      observedAt: report.observedAt,
    })),
  );
  const wanted = new Map<string, string[]>();
  for (const { endpointId, report } of different) {
    wanted.set(endpointId, [...(wanted.get(endpointId) ?? []), report.query.name]);
  }
  for (const item of items) item.outcome = { wanted: wanted.get(item.endpointId) ?? [] };
}

/** One whole answer of one endpoint; `outcome` is set by `storeAnswers`. */
export interface AnswerItem {
  readonly query: EndpointQuery;
  readonly answer: Answer;
  /** Of the rows; null when the answer cannot be used, which is stored as a failure. */
  readonly digest: Buffer | null;
  /** When to ask again after an answer that cannot be used. */
  readonly retryAt: Date | null;
  outcome?:
    | 'stored'
    | 'confirmed'
    | 'outdated'
    | { readonly refused: unknown }
    | { readonly failure: unknown };
}

/**
 * Stores answers with their digests: per query in one transaction, so that a digest never says
 * more than what is stored. If it fails, each answer gets a transaction of its own. An answer that
 * the database refuses by itself is `refused` for good; when the database is away it is a `failure`
 * and the endpoint sends it again.
 */
export async function storeAnswers(db: Database, items: readonly AnswerItem[]): Promise<void> {
  const byQuery = Map.groupBy(items, ({ query }) => query);
  for (const [query, group] of byQuery) await storeGroup(db, query, group);
}

async function storeGroup(
  db: Database,
  query: EndpointQuery,
  items: readonly AnswerItem[],
): Promise<void> {
  try {
    await withRetry(() => db.transaction((tx) => storeGroupOnce(tx, query, items)));
  } catch (failure) {
    if (items.length > 1) {
      for (const item of items) await storeGroup(db, query, [item]);
      return;
    }
    const item = items[0]!;
    item.outcome = isRefusal(failure) ? { refused: failure } : { failure };
  }
}

async function storeGroupOnce(
  tx: Queryable,
  query: EndpointQuery,
  items: readonly AnswerItem[],
): Promise<void> {
  // Of several answers of one endpoint the latest counts.
  const latest = new Map<string, AnswerItem>();
  for (const item of items) {
    const before = latest.get(item.answer.endpointId);
    if (before && before.answer.observedAt > item.answer.observedAt) continue;
    latest.set(item.answer.endpointId, item);
  }
  const candidates = [...latest.values()].sort((a, b) =>
    a.answer.endpointId < b.answer.endpointId ? -1 : 1,
  );
  // Taken before anything is stored: two servers with answers of one part wait for each other.
  const { rows: held } = await tx.query<{
    endpointId: string;
    digest: Buffer | null;
    observedAt: Date | null;
  }>(
    `select endpoint_id as "endpointId", digest, observed_at as "observedAt"
       from agent_protocol.parts
      where query = $2 and endpoint_id = any($1::uuid[])
      order by endpoint_id for update`,
    [candidates.map(({ answer }) => answer.endpointId), query.name],
  );
  const before = new Map(held.map((part) => [part.endpointId, part]));
  const outcomeOf = ({ answer, digest }: AnswerItem): 'stored' | 'confirmed' | 'outdated' => {
    const part = before.get(answer.endpointId);
    // E.g. from the log of an agent that was cut off, after it has answered a read.
    if (part?.observedAt && part.observedAt > answer.observedAt) return 'outdated';
    return digest !== null && part?.digest?.equals(digest) ? 'confirmed' : 'stored';
  };
  const list = candidates.filter((item) => outcomeOf(item) !== 'outdated');
  const fresh = list.filter((item) => outcomeOf(item) === 'stored');
  if (fresh.length > 0)
    await query.ingest(
      tx,
      fresh.map(({ answer }) => answer),
    );
  await recordConfirmations(
    tx,
    list
      .filter((item) => outcomeOf(item) === 'confirmed')
      .map(({ answer }) => ({
        endpointId: answer.endpointId,
        query: query.name,
        observedAt: answer.observedAt,
      })),
  );
  await tx.query(
    `insert into agent_protocol.parts as p
       (endpoint_id, query, digest, observed_at, retry_at, wanted_at)
     select r.endpoint_id, $2, r.digest, r.observed_at, r.retry_at, r.retry_at
       from unnest($1::uuid[], $3::bytea[], $4::timestamptz[], $5::timestamptz[])
              as r (endpoint_id, digest, observed_at, retry_at)
      order by r.endpoint_id
     on conflict (endpoint_id, query) do update
        set digest = excluded.digest, observed_at = excluded.observed_at,
            retry_at = excluded.retry_at, wanted_at = excluded.wanted_at,
            odd_count = case when p.reported = excluded.digest then 0
                             when p.digest = excluded.digest and p.reported is not null
                             then p.odd_count + 1
                             else p.odd_count end`,
    [
      list.map(({ answer }) => answer.endpointId),
      query.name,
      list.map(({ digest }) => digest),
      list.map(({ answer }) => answer.observedAt),
      list.map(({ retryAt }) => retryAt),
    ],
  );
  for (const item of items) item.outcome = outcomeOf(item);
}

/** Deadlocks and serialisation failures go away when tried again. */
async function withRetry<T>(work: () => Promise<T>, attempts = 3): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (attempts > 1 && (code === '40P01' || code === '40001'))
      return withRetry(work, attempts - 1);
    throw error;
  }
}

/** The data is at fault (SQLSTATE classes 22, 23, 54, or a bug that it triggers), not the database. */
export function isRefusal(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^(22|23|54)[0-9A-Z]{3}$/.test(code);
}

/** The answer was refused for good: failed, without a digest, not asked for before `retryAt`. */
export async function markRefused(
  db: Queryable,
  { query, answer }: AnswerItem,
  retryAt: Date,
): Promise<void> {
  await db.query(
    `insert into agent_protocol.parts (endpoint_id, query, digest, retry_at, wanted_at)
     select $1, $2, null, $3, $3 where exists (
       select from agent_protocol.nodes where endpoint_id = $1)
     on conflict (endpoint_id, query) do update
        set digest = null, retry_at = excluded.retry_at, wanted_at = excluded.wanted_at`,
    [answer.endpointId, query.name, retryAt],
  );
}

/**
 * Every part of these endpoints is to be fetched. `again`: even what is unchanged is stored anew;
 * otherwise an equal answer only confirms.
 */
export async function wantParts(
  db: Queryable,
  endpointIds: readonly string[],
  at: Date,
  { again }: { again: boolean },
): Promise<void> {
  await db.query(
    `with locked as materialized (
       select endpoint_id, query from agent_protocol.parts
        where endpoint_id = any($1::uuid[]) order by endpoint_id, query for no key update)
     update agent_protocol.parts p
        set wanted_at = $2, retry_at = null, digest = case when $3 then null else digest end
       from locked where p.endpoint_id = locked.endpoint_id and p.query = locked.query`,
    [endpointIds, at, again],
  );
}

export interface HeldPart {
  readonly endpointId: string;
  readonly query: string;
  /** Held, and not wanted again. */
  readonly satisfied: boolean;
  readonly retryAt: Date | null;
}

/** What is known of the parts of these endpoints; a part without a row is wanted. */
export async function loadParts(
  db: Queryable,
  endpointIds: readonly string[],
): Promise<readonly HeldPart[]> {
  const { rows } = await db.query<HeldPart>(
    `select endpoint_id as "endpointId", query, retry_at as "retryAt",
            (digest is not null and wanted_at is null) as satisfied
       from agent_protocol.parts
      where endpoint_id = any($1::uuid[])
      order by endpoint_id, query`,
    [endpointIds],
  );
  return rows;
}

export async function countParts(
  db: Queryable,
): Promise<{ held: number; wanted: number; odd: number }> {
  const { rows } = await db.query<{ held: number; wanted: number; odd: number }>(
    `select count(*) filter (where digest is not null)::int as held,
            count(*) filter (where wanted_at is not null)::int as wanted,
            count(*) filter (where odd_count > 2)::int as odd
       from agent_protocol.parts`,
  );
  return rows[0]!;
}

/** The platform that an endpoint enrolled with, or undefined when it is not one of ours. */
export async function platformOfEndpoint(
  db: Queryable,
  endpointId: string,
): Promise<Platform | undefined> {
  const { rows } = await db.query<{ platform: Platform }>(
    `select platform from agent_protocol.nodes where endpoint_id = $1 and standing = 'current'`,
    [endpointId],
  );
  return rows[0]?.platform;
}
