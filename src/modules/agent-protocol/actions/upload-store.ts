import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { isFinal, type StoredOrderState } from './order.ts';

/** What an agent says of a file before it sends it. */
export interface UploadHead {
  readonly uploadId: string;
  readonly orderId: string;
  readonly agentId: string;
  readonly name: string;
  readonly sha256: Buffer;
  readonly at: Date;
}

export type UploadRefusal = 'FOREIGN_ORDER' | 'NOT_ASKED_FOR' | 'UPLOAD_TOO_LARGE' | 'HASH_WRONG';

export type BegunUpload =
  | { readonly kind: 'refused'; readonly reason: UploadRefusal; readonly detail: string }
  /** It is there already. */
  | { readonly kind: 'complete'; readonly bytes: number }
  | { readonly kind: 'wanted'; readonly attempt: number; readonly mostBytes: number };

const MOST_UPLOADS = 50;
const CHUNK_BYTES = 1024 * 1024;

/** Whether the file is wanted, and how much of it may come. Pieces of an earlier try are dropped. */
export function beginUpload(db: Database, head: UploadHead): Promise<BegunUpload> {
  const { uploadId, orderId, agentId, name, sha256, at } = head;
  const refuse = (reason: UploadRefusal, detail: string): BegunUpload => ({
    kind: 'refused',
    reason,
    detail,
  });
  return db.transaction(async (tx) => {
    const { rows: orders } = await tx.query<{ mostBytes: string | null; state: StoredOrderState }>(
      `select case when action->>'type' = 'collect' and not dry_run
                   then action->>'mostBytes' end as "mostBytes", state
         from agent_protocol.orders where id = $1 and agent_id = $2 for no key update`,
      [orderId, agentId],
    );
    const order = orders[0];
    if (order === undefined) return refuse('FOREIGN_ORDER', `no order ${orderId} of this agent`);
    const { rows: uploads } = await tx.query<{
      id: string;
      orderId: string;
      bytes: string;
      sha256: Buffer;
      complete: boolean;
    }>(
      `select id, order_id as "orderId", bytes, sha256, complete_at is not null as complete
         from agent_protocol.uploads where order_id = $1 or id = $2 for no key update`,
      [orderId, uploadId],
    );
    const same = uploads.find(({ id }) => id === uploadId);
    if (same && same.orderId !== orderId) {
      return refuse('FOREIGN_ORDER', `the upload ${uploadId} is of another order`);
    }
    if (same?.complete) {
      if (same.sha256.equals(sha256)) return { kind: 'complete', bytes: Number(same.bytes) };
      return refuse('HASH_WRONG', `the upload ${uploadId} is complete, with another content`);
    }
    if (order.mostBytes === null) return refuse('NOT_ASKED_FOR', 'the order collects no files');
    // Its first reports may still be on their way.
    if (isFinal(order.state) || order.state === 'cancelled') {
      return refuse('NOT_ASKED_FOR', `the order is ${order.state}`);
    }
    if (same === undefined && uploads.length >= MOST_UPLOADS) {
      return refuse('UPLOAD_TOO_LARGE', `more than ${MOST_UPLOADS} files`);
    }
    const others = uploads
      .filter(({ id, complete }) => id !== uploadId && complete)
      .reduce((sum, { bytes }) => sum + Number(bytes), 0);
    const mostBytes = Number(order.mostBytes) - others;
    if (mostBytes <= 0) {
      return refuse('UPLOAD_TOO_LARGE', `the ${order.mostBytes} bytes of the order are used up`);
    }
    const { rows } = await tx.query<{ attempt: number }>(
      `insert into agent_protocol.uploads as u (id, order_id, name, sha256, begun_at)
       values ($1, $2, $3, $4, $5)
       on conflict (id) do update set attempt = u.attempt + 1, name = excluded.name,
         sha256 = excluded.sha256, begun_at = excluded.begun_at
       returning attempt`,
      [uploadId, orderId, name, sha256, at],
    );
    await tx.query(`delete from agent_protocol.upload_chunks where upload_id = $1`, [uploadId]);
    return { kind: 'wanted', attempt: rows[0]!.attempt, mostBytes };
  });
}

/**
 * Stores the content as it comes, piece by piece, without holding a connection of the database
 * meanwhile; it counts once all of it is there and has the hash. Throws what the connection throws.
 */
export async function receiveUpload(
  db: Database,
  { uploadId, orderId, sha256 }: UploadHead,
  { attempt, mostBytes }: Extract<BegunUpload, { kind: 'wanted' }>,
  source: Readable,
  clock: () => Date,
): Promise<
  | { readonly kind: 'complete'; readonly bytes: number }
  | { readonly kind: 'refused'; readonly reason: UploadRefusal; readonly detail: string }
  /** A newer try of the same upload is under way. */
  | { readonly kind: 'superseded' }
