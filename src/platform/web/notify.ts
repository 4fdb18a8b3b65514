import { notifications } from '@mantine/notifications';
import type { ApiProblem } from './api-problem.ts';
import type { Translate } from './translate.ts';

export function notifySuccess(message: string): void {
  notifications.show({ message, color: 'moss', autoClose: 4000, withBorder: true });
}

/**
 * A problem in the reader's language: by its code where we have words, else as it came. Words for
 * its detail may name the one `{{number}}` of the server's own (seconds to wait, a limit).
 */
export function problemText(
  problem: Pick<ApiProblem, 'code' | 'title' | 'detail'>,
  t: Translate,
): { title: string; detail: string | undefined } {
  const key = `problem.${problem.code}`;
  const detailKey = `${key}.detail`;
  return {
    title: t.has(key) ? t(key) : problem.title,
    detail:
      problem.detail !== undefined && t.has(detailKey)
        ? t(detailKey, { number: /\d+/.exec(problem.detail)?.[0] ?? '' })
        : problem.detail,
  };
}

export function notifyFailure(
  problem: Pick<ApiProblem, 'code' | 'title' | 'detail'>,
  t: Translate,
): void {
  const { title, detail } = problemText(problem, t);
  notifications.show({
    title,
    message: detail ?? '',
    color: 'ember',
    autoClose: 10_000,
    withBorder: true,
  });
}
