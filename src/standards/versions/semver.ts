/**
 * Semantic Versioning 2.0.0, and the small liberties that npm, crates.io and
 * OSV take with it.
 *
 * Source: https://semver.org/spec/v2.0.0.html §9–11; node-semver's loose mode
 * (`parseNpm`). Build metadata takes no part in the order.
 * A leading `v` is dropped, and `1` and `1.2` are `1.0.0` and `1.2.0`, because
 * advisories for npm and crates.io write them; OSV's own index reads them so.
 * `isStrictSemver` says whether a text is SemVer to the letter.
 */
import {
  compareText,
  compareWhole,
  comparing,
  isAllDigits,
  type Order,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

export interface SemverVersion {
  readonly major: WholeNumber;
  readonly minor: WholeNumber;
  readonly patch: WholeNumber;
  /** Empty for a release. */
  readonly prerelease: readonly Identifier[];
  /** Text after `+`; empty if there is none. */
  readonly build: string;
}

/** One dot-separated identifier. Numbers are older than text. */
export interface Identifier {
  readonly numeric: boolean;
  readonly text: string;
}

export interface SemverLiberties {
  /** `1.02.3` and `1.0.0-01`, which SemVer forbids. */
  readonly leadingZeros?: boolean;
  /** `1.2.3beta`, as node-semver reads it in loose mode. */
  readonly prereleaseWithoutHyphen?: boolean;
  /** `1` and `1.2`, for `1.0.0` and `1.2.0`; without pre-release and build metadata. */
  readonly shortened?: boolean;
}

const STRICT =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

export function isStrictSemver(text: string): boolean {
  return STRICT.test(text) && parseSemver(text) !== undefined;
}

export function parseSemver(text: string): SemverVersion | undefined {
  return parseSemverWith(text.startsWith('v') ? text.slice(1) : text, { shortened: true });
}

/** As npm reads a version: white space, `v` and `=` in front, loose pre-releases. */
export function parseNpm(text: string): SemverVersion | undefined {
  const bare = text.trim();
  let start = 0;
  while (start < bare.length && 'v= \t'.includes(bare.charAt(start))) start += 1;
  return parseSemverWith(bare.slice(start), {
    leadingZeros: true,
    prereleaseWithoutHyphen: true,
    shortened: true,
  });
}

/** Reads `major[.minor[.patch]][-prerelease][+build]`. */
export function parseSemverWith(
  text: string,
  liberties: SemverLiberties,
): SemverVersion | undefined {
  const plus = text.indexOf('+');
  const build = plus >= 0 ? text.slice(plus + 1) : '';
  if (plus >= 0 && identifiersOf(build, true) === undefined) return undefined;
  const core = plus >= 0 ? text.slice(0, plus) : text;

  const hyphen = core.search(liberties.prereleaseWithoutHyphen === true ? /[A-Za-z-]/ : /-/);
  const numbers = (hyphen >= 0 ? core.slice(0, hyphen) : core).split('.', 4);
  if (numbers.length > 3) return undefined;
  if (numbers.length < 3 && (liberties.shortened !== true || hyphen >= 0 || plus >= 0)) {
    return undefined;
  }
  for (const digits of numbers) {
    if (!isAllDigits(digits)) return undefined;
    if (hasLeadingZero(digits) && liberties.leadingZeros !== true) return undefined;
  }

  let prerelease: readonly Identifier[] = [];
  if (hyphen >= 0) {
    const leadingZeros = liberties.leadingZeros === true;
    const from = core.charAt(hyphen) === '-' ? hyphen + 1 : hyphen;
    let read = identifiersOf(core.slice(from), leadingZeros);
    if (liberties.prereleaseWithoutHyphen === true) {
      // node-semver: where nothing valid follows the hyphen, it is an identifier itself.
      read ??= identifiersOf(core.slice(hyphen), leadingZeros);
    }
    if (read === undefined) return undefined;
    prerelease = read;
  }
  return {
    major: wholeNumber(numbers[0] ?? '0'),
    minor: wholeNumber(numbers[1] ?? '0'),
    patch: wholeNumber(numbers[2] ?? '0'),
    prerelease,
    build,
  };
}

export function orderSemver(a: SemverVersion, b: SemverVersion): Order {
  const byNumbers =
    compareWhole(a.major, b.major) ||
    compareWhole(a.minor, b.minor) ||
    compareWhole(a.patch, b.patch);
  return byNumbers !== 0 ? byNumbers : orderPrerelease(a.prerelease, b.prerelease);
}

export const compareSemver = comparing(parseSemver, orderSemver);
export const compareNpm = comparing(parseNpm, orderSemver);

/** A release is newer than any of its pre-releases (SemVer §11.3). */
export function orderPrerelease(a: readonly Identifier[], b: readonly Identifier[]): Order {
  if (a.length === 0 || b.length === 0) {
    if (a.length === b.length) return 0;
    return a.length === 0 ? 1 : -1;
  }
  return orderIdentifiers(a, b);
}

/** Left to right; where all are equal, the longer list is newer (SemVer §11.4). */
export function orderIdentifiers(a: readonly Identifier[], b: readonly Identifier[]): Order {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a[i];
    const right = b[i];
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    if (left.numeric !== right.numeric) return left.numeric ? -1 : 1;
    const order = left.numeric
      ? compareWhole(left.text, right.text)
      : compareText(left.text, right.text);
    if (order !== 0) return order;
  }
  return 0;
}

export function identifiersOf(
  text: string,
  leadingZeros: boolean,
): readonly Identifier[] | undefined {
  const identifiers: Identifier[] = [];
  for (const part of text.split('.')) {
    if (!/^[0-9A-Za-z-]+$/.test(part)) return undefined;
    const numeric = isAllDigits(part);
    if (numeric && !leadingZeros && hasLeadingZero(part)) return undefined;
    identifiers.push({ numeric, text: numeric ? wholeNumber(part) : part });
  }
  return identifiers;
}

function hasLeadingZero(digits: string): boolean {
  return digits.length > 1 && digits.startsWith('0');
}
