import { Button, Center, Loader, Stack, Text } from '@mantine/core';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ModulesProvider } from './additions.tsx';
import { Brand } from './brand.tsx';
import type { WebModule } from './page.ts';
import { useGo } from './page.ts';
import { safeNext } from './safe-next.ts';
import { SessionProvider, useSessionQuery } from './session.tsx';
import { Shell } from './shell.tsx';
import { setLanguage, useT } from './translate.ts';

/** Decides between set-up, sign-in and the shell. */
export function Root({ modules }: { modules: readonly WebModule[] }) {
  const t = useT();
  const go = useGo();
  const session = useSessionQuery();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const searchText = useRouterState({ select: (state) => state.location.searchStr });
  const pages = modules.flatMap((module) => module.pages);
  const isBare = pages.some((page) => page.bare && page.path === pathname);
  const { data } = session;
  const home = pages.find((page) => page.path === '/')
    ? '/'
    : [...pages]
        .filter((page) => page.nav?.group === 'watch')
        .sort((one, other) => (one.nav?.order ?? 0) - (other.nav?.order ?? 0))[0]?.path;

  let redirect: string | null = null;
  if (data?.needsSetup) {
    if (pathname !== '/setup') redirect = '/setup';
  } else if (data && data.user === null) {
    const next = `${pathname}${searchText}`;
    if (pathname !== '/sign-in') {
      redirect = next === '/' || isBare ? '/sign-in' : `/sign-in?next=${encodeURIComponent(next)}`;
    }
  } else if (data?.user && isBare) {
    redirect = safeNext(new URLSearchParams(searchText).get('next'));
  } else if (data?.user && pathname === '/' && home && home !== '/') {
    redirect = home;
  }
  useEffect(() => {
    if (redirect !== null) go(redirect, { replace: true });
  }, [redirect, go]);

  const language = data?.user?.language;
  const userId = data?.user?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another user is a reason to look again
  useEffect(() => {
    if (language) setLanguage(language);
  }, [language, userId]);

  if (!data) {
    return (
      <Center mih="100dvh">
        <Stack align="center" gap="lg">
          <Brand size={36} />
          {session.error ? (
            <>
              <Text c="dimmed" role="alert">
                {t('shell.no-server')}
              </Text>
              <Button
                variant="default"
                loading={session.isFetching}
                onClick={() => void session.refetch()}
              >
                {t('shell.retry')}
              </Button>
            </>
          ) : (
            <Loader size="sm" color="gray" aria-label={t('shell.loading')} />
          )}
        </Stack>
      </Center>
    );
  }
  if (redirect !== null) return null;
  return (
    <SessionProvider session={data}>
      {isBare ? (
        <Outlet />
      ) : (
        <ModulesProvider modules={modules}>
          <Shell modules={modules}>
            <Outlet />
          </Shell>
        </ModulesProvider>
      )}
    </SessionProvider>
  );
}
