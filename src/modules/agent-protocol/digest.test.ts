import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');
const digest = (columns: string[], rows: Record<string, string>[]) =>
  digestOf(columns, rows).toString('hex');

describe('digestOf', () => {
  it('of no rows is that of the empty text', () => {
    expect(digest(['a'], [])).toBe(sha256(''));
  });

  it('joins values and rows, in the order of the columns', () => {
    const rows = [
      { b: '2', a: '1' },
      { b: '', a: '1' },
    ];
    expect(digest(['a', 'b'], rows)).toBe(sha256('1\x1f\n1\x1f2'));
  });

  it('orders by UTF-8 bytes, not by UTF-16 units', () => {
    const rows = ['\u{1f600}', '\ufffd', 'é', 'a', 'B'].map((a) => ({ a }));
    // The order in which SQLite returned these (osqueryi 5.23.1, order by 1).
    expect(digest(['a'], rows)).toBe(sha256(['B', 'a', 'é', '\ufffd', '\u{1f600}'].join('\n')));
  });

  it('does not depend on the order of rows, but on how often each is there', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.string(), (values, extra) => {
        const rows = values.map((a) => ({ a }));
        expect(digest(['a'], rows.toReversed())).toBe(digest(['a'], rows));
        expect(digest(['a'], [...rows, { a: extra }, { a: extra }])).not.toBe(
          digest(['a'], [...rows, { a: extra }]),
        );
      }),
    );
  });
});
