import { useT } from '../../web/translate.ts';
import type { DeliveryProblem } from '../api.ts';

/** Why something was not delivered: our words, and what the other side said. */
export function useProblemWords(): (problem: DeliveryProblem) => string[] {
  const t = useT();
  return ({ code, detail }) => [t(`notify.problem.${code}`), detail].filter((line) => line !== '');
}
