/**
 * Ranges in an ecosystem's own notation, as VERS.
 *
 * Source: node-semver's range grammar (npm), Gem::Requirement, PEP 440 version
 * specifiers, NuGet's and Maven's intervals; the examples of the VERS type definitions.
 * The result says the same as the native range: overlapping alternatives are united.
 * Limits: npm and PyPI leave pre-releases out of a range unless it names one. VERS
 * cannot say that: `<2.0.0` contains `2.0.0-rc.1` here. `===` and `==1.*` with a
 * pre-release are not read.
 */
import { parsePep440 } from '../versions/pep440.ts';
import { parseNpm } from '../versions/semver.ts';
import { buildVers, isVersError, type VersConstraint, type VersError } from './vers.ts';
import { versOrderOf } from './vers-types.ts';

export type NativeNotation = 'gem' | 'maven' | 'npm' | 'nuget' | 'pypi';

interface Bound {
  readonly version: string;
  readonly inclusive: boolean;
}

interface Interval {
  readonly low: Bound | undefined;
  readonly high: Bound | undefined;
}

const EVERYTHING: Interval = { low: undefined, high: undefined };

export function versFromNative(notation: NativeNotation, range: string): string | VersError {
  switch (notation) {
    case 'npm':
      return versFromNpm(range);
    case 'gem':
      return versFromRequirements('gem', range, gemConstraints);
    case 'pypi':
      return versFromRequirements('pypi', range, pypiConstraints);
    default:
      return versFromIntervals(notation, range);
  }
}

/** `^1.1.7 || >=2.0.1`, `~1.6`, `1.2.x`, `1.0.0 - 2.0.0`, `*`. */
function versFromNpm(range: string): string | VersError {
  const alternatives: Interval[] = [];
  let at = 0;
  for (const alternative of range.split('||')) {
    const interval = npmInterval(alternative, at);
    if (isVersError(interval)) return interval;
    alternatives.push(interval);
    at += alternative.length + 2;
  }
  return writeUnion('npm', alternatives);
}

function npmInterval(alternative: string, at: number): Interval | VersError {
  const hyphen = /^\s*(\S+)\s+-\s+(\S+)\s*$/.exec(alternative);
  const text = hyphen === null ? alternative : `>=${hyphen[1] ?? ''} <=${hyphen[2] ?? ''}`;
  let interval = EVERYTHING;
  for (const word of text.replace(/([<>=~^])\s+/g, '$1').split(/[\s,]+/)) {
    const comparator = /^(?:>=|<=|>|<|=|~>|~|\^)?/.exec(word)?.[0] ?? '';
    const part = npmComparatorInterval(comparator, word.slice(comparator.length));
    if (part === undefined) return { error: `not an npm range: ${word}`, at };
    interval = intersection('npm', interval, part);
  }
  return interval;
}

