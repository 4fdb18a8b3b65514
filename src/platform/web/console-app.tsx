import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api-client.ts';
import { Root } from './console-root.tsx';
import { CrashPage, NotFoundPage } from './fallback-pages.tsx';
import type { WebModule } from './page.ts';
import { PageFrame } from './page-frame.tsx';
import { theme } from './theme.ts';
import { startTranslation } from './translate.ts';

/** Query strings stay what they look like: `?q=1` is the text "1" (the default would make JSON). */
const parseSearch = (text: string) => Object.fromEntries(new URLSearchParams(text));
const stringifySearch = (search: Record<string, unknown>) => {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null) params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
};

/** Draws the console made of these modules into `place`. */
export function startConsole(modules: readonly WebModule[], place: HTMLElement): void {
  startTranslation(modules);
  const root = createRootRoute({
    component: () => <Root modules={modules} />,
    notFoundComponent: NotFoundPage,
    errorComponent: CrashPage,
  });
  const routes = modules.flatMap(({ pages }) =>
    pages.map((page) =>
      createRoute({
        getParentRoute: () => root,
        path: page.path,
        component: () => <PageFrame page={page} />,
        errorComponent: CrashPage,
      }),
    ),
  );
  const router = createRouter({
    routeTree: root.addChildren(routes),
    parseSearch,
    stringifySearch,
    defaultErrorComponent: CrashPage,
    // Lists remember their own place (data-table.tsx): the router's way keeps the old place under
    // a new filter.
    scrollRestoration: false,
  });
  const client = new QueryClient({
    defaultOptions: {
      queries: {
        // Live news says when to ask again; this is the age at which returning to a page asks too.
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        // Asking again cannot change a refusal.
        retry: (count, problem) =>
          count < 2 &&
          problem instanceof ApiProblem &&
          (problem.status === 0 || problem.status >= 500),
      },
    },
  });
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <ModalsProvider>
            <Notifications position="bottom-right" limit={4} />
            <RouterProvider router={router} />
          </ModalsProvider>
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
