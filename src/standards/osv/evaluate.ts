/**
 * Is a version of a package affected by an OSV record?
 *
 * Source: OSV schema 1.7, "Evaluation" (IsVulnerable, IncludedInVersions, IncludedInRanges,
 * BeforeLimits). Beyond that text: a version that cannot be compared, a commit range and an
 * unnamed release answer `unknown` and never "not affected"; and equal versions that are spelled
 * differently (1.0 and 1.0.0 on PyPI) count as listed.
 */
import { canonicalName, compareEcosystems } from './ecosystem.ts';
import type { OsvAffected, OsvEvent, OsvRange, OsvRecord } from './record.ts';

export type Comparison = -1 | 0 | 1 | 'incomparable';
export type VersionComparator = (a: string, b: string) => Comparison;
/** One order for all ranges, or another one for those of type SEMVER. */
export type Comparators =
  | VersionComparator
  | { readonly ecosystem: VersionComparator; readonly semver: VersionComparator };

export interface SoftwareVersion {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

export type AffectedStatus = 'affected' | 'not_affected' | 'unknown';

export type AffectedReason =
  | 'listed-version'
  | 'in-range'
  | 'outside-ranges'
  | 'package-not-listed'
  | 'withdrawn'
  /** Unknown: the comparator cannot order the version against an event. */
  | 'incomparable-version'
  /** Unknown: only commits are given. */
  | 'git-range'
  /** Unknown: the entry has neither ranges nor versions. */
  | 'no-versions-given'
  /** Unknown: affected in some release, and the release of the software is not known. */
  | 'release-unspecified';

export interface RangeMatch {
  /** Index in `ranges`. */
  readonly range: number;
  readonly type: OsvRange['type'];
  readonly introduced: string;
  readonly fixed: string | null;
  readonly lastAffected: string | null;
}

export interface Affectedness {
  readonly status: AffectedStatus;
  readonly reason: AffectedReason;
  /** Index in `record.affected` of the entry that decided; null when no entry names the package. */
  readonly entry: number | null;
  /** The interval that contains the version. */
  readonly range: RangeMatch | null;
  /** The member of `versions[]` that is this version. */
  readonly listed: string | null;
  /** The lowest version above this one that carries a fix, where one is known. */
  readonly fixedVersion: string | null;
  /** The event the comparator could not place, for `incomparable-version`. */
  readonly incomparableWith: string | null;
}

export function isAffected(
  subject: OsvRecord | OsvAffected,
  software: SoftwareVersion,
  compare: Comparators,
): Affectedness {
  if (!('id' in subject)) return evaluateEntry(subject, 0, software, compare) ?? notListed();
  if (subject.withdrawn !== undefined) return { ...notListed(), reason: 'withdrawn' };
  let best: Affectedness | undefined;
  for (const [index, entry] of subject.affected.entries()) {
    const answer = evaluateEntry(entry, index, software, compare);
    if (answer === undefined) continue;
    if (answer.status === 'affected') return answer;
    if (best === undefined || (best.status !== 'unknown' && answer.status === 'unknown')) {
      best = answer;
    }
  }
  return best ?? notListed();
}

/** Undefined when the entry is about another package. */
function evaluateEntry(
  entry: OsvAffected,
  index: number,
  software: SoftwareVersion,
  compare: Comparators,
): Affectedness | undefined {
  const named = entry.package;
  if (named === undefined) return undefined;
  const ecosystems = compareEcosystems(named.ecosystem, software.ecosystem);
  if (ecosystems === 'other') return undefined;
  if (
    named.name !== software.name &&
    canonicalName(named.ecosystem, named.name) !== canonicalName(named.ecosystem, software.name)
  ) {
    return undefined;
  }
  const answer = { ...evaluateVersion(entry, software.version, compare), entry: index };
  return ecosystems === 'unspecified' && answer.status === 'affected'
    ? { ...answer, status: 'unknown', reason: 'release-unspecified' }
    : answer;
}

function evaluateVersion(entry: OsvAffected, version: string, compare: Comparators): Affectedness {
  const byEcosystem = typeof compare === 'function' ? compare : compare.ecosystem;
  const bySemver = typeof compare === 'function' ? compare : compare.semver;
  const comparatorOf = (range: OsvRange): VersionComparator =>
    range.type === 'SEMVER' ? bySemver : byEcosystem;
  const fixedVersion = (): string | null => lowestFix(entry.ranges, version, comparatorOf);

  if (entry.versions.includes(version)) {
    return { ...blank('affected', 'listed-version', fixedVersion()), listed: version };
  }
  let incomparableWith: string | null = null;
  let commits = false;
  let ordered = false;
  for (const [index, range] of entry.ranges.entries()) {
    const outcome =
      range.type === 'GIT'
        ? evaluateCommits(range, version)
        : evaluateRange(range, version, comparatorOf(range));
    if (outcome.status === 'affected') {
      const range0 = { range: index, type: range.type, ...outcome.interval };
      const fix = outcome.interval.fixed ?? fixedVersion();
      return { ...blank('affected', 'in-range', fix), range: range0 };
    }
    if (range.type === 'GIT') commits ||= outcome.status === 'unknown';
    else ordered = true;
    if (range.type !== 'GIT' && outcome.status === 'unknown') {
      incomparableWith ??= outcome.incomparableWith;
    }
  }
  const same = entry.versions.find((listed) => byEcosystem(listed, version) === 0);
  if (same !== undefined) {
    return { ...blank('affected', 'listed-version', fixedVersion()), listed: same };
  }
  if (incomparableWith !== null) {
    return { ...blank('unknown', 'incomparable-version', null), incomparableWith };
  }
  // Commits next to ordered ranges or a list say the same in another form, except of a commit.
  const decided = ordered || entry.versions.length > 0;
  if (commits && (!decided || isCommit(version))) return blank('unknown', 'git-range', null);
  if (!decided && entry.ranges.length === 0) return blank('unknown', 'no-versions-given', null);
  return blank('not_affected', 'outside-ranges', null);
}

type Interval = Pick<RangeMatch, 'introduced' | 'fixed' | 'lastAffected'>;
type Outcome =
  | { readonly status: 'affected'; readonly interval: Interval }
  | { readonly status: 'not_affected' }
  | { readonly status: 'unknown'; readonly incomparableWith: string };

/**
 * Walks the events in version order. Where the comparator cannot decide, both outcomes stay
 * possible; the answer is `unknown` only when they differ in the end.
 */
function evaluateRange(range: OsvRange, version: string, compare: VersionComparator): Outcome {
  const { events, unordered } = sortEvents(range.events, compare);
  let incomparableWith = unordered;
  const position = (of: string): Comparison => {
    const order = compare(version, of);
    if (order === 'incomparable') incomparableWith ??= of;
    return order;
  };

  let mayBeIn = false;
  let mayBeOut = true;
  let introduced = '0';
  let fixed: string | null = null;
  let lastAffected: string | null = null;
  for (const event of events) {
    if ('introduced' in event) {
      const order = event.introduced === '0' ? 1 : position(event.introduced);
      if (order === -1) continue;
      mayBeIn = true;
      if (order !== 'incomparable') {
        mayBeOut = false;
        introduced = event.introduced;
        fixed = null;
        lastAffected = null;
      }
    } else if ('fixed' in event) {
      const order = event.fixed === '0' ? 1 : position(event.fixed);
      if (order === -1) fixed ??= event.fixed;
      else {
        mayBeOut = true;
        if (order !== 'incomparable') mayBeIn = false;
      }
    } else if ('last_affected' in event) {
      const order = position(event.last_affected);
      if (order === -1 || order === 0) lastAffected ??= event.last_affected;
      else {
        mayBeOut = true;
        if (order !== 'incomparable') mayBeIn = false;
      }
    }
  }

  const limits = range.events.filter((event) => 'limit' in event);
  if (limits.length > 0 && mayBeIn) {
    const orders = limits.map(({ limit }) => (limit === '*' ? -1 : position(limit)));
    if (!orders.includes(-1)) {
      mayBeOut = true;
      if (!orders.includes('incomparable')) mayBeIn = false;
    }
  }
  if (unordered !== null && events.length > 1) {
    return { status: 'unknown', incomparableWith: unordered };
  }
  if (!mayBeIn) return { status: 'not_affected' };
  if (!mayBeOut) return { status: 'affected', interval: { introduced, fixed, lastAffected } };
  return { status: 'unknown', incomparableWith: incomparableWith ?? version };
}

/** A commit is known to be affected or fixed only where the record names it. */
function evaluateCommits(range: OsvRange, version: string): Outcome {
  for (const event of range.events) {
    if ('introduced' in event && event.introduced === version) {
      return {
        status: 'affected',
        interval: { introduced: version, fixed: null, lastAffected: null },
      };
    }
    if ('last_affected' in event && event.last_affected === version) {
      return {
        status: 'affected',
        interval: { introduced: '0', fixed: null, lastAffected: version },
      };
    }
  }
  const fixedHere = range.events.some((event) => 'fixed' in event && event.fixed === version);
  return fixedHere ? { status: 'not_affected' } : { status: 'unknown', incomparableWith: version };
}

/** Stable, so that events of one version keep the order in which the record gives them. */
function sortEvents(
  events: readonly OsvEvent[],
  compare: VersionComparator,
): { readonly events: readonly OsvEvent[]; readonly unordered: string | null } {
  let unordered: string | null = null;
  const sorted = events
    .filter((event) => !('limit' in event))
    .sort((a, b) => {
      const left = eventVersion(a);
      const right = eventVersion(b);
      if (left === right) return 0;
      if (left === '0' || right === '0') return left === '0' ? -1 : 1;
      const order = compare(left, right);
      if (order !== 'incomparable') return order;
      unordered ??= left;
      return 0;
    });
  return { events: sorted, unordered };
}

function eventVersion(event: OsvEvent): string {
  if ('introduced' in event) return event.introduced;
  if ('fixed' in event) return event.fixed;
  return 'last_affected' in event ? event.last_affected : event.limit;
}

function lowestFix(
  ranges: readonly OsvRange[],
  version: string,
  comparatorOf: (range: OsvRange) => VersionComparator,
): string | null {
  let lowest: string | null = null;
  for (const range of ranges) {
    if (range.type === 'GIT') continue;
    const compare = comparatorOf(range);
    for (const event of range.events) {
      if (!('fixed' in event) || compare(event.fixed, version) !== 1) continue;
      if (lowest === null || compare(event.fixed, lowest) === -1) lowest = event.fixed;
    }
  }
  return lowest;
}

function isCommit(version: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(version);
}

function blank(
  status: AffectedStatus,
  reason: AffectedReason,
  fixedVersion: string | null,
): Affectedness {
  return {
    status,
    reason,
    entry: 0,
    range: null,
    listed: null,
    fixedVersion,
    incomparableWith: null,
  };
}

function notListed(): Affectedness {
  return { ...blank('not_affected', 'package-not-listed', null), entry: null };
}
