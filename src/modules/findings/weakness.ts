/**
 * A weakness is what is wrong, independent of where: an advisory, an end-of-life release. A
 * finding (火種) is one weakness on one asset. Every module that observes weaknesses describes them
 * with these types and hands them to `reconcile`.
 */
export const weaknessKinds = ['vulnerability', 'end-of-life'] as const;
export type WeaknessKind = (typeof weaknessKinds)[number];

export const severities = ['none', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** Unknown is null, never a default. */
export interface Weakness {
  /** Unique: `CVE-2024-3094`, `EOL:debian:12`. */
  readonly key: string;
  readonly kind: WeaknessKind;
  /** Every id it is known by (CVE, GHSA, DSA, DEBIAN-CVE, …), `key` included. */
  readonly ids: readonly string[];
  readonly title: string;
  readonly titleJa: string | null;
  readonly severity: Severity | null;
  readonly cvssScore: number | null;
  readonly cvssVector: string | null;
  /** Listed in CISA KEV: exploited in the wild. Dates are calendar days, `2026-08-07`. */
  readonly exploited: {
    readonly since: string;
    readonly dueOn: string | null;
    readonly ransomware: boolean;
  } | null;
  /** EPSS: probability 0..1 that exploitation is seen in the next 30 days. */
  readonly epss: number | null;
  /** SSVC, from CISA vulnrichment. */
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  readonly references: readonly string[];
}

/**
 * `normal` is counted. The others are kept and shown apart: `unimportant` (the distribution's own
 * security team says so), `unsupported` (the distribution gives no security support for that
 * package any more), `not-running-kernel` (the fault is in a kernel that does not run here).
 */
export const findingClasses = [
  'normal',
  'unimportant',
  'unsupported',
  'not-running-kernel',
] as const;
export type FindingClass = (typeof findingClasses)[number];

/** A package to upgrade, and to what. */
export interface FixTarget {
  readonly ecosystem: string;
  readonly name: string;
  readonly version: string;
}

/** What was observed, by which source, and which part of the advisory it met. */
export interface Evidence {
  readonly softwareId: number | null;
  readonly component: string;
  readonly version: string;
  readonly ecosystem: string;
  readonly advisoryId: string;
  readonly source: string;
  /** In words of the advisory: `ECOSYSTEM range: introduced 0, fixed 3.0.14-1~deb12u2`. */
  readonly matched: string;
  readonly fixedVersion: string | null;
}

export interface Observed {
  /** An endpoint or an application. */
  readonly assetId: string;
  readonly weaknessKey: string;
  readonly findingClass: FindingClass;
  /** What people would upgrade to what; null while no fix is known. */
  readonly fix: FixTarget | null;
  /**
   * Other packages that have it as well: all have to be upgraded to be rid of it. Without a
   * version where no fix is known; names differ from each other and from that of `fix`.
   */
  readonly furtherFixes?: readonly (Omit<FixTarget, 'version'> & {
    readonly version: string | null;
  })[];
  readonly evidence: readonly Evidence[];
  /** The affected software listens on an address other than loopback; null: not known. */
  readonly reachable: boolean | null;
}

/** What an asset contributes to priority; its module knows it. */
export interface AssetFacts {
  readonly assetId: string;
  readonly assetKind: 'endpoint' | 'application';
  /** For assets other than endpoints, whose names change with their inventory. */
  readonly name?: string;
  readonly scopeId: string;
  readonly criticality: 'low' | 'normal' | 'high' | 'critical';
  /** Reachable from the internet, as its owner says; null: nobody said. */
  readonly exposed: boolean | null;
}

/**
 * How people write the id of a weakness: as it is, in capitals (`cve-2024-3094`), or, for GitHub's,
 * capitals before the first dash and small letters behind it.
 */
export function spellingsOf(id: string): readonly string[] {
  const text = id.trim();
  const dash = text.indexOf('-');
  const github =
    dash > 0 ? text.slice(0, dash).toUpperCase() + text.slice(dash).toLowerCase() : text;
  return [...new Set([text, text.toUpperCase(), github])];
}
