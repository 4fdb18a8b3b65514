import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { Database } from '../../platform/db/queryable.ts';
import type { Question } from './api.ts';
import type { QuestionRow } from './question-store.ts';
import { listRows, listTargets, type Reader } from './result-store.ts';

const windowRows = 5_000;
/** Whoever reads nothing for so long does not get the rest. */
const patienceMs = 60_000;

/**
 * One JSON document, `{ question, rows: […], endpoints: […] }`, out of one snapshot, streamed at
 * the pace at which it is read. A failure on the way breaks the stream off.
 */
export function exportQuestion(
  db: Database,
  question: QuestionRow,
  reader: Reader,
  head: Question,
): PassThrough {
  const out = new PassThrough();
  const gone = new AbortController();
  out.once('close', () => gone.abort());
  const write = async (text: string) => {
    if (out.write(text)) return;
    const tooSlow = setTimeout(() => gone.abort(), patienceMs);
    try {
      await once(out, 'drain', { signal: gone.signal });
    } finally {
      clearTimeout(tooSlow);
    }
  };
  const writeAll = async <Item>(
    page: (window: { offset: number; limit: number }) => Promise<{ items: readonly Item[] }>,
  ) => {
    for (let offset = 0; ; offset += windowRows) {
      const { items } = await page({ offset, limit: windowRows });
      const text = items.map((item) => JSON.stringify(item)).join(',\n');
      if (text !== '') await write(offset === 0 ? text : `,\n${text}`);
      if (items.length < windowRows) return;
    }
  };
  db.transaction(async (tx) => {
    await tx.query(`set transaction isolation level repeatable read, read only`);
    await tx.query(`set local idle_in_transaction_session_timeout = '90s'`);
    await write(`{"question":${JSON.stringify(head)},"rows":[`);
    const byCount = { reach: reader.reach, order: 'order by r.endpoint_count desc, r.id' };
    await writeAll((window) => listRows(tx, question.id, byCount, window));
    await write('],"endpoints":[');
    const byOrdinal = { order: 'order by t.ordinal' };
    await writeAll((window) => listTargets(tx, question, byOrdinal, window, reader));
    await write(']}\n');
  }).then(
    () => out.end(),
    (error: Error) => out.destroy(gone.signal.aborted ? undefined : error),
  );
  return out;
}
