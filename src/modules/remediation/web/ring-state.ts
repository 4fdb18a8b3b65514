import type { Campaign } from '../api.ts';

/** `soaking`: its endpoints are through, and one waits to see whether something goes wrong. */
export type RingState = 'to-come' | 'running' | 'soaking' | 'ended';

const underWay = ['queued', 'delivered', 'running', 'offline'] as const;

/**
 * How it stands with one ring of a campaign. That it soaks is not said but follows: nobody is under
 * way, and no more wait than the rings to come have.
 */
export function ringStateOf(
  { rings, state, byState }: Pick<Campaign, 'rings' | 'state' | 'byState'>,
  place: number,
): RingState {
  const ring = rings[place];
  if (ring === undefined || ring.startedAt === null) return 'to-come';
  if (ring.endedAt !== null) return 'ended';
  const toCome = rings.slice(place + 1).reduce((sum, { endpoints }) => sum + endpoints, 0);
  const isThrough =
    underWay.every((name) => (byState[name] ?? 0) === 0) && (byState['waiting'] ?? 0) <= toCome;
  return state === 'running' && isThrough && ring.soakMinutes > 0 && place < rings.length - 1
    ? 'soaking'
    : 'running';
}
