import { describe, expect, it } from 'vitest';
import type { EndpointQuery } from '../assets/public.ts';
import { parseLog } from './log-lines.ts';

const query: EndpointQuery = {
  name: 'os',
  sql: { linux: 'select name from os_version' },
  columns: ['name'],
  intervalSeconds: 60,
  maxRows: 10,
  ingest: async () => undefined,
};
const queries = new Map([['os', query]]);
const receivedAt = new Date('2026-11-21T18:00:00Z');
const unixTime = receivedAt.getTime() / 1000;
const digest = 'ab'.repeat(32);
const line = (more: object = {}) => ({
  name: 'yojin:os',
  action: 'snapshot',
  snapshot: [{ digest, row_count: '1' }],
  unixTime: unixTime - 5,
  ...more,
});
const result = (...data: unknown[]) => parseLog({ log_type: 'result', data }, queries, receivedAt);

function batchOf(parsed: ReturnType<typeof parseLog>) {
  if (!parsed.ok) throw new Error(parsed.refusal.detail);
  return parsed.batch;
}

describe('parseLog', () => {
  it('reads a digest', () => {
    const { reports, refusals } = batchOf(result(line()));
    expect(reports).toEqual([{ query, digest, observedAt: new Date('2026-11-21T17:59:55Z') }]);
    expect(refusals).toEqual([]);
  });

  it('reads a whole answer', () => {
    const { answers } = batchOf(
      result(line({ name: 'yojin-full:os', snapshot: [{ name: 'Debian' }] })),
    );
    expect(answers).toMatchObject([{ query, rows: { ok: true, rows: [{ name: 'Debian' }] } }]);
  });

  it('keeps the latest of several reports, in whatever order they come', () => {
    const later = 'cd'.repeat(32);
    const lines = [
      line({ unixTime: unixTime - 60 }),
      line({ unixTime: unixTime - 1, snapshot: [{ digest: later }] }),
      line({ unixTime: unixTime - 30 }),
    ];
    for (const order of [lines, lines.toReversed(), [...lines, ...lines]]) {
      expect(batchOf(result(...order)).reports).toMatchObject([{ digest: later }]);
    }
  });

  it('never takes a report for later than it came, nor for fresher than it says', () => {
    const ahead = batchOf(result(line({ unixTime: unixTime + 86_400 })));
    expect(ahead.reports[0]?.observedAt).toEqual(receivedAt);
    expect(ahead.refusals).toMatchObject([{ reason: 'CLOCK_WRONG' }]);
    const behind = batchOf(result(line({ unixTime: 86_400 })));
    expect(behind.reports[0]?.observedAt).toEqual(new Date('1970-01-02T00:00:00Z'));
    expect(behind.refusals).toMatchObject([{ reason: 'CLOCK_WRONG' }]);
  });

  it('stops at no line that is wrong', () => {
    const wrong: [string, unknown][] = [
      ['WRONG_TYPE', null],
      ['WRONG_TYPE', 'text'],
      ['WRONG_TYPE', []],
      ['WRONG_TYPE', {}],
      ['WRONG_TYPE', line({ unixTime: 'yesterday' })],
      ['WRONG_TYPE', line({ unixTime: {} })],
      ['WRONG_TYPE', line({ snapshot: [] })],
      ['WRONG_TYPE', line({ snapshot: [{ digest }, { digest }] })],
      ['WRONG_TYPE', line({ snapshot: [{ digest: 'AB'.repeat(32) }] })],
      ['WRONG_TYPE', line({ snapshot: 'x' })],
      ['UNSUPPORTED_FORMAT', line({ action: 'added', columns: { digest } })],
      ['UNKNOWN_QUERY', line({ name: 'hello' })],
      ['UNKNOWN_QUERY', line({ name: 'yojin:nope' })],
      ['UNKNOWN_QUERY', line({ name: 'yojin:__proto__' })],
      ['WRONG_COLUMNS', line({ name: 'yojin-full:os', snapshot: [{ other: 'x' }] })],
    ];
    const { reports, refusals } = batchOf(result(...wrong.map(([, value]) => value), line()));
    expect(refusals.map(({ reason }) => reason)).toEqual(wrong.map(([reason]) => reason));
    expect(reports).toHaveLength(1);
  });

  it('shows errors of the agent, and only counts the rest', () => {
    const status = (severity: unknown) => ({ severity, message: `severity ${severity}` });
    const parsed = parseLog(
      {
        log_type: 'status',
        data: [status(0), status('1'), status(2), status(3), { severity: 2 }, 7],
      },
      queries,
      receivedAt,
    );
    expect(batchOf(parsed)).toMatchObject({
      statusLines: 6,
      refusals: [
        { reason: 'AGENT_ERROR', detail: 'severity 2' },
        { reason: 'AGENT_FATAL', detail: 'severity 3' },
        { reason: 'WRONG_TYPE' },
        { reason: 'WRONG_TYPE' },
      ],
    });
  });

  it.each([
    ['another type', { log_type: 'carve', data: [] }, 'WRONG_TYPE'],
    ['no lines', { log_type: 'result' }, 'WRONG_TYPE'],
    ['too many lines', { log_type: 'status', data: Array(20_001).fill(0) }, 'TOO_MANY_LINES'],
  ])('refuses %s', (_, body, reason) => {
    expect(parseLog(body, queries, receivedAt)).toMatchObject({ ok: false, refusal: { reason } });
  });
});
