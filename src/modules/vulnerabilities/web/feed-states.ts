import type { Feed, FeedActivity } from '../api.ts';

export const stateColors: Record<Feed['state'], string> = {
  never: 'gray',
  fresh: 'moss',
  'too-old': 'amber',
  failed: 'crimson',
  importing: 'ember',
};

/** What needs a hand first, then by name; what nothing here needs comes last. */
export function inOrder(feeds: readonly Feed[]): readonly Feed[] {
  const urgency: Record<Feed['state'], number> = {
    failed: 0,
    'too-old': 1,
    never: 2,
    importing: 3,
    fresh: 4,
  };
  return [...feeds].sort(
    (one, other) =>
      Number(other.needed) - Number(one.needed) ||
      urgency[one.state] - urgency[other.state] ||
      one.name.localeCompare(other.name),
  );
}

/** Percent of a feed that is in, or null while nobody knows how large it is. */
export function percentOf({ phase, done, total }: FeedActivity['feeds'][number]): number | null {
  if (phase !== 'fetching' && phase !== 'reading') return 100;
  if (total === null || total === 0) return null;
  return Math.min(100, Math.floor((100 * done) / total));
}

const types: readonly (readonly [RegExp, string])[] = [
  [/\.(tar\.gz|tgz|gz)$/i, 'application/gzip'],
  [/\.zip$/i, 'application/zip'],
  [/\.tar$/i, 'application/x-tar'],
];

/** The content type to send a bundle with: browsers disagree on that of an archive. */
export function archiveType(fileName: string): string {
  return types.find(([ending]) => ending.test(fileName))?.[1] ?? 'application/octet-stream';
}

/** A share that never says 0 % of something or 100 % of not quite all. Null: nothing to share. */
export function honestShare(part: number, whole: number): number | null {
  if (whole <= 0) return null;
  if (part <= 0) return 0;
  if (part >= whole) return 100;
  return Math.min(99, Math.max(1, Math.round((100 * part) / whole)));
}
