import { useApi } from './api-client.ts';
import type { ListAnswer } from './data-table-window.ts';
import { useT } from './translate.ts';

interface ScopeName {
  id: string;
  parentId: string | null;
  name: string;
}

export interface ScopeOption {
  value: string;
  /** With the names of its parents: `Asahi › Osaka`. */
  label: string;
}

/** Scopes by full name, in the order of the tree. A cycle or a missing parent ends the name. */
export function scopeOptionsOf(scopes: readonly ScopeName[]): ScopeOption[] {
  const byId = new Map(scopes.map((scope) => [scope.id, scope]));
  return scopes
    .map((scope) => {
      const names: string[] = [];
      const seen = new Set<string>();
      for (
        let next: ScopeName | undefined = scope;
        next && !seen.has(next.id);
        next = next.parentId === null ? undefined : byId.get(next.parentId)
      ) {
        seen.add(next.id);
        names.unshift(next.name);
      }
      return { value: scope.id, label: names.join(' › ') };
    })
    .sort((one, other) => one.label.localeCompare(other.label));
}

/** The scopes that one may choose from, and how to write a set of them. */
export function useScopes(): {
  options: ScopeOption[];
  namesOf: (scopeIds: readonly string[] | null) => string;
} {
  const t = useT();
  const { data } = useApi<ListAnswer<ScopeName>>(['scopes'], '/api/scopes', { limit: 1000 });
  const options = scopeOptionsOf(data?.items ?? []);
  return {
    options,
    namesOf: (scopeIds) =>
      scopeIds === null
        ? t('shell.all-scopes')
        : scopeIds
            .map((id) => options.find((option) => option.value === id)?.label ?? '—')
            .join(', '),
  };
}
