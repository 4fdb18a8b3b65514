import type { PartState } from '../api.ts';
import type { Platform } from '../observation.ts';
import type { PartQuery } from '../queries/part-query.ts';
import { freshnessOf } from './freshness.ts';
import type { StoredPart } from './read/store.ts';

/** Times in milliseconds since 1970, by part; absent: never. */
export interface PartTimes {
  readonly confirmed: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
}

/** All parts there are, in the order of the queries, also those that were never answered. */
export function partStates(
  queries: readonly PartQuery[],
  platform: Platform,
  { confirmed, failed }: PartTimes,
  stored: readonly StoredPart[],
  nowMs: number,
): readonly PartState[] {
  const byPart = new Map(stored.map((one) => [one.part, one]));
  return queries.map(({ name, sql, intervalSeconds }) => {
    const held = byPart.get(name);
    const confirmedAtMs = confirmed[name] ?? null;
    const freshness = freshnessOf(
      {
        applicable: sql[platform] !== undefined,
        intervalSeconds,
        confirmedAtMs,
        failedAtMs: failed[name] ?? null,
      },
      nowMs,
    );
    return {
      part: name,
      freshness,
      intervalSeconds,
      observedAt: confirmedAtMs === null ? null : new Date(confirmedAtMs).toISOString(),
      changedAt: held?.changedAt ?? null,
      rowCount: held?.rowCount ?? null,
      rejectedCount: held?.rejectedCount ?? 0,
      failure: freshness === 'failed' ? (held?.failure ?? null) : null,
    };
  });
}
