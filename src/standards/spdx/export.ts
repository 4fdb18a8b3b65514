/**
 * The neutral document as SPDX 2.3 JSON.
 *
 * Source: SPDX Specification 2.3 and its JSON schema. The same document always gives the same bytes:
 * what SPDX demands and the document lacks (a time, a namespace) is taken from the options or fixed.
 */
import type { SbomComponent, SbomDocument, SbomLicence, SbomParty } from '../cyclonedx/sbom.ts';
import { CHECKSUMS, PURPOSES, RELATIONSHIPS } from './vocabulary.ts';

export interface SpdxExportOptions {
  /** Used when the document has no serial number. A URI without fragment. */
  readonly namespace?: string;
  /** Used when the document carries no time. */
  readonly created?: string;
}

type Json = Record<string, unknown>;

const EPOCH = '1970-01-01T00:00:00Z';
const DOCUMENT = 'SPDXRef-DOCUMENT';
const ALGORITHMS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(CHECKSUMS).map(([spdx, neutral]) => [neutral, spdx]),
);
const PURPOSE_OF: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PURPOSES)
    .filter(([purpose]) => !['SOURCE', 'ARCHIVE', 'INSTALL', 'OTHER'].includes(purpose))
    .map(([purpose, type]) => [type, purpose]),
);

export function toSpdxJson(document: SbomDocument, options: SpdxExportOptions = {}): string {
  const ids = elementIds(document.components);
  const idOf = (ref: string): string =>
    ids.get(ref) ?? (ref === DOCUMENT ? DOCUMENT : 'NOASSERTION');
  const extracted = new Map<string, string>();
  const name = document.name ?? 'unnamed';

  const packages = document.components.map((component) => writePackage(component, idOf, extracted));
  const relationships: Json[] = [];
  const relate = (from: string, type: string, to: string): void => {
    const comment = RELATIONSHIPS.has(type) ? undefined : type;
    relationships.push(
      prune({
        spdxElementId: from,
        relationshipType: comment === undefined ? type : 'OTHER',
        relatedSpdxElement: to,
        comment,
      }),
    );
  };
  const described = document.components.filter(({ ref, parent }) =>
    document.subject === null || !ids.has(document.subject)
      ? parent === null
      : ref === document.subject,
  );
  for (const { ref } of described) relate(DOCUMENT, 'DESCRIBES', idOf(ref));
  if (described.length === 0) relate(DOCUMENT, 'DESCRIBES', 'NONE');
  for (const { ref, parent } of document.components) {
    if (parent !== null && ids.has(parent)) relate(idOf(parent), 'CONTAINS', idOf(ref));
  }
  for (const { ref, dependsOn } of document.dependencies) {
    for (const needed of dependsOn) {
      if (ids.has(ref) && ids.has(needed)) relate(idOf(ref), 'DEPENDS_ON', idOf(needed));
    }
  }
  for (const { from, type, to } of document.relationships) {
    const again = type === 'DESCRIBES' && described.some(({ ref }) => ref === to);
    // Elements of other documents are named in a list the neutral document does not keep.
    if (again || from.startsWith('DocumentRef-') || to.startsWith('DocumentRef-')) continue;
    const left = idOf(from);
    if (left !== 'NOASSERTION') relate(left, type, to === 'NONE' ? to : idOf(to));
  }

  const spdx = prune({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name,
    documentNamespace:
      document.serialNumber ??
      options.namespace ??
      `urn:yojin:sbom:${encodeURIComponent(name).replace(/[!'()*]/g, '_')}`,
    creationInfo: {
      created: utc(document.created ?? options.created ?? EPOCH),
      creators: creators(document),
    },
    packages,
    hasExtractedLicensingInfos: [...extracted].map(([text, licenseId]) => ({
      licenseId,
      extractedText: text,
      name: text,
    })),
    relationships,
  });
  return `${JSON.stringify(spdx, null, 2)}\n`;
}

/** ref → SPDX id. Refs that are ids stay; others keep their letters and get a number on a clash. */
function elementIds(components: readonly SbomComponent[]): ReadonlyMap<string, string> {
  const own = components.filter(({ ref }) => isId(ref)).map(({ ref }) => ref);
  const taken = new Set([DOCUMENT, ...own]);
  const ids = new Map<string, string>();
  const counts = new Map<string, number>();
  for (const { ref } of components) {
    let id = ref;
    if (!isId(ref)) {
      const base = `SPDXRef-${ref.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 200)}`;
      let count = counts.get(base) ?? 1;
      id = count === 1 ? base : `${base}-${count}`;
      while (taken.has(id)) {
        count += 1;
        id = `${base}-${count}`;
      }
      counts.set(base, count);
      taken.add(id);
    }
    ids.set(ref, id);
  }
  return ids;
}

