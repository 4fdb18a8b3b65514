/**
 * VERS, the version range specifier: `vers:npm/>=1.0.0|<2.0.0`, `vers:deb/*`.
 *
 * Source: https://github.com/package-url/vers-spec, clause 5 and "How to parse and
 * validate VERS". Errors are values that name the position in the text.
 * `parseVers` accepts only what the specification calls valid: sorted, unique,
 * nothing redundant. `readVers` accepts what people write (spaces, any order, `=`, doubles),
 * and brings it into that form.
 * Limits: versions of a type without a known order can be read in the order they
 * are written, but not sorted or tested.
 */
import type { Comparison } from '../versions/comparison.ts';
import { versOrderOf } from './vers-types.ts';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=';

export interface VersConstraint {
  readonly comparator: Comparator;
  /** Decoded: `1:2.0` for `1%3A2.0`. */
  readonly version: string;
}

export interface VersRange {
  readonly type: string;
  /** In version order; empty for `*`, which is every version. */
  readonly constraints: readonly VersConstraint[];
}

export interface VersError {
  readonly error: string;
  /** Where in the text, counted from 0. */
  readonly at: number;
}

interface Placed extends VersConstraint {
  readonly at: number;
}

const COMPARATORS: readonly Comparator[] = ['>=', '<=', '!=', '<', '>', '='];

export function isVersError(result: object): result is VersError {
  return 'error' in result;
}

/** Valid VERS only. */
export function parseVers(text: string): VersRange | VersError {
  const space = text.search(/\s/);
  if (space >= 0) return { error: 'white space is not permitted', at: space };
  const read = readPlaced(text, true);
  if (isVersError(read)) return read;
  const invalid = invalidSequence(read.type, read.placed);
  return invalid ?? { type: read.type, constraints: read.placed.map(withoutPlace) };
}

/** Any VERS that has one meaning; the result is sorted and free of redundancy. */
export function readVers(text: string): VersRange | VersError {
  const read = readPlaced(text, false);
  if (isVersError(read)) return read;
  const sorted = sortedByVersion(read.type, read.placed);
  if (isVersError(sorted)) return sorted;
  return { type: read.type, constraints: simplified(read.type, sorted).map(withoutPlace) };
}

/** Sorts, simplifies and writes; no constraints at all means every version, `*`. */
export function buildVers(
  type: string,
  constraints: readonly VersConstraint[],
): string | VersError {
  const wrongType = invalidType(type, 0);
  if (wrongType !== undefined) return wrongType;
  const empty = constraints.findIndex(({ version }) => version === '');
  if (empty >= 0) return { error: 'a version is missing', at: empty };
  const placed = constraints.map((constraint, at) => ({ ...constraint, at }));
  const sorted = sortedByVersion(type, placed);
  if (isVersError(sorted)) return sorted;
  return writeVers({ type, constraints: simplified(type, sorted) });
}

/** The text of a range, as it stands. */
export function writeVers({ type, constraints }: VersRange): string {
  if (constraints.length === 0) return `vers:${type}/*`;
  const parts = constraints.map(
    ({ comparator, version }) => (comparator === '=' ? '' : comparator) + encodeVersion(version),
  );
  return `vers:${type}/${parts.join('|')}`;
}

/** Whether the version lies in the range; 'incomparable' if its order is not known. */
export function versContains(range: VersRange, version: string): boolean | 'incomparable' {
  if (range.constraints.length === 0) return true;
  const compare = versOrderOf(range.type);
  if (compare === undefined) return 'incomparable';
  const bounds: { readonly comparator: Comparator; readonly order: Comparison }[] = [];
  for (const { comparator, version: bound } of range.constraints) {
    const order = compare(version, bound);
    if (order === 'incomparable') return 'incomparable';
    if (order === 0) return comparator === '=' || comparator === '<=' || comparator === '>=';
    if (comparator !== '=' && comparator !== '!=') bounds.push({ comparator, order });
  }
  if (bounds.length === 0) return range.constraints.every(({ comparator }) => comparator === '!=');
  // Sorted and alternating: the last bound below the version decides, or else the first above it.
  const below = bounds.filter(({ order }) => order === 1).at(-1);
  if (below !== undefined) return below.comparator.startsWith('>');
  return bounds[0]?.comparator.startsWith('<') ?? false;
}

