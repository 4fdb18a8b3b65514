import type { Queryable } from '../../../platform/db/queryable.ts';
import type { FacetSource } from '../../../platform/facets/facet.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import { wildcard } from '../../../platform/facets/wildcard.ts';
import { withDescendants } from '../scopes/tree.ts';

interface ScopeFact {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly relation: string;
  readonly endpointCount: 0;
}

export interface ScopeIndex {
  readonly source: FacetSource;
  /** Scopes of this name, path (`Acme/Osaka`) or id, with all that lie below them. */
  named(text: string, how: { readonly wildcards: boolean }): ReadonlySet<string>;
  withRelation(relation: string): readonly string[];
  /** Its shortest name that no other scope has: `Osaka`, or `Acme/Osaka`. */
  all(): readonly { readonly id: string; readonly name: string }[];
  below(id: string): ReadonlySet<string>;
}

export function createScopeIndex(): ScopeIndex {
  let scopes: readonly ScopeFact[] = [];
  let paths = new Map<string, readonly string[]>();

  async function read(db: Queryable): Promise<readonly ScopeFact[]> {
    const { rows } = await db.query<ScopeFact>(
      `select id, parent_id as "parentId", name, relation, 0 as "endpointCount"
         from assets.scopes order by id`,
    );
    return rows;
  }

  async function load(db: Queryable): Promise<void> {
    scopes = await read(db);
    paths = pathsOf(scopes);
  }

  return {
    source: {
      name: 'assets.scopes',
      load,
      refresh: load,
      async check(db, limit) {
        const told = ({ id, parentId, name, relation }: ScopeFact) =>
          JSON.stringify([id, parentId, name, relation]);
        const stored = new Set((await read(db)).map(told));
        const held = new Set(scopes.map(told));
        const differing = [
          ...[...held].filter((one) => !stored.has(one)),
          ...[...stored].filter((one) => !held.has(one)),
        ];
        return differing
          .slice(0, limit)
          .map((detail) => ({ source: 'assets.scopes', position: 0, detail }));
      },
    },
    named(text, { wildcards }) {
      const folded = foldText(text);
      const fits =
        wildcards && folded.includes('*') ? wildcard(folded) : (t: string) => t === folded;
      const found = new Set<string>();
      for (const { id } of scopes) {
        const path = paths.get(id) ?? [];
        const isMeant = id === folded || path.some((_, at) => fits(path.slice(at).join('/')));
        if (isMeant) for (const below of withDescendants(scopes, id)) found.add(below);
      }
      return found;
    },
    withRelation: (relation) =>
      scopes.filter((scope) => scope.relation === relation).map(({ id }) => id),
    all() {
      return scopes.map(({ id, name }) => ({ id, name: shortestName(id, name) }));
    },
    below: (id) => withDescendants(scopes, id),
  };

  function shortestName(id: string, name: string): string {
    const own = paths.get(id) ?? [foldText(name)];
    const named = namesFromRoot(id);
    for (let length = 1; length <= own.length; length += 1) {
      const wanted = own.slice(-length).join('/');
      const others = scopes.some(
        (other) =>
          other.id !== id && (paths.get(other.id) ?? []).slice(-length).join('/') === wanted,
      );
      if (!others) return named.slice(-length).join('/');
    }
    return named.join('/');
  }

  function namesFromRoot(id: string): string[] {
    const names: string[] = [];
    const byId = new Map(scopes.map((scope) => [scope.id, scope]));
    let scope = byId.get(id);
    while (scope && names.length < scopes.length) {
      names.unshift(scope.name);
      scope = scope.parentId === null ? undefined : byId.get(scope.parentId);
    }
    return names;
  }
}

/** Folded names from the top of the tree, by scope. */
function pathsOf(scopes: readonly ScopeFact[]): Map<string, readonly string[]> {
  const byId = new Map(scopes.map((scope) => [scope.id, scope]));
  return new Map(
    scopes.map(({ id }) => {
      const path: string[] = [];
      let scope = byId.get(id);
      // A circle must not exist; it would not end here either.
      while (scope && path.length < scopes.length) {
        path.unshift(foldText(scope.name));
        scope = scope.parentId === null ? undefined : byId.get(scope.parentId);
      }
      return [id, path] as const;
    }),
  );
}
