import { createHash } from 'node:crypto';
import { type DueDecision, type DueProfile, decideDue } from './due.ts';
import { rankOf } from './rank.ts';
import {
  type FindingClass,
  type Observed,
  type Severity,
  severities,
  type Weakness,
} from './weakness.ts';

/** The facts of a weakness that priority depends on, as the database keeps them. */
export interface WeaknessFacts {
  readonly severity: Severity | null;
  readonly kevListedOn: string | null;
  readonly kevDueOn: string | null;
  readonly epss: number | null;
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
}

export interface FindingFacts {
  readonly findingClass: FindingClass;
  readonly fixable: boolean;
  readonly reachable: boolean | null;
  readonly exposed: boolean | null;
  readonly criticality: 'low' | 'normal' | 'high' | 'critical';
  /** Calendar day on which this run of the finding was first seen. */
  readonly detectedOn: string;
  /** For so many days it was excepted since; default: none. */
  readonly pausedDays?: number;
}

export interface Judgement {
  readonly due: DueDecision;
  readonly rank: number;
}

/** When it is due and where it stands in the queue: everything that priority is made of. */
export function judge(
  profile: DueProfile,
  weakness: WeaknessFacts,
  finding: FindingFacts,
): Judgement {
  const due = decideDue(profile, {
    ...weakness,
    exposed: finding.exposed,
    detectedOn: finding.detectedOn,
    pausedDays: finding.pausedDays ?? 0,
  });
  return {
    due,
    rank: rankOf({
      ...finding,
      dueOn: due.dueOn,
      exploited: weakness.kevListedOn !== null,
      epss: weakness.epss,
      severity: weakness.severity,
    }),
  };
}

/** For sorting by severity: −1 not scored, 0 none … 4 critical. */
export function severityOrderOf(severity: Severity | null): number {
  return severity === null ? -1 : severities.indexOf(severity);
}

/** Equal for equal observations, whatever their order: what decides whether anything is written. */
export function observedHash(observed: Observed): Buffer {
  const evidence = observed.evidence
    .map((item) => JSON.stringify(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();
  const { findingClass, fix, furtherFixes = [], reachable } = observed;
  // Only where there are any, so that the hashes of all others stay what they were.
  const further =
    furtherFixes.length === 0
      ? []
      : [
          furtherFixes
            .map(({ ecosystem, name, version }) => `${ecosystem}\n${name}\n${version}`)
            .sort(),
        ];
  return createHash('sha256')
    .update(JSON.stringify([findingClass, fix, reachable, evidence, ...further]))
    .digest();
}

export function weaknessHash(weakness: Weakness): Buffer {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(weakness).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest();
}
