import type { EndpointQuery } from '../assets/public.ts';
import { FULL_PREFIX, QUERY_PREFIX } from './config.ts';
import { isObject, type JsonObject, member } from './json-body.ts';
import { shapeLimits } from './limits.ts';
import type { Refusal } from './refusals.ts';
import { checkRows, type RowsResult } from './rows.ts';

/** The endpoint says: the answer to `query` has this digest now. */
export interface DigestReport {
  readonly query: EndpointQuery;
  /** SHA-256, 64 hexadecimal digits in lower case. */
  readonly digest: string;
  readonly observedAt: Date;
}

/** A whole answer that came by schedule, checked. */
export interface ScheduledAnswer {
  readonly query: EndpointQuery;
  readonly rows: RowsResult;
  readonly observedAt: Date;
}

export interface LogBatch {
  readonly lines: number;
  readonly statusLines: number;
  readonly reports: readonly DigestReport[];
  readonly answers: readonly ScheduledAnswer[];
  readonly refusals: readonly Refusal[];
}

export type LogResult =
  | { readonly ok: true; readonly batch: LogBatch }
  | { readonly ok: false; readonly refusal: Refusal };

/** A line that claims to be from later than this, or older than that, has a wrong clock. */
const FUTURE_SECONDS = 300;
const PAST_SECONDS = 30 * 24 * 3600;

/**
 * Reads the body of a log post. Lines are taken one by one: what is wrong with one is among the
 * refusals and stops no other. Of several reports on one query the latest counts, so a batch that
 * is sent twice, or late, says the same.
 */
export function parseLog(
  body: JsonObject,
  queries: ReadonlyMap<string, EndpointQuery>,
  receivedAt: Date,
): LogResult {
  const type = member(body, 'log_type');
  if (type !== 'result' && type !== 'status') {
    return refuse('WRONG_TYPE', 'log_type is neither "result" nor "status"');
  }
  const data = member(body, 'data');
  if (!Array.isArray(data)) return refuse('WRONG_TYPE', 'data is not a list');
  if (data.length > shapeLimits.logLines) {
    return refuse('TOO_MANY_LINES', `${data.length} lines, at most ${shapeLimits.logLines}`);
  }
  const refusals: Refusal[] = [];
  if (type === 'status') {
    for (const [index, line] of data.entries()) {
      const refusal = readStatus(line, index);
      if (refusal) refusals.push(refusal);
    }
    return batch({ lines: data.length, statusLines: data.length, refusals });
  }
  const reports = new Map<string, DigestReport>();
  const answers = new Map<string, ScheduledAnswer>();
  for (const [index, line] of data.entries()) {
    const read = readResult(line, index, queries, receivedAt);
    if (read.refusals) refusals.push(...read.refusals);
    if (read.report) keepLatest(reports, read.report);
    if (read.answer) keepLatest(answers, read.answer);
  }
  return batch({
    lines: data.length,
    statusLines: 0,
    refusals,
    reports: [...reports.values()],
    answers: [...answers.values()],
  });
}

const refuse = (reason: Refusal['reason'], detail: string): LogResult => ({
  ok: false,
  refusal: { reason, detail },
});

function batch(found: Partial<LogBatch> & Pick<LogBatch, 'lines' | 'statusLines'>): LogResult {
  return { ok: true, batch: { reports: [], answers: [], refusals: [], ...found } };
}

function keepLatest<Item extends DigestReport | ScheduledAnswer>(
  items: Map<string, Item>,
  item: Item,
): void {
  const before = items.get(item.query.name);
  if (before && before.observedAt.getTime() > item.observedAt.getTime()) return;
  items.set(item.query.name, item);
}

/** Errors (2) and fatal ones (3) of osqueryd are worth showing; the rest is only counted. */
function readStatus(line: unknown, index: number): Refusal | undefined {
  if (!isObject(line)) return { reason: 'WRONG_TYPE', detail: `data/${index}: not an object` };
  const severity = Number(member(line, 'severity'));
  const message = member(line, 'message');
  if (!Number.isInteger(severity) || severity < 0 || typeof message !== 'string') {
    return { reason: 'WRONG_TYPE', detail: `data/${index}: no severity or no message` };
  }
  if (severity < 2) return undefined;
  return { reason: severity === 2 ? 'AGENT_ERROR' : 'AGENT_FATAL', detail: message };
}

interface ReadLine {
  readonly report?: DigestReport;
  readonly answer?: ScheduledAnswer;
  readonly refusals?: readonly Refusal[];
}

function readResult(
  line: unknown,
  index: number,
  queries: ReadonlyMap<string, EndpointQuery>,
  receivedAt: Date,
): ReadLine {
  const at = `data/${index}`;
  const wrong = (reason: Refusal['reason'], detail: string): ReadLine => ({
    refusals: [{ reason, detail: `${at}: ${detail}` }],
  });
  if (!isObject(line)) return wrong('WRONG_TYPE', 'not an object');
  const name = member(line, 'name');
  if (typeof name !== 'string') return wrong('WRONG_TYPE', 'no name');
  const isFull = name.startsWith(FULL_PREFIX);
  const prefix = isFull ? FULL_PREFIX : QUERY_PREFIX;
  const query = name.startsWith(prefix) ? queries.get(name.slice(prefix.length)) : undefined;
  if (query === undefined) return wrong('UNKNOWN_QUERY', `name "${name}"`);
  if (member(line, 'action') !== 'snapshot') {
    return wrong('UNSUPPORTED_FORMAT', `${name}: not a snapshot`);
  }

  const unixTime = Number(member(line, 'unixTime'));
  if (!Number.isFinite(unixTime) || unixTime <= 0) return wrong('WRONG_TYPE', `${name}: unixTime`);
  const aheadSeconds = unixTime - receivedAt.getTime() / 1000;
  // Later than now would make it fresher than it can be; an old line stays as old as it says.
  const observedAt = aheadSeconds > 0 ? receivedAt : new Date(Math.max(0, unixTime * 1000));
  const refusals: Refusal[] =
    aheadSeconds > FUTURE_SECONDS || aheadSeconds < -PAST_SECONDS
      ? [
          {
            reason: 'CLOCK_WRONG',
            detail: `${at}: unixTime ${unixTime}, ${Math.round(aheadSeconds)} s from ours`,
          },
        ]
      : [];

  const snapshot = member(line, 'snapshot');
  if (isFull) {
    const rows = checkRows(query, snapshot);
    if (!rows.ok) refusals.push(rows.refusal);
    return { answer: { query, rows, observedAt }, refusals };
  }
  const row = Array.isArray(snapshot) && snapshot.length === 1 ? snapshot[0] : undefined;
  const digest = isObject(row) ? member(row, 'digest') : undefined;
  if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) {
    return wrong('WRONG_TYPE', `${name}: not one row with a digest`);
  }
  return { report: { query, digest, observedAt }, refusals };
}
