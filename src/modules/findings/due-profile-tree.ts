import type { ScopeProfile } from './due-profile-store.ts';

/**
 * Scopes in reading order: parents before what lies below them, siblings with the default scope
 * first and then by name. A scope whose parent is not among them is a root (`depth` 0).
 */
export function inTreeOrder(
  scopes: readonly ScopeProfile[],
): readonly (ScopeProfile & { readonly depth: number })[] {
  const known = new Set(scopes.map(({ id }) => id));
  const below = new Map<string | null, ScopeProfile[]>();
  for (const scope of scopes) {
    const parentId = scope.parentId !== null && known.has(scope.parentId) ? scope.parentId : null;
    const siblings = below.get(parentId);
    if (siblings) siblings.push(scope);
    else below.set(parentId, [scope]);
  }
  const byName = new Intl.Collator('ja', { numeric: true });
  const walk = (parentId: string | null, depth: number): (ScopeProfile & { depth: number })[] =>
    (below.get(parentId) ?? [])
      .sort((a, b) => Number(b.isDefault) - Number(a.isDefault) || byName.compare(a.name, b.name))
      .flatMap((scope) => [{ ...scope, depth }, ...walk(scope.id, depth + 1)]);
  return walk(null, 0);
}
