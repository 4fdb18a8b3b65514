/**
 * Debian package versions: `[epoch:]upstream[-revision]`, also used by Ubuntu.
 *
 * Source: deb-version(7) and the behaviour of dpkg's lib/dpkg/version.c and
 * parsehelp.c. `~` sorts before everything, even before the end; letters sort
 * before all other characters; a missing revision equals revision `0`.
 * Limits: dpkg warns about an upstream version that starts with a letter and
 * then carries on; its tests call that a failed parse, and so do we.
 */
import {
  compareWhole,
  comparing,
  endOfDigits,
  isAllDigits,
  isDigit,
  isLetter,
  type Order,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

export interface DpkgVersion {
  readonly epoch: WholeNumber;
  readonly upstream: string;
  readonly revision: string;
}

const UPSTREAM = /^\d[0-9A-Za-z.+~:-]*$/;
const REVISION = /^[0-9A-Za-z.+~]+$/;
const LARGEST_EPOCH = '2147483647';

export function parseDpkg(text: string): DpkgVersion | undefined {
  const version = trimSpace(text);
  const colon = version.indexOf(':');
  let epoch = '0';
  if (colon >= 0) {
    const digits = version.slice(0, colon);
    if (!isAllDigits(digits)) return undefined;
    epoch = wholeNumber(digits);
    if (compareWhole(epoch, LARGEST_EPOCH) > 0) return undefined;
  }
  const rest = colon >= 0 ? version.slice(colon + 1) : version;
  const hyphen = rest.lastIndexOf('-');
  const upstream = hyphen >= 0 ? rest.slice(0, hyphen) : rest;
  const revision = hyphen >= 0 ? rest.slice(hyphen + 1) : '0';
  if (!UPSTREAM.test(upstream) || !REVISION.test(revision)) return undefined;
  return { epoch, upstream, revision };
}

export function orderDpkg(a: DpkgVersion, b: DpkgVersion): Order {
  const byEpoch = compareWhole(a.epoch, b.epoch);
  if (byEpoch !== 0) return byEpoch;
  const byUpstream = compareDpkgPart(a.upstream, b.upstream);
  return byUpstream !== 0 ? byUpstream : compareDpkgPart(a.revision, b.revision);
}

export const compareDpkg = comparing(parseDpkg, orderDpkg);

/** One upstream version or revision: runs of non-digits and of digits, in turn. */
export function compareDpkgPart(a: string, b: string): Order {
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    while (isInNonDigits(a, i) || isInNonDigits(b, j)) {
      const left = weightAt(a, i);
      const right = weightAt(b, j);
      if (left !== right) return left < right ? -1 : 1;
      i += 1;
      j += 1;
    }
    const endA = endOfDigits(a, i);
    const endB = endOfDigits(b, j);
    const byNumber = compareWhole(wholeNumberOr0(a, i, endA), wholeNumberOr0(b, j, endB));
    if (byNumber !== 0) return byNumber;
    i = endA;
    j = endB;
  }
  return 0;
}

function isInNonDigits(text: string, at: number): boolean {
  return at < text.length && !isDigit(text.charCodeAt(at));
}

function weightAt(text: string, at: number): number {
  if (at >= text.length) return 0;
  const code = text.charCodeAt(at);
  if (isDigit(code)) return 0;
  if (code === 126) return -1;
  return isLetter(code) ? code : code + 256;
}

function wholeNumberOr0(text: string, from: number, to: number): WholeNumber {
  return from === to ? '0' : wholeNumber(text.slice(from, to));
}

function trimSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** What C's isspace accepts in the "C" locale. */
function isSpace(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13);
}
