import { describe, expect, it } from 'vitest';
import type { SqlProblem } from '../api.ts';
import { distinctProblems, marksOf } from './sql-marks.ts';
import { verdictOf } from './verdict.ts';

const problem = (change: Partial<SqlProblem>): SqlProblem => ({
  platform: 'linux',
  level: 'error',
  code: 'NO_SUCH_TABLE',
  text: { ja: '表がない', en: 'no such table: procs' },
  from: 14,
  to: 19,
  nearest: ['processes'],
  ...change,
});
const text = 'select * from procs';

describe('problems in the editor', () => {
  it('stand at their place, once for all platforms that have them', () => {
    const marks = marksOf([problem({}), problem({ platform: 'darwin' })], null, text);
    expect(marks).toHaveLength(1);
    expect(marks[0]).toMatchObject({ from: 14, to: 19, platforms: ['linux', 'darwin'] });
    expect(text.slice(marks[0]!.from, marks[0]!.to)).toBe('procs');
  });

  it('count from the first character that is no space, as the server does', () => {
    const typed = `\n  ${text}`;
    const [mark] = marksOf([problem({})], null, typed);
    expect(typed.slice(mark!.from, mark!.to)).toBe('procs');
  });

  it('are those of the platform of the editor', () => {
    expect(marksOf([problem({}), problem({ platform: 'windows' })], 'windows', text)).toMatchObject(
      [{ platforms: ['windows'] }],
    );
  });

  it('never lie outside of the text, nor between two characters', () => {
    for (const [from, to] of [
      [14, 99],
      [50, 60],
      [19, 19],
      [-4, -1],
      [5, 3],
      [null, null],
      [7, null],
    ] as const) {
      const [mark] = marksOf([problem({ from, to })], null, text);
      expect(mark!.from).toBeGreaterThanOrEqual(0);
      expect(mark!.to).toBeLessThanOrEqual(text.length);
      expect(mark!.to).toBeGreaterThan(mark!.from);
    }
    expect(marksOf([problem({ from: 3, to: 5 })], null, '')[0]).toMatchObject({ from: 0, to: 0 });
  });

  it('are listed with errors first', () => {
    expect(
      distinctProblems([problem({ level: 'warning', code: 'COST' }), problem({})]).map(
        ({ level }) => level,
      ),
    ).toEqual(['error', 'warning']);
  });
});

describe('whether a question may be asked', () => {
  const preview = { cost: 'low', problems: [], targeted: 3, notApplicable: 1 } as const;
  const of = (change: object, accepted = false) =>
    verdictOf({ ...preview, ...change, problems: [] }, accepted);
  it('needs a preview, endpoints, and a platform that can answer', () => {
    expect(verdictOf(undefined, true)).toBe('waiting');
    expect(of({})).toBe('ready');
    expect(of({ targeted: 0, notApplicable: 0 })).toBe('no-target');
    expect(of({ notApplicable: 3 })).toBe('no-platform');
  });

  it('needs warnings and high cost to be accepted; errors cannot be', () => {
    expect(of({ cost: 'high' })).toBe('accept');
    expect(of({ cost: 'high' }, true)).toBe('ready');
    const warned = { ...preview, problems: [problem({ level: 'warning' })] };
    expect(verdictOf(warned, false)).toBe('accept');
    expect(verdictOf(warned, true)).toBe('ready');
    expect(verdictOf({ ...preview, problems: [problem({})] }, true)).toBe('errors');
  });
});
