import { describe, expect, it } from 'vitest';
import { ProblemError } from './problem.ts';
import { parseSort } from './sort.ts';

const columns = { name: 'lower(e.name)', seenAt: 'e.seen_at', id: 'e.id' };
const sort = (text: string | undefined) =>
  parseSort(text, columns, { fallback: '-seenAt', tiebreak: 'e.id' });

describe('parseSort', () => {
  it.each([
    [undefined, 'order by e.seen_at desc nulls last, e.id desc'],
    ['name', 'order by lower(e.name) asc nulls last, e.id asc'],
    ['-name', 'order by lower(e.name) desc nulls last, e.id desc'],
    ['-id', 'order by e.id desc'],
  ])('%s', (text, sql) => {
    expect(sort(text)).toBe(sql);
  });

  it.each([
    'e.name',
    'name; drop table x',
    '--name',
    '',
    '-',
    'constructor',
    '__proto__',
    'toString',
  ])('refuses %j, and names what there is', (text) => {
    expect(() => sort(text)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          status: 400,
          code: 'SORT_UNKNOWN',
          errors: [{ at: '/query/sort', message: 'must be one of name, seenAt, id' }],
        }),
      }),
    );
    expect(() => sort(text)).toThrow(ProblemError);
  });
});
