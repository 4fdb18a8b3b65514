import type { EndpointQuery } from '../assets/public.ts';
import { QUERY_PREFIX } from './config.ts';
import { isObject, type JsonObject, member } from './json-body.ts';
import { shapeLimits } from './limits.ts';
import type { Refusal } from './refusals.ts';
import { checkRows, cleanText, type RowsResult } from './rows.ts';

/** What came back for one id of a distributed read. */
export interface Answered {
  readonly query: EndpointQuery;
  readonly outcome:
    | { readonly kind: 'rows'; readonly rows: RowsResult }
    | { readonly kind: 'failed'; readonly message: string }
    /** osqueryd died while it ran this statement and refuses it for a day. */
    | { readonly kind: 'denylisted'; readonly message: string };
}

/** An answer to somebody else's question, e.g. a live one; its rows are not checked yet. */
export interface OtherAnswer {
  readonly id: string;
  readonly rows: unknown;
  /** 0: it ran. */
  readonly status: number;
  readonly message: string;
  /** `wall_time_ms` of its stats as the endpoint sent it; unchecked. */
  readonly wallMs: unknown;
}

export type WriteResult =
  | {
      readonly ok: true;
      readonly answers: readonly Answered[];
      readonly others: readonly OtherAnswer[];
      readonly refusals: readonly Refusal[];
    }
  | { readonly ok: false; readonly refusal: Refusal };

/**
 * Reads the body of a distributed write. Each id is taken by itself. Agents before 4.x send no
 * messages; some send statuses as texts.
 */
export function parseWrite(
  body: JsonObject,
  queries: ReadonlyMap<string, EndpointQuery>,
): WriteResult {
  const refuse = (reason: Refusal['reason'], detail: string): WriteResult => ({
    ok: false,
    refusal: { reason, detail },
  });
  const answered = member(body, 'queries');
  if (!isObject(answered)) return refuse('WRONG_TYPE', 'queries is not an object');
  const ids = Object.keys(answered);
  if (ids.length > shapeLimits.writeAnswers) {
    return refuse('TOO_MANY_ROWS', `${ids.length} answers, at most ${shapeLimits.writeAnswers}`);
  }
  const statuses = objectOr(member(body, 'statuses'));
  const messages = objectOr(member(body, 'messages'));
  const stats = objectOr(member(body, 'stats'));

  const answers: Answered[] = [];
  const others: OtherAnswer[] = [];
  const refusals: Refusal[] = [];
  for (const id of ids) {
    const rows = member(answered, id);
    const status = statusOf(member(statuses, id));
    if (status === undefined) {
      refusals.push({ reason: 'WRONG_TYPE', detail: `statuses/${id}: not a number` });
      continue;
    }
    const given = member(messages, id);
    const message = typeof given === 'string' ? cleanText(given).slice(0, 1000) : '';
    if (!id.startsWith(QUERY_PREFIX)) {
      const wallMs = member(objectOr(member(stats, id)), 'wall_time_ms');
      others.push({ id, rows, status, message, wallMs });
      continue;
    }
    const query = queries.get(id.slice(QUERY_PREFIX.length));
    if (query === undefined) {
      refusals.push({ reason: 'UNKNOWN_QUERY', detail: `queries/${id}` });
    } else if (status === 0) {
      const checked = checkRows(query, rows);
      if (!checked.ok) refusals.push(checked.refusal);
      answers.push({ query, outcome: { kind: 'rows', rows: checked } });
    } else {
      const denylisted = message.includes('denylisted');
      const said = message || `osquery status ${status}, without a message`;
      refusals.push({
        reason: denylisted ? 'QUERY_DENYLISTED' : 'QUERY_FAILED',
        detail: `${query.name}: ${said}`,
      });
      answers.push({
        query,
        outcome: { kind: denylisted ? 'denylisted' : 'failed', message: said },
      });
    }
  }
  return { ok: true, answers, others, refusals };
}

function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** No status at all: an old agent that ran it. */
function statusOf(value: unknown): number | undefined {
  if (value === undefined) return 0;
  const status =
    typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isInteger(status) ? status : undefined;
}
