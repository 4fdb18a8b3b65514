/** The rules of the scope tree. */
export interface ScopeNode {
  readonly id: string;
  readonly parentId: string | null;
  readonly endpointCount: number;
}

/** A scope with all that lies below it; tolerates a circle, which must not exist. */
export function withDescendants(scopes: readonly ScopeNode[], id: string): ReadonlySet<string> {
  const children = new Map<string, string[]>();
  for (const scope of scopes) {
    if (scope.parentId === null) continue;
    const siblings = children.get(scope.parentId);
    if (siblings) siblings.push(scope.id);
    else children.set(scope.parentId, [scope.id]);
  }
  const reached = new Set<string>();
  const waiting = [id];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...(children.get(next) ?? []));
  }
  return reached;
}

/** A scope cannot lie below itself. */
export function makesCircle(
  scopes: readonly ScopeNode[],
  id: string,
  newParentId: string | null,
): boolean {
  return newParentId !== null && withDescendants(scopes, id).has(newParentId);
}

/** Endpoints in each scope and in all that lies below it, by scope id. */
export function countsWithDescendants(scopes: readonly ScopeNode[]): ReadonlyMap<string, number> {
  const own = new Map(scopes.map(({ id, endpointCount }) => [id, endpointCount]));
  return new Map(
    scopes.map(({ id }) => [
      id,
      [...withDescendants(scopes, id)].reduce((sum, below) => sum + (own.get(below) ?? 0), 0),
    ]),
  );
}
