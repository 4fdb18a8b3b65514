import type { LibraryQuestion } from '../api.ts';
import type { PlatformName } from './draft.ts';

export const categoryOrder = [
  'software',
  'network',
  'accounts',
  'files',
  'processes',
  'persistence',
  'protection',
  'hardware',
  'configuration',
  'browser',
] as const;

/** Full-width and half-width letters, upper and lower case are alike to somebody who searches. */
const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/**
 * Questions in which all words occur, in either language, the key or the statements; those with a
 * hit in the title first.
 */
export function searchLibrary(
  entries: readonly LibraryQuestion[],
  {
    text,
    category,
    platform,
  }: { text: string; category: string | null; platform: PlatformName | null },
): LibraryQuestion[] {
  const words = plain(text).split(/\s+/).filter(Boolean);
  const inTitle: LibraryQuestion[] = [];
  const elsewhere: LibraryQuestion[] = [];
  for (const entry of entries) {
    if (category !== null && entry.category !== category) continue;
    if (platform !== null && !entry.platforms.includes(platform)) continue;
    const title = plain(`${entry.title.ja}\n${entry.title.en}`);
    const all = plain(
      [
        title,
        entry.key,
        entry.description.ja,
        entry.description.en,
        ...Object.values(entry.sql),
      ].join('\n'),
    );
    if (!words.every((word) => all.includes(word))) continue;
    (words.every((word) => title.includes(word)) ? inTitle : elsewhere).push(entry);
  }
  return [...inTitle, ...elsewhere];
}

/** The categories that occur, in their order, with how many questions each has. */
export function categoriesOf(
  entries: readonly LibraryQuestion[],
): { name: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { category } of entries) counts.set(category, (counts.get(category) ?? 0) + 1);
  const order = (name: string) => {
    const place = (categoryOrder as readonly string[]).indexOf(name);
    return place === -1 ? categoryOrder.length : place;
  };
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((one, other) => order(one.name) - order(other.name) || (one.name < other.name ? -1 : 1));
}
