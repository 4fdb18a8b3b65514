/**
 * Python package versions (PyPI):
 * `[epoch!]release[{a|b|rc}N][.postN][.devN][+local]`.
 *
 * Source: https://packaging.python.org/en/latest/specifications/version-specifiers/
 * (PEP 440) with every normalisation it lists, as pypa/packaging applies them.
 * Limits: versions from before PEP 440 (`0.1-bulbasaur`) have no order any more;
 * packaging dropped its legacy order in release 22.0.
 */
import {
  compareNumbers,
  compareText,
  compareWhole,
  compareWholeLists,
  comparing,
  endOfDigits,
  isAllDigits,
  type Order,
  type WholeNumber,
  wholeNumber,
  withoutTrailingZeros,
} from './comparison.ts';

export interface Pep440Version {
  readonly epoch: WholeNumber;
  /** Without the zeros at its end. */
  readonly release: readonly WholeNumber[];
  readonly pre: { readonly phase: 'a' | 'b' | 'rc'; readonly number: WholeNumber } | undefined;
  readonly post: WholeNumber | undefined;
  readonly dev: WholeNumber | undefined;
  /** Empty without a local version label. */
  readonly local: readonly string[];
}

/** In the order in which packaging tries them: `preview` before `pre`. */
const PHASES: ReadonlyMap<string, 'a' | 'b' | 'rc'> = new Map([
  ['alpha', 'a'],
  ['a', 'a'],
  ['beta', 'b'],
  ['b', 'b'],
  ['preview', 'rc'],
  ['pre', 'rc'],
  ['c', 'rc'],
  ['rc', 'rc'],
]);
const PRE_WORDS = [...PHASES.keys()];
const POST_WORDS = ['post', 'rev', 'r'];
const DEV_WORDS = ['dev'];
const LOCAL = /^[a-z0-9]+$/;

export function parsePep440(text: string): Pep440Version | undefined {
  const version = text.trim().toLowerCase();
  const plus = version.indexOf('+');
  const local = plus >= 0 ? version.slice(plus + 1).split(/[._-]/) : [];
  if (!local.every((part) => LOCAL.test(part))) return undefined;
  const body = plus >= 0 ? version.slice(0, plus) : version;

  let at = body.startsWith('v') ? 1 : 0;
  let end = endOfDigits(body, at);
  let epoch = '0';
  if (end > at && body.charAt(end) === '!') {
    epoch = wholeNumber(body.slice(at, end));
    at = end + 1;
    end = endOfDigits(body, at);
  }
  const release: WholeNumber[] = [];
  for (;;) {
    if (end === at) return undefined;
    release.push(wholeNumber(body.slice(at, end)));
    at = end;
    end = endOfDigits(body, at + 1);
    if (body.charAt(at) !== '.' || end === at + 1) break;
    at += 1;
  }

  const pre = labelAt(body, at, PRE_WORDS);
  at = pre?.end ?? at;
  const implicitPostEnd = body.charAt(at) === '-' ? endOfDigits(body, at + 1) : at;
  const isImplicit = implicitPostEnd > at + 1;
  const post = isImplicit
    ? { number: wholeNumber(body.slice(at + 1, implicitPostEnd)), end: implicitPostEnd }
    : labelAt(body, at, POST_WORDS);
  at = post?.end ?? at;
  const dev = labelAt(body, at, DEV_WORDS);
  at = dev?.end ?? at;
  if (at !== body.length) return undefined;
  return {
    epoch,
    release: withoutTrailingZeros(release),
    pre: pre && { phase: PHASES.get(pre.word) ?? 'rc', number: pre.number },
    post: post?.number,
    dev: dev?.number,
    local: local.map((part) => (isAllDigits(part) ? wholeNumber(part) : part)),
  };
}

export function orderPep440(a: Pep440Version, b: Pep440Version): Order {
  return (
    compareWhole(a.epoch, b.epoch) ||
    compareWholeLists(a.release, b.release) ||
    compareNumbers(phaseRank(a), phaseRank(b)) ||
    compareWhole(a.pre?.number ?? '0', b.pre?.number ?? '0') ||
    compareOptional(a.post, b.post, -1) ||
    compareOptional(a.dev, b.dev, 1) ||
    compareLocal(a.local, b.local)
  );
}

export const comparePep440 = comparing(parsePep440, orderPep440);

/** `[._-]word[._-]digits`, where every part but the word may be missing. */
function labelAt(
  text: string,
  from: number,
  words: readonly string[],
): { word: string; number: WholeNumber; end: number } | undefined {
  const start = isSeparator(text.charAt(from)) ? from + 1 : from;
  const word = words.find((candidate) => text.startsWith(candidate, start));
  if (word === undefined) return undefined;
  const wordEnd = start + word.length;
  const digits = isSeparator(text.charAt(wordEnd)) ? wordEnd + 1 : wordEnd;
  const end = endOfDigits(text, digits);
  return { word, number: end === digits ? '0' : wholeNumber(text.slice(digits, end)), end };
}

function isSeparator(char: string): boolean {
  return char === '.' || char === '-' || char === '_';
}

/** A development release of the final version comes before its pre-releases. */
function phaseRank({ pre, post, dev }: Pep440Version): number {
  if (pre !== undefined) return pre.phase === 'a' ? 1 : pre.phase === 'b' ? 2 : 3;
  return post === undefined && dev !== undefined ? 0 : 4;
}

function compareOptional(
  a: WholeNumber | undefined,
  b: WholeNumber | undefined,
  whenOnlyA: Order,
): Order {
  if (a !== undefined && b !== undefined) return compareWhole(a, b);
  if (a === b) return 0;
  const order = a === undefined ? whenOnlyA : -whenOnlyA;
  return order < 0 ? -1 : 1;
}

/** Numbers are newer than words; a label that goes on is newer. */
function compareLocal(a: readonly string[], b: readonly string[]): Order {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a[i];
    const right = b[i];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const leftNumeric = isAllDigits(left);
    if (leftNumeric !== isAllDigits(right)) return leftNumeric ? 1 : -1;
    const order = leftNumeric ? compareWhole(left, right) : compareText(left, right);
    if (order !== 0) return order;
  }
  return 0;
}
