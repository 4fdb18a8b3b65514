import { toCycloneDxJson, type VdrVulnerability } from '../../../standards/cyclonedx/export.ts';
import type { SbomComponent, SbomDocument } from '../../../standards/cyclonedx/sbom.ts';
import { buildPurl } from '../../../standards/purl/purl.ts';
import { toSpdxJson } from '../../../standards/spdx/export.ts';
import type { OpenFinding } from '../../findings/public.ts';
import { distributionOf, type OperatingSystem } from '../subject.ts';
import { vdrVulnerability } from './vdr.ts';

/** One row of an endpoint's software, as far as a bill of materials tells of it. */
export interface InstalledSoftware {
  readonly id: number;
  readonly source: string;
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly vendor: string;
}

export interface BilledEndpoint extends OperatingSystem {
  readonly id: string;
  readonly hostname: string;
}

const nothing = {
  refGiven: true,
  parent: null,
  group: null,
  versionRange: null,
  description: null,
  scope: null,
  cpes: [],
  swidTagId: null,
  hashes: [],
  licences: [],
  copyright: null,
  supplier: null,
  manufacturer: null,
  authors: [],
  publisher: null,
  externalReferences: [],
  properties: [],
} as const satisfies Partial<SbomComponent>;

/** An endpoint as a bill of materials: the machine, its operating system, its software. */
export function endpointBill(
  endpoint: BilledEndpoint,
  software: readonly InstalledSoftware[],
  at: string,
): SbomDocument {
  const subject: SbomComponent = {
    ...nothing,
    ref: `endpoint-${endpoint.id}`,
    type: 'device',
    name: endpoint.hostname,
    version: null,
    purl: null,
  };
  const system: readonly SbomComponent[] =
    endpoint.osName === null
      ? []
      : [
          {
            ...nothing,
            ref: 'operating-system',
            type: 'operating-system',
            name: endpoint.osName,
            version: endpoint.osVersion,
            purl: null,
          },
        ];
  const installed = software.map(
    (row): SbomComponent => ({
      ...nothing,
      ref: `software-${row.id}`,
      type: 'library',
      name: row.name,
      version: row.version === '' ? null : row.version,
      publisher: row.vendor === '' ? null : row.vendor,
      purl: purlOf(row, endpoint),
      properties: [{ name: 'yojin:source', value: row.source }],
    }),
  );
  return {
    format: 'CycloneDX',
    formatVersion: '1.6',
    serialNumber: null,
    version: 1,
    name: endpoint.hostname,
    created: at,
    authors: [],
    tools: [{ vendor: 'Yojin', name: 'yojin', version: null }],
    supplier: null,
    manufacturer: null,
    licences: [],
    subject: subject.ref,
    components: [subject, ...system, ...installed],
    dependencies: [],
    relationships: [],
    properties: [],
  };
}

function purlOf(row: InstalledSoftware, os: OperatingSystem): string | null {
  const { source, name, version } = row;
  if (source === 'python') return built({ type: 'pypi', name, version });
  if (source === 'npm') {
    const at = name.lastIndexOf('/');
    const namespace = at > 0 ? name.slice(0, at) : null;
    return built({ type: 'npm', namespace, name: name.slice(at + 1), version });
  }
  if (source !== 'deb' && source !== 'rpm') return null;
  const [base = '', release = ''] = (distributionOf(os) ?? '').split(':');
  if (base === '') return null;
  const vendor = base === 'Rocky Linux' ? 'rocky' : base.toLowerCase();
  const upstream = row.sourceVersion ? `${row.sourceName}@${row.sourceVersion}` : row.sourceName;
  return built({
    type: source,
    namespace: vendor,
    name,
    version,
    qualifiers: {
      arch: row.arch || null,
      distro: `${vendor}-${release}`,
      upstream: source === 'deb' && row.sourceName !== '' ? upstream : null,
    },
  });
}

function built(parts: Parameters<typeof buildPurl>[0]): string | null {
  const answer = buildPurl(parts);
  return 'purl' in answer ? answer.purl : null;
}

export interface BillOptions {
  readonly format: 'cyclonedx' | 'spdx';
  /** Open findings to be written as vulnerabilities; null: none are asked for. */
  readonly findings: readonly OpenFinding[] | null;
  readonly namespace: string;
  readonly at: string;
}

/** A bill as text in the format that was asked for. SPDX 2.3 has no vulnerabilities. */
export function writeBill(document: SbomDocument, options: BillOptions): string {
  const { format, findings, namespace, at } = options;
  if (format === 'spdx') return toSpdxJson(document, { namespace, created: at });
  if (findings === null) return toCycloneDxJson(document);
  const refs = refsByName(document);
  const written = findings.map((finding): VdrVulnerability => {
    const affects = finding.evidence.flatMap(({ softwareId, component, version }) => {
      const own = softwareId === null ? undefined : `software-${softwareId}`;
      const found = own === undefined ? (refs.get(`${component}\n${version}`) ?? []) : [own];
      return found.map((ref) => ({ ref, version }));
    });
    return vdrVulnerability(finding, finding.weaknessKey, {
      affects: [...new Map(affects.map((each) => [each.ref, each])).values()],
      source: finding.evidence[0]?.source ?? null,
      fixes: finding.fixes,
      analysis: analysisOf(finding),
    });
  });
  return toCycloneDxJson(document, { vulnerabilities: written });
}

function refsByName({ components }: SbomDocument): ReadonlyMap<string, readonly string[]> {
  const refs = new Map<string, string[]>();
  for (const { ref, group, name, version } of components) {
    const key = `${group ? `${group}/${name}` : name}\n${version ?? ''}`;
    refs.set(key, [...(refs.get(key) ?? []), ref]);
  }
  return refs;
}

/** The state in the words of CycloneDX; what nobody has judged has no analysis. */
function analysisOf({
  state,
  stateReason,
}: OpenFinding): { state: string; detail?: string } | null {
  const states: Readonly<Record<string, string>> = {
    'not-affected': 'not_affected',
    'fixed-claimed': 'resolved',
    'under-investigation': 'in_triage',
  };
  const name = states[state];
  if (name === undefined) return null;
  return stateReason === null ? { state: name } : { state: name, detail: stateReason };
}
