import { createHash } from 'node:crypto';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { Logger } from '../../../platform/log.ts';
import type { Catalogue } from '../catalogue/store.ts';
import type { Answer } from '../observation.ts';
import type { SoftwareQuery, SoftwareSource } from '../queries/installed-software.ts';
import type { PartQuery } from '../queries/part-query.ts';
import type { SoftwareIdentity } from '../software/identity.ts';
import {
  cleanText,
  idDifference,
  lineOf,
  type Rejected,
  softwareContent,
  tableContent,
  tableDifference,
} from './content.ts';
import { type Derivation, derivations } from './derived.ts';

/** At most this many lines of what was added, and of what was removed, are kept for reading. */
const mostLines = 200;

/** One answer that is going to be stored, with what it says. */
interface Incoming {
  readonly endpointId: string;
  readonly part: string;
  readonly at: Date;
  readonly rejected: Rejected;
  readonly rowCount: number;
  readonly hash: string;
  readonly rows: readonly (readonly string[])[] | null;
  readonly softwareIds: readonly number[] | null;
}

interface Failure {
  readonly endpointId: string;
  readonly part: string;
  readonly at: Date;
  readonly message: string;
}

interface Held {
  readonly endpointId: string;
  readonly part: string;
  readonly hash: string | null;
  readonly observedAt: Date | null;
}

