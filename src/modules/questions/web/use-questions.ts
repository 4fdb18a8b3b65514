import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ApiProblem, api, useApi } from '../../../platform/web/api-client.ts';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useLive } from '../../../platform/web/live.ts';
import type { Ask, LibraryQuestion, OsqueryTable, Preview, Question } from '../api.ts';
import { refetchMsOf } from './outcomes.ts';

export const questionsKey = ['questions'] as const;

/** The questions that come with the product and those of this organisation. */
export function useLibrary() {
  return useApi<Pick<ListAnswer<LibraryQuestion>, 'items'>>(
    ['question-library'],
    '/api/questions/library',
  );
}

const noTables: readonly OsqueryTable[] = [];

/** All tables of osquery with their columns; empty until they are here. */
export function useOsqueryTables(): readonly OsqueryTable[] {
  const { data } = useQuery<{ tables: OsqueryTable[] }, ApiProblem>({
    queryKey: ['question-schema'],
    queryFn: () => api.get('/api/questions/schema'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data?.tables ?? noTables;
}

/** What asking would mean; counted again now and then, for endpoints come and go. */
export function usePreview(ask: Ask | null) {
  return useQuery<Preview, ApiProblem>({
    queryKey: ['question-preview', ask],
    queryFn: () => api.post<Preview>('/api/questions/preview', ask),
    enabled: ask !== null,
    placeholderData: keepPreviousData,
    refetchInterval: 15_000,
  });
}

/** One question, followed closely while it is young. */
export function useQuestion(id: string) {
  useLive(['questions'], [['question', id]]);
  return useQuery<Question, ApiProblem>({
    queryKey: ['question', id],
    queryFn: () => api.get<Question>(`/api/questions/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => refetchMsOf(state.data, Date.now()) ?? false,
  });
}
