import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idDifference, lineOf, softwareContent, tableContent, tableDifference } from './content.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const anyRow = fc.record({ a: anyText, b: anyText });

describe('tableContent', () => {
  it('is the same whatever the order and however often rows come', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        const once = tableContent(['a', 'b'], rows);
        const again = tableContent(['a', 'b'], [...rows.toReversed(), ...rows]);
        expect(again.rows).toEqual(once.rows);
      }),
    );
  });

  it('holds only what PostgreSQL takes', () => {
    fc.assert(
      fc.property(fc.array(anyRow), (rows) => {
        const text = tableContent(['a', 'b'], rows).rows.flat().join('');
        expect(text).not.toContain('\0');
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });

  it('never throws, whatever an endpoint sends as a row', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (rows) => {
        const { rows: kept, rejected } = tableContent(['a'], rows as never);
        expect(kept.length + rejected.count).toBeLessThanOrEqual(rows.length);
        const { software, rejected: refused } = softwareContent('deb', ['name'], rows as never);
        expect(software.size + refused.count).toBeLessThanOrEqual(rows.length);
      }),
    );
  });

  it.each`
    because             | row                          | reason
    ${'not an object'}  | ${null}                      | ${'is no object'}
    ${'not a text'}     | ${{ a: 1 }}                  | ${'a is no string'}
    ${'far too long'}   | ${{ a: 'x'.repeat(4001) }}   | ${'a is longer than 4000 characters'}
    ${'nothing in it'}  | ${{ a: '', c: 'other' }}     | ${'is empty'}
    ${'not of its own'} | ${Object.create({ a: 'x' })} | ${'is empty'}
  `('refuses a row: $because', ({ row, reason }) => {
    expect(tableContent(['a'], [{ a: 'fine' }, row])).toEqual({
      rows: [['fine']],
      rejected: { count: 1, examples: [{ row: 1, reason }] },
    });
  });
});

describe('differences', () => {
  it('turn what was before into what is after', () => {
    const ids = fc.uniqueArray(fc.nat(30));
    fc.assert(
      fc.property(ids, ids, (before, after) => {
        const { added, removed } = idDifference(before, after);
        const turned = new Set(before);
        for (const id of removed) expect(turned.delete(id)).toBe(true);
        for (const id of added) turned.add(id);
        expect(turned).toEqual(new Set(after));
        const rows = (list: number[]) => list.map((n) => [`${n}`, 'x']);
        const lines = tableDifference(rows(before), rows(after));
        expect(lines.added).toEqual(rows([...added]));
        expect(lines.removed).toEqual(rows([...removed]));
      }),
    );
  });

  it('are told in lines of bounded length', () => {
    expect(lineOf(['tcp', '', '22'])).toBe('tcp 22');
    expect(lineOf(['x'.repeat(4000)])).toHaveLength(300);
  });
});
