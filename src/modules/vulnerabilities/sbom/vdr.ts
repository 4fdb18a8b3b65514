import type {
  VdrAnalysis,
  VdrRating,
  VdrVulnerability,
} from '../../../standards/cyclonedx/export.ts';
import type { Weakness } from '../../findings/public.ts';

export interface VdrCircumstances {
  readonly affects: VdrVulnerability['affects'];
  /** The feed that knows of it, `osv/npm`. */
  readonly source: string | null;
  /** Every package to upgrade to be rid of it; version null: no fix is known for that one. */
  readonly fixes: readonly { readonly name: string; readonly version: string | null }[];
  readonly analysis: VdrAnalysis | null;
}

/** A weakness as CycloneDX writes vulnerabilities. What is not known is left out, never zero. */
export function vdrVulnerability(
  weakness: Pick<
    Weakness,
    'title' | 'severity' | 'cvssScore' | 'cvssVector' | 'publishedAt' | 'modifiedAt'
  >,
  key: string,
  { affects, source, fixes, analysis }: VdrCircumstances,
): VdrVulnerability {
  const { title, severity, cvssScore, cvssVector, publishedAt, modifiedAt } = weakness;
  const rating: VdrRating = {
    ...(cvssScore !== null && { score: cvssScore }),
    severity: severity ?? 'unknown',
    ...(cvssVector !== null && { method: methodOf(cvssVector), vector: cvssVector }),
  };
  return {
    id: key,
    ...(source !== null && { source: { name: source } }),
    ratings: [rating],
    description: title,
    ...(fixes.length > 0 && { recommendation: recommendationOf(fixes) }),
    ...(publishedAt !== null && { published: zoned(publishedAt) }),
    ...(modifiedAt !== null && { updated: zoned(modifiedAt) }),
    ...(analysis !== null && { analysis }),
    affects,
  };
}

const recommendationOf = (fixes: VdrCircumstances['fixes']) =>
  fixes
    .map(({ name, version }) =>
      version === null ? `No fix of ${name} is known.` : `Upgrade ${name} to ${version}.`,
    )
    .join(' ');

const zoned = (time: string) => (/(?:[Zz]|[+-]\d{2}:\d{2})$/.test(time) ? time : `${time}Z`);

function methodOf(vector: string): NonNullable<VdrRating['method']> {
  if (vector.startsWith('CVSS:4')) return 'CVSSv4';
  if (vector.startsWith('CVSS:3.1')) return 'CVSSv31';
  return vector.startsWith('CVSS:3') ? 'CVSSv3' : 'CVSSv2';
}
