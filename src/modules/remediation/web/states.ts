import type { CampaignState, ProofState, TargetState } from '../api.ts';

export const campaignStates = [
  'awaiting-approval',
  'running',
  'halted',
  'paused',
  'draft',
  'finished',
  'cancelled',
] as const satisfies readonly CampaignState[];

/** In the order of a bar: what is behind us, what is under way, what is to come, what went wrong. */
export const targetStates = [
  'done',
  'reboot-pending',
  'running',
  'delivered',
  'queued',
  'waiting',
  'offline',
  'no-effect',
  'failed',
  'refused',
  'expired',
  'no-agent',
  'excluded',
  'cancelled',
] as const satisfies readonly TargetState[];

/** In the order in which one wants to look at them. */
export const proofStates = [
  'still-there',
  'proved',
  'waiting',
  'unknown',
  'not-due',
] as const satisfies readonly ProofState[];

const troubleStates = ['failed', 'no-effect', 'refused', 'expired'] as const;

type Counts = Readonly<Record<string, number>>;

/** The parts of a bar: named ones in order without the empty ones, and how many bear other names. */
export function segmentsOf<Name extends string>(
  counts: Counts,
  names: readonly Name[],
): { segments: { name: Name; count: number }[]; unnamed: number } {
  const segments = names.flatMap((name) => {
    const count = counts[name] ?? 0;
    return count > 0 ? [{ name, count }] : [];
  });
  const known = segments.reduce((sum, { count }) => sum + count, 0);
  const all = Object.values(counts).reduce((sum, count) => sum + Math.max(0, count), 0);
  return { segments, unnamed: all - known };
}

/** Endpoints where it did not go as it should. */
export function troubleOf(byState: Counts): number {
  return troubleStates.reduce((sum, name) => sum + (byState[name] ?? 0), 0);
}

/** What a person may do with a campaign in this state. */
export type CampaignVerb = 'approve' | 'start' | 'pause' | 'resume' | 'cancel' | 'retry';

const verbs: Record<CampaignState, readonly CampaignVerb[]> = {
  draft: ['start', 'cancel'],
  'awaiting-approval': ['approve', 'cancel'],
  running: ['pause', 'retry', 'cancel'],
  paused: ['resume', 'retry', 'cancel'],
  halted: ['resume', 'retry', 'cancel'],
  finished: ['retry'],
  cancelled: [],
};

/** `again`: endpoints where another order would be given; without any there is no `retry`. */
export function verbsOf(state: CampaignState, again: number): readonly CampaignVerb[] {
  return verbs[state].filter((verb) => verb !== 'retry' || again > 0);
}
