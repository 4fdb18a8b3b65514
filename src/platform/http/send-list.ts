import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Database, Queryable } from '../db/queryable.ts';
import { byteOrderMark, type CsvColumn, csvLine } from './csv.ts';
import { ProblemError } from './problem.ts';

export interface ListPage<Item> {
  readonly items: readonly Item[];
  /** Rows that match, not only those of this window. */
  readonly total: number;
}

export interface ListSource<Item> {
  readonly db: Database;
  readonly now: Date;
  /** Without extension, ASCII: `endpoints`. */
  readonly fileName: string;
  readonly columns: readonly CsvColumn<Item>[];
  /** One window of the list, in a stable order; with `db`, which may be a transaction. */
  readonly page: (
    db: Queryable,
    window: { readonly offset: number; readonly limit: number },
  ) => Promise<ListPage<Item>>;
}

interface ListRequest {
  readonly query: {
    readonly offset?: number | undefined;
    readonly limit?: number | undefined;
    readonly format?: 'json' | 'csv' | undefined;
  };
}

const csvWindowRows = 5_000;
/** Whoever reads nothing for so long does not get the rest. */
const patienceMs = 60_000;
/** A slow reader holds a snapshot and a connection: not all of them may be held at once. */
const maxExports = 4;
let exportsUnderWay = 0;

/**
 * Answers a list route: one window as JSON, or with `format=csv` the whole list as a file, out of
 * one snapshot, streamed at the pace at which the client reads. A failure on the way breaks the
 * connection, so that half a file is never taken for a whole one.
 */
// biome-ignore lint/suspicious/noExplicitAny: any reply, whatever its route declares
export async function sendList<Item, Reply extends FastifyReply<any, any, any, any, any, any, any>>(
  request: ListRequest,
  reply: Reply,
  source: ListSource<Item>,
): Promise<Reply> {
  const { offset = 0, limit = 100, format } = request.query;
  const { db, now, fileName } = source;
  if (format !== 'csv') {
    const { items, total } = await source.page(db, { offset, limit });
    return reply.send({ items, total, asOf: now.toISOString() });
  }
  if (exportsUnderWay >= maxExports) {
    reply.header('retry-after', 10);
    throw new ProblemError(
      503,
      'EXPORTS_BUSY',
      'Too many exports are under way; try again shortly',
    );
  }
  const out = new PassThrough();
  exportsUnderWay += 1;
  void writeCsv(source, out)
    .catch((error: Error) => out.destroy(error))
    .finally(() => {
      exportsUnderWay -= 1;
    });
  const stamp = now.toISOString().slice(0, 16).replace(/[-:]/g, '').replace('T', '-');
  return reply
    .type('text/csv; charset=utf-8; header=present')
    .header('content-disposition', `attachment; filename="${fileName}-${stamp}Z.csv"`)
    .send(out);
}

async function writeCsv<Item>(source: ListSource<Item>, out: PassThrough): Promise<void> {
  const gone = new AbortController();
  out.once('close', () => gone.abort());
  const { columns } = source;
  const write = async (text: string) => {
    if (out.write(text)) return;
    const tooSlow = setTimeout(() => gone.abort(), patienceMs);
    try {
      await once(out, 'drain', { signal: gone.signal });
    } finally {
      clearTimeout(tooSlow);
    }
  };
  try {
    await source.db.transaction(async (tx) => {
      await tx.query(`set transaction isolation level repeatable read, read only`);
      // Longer than our own patience: it is for a server that hangs.
      await tx.query(`set local idle_in_transaction_session_timeout = '90s'`);
      // Goes out with the first rows: until then a failure can still be answered as one.
      let head = byteOrderMark + csvLine(columns.map(({ header }) => header));
      for (let offset = 0; ; offset += csvWindowRows) {
        const { items } = await source.page(tx, { offset, limit: csvWindowRows });
        const lines = items.map((item) => csvLine(columns.map(({ cell }) => cell(item))));
        const text = head + lines.join('');
        head = '';
        if (text !== '') await write(text);
        if (items.length < csvWindowRows) break;
      }
    });
    out.end();
  } catch (error) {
    // Nobody is there any more to be told; one who read too slowly finds the connection broken.
    if (gone.signal.aborted) out.destroy();
    else throw error;
  }
}