interface Change {
  readonly incoming: Incoming;
  readonly initial: boolean;
  readonly addedCount: number;
  readonly removedCount: number;
  readonly addedIds: readonly number[];
  readonly removedIds: readonly number[];
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

export interface IngestOptions {
  readonly queries: readonly PartQuery[];
  readonly catalogue: Catalogue;
  readonly log: Logger;
}

export type Ingest = (tx: Queryable, answers: readonly Answer[]) => Promise<void>;

/**
 * Stores answers of any endpoints and parts at once. Locks are taken in one order by everybody:
 * endpoints with their contacts by id, catalogue entries by hash, their counts by id; so writers
 * wait for each other but never in a circle. Answers of endpoints that are gone, and answers older
 * than what we hold, are left out.
 */
export function createIngest({ queries, catalogue, log }: IngestOptions): Ingest {
  const byName = new Map(queries.map((query) => [query.name, query]));

  return async (tx, answers) => {
    const newest = newestOf(answers.filter(({ query }) => byName.has(query)));
    const present = await lockEndpoints(tx, [...newest.values()]);
    const accepted = [...newest.values()].filter(({ endpointId }) => present.has(endpointId));
    if (accepted.length === 0) return;

    const { incoming, failures } = await read(tx, accepted);
    const held = await heldParts(tx, incoming);
    const current = incoming.filter((one) => {
      const observedAt = held.get(keyOf(one))?.observedAt;
      return !observedAt || observedAt.getTime() <= one.at.getTime();
    });
    const isChanged = (one: Incoming) => held.get(keyOf(one))?.hash !== one.hash;
    const changed = current.filter(isChanged);
    const changes = await changesOf(tx, changed, held);

    await storeConfirmed(
      tx,
      current.filter((one) => !isChanged(one)),
    );
    await storeChanged(tx, changed);
    await storeFailures(tx, failures);
    await storeSoftware(tx, changes);
    await storeHistory(tx, changes);
    await storeDerived(tx, changed, byName);
    await storeTimes(tx, current, failures);
    await tellPages(tx, changed, failures);
  };

  async function read(tx: Queryable, accepted: readonly Answer[]) {
    const failures: Failure[] = [];
    const contents: { answer: Answer; query: PartQuery; content: ReturnType<typeof contentOf> }[] =
      [];
    const software = new Map<string, SoftwareIdentity>();
    for (const answer of accepted) {
      const query = byName.get(answer.query)!;
      const failure = failureOf(answer, query);
      if (failure !== undefined) {
        failures.push(failure);
        continue;
      }
      const rows = answer.outcome.kind === 'rows' ? answer.outcome.rows : [];
      const content = contentOf(query, rows);
      for (const [key, entry] of content.software ?? []) software.set(key, entry);
      contents.push({ answer, query, content });
      if (content.rejected.count > 0) {
        log.warn(
          { endpointId: answer.endpointId, part: query.name, rejected: content.rejected },
          'rows of an answer rejected',
        );
      }
    }
    const earliest = accepted.reduce((min, { observedAt }) => Math.min(min, +observedAt), Infinity);
    const ids = await catalogue.resolve(tx, software, new Date(earliest));
    const incoming = contents.map(({ answer, query, content }): Incoming => {
      const softwareIds = content.software
        ? [...content.software.keys()].map((key) => ids.get(key)!).sort((a, b) => a - b)
        : null;
      return {
        endpointId: answer.endpointId,
        part: query.name,
        at: answer.observedAt,
        rejected: content.rejected,
        rowCount: softwareIds?.length ?? content.rows?.length ?? 0,
        hash: sha256(softwareIds?.join(',') ?? JSON.stringify(content.rows)),
        rows: content.rows,
        softwareIds,
      };
    });
    return { incoming, failures };
  }
}

export function sourceOf(query: PartQuery): SoftwareSource | undefined {
  return (query as Partial<SoftwareQuery>).source;
}

function contentOf(query: PartQuery, rows: Parameters<typeof tableContent>[1]) {
  const source = sourceOf(query);
  if (source === undefined) return { ...tableContent(query.columns, rows), software: null };
  return { ...softwareContent(source, query.columns, rows), rows: null };
}

function failureOf({ endpointId, observedAt, outcome }: Answer, query: PartQuery) {
  const failure = { endpointId, part: query.name, at: observedAt };
  if (outcome.kind === 'failed') {
    return { ...failure, message: cleanText(outcome.message).slice(0, 500).toWellFormed() };
  }
  if (outcome.rows.length > query.maxRows) {
    const message = `${outcome.rows.length} rows; at most ${query.maxRows} are taken`;
    return { ...failure, message };
  }
  return undefined;
}

function newestOf(answers: readonly Answer[]): ReadonlyMap<string, Answer> {
  const newest = new Map<string, Answer>();
  for (const answer of answers) {
    const key = `${answer.endpointId} ${answer.query}`;
    const other = newest.get(key);
    if (!other || other.observedAt <= answer.observedAt) newest.set(key, answer);
  }
  return newest;
}

function keyOf({ endpointId, part }: { endpointId: string; part: string }): string {
  return `${endpointId} ${part}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function lockEndpoints(
  tx: Queryable,
  answers: readonly Answer[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ id: string }>(
    `select c.endpoint_id as id from assets.contacts c
       join assets.endpoints e on e.id = c.endpoint_id
      where c.endpoint_id = any($1::uuid[])
      order by c.endpoint_id for no key update of c, e`,
    [[...new Set(answers.map(({ endpointId }) => endpointId))]],
  );
  return new Set(rows.map(({ id }) => id));
}

async function heldParts(
  tx: Queryable,
  incoming: readonly Incoming[],
): Promise<ReadonlyMap<string, Held>> {
  const { rows } = await tx.query<Held>(
    `select p.endpoint_id as "endpointId", p.part, encode(p.content_hash, 'hex') as hash,
            p.observed_at as "observedAt"
       from unnest($1::uuid[], $2::text[]) as t (endpoint_id, part)
       join assets.endpoint_parts p using (endpoint_id, part)`,
    keyArrays(incoming),
  );
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function keyArrays(parts: readonly { endpointId: string; part: string }[]): unknown[] {
  return [parts.map(({ endpointId }) => endpointId), parts.map(({ part }) => part)];
}

async function changesOf(
  tx: Queryable,
  changed: readonly Incoming[],
  held: ReadonlyMap<string, Held>,
): Promise<readonly Change[]> {
  if (changed.length === 0) return [];
  const { rows } = await tx.query<{
    endpointId: string;
    part: string;
    rows: string[][] | null;
    ids: number[] | null;
  }>(
    `select t.endpoint_id as "endpointId", t.part, p.rows, s.software_ids as ids
       from unnest($1::uuid[], $2::text[]) as t (endpoint_id, part)
       join assets.endpoint_parts p using (endpoint_id, part)
       left join assets.endpoint_software s using (endpoint_id, part)`,
    keyArrays(changed),
  );
  const before = new Map(rows.map((row) => [keyOf(row), row]));
  return changed.map((incoming): Change => {
    const initial = (held.get(keyOf(incoming))?.hash ?? null) === null;
    const old = before.get(keyOf(incoming));
    const ids = idDifference(old?.ids ?? [], incoming.softwareIds ?? []);
    const lines = tableDifference(old?.rows ?? [], incoming.rows ?? []);
    return {
      incoming,
      initial,
      addedCount: ids.added.length + lines.added.length,
      removedCount: ids.removed.length + lines.removed.length,
      addedIds: ids.added,
      removedIds: ids.removed,
      added: initial ? [] : lines.added.slice(0, mostLines).map(lineOf),
      removed: lines.removed.slice(0, mostLines).map(lineOf),
    };
  });
}

/** Only the times: the rows, often large, are not written again. */
async function storeConfirmed(tx: Queryable, confirmed: readonly Incoming[]): Promise<void> {
  if (confirmed.length === 0) return;
  await tx.query(
    `update assets.endpoint_parts p
        set observed_at = t.at, failure = null, rejected_count = t.rejected
       from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::int[])
            as t (endpoint_id, part, at, rejected)
      where p.endpoint_id = t.endpoint_id and p.part = t.part`,
    [
      ...keyArrays(confirmed),
      confirmed.map(({ at }) => at),
      confirmed.map(({ rejected }) => rejected.count),
    ],
  );
}

async function storeChanged(tx: Queryable, changed: readonly Incoming[]): Promise<void> {
  if (changed.length === 0) return;
  await tx.query(
    `insert into assets.endpoint_parts as p
       (endpoint_id, part, content_hash, row_count, rejected_count, rows, observed_at, changed_at)
     select t.endpoint_id, t.part, decode(t.hash, 'hex'), t.row_count, t.rejected,
            t.rows::jsonb, t.at, t.at
       from unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::int[], $6::text[],
                   $7::timestamptz[])
            as t (endpoint_id, part, hash, row_count, rejected, rows, at)
     on conflict (endpoint_id, part) do update
       set content_hash = excluded.content_hash, row_count = excluded.row_count,
           rejected_count = excluded.rejected_count, rows = excluded.rows,
           observed_at = excluded.observed_at, changed_at = excluded.changed_at, failure = null`,
    [
      ...keyArrays(changed),
      changed.map(({ hash }) => hash),
      changed.map(({ rowCount }) => rowCount),
      changed.map(({ rejected }) => rejected.count),
      changed.map(({ rows }) => (rows === null ? null : JSON.stringify(rows))),
      changed.map(({ at }) => at),
    ],
  );
}

/** The value before a failure stays, with its age. */
async function storeFailures(tx: Queryable, failures: readonly Failure[]): Promise<void> {
  if (failures.length === 0) return;
  await tx.query(
    `insert into assets.endpoint_parts (endpoint_id, part, failure)
     select * from unnest($1::uuid[], $2::text[], $3::text[])
     on conflict (endpoint_id, part) do update set failure = excluded.failure`,
    [...keyArrays(failures), failures.map(({ message }) => message)],
  );
}

async function storeSoftware(tx: Queryable, changes: readonly Change[]): Promise<void> {
  const ofSoftware = changes.filter(({ incoming }) => incoming.softwareIds !== null);
  if (ofSoftware.length === 0) return;
  const endpointIds = ofSoftware.map(({ incoming }) => incoming.endpointId);
  await tx.query(
    `insert into assets.endpoint_software (endpoint_id, part, software_ids)
     select t.endpoint_id, t.part, t.ids::int[]
       from unnest($1::uuid[], $2::text[], $3::text[]) as t (endpoint_id, part, ids)
     on conflict (endpoint_id, part) do update set software_ids = excluded.software_ids`,
    [
      ...keyArrays(ofSoftware.map(({ incoming }) => incoming)),
      ofSoftware.map(({ incoming }) => `{${incoming.softwareIds!.join(',')}}`),
    ],
  );
  await tx.query(
    `update assets.endpoints e
        set software_count = (select coalesce(sum(cardinality(s.software_ids)), 0)
                                from assets.endpoint_software s where s.endpoint_id = e.id)
      where e.id = any($1::uuid[])`,
    [[...new Set(endpointIds)]],
  );
  const deltas = new Map<number, number>();
  const move = (ids: readonly number[], by: number) => {
    for (const id of ids) deltas.set(id, (deltas.get(id) ?? 0) + by);
  };
  for (const { addedIds, removedIds } of ofSoftware) {
    move(addedIds, 1);
    move(removedIds, -1);
  }
  await addToCounts(tx, deltas);
}

/** Net differences per entry, in order of id. */
export async function addToCounts(
  tx: Queryable,
  deltas: ReadonlyMap<number, number>,
): Promise<void> {
  const net = [...deltas].filter(([, delta]) => delta !== 0);
  if (net.length === 0) return;
  await tx.query(
    `with locked as materialized (
       select s.id, t.delta from unnest($1::int[], $2::int[]) as t (id, delta)
         join assets.software s on s.id = t.id
        order by s.id for no key update of s)
     update assets.software s set endpoint_count = s.endpoint_count + locked.delta
       from locked where s.id = locked.id`,
    [net.map(([id]) => id), net.map(([, delta]) => delta)],
  );
}

async function storeHistory(tx: Queryable, changes: readonly Change[]): Promise<void> {
  const told = changes.filter(({ addedCount, removedCount }) => addedCount + removedCount > 0);
  if (told.length === 0) return;
  const listed = told.map((change) => ({
    endpoint_id: change.incoming.endpointId,
    part: change.incoming.part,
    at: change.incoming.at.toISOString(),
    initial: change.initial,
    added_count: change.addedCount,
    removed_count: change.removedCount,
    added_ids: change.initial ? [] : change.addedIds,
    removed_ids: change.removedIds,
    added: change.added,
    removed: change.removed,
  }));
  await tx.query(
    `insert into assets.inventory_changes
       (endpoint_id, part, at, initial, added_count, removed_count, added_ids, removed_ids, added,
        removed)
     select * from jsonb_to_recordset($1::jsonb) as t
       (endpoint_id uuid, part text, at timestamptz, initial boolean, added_count int,
        removed_count int, added_ids int[], removed_ids int[], added text[], removed text[])`,
    [JSON.stringify(listed)],
  );
}

async function storeDerived(
  tx: Queryable,
  changed: readonly Incoming[],
  byName: ReadonlyMap<string, PartQuery>,
): Promise<void> {
  for (const [part, derivation] of Object.entries(derivations)) {
    const ofPart = changed.filter((one) => one.part === part);
    if (ofPart.length === 0) continue;
    const columns = byName.get(part)?.columns ?? [];
    const listed = ofPart.map(({ endpointId, rows }) => {
      const named = (rows ?? []).map((values) =>
        Object.fromEntries(columns.map((column, i) => [column, values[i] ?? ''])),
      );
      const values = derivation.derive(named);
      return {
        endpoint_id: endpointId,
        ...Object.fromEntries(derivation.columns.map(({ column }, i) => [column, values[i]])),
      };
    });
    await tx.query(derivedStatement(derivation), [JSON.stringify(listed)]);
  }
}

function derivedStatement({ columns }: Derivation): string {
  const set = columns.map(({ column, keepWhenNull }) =>
    keepWhenNull ? `${column} = coalesce(t.${column}, e.${column})` : `${column} = t.${column}`,
  );
  const typed = columns.map(({ column, type }) => `${column} ${type}`);
  return `update assets.endpoints e set ${set.join(', ')}
            from jsonb_to_recordset($1::jsonb) as t (endpoint_id uuid, ${typed.join(', ')})
           where e.id = t.endpoint_id`;
}

/** Their rows are locked already. Times only ever move forward. */
async function storeTimes(
  tx: Queryable,
  confirmed: readonly Incoming[],
  failures: readonly Failure[],
): Promise<void> {
  const all = [
    ...confirmed.map((one) => ({ ...one, ok: true })),
    ...failures.map((one) => ({ ...one, ok: false })),
  ];
  if (all.length === 0) return;
  await tx.query(
    `with t as (
       select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::boolean[])
         as t (endpoint_id, part, at, ok)),
     merged as (
       select t.endpoint_id,
              jsonb_object_agg(part, greatest(at, (c.confirmed ->> part)::bigint))
                filter (where ok) as confirmed,
              jsonb_object_agg(part, greatest(at, (c.failed ->> part)::bigint))
                filter (where not ok) as failed
         from t join assets.contacts c using (endpoint_id) group by t.endpoint_id)
     update assets.contacts c
        set confirmed = c.confirmed || coalesce(merged.confirmed, '{}'),
            failed = c.failed || coalesce(merged.failed, '{}')
       from merged where c.endpoint_id = merged.endpoint_id`,
    [...keyArrays(all), all.map(({ at }) => at.getTime()), all.map(({ ok }) => ok)],
  );
}

/** Within the transaction: PostgreSQL delivers it when, and only if, the answers are committed. */
async function tellPages(
  tx: Queryable,
  changed: readonly Incoming[],
  failures: readonly Failure[],
): Promise<void> {
  const ids = [...new Set([...changed, ...failures].map(({ endpointId }) => endpointId))];
  if (ids.length === 0) return;
  const news = [{ topic: 'endpoints', ...(ids.length <= 100 && { ids }) }];
  if (changed.some(({ softwareIds }) => softwareIds !== null)) news.push({ topic: 'software' });
  await tx.query(`select pg_notify('assets_news', n) from unnest($1::text[]) n`, [
    news.map((one) => JSON.stringify(one)),
  ]);
}
