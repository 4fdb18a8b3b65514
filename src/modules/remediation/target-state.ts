import type { StoredOrderState } from '../agent-protocol/public.ts';
import type { ProofState, TargetState } from './api.ts';

/** What an order is for. A campaign may try it out first, and restart afterwards. */
export type Stage = 'dry-run' | 'work' | 'restart';

/** Nothing more comes of the campaign itself at such an endpoint. */
export const endStates = [
  'done',
  'no-effect',
  'failed',
  'refused',
  'reboot-pending',
  'no-agent',
  'excluded',
  'expired',
  'cancelled',
] as const satisfies readonly TargetState[];

/** Those that count against a ring. */
export const failedStates = [
  'failed',
  'refused',
  'no-effect',
] as const satisfies readonly TargetState[];

interface OrderNow {
  readonly stage: Stage;
  readonly state: StoredOrderState;
  readonly reason: string | null;
  readonly rebootNeeded: boolean;
  /** The endpoint has not been heard of for a while. */
  readonly silent: boolean;
}

export interface Step {
  readonly state: TargetState;
  readonly ended: boolean;
  /** The stage that follows; its order is still to be given. */
  readonly next: Stage | null;
}

const stay = (state: TargetState): Step => ({ state, ended: false, next: null });
const end = (state: TargetState): Step => ({ state, ended: true, next: null });

/**
 * How it stands at an endpoint, by its order alone. `again`: the order came to no beginning, so
 * there will be another one (its window closed, it expired on the way).
 */
export function stepOf(
  { stage, state, reason, rebootNeeded, silent }: OrderNow,
  { restart, deadlinePassed }: { readonly restart: boolean; readonly deadlinePassed: boolean },
): Step {
  const notBegun = (): Step => {
    if (stage === 'restart') return end('reboot-pending');
    return deadlinePassed ? end('expired') : { state: 'waiting', ended: false, next: stage };
  };
  switch (state) {
    case 'waiting':
      return stay(silent ? 'offline' : stage === 'restart' ? 'reboot-pending' : 'queued');
    case 'received':
      return stay(stage === 'restart' ? 'reboot-pending' : 'delivered');
    case 'running':
      return stay(stage === 'restart' ? 'reboot-pending' : 'running');
    case 'reboot-pending':
      return stay('reboot-pending');
    case 'done':
    case 'no-effect':
      if (stage === 'dry-run') return { state: 'waiting', ended: false, next: 'work' };
      if (stage === 'restart') return end(state === 'done' ? 'done' : 'reboot-pending');
      if (!rebootNeeded) return end(state);
      if (restart) return { state: 'reboot-pending', ended: false, next: 'restart' };
      return end('reboot-pending');
    case 'refused':
      if (reason === 'EXPIRED') return notBegun();
      return stage === 'restart' ? end('reboot-pending') : end('refused');
    case 'failed':
      return stage === 'restart' ? end('reboot-pending') : end('failed');
    case 'expired':
      return notBegun();
    case 'cancelled':
      return stage === 'restart' ? end('reboot-pending') : end('cancelled');
    case 'lost':
      // Its agent is gone; what became of the order is not known, and that is no success.
      return stage === 'restart' ? end('reboot-pending') : end('failed');
  }
}

export interface Observation {
  /** Findings that the work was to close, and how many of them observation closed. */
  readonly findings: number;
  readonly closed: number;
  /** Nobody works on it any more; proof is looked for from here on. */
  readonly endedAt: Date | null;
  /** Software was confirmed, and assessed, as of; null: never. */
  readonly observedAt: Date | null;
  readonly state: TargetState;
}

/** After so long without an observation proof is not awaited any more: it is unknown. */
const unknownAfterMs = 60 * 60_000;

/** States after which proof is due. What was never done needs none, though it may come by itself. */
const proofDue: readonly TargetState[] = ['done', 'no-effect', 'reboot-pending'];

/** What observation says, whatever the agent says. */
export function proofOf(
  { findings, closed, endedAt, observedAt, state }: Observation,
  now: Date,
): ProofState {
  if (findings === 0) return 'not-due';
  if (closed >= findings) return 'proved';
  if (endedAt === null || !proofDue.includes(state)) return 'not-due';
  if (observedAt !== null && observedAt > endedAt) return 'still-there';
  return now.getTime() - endedAt.getTime() > unknownAfterMs ? 'unknown' : 'waiting';
}
