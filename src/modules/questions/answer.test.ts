import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeAnswer } from './answer.ts';
import { questionLimits } from './limits.ts';

const judge = (rows: unknown, more: object = {}) =>
  judgeAnswer(
    { id: 'question:1', rows, status: 0, message: '', wallMs: undefined, ...more },
    3,
    questionLimits,
  );

describe('an answer', () => {
  it('has the same hash for the same values, in whatever order the columns come', () => {
    const a = judge([{ name: 'bash', version: '5' }]).rows[0];
    const b = judge([JSON.parse('{"version":"5","name":"bash"}')]).rows[0];
    expect(a).toEqual(b);
    const others = [
      { name: 'bash', version: '6' },
      { name: 'bash' },
      { name: 'bash', version: '5', x: '' },
      { name: '5', version: 'bash' },
    ];
    for (const other of others) expect(judge([other]).rows[0]!.hash).not.toBe(a!.hash);
  });

  it('is told apart from an error by its status, from a missing table by its message', () => {
    expect(judge([], { status: 1, message: 'no such table: apps' }).outcome).toBe('not-applicable');
    expect(judge([], { status: 1, message: 'no such column: x' }).outcome).toBe('failed');
    expect(judge([], { status: 1 }).message).toBe('osquery status 1, without a message');
    const denied = { status: 1, message: 'distributed query is denylisted' };
    expect(judge([], denied).outcome).toBe('denylisted');
    // A row that says so is a row.
    expect(judge([{ message: 'distributed query is denylisted' }]).outcome).toBe('answered');
    expect(judge('')).toMatchObject({ outcome: 'answered', rowCount: 0 });
  });

  it('is refused with the place of what is wrong', () => {
    const limits = { ...questionLimits, columnsPerRow: 2, valueLength: 5 };
    const refusal = (rows: unknown) =>
      judgeAnswer({ id: 'question:1', rows, status: 0, message: '', wallMs: undefined }, 3, limits)
        .message;
    expect(refusal(null)).toBe('the answer is not a list of rows');
    expect(refusal([{}, null])).toBe('row 1 is not an object');
    expect(refusal([{}, ['x']])).toBe('row 1 is not an object');
    expect(refusal([{ a: null }])).toBe('row 0, a: not a text');
    expect(refusal([{ a: '123456' }])).toBe('row 0, a: 6 characters, at most 5');
    expect(refusal([{ a: '', b: '', c: '' }])).toBe('row 0 has 3 columns, at most 2');
    expect(refusal([{ a: '', b: '' }, { c: '' }])).toBe('3 columns, at most 2');
    expect(refusal([{}, {}, {}, {}])).toBe('4 rows, at most 3');
    expect(refusal([{ ['x'.repeat(201)]: '' }])).toMatch(/^row 0: a column's name has 201/);
  });

  it('keeps the time that was measured, if it is one', () => {
    const wallMs = (given: unknown) => judge([], { wallMs: given }).wallMs;
    expect(wallMs(12.4)).toBe(12);
    expect(wallMs('12')).toBe(12);
    for (const wrong of [-1, 1e12, Number.NaN, '', '1e3', [], null, undefined]) {
      expect(wallMs(wrong)).toBeNull();
    }
  });

  it('is an outcome that can be stored, whatever an endpoint sends', () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.constant('\0'), fc.jsonValue());
    const row = fc.oneof(fc.dictionary(fc.string({ unit: 'binary' }), value), fc.jsonValue());
    fc.assert(
      fc.property(fc.oneof(fc.array(row, { maxLength: 4 }), fc.jsonValue()), (rows) => {
        const { outcome, rows: hashed, rowCount, message } = judge(rows);
        expect(['answered', 'refused']).toContain(outcome);
        expect(rowCount === null).toBe(outcome === 'refused');
        expect(message === null).toBe(outcome === 'answered');
        expect(message ?? '').not.toMatch(/\0/);
        for (const { json } of hashed) {
          expect(json).not.toContain('\\u0000');
          expect(json.isWellFormed()).toBe(true);
          for (const text of Object.values(JSON.parse(json))) expect(text).toBeTypeOf('string');
        }
      }),
      { numRuns: 500 },
    );
  });
});
