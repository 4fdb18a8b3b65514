/**
 * Packagist (PHP, Composer): normalised as Composer does, then compared as PHP's
 * version_compare() does.
 *
 * Source: composer/semver's VersionParser::normalize and
 * https://www.php.net/version_compare. dev < alpha < beta < RC < release < patch;
 * `1.0` is `1.0.0.0`; `1.x-dev` is the newest of its branch.
 * Limits: a branch (`dev-main`) has no order. What Composer would not accept, but
 * PHP orders by words it knows (`4.3-2RC1`), keeps PHP's order.
 */
import {
  compareNumbers,
  compareWhole,
  comparing,
  isAllDigits,
  type Order,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

type Part = { readonly number: WholeNumber } | { readonly rank: number };

export interface PackagistVersion {
  /** `1.2.0.0-beta3`; undefined where Composer would refuse the version. */
  readonly normalized: string | undefined;
  readonly parts: readonly Part[];
}

const CLASSICAL = /^v?(\d{1,5})(\.\d+)?(\.\d+)?(\.\d+)?(?![\d])(.*)$/i;
const DATE = /^v?(\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2})(?!\d)(.*)$/i;
const MODIFIER = /^[._-]?(?:(stable|beta|b|RC|alpha|a|patch|pl|p)(\d*(?:[.-]\d+)*))?([.-]?dev)?$/i;
const BRANCH = /^v?(\d+)(\.(?:\d+|[xX*]))?(\.(?:\d+|[xX*]))?(\.(?:\d+|[xX*]))?$/;
const STABILITIES: ReadonlyMap<string, string> = new Map([
  ['a', 'alpha'],
  ['b', 'beta'],
  ['p', 'patch'],
  ['pl', 'patch'],
  ['rc', 'RC'],
]);

/** PHP reads a word by how it begins. */
const WORDS: readonly (readonly [string, number])[] = [
  ['dev', 0],
  ['a', 1],
  ['b', 2],
  ['RC', 3],
  ['rc', 3],
  ['p', 5],
];
const NUMBER_RANK = 4;

export function parsePackagist(text: string): PackagistVersion | undefined {
  const normalized = normalizeComposer(text);
  if (normalized?.startsWith('dev-') === true) return undefined;
  const parts = phpParts(normalized ?? paddedNumbers(text.trim()));
  return parts === undefined ? undefined : { normalized, parts };
}

export function orderPackagist(a: PackagistVersion, b: PackagistVersion): Order {
  const shared = Math.min(a.parts.length, b.parts.length);
  for (let i = 0; i < shared; i += 1) {
    const order = compareParts(a.parts[i], b.parts[i]);
    if (order !== 0) return order;
  }
  if (a.parts.length > shared) return againstEnd(a.parts[shared]);
  if (b.parts.length > shared) return againstEnd(b.parts[shared]) === 1 ? -1 : 1;
  return 0;
}

export const comparePackagist = comparing(parsePackagist, orderPackagist);

/** Composer's normal form, `dev-name` for a branch, undefined for what it refuses. */
export function normalizeComposer(text: string): string | undefined {
  let version = text.trim();
  const alias = version.indexOf(' ');
  if (alias > 0 && /^ +as +[^,\s]+$/.test(version.slice(alias))) version = version.slice(0, alias);
  version = version.replace(/@(?:stable|RC|beta|alpha|dev)$/i, '');
  if (version === 'master' || version === 'trunk' || version === 'default') return `dev-${version}`;
  if (/^dev-/i.test(version)) return `dev-${version.slice(4)}`;
  const plus = version.indexOf('+');
  if (plus > 0 && /^\S+$/.test(version.slice(plus + 1))) version = version.slice(0, plus);

  const classical = CLASSICAL.exec(version);
  if (classical !== null) {
    const [, major = '0', minor = '.0', patch = '.0', fourth = '.0', rest = ''] = classical;
    const modified = withModifier(major + minor + patch + fourth, rest);
    if (modified !== undefined) return modified;
  }
  const date = DATE.exec(version);
  if (date !== null) {
    const modified = withModifier((date[1] ?? '').replace(/\D/g, '.'), date[2] ?? '');
    if (modified !== undefined) return modified;
  }
  return /dev$/i.test(version)
    ? numericBranch(version.slice(0, -3).replace(/[.-]$/, ''))
    : undefined;
}

function withModifier(numbers: string, rest: string): string | undefined {
  const modifier = MODIFIER.exec(rest);
  if (modifier === null) return undefined;
  const [, word = '', count = '', dev = ''] = modifier;
  const stability = word.toLowerCase();
  if (stability === 'stable') return numbers;
  const suffix =
    word === '' ? '' : `-${STABILITIES.get(stability) ?? stability}${count.replace(/^[.-]+/, '')}`;
  return numbers + suffix + (dev === '' ? '' : '-dev');
}

/** `1.x` stands for the newest version of the branch. */
function numericBranch(name: string): string | undefined {
  const branch = BRANCH.exec(name.trim());
  if (branch === null) return undefined;
  const numbers = [1, 2, 3, 4].map((i) => (branch[i] ?? '.x').replace(/[xX*]/, '9999999'));
  return `${numbers.join('')}-dev`;
}

/** Composer pads to four numbers; so that all versions share one order, we pad the rest too. */
function paddedNumbers(version: string): string {
  const bare = version.replace(/^v/i, '');
  const numbers = /^\d+(?:\.\d+)*/.exec(bare)?.[0] ?? '';
  const count = numbers === '' ? 4 : numbers.split('.').length;
  const first = numbers.split('.', 1)[0] ?? '';
  const padding = first.length > 5 ? '' : '.0'.repeat(Math.max(0, 4 - count));
  return numbers + padding + bare.slice(numbers.length);
}

/** Splits as version_compare does; undefined if it has no number first or a word PHP ignores. */
function phpParts(version: string): readonly Part[] | undefined {
  if (!/^\d[0-9A-Za-z._+~#:-]*$/.test(version)) return undefined;
  const parts: Part[] = [];
  for (const text of version.match(/\d+|[A-Za-z]+/g) ?? []) {
    if (isAllDigits(text)) {
      parts.push({ number: wholeNumber(text) });
      continue;
    }
    const word = WORDS.find(([start]) => text.startsWith(start));
    if (word === undefined) return undefined;
    parts.push({ rank: word[1] });
  }
  return parts;
}

function compareParts(a: Part | undefined, b: Part | undefined): Order {
  if (a === undefined || b === undefined) return 0;
  if ('number' in a && 'number' in b) return compareWhole(a.number, b.number);
  return compareNumbers(rankOf(a), rankOf(b));
}

function rankOf(part: Part): number {
  return 'number' in part ? NUMBER_RANK : part.rank;
}

/** A number or a patch goes beyond the end of a version; other words fall short of it. */
function againstEnd(part: Part | undefined): Order {
  return part !== undefined && rankOf(part) < NUMBER_RANK ? -1 : 1;
}
