import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Scope } from '../api.ts';
import { flattenScopes, type ScopeNode, scopePathOf, scopeTreeOf } from './scope-tree.ts';

interface ScopesAnswer {
  items: Scope[];
  total: number;
  asOf: string;
}

/** All scopes that the reader may see. */
export function useScopes() {
  return useApi<ScopesAnswer>(['scopes'], '/api/scopes', { limit: 1000 });
}

export function useScopeTree(scopes: readonly Scope[] | undefined): readonly ScopeNode[] {
  const language = useLanguage();
  return useMemo(() => scopeTreeOf(scopes ?? [], language), [scopes, language]);
}

/** Choices for a filter: the tree in reading order, deeper scopes marked. */
export function useScopeOptions(): readonly { value: string; label: string }[] {
  const scopes = useScopes();
  const tree = useScopeTree(scopes.data?.items);
  return useMemo(
    () =>
      flattenScopes(tree).map(({ scope, depth }) => ({
        value: scope.id,
        label: `${'– '.repeat(depth)}${scope.name}`,
      })),
    [tree],
  );
}

type ScopeSelectProps = Omit<SelectProps, 'data' | 'onChange' | 'value'> & {
  value: string | null;
  onChange: (scopeId: string | null) => void;
  /** Which scopes may be chosen; default: all. */
  nodes?: readonly ScopeNode[];
};

/** Chooses a scope by its whole path, which tells two "Plant 2" apart. */
export function ScopeSelect({ value, onChange, nodes, ...rest }: ScopeSelectProps) {
  const t = useT();
  const scopes = useScopes();
  const tree = useScopeTree(scopes.data?.items);
  const items = scopes.data?.items ?? [];
  return (
    <Select
      label={t('assets.column.scopeName')}
      {...rest}
      searchable
      data={(nodes ?? flattenScopes(tree)).map(({ scope }) => ({
        value: scope.id,
        label: scopePathOf(items, scope.id),
      }))}
      value={value}
      onChange={onChange}
      disabled={rest.disabled || scopes.data === undefined}
      error={rest.error ?? (scopes.error ? scopes.error.title : undefined)}
    />
  );
}
