import { describe, expect, it } from 'vitest';
import type { EndpointQuery } from '../assets/public.ts';
import { parseWrite } from './distributed.ts';
import recorded from './testdata/recorded-requests.json' with { type: 'json' };

const query = (name: string, columns = ['a']): EndpointQuery => ({
  name,
  sql: { linux: 'select 1 as a' },
  columns,
  intervalSeconds: 60,
  maxRows: 10,
  ingest: async () => undefined,
});
const queries = new Map(
  [query('ok'), query('bad'), query('empty'), query('slow2')].map((q) => [q.name, q]),
);

/** The recorded body with our ids in place of those of the recording. */
function ours(body: Record<string, unknown>): Record<string, unknown> {
  const rename = (value: unknown) =>
    Object.fromEntries(Object.entries(value as object).map(([id, v]) => [`yojin:${id}`, v]));
  return {
    ...body,
    queries: rename(body['queries']),
    statuses: rename(body['statuses']),
    messages: rename(body['messages']),
  };
}

describe('parseWrite', () => {
  it('tells apart rows, no rows and a statement that failed (recorded)', () => {
    const parsed = parseWrite(ours(recorded.writeErrors.body), queries);
    expect(parsed).toMatchObject({
      ok: true,
      answers: [
        { query: { name: 'bad' }, outcome: { kind: 'failed', message: 'no such table: nope' } },
        { query: { name: 'empty' }, outcome: { kind: 'rows', rows: { ok: true, rows: [] } } },
        {
          query: { name: 'ok' },
          outcome: { kind: 'rows', rows: { ok: true, rows: [{ a: '1' }] } },
        },
      ],
      refusals: [
        { reason: 'QUERY_FAILED' },
        { reason: 'UNKNOWN_QUERY', detail: 'queries/yojin:syn' },
        { reason: 'UNKNOWN_QUERY', detail: 'queries/yojin:types' },
      ],
    });
  });

  it('knows a statement that osqueryd refuses (recorded)', () => {
    expect(parseWrite(ours(recorded.writeDenylisted.body), queries)).toMatchObject({
      answers: [{ query: { name: 'slow2' }, outcome: { kind: 'denylisted' } }],
    });
  });

  it('leaves ids of others to others (recorded)', () => {
    expect(parseWrite(recorded.writeRepeated.body, queries)).toEqual({
      ok: true,
      answers: [],
      others: [{ id: 'w', rows: [{ a: '1' }], status: 0, message: '', wallMs: 0 }],
      refusals: [],
    });
  });

  it('takes statuses as texts, and none, from older agents', () => {
    const body = {
      queries: { 'yojin:ok': '', 'yojin:bad': [], 'yojin:empty': [] },
      statuses: { 'yojin:bad': '1', 'yojin:ok': '0' },
    };
    expect(parseWrite(body, queries)).toMatchObject({
      answers: [
        { outcome: { kind: 'rows', rows: { rows: [] } } },
        { outcome: { kind: 'failed', message: 'osquery status 1, without a message' } },
        { outcome: { kind: 'rows' } },
      ],
    });
  });

  it('refuses one answer, not the others', () => {
    const body = {
      queries: { 'yojin:ok': [{ a: 1 }], 'yojin:empty': [{ a: '1' }], 'yojin:bad': [] },
      statuses: { 'yojin:bad': {} },
    };
    expect(parseWrite(body, queries)).toMatchObject({
      answers: [
        { query: { name: 'ok' }, outcome: { kind: 'rows', rows: { ok: false } } },
        { query: { name: 'empty' }, outcome: { kind: 'rows', rows: { ok: true } } },
      ],
      refusals: [{ reason: 'WRONG_TYPE' }, { reason: 'WRONG_TYPE' }],
    });
  });

  it.each([[{}], [{ queries: [] }], [{ queries: 'x' }], [{ queries: null }]])(
    'refuses %j',
    (body) => {
      expect(parseWrite(body, queries)).toMatchObject({
        ok: false,
        refusal: { reason: 'WRONG_TYPE' },
      });
    },
  );
});