/** One comparator, by node-semver's table of X-ranges, tildes and carets. */
function npmComparatorInterval(comparator: string, text: string): Interval | undefined {
  const partial = /^[v=\s]*(\d+|[xX*])?(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?([-+A-Za-z].*)?$/.exec(
    text,
  );
  if (partial === null) return undefined;
  const [, ...groups] = partial;
  if (groups[0] === undefined && text !== '') return undefined;
  const numbers = groups.slice(0, 3).map((part) => (/^\d+$/.test(part ?? '') ? part : undefined));
  const [major, minor, patch] = numbers;
  if (major === undefined)
    return /[<>]/.test(comparator) && !/=/.test(comparator) ? undefined : EVERYTHING;
  const lowest = `${major}.${minor ?? '0'}.${minor === undefined ? '0' : (patch ?? '0')}`;
  const suffix =
    minor !== undefined && patch !== undefined ? (groups[3] ?? '').replace(/\+.*$/, '') : '';
  const version = lowest + suffix;
  if (parseNpm(version) === undefined) return undefined;

  const low = { version, inclusive: true };
  const next = minor === undefined ? bump(major) : bump(major, minor);
  const afterPartial = patch === undefined || minor === undefined ? next : undefined;
  switch (comparator) {
    case '>=':
      return { low, high: undefined };
    case '<':
      return { low: undefined, high: { version, inclusive: false } };
    case '>':
      return afterPartial === undefined
        ? { low: { version, inclusive: false }, high: undefined }
        : { low: { version: afterPartial, inclusive: true }, high: undefined };
    case '<=':
      return afterPartial === undefined
        ? { low: undefined, high: low }
        : { low: undefined, high: { version: afterPartial, inclusive: false } };
    case '^':
      return { low, high: { version: npmCaretEnd(major, minor, patch), inclusive: false } };
    case '~':
    case '~>':
      return { low, high: { version: next, inclusive: false } };
    default:
      return {
        low,
        high: afterPartial === undefined ? low : { version: afterPartial, inclusive: false },
      };
  }
}

/** A caret keeps the first number that is not zero. */
function npmCaretEnd(major: string, minor: string | undefined, patch: string | undefined): string {
  if (!isZero(major) || minor === undefined) return bump(major);
  if (!isZero(minor) || patch === undefined) return bump(major, minor);
  return bump(major, minor, patch);
}

/** `bump('1', '9')` is `1.10.0`: the last number given goes up by one. */
function bump(...numbers: readonly string[]): string {
  const padded = [...numbers.slice(0, -1), increment(numbers.at(-1) ?? '0'), '0', '0'];
  return padded.slice(0, 3).join('.');
}

function increment(digits: string): string {
  const nines = /9*$/.exec(digits)?.[0].length ?? 0;
  const head = digits.slice(0, digits.length - nines);
  const tail = '0'.repeat(nines);
  return head === '' ? `1${tail}` : head.slice(0, -1) + (Number(head.slice(-1)) + 1) + tail;
}

function isZero(digits: string): boolean {
  return /^0+$/.test(digits);
}

/** Comma-separated requirements that all hold. */
function versFromRequirements(
  type: 'gem' | 'pypi',
  range: string,
  read: (requirement: string) => readonly VersConstraint[] | undefined,
): string | VersError {
  let interval = EVERYTHING;
  const excluded: VersConstraint[] = [];
  let at = 0;
  for (const requirement of range.split(',')) {
    const constraints =
      requirement.trim() === '' && range.trim() === '' ? [] : read(requirement.trim());
    if (constraints === undefined)
      return { error: `not a ${type} requirement: ${requirement}`, at };
    for (const constraint of constraints) {
      if (constraint.comparator === '!=') excluded.push(constraint);
      else interval = intersection(type, interval, intervalOf(constraint));
    }
    at += requirement.length + 1;
  }
  return writeUnion(type, [interval], excluded);
}

function intervalOf({ comparator, version }: VersConstraint): Interval {
  const bound = { version, inclusive: comparator.endsWith('=') };
  if (comparator === '=') return { low: bound, high: bound };
  return comparator.startsWith('>')
    ? { low: bound, high: undefined }
    : { low: undefined, high: bound };
}

function gemConstraints(requirement: string): readonly VersConstraint[] | undefined {
  const parts = /^(=|!=|>=|<=|>|<|~>)?\s*([0-9]\S*)$/.exec(requirement);
  if (parts === null) return undefined;
  const [, operator = '=', version = ''] = parts;
  if (operator !== '~>') return [{ comparator: comparatorOf(operator), version }];
  const numbers = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? [];
  const kept = numbers.length > 1 ? numbers.slice(0, -1) : numbers;
  const end = [...kept.slice(0, -1), increment(kept.at(-1) ?? '0')].join('.');
  return [
    { comparator: '>=', version },
    { comparator: '<', version: end },
  ];
}

function pypiConstraints(requirement: string): readonly VersConstraint[] | undefined {
  const parts = /^(~=|==|!=|>=|<=|>|<)\s*(\S+)$/.exec(requirement);
  if (parts === null) return undefined;
  const [, operator = '==', version = ''] = parts;
  const prefix = /^(\d+(?:\.\d+)*)\.\*$/.exec(version)?.[1];
  if (prefix !== undefined) {
    if (operator !== '==') return undefined;
    const numbers = prefix.split('.');
    const end = [...numbers.slice(0, -1), increment(numbers.at(-1) ?? '0')].join('.');
    return [
      { comparator: '>=', version: `${prefix}.dev0` },
      { comparator: '<', version: `${end}.dev0` },
    ];
  }
  if (parsePep440(version) === undefined) return undefined;
  if (operator !== '~=') return [{ comparator: comparatorOf(operator), version }];
  const numbers = /^\d+(?:\.\d+)+/.exec(version)?.[0].split('.');
  if (numbers === undefined) return undefined;
  const kept = numbers.slice(0, -1);
  const end = [...kept.slice(0, -1), increment(kept.at(-1) ?? '0')].join('.');
  return [
    { comparator: '>=', version },
    { comparator: '<', version: `${end}.dev0` },
  ];
}

function comparatorOf(operator: string): VersConstraint['comparator'] {
  switch (operator) {
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return operator;
    default:
      return '=';
  }
}

/** `[1.0,2.0)`, `(,1.0]`, `[1.5]`, several of them; a bare version is a minimum. */
function versFromIntervals(type: 'maven' | 'nuget', range: string): string | VersError {
  const text = range.trim();
  if (/^[^[\](),\s]+$/.test(text))
    return writeUnion(type, [intervalOf({ comparator: '>=', version: text })]);
  const intervals: Interval[] = [];
  const pattern = /\s*([[(])([^[\](),]*)(,?)([^[\](),]*)([\])])\s*,?/y;
  let at = 0;
  while (at < range.length) {
    pattern.lastIndex = at;
    const parts = pattern.exec(range);
    if (parts === null) return { error: `not a ${type} range`, at };
    const [, open, from = '', comma, to = '', close] = parts;
    if (comma === '' && (open !== '[' || close !== ']'))
      return { error: `not a ${type} range`, at };
    const low = boundOf(from, open === '[');
    intervals.push({ low, high: comma === '' ? low : boundOf(to, close === ']') });
    at = pattern.lastIndex;
  }
  if (intervals.length === 0) return { error: `not a ${type} range`, at: 0 };
  return writeUnion(type, intervals);
}

function boundOf(text: string, inclusive: boolean): Bound | undefined {
  return text.trim() === '' ? undefined : { version: text.trim(), inclusive };
}

function intersection(type: string, a: Interval, b: Interval): Interval {
  const low = tighter(type, a.low, b.low, 1);
  const high = tighter(type, a.high, b.high, -1);
  return { low, high };
}

function tighter(
  type: string,
  a: Bound | undefined,
  b: Bound | undefined,
  direction: 1 | -1,
): Bound | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const order = versOrderOf(type)?.(a.version, b.version);
  if (order === 0) return a.inclusive ? b : a;
  return order === direction ? a : b;
}

