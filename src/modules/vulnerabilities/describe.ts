import { parseCvss } from '../../standards/cvss/cvss.ts';
import type { OsvRecord } from '../../standards/osv/record.ts';
import type { Severity, Weakness } from '../findings/public.ts';
import { idsOf } from './identity.ts';

/** What other feeds know of a CVE. Undefined: the feed has no row for it. */
export interface Enrichment {
  readonly kev?: {
    readonly listedOn: string;
    readonly dueOn: string | null;
    readonly ransomware: boolean;
    readonly title: string;
  };
  readonly epss?: number;
  readonly facts?: {
    readonly description: string | null;
    readonly cvssVector: string | null;
    readonly cvssScore: number | null;
    readonly severity: string | null;
    readonly automatable: boolean | null;
    readonly technicalImpact: 'partial' | 'total' | null;
    readonly publishedAt: string | null;
    readonly modifiedAt: string | null;
  };
}

/** One vulnerability out of the records that speak of it and what other feeds add. */
export function describeVulnerability(
  key: string,
  records: readonly OsvRecord[],
  { kev, epss, facts }: Enrichment,
): Weakness {
  const scored = scoreOf(records, facts);
  return {
    key,
    kind: 'vulnerability',
    ids: idsOf(key, records),
    title: titleOf(key, records, kev?.title ?? facts?.description ?? null),
    titleJa: null,
    ...scored,
    exploited:
      kev === undefined
        ? null
        : { since: kev.listedOn, dueOn: kev.dueOn, ransomware: kev.ransomware },
    epss: epss ?? null,
    automatable: facts?.automatable ?? null,
    technicalImpact: facts?.technicalImpact ?? null,
    publishedAt: facts?.publishedAt ?? earliest(records.map((record) => record.published)),
    modifiedAt: latest([
      facts?.modifiedAt ?? undefined,
      ...records.map((record) => record.modified),
    ]),
    references: [
      ...new Set(records.flatMap((record) => record.references.map(({ url }) => url))),
    ].slice(0, 50),
  };
}

/** The first line that says something: a summary, the name in KEV, the first sentence of details. */
function titleOf(key: string, records: readonly OsvRecord[], other: string | null): string {
  const summary = records.map((record) => record.summary).find((text) => text?.trim());
  const details = records.map((record) => record.details).find((text) => text?.trim());
  const text = summary ?? other ?? details ?? key;
  const line = text
    .trim()
    .split('\n')[0]!
    .replace(/^#+\s*/, '');
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}

/**
 * The score of the newest CVSS version that anybody gave, CISA first, then the records. A severity
 * in words alone (as some registries give) is kept without a score; no word is not scored: null.
 */
function scoreOf(
  records: readonly OsvRecord[],
  facts: Enrichment['facts'],
): Pick<Weakness, 'severity' | 'cvssScore' | 'cvssVector'> {
  const vectors = [
    facts?.cvssVector ?? null,
    ...records
      .flatMap((record) => [
        ...record.severity,
        ...record.affected.flatMap((entry) => entry.severity ?? []),
      ])
      .map(({ score }) => score),
  ];
  let best: { version: string; score: number; severity: Severity; vector: string } | undefined;
  for (const vector of vectors) {
    if (vector === null) continue;
    const parsed = parseCvss(vector);
    if ('error' in parsed) continue;
    const { version, score, severity } = parsed;
    if (best === undefined || version > best.version) best = { version, score, severity, vector };
  }
  if (best) return { severity: best.severity, cvssScore: best.score, cvssVector: best.vector };
  const words = records
    .map((record) => record.database_specific?.['severity'])
    .map((word) => (typeof word === 'string' ? severityWords[word.toLowerCase()] : undefined));
  return {
    severity: words.find((word) => word !== undefined) ?? null,
    cvssScore: null,
    cvssVector: null,
  };
}

const severityWords: Readonly<Record<string, Severity>> = {
  low: 'low',
  moderate: 'medium',
  medium: 'medium',
  high: 'high',
  important: 'high',
  critical: 'critical',
};

/** `0001-01-01` and other times that nobody can have meant are unknown. */
function meant(time: string | undefined): time is string {
  return time !== undefined && time > '1990' && time < '2100';
}
const earliest = (times: readonly (string | undefined)[]) => times.filter(meant).sort()[0] ?? null;
const latest = (times: readonly (string | undefined)[]) =>
  times.filter(meant).sort().at(-1) ?? null;
