/**
 * How the versions of a VERS type are ordered.
 *
 * Source: https://github.com/package-url/vers-spec (types, and the tests of intdot,
 * lexicographic and datetime). A VERS type is a purl type, a rule of its own (`semver`), or one
 * of the three plain orders below. `example` and `test` are reserved and have none.
 */
import {
  type Comparison,
  compareText,
  compareWholeLists,
  wholeNumber,
} from '../versions/comparison.ts';
import { compareVersions, type VersionRule, versionRuleOfPurlType } from '../versions/ecosystem.ts';

type VersOrder = (a: string, b: string) => Comparison;

const OTHER_RULES: ReadonlyMap<string, VersionRule> = new Map([
  ['alpine', 'apk'],
  ['semver', 'semver'],
]);

const PLAIN_ORDERS: ReadonlyMap<string, VersOrder> = new Map([
  ['datetime', compareDatetime],
  ['intdot', compareIntdot],
  ['lexicographic', compareText],
]);

/** Undefined for a type whose order is not known. */
export function versOrderOf(type: string): VersOrder | undefined {
  const rule = versionRuleOfPurlType(type) ?? OTHER_RULES.get(type);
  if (rule === undefined) return PLAIN_ORDERS.get(type);
  return (a, b) => compareVersions(rule, a, b);
}

/** Numbers separated by dots; everything from the first other character on is ignored. */
function compareIntdot(a: string, b: string): Comparison {
  const left = intdotNumbers(a);
  const right = intdotNumbers(b);
  return left === undefined || right === undefined
    ? 'incomparable'
    : compareWholeLists(left, right);
}

function intdotNumbers(text: string): readonly string[] | undefined {
  return /^\d+(?:\.\d+)*/.exec(text)?.[0].split('.').map(wholeNumber);
}

const DATETIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/** RFC 3339 with an upper-case T and Z, compared as moments. */
function compareDatetime(a: string, b: string): Comparison {
  const left = momentOf(a);
  const right = momentOf(b);
  if (left === undefined || right === undefined) return 'incomparable';
  if (left.seconds !== right.seconds) return left.seconds < right.seconds ? -1 : 1;
  return compareText(left.fraction, right.fraction);
}

function momentOf(text: string): { seconds: number; fraction: string } | undefined {
  const parts = DATETIME.exec(text);
  if (parts === null) return undefined;
  const [, local = '', fraction = '', zone = ''] = parts;
  const seconds = Date.parse(local + zone);
  return Number.isNaN(seconds) ? undefined : { seconds, fraction: fraction.replace(/0+$/, '') };
}
