import type { SqlProblem } from '../api.ts';

type PlatformName = SqlProblem['platform'];

/** A problem once, with all platforms that have it. */
export interface DistinctProblem extends Omit<SqlProblem, 'platform'> {
  platforms: readonly PlatformName[];
}

/** A problem at its place in one editor. */
export interface SqlMark extends DistinctProblem {
  from: number;
  to: number;
}

/** What several platforms say of the same place is one problem. Errors first. */
export function distinctProblems(problems: readonly SqlProblem[]): DistinctProblem[] {
  const found = new Map<string, DistinctProblem & { platforms: PlatformName[] }>();
  for (const { platform, ...problem } of problems) {
    const key = JSON.stringify([problem.code, problem.text.en, problem.from, problem.to]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { ...problem, platforms: [platform] });
    else if (!known.platforms.includes(platform)) known.platforms.push(platform);
  }
  const all = [...found.values()];
  return [
    ...all.filter(({ level }) => level === 'error'),
    ...all.filter(({ level }) => level !== 'error'),
  ];
}

/**
 * The problems of one editor's text; `platform` null: it stands for all platforms. Places count
 * from the first character that is no space, for statements are sent without what surrounds them.
 * Places outside of the text, which happen when it was shortened meanwhile, are drawn in; without a
 * place the whole text is meant.
 */
export function marksOf(
  problems: readonly SqlProblem[],
  platform: PlatformName | null,
  text: string,
): SqlMark[] {
  const own = problems.filter((problem) => platform === null || problem.platform === platform);
  return distinctProblems(own)
    .map((problem) => ({ ...problem, ...spanOf(problem, text) }))
    .sort((one, other) => one.from - other.from || one.to - other.to);
}

function spanOf(
  { from, to }: Pick<SqlProblem, 'from' | 'to'>,
  text: string,
): { from: number; to: number } {
  const { length } = text;
  if (from === null) return { from: 0, to: length };
  const skipped = length - text.trimStart().length;
  const within = (place: number) => Math.min(Math.max(0, place + skipped), length);
  const start = within(from);
  const end = Math.max(start, within(to ?? from));
  // Nothing can be marked between two characters: then the next one, or the last.
  if (end > start) return { from: start, to: end };
  return start < length
    ? { from: start, to: start + 1 }
    : { from: Math.max(0, start - 1), to: start };
}
