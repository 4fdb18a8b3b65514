/**
 * The neutral document as CycloneDX 1.6 JSON, with vulnerabilities (VDR) on request.
 *
 * Source: CycloneDX JSON schema 1.6. The same document always gives the same bytes: no clock, no
 * random serial number; what the caller wants there it puts into the document.
 */
import type {
  SbomComponent,
  SbomDocument,
  SbomLicence,
  SbomParty,
  SbomProperty,
  SbomReference,
} from './sbom.ts';
import { COMPONENT_TYPES, HASH_ALGORITHMS, REFERENCE_TYPES } from './vocabulary.ts';

const VERSION = '1.6';

export interface VdrVulnerability {
  readonly id: string;
  readonly source?: { readonly name: string; readonly url?: string };
  readonly ratings?: readonly VdrRating[];
  readonly cwes?: readonly number[];
  readonly description?: string;
  readonly recommendation?: string;
  readonly published?: string;
  readonly updated?: string;
  readonly analysis?: VdrAnalysis;
  /** Refs of components, with the affected version where it matters. */
  readonly affects: readonly { readonly ref: string; readonly version?: string }[];
}

export interface VdrRating {
  readonly source?: { readonly name: string };
  readonly score?: number;
  readonly severity?: 'critical' | 'high' | 'medium' | 'low' | 'info' | 'none' | 'unknown';
  readonly method?: 'CVSSv2' | 'CVSSv3' | 'CVSSv31' | 'CVSSv4' | 'OWASP' | 'SSVC' | 'other';
  readonly vector?: string;
}

export interface VdrAnalysis {
  readonly state?: string;
  readonly justification?: string;
  readonly response?: readonly string[];
  readonly detail?: string;
}

export interface CycloneDxExportOptions {
  readonly vulnerabilities?: readonly VdrVulnerability[];
}

type Json = Record<string, unknown>;

export function toCycloneDxJson(
  document: SbomDocument,
  options: CycloneDxExportOptions = {},
): string {
  const children = new Map<string | null, SbomComponent[]>();
  const known = new Set(document.components.map(({ ref }) => ref));
  for (const component of document.components) {
    const inside = component.parent !== null && known.has(component.parent);
    const parent = inside ? component.parent : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [component]);
    else siblings.push(component);
  }
  const subject = document.components.find(({ ref }) => ref === document.subject);
  const roots = (children.get(null) ?? []).filter(({ ref }) => ref !== subject?.ref);
  const mentioned = new Set(
    document.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]),
  );
  for (const { affects } of options.vulnerabilities ?? []) {
    for (const { ref } of affects) mentioned.add(ref);
  }
  const write = (component: SbomComponent, holders: ReadonlySet<string>): Json => {
    // A subject that sits inside another component is described in the metadata only.
    const nested = (children.get(component.ref) ?? []).filter(
      ({ ref }) => ref !== subject?.ref && !holders.has(ref),
    );
    const inside = new Set([...holders, component.ref]);
    return prune({
      ...writeComponent(component, mentioned.has(component.ref)),
      components: nested.map((child) => write(child, inside)),
    });
  };

  const uuid = /^urn:uuid:[0-9a-f-]{36}$/i.test(document.serialNumber ?? '');
  const bom = prune({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: VERSION,
    serialNumber: uuid ? document.serialNumber?.toLowerCase() : undefined,
    version: document.version !== null && document.version >= 1 ? document.version : 1,
    metadata: prune({
      timestamp: zoned(document.created),
      tools: prune({
        components: document.tools.map((tool) =>
          prune({
            type: 'application',
            publisher: tool.vendor,
            name: tool.name ?? tool.vendor ?? 'unknown',
            version: tool.version,
          }),
        ),
      }),
      authors: document.authors.map(contact),
      component: subject === undefined ? undefined : write(subject, new Set()),
      manufacturer: organization(document.manufacturer),
      supplier: organization(document.supplier),
      licenses: licences(document.licences),
    }),
    components: roots.map((component) => write(component, new Set())),
    dependencies: document.dependencies.map(({ ref, dependsOn }) =>
      prune({ ref, dependsOn: [...new Set(dependsOn)] }),
    ),
    vulnerabilities: options.vulnerabilities?.map(vulnerability),
    properties: properties(document.properties),
  });
  // A bill without components is a statement, so the empty list is written.
  if (bom['components'] === undefined) bom['components'] = [];
  return `${JSON.stringify(bom, null, 2)}\n`;
}

