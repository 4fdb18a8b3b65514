import type { DueDecision } from '../../modules/findings/due.ts';
import type { Weakness } from '../../modules/findings/weakness.ts';
import type { SkipReason } from '../../modules/vulnerabilities/lock-files/locked-package.ts';
import type { Match } from '../../modules/vulnerabilities/matching.ts';
import type { ComponentReason } from '../../modules/vulnerabilities/sbom/component-subject.ts';
import type { NotAssessedReason, Subject } from '../../modules/vulnerabilities/subject.ts';
import type { SbomDocument } from '../../standards/cyclonedx/sbom.ts';
import type { Verdict } from './expression.ts';
import type { FeedState } from './feed-folder.ts';
import type { IgnoreEntry, IgnoreProblem } from './ignore-file.ts';

/** Why something gets no answer. Each has a text that says what to do. */
export type Reason =
  | NotAssessedReason
  | ComponentReason
  | SkipReason
  | 'feed-damaged'
  | 'no-lock-file'
  | 'unsupported-file'
  | 'unreadable-file'
  | 'too-many-files';

/** One thing that the input contains. */
export interface ScannedComponent {
  /** Of the input, relative to where the scan began, with `/`. */
  readonly file: string;
  readonly line: number | null;
  readonly name: string;
  readonly version: string | null;
  readonly ecosystem: string | null;
  readonly dev: boolean | null;
  readonly purl: string | null;
  /** `ref` in the bill of materials that it came from. */
  readonly ref: string | null;
  readonly subject: Subject | null;
}

export interface NotAssessed {
  readonly file: string;
  readonly line: number | null;
  /** Empty when the whole file could not be assessed. */
  readonly name: string;
  readonly version: string | null;
  readonly ecosystem: string | null;
  readonly reason: Reason;
  readonly detail: string | null;
}

/** One vulnerability of one version of one package, with every place that it came from. */
export interface ScanFinding {
  readonly weakness: Weakness;
  readonly match: Match;
  readonly subject: Subject;
  readonly components: readonly ScannedComponent[];
  readonly dev: boolean | null;
  readonly due: DueDecision;
  readonly dueDays: number | null;
  readonly rank: number;
  readonly why: { readonly en: string; readonly ja: string };
  /** Of `--fail-on`; null without it, and for what does not count. */
  readonly verdict: Verdict | null;
  readonly fails: boolean;
  readonly ignored: IgnoreEntry | null;
}

export interface ScanReport {
  readonly target: string;
  readonly files: readonly string[];
  readonly scannedAt: string;
  readonly componentCount: number;
  /** Components that were compared with their ecosystem's advisories. */
  readonly assessedCount: number;
  /** In the order in which they are to be removed; the ignored ones last. */
  readonly findings: readonly ScanFinding[];
  readonly notAssessed: readonly NotAssessed[];
  readonly feeds: readonly FeedState[];
  /** Days after which a feed cannot say any more that something is clean. */
  readonly maxFeedAgeDays: number;
  readonly failOn: string | null;
  readonly ignoreProblems: readonly (IgnoreProblem & { readonly file: string })[];
  readonly unusedIgnores: readonly IgnoreEntry[];
  /** What the input was as a bill of materials: itself, or made from lock files. */
  readonly bill: SbomDocument;
}
