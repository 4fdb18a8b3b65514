/** The organisation as a tree, built from the flat list that the API answers. */
import type { Scope } from '../api.ts';

export interface ScopeNode {
  readonly scope: Scope;
  /** 0 for a root. */
  readonly depth: number;
  readonly children: readonly ScopeNode[];
}

/**
 * Builds the tree; siblings with the default scope first, then by name. A scope whose parent is
 * not in the list (out of the reader's reach) is a root; so is one that a damaged record made its
 * own ancestor: nothing is left out.
 */
export function scopeTreeOf(scopes: readonly Scope[], language: string): readonly ScopeNode[] {
  const byId = new Map(scopes.map((scope) => [scope.id, scope]));
  const childrenOf = new Map<string | null, Scope[]>();
  for (const scope of scopes) {
    const parentId = isReachableParent(scope, byId) ? scope.parentId : null;
    const siblings = childrenOf.get(parentId);
    if (siblings) siblings.push(scope);
    else childrenOf.set(parentId, [scope]);
  }
  const byName = new Intl.Collator(language, { numeric: true });
  const nodesBelow = (parentId: string | null, depth: number): ScopeNode[] =>
    (childrenOf.get(parentId) ?? [])
      .sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || byName.compare(a.name, b.name))
      .map((scope) => ({ scope, depth, children: nodesBelow(scope.id, depth + 1) }));
  return nodesBelow(null, 0);
}

function isReachableParent(scope: Scope, byId: ReadonlyMap<string, Scope>): boolean {
  const seen = new Set([scope.id]);
  let parent = scope.parentId === null ? undefined : byId.get(scope.parentId);
  if (!parent) return false;
  while (parent) {
    if (seen.has(parent.id)) return false;
    seen.add(parent.id);
    parent = parent.parentId === null ? undefined : byId.get(parent.parentId);
  }
  return true;
}

/** The tree in reading order. */
export function flattenScopes(nodes: readonly ScopeNode[]): readonly ScopeNode[] {
  return nodes.flatMap((node) => [node, ...flattenScopes(node.children)]);
}

/** `Headquarters / Osaka / Plant 2`: from the root down to this very scope. */
export function scopePathOf(scopes: readonly Scope[], scopeId: string): string {
  const byId = new Map(scopes.map((scope) => [scope.id, scope]));
  const names: string[] = [];
  const seen = new Set<string>();
  let scope = byId.get(scopeId);
  while (scope && !seen.has(scope.id)) {
    seen.add(scope.id);
    names.unshift(scope.name);
    scope = scope.parentId === null ? undefined : byId.get(scope.parentId);
  }
  return names.join(' / ');
}

/** Where a scope may be moved: not into itself and not below itself. */
export function possibleParentsOf(
  nodes: readonly ScopeNode[],
  scopeId: string,
): readonly ScopeNode[] {
  return nodes.flatMap((node) =>
    node.scope.id === scopeId
      ? []
      : [{ ...node, children: [] }, ...possibleParentsOf(node.children, scopeId)],
  );
}

export type DeleteRefusal = 'default' | 'has-children' | 'has-endpoints';

/** Why a scope cannot be deleted now, or null. The server decides; this says it beforehand. */
export function deleteRefusalOf(scope: Scope, scopes: readonly Scope[]): DeleteRefusal | null {
  if (scope.isDefault) return 'default';
  if (scopes.some((other) => other.parentId === scope.id)) return 'has-children';
  if (scope.endpointCount > 0) return 'has-endpoints';
  return null;
}
