/**
 * SPDX 2.2 and 2.3, JSON and tag-value, into the neutral document.
 *
 * Source: SPDX Specification 2.2.2 and 2.3 (ISO/IEC 5962:2021), https://spdx.github.io/spdx-spec/, and
 * its JSON schema. Packages and files become components; snippets, annotations and reviews are not
 * read. Dependency and containment relationships become edges and parents, the rest is kept as is.
 */
import {
  attempt,
  type JsonObject,
  list,
  MAX_DEPTH,
  object,
  oneOf,
  optionalText,
  optionalTime,
  parseJson,
  Refusal,
  someText,
  text,
  texts,
} from '../cyclonedx/reader.ts';
import type {
  SbomComponent,
  SbomDependency,
  SbomDocument,
  SbomHash,
  SbomLicence,
  SbomParse,
  SbomParty,
  SbomReference,
  SbomRelationship,
  SbomTool,
} from '../cyclonedx/sbom.ts';
import { isSpdxLicenceId } from './license-ids.ts';
import { parseTagValue } from './tag-value.ts';
import {
  CHECKSUMS,
  CHECKSUMS_SINCE_23,
  NEEDED_BY,
  NEEDS,
  PURPOSES,
  REFERENCE_CATEGORIES,
  RELATIONSHIPS,
  RELATIONSHIPS_SINCE_23,
} from './vocabulary.ts';

export function parseSpdx(source: string): SbomParse {
  const parsed = attempt(() =>
    /^\uFEFF?\s*\{/.test(source)
      ? { tree: object(parseJson(source), '$'), place: (path: string): string => path }
      : parseTagValue(source),
  );
  if ('error' in parsed) return parsed;
  return attempt(() => ({ document: readDocument(parsed.tree) }), parsed.place);
}

const ELEMENT_ID = /^SPDXRef-[A-Za-z0-9.-]+$/;
const DOCUMENT = 'SPDXRef-DOCUMENT';

function readDocument(from: JsonObject): SbomDocument {
  const version = text(from, 'spdxVersion', '$');
  if (version !== 'SPDX-2.2' && version !== 'SPDX-2.3') {
    throw new Refusal(`"${version.slice(0, 20)}" is not supported`, '$.spdxVersion');
  }
  const since23 = version === 'SPDX-2.3';
  oneOf(text(from, 'dataLicense', '$'), ['CC0-1.0'], '$.dataLicense');
  oneOf(text(from, 'SPDXID', '$'), [DOCUMENT], '$.SPDXID');
  const namespace = someText(from, 'documentNamespace', '$');
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^#\s]+$/.test(namespace)) {
    throw new Refusal('not a URI without fragment', '$.documentNamespace');
  }
  const creation = object(from['creationInfo'] ?? null, '$.creationInfo');
  text(creation, 'created', '$.creationInfo');
  const created = optionalTime(creation, 'created', '$.creationInfo');
  const creators = texts(creation, 'creators', '$.creationInfo');
  if (creators.length === 0) throw new Refusal('no creator', '$.creationInfo');
  const { authors, tools } = readCreators(creators);

  const ids = new Set<string>([DOCUMENT]);
  const names = readExtractedNames(from);
  const packages = list(from, 'packages', '$', (item, at) =>
    readPackage(object(item, at), at, ids, since23, names),
  );
  const files = list(from, 'files', '$', (item, at) =>
    readFile(object(item, at), at, ids, since23, names),
  );
  const edges = readRelationships(from, since23);
  const parents = containment(from, edges, new Set([...packages, ...files].map(({ ref }) => ref)));
  const described = [
    ...texts(from, 'documentDescribes', '$'),
    ...edges
      .filter(({ from: a, type }) => a === DOCUMENT && type === 'DESCRIBES')
      .map(({ to }) => to),
    ...edges
      .filter(({ to, type }) => to === DOCUMENT && type === 'DESCRIBED_BY')
      .map((e) => e.from),
  ];
  const components = [...packages, ...files].map((component) => ({
    ...component,
    parent: parents.get(component.ref) ?? null,
  }));
  return {
    format: 'SPDX',
    formatVersion: version.slice(5),
    serialNumber: namespace,
    version: null,
    name: someText(from, 'name', '$'),
    created,
    authors,
    tools,
    supplier: null,
    manufacturer: null,
    licences: [{ kind: 'id', value: 'CC0-1.0', url: null, acknowledgement: null }],
    // A document may describe several elements; a package says more than a file.
    subject: packages.find(({ ref }) => described.includes(ref))?.ref ?? described[0] ?? null,
    components,
    dependencies: dependencies(edges),
    relationships: edges.filter(
      ({ type, from: a, to }) =>
        !NEEDS.has(type) &&
        !NEEDED_BY.has(type) &&
        !(type === 'CONTAINS' && parents.get(to) === a) &&
        !(type === 'CONTAINED_BY' && parents.get(a) === to),
    ),
    properties: [],
  };
}