> {
  const hash = createHash('sha256');
  let bytes = 0;
  let number = 0;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  const write = async () => {
    const { rowCount } = await db.query(
      `insert into agent_protocol.upload_chunks (upload_id, attempt, number, data)
       select id, $2, $3, $4 from agent_protocol.uploads where id = $1 and attempt = $2
       on conflict do nothing`,
      [uploadId, attempt, number, Buffer.concat(waiting, waitingBytes)],
    );
    number += 1;
    waiting = [];
    waitingBytes = 0;
    return rowCount === 1;
  };
  const drop = () =>
    db.query(`delete from agent_protocol.upload_chunks where upload_id = $1 and attempt = $2`, [
      uploadId,
      attempt,
    ]);
  for await (const piece of source as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > mostBytes) {
      await drop();
      return {
        kind: 'refused',
        reason: 'UPLOAD_TOO_LARGE',
        detail: `more than ${mostBytes} bytes`,
      };
    }
    hash.update(piece);
    waiting.push(piece);
    waitingBytes += piece.length;
    if (waitingBytes >= CHUNK_BYTES && !(await write())) return { kind: 'superseded' };
  }
  if (waitingBytes > 0 && !(await write())) return { kind: 'superseded' };
  if (!hash.digest().equals(sha256)) {
    await drop();
    return { kind: 'refused', reason: 'HASH_WRONG', detail: 'the content has another SHA-256' };
  }
  const completed = await db.transaction(async (tx) => {
    await tx.query(`select 1 from agent_protocol.orders where id = $1 for no key update`, [
      orderId,
    ]);
    // Another file of the order may have come in meanwhile.
    const { rowCount } = await tx.query(
      `update agent_protocol.uploads u set bytes = $3, complete_at = $4
        where u.id = $1 and u.attempt = $2 and u.complete_at is null
          and $3 + (select coalesce(sum(o.bytes), 0) from agent_protocol.uploads o
                     where o.order_id = u.order_id and o.complete_at is not null)
              <= (select (r.action->>'mostBytes')::bigint from agent_protocol.orders r
                   where r.id = u.order_id)`,
      [uploadId, attempt, bytes, clock()],
    );
    return rowCount === 1;
  });
  if (completed) return { kind: 'complete', bytes };
  await drop();
  const { rows } = await db.query<{ attempt: number }>(
    `select attempt from agent_protocol.uploads where id = $1`,
    [uploadId],
  );
  if (rows[0]?.attempt !== attempt) return { kind: 'superseded' };
  return {
    kind: 'refused',
    reason: 'UPLOAD_TOO_LARGE',
    detail: 'the files are too large together',
  };
}

export interface StoredUpload {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly attempt: number;
  readonly orderId: string;
  readonly endpointId: string;
}

/** A complete upload from an endpoint within reach. */
export async function findUpload(
  db: Queryable,
  uploadId: string,
  scopes: ScopeReach,
): Promise<StoredUpload | undefined> {
  const { rows } = await db.query<Omit<StoredUpload, 'bytes'> & { bytes: string }>(
    `select u.id, u.name, u.bytes, encode(u.sha256, 'hex') as sha256, u.attempt,
            u.order_id as "orderId", o.endpoint_id as "endpointId"
       from agent_protocol.uploads u
       join agent_protocol.orders o on o.id = u.order_id
       join assets.endpoint_view e on e.id = o.endpoint_id
      where u.id = $1 and u.complete_at is not null
        and ($2::uuid[] is null or e.scope_id = any($2))`,
    [uploadId, scopes === 'all' ? null : scopes],
  );
  return rows[0] && { ...rows[0], bytes: Number(rows[0].bytes) };
}

/** The content, piece by piece. */
export async function* readUpload(
  db: Queryable,
  { id, attempt }: Pick<StoredUpload, 'id' | 'attempt'>,
): AsyncGenerator<Buffer> {
  for (let number = 0; ; number += 1) {
    const { rows } = await db.query<{ data: Buffer }>(
      `select data from agent_protocol.upload_chunks
        where upload_id = $1 and attempt = $2 and number = $3`,
      [id, attempt, number],
    );
    if (rows[0] === undefined) return;
    yield rows[0].data;
  }
}

/** Files that came in before `before`, and tries that never ended before `unfinishedBefore`. */
export async function removeOldUploads(
  db: Queryable,
  before: Date,
  unfinishedBefore: Date,
): Promise<number> {
  const { rowCount } = await db.query(
    `delete from agent_protocol.uploads
      where begun_at < $1 or (complete_at is null and begun_at < $2)`,
    [before, unfinishedBefore],
  );
  return rowCount ?? 0;
}