/** Drops constraints that change nothing, as the specification's procedure does. */
export function simplifyVers(range: VersRange): VersRange | VersError {
  const placed = range.constraints.map((constraint, at) => ({ ...constraint, at }));
  const sorted = sortedByVersion(range.type, placed);
  if (isVersError(sorted)) return sorted;
  return { type: range.type, constraints: simplified(range.type, sorted).map(withoutPlace) };
}

function readPlaced(
  text: string,
  strict: boolean,
): { readonly type: string; readonly placed: readonly Placed[] } | VersError {
  const scheme = text.slice(0, 5);
  if ((strict ? scheme : scheme.toLowerCase()) !== 'vers:') {
    return { error: 'a VERS starts with "vers:"', at: 0 };
  }
  const slash = text.indexOf('/', 5);
  if (slash < 0) return { error: 'the "/" after the type is missing', at: text.length };
  const type = strict ? text.slice(5, slash) : text.slice(5, slash).trim().toLowerCase();
  const wrongType = invalidType(type, 5);
  if (wrongType !== undefined) return wrongType;
  if (text.slice(slash + 1).trim() === '*') return { type, placed: [] };

  const colon = text.search(/%3A/i);
  if (strict && type === 'datetime' && colon >= 0) {
    return { error: 'the colons of a datetime are not encoded', at: colon };
  }

  const placed: Placed[] = [];
  let at = slash + 1;
  for (const part of text.slice(slash + 1).split('|')) {
    const constraint = readConstraint(part, at, strict);
    if (isVersError(constraint)) return constraint;
    placed.push(constraint);
    at += part.length + 1;
  }
  return { type, placed };
}

function readConstraint(part: string, at: number, strict: boolean): Placed | VersError {
  const text = strict ? part : part.replace(/\s+/g, '');
  if (text === '') return { error: 'a constraint is missing', at };
  const comparator = COMPARATORS.find((candidate) => text.startsWith(candidate));
  if (comparator === '=' && strict) {
    return { error: 'equality is written without "="', at };
  }
  const encoded = text.slice(comparator?.length ?? 0);
  const offset = at + (comparator?.length ?? 0);
  if (encoded === '') return { error: 'a version is missing', at: offset };
  const version = decodeVersion(encoded, offset, strict);
  return typeof version === 'string' ? { comparator: comparator ?? '=', version, at } : version;
}

function decodeVersion(encoded: string, at: number, strict: boolean): string | VersError {
  const reserved = encoded.search(/[<>=!*]|[^\x21-\x7e]/);
  if (reserved >= 0) {
    const found = JSON.stringify(encoded.charAt(reserved));
    return { error: `${found} must be percent-encoded in a version`, at: at + reserved };
  }
  const badTriplet = encoded.search(/%(?![0-9A-Fa-f]{2})/);
  if (badTriplet >= 0) return { error: 'invalid percent-encoding', at: at + badTriplet };
  const lowerCase = encoded.search(/%(?:[a-f]|[0-9A-F][a-f])/);
  if (strict && lowerCase >= 0) {
    return { error: 'percent-encoding is written in upper case', at: at + lowerCase };
  }
  try {
    return decodeURIComponent(encoded);
  } catch {
    return { error: 'percent-encoding is not UTF-8', at };
  }
}

/** Encodes what VERS reserves, and everything that is not printable ASCII. */
function encodeVersion(version: string): string {
  return version
    .toWellFormed()
    .replace(/[<>=!*|%]|[^\x21-\x7e]+/g, (text) =>
      /^[!*]$/.test(text)
        ? `%${text.charCodeAt(0).toString(16).toUpperCase()}`
        : encodeURIComponent(text),
    );
}

function invalidType(type: string, at: number): VersError | undefined {
  if (!/^[a-z][a-z0-9.-]*$/.test(type)) {
    return { error: 'a type is lower-case letters, digits, "." and "-"', at };
  }
  if (type === 'invalid') return { error: 'the type "invalid" is never valid', at };
  return undefined;
}

