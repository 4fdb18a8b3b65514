import { AppShell, Burger, NavLink, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure, useHotkeys } from '@mantine/hooks';
import { useRouterState } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLinkClick } from './app-link.tsx';
import { Brand } from './brand.tsx';
import { startLive } from './live.ts';
import type { WebModule, WebPage } from './page.ts';
import { useGo } from './page.ts';
import { useHolds, useSession } from './session.tsx';
import classes from './shell.module.css';
import { HeaderControls } from './shell-header.tsx';
import { openSearch, SearchButton, ShellSearch } from './shell-search.tsx';
import { openShortcuts } from './shortcuts.tsx';
import { useT } from './translate.ts';

const groups = ['watch', 'manage', 'system'] as const;

/** Navigation, header and the open page. */
export function Shell({
  modules,
  children,
}: {
  modules: readonly WebModule[];
  children: ReactNode;
}) {
  const t = useT();
  const go = useGo();
  const { version } = useSession();
  const [opened, { toggle, close }] = useDisclosure(false);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const main = useRef<HTMLElement>(null);
  const homeClick = useLinkClick();

  useEffect(startLive, []);
  // On a phone the menu covers the page that was just chosen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the new page is the reason to run
  useEffect(() => {
    close();
    window.scrollTo(0, 0);
  }, [pathname]);

  useHotkeys([
    [
      '/',
      () => {
        const box = document.querySelector<HTMLInputElement>('[data-slash-target]');
        if (box) box.focus();
        else openSearch();
      },
    ],
    ['shift+?', () => openShortcuts(t), { usePhysicalKeys: false }],
    ['?', () => openShortcuts(t)],
    ['mod+K', () => openSearch()],
    ['t', () => document.querySelector<HTMLElement>('[role="grid"]')?.focus()],
    ['h', () => go('/')],
  ]);

  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 224, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <button type="button" className={classes.skip} onClick={() => main.current?.focus()}>
        {t('shell.skip')}
      </button>
      <AppShell.Header className={classes.header}>
        <Burger
          opened={opened}
          onClick={toggle}
          hiddenFrom="sm"
          size="sm"
          aria-label={t('shell.navigation')}
        />
        <UnstyledButton
          component="a"
          href="/"
          onClick={homeClick}
          className={classes.brand}
          aria-label={t('shell.to-home')}
        >
          <Brand />
        </UnstyledButton>
        <SearchButton />
        <HeaderControls />
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label={t('shell.navigation')}>
        <AppShell.Section grow component={ScrollArea} type="never">
          {groups.map((group) => (
            <NavGroup key={group} group={group} modules={modules} pathname={pathname} />
          ))}
        </AppShell.Section>
        <AppShell.Section className={classes.navFoot}>
          <a href="/api/docs" target="_blank" rel="noreferrer">
            {t('shell.api-docs')}
          </a>
          <Text span inherit>
            {version}
          </Text>
        </AppShell.Section>
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} className={classes.main}>
        {children}
      </AppShell.Main>
      <ShellSearch modules={modules} />
    </AppShell>
  );
}

interface NavGroupProps {
  group: (typeof groups)[number];
  modules: readonly WebModule[];
  pathname: string;
}

function NavGroup({ group, modules, pathname }: NavGroupProps) {
  const t = useT();
  const pages = modules
    .flatMap((module) => module.pages)
    .filter((page) => page.nav?.group === group)
    .sort((one, other) => (one.nav?.order ?? 0) - (other.nav?.order ?? 0));
  if (pages.length === 0) return null;
  return (
    <div className={classes.navGroup} data-group>
      <Text className={classes.navTitle} component="h2">
        {t(`shell.group.${group}`)}
      </Text>
      {pages.map((page) => (
        <NavItem key={page.path} page={page} pathname={pathname} />
      ))}
    </div>
  );
}

function NavItem({ page, pathname }: { page: WebPage; pathname: string }) {
  const t = useT();
  const holds = useHolds(page.permission);
  const onClick = useLinkClick();
  if (!holds) return null;
  const Icon = page.nav?.icon;
  const active =
    page.path === '/'
      ? pathname === '/'
      : pathname === page.path || pathname.startsWith(`${page.path}/`);
  return (
    <NavLink
      component="a"
      href={page.path}
      onClick={onClick}
      active={active}
      aria-current={active ? 'page' : undefined}
      label={t(page.titleKey)}
      leftSection={Icon ? <Icon size={18} /> : undefined}
      className={classes.navItem ?? ''}
    />
  );
}