function readCreators(creators: readonly string[]): {
  authors: readonly SbomParty[];
  tools: readonly SbomTool[];
} {
  const authors: SbomParty[] = [];
  const tools: SbomTool[] = [];
  for (const [index, creator] of creators.entries()) {
    const at = `$.creationInfo.creators[${index}]`;
    const tool = /^Tool:\s*(.*)$/s.exec(creator)?.[1];
    if (tool === undefined) {
      authors.push(party(creator, at));
      continue;
    }
    // "name-version" is the convention; the version starts with a digit.
    const [, name = tool, version = null] = /^(.+?)-v?(\d[^\s]*)$/.exec(tool) ?? [];
    tools.push({ vendor: null, name, version });
  }
  return { authors, tools };
}

/** `Person: Name (mail)` or `Organization: Name (mail)`. */
function party(value: string, at: string): SbomParty {
  const match = /^(Person|Organization):\s*(.*?)\s*(?:\(([^()]*)\))?\s*$/s.exec(value);
  if (match === null) throw new Refusal('neither a person nor an organization', at);
  const [, kind, name, email] = match;
  return {
    kind: kind === 'Person' ? 'person' : 'organization',
    name: name || null,
    email: email || null,
    urls: [],
  };
}

function optionalParty(from: JsonObject, key: string, at: string): SbomParty | null {
  const value = optionalText(from, key, at);
  return value === null || value === 'NOASSERTION' ? null : party(value, `${at}.${key}`);
}

function claim(from: JsonObject, at: string, ids: Set<string>): string {
  const id = text(from, 'SPDXID', at);
  if (!ELEMENT_ID.test(id)) throw new Refusal('not an SPDX id (SPDXRef-…)', `${at}.SPDXID`);
  if (ids.has(id)) throw new Refusal(`${id.slice(0, 80)} occurs twice`, `${at}.SPDXID`);
  ids.add(id);
  return id;
}

const NOTHING: Omit<SbomComponent, 'ref' | 'type' | 'name'> = {
  refGiven: true,
  parent: null,
  group: null,
  version: null,
  versionRange: null,
  description: null,
  scope: null,
  purl: null,
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
};

function readPackage(
  from: JsonObject,
  at: string,
  ids: Set<string>,
  since23: boolean,
  names: ReadonlyMap<string, string>,
): SbomComponent {
  const ref = claim(from, at, ids);
  const purpose = optionalText(from, 'primaryPackagePurpose', at)?.replaceAll('_', '-') ?? null;
  if (purpose !== null) oneOf(purpose, Object.keys(PURPOSES), `${at}.primaryPackagePurpose`);
  const download = someText(from, 'downloadLocation', at);
  const references = list(from, 'externalRefs', at, readReference);
  const ofType = (...types: readonly string[]): readonly string[] =>
    references.filter(({ type }) => types.includes(type)).map(({ url }) => url);
  const [purl, ...otherPurls] = ofType('purl');
  const originator = optionalParty(from, 'originator', at);
  const homepage = statement(from, 'homepage', at);
  for (const key of ['releaseDate', 'builtDate', 'validUntilDate']) optionalTime(from, key, at);
  return {
    ...NOTHING,
    ref,
    type: PURPOSES[purpose ?? 'LIBRARY'] ?? 'library',
    name: someText(from, 'name', at),
    version: optionalText(from, 'versionInfo', at),
    description: optionalText(from, 'description', at) ?? optionalText(from, 'summary', at),
    purl: purl ?? null,
    cpes: ofType('cpe23Type', 'cpe22Type'),
    swidTagId: tagId(ofType('swid')[0]),
    hashes: list(from, 'checksums', at, (item, place) => readChecksum(item, place, since23)),
    licences: readLicences(from, at, names),
    copyright: statement(from, 'copyrightText', at),
    supplier: optionalParty(from, 'supplier', at),
    authors: originator === null ? [] : [originator],
    externalReferences: [
      ...(download === 'NOASSERTION' || download === 'NONE'
        ? []
        : [{ type: 'distribution', url: download, comment: null }]),
      ...(homepage === null ? [] : [{ type: 'website', url: homepage, comment: null }]),
      ...otherPurls.map((url) => ({ type: 'purl', url, comment: null })),
      ...references.filter(
        ({ type }) => !['purl', 'cpe23Type', 'cpe22Type', 'swid'].includes(type),
      ),
    ],
  };
}

/** The locator of a SWID tag is `swid:` and the percent-encoded tag id. */
function tagId(locator: string | undefined): string | null {
  if (locator?.startsWith('swid:') !== true) return locator ?? null;
  try {
    return decodeURIComponent(locator.slice(5));
  } catch {
    return locator.slice(5);
  }
}