function isEmpty(type: string, { low, high }: Interval): boolean {
  if (low === undefined || high === undefined) return false;
  const order = versOrderOf(type)?.(low.version, high.version);
  return order === 1 || (order === 0 && !(low.inclusive && high.inclusive));
}

/** Unites what overlaps or touches, and writes the rest in order. */
function writeUnion(
  type: string,
  intervals: readonly Interval[],
  excluded: readonly VersConstraint[] = [],
): string | VersError {
  const compare = versOrderOf(type);
  for (const bound of intervals.flatMap(({ low, high }) => [low, high])) {
    if (bound !== undefined && compare?.(bound.version, bound.version) !== 0) {
      return { error: `no ${type} version: ${bound.version}`, at: 0 };
    }
  }
  const sorted = intervals
    .filter((interval) => !isEmpty(type, interval))
    .toSorted((a, b) => compareLows(type, a.low, b.low));
  const [first, ...others] = sorted;
  if (first === undefined) return { error: 'no version can lie in this range', at: 0 };
  const united = [first];
  for (const interval of others) {
    const last = united.at(-1) ?? first;
    if (touches(type, last.high, interval.low)) {
      united.splice(-1, 1, { low: last.low, high: looser(type, last.high, interval.high) });
    } else {
      united.push(interval);
    }
  }
  return buildVers(type, [...united.flatMap(constraintsOf), ...excluded]);
}

function constraintsOf({ low, high }: Interval): readonly VersConstraint[] {
  if (low !== undefined && low.version === high?.version) {
    return [{ comparator: '=', version: low.version }];
  }
  const constraints: VersConstraint[] = [];
  if (low !== undefined) {
    constraints.push({ comparator: low.inclusive ? '>=' : '>', version: low.version });
  }
  if (high !== undefined) {
    constraints.push({ comparator: high.inclusive ? '<=' : '<', version: high.version });
  }
  return constraints;
}

function compareLows(type: string, a: Bound | undefined, b: Bound | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  const order = versOrderOf(type)?.(a.version, b.version);
  if (order === 1 || order === -1) return order;
  return Number(b.inclusive) - Number(a.inclusive);
}

function touches(type: string, high: Bound | undefined, low: Bound | undefined): boolean {
  if (high === undefined || low === undefined) return true;
  const order = versOrderOf(type)?.(low.version, high.version);
  return order === -1 || (order === 0 && (low.inclusive || high.inclusive));
}

function looser(type: string, a: Bound | undefined, b: Bound | undefined): Bound | undefined {
  if (a === undefined || b === undefined) return undefined;
  const order = versOrderOf(type)?.(a.version, b.version);
  if (order === 0) return a.inclusive ? a : b;
  return order === 1 ? a : b;
}
