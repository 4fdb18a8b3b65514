/**
 * The enumerations of CycloneDX by version.
 *
 * Source: CycloneDX JSON schemas 1.2 (strict) to 1.7, https://github.com/CycloneDX/specification.
 */
export const CYCLONEDX_VERSIONS = ['1.2', '1.3', '1.4', '1.5', '1.6', '1.7'] as const;
export type CycloneDxVersion = (typeof CYCLONEDX_VERSIONS)[number];

/** Words that entered with each version; a version knows its own and all earlier ones. */
type Growth = Partial<Record<CycloneDxVersion, string>>;

function grown(growth: Growth): Readonly<Record<CycloneDxVersion, ReadonlySet<string>>> {
  let known: readonly string[] = [];
  const entries = CYCLONEDX_VERSIONS.map((version) => {
    known = [...known, ...(growth[version]?.split(' ') ?? [])];
    return [version, new Set(known)] as const;
  });
  return Object.fromEntries(entries) as unknown as Record<CycloneDxVersion, ReadonlySet<string>>;
}

export const COMPONENT_TYPES = grown({
  '1.2': 'application framework library container operating-system device firmware file',
  '1.5': 'platform device-driver machine-learning-model data',
  '1.6': 'cryptographic-asset',
});

export const HASH_ALGORITHMS = grown({
  '1.2':
    'MD5 SHA-1 SHA-256 SHA-384 SHA-512 SHA3-256 SHA3-384 SHA3-512 ' +
    'BLAKE2b-256 BLAKE2b-384 BLAKE2b-512 BLAKE3',
  '1.7': 'Streebog-256 Streebog-512',
});

export const REFERENCE_TYPES = grown({
  '1.2':
    'vcs issue-tracker website advisories bom mailing-list social chat documentation support ' +
    'distribution license build-meta build-system other',
  '1.4': 'release-notes',
  '1.5':
    'distribution-intake security-contact model-card log configuration evidence formulation ' +
    'attestation threat-model adversary-model risk-assessment vulnerability-assertion ' +
    'exploitability-statement pentest-report static-analysis-report dynamic-analysis-report ' +
    'runtime-analysis-report component-analysis-report maturity-report certification-report ' +
    'codified-infrastructure quality-metrics poam',
  '1.6': 'source-distribution electronic-signature digital-signature rfc-9116',
  '1.7': 'patent patent-family patent-assertion citation',
});

export const ANALYSIS_STATES: ReadonlySet<string> = new Set([
  'resolved',
  'resolved_with_pedigree',
  'exploitable',
  'in_triage',
  'false_positive',
  'not_affected',
]);

export const ANALYSIS_JUSTIFICATIONS: ReadonlySet<string> = new Set([
  'code_not_present',
  'code_not_reachable',
  'requires_configuration',
  'requires_dependency',
  'requires_environment',
  'protected_by_compiler',
  'protected_at_runtime',
  'protected_at_perimeter',
  'protected_by_mitigating_control',
]);

export const ANALYSIS_RESPONSES: ReadonlySet<string> = new Set([
  'can_not_fix',
  'will_not_fix',
  'update',
  'rollback',
  'workaround_available',
]);

export const SEVERITIES: ReadonlySet<string> = new Set([
  'critical',
  'high',
  'medium',
  'low',
  'info',
  'none',
  'unknown',
]);

export const RATING_METHODS = grown({
  '1.4': 'CVSSv2 CVSSv3 CVSSv31 OWASP other',
  '1.5': 'CVSSv4 SSVC',
});

/** What the closed objects of the schema may hold, over all versions. */
export const BOM_PROPERTIES: ReadonlySet<string> = new Set(
  (
    '$schema bomFormat specVersion serialNumber version metadata components services ' +
    'externalReferences dependencies compositions vulnerabilities annotations formulation ' +
    'declarations definitions citations properties signature'
  ).split(' '),
);
export const METADATA_PROPERTIES: ReadonlySet<string> = new Set(
  (
    'timestamp lifecycles tools manufacturer authors component manufacture supplier licenses ' +
    'properties distributionConstraints'
  ).split(' '),
);
