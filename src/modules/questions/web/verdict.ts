import type { Preview } from '../api.ts';

/** What keeps a question from being asked; `waiting`: not previewed yet. */
export type Verdict = 'waiting' | 'errors' | 'no-target' | 'no-platform' | 'accept' | 'ready';

/** There is something that has to be accepted first. */
export function warnsOf({ cost, problems }: Pick<Preview, 'cost' | 'problems'>): boolean {
  return cost === 'high' || problems.some(({ level }) => level === 'warning');
}

export function verdictOf(
  preview: Pick<Preview, 'cost' | 'problems' | 'targeted' | 'notApplicable'> | undefined,
  accepted: boolean,
): Verdict {
  if (preview === undefined) return 'waiting';
  if (preview.problems.some(({ level }) => level === 'error')) return 'errors';
  if (preview.targeted === 0) return 'no-target';
  if (preview.notApplicable >= preview.targeted) return 'no-platform';
  return warnsOf(preview) && !accepted ? 'accept' : 'ready';
}
