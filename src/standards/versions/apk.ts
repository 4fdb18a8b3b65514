/**
 * Alpine package versions, also used by Wolfi and Chainguard:
 * `digits{.digits}{letter}{_suffix{digits}}{~hash}{-rdigits}`.
 *
 * Source: apk-tools 3, src/version.c and apk-package(5). The first number is
 * compared as a number; a later number that starts with 0 (or meets one that
 * does) is compared as text, like a fraction. alpha, beta, pre and rc sort before the
 * bare version, cvs, svn, git, hg and p after it.
 * Kept from apk-tools 2, because Alpine ships such versions: one run of digits
 * after the letter (`6.6.2p1`).
 * Limits: an invalid version keeps the order that its valid beginning decides
 * (`23_foo` is newer than `4_beta`); where the invalid part would have to decide,
 * apk-tools guesses, and we answer that they cannot be compared.
 */
import {
  type Comparison,
  compareNumbers,
  compareText,
  compareWhole,
  endOfDigits,
  isDigit,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

type Token =
  | { readonly kind: 'first' | 'patch' | 'suffixNumber' | 'revision'; readonly number: WholeNumber }
  | { readonly kind: 'digits' | 'letter' | 'hash'; readonly text: string }
  | { readonly kind: 'suffix'; readonly weight: number };

/** How two versions compare where one goes on with a token that the other lacks. */
const RANK = {
  preSuffix: 0,
  end: 1,
  revision: 2,
  hash: 3,
  suffixNumber: 4,
  suffix: 5,
  letter: 6,
  patch: 7,
  digits: 7,
  first: 7,
} as const;

/** Negative: before the bare version. */
const SUFFIX_WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['alpha', -4],
  ['beta', -3],
  ['pre', -2],
  ['rc', -1],
  ['cvs', 1],
  ['svn', 2],
  ['git', 3],
  ['hg', 4],
  ['p', 5],
]);

export interface ApkVersion {
  readonly tokens: readonly Token[];
  /** False if the text goes on after `tokens` with something that is no version. */
  readonly valid: boolean;
}

export function parseApk(text: string): ApkVersion | undefined {
  const version = readApk(text);
  return version.valid ? version : undefined;
}

export function orderApk(a: ApkVersion, b: ApkVersion): Comparison {
  for (let i = 0; ; i += 1) {
    const left = a.tokens[i];
    const right = b.tokens[i];
    if (left === undefined && !a.valid) return 'incomparable';
    if (right === undefined && !b.valid) return 'incomparable';
    if (left === undefined && right === undefined) return 0;
    const order = compareNumbers(rankOf(left), rankOf(right)) || compareTokens(left, right);
    if (order !== 0) return order;
  }
}

export function compareApk(a: string, b: string): Comparison {
  return orderApk(readApk(a), readApk(b));
}

function rankOf(token: Token | undefined): number {
  if (token === undefined) return RANK.end;
  return token.kind === 'suffix' && token.weight < 0 ? RANK.preSuffix : RANK[token.kind];
}

function compareTokens(a: Token | undefined, b: Token | undefined): -1 | 0 | 1 {
  if (a === undefined || b === undefined) return 0;
  if (a.kind === 'suffix' && b.kind === 'suffix') return compareNumbers(a.weight, b.weight);
  if ('number' in a && 'number' in b) return compareWhole(a.number, b.number);
  if (!('text' in a && 'text' in b)) return 0;
  const asText = a.kind !== 'digits' || a.text.startsWith('0') || b.text.startsWith('0');
  return asText ? compareText(a.text, b.text) : compareWhole(a.text, b.text);
}

function readApk(text: string): ApkVersion {
  const tokens: Token[] = [];
  const stop = (valid: boolean): ApkVersion => ({ tokens, valid });

  let at = endOfDigits(text, 0);
  if (at === 0) return stop(false);
  tokens.push({ kind: 'first', number: wholeNumber(text.slice(0, at)) });
  while (text.charAt(at) === '.') {
    const end = endOfDigits(text, at + 1);
    if (end === at + 1) return stop(false);
    tokens.push({ kind: 'digits', text: text.slice(at + 1, end) });
    at = end;
  }
  if (isLower(text.charCodeAt(at))) {
    tokens.push({ kind: 'letter', text: text.charAt(at) });
    at += 1;
    const end = endOfDigits(text, at);
    if (end > at) tokens.push({ kind: 'patch', number: wholeNumber(text.slice(at, end)) });
    at = end;
  }
  while (text.charAt(at) === '_') {
    const end = endOfLower(text, at + 1);
    const weight = SUFFIX_WEIGHTS.get(text.slice(at + 1, end));
    if (weight === undefined) return stop(false);
    tokens.push({ kind: 'suffix', weight });
    at = endOfDigits(text, end);
    if (at > end) tokens.push({ kind: 'suffixNumber', number: wholeNumber(text.slice(end, at)) });
  }
  if (text.charAt(at) === '~') {
    const end = endOfHex(text, at + 1);
    if (end === at + 1) return stop(false);
    tokens.push({ kind: 'hash', text: text.slice(at + 1, end) });
    at = end;
  }
  if (text.startsWith('-r', at)) {
    const end = endOfDigits(text, at + 2);
    if (end === at + 2) return stop(false);
    tokens.push({ kind: 'revision', number: wholeNumber(text.slice(at + 2, end)) });
    at = end;
  }
  return stop(at === text.length);
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function endOfLower(text: string, from: number): number {
  let end = from;
  while (isLower(text.charCodeAt(end))) end += 1;
  return end;
}

function endOfHex(text: string, from: number): number {
  let end = from;
  for (;;) {
    const code = text.charCodeAt(end);
    if (!isDigit(code) && !(code >= 97 && code <= 102)) return end;
    end += 1;
  }
}
