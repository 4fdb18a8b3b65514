import { keepPreviousData, type QueryKey, useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { type ApiProblem, api, type Query } from './api-client.ts';

/** The answer of every list of the API. */
export interface ListAnswer<Row> {
  items: Row[];
  total: number;
  /** Counting stopped at `total`: there are more. */
  totalIsAtLeast?: boolean;
  asOf: string;
}

const pageSize = 100;
/** The most rows one may act on at once; the limit of the API's windows and bulk changes. */
export const selectionLimit = 1000;

export interface ListWindow<Row> {
  /** Rows that match; null until the first answer. */
  total: number | null;
  totalIsAtLeast: boolean;
  asOf: string | null;
  rowAt: (index: number) => Row | undefined;
  /** The rows shown still belong to the previous filter or order. */
  isOutdated: boolean;
  isFetching: boolean;
  problem: ApiProblem | null;
  retry: () => void;
  /** Says which rows are on the screen, so that they are fetched. */
  setRange: (first: number, last: number) => void;
  /** Fetches a span of rows that may not be on the screen; at most `selectionLimit`. */
  fetchSpan: (first: number, last: number) => Promise<Row[]>;
}

/** The pages of `pageSize` rows that `first..last` touch. */
export function pagesOf(first: number, last: number, total: number | null): number[] {
  const end = total === null ? 0 : Math.max(0, total - 1);
  const from = Math.floor(Math.min(Math.max(0, first), end) / pageSize);
  const to = Math.floor(Math.min(Math.max(0, last), end) / pageSize);
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}

/**
 * A window into a long list of the server: only the pages on the screen are asked for, and asked
 * again when their queries are invalidated.
 */
export function useListWindow<Row>(
  queryKey: QueryKey,
  path: string,
  query: Query,
): ListWindow<Row> {
  const client = useQueryClient();
  const identity = JSON.stringify([queryKey, path, query]);
  const [range, setRangeState] = useState({ identity, first: 0, last: pageSize - 1 });
  const lastTotal = useRef<number | null>(null);
  const present = range.identity === identity ? range : { first: 0, last: pageSize - 1 };
  const pages = pagesOf(present.first, present.last, lastTotal.current);
  const keyOf = (page: number): QueryKey => [...queryKey, path, query, { page }];
  const fetchPage = (page: number) =>
    api.get<ListAnswer<Row>>(path, { ...query, offset: page * pageSize, limit: pageSize });

  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: keyOf(page),
      queryFn: () => fetchPage(page),
      // The first page of the old filter stays readable until the new answer is here.
      ...(page === 0 ? { placeholderData: keepPreviousData } : {}),
    })),
  });

  const byPage = new Map<number, (typeof results)[number]>();
  pages.forEach((page, place) => {
    const result = results[place];
    if (result) byPage.set(page, result);
  });
  const answered = results
    .filter((result) => result.data !== undefined)
    .sort((one, other) => other.dataUpdatedAt - one.dataUpdatedAt);
  const newest = answered[0]?.data;
  const total = newest?.total ?? null;
  useEffect(() => {
    if (total !== null) lastTotal.current = total;
  }, [total]);

  const rowAt = (index: number): Row | undefined => {
    const page = Math.floor(index / pageSize);
    const data = byPage.get(page)?.data ?? client.getQueryData<ListAnswer<Row>>(keyOf(page));
    return data?.items[index - page * pageSize];
  };
  const setRange = useCallback(
    (first: number, last: number) => {
      setRangeState((previous) =>
        previous.identity === identity &&
        Math.floor(previous.first / pageSize) === Math.floor(first / pageSize) &&
        Math.floor(previous.last / pageSize) === Math.floor(last / pageSize)
          ? previous
          : { identity, first, last },
      );
    },
    [identity],
  );
  const failed = results.find((result) => result.error !== null);

  return {
    total: total ?? (results.some((result) => result.isPending) ? lastTotal.current : null),
    totalIsAtLeast: newest?.totalIsAtLeast ?? false,
    asOf: newest?.asOf ?? null,
    rowAt,
    isOutdated: results.some((result) => result.isPlaceholderData),
    isFetching: results.some((result) => result.isFetching),
    problem: (failed?.error as ApiProblem | null | undefined) ?? null,
    retry: () => {
      for (const result of results) if (result.error) void result.refetch();
    },
    setRange,
    fetchSpan: async (first, last) => {
      const from = Math.max(0, Math.min(first, last));
      const length = Math.min(Math.abs(last - first) + 1, selectionLimit);
      const answer = await api.get<ListAnswer<Row>>(path, {
        ...query,
        offset: from,
        limit: length,
      });
      return answer.items;
    },
  };
}

/** What a reader chose for one table: hidden columns and widths. */
export interface TableMemory {
  columnVisibility: Record<string, boolean>;
  columnSizing: Record<string, number>;
}

/** Reads the choice of this browser; anything damaged counts as no choice. */
export function readTableMemory(text: string | null): TableMemory {
  const memory: TableMemory = { columnVisibility: {}, columnSizing: {} };
  if (text === null) return memory;
  try {
    const value = JSON.parse(text) as Partial<Record<keyof TableMemory, unknown>> | null;
    for (const [id, shown] of Object.entries(value?.columnVisibility ?? {})) {
      if (typeof shown === 'boolean') memory.columnVisibility[id] = shown;
    }
    for (const [id, width] of Object.entries(value?.columnSizing ?? {})) {
      if (typeof width === 'number' && width >= 40 && width <= 2000) {
        memory.columnSizing[id] = width;
      }
    }
  } catch {
    // Written by an older version or by hand: begin anew.
  }
  return memory;
}

/** Keeps the column choice of table `id` in this browser. */
export function useTableMemory(id: string): [TableMemory, (memory: TableMemory) => void] {
  const storageKey = `yojin.table.${id}`;
  const initial = useMemo(() => {
    try {
      return readTableMemory(localStorage.getItem(storageKey));
    } catch {
      return readTableMemory(null);
    }
  }, [storageKey]);
  const save = useCallback(
    (memory: TableMemory) => {
      try {
        localStorage.setItem(storageKey, JSON.stringify(memory));
      } catch {
        // Storage full or forbidden: the choice lasts as long as the page.
      }
    },
    [storageKey],
  );
  return [initial, save];
}
