import { Kbd, Loader, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useQueries } from '@tanstack/react-query';
import { useState } from 'react';
import { type Permission, roleHolds } from '../http/principal.ts';
import { api } from './api-client.ts';
import type { ListAnswer } from './data-table-window.ts';
import type { SearchSource, WebModule } from './page.ts';
import { useGo } from './page.ts';
import { useSession } from './session.tsx';
import classes from './shell.module.css';
import { useT } from './translate.ts';

const [store, controls] = createSpotlight();

export function openSearch(): void {
  controls.open();
}

/** Looks like a search box and opens the search over everything. */
export function SearchButton() {
  const t = useT();
  return (
    <UnstyledButton className={classes.search} onClick={openSearch}>
      <IconSearch size={16} aria-hidden="true" />
      <span className={classes.searchText}>{t('shell.search-all')}</span>
      <Kbd size="xs" className={classes.searchKey}>
        Ctrl K
      </Kbd>
    </UnstyledButton>
  );
}

/** Pages by name, and whatever the modules let one find by name. */
export function ShellSearch({ modules }: { modules: readonly WebModule[] }) {
  const t = useT();
  const go = useGo();
  const { user } = useSession();
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 200);
  const holds = (permission: string | undefined) =>
    permission === undefined || (user !== null && roleHolds(user.role, permission as Permission));
  const sources = modules
    .flatMap((module) => module.search ?? [])
    .filter(({ permission }) => holds(permission));
  const answers = useQueries({
    queries: sources.map((source: SearchSource) => ({
      queryKey: ['shell-search', source.id, asked],
      queryFn: () =>
        api.get<ListAnswer<unknown>>(source.path, {
          ...source.query,
          [source.queryName ?? 'q']: asked,
          limit: 6,
        }),
      enabled: asked.length >= 2,
      staleTime: 5_000,
    })),
  });
  const pages = modules
    .flatMap((module) => module.pages)
    .filter((page) => page.nav && holds(page.permission))
    .map((page) => ({ page, label: t(page.titleKey) }))
    .filter(({ label, page }) =>
      `${label} ${page.path}`.toLowerCase().includes(text.trim().toLowerCase()),
    );
  const actions: SpotlightActionGroupData[] = [
    ...sources.map((source, place) => {
      const Icon = source.icon;
      return {
        group: t(source.groupKey),
        actions: hitsOf(source, asked.length >= 2 ? (answers[place]?.data?.items ?? []) : []).map(
          (hit) => ({
            id: `${source.id}:${hit.id}`,
            label: hit.label,
            ...(hit.description ? { description: hit.description } : {}),
            leftSection: <Icon size={18} />,
            onClick: () => go(hit.href),
          }),
        ),
      };
    }),
    {
      group: t('shell.pages'),
      actions: pages.map(({ page, label }) => {
        const Icon = page.nav?.icon;
        return {
          id: page.path,
          label,
          leftSection: Icon ? <Icon size={18} /> : null,
          onClick: () => go(page.path),
        };
      }),
    },
  ].filter((group) => group.actions.length > 0);
  const isFetching = answers.some((answer) => answer.isFetching) || asked !== text.trim();
  return (
    <Spotlight
      store={store}
      shortcut={null}
      actions={actions}
      query={text}
      onQueryChange={setText}
      // The server has searched already; a second filter would hide hits by other columns.
      filter={(_query, all) => all}
      nothingFound={isFetching ? <Loader size="xs" color="gray" /> : t('shell.no-match')}
      scrollable
      maxHeight={440}
      radius="md"
      centered={false}
      yOffset="12vh"
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      highlightQuery
      searchProps={{
        placeholder: t('shell.search-all'),
        'aria-label': t('shell.search-all'),
        leftSection: <IconSearch size={18} />,
      }}
    />
  );
}

function hitsOf(source: SearchSource, rows: readonly unknown[]) {
  return [...new Map(rows.map(source.hitOf).map((hit) => [hit.id, hit])).values()];
}
