import { describe, expect, it } from 'vitest';
import type { EndpointQuery } from '../assets/public.ts';
import { checkRows, cleanText } from './rows.ts';

const query: EndpointQuery = {
  name: 'users',
  sql: { linux: 'select name, uid from users' },
  columns: ['name', 'uid'],
  intervalSeconds: 60,
  maxRows: 3,
  ingest: async () => undefined,
};

describe('checkRows', () => {
  it('takes rows of texts, and cleans them of NUL and half characters', () => {
    expect(checkRows(query, [{ name: 'AMD\0\0', uid: '\ud800x' }])).toEqual({
      ok: true,
      rows: [{ name: 'AMD', uid: '\ufffdx' }],
    });
    expect(checkRows(query, '')).toEqual({ ok: true, rows: [] });
  });

  const row = { name: 'root', uid: '0' };
  it.each([
    ['WRONG_TYPE', 'no list', { 0: row }],
    ['WRONG_TYPE', 'nothing', null],
    ['WRONG_TYPE', 'a row that is a list', [['root', '0']]],
    ['WRONG_TYPE', 'a row that is null', [row, null]],
    ['WRONG_TYPE', 'a number', [{ name: 'root', uid: 0 }]],
    ['WRONG_TYPE', 'an object for a text', [{ name: 'root', uid: {} }]],
    ['WRONG_COLUMNS', 'a column too few', [{ name: 'root' }]],
    ['WRONG_COLUMNS', 'a column too many', [{ ...row, shell: '/bin/sh' }]],
    ['WRONG_COLUMNS', 'another column', [{ name: 'root', gid: '0' }]],
    ['WRONG_COLUMNS', 'a prototype', [JSON.parse('{"__proto__":{"uid":"0"},"name":"root"}')]],
    ['VALUE_TOO_LONG', 'a huge text', [{ name: 'x'.repeat(65_537), uid: '0' }]],
    ['TOO_MANY_ROWS', 'four rows', [row, row, row, row]],
  ])('refuses with %s: %s', (reason, _, value) => {
    expect(checkRows(query, value)).toMatchObject({ ok: false, refusal: { reason } });
  });
});

describe('cleanText', () => {
  it('is the very same text when there is nothing to clean', () => {
    expect(cleanText('用心 \u{1f525}')).toBe('用心 \u{1f525}');
  });
});