/** The first place where sorted, unique, alternating constraints are not. */
function invalidSequence(type: string, placed: readonly Placed[]): VersError | undefined {
  const compare = versOrderOf(type);
  if (compare !== undefined) {
    // One version alone needs no order, so it need not be one that the type could sort.
    if (placed.length > 1 || type === 'datetime') {
      const invalid = invalidVersion(type, placed, compare);
      if (invalid !== undefined) return invalid;
    }
    for (const [index, { version, at }] of placed.entries()) {
      const before = placed[index - 1];
      if (before === undefined) continue;
      const order = compare(before.version, version);
      if (order === 'incomparable') return { error: `no ${type} version: ${version}`, at };
      if (order === 0) return { error: 'a version occurs twice', at };
      if (order > 0) return { error: 'constraints are not sorted by version', at };
    }
  }
  const seen = new Set<string>();
  for (const { version, at } of placed) {
    if (seen.has(version)) return { error: 'a version occurs twice', at };
    seen.add(version);
  }
  let previous: Comparator | undefined;
  let bound: Comparator | undefined;
  for (const { comparator, at } of placed) {
    if (comparator === '!=') continue;
    if (previous === '=' && comparator.startsWith('<')) return redundant(at);
    if (comparator !== '=') {
      if (bound !== undefined && bound.charAt(0) === comparator.charAt(0)) return redundant(at);
      bound = comparator;
    } else if (bound?.startsWith('>') === true && compare !== undefined) {
      return redundant(at);
    }
    previous = comparator;
  }
  return undefined;
}

function invalidVersion(
  type: string,
  placed: readonly Placed[],
  compare: (a: string, b: string) => Comparison,
): VersError | undefined {
  const invalid = placed.find(({ version }) => compare(version, version) === 'incomparable');
  return invalid && { error: `no ${type} version: ${invalid.version}`, at: invalid.at };
}

function redundant(at: number): VersError {
  return { error: 'this constraint follows one that makes it redundant', at };
}

function sortedByVersion(type: string, placed: readonly Placed[]): readonly Placed[] | VersError {
  if (placed.length < 2) return placed;
  const compare = versOrderOf(type);
  if (compare === undefined) {
    return { error: `no order is known for versions of type ${type}`, at: placed[0]?.at ?? 0 };
  }
  const invalid = invalidVersion(type, placed, compare);
  if (invalid !== undefined) return invalid;
  return placed.toSorted((a, b) => {
    const order = compare(a.version, b.version);
    return order === 'incomparable' || order === 0 ? a.at - b.at : order;
  });
}

/**
 * One pass over the sorted bounds. Within an interval only its two ends count: the first
 * of several lower bounds, and the last of several upper bounds.
 */
function simplified(type: string, sorted: readonly Placed[]): readonly Placed[] {
  const compare = versOrderOf(type);
  const unique = compare === undefined ? sorted : withoutDoubles(sorted, compare);
  const kept: Placed[] = [];
  const lastBound = (): number => kept.findLastIndex(({ comparator }) => comparator !== '!=');
  for (const constraint of unique) {
    const kind = constraint.comparator.charAt(0);
    for (let last = lastBound(); last >= 0 && kind === '<'; last = lastBound()) {
      if (kept[last]?.comparator.startsWith('>') === true) break;
      kept.splice(last, 1);
    }
    const insideInterval = kept[lastBound()]?.comparator.startsWith('>') === true;
    if (insideInterval && (kind === '=' || kind === '>')) continue;
    kept.push(constraint);
  }
  return kept;
}

/** Of several constraints on the same version, the one that says what they say together. */
function withoutDoubles(
  sorted: readonly Placed[],
  compare: (a: string, b: string) => Comparison,
): readonly Placed[] {
  const unique: Placed[] = [];
  for (const constraint of sorted) {
    const before = unique.at(-1);
    if (before === undefined || compare(before.version, constraint.version) !== 0) {
      unique.push(constraint);
    } else {
      unique.splice(-1, 1, ...together(before, constraint));
    }
  }
  return unique;
}

/** `>1` with `1` is `>=1`; `!=1` with `>=1` is `>1`; `<1` with `>1` stays as `!=1`. */
function together(a: Placed, b: Placed): readonly Placed[] {
  const both = [a.comparator, b.comparator];
  const excluded = both.includes('!=');
  const equal = !excluded && both.some((comparator) => comparator.includes('='));
  const directions = new Set(
    both.filter((text) => /^[<>]/.test(text)).map((text) => text.charAt(0)),
  );
  if (directions.size === 2) return equal ? [] : [{ ...a, comparator: '!=' }];
  const [direction] = directions;
  if (direction === undefined) return [{ ...a, comparator: excluded ? '!=' : '=' }];
  const comparator = `${direction}${equal ? '=' : ''}`;
  return [{ ...a, comparator: COMPARATORS.find((known) => known === comparator) ?? '=' }];
}

function withoutPlace({ comparator, version }: VersConstraint): VersConstraint {
  return { comparator, version };
}
