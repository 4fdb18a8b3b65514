/**
 * Arch Linux package versions: `[epoch:]version[-pkgrel]`.
 *
 * Source: vercmp(8) of pacman and the behaviour of libalpm's version.c. As rpm's old
 * order, except that letters at the end make a version older (`1.0rc` < `1.0`)
 * and a longer run of separators makes it newer.
 * Limits: where one version has no pkgrel, the pkgrel is not compared, so `1.5-1`
 * and `1.5-2` both equal `1.5`.
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

export interface AlpmVersion {
  readonly epoch: WholeNumber;
  readonly version: string;
  readonly release: string | undefined;
}

const ALPM = /^[0-9A-Za-z._+:~^@-]+$/;

export function parseAlpm(text: string): AlpmVersion | undefined {
  if (!ALPM.test(text)) return undefined;
  const colon = endOfDigits(text, 0);
  const hasEpoch = text.charCodeAt(colon) === 58;
  const rest = hasEpoch ? text.slice(colon + 1) : text;
  const hyphen = rest.lastIndexOf('-');
  const version = hyphen >= 0 ? rest.slice(0, hyphen) : rest;
  if (version === '') return undefined;
  return {
    epoch: hasEpoch && colon > 0 ? wholeNumber(text.slice(0, colon)) : '0',
    version,
    release: hyphen >= 0 ? rest.slice(hyphen + 1) : undefined,
  };
}

export function orderAlpm(a: AlpmVersion, b: AlpmVersion): Order {
  const order = compareWhole(a.epoch, b.epoch) || compareAlpmPart(a.version, b.version);
  if (order !== 0 || a.release === undefined || b.release === undefined) return order;
  return compareAlpmPart(a.release, b.release);
}

export const compareAlpm = comparing(parseAlpm, orderAlpm);

function compareAlpmPart(a: string, b: string): Order {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const startA = endOfSeparators(a, i);
    const startB = endOfSeparators(b, j);
    const separatorsA = startA - i;
    const separatorsB = startB - j;
    i = startA;
    j = startB;
    if (i >= a.length || j >= b.length) break;
    if (separatorsA !== separatorsB) return separatorsA < separatorsB ? -1 : 1;

    const numeric = isDigit(a.charCodeAt(i));
    if (numeric !== isDigit(b.charCodeAt(j))) return numeric ? 1 : -1;
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
  const restA = a.charCodeAt(i);
  const restB = b.charCodeAt(j);
  if (i >= a.length && j >= b.length) return 0;
  return (i >= a.length && !isLetter(restB)) || isLetter(restA) ? -1 : 1;
}

function endOfSeparators(text: string, from: number): number {
  let end = from;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (isDigit(code) || isLetter(code)) break;
    end += 1;
  }
  return end;
}
