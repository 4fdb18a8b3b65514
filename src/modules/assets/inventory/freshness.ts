import type { Freshness } from '../api.ts';

/** What is known of one part of one endpoint; times in milliseconds since 1970. */
export interface PartKnowledge {
  /** False: the part does not exist on this platform. */
  readonly applicable: boolean;
  readonly intervalSeconds: number;
  /** When the endpoint last confirmed the part, changed or not; null: never. */
  readonly confirmedAtMs: number | null;
  readonly failedAtMs: number | null;
}

/** Allows for splay, a late check-in and a slow query before "fresh" is doubted. */
export const slackSeconds = 120;

export function freshForSeconds(intervalSeconds: number): number {
  return 2 * intervalSeconds + slackSeconds;
}

/**
 * Unknown is never safe: what was never answered, what failed, what is old and what does not exist
 * on the platform are four different answers. A failure hides neither the value nor its age; it
 * counts until the next confirmation.
 */
export function freshnessOf(part: PartKnowledge, nowMs: number): Freshness {
  const { confirmedAtMs, failedAtMs } = part;
  if (!part.applicable) return 'not-applicable';
  if (failedAtMs !== null && (confirmedAtMs === null || failedAtMs > confirmedAtMs))
    return 'failed';
  if (confirmedAtMs === null) return 'never';
  const ageSeconds = (nowMs - confirmedAtMs) / 1000;
  return ageSeconds <= freshForSeconds(part.intervalSeconds) ? 'fresh' : 'stale';
}
