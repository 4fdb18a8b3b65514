/** What the numbers of the overview say, as sentences to be translated. */
import type { AssetsOverview } from '../api.ts';

export interface Sentence {
  readonly key: string;
  readonly values: Readonly<Record<string, number | string>>;
}

/**
 * A share in whole percent that never flatters: 100 only if all, 0 only if none. Null: of nothing,
 * which is not 0 % and not 100 %.
 */
export function honestPercent(part: number, whole: number): number | null {
  if (whole <= 0) return null;
  if (part <= 0) return 0;
  if (part >= whole) return 100;
  return Math.min(99, Math.max(1, Math.round((part / whole) * 100)));
}

export interface Picture {
  /** Endpoint parts that should be known: all but those that do not apply. */
  readonly expected: number;
  readonly fresh: number;
  readonly stale: number;
  /** Never answered, or the last attempt failed. */
  readonly missing: number;
  readonly freshPercent: number | null;
}

export function pictureOf(byFreshness: Readonly<Record<string, number>>): Picture {
  const count = (freshness: string): number => byFreshness[freshness] ?? 0;
  const fresh = count('fresh');
  const stale = count('stale');
  const missing = count('never') + count('failed');
  const expected = fresh + stale + missing;
  return { expected, fresh, stale, missing, freshPercent: honestPercent(fresh, expected) };
}

/** Which advice the first page gives: nobody yet, only one machine, or none. */
export type FirstRun = 'no-endpoints' | 'only-one' | null;

export function firstRunOf(overview: AssetsOverview): FirstRun {
  if (overview.endpoints === 0) return 'no-endpoints';
  return overview.endpoints === 1 ? 'only-one' : null;
}

/** In words: how many there are, how many answer, how much is known, what to look at. */
export function sentencesOf(overview: AssetsOverview): readonly Sentence[] {
  const total = overview.endpoints;
  if (total === 0) return [{ key: 'assets.sentence.none', values: {} }];
  const presence = (kind: string): number => overview.byPresence[kind] ?? 0;
  const heard = presence('online') + presence('recent');
  const sentences: Sentence[] = [
    total === 1
      ? { key: `assets.sentence.one-${heard > 0 ? 'heard' : 'quiet'}`, values: {} }
      : heard >= total
        ? { key: 'assets.sentence.all-heard', values: { total } }
        : { key: 'assets.sentence.some-heard', values: { total, heard, quiet: total - heard } },
    aboutPicture(pictureOf(overview.byFreshness)),
  ];
  if (overview.sharedHardwareUuid > 0) {
    sentences.push({
      key: 'assets.sentence.cloned',
      values: { count: overview.sharedHardwareUuid },
    });
  }
  return sentences;
}

function aboutPicture({ expected, fresh, stale, missing, freshPercent }: Picture): Sentence {
  if (expected === 0) return { key: 'assets.sentence.picture-empty', values: {} };
  if (fresh === expected) return { key: 'assets.sentence.picture-complete', values: {} };
  const values = {
    freshPercent: freshPercent ?? 0,
    stalePercent: honestPercent(stale, expected) ?? 0,
    missingPercent: honestPercent(missing, expected) ?? 0,
  };
  if (missing === 0) return { key: 'assets.sentence.picture-stale', values };
  if (stale === 0) return { key: 'assets.sentence.picture-missing', values };
  return { key: 'assets.sentence.picture-both', values };
}
