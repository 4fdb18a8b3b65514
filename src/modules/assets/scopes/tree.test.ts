import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsWithDescendants, makesCircle, type ScopeNode, withDescendants } from './tree.ts';

/** Each parent comes before its children, so there is no circle. */
const anyTree = fc
  .array(fc.tuple(fc.nat(), fc.nat(9)), { minLength: 1, maxLength: 20 })
  .map((nodes) =>
    nodes.map(
      ([pick, endpointCount], i): ScopeNode => ({
        id: `${i}`,
        parentId: i === 0 || pick % (i + 1) === i ? null : `${pick % i}`,
        endpointCount,
      }),
    ),
  );

const climbs = (scopes: readonly ScopeNode[], from: string): boolean => {
  const seen = new Set<string>();
  for (let id: string | null = from; id !== null; ) {
    if (seen.has(id)) return false;
    seen.add(id);
    id = scopes.find((scope) => scope.id === id)?.parentId ?? null;
  }
  return true;
};

describe('the tree of scopes', () => {
  it('refuses exactly the moves after which somebody never reaches the root', () => {
    fc.assert(
      fc.property(anyTree, fc.nat(), fc.nat(), (scopes, a, b) => {
        const moved = `${a % scopes.length}`;
        const parent = `${b % scopes.length}`;
        const after = scopes.map((scope) =>
          scope.id === moved ? { ...scope, parentId: parent } : scope,
        );
        expect(makesCircle(scopes, moved, parent)).toBe(
          !after.every(({ id }) => climbs(after, id)),
        );
        expect(makesCircle(scopes, moved, null)).toBe(false);
      }),
    );
  });

  it('counts every endpoint once at each root', () => {
    fc.assert(
      fc.property(anyTree, (scopes) => {
        const counts = countsWithDescendants(scopes);
        const roots = scopes.filter(({ parentId }) => parentId === null);
        const all = scopes.reduce((sum, { endpointCount }) => sum + endpointCount, 0);
        expect(roots.reduce((sum, { id }) => sum + (counts.get(id) ?? 0), 0)).toBe(all);
      }),
    );
  });

  it('ends even in a circle, which must not exist', () => {
    const circle = [
      { id: 'a', parentId: 'b', endpointCount: 1 },
      { id: 'b', parentId: 'a', endpointCount: 1 },
    ];
    expect(withDescendants(circle, 'a')).toEqual(new Set(['a', 'b']));
  });
});
