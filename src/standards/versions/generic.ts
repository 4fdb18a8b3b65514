/**
 * Versions of software whose own rule is unknown: the order most people expect.
 *
 * No specification stands behind it. Numbers are compared as numbers, zeros at the
 * end mean nothing (`1.0` equals `1`), pre-release words sort before the bare version
 * (dev, alpha, beta, preview, rc) and all other words after it, in alphabetical
 * order. `a` and `b` are alpha and beta only in front of a number, so that OpenSSL's
 * `1.0.2b` stays newer than `1.0.2`.
 * Limits: text without a digit, or with white space, has no order.
 */
import {
  compareNumbers,
  compareText,
  compareWholeLists,
  comparing,
  isAllDigits,
  type Order,
  type WholeNumber,
  wholeNumber,
  withoutTrailingZeros,
} from './comparison.ts';

interface Step {
  readonly numbers: readonly WholeNumber[];
  /** The word after the numbers; undefined at the end. */
  readonly word: string | undefined;
  readonly rank: number;
}

export type GenericVersion = readonly Step[];

const END_RANK = 5;
const OTHER_RANK = 6;
const RANKS: ReadonlyMap<string, number> = new Map([
  ['dev', 0],
  ['nightly', 0],
  ['snapshot', 0],
  ['alpha', 1],
  ['beta', 2],
  ['milestone', 3],
  ['pre', 3],
  ['preview', 3],
  ['rc', 4],
  ['cr', 4],
]);
const BEFORE_NUMBER: ReadonlyMap<string, number> = new Map([
  ['a', 1],
  ['b', 2],
  ['m', 3],
  ['c', 4],
]);

export function parseGeneric(text: string): GenericVersion | undefined {
  if (!/^[!-~]+$/.test(text)) return undefined;
  const tokens =
    text
      .replace(/^v(?=\d)/i, '')
      .toLowerCase()
      .match(/\d+|[a-z]+/g) ?? [];
  if (!tokens.some(isAllDigits)) return undefined;
  const steps: Step[] = [];
  let numbers: WholeNumber[] = [];
  for (const [index, token] of tokens.entries()) {
    if (isAllDigits(token)) {
      numbers.push(wholeNumber(token));
      continue;
    }
    const beforeNumber = isAllDigits(tokens[index + 1] ?? '');
    const rank = RANKS.get(token) ?? (beforeNumber ? BEFORE_NUMBER.get(token) : undefined);
    steps.push({ numbers: withoutTrailingZeros(numbers), word: token, rank: rank ?? OTHER_RANK });
    numbers = [];
  }
  steps.push({ numbers: withoutTrailingZeros(numbers), word: undefined, rank: END_RANK });
  return steps;
}

export function orderGeneric(a: GenericVersion, b: GenericVersion): Order {
  for (let i = 0; ; i += 1) {
    const left = a[i];
    const right = b[i];
    if (left === undefined || right === undefined) return 0;
    const order =
      compareWholeLists(left.numbers, right.numbers) ||
      compareNumbers(left.rank, right.rank) ||
      (left.rank === OTHER_RANK ? compareText(left.word ?? '', right.word ?? '') : 0);
    if (order !== 0) return order;
  }
}

export const compareGeneric = comparing(parseGeneric, orderGeneric);
