import { describe, expect, it } from 'vitest';
import type { Question } from '../api.ts';
import { changeOf, comparableRuns, usualPartner } from './comparison.ts';

const run = (id: number, askedAt: string, sql: Record<string, string> = { linux: 'a' }) =>
  ({ id, askedAt, sql }) as unknown as Question;

describe('comparing two runs', () => {
  it('says what came, went, grew and shrank', () => {
    expect(
      [
        { before: 0, after: 3 },
        { before: 2, after: 0 },
        { before: 2, after: 3 },
        { before: 3, after: 2 },
        { before: 2, after: 2 },
      ].map(changeOf),
    ).toEqual(['came', 'went', 'more', 'fewer', 'same']);
  });

  it('offers other runs of the same text, the newest first', () => {
    const open = run(3, '2026-11-03T00:00:00Z');
    const runs = comparableRuns(open, [
      run(1, '2026-11-01T00:00:00Z'),
      open,
      run(4, '2026-11-04T00:00:00Z'),
      run(5, '2026-11-02T00:00:00Z', { linux: 'b' }),
      run(6, '2026-11-02T00:00:00Z', { linux: 'a', darwin: 'a' }),
    ]);
    expect(runs.map(({ id }) => id)).toEqual([4, 1]);
  });

  it('does not mind how a statement is broken into lines', () => {
    const open = run(3, '2026-11-03T00:00:00Z', { linux: 'select 1\n  from a', darwin: 'b' });
    const same = run(1, '2026-11-01T00:00:00Z', { darwin: 'b', linux: 'select 1 from a' });
    expect(comparableRuns(open, [same])).toEqual([same]);
  });

  it('begins with the run before; without one, with the next', () => {
    const open = run(3, '2026-11-03T00:00:00Z');
    const later = run(4, '2026-11-04T00:00:00Z');
    const muchLater = run(7, '2026-11-09T00:00:00Z');
    const earlier = run(1, '2026-11-01T00:00:00Z');
    expect(usualPartner(open, [muchLater, later, earlier])?.id).toBe(1);
    expect(usualPartner(open, [muchLater, later])?.id).toBe(4);
    expect(usualPartner(open, [])).toBeUndefined();
  });
});
