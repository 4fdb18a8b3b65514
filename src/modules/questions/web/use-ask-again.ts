import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { useGo } from '../../../platform/web/page.ts';
import type { Question } from '../api.ts';
import { questionsKey } from './use-questions.ts';

/** Asks the same of the same selector now, and goes to the new question. */
export function useAskAgain({ id }: Pick<Question, 'id'>) {
  const go = useGo();
  return useApiAction<void, Question>({
    run: () => api.post(`/api/questions/${id}/again`),
    invalidates: [questionsKey],
    onSuccess: (asked) => go(`/questions/${asked.id}`),
  });
}
