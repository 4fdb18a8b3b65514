import type { Action } from '../../agent-protocol/api.ts';
import type { NewCampaign, Work } from '../api.ts';

/** What people must see before they agree. */
export type Danger = 'removal' | 'restart' | 'may-restart' | 'script' | 'service-stop' | 'collect';

export function dangerOfAction(action: Action): Danger | null {
  switch (action.type) {
    case 'package-remove':
    case 'remove-extension':
      return 'removal';
    case 'restart':
      return 'restart';
    case 'script':
      return 'script';
    case 'collect':
      return 'collect';
    case 'service':
      return action.operation === 'stop' || action.operation === 'disable' ? 'service-stop' : null;
    default:
      return null;
  }
}

/** The dangers of some work, the gravest first. */
export function dangersOf(work: Work, restart: NewCampaign['restart']): readonly Danger[] {
  const own = work.kind === 'action' ? dangerOfAction(work.action) : null;
  return [
    ...(own === null ? [] : [own]),
    ...(restart === 'when-needed' && own !== 'restart' ? (['may-restart'] as const) : []),
  ];
}

/** Whether the number of endpoints has to be typed, not only read: what cannot be taken back. */
export function mustType(dangers: readonly Danger[]): boolean {
  return dangers.some(
    (danger) => danger === 'removal' || danger === 'restart' || danger === 'script',
  );
}

/** What was typed as a number of endpoints; separators and full-width digits are fine. */
export function readCount(text: string): number | null {
  const plain = text.normalize('NFKC').replaceAll(/[\s,.\u00a0]/g, '');
  return /^\d{1,9}$/.test(plain) ? Number(plain) : null;
}
