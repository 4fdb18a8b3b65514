import { splitEcosystem } from '../../standards/osv/ecosystem.ts';
import {
  type Comparators,
  isAffected,
  type VersionComparator,
} from '../../standards/osv/evaluate.ts';
import type { OsvRecord } from '../../standards/osv/record.ts';
import { compareVersions, versionRuleOf } from '../../standards/versions/ecosystem.ts';
import { keysOf } from './identity.ts';
import type { Subject } from './subject.ts';
import {
  hotpatchedRecords,
  hotpatchesUnknown,
  isHotpatchUnknown,
  windowsEcosystem,
} from './windows.ts';

export interface MatchEvidence {
  readonly advisoryId: string;
  readonly source: string;
  /** In words of the advisory: which range or listed version met. */
  readonly matched: string;
  readonly fixedVersion: string | null;
}

/** One vulnerability that a subject has, or that cannot be ruled out. */
export interface Match {
  readonly weaknessKey: string;
  readonly verdict: 'affected' | 'unknown';
  readonly class: 'normal' | 'unimportant' | 'unsupported';
  /** What the distribution or registry fixed it in, where it has. */
  readonly fixedVersion: string | null;
  readonly evidence: readonly MatchEvidence[];
}

export interface SourcedRecord {
  readonly feed: string;
  readonly record: OsvRecord;
}

/**
 * All vulnerabilities of a subject among the records that name its package. Several records of one
 * vulnerability become one match with all their evidence: affected beats unknown; the record that
 * knows a fix gives it; and one that calls it `unimportant` decides only when no other record of
 * the same distribution says that it matters.
 */
export function matchesOf(subject: Subject, records: readonly SourcedRecord[]): readonly Match[] {
  const compare = comparatorsFor(subject.ecosystem);
  const found = new Map<string, Match>();
  const hotpatched = hotpatchedRecords(subject, records);
  for (const { feed, record } of records) {
    if (hotpatched.has(record.id)) continue;
    const answer = isAffected(record, subject, compare);
    if (answer.status === 'not_affected') continue;
    const entry = answer.entry === null ? undefined : record.affected[answer.entry];
    const evidence: MatchEvidence = {
      advisoryId: record.id,
      source: feed,
      matched: isHotpatchUnknown(subject, record, records)
        ? `${inWords(answer)}; ${hotpatchesUnknown}`
        : inWords(answer),
      fixedVersion: answer.fixedVersion,
    };
    for (const weaknessKey of keysOf(record)) {
      const match: Match = {
        weaknessKey,
        verdict: answer.status,
        class: classOf(entry?.ecosystem_specific),
        fixedVersion: answer.fixedVersion,
        evidence: [evidence],
      };
      const before = found.get(weaknessKey);
      found.set(weaknessKey, before === undefined ? match : merged(before, match, subject));
    }
  }
  return [...found.values()].sort((a, b) => (a.weaknessKey < b.weaknessKey ? -1 : 1));
}

/** The comparison of an ecosystem; one without a rule of ours compares nothing, and says so. */
export function comparatorsFor(ecosystem: string): Comparators {
  return {
    ecosystem: orderOf(ecosystem),
    semver: (a, b) => compareVersions('semver', a, b),
  };
}

/** How versions of an ecosystem are put in order. */
export function orderOf(ecosystem: string): VersionComparator {
  // Build and revision: two whole numbers.
  const rule = ecosystem === windowsEcosystem ? 'generic' : versionRuleOf(ecosystem);
  return rule === undefined ? () => 'incomparable' : (a, b) => compareVersions(rule, a, b);
}

function merged(a: Match, b: Match, subject: Subject): Match {
  const [first, second] = a.verdict === 'affected' || b.verdict === 'unknown' ? [a, b] : [b, a];
  const comparable = first.verdict === second.verdict;
  return {
    weaknessKey: a.weaknessKey,
    verdict: first.verdict,
    class: comparable && first.class !== 'normal' ? second.class : first.class,
    fixedVersion: comparable
      ? higher(first.fixedVersion, second.fixedVersion, subject)
      : first.fixedVersion,
    evidence: [...first.evidence, ...second.evidence],
  };
}

/** The higher of two fixed versions: below it one of the records still says affected. */
function higher(a: string | null, b: string | null, { ecosystem }: Subject): string | null {
  if (a === null || b === null) return a ?? b;
  return orderOf(ecosystem)(b, a) === 1 ? b : a;
}

/** Debian's urgency: what its security team calls unimportant or out of support is kept apart. */
function classOf(specific: Readonly<Record<string, unknown>> | undefined): Match['class'] {
  const urgency = specific?.['urgency'];
  if (urgency === 'unimportant') return 'unimportant';
  return urgency === 'end-of-life' ? 'unsupported' : 'normal';
}

function inWords(answer: ReturnType<typeof isAffected>): string {
  const { reason, range, listed, incomparableWith } = answer;
  if (reason === 'in-range' && range !== null) {
    const end =
      range.fixed !== null
        ? `fixed ${range.fixed}`
        : range.lastAffected !== null
          ? `last affected ${range.lastAffected}`
          : 'not fixed';
    return `${range.type} range: introduced ${range.introduced}, ${end}`;
  }
  if (reason === 'listed-version') return `listed version ${listed}`;
  if (reason === 'incomparable-version') return `cannot be compared with ${incomparableWith}`;
  return reason;
}

/** Kernel packages: a finding counts only for the kernel that runs. */
export function isKernelSource(ecosystem: string, name: string): boolean {
  const { base } = splitEcosystem(ecosystem);
  if (base === 'Debian' || base === 'Ubuntu')
    return /^linux(-(?!firmware|base|atm)[a-z0-9.+-]+)?$/.test(name);
  return /^kernel(-|$)/.test(name);
}
