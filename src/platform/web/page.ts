import { useParams, useRouter, useRouterState } from '@tanstack/react-router';
import { type ComponentType, useCallback, useMemo } from 'react';

/** One page of the console. `path` in the router's syntax: `/endpoints/$id`. */
export interface WebPage {
  path: string;
  titleKey: string;
  /** Usually `lazy(() => import('./x-page.tsx'))`: the shell waits for it with a skeleton. */
  component: ComponentType;
  nav?: {
    group: 'watch' | 'manage' | 'system';
    order: number;
    icon: ComponentType<{ size?: number }>;
  };
  /** E.g. `assets:read`. Without it the page is open to every signed-in user. */
  permission?: string;
  /** Reachable without a session (sign-in, set-up) and drawn without the shell. */
  bare?: boolean;
}

/** What a module gives to the console: exported by its `web/manifest.ts`. */
export interface WebModule {
  name: string;
  pages: readonly WebPage[];
  /** Keys begin with `<name>.`, or with `problem.` for the codes of problems. */
  messages: { ja: Record<string, string>; en: Record<string, string> };
  /** What the search of the header finds by name. */
  search?: readonly SearchSource[];
  /** What the module adds to pages of other modules. */
  additions?: readonly WebAddition[];
}

/**
 * A part of a page that another module owns. The owner of the page says `useAdditions('<place>')`
 * and draws what it is given; neither module knows the other.
 */
export interface WebAddition {
  /** `<page>.<where>`, e.g. `overview.tiles`; the README lists the places there are. */
  place: string;
  /** Unique within the place: the name of a tab in the address. */
  id: string;
  /** What it is called, where the place shows a name (a tab). */
  titleKey?: string;
  order: number;
  permission?: string;
  /** Usually lazy, as for a page. `subjectId`: what the page is about, e.g. an endpoint. */
  component: ComponentType<{ subjectId: string }>;
}

/** A list of the API that the search of the header asks. */
export interface SearchSource {
  id: string;
  groupKey: string;
  path: string;
  /** The parameter that takes what was typed. Default: `q`. */
  queryName?: string;
  /** What goes along. */
  query?: Readonly<Record<string, string>>;
  permission?: string;
  icon: ComponentType<{ size?: number }>;
  /** Rows with the same `id` are one hit. */
  hitOf: (row: unknown) => { id: string; label: string; description?: string; href: string };
}

/** The value of `$name` in the path of the open page. */
export function useParam(name: string): string {
  const params = useParams({ strict: false }) as Record<string, string | undefined>;
  return params[name] ?? '';
}

export interface GoOptions {
  /** Put the new address in the place of the present one: for typing, not for choosing. */
  replace?: boolean;
}

/** Opens another address of the console (path with search, as in a link). */
export function useGo(): (href: string, options?: GoOptions) => void {
  const router = useRouter();
  return useCallback(
    (href, options) => {
      if (options?.replace) router.history.replace(href);
      else router.history.push(href);
    },
    [router],
  );
}

export type SearchValue = string | number | boolean;

/** `false` written as a default stands for either. */
type Widened<T> = { [Name in keyof T]: T[Name] extends boolean ? boolean : T[Name] };

/** Reads `search` into the shape of `defaults`; what does not fit its type counts as absent. */
export function readSearch<T extends Record<string, SearchValue>>(search: string, defaults: T): T {
  const params = new URLSearchParams(search);
  const state: Record<string, SearchValue> = { ...defaults };
  for (const [name, fallback] of Object.entries(defaults)) {
    const text = params.get(name);
    if (text === null) continue;
    if (typeof fallback === 'number') {
      if (text.trim() !== '' && Number.isFinite(Number(text))) state[name] = Number(text);
    } else if (typeof fallback === 'boolean') {
      if (text === 'true' || text === 'false') state[name] = text === 'true';
    } else {
      state[name] = text;
    }
  }
  return state as T;
}

/** `search` with `patch` written into it; values equal to their default are left out. */
export function writeSearch(
  search: string,
  defaults: Record<string, SearchValue>,
  patch: Record<string, SearchValue | undefined>,
): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(patch)) {
    if (value === undefined || value === defaults[name]) params.delete(name);
    else params.set(name, String(value));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * State that lives in the address, so that every view is a deep link and back and forward work.
 * Values equal to their default do not appear there. Other parameters stay untouched, so several
 * parts of one page may each own some.
 */
export function useSearchState<T extends Record<string, SearchValue>>(
  defaults: T,
): [Widened<T>, (patch: Partial<Widened<T>>, options?: GoOptions) => void] {
  const router = useRouter();
  const search = useRouterState({ select: (state) => state.location.searchStr });
  // Callers write the defaults inline; their text stands for them.
  const shape = JSON.stringify(defaults);
  const state = useMemo(
    () => readSearch(search, JSON.parse(shape) as T) as Widened<T>,
    [search, shape],
  );
  const set = useCallback(
    (patch: Partial<Widened<T>>, options?: GoOptions) => {
      const { location } = router.history;
      const next = writeSearch(location.search, JSON.parse(shape) as T, patch);
      if (next === location.search) return;
      const href = `${location.pathname}${next}`;
      if (options?.replace) router.history.replace(href);
      else router.history.push(href);
    },
    [router, shape],
  );
  return [state, set];
}
