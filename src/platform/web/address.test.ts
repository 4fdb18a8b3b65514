import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiUrl, problemOf } from './api-client.ts';
import { readSearch, writeSearch } from './page.ts';
import { safeNext } from './safe-next.ts';

describe('state in the address', () => {
  const defaults = { q: '', tab: 'summary', page: 1, all: false };

  it('reads what fits and falls back where it does not', () => {
    expect(readSearch('?q=1&tab=software&page=x&all=true&other=2', defaults)).toEqual({
      q: '1',
      tab: 'software',
      page: 1,
      all: true,
    });
  });

  it('leaves defaults and strangers alone', () => {
    expect(writeSearch('?other=2&q=old', defaults, { q: '', tab: 'software' })).toBe(
      '?other=2&tab=software',
    );
    expect(writeSearch('?tab=software', defaults, { tab: 'summary' })).toBe('');
  });

  it('reads back what it wrote, whatever was typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.integer(), (q, all, page) => {
        expect(readSearch(writeSearch('', defaults, { q, all, page }), defaults)).toEqual({
          q,
          tab: 'summary',
          page,
          all,
        });
      }),
    );
  });
});

describe('apiUrl', () => {
  it('leaves empty values out and escapes the others', () => {
    expect(apiUrl('/api/things', { q: 'a&b', sort: '', limit: 0, on: false, x: null })).toBe(
      '/api/things?q=a%26b&limit=0&on=false',
    );
    expect(apiUrl('/things')).toBe('/api/things');
  });
});

describe('problemOf', () => {
  it('reads a problem', () => {
    const problem = problemOf(409, 'Conflict', {
      code: 'LOGIN_TAKEN',
      title: 'Taken',
      errors: [{ at: '/login', message: 'taken' }],
    });
    expect(problem).toMatchObject({ status: 409, code: 'LOGIN_TAKEN', title: 'Taken' });
    expect(problem.errors).toHaveLength(1);
  });

  it.each([
    ['<html>', undefined],
    ['null', null],
    ['a list', []],
    ['numbers', { code: 7 }],
  ])('makes one of anything else: %s', (_what, body) => {
    expect(problemOf(502, 'Bad Gateway', body)).toMatchObject({
      code: 'HTTP_502',
      title: 'Bad Gateway',
      errors: [],
    });
  });
});

describe('safeNext', () => {
  it.each`
    because                               | next                      | goes
    ${'nothing asked'}                    | ${null}                   | ${'/'}
    ${'a page'}                           | ${'/users?sort=-login'}   | ${'/users?sort=-login'}
    ${'another site'}                     | ${'https://evil.example'} | ${'/'}
    ${'another site without its scheme'}  | ${'//evil.example'}       | ${'/'}
    ${'browsers read \\ as /'}            | ${'/\\evil.example'}      | ${'/'}
    ${'browsers drop tabs and line ends'} | ${'/\t/evil.example'}     | ${'/'}
    ${'a script'}                         | ${'javascript:alert(1)'}  | ${'/'}
    ${'no way out of the sign-in page'}   | ${'/sign-in?next=/x'}     | ${'/'}
  `('$because', ({ next, goes }) => {
    expect(safeNext(next)).toBe(goes);
  });
});
