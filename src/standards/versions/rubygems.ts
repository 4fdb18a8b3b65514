/**
 * RubyGems versions, compared as Gem::Version does.
 *
 * Source: https://docs.ruby-lang.org/en/master/Gem/Version.html and the behaviour
 * of lib/rubygems/version.rb (4.x). Numbers are newer than words, so any word
 * makes a pre-release; zeros at the end, and before the first word, mean nothing.
 * `1.0-beta` is `1.0.beta`, and `1.0-1` is `1.0.pre.1`.
 * Limits: RubyGems reads an empty text as version 0; here it is no version.
 */
import {
  compareText,
  compareWhole,
  comparing,
  endOfDigits,
  endOfLetters,
  isAllDigits,
  isDigit,
  isLetter,
  type Order,
  wholeNumber,
} from './comparison.ts';

/** Numbers without leading zeros, and words. */
export type RubyGemsVersion = readonly string[];

const VERSION = /^[0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

export function parseRubyGems(text: string): RubyGemsVersion | undefined {
  const version = text.trim();
  if (!VERSION.test(version)) return undefined;
  return withoutRedundantPre(segmentsOf(withoutZeros(withoutHyphens(version))));
}

export function orderRubyGems(a: RubyGemsVersion, b: RubyGemsVersion): Order {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a[i] ?? '0';
    const right = b[i] ?? '0';
    const leftNumeric = isDigit(left.charCodeAt(0));
    if (leftNumeric !== isDigit(right.charCodeAt(0))) return leftNumeric ? 1 : -1;
    const order = leftNumeric ? compareWhole(left, right) : compareText(left, right);
    if (order !== 0) return order;
  }
  return 0;
}

export const compareRubyGems = comparing(parseRubyGems, orderRubyGems);

function withoutHyphens(version: string): string {
  if (!version.includes('-')) return version;
  const parts = version.split('-');
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts
    .map((part, index) => {
      const identifier = part.split('.', 1)[0] ?? '';
      return index === 0 || /[A-Za-z]/.test(identifier) ? part : `pre.${part}`;
    })
    .join('.');
}

function withoutZeros(version: string): string {
  let start = version.length;
  while (start > 0 && isZeroOrDot(version.charCodeAt(start - 1))) start -= 1;
  const afterWord = start > 0 && isLetter(version.charCodeAt(start - 1));
  const dot = version.indexOf('.', start);
  const cut = afterWord ? start : dot >= 0 ? dot + 1 : version.length;
  const shortened = version.slice(0, cut);
  return /[A-Za-z]/.test(version) ? withoutZerosBeforeWord(shortened) : shortened;
}

/** Drops the first run of zeros and dots that stands between a dot and a word. */
function withoutZerosBeforeWord(version: string): string {
  let start = 0;
  while (start < version.length) {
    let end = start;
    while (end < version.length && isZeroOrDot(version.charCodeAt(end))) end += 1;
    if (end > start && end < version.length && isLetter(version.charCodeAt(end))) {
      const dot = version.slice(start, end).indexOf('.');
      const from = start === 0 ? 0 : dot >= 0 ? start + dot + 1 : end;
      if (from < end) return version.slice(0, from) + version.slice(end);
    }
    start = Math.max(end, start + 1);
  }
  return version;
}

function isZeroOrDot(code: number): boolean {
  return code === 48 || code === 46;
}

function segmentsOf(version: string): string[] {
  const segments: string[] = [];
  let at = 0;
  while (at < version.length) {
    const digits = endOfDigits(version, at);
    const end = digits > at ? digits : endOfLetters(version, at);
    if (end === at) {
      at += 1;
      continue;
    }
    const segment = version.slice(at, end);
    segments.push(digits > at ? wholeNumber(segment) : segment);
    at = end;
  }
  return segments;
}

/** Older RubyGems wrote `1.0-beta` as `1.0.pre.beta`: the same version as `1.0.beta`. */
function withoutRedundantPre(segments: readonly string[]): RubyGemsVersion {
  return segments.filter((segment, index) => {
    const next = segments[index + 1];
    return segment !== 'pre' || next === undefined || isAllDigits(next);
  });
}
