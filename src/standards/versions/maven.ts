/**
 * Maven versions, compared as Maven 3.9's ComparableVersion does.
 *
 * Source: https://maven.apache.org/pom.html#version-order-specification and
 * the behaviour of maven-artifact 3.9. A hyphen, and each change between digits
 * and letters, opens a nested list, so a version is a chain of lists; zeros and
 * "release" words at the end of a list mean nothing.
 * alpha < beta < milestone < rc < snapshot < "" < sp < other words < numbers.
 * Limits: Maven gives an order to any text. We refuse what can be no version:
 * empty, white space, `${property}`, ranges. Maven's order is not transitive for words
 * between dots (1.sp.1 < 1-alpha < 1 < 1.sp.1) and for lists that hold nothing but
 * a list (`1-0alpha`); it is followed there too.
 */
import {
  compareNumbers,
  compareText,
  compareWhole,
  comparing,
  endOfDigits,
  isDigit,
  type Order,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

type Item = { readonly number: WholeNumber } | { readonly word: string; readonly rank: number };

/** One list of items per level; each level is the last element of the one before. */
export type MavenVersion = readonly (readonly Item[])[];

const RELEASE_RANK = 5;
const OTHER_RANK = 7;
const RANKS: ReadonlyMap<string, number> = new Map([
  ['alpha', 0],
  ['beta', 1],
  ['milestone', 2],
  ['rc', 3],
  ['cr', 3],
  ['snapshot', 4],
  ['', RELEASE_RANK],
  ['ga', RELEASE_RANK],
  ['final', RELEASE_RANK],
  ['release', RELEASE_RANK],
  ['sp', 6],
]);
const BEFORE_DIGITS: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['m', 'milestone'],
]);
const ZERO: Item = { number: '0' };

export function parseMaven(text: string): MavenVersion | undefined {
  if (!/[0-9A-Za-z]/.test(text) || /[\s[\](),{}<>"$]/.test(text)) return undefined;
  const version = text.toLowerCase();
  const levels: Item[][] = [[]];
  let level: Item[] = levels[0] ?? [];
  const nest = (): void => {
    level = [];
    levels.push(level);
  };

  let start = 0;
  let inDigits = false;
  for (let i = 0; i < version.length; i += 1) {
    const code = version.charCodeAt(i);
    if (code === 46 || code === 45) {
      level.push(i === start ? ZERO : itemOf(version.slice(start, i), inDigits));
      start = i + 1;
      if (code === 45) nest();
    } else if (isDigit(code)) {
      if (!inDigits && i > start) {
        if (level.length > 0) nest();
        const word = version.slice(start, i);
        level.push(wordItem(BEFORE_DIGITS.get(word) ?? word));
        start = i;
        nest();
      }
      inDigits = true;
      i = endOfDigits(version, i) - 1;
    } else {
      if (inDigits && i > start) {
        level.push(itemOf(version.slice(start, i), true));
        start = i;
        nest();
      }
      inDigits = false;
    }
  }
  if (version.length > start) {
    if (!inDigits && level.length > 0) nest();
    level.push(itemOf(version.slice(start), inDigits));
  }
  return withoutNulls(levels);
}

export function orderMaven(a: MavenVersion, b: MavenVersion): Order {
  for (let depth = 0; ; depth += 1) {
    const left = a[depth];
    const right = b[depth];
    if (left === undefined && right === undefined) return 0;
    if (left === undefined) return reversed(levelsAgainstNothing(b, depth));
    if (right === undefined) return levelsAgainstNothing(a, depth);
    const shared = Math.min(left.length, right.length);
    for (let i = 0; i < shared; i += 1) {
      const order = compareItems(left[i], right[i]);
      if (order !== 0) return order;
    }
    if (left.length > shared) {
      const order = itemsAgainst(left, shared, depth + 1 < b.length);
      if (order !== 0) return order;
      return levelsAgainstNothing(a, depth + 1);
    }
    if (right.length > shared) {
      const order = itemsAgainst(right, shared, depth + 1 < a.length);
      if (order !== 0) return reversed(order);
      return reversed(levelsAgainstNothing(b, depth + 1));
    }
  }
}

export const compareMaven = comparing(parseMaven, orderMaven);

/** The items from `from` on, where the other side has its nested list, or nothing. */
function itemsAgainst(items: readonly Item[], from: number, nestedList: boolean): Order {
  const first = items[from];
  if (nestedList && first !== undefined) return 'number' in first ? 1 : -1;
  for (let i = from; i < items.length; i += 1) {
    const order = againstNothing(items[i]);
    if (order !== 0) return order;
  }
  return 0;
}

function levelsAgainstNothing(levels: MavenVersion, from: number): Order {
  for (let depth = from; depth < levels.length; depth += 1) {
    for (const item of levels[depth] ?? []) {
      const order = againstNothing(item);
      if (order !== 0) return order;
    }
  }
  return 0;
}

function againstNothing(item: Item | undefined): Order {
  if (item === undefined) return 0;
  if ('number' in item) return item.number === '0' ? 0 : 1;
  return compareNumbers(item.rank, RELEASE_RANK);
}

function compareItems(a: Item | undefined, b: Item | undefined): Order {
  if (a === undefined || b === undefined) return 0;
  if ('number' in a) return 'number' in b ? compareWhole(a.number, b.number) : 1;
  if ('number' in b) return -1;
  const byRank = compareNumbers(a.rank, b.rank);
  return byRank !== 0 || a.rank !== OTHER_RANK ? byRank : compareText(a.word, b.word);
}

function itemOf(text: string, digits: boolean): Item {
  return digits ? { number: wholeNumber(text) } : wordItem(text);
}

function wordItem(word: string): Item {
  return { word, rank: RANKS.get(word) ?? OTHER_RANK };
}

/** Drops zeros and release words at the end of each level, and levels left empty at the end. */
function withoutNulls(levels: readonly (readonly Item[])[]): MavenVersion {
  const trimmed = levels.map((items) => {
    let end = items.length;
    while (end > 0 && isNull(items[end - 1])) end -= 1;
    return items.slice(0, end);
  });
  let end = trimmed.length;
  while (end > 0 && trimmed[end - 1]?.length === 0) end -= 1;
  return trimmed.slice(0, end);
}

function isNull(item: Item | undefined): boolean {
  if (item === undefined) return true;
  return 'number' in item ? item.number === '0' : item.rank === RELEASE_RANK;
}

function reversed(order: Order): Order {
  if (order === 0) return 0;
  return order < 0 ? 1 : -1;
}