function isId(ref: string): boolean {
  return /^SPDXRef-[A-Za-z0-9.-]+$/.test(ref) && ref !== DOCUMENT;
}

function writePackage(
  component: SbomComponent,
  idOf: (ref: string) => string,
  extracted: Map<string, string>,
): Json {
  const download = component.externalReferences.find(({ type }) => type === 'distribution');
  const homepage = component.externalReferences.find(({ type }) => type === 'website');
  const reference = (
    referenceCategory: string,
    referenceType: string,
    referenceLocator: string,
  ) => ({
    referenceCategory,
    referenceType,
    referenceLocator,
  });
  const others = component.externalReferences.filter(
    (entry) => entry !== download && entry !== homepage,
  );
  return prune({
    name: component.group === null ? component.name : `${component.group}/${component.name}`,
    SPDXID: idOf(component.ref),
    versionInfo: component.version,
    supplier: party(component.supplier),
    originator: party(component.authors[0] ?? null),
    downloadLocation: download?.url ?? 'NOASSERTION',
    filesAnalyzed: false,
    checksums: component.hashes
      .filter(({ algorithm }) => ALGORITHMS[algorithm] !== undefined)
      .map(({ algorithm, value }) => ({ algorithm: ALGORITHMS[algorithm], checksumValue: value })),
    homepage: homepage?.url,
    licenseConcluded: licence(component.licences, 'concluded', extracted),
    licenseDeclared: licence(component.licences, 'declared', extracted),
    copyrightText: component.copyright ?? 'NOASSERTION',
    description: component.description,
    externalRefs: [
      ...(component.purl === null ? [] : [reference('PACKAGE-MANAGER', 'purl', component.purl)]),
      ...component.cpes.map((cpe) =>
        reference('SECURITY', cpe.startsWith('cpe:2.3:') ? 'cpe23Type' : 'cpe22Type', cpe),
      ),
      ...(component.swidTagId === null
        ? []
        : [reference('SECURITY', 'swid', `swid:${encodeURIComponent(component.swidTagId)}`)]),
      ...others.map(({ type, url, comment }) =>
        prune({
          ...reference(
            type === 'purl' ? 'PACKAGE-MANAGER' : 'OTHER',
            type.replace(/\s+/g, '-'),
            url,
          ),
          comment,
        }),
      ),
    ],
    primaryPackagePurpose: PURPOSE_OF[component.type] ?? 'OTHER',
  });
}

/** Licences without an acknowledgement count as declared. */
function licence(
  all: readonly SbomLicence[],
  wanted: 'declared' | 'concluded',
  extracted: Map<string, string>,
): string {
  const terms = all
    .filter(({ acknowledgement }) => (acknowledgement ?? 'declared') === wanted)
    .map(({ kind, value }) => {
      if (kind === 'id') return value;
      if (kind === 'expression') {
        for (const [id] of value.matchAll(/(?<![\w:-])LicenseRef-[A-Za-z0-9.-]+/g)) {
          extracted.set(id, id);
        }
        return value;
      }
      let id = extracted.get(value);
      if (id === undefined) {
        const letters = value.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60);
        id = `LicenseRef-${extracted.size + 1}-${letters}`;
        extracted.set(value, id);
      }
      return id;
    });
  if (terms.length === 0) return 'NOASSERTION';
  const [only = ''] = terms;
  return terms.length === 1
    ? only
    : terms.map((term) => (/\s/.test(term) ? `(${term})` : term)).join(' AND ');
}

function creators(document: SbomDocument): readonly string[] {
  const tools = document.tools.map(({ vendor, name, version }) => {
    const label = name ?? vendor ?? 'unknown';
    return `Tool: ${version === null ? label : `${label}-${version}`}`;
  });
  const authors = document.authors.map(party).filter((author) => author !== undefined);
  const all = [...authors, ...tools];
  return all.length === 0 ? ['Tool: yojin'] : all;
}

function party(from: SbomParty | null): string | undefined {
  if (from === null || (from.name === null && from.email === null)) return undefined;
  const kind = from.kind === 'person' ? 'Person' : 'Organization';
  const name = (from.name ?? '').replace(/[()]/g, ' ').trim();
  return `${kind}: ${name}${from.email === null ? '' : ` (${from.email})`}`;
}

/** YYYY-MM-DDThh:mm:ssZ, as SPDX writes times. */
function utc(time: string): string {
  const zoned = /(?:[Zz]|[+-]\d{2}:\d{2})$/.test(time) ? time : `${time}Z`;
  const value = Date.parse(zoned);
  return Number.isNaN(value) ? EPOCH : new Date(value).toISOString().replace(/\.\d+Z$/, 'Z');
}

function prune(from: Json): Json {
  return Object.fromEntries(
    Object.entries(from).filter(
      ([, value]) =>
        value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
