import type { ComparisonRow, Question } from '../api.ts';

export type Change = 'came' | 'went' | 'more' | 'fewer' | 'same';

/** What became of a row between two runs. */
export function changeOf({ before, after }: Pick<ComparisonRow, 'before' | 'after'>): Change {
  if (before === 0) return 'came';
  if (after === 0) return 'went';
  if (after > before) return 'more';
  return after < before ? 'fewer' : 'same';
}

/** How a statement is broken into lines is not what it asks. */
const plainOf = (sql: Readonly<Record<string, string>>): string =>
  JSON.stringify(
    Object.entries(sql)
      .map(([platform, text]) => [platform, text.replaceAll(/\s+/g, ' ').trim()])
      .sort(),
  );

/** Other runs of the same text, newest first: what a run can sensibly be compared with. */
export function comparableRuns(question: Question, others: readonly Question[]): Question[] {
  const wanted = plainOf(question.sql);
  return others
    .filter(({ id, sql }) => id !== question.id && plainOf(sql) === wanted)
    .sort((one, other) => Date.parse(other.askedAt) - Date.parse(one.askedAt));
}

/** The run before, or else the oldest of those after: the one to begin with. */
export function usualPartner(question: Question, runs: readonly Question[]): Question | undefined {
  const askedAt = Date.parse(question.askedAt);
  return runs.find((run) => Date.parse(run.askedAt) < askedAt) ?? runs.at(-1);
}
