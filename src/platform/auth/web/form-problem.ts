import type { UseFormReturnType } from '@mantine/form';
import { ApiProblem } from '../../web/api-client.ts';
import { problemText } from '../../web/notify.ts';
import type { Translate } from '../../web/translate.ts';

/** Fields of ours that stand for several of the API's. */
const standsFor: Readonly<Record<string, string>> = { role: 'reach', scopeIds: 'reach' };

/**
 * Writes the places that the server found wrong at the fields they belong to, in the reader's
 * language where the problem's code has words. Anything else is left to the notification.
 */
export function showFieldErrors<Values extends Record<string, unknown>>(
  form: Pick<UseFormReturnType<Values>, 'setFieldError' | 'getValues'>,
  problem: unknown,
  t: Translate,
): void {
  if (!(problem instanceof ApiProblem)) return;
  const fields = Object.keys(form.getValues());
  for (const { at, message } of problem.errors) {
    const name = at.replace(/^\/(body\/)?/, '').split('/')[0] ?? '';
    const field = fields.includes(name) ? name : standsFor[name];
    if (field === undefined || !fields.includes(field)) continue;
    // What is wrong with one value has a code of its own; REQUEST_INVALID only lists places.
    const words = problem.code === 'REQUEST_INVALID' ? message : problemText(problem, t).title;
    form.setFieldError(field, words);
  }
}