function writeComponent(component: SbomComponent, mentioned: boolean): Json {
  const [cpe, ...otherCpes] = component.cpes;
  const supported = component.hashes.filter(
    ({ algorithm, value }) =>
      HASH_ALGORITHMS[VERSION].has(algorithm) && [32, 40, 64, 96, 128].includes(value.length),
  );
  const extra: SbomProperty[] = [
    ...otherCpes.map((value) => ({ name: 'cpe', value })),
    ...component.hashes
      .filter((hash) => !supported.includes(hash))
      .map(({ algorithm, value }) => ({ name: `hash:${algorithm}`, value })),
    ...(component.versionRange === null
      ? []
      : [{ name: 'versionRange', value: component.versionRange }]),
  ];
  return {
    type: COMPONENT_TYPES[VERSION].has(component.type) ? component.type : 'library',
    'bom-ref': component.refGiven || mentioned ? component.ref : undefined,
    supplier: organization(component.supplier),
    manufacturer: organization(component.manufacturer),
    authors: component.authors.map(contact),
    publisher: component.publisher,
    group: component.group,
    name: component.name,
    version: component.version,
    description: component.description,
    scope: component.scope,
    hashes: supported.map(({ algorithm, value }) => ({ alg: algorithm, content: value })),
    licenses: licences(component.licences),
    copyright: component.copyright,
    cpe,
    purl: component.purl,
    swid:
      component.swidTagId === null
        ? undefined
        : { tagId: component.swidTagId, name: component.name },
    externalReferences: references(component.externalReferences),
    properties: properties([...component.properties, ...extra]),
  };
}

/** 1.6 takes licences or one expression, so several expressions are written as names. */
function licences(all: readonly SbomLicence[]): readonly Json[] {
  const [only] = all;
  if (all.length === 1 && only?.kind === 'expression') {
    return [prune({ expression: only.value, acknowledgement: only.acknowledgement })];
  }
  return all.map(({ kind, value, url, acknowledgement }) => ({
    license: prune({ [kind === 'id' ? 'id' : 'name']: value, url, acknowledgement }),
  }));
}

function references(all: readonly SbomReference[]): readonly Json[] {
  return all.map(({ type, url, comment }) => {
    const known = REFERENCE_TYPES[VERSION].has(type);
    const note = known ? comment : [type, comment].filter((part) => part !== null).join(': ');
    return prune({ type: known ? type : 'other', url, comment: note });
  });
}

function properties(all: readonly SbomProperty[]): readonly Json[] {
  return all.map(({ name, value }) => prune({ name, value }, true));
}

function contact({ name, email }: SbomParty): Json {
  return prune({ name, email });
}

function organization(party: SbomParty | null): Json | undefined {
  if (party === null) return undefined;
  const written = prune({
    name: party.name,
    url: party.urls,
    contact: party.email === null ? [] : [{ email: party.email }],
  });
  return Object.keys(written).length === 0 ? undefined : written;
}

function vulnerability(from: VdrVulnerability): Json {
  return prune({
    id: from.id,
    source: from.source,
    ratings: from.ratings?.map(({ source, score, severity, method, vector }) =>
      prune({ source, score, severity, method, vector }),
    ),
    cwes: from.cwes,
    description: from.description,
    recommendation: from.recommendation,
    published: from.published,
    updated: from.updated,
    analysis: from.analysis === undefined ? undefined : prune({ ...from.analysis }),
    affects: from.affects.map(({ ref, version }) =>
      prune({ ref, versions: version === undefined ? [] : [{ version, status: 'affected' }] }),
    ),
  });
}

/** date-time wants a zone; a time without one is read as UTC. */
function zoned(time: string | null): string | null {
  return time === null || /(?:[Zz]|[+-]\d{2}:\d{2})$/.test(time) ? time : `${time}Z`;
}

/** Without what is absent or empty. */
function prune(from: Json, keepEmptyText = false): Json {
  const kept = Object.entries(from).filter(([, value]) => {
    if (value === undefined || value === null) return false;
    if (value === '') return keepEmptyText;
    if (Array.isArray(value)) return value.length > 0;
    return typeof value !== 'object' || Object.keys(value).length > 0;
  });
  return Object.fromEntries(kept);
}
