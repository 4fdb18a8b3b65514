import { describe, expect, it } from 'vitest';
import { pagesOf, readTableMemory } from './data-table-window.ts';
import { newsOf } from './live.ts';
import { scopeOptionsOf } from './scopes.ts';

describe('pagesOf', () => {
  it.each`
    because                               | first   | last    | total   | pages
    ${'nothing is known: the first page'} | ${0}    | ${99}   | ${null} | ${[0]}
    ${'the list is empty'}                | ${0}    | ${0}    | ${0}    | ${[0]}
    ${'within a page'}                    | ${10}   | ${60}   | ${5000} | ${[0]}
    ${'across two'}                       | ${90}   | ${130}  | ${5000} | ${[0, 1]}
    ${'far down'}                         | ${4210} | ${4260} | ${5000} | ${[42]}
    ${'the list became shorter'}          | ${4210} | ${4260} | ${150}  | ${[1]}
  `('$because', ({ first, last, total, pages }) => {
    expect(pagesOf(first, last, total)).toEqual(pages);
  });
});

describe('readTableMemory', () => {
  it('reads a choice and drops what is damaged', () => {
    const none = { columnVisibility: {}, columnSizing: {} };
    expect(readTableMemory(null)).toEqual(none);
    expect(readTableMemory('{')).toEqual(none);
    expect(readTableMemory('null')).toEqual(none);
    expect(
      readTableMemory(
        '{"columnVisibility":{"a":false,"b":"no"},"columnSizing":{"a":200,"b":-4,"c":"wide"}}',
      ),
    ).toEqual({ columnVisibility: { a: false }, columnSizing: { a: 200 } });
  });
});

describe('newsOf', () => {
  it('hears news and nothing else', () => {
    expect(newsOf('{"topic":"endpoints","ids":["a",7]}')).toEqual({
      topic: 'endpoints',
      ids: ['a', '7'],
    });
    expect(newsOf('{"topic":"audit"}')).toEqual({ topic: 'audit' });
    for (const other of ['', 'ping', '{}', '[]', 'null', '{"topic":1}']) {
      expect(newsOf(other)).toBeNull();
    }
  });
});

describe('scopeOptionsOf', () => {
  it('writes whole names in order, and survives a circle and a missing parent', () => {
    const scopes = [
      { id: 'c', parentId: 'b', name: 'Line 1' },
      { id: 'a', parentId: null, name: 'Asahi' },
      { id: 'b', parentId: 'a', name: 'Osaka' },
      { id: 'x', parentId: 'y', name: 'X' },
      { id: 'y', parentId: 'x', name: 'Y' },
      { id: 'z', parentId: 'gone', name: 'Z' },
    ];
    expect(scopeOptionsOf(scopes).map(({ label }) => label)).toEqual([
      'Asahi',
      'Asahi › Osaka',
      'Asahi › Osaka › Line 1',
      'X › Y',
      'Y › X',
      'Z',
    ]);
  });
});
