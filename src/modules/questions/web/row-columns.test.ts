import { describe, expect, it } from 'vitest';
import { columnWidthOf, rowColumnsOf } from './row-columns.ts';

describe('columns of answers', () => {
  it('follow the statement; what only some answers have comes after, by name', () => {
    expect(
      rowColumnsOf(
        ['pid', 'name'],
        [{ values: { zeta: '1', name: 'x' } }, { values: { alpha: '', pid: '2' } }],
      ),
    ).toEqual(['pid', 'name', 'alpha', 'zeta']);
  });

  it('are no trouble without rows or with a column twice', () => {
    expect(rowColumnsOf([])).toEqual([]);
    expect(rowColumnsOf(['name', 'name'])).toEqual(['name']);
  });

  it('are wide for paths and narrow for numbers', () => {
    expect(columnWidthOf('cmdline')).toBeGreaterThan(columnWidthOf('username'));
    expect(columnWidthOf('username')).toBeGreaterThan(columnWidthOf('pid'));
    expect(columnWidthOf('x'.repeat(300))).toBeLessThan(400);
  });
});