function readFile(
  from: JsonObject,
  at: string,
  ids: Set<string>,
  since23: boolean,
  names: ReadonlyMap<string, string>,
): SbomComponent {
  return {
    ...NOTHING,
    ref: claim(from, at, ids),
    type: 'file',
    name: someText(from, 'fileName', at),
    description: optionalText(from, 'comment', at),
    hashes: list(from, 'checksums', at, (item, place) => readChecksum(item, place, since23)),
    licences: readLicences(from, at, names),
    copyright: statement(from, 'copyrightText', at),
  };
}

function readReference(item: unknown, at: string): SbomReference {
  const reference = object(item, at);
  const category = text(reference, 'referenceCategory', at);
  oneOf(category, REFERENCE_CATEGORIES, `${at}.referenceCategory`);
  return {
    type: someText(reference, 'referenceType', at),
    url: someText(reference, 'referenceLocator', at),
    comment: optionalText(reference, 'comment', at),
  };
}

function readChecksum(item: unknown, at: string, since23: boolean): SbomHash {
  const checksum = object(item, at);
  const given = text(checksum, 'algorithm', at);
  const algorithm = Object.hasOwn(CHECKSUMS, given) ? CHECKSUMS[given] : undefined;
  if (algorithm === undefined || (!since23 && CHECKSUMS_SINCE_23.has(given))) {
    throw new Refusal(`"${given.slice(0, 80)}" is not a checksum algorithm`, `${at}.algorithm`);
  }
  const value = text(checksum, 'checksumValue', at);
  if (!/^[0-9a-fA-F]+$/.test(value)) throw new Refusal('not hexadecimal', `${at}.checksumValue`);
  return { algorithm, value: value.toLowerCase() };
}

/** LicenseRef-… → the name given to the extracted text. */
function readExtractedNames(from: JsonObject): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  list(from, 'hasExtractedLicensingInfos', '$', (item, at) => {
    const info = object(item, at);
    const id = someText(info, 'licenseId', at);
    names.set(id, statement(info, 'name', at) ?? id);
  });
  return names;
}

function readLicences(
  from: JsonObject,
  at: string,
  names: ReadonlyMap<string, string>,
): readonly SbomLicence[] {
  const licences: SbomLicence[] = [];
  for (const acknowledgement of ['declared', 'concluded'] as const) {
    const key = acknowledgement === 'declared' ? 'licenseDeclared' : 'licenseConcluded';
    const value = statement(from, key, at);
    if (value === null) continue;
    const named = names.get(value);
    licences.push({
      kind: isSpdxLicenceId(value) ? 'id' : named === undefined ? 'expression' : 'name',
      value: named ?? value,
      url: null,
      acknowledgement,
    });
  }
  return licences;
}

/** NONE and NOASSERTION say nothing. */
function statement(from: JsonObject, key: string, at: string): string | null {
  const value = optionalText(from, key, at);
  return value === 'NONE' || value === 'NOASSERTION' ? null : value;
}

function readRelationships(from: JsonObject, since23: boolean): readonly SbomRelationship[] {
  return list(from, 'relationships', '$', (item, at) => {
    const relationship = object(item, at);
    const type = text(relationship, 'relationshipType', at);
    oneOf(type, RELATIONSHIPS, `${at}.relationshipType`);
    if (!since23 && RELATIONSHIPS_SINCE_23.has(type)) {
      throw new Refusal(`${type} belongs to SPDX 2.3`, `${at}.relationshipType`);
    }
    return {
      from: someText(relationship, 'spdxElementId', at),
      type,
      to: someText(relationship, 'relatedSpdxElement', at),
    };
  });
}

/** child → parent. The first container counts, nothing contains itself, depth is bounded. */
function containment(
  from: JsonObject,
  edges: readonly SbomRelationship[],
  known: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const parents = new Map<string, string>();
  const put = (parent: string, child: string): void => {
    if (parents.has(child) || !known.has(parent) || !known.has(child)) return;
    let depth = 0;
    for (let up: string | undefined = parent; up !== undefined; up = parents.get(up)) {
      depth += 1;
      if (up === child || depth > MAX_DEPTH) return;
    }
    parents.set(child, parent);
  };
  for (const { from: a, type, to } of edges) {
    if (type === 'CONTAINS') put(a, to);
    else if (type === 'CONTAINED_BY') put(to, a);
  }
  list(from, 'packages', '$', (item, at) => {
    const holder = object(item, at);
    for (const file of texts(holder, 'hasFiles', at)) put(text(holder, 'SPDXID', at), file);
  });
  return parents;
}

function dependencies(edges: readonly SbomRelationship[]): readonly SbomDependency[] {
  const found = new Map<string, Set<string>>();
  const put = (ref: string, needs: string): void => {
    const set = found.get(ref) ?? new Set<string>();
    found.set(ref, set);
    if (needs !== 'NONE' && needs !== 'NOASSERTION') set.add(needs);
  };
  for (const { from, type, to } of edges) {
    if (NEEDS.has(type)) put(from, to);
    else if (NEEDED_BY.has(type)) put(to, from);
  }
  return [...found].map(([ref, dependsOn]) => ({ ref, dependsOn: [...dependsOn] }));
}
