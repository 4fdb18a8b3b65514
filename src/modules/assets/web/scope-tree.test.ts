import { describe, expect, it } from 'vitest';
import type { Scope } from '../api.ts';
import {
  deleteRefusalOf,
  flattenScopes,
  possibleParentsOf,
  scopePathOf,
  scopeTreeOf,
} from './scope-tree.ts';

const scope = (id: string, parentId: string | null, more: Partial<Scope> = {}): Scope => ({
  id,
  parentId,
  name: id,
  kind: 'site',
  relation: 'domestic',
  isDefault: false,
  endpointCount: 0,
  endpointCountWithDescendants: 0,
  createdAt: '2026-11-21T00:00:00Z',
  ...more,
});

const outline = (scopes: readonly Scope[]): string[] =>
  flattenScopes(scopeTreeOf(scopes, 'ja')).map((node) => `${node.depth} ${node.scope.id}`);

describe('scopeTreeOf', () => {
  it('puts the default scope first and the rest in the order of numbers in names', () => {
    expect(
      outline([
        scope('site 10', 'hq'),
        scope('site 9', 'hq'),
        scope('z-default', null, { isDefault: true }),
        scope('hq', null),
      ]),
    ).toEqual(['0 z-default', '0 hq', '1 site 9', '1 site 10']);
  });

  it('shows a scope whose parent is out of reach as a root', () => {
    expect(outline([scope('osaka', 'hidden'), scope('floor', 'osaka')])).toEqual([
      '0 osaka',
      '1 floor',
    ]);
  });

  it('leaves nothing out when a damaged record makes a circle', () => {
    const found = outline([scope('a', 'b'), scope('b', 'a'), scope('c', 'b')]);
    expect(found.map((line) => line.slice(2)).sort()).toEqual(['a', 'b', 'c']);
  });
});

describe('possibleParentsOf', () => {
  it('offers neither the scope itself nor anything below it', () => {
    const tree = scopeTreeOf(
      [scope('hq', null), scope('osaka', 'hq'), scope('floor', 'osaka'), scope('tokyo', 'hq')],
      'ja',
    );
    expect(possibleParentsOf(tree, 'osaka').map((node) => node.scope.id)).toEqual(['hq', 'tokyo']);
  });
});

describe('scopePathOf', () => {
  it('names every step from the root', () => {
    expect(scopePathOf([scope('hq', null), scope('osaka', 'hq')], 'osaka')).toBe('hq / osaka');
  });

  it('ends in a circle', () => {
    expect(scopePathOf([scope('a', 'b'), scope('b', 'a')], 'a')).toBe('b / a');
  });
});

describe('deleteRefusalOf', () => {
  const hq = scope('hq', null);
  it.each`
    because                                    | asked                                     | others                | expected
    ${'the default scope takes the newcomers'} | ${scope('d', null, { isDefault: true })}  | ${[]}                 | ${'default'}
    ${'scopes below it would lose their home'} | ${hq}                                     | ${[scope('x', 'hq')]} | ${'has-children'}
    ${'endpoints would lose their home'}       | ${scope('e', null, { endpointCount: 1 })} | ${[hq]}               | ${'has-endpoints'}
    ${'it is empty'}                           | ${hq}                                     | ${[scope('x', null)]} | ${null}
  `('$because', ({ asked, others, expected }) => {
    expect(deleteRefusalOf(asked, [asked, ...others])).toBe(expected);
  });
});
