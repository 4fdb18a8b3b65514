/**
 * Go module versions (`v1.2.3`, pseudo-versions, `+incompatible`) and toolchain
 * versions (`go1.21rc2`, `1.20.3`), in one order.
 *
 * Source: https://go.dev/ref/mod#versions (SemVer; pseudo-versions are ordinary
 * pre-releases; `v1` and `v1.2` are short for `v1.0.0` and `v1.2.0`) and
 * https://go.dev/doc/toolchain#version: from Go 1.21 on, 1.21 < 1.21rc1 < 1.21.0.
 * A toolchain's own suffix (`go1.22.1-acme`) takes no part.
 * Limits: `1.21` without a prefix is read as a toolchain version, `v1.21` as a module's.
 */
import { compareWhole, comparing, endOfDigits, isAllDigits, type Order } from './comparison.ts';
import { orderSemver, parseSemverWith, type SemverVersion } from './semver.ts';

export interface GoVersion extends SemverVersion {
  /** `1.21`: the language version, older than every 1.21 release and pre-release. */
  readonly language: boolean;
}

const FIRST_WITH_LANGUAGE_VERSION = '21';

export function parseGo(text: string): GoVersion | undefined {
  if (text.startsWith('go')) return parseToolchain(text.slice(2).split(/[- ]/, 1)[0] ?? '');
  if (text.startsWith('v')) return asModule(text.slice(1));
  return parseToolchain(text) ?? asModule(text);
}

export function orderGo(a: GoVersion, b: GoVersion): Order {
  const byNumbers = compareWhole(a.major, b.major) || compareWhole(a.minor, b.minor);
  if (byNumbers !== 0) return byNumbers;
  if (a.language || b.language) {
    if (a.language === b.language) return 0;
    return a.language ? -1 : 1;
  }
  return orderSemver(a, b);
}

export const compareGo = comparing(parseGo, orderGo);

function asModule(text: string): GoVersion | undefined {
  const version = parseSemverWith(text, { shortened: true });
  return version === undefined ? undefined : { ...version, language: false };
}

/** `1`, `1.20`, `1.21rc2` or `1.21.3`; pre-releases exist only of a minor version. */
function parseToolchain(text: string): GoVersion | undefined {
  const numbers: string[] = [];
  let at = 0;
  for (;;) {
    const end = endOfDigits(text, at);
    const digits = text.slice(at, end);
    if (digits === '' || (digits.length > 1 && digits.startsWith('0'))) return undefined;
    numbers.push(digits);
    at = end;
    if (text.charAt(at) !== '.' || numbers.length === 3) break;
    at += 1;
  }
  const [major = '0', minor = '0', patch] = numbers;
  const base = { major, minor, patch: patch ?? '0', build: '', language: false };
  if (at === text.length) {
    const language =
      numbers.length === 2 &&
      major === '1' &&
      compareWhole(minor, FIRST_WITH_LANGUAGE_VERSION) >= 0;
    return { ...base, prerelease: [], language };
  }
  if (numbers.length !== 2) return undefined;
  const label = /^([a-z]+)(\d*)$/.exec(text.slice(at));
  const [, kind = '', count = ''] = label ?? [];
  if (kind === '' || (count.length > 1 && count.startsWith('0'))) return undefined;
  const prerelease = [{ numeric: false, text: kind }];
  if (isAllDigits(count)) prerelease.push({ numeric: true, text: count });
  return { ...base, prerelease };
}
