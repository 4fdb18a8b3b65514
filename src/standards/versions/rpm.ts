/**
 * RPM versions: `[epoch:]version[-release]`, compared as rpm does.
 *
 * Source: rpm's rpmvercmp() and parseEVR() and rpm-version(7). Letters and
 * digits form segments, everything else only separates them; digits are newer
 * than letters; `~` sorts before the end of a version and `^` just after it.
 * A version without a release is older than the same version with one.
 * Limits: rpm itself gives an order to any text. We refuse an empty version and ASCII
 * characters that rpmbuild refuses in one (white space, quotes, brackets, `$`, …).
 * Letters outside ASCII only separate, as rpm's tests have it.
 */
import {
  compareText,
  compareWhole,
  comparing,
  endOfDigits,
  endOfLetters,
  isDigit,
  isLetter,
  type Order,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

export interface RpmVersion {
  readonly epoch: WholeNumber;
  readonly version: string;
  /** Absent when the text has no `-release`; that is not the same as an empty release. */
  readonly release: string | undefined;
}

const REFUSED = /[\x00-\x20\x7f!"#$%&'()*,/;<=>?@[\\\]`{|}]/;

export function parseRpm(text: string): RpmVersion | undefined {
  if (REFUSED.test(text)) return undefined;
  const colon = endOfDigits(text, 0);
  const hasEpoch = text.charCodeAt(colon) === 58;
  const rest = hasEpoch ? text.slice(colon + 1) : text;
  const hyphen = rest.lastIndexOf('-');
  const version = hyphen >= 0 ? rest.slice(0, hyphen) : rest;
  if (version.length === 0) return undefined;
  return {
    epoch: hasEpoch && colon > 0 ? wholeNumber(text.slice(0, colon)) : '0',
    version,
    release: hyphen >= 0 ? rest.slice(hyphen + 1) : undefined,
  };
}

export function orderRpm(a: RpmVersion, b: RpmVersion): Order {
  const byEpoch = compareWhole(a.epoch, b.epoch);
  if (byEpoch !== 0) return byEpoch;
  const byVersion = rpmvercmp(a.version, b.version);
  if (byVersion !== 0) return byVersion;
  if (a.release === undefined) return b.release === undefined ? 0 : -1;
  return b.release === undefined ? 1 : rpmvercmp(a.release, b.release);
}

export const compareRpm = comparing(parseRpm, orderRpm);

const TILDE = 126;
const CARET = 94;

/** One version or one release. Total: any two texts have an order. */
export function rpmvercmp(a: string, b: string): Order {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  for (;;) {
    i = endOfSeparators(a, i);
    j = endOfSeparators(b, j);
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(j);
    if (left === TILDE || right === TILDE) {
      if (left !== right) return left === TILDE ? -1 : 1;
      i += 1;
      j += 1;
      continue;
    }
    if (left === CARET || right === CARET) {
      if (left !== right) return caretAgainst(left, i >= a.length, j >= b.length);
      i += 1;
      j += 1;
      continue;
    }
    if (i >= a.length || j >= b.length) break;

    const numeric = isDigit(left);
    if (numeric !== isDigit(right)) return numeric ? 1 : -1;
    const endA = numeric ? endOfDigits(a, i) : endOfLetters(a, i);
    const endB = numeric ? endOfDigits(b, j) : endOfLetters(b, j);
    const segmentA = a.slice(i, endA);
    const segmentB = b.slice(j, endB);
    const order = numeric
      ? compareWhole(wholeNumber(segmentA), wholeNumber(segmentB))
      : compareText(segmentA, segmentB);
    if (order !== 0) return order;
    i = endA;
    j = endB;
  }
  if (i >= a.length && j >= b.length) return 0;
  return i >= a.length ? -1 : 1;
}

/** `^` is newer than the end of a version and older than anything that follows it. */
function caretAgainst(left: number, leftEnded: boolean, rightEnded: boolean): Order {
  if (leftEnded) return -1;
  if (rightEnded) return 1;
  return left === CARET ? -1 : 1;
}

function endOfSeparators(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isDigit(code) || isLetter(code) || code === TILDE || code === CARET) break;
    end += 1;
  }
  return end;
}
