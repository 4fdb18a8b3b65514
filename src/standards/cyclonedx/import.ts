/**
 * CycloneDX 1.2–1.7, JSON and XML, into the neutral document.
 *
 * Source: https://cyclonedx.org/specification/ with the JSON schemas and XSDs of each version. What
 * is read is checked as the schema of its version demands; what is not read is not checked.
 */
import { isSpdxLicenceId } from '../spdx/license-ids.ts';
import {
  attempt,
  type JsonObject,
  list,
  MAX_DEPTH,
  object,
  oneOf,
  optionalObject,
  optionalText,
  optionalTime,
  parseJson,
  Refusal,
  type Refused,
  someText,
  text,
  texts,
} from './reader.ts';
import type {
  SbomComponent,
  SbomDependency,
  SbomDocument,
  SbomHash,
  SbomLicence,
  SbomParse,
  SbomParty,
  SbomProperty,
  SbomReference,
  SbomTool,
} from './sbom.ts';
import {
  ANALYSIS_JUSTIFICATIONS,
  ANALYSIS_RESPONSES,
  ANALYSIS_STATES,
  BOM_PROPERTIES,
  COMPONENT_TYPES,
  CYCLONEDX_VERSIONS,
  type CycloneDxVersion,
  HASH_ALGORITHMS,
  METADATA_PROPERTIES,
  RATING_METHODS,
  REFERENCE_TYPES,
  SEVERITIES,
} from './vocabulary.ts';
import { parseBomXml } from './xml.ts';

export interface CycloneDxOptions {
  /** SPDX ids newer than our list: `refuse` as the schema does, or `keep` them as names. */
  readonly unknownLicenceIds?: 'refuse' | 'keep';
}

/** A checked document: the neutral one, and the tree for readers of other parts of it (VEX). */
export interface CycloneDxBom {
  readonly document: SbomDocument;
  readonly tree: JsonObject;
  readonly place: (path: string) => string;
}

export function parseCycloneDx(source: string, options: CycloneDxOptions = {}): SbomParse {
  const bom = readCycloneDx(source, options);
  return 'error' in bom ? bom : { document: bom.document };
}

export function readCycloneDx(
  source: string,
  options: CycloneDxOptions = {},
): CycloneDxBom | Refused {
  const parsed = attempt(() => {
    if (/^\uFEFF?\s*</.test(source)) return { ...parseBomXml(source), xml: true };
    return {
      tree: object(parseJson(source), '$'),
      place: (path: string): string => path,
      xml: false,
    };
  });
  if ('error' in parsed) return parsed;
  const { tree, place, xml } = parsed;
  return attempt(() => {
    const document = new Reader(versionOf(tree), xml, options).document(tree);
    return { document, tree, place };
  }, place);
}

function versionOf(tree: JsonObject): CycloneDxVersion {
  if (text(tree, 'bomFormat', '$') !== 'CycloneDX') {
    throw new Refusal('bomFormat is not "CycloneDX"', '$.bomFormat');
  }
  const given = text(tree, 'specVersion', '$');
  const version = CYCLONEDX_VERSIONS.find((known) => known === given);
  if (version === undefined) {
    throw new Refusal(`CycloneDX ${given.slice(0, 20)} is not supported`, '$.specVersion');
  }
  return version;
}

const SERIAL_NUMBER = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const HASH_VALUE = /^(?:[a-f0-9]{32}|[a-f0-9]{40}|[a-f0-9]{64}|[a-f0-9]{96}|[a-f0-9]{128})$/i;
const FLOWS = ['inbound', 'outbound', 'bi-directional', 'unknown'];
const TLP = ['CLEAR', 'GREEN', 'AMBER', 'AMBER_AND_STRICT', 'RED'];

class Reader {
  readonly #version: CycloneDxVersion;
  readonly #minor: number;
  readonly #xml: boolean;
  readonly #options: CycloneDxOptions;
  readonly #refs = new Set<string>();
  readonly #components: SbomComponent[] = [];

  constructor(version: CycloneDxVersion, xml: boolean, options: CycloneDxOptions) {
    this.#version = version;
    this.#minor = Number(version.slice(2));
    this.#xml = xml;
    this.#options = options;
  }

  document(bom: JsonObject): SbomDocument {
    this.#closed(bom, BOM_PROPERTIES, '$');
    const serialNumber = optionalText(bom, 'serialNumber', '$');
    if (serialNumber !== null && !SERIAL_NUMBER.test(serialNumber)) {
      throw new Refusal('not a serial number (urn:uuid:…)', '$.serialNumber');
    }
    const version = bom['version'] ?? null;
    if (version !== null && (!Number.isInteger(version) || Number(version) < 1)) {
      if (this.#minor > 4 || !Number.isInteger(version)) {
        throw new Refusal('the version is a whole number from 1', '$.version');
      }
    }
    const metadata = optionalObject(bom, 'metadata', '$');
    const head = metadata === null ? {} : this.#metadata(metadata);
    const subject = head.subject ?? null;
    this.#nested(bom, '$', null, 0);
    list(bom, 'services', '$', (service, at) => this.#service(service, at, 0));
    this.#references(bom, '$');
    if (this.#minor >= 4) {
      list(bom, 'vulnerabilities', '$', (item, at) => this.#vulnerability(item, at));
    }
    if (this.#minor >= 7) list(bom, 'citations', '$', (item, at) => this.#citation(item, at));
    const described = this.#components.find((component) => component.ref === subject);
    return {
      format: 'CycloneDX',
      formatVersion: this.#version,
      serialNumber,
      version: version === null ? null : Number(version),
      name: described?.name ?? null,
      created: head.created ?? null,
      authors: head.authors ?? [],
      tools: head.tools ?? [],
      supplier: head.supplier ?? null,
      manufacturer: head.manufacturer ?? null,
      licences: head.licences ?? [],
      subject,
      components: this.#withRefs(),
      dependencies: this.#dependencies(bom, '$'),
      relationships: [],
      properties: this.#properties(bom, '$').concat(head.properties ?? []),
    };
  }

  #metadata(metadata: JsonObject): {
    created?: string | null;
    authors?: readonly SbomParty[];
    tools?: readonly SbomTool[];
    supplier?: SbomParty | null;
    manufacturer?: SbomParty | null;
    licences?: readonly SbomLicence[];
    properties?: readonly SbomProperty[];
    subject?: string | null;
  } {
    const at = '$.metadata';
    this.#closed(metadata, METADATA_PROPERTIES, at);
    const distribution = optionalObject(metadata, 'distributionConstraints', at);
    if (distribution?.['tlp'] !== undefined) {
      const place = `${at}.distributionConstraints`;
      oneOf(text(distribution, 'tlp', place), TLP, `${place}.tlp`);
    }
    const described = optionalObject(metadata, 'component', at);
    const subject =
      described === null ? null : this.#component(described, `${at}.component`, null, 0);
    return {
      created: optionalTime(metadata, 'timestamp', at),
      authors: this.#contacts(metadata, 'authors', at),
      tools: this.#tools(metadata['tools'], `${at}.tools`),
      supplier: this.#organization(metadata, 'supplier', at),
      manufacturer:
        this.#organization(metadata, 'manufacturer', at) ??
        this.#organization(metadata, 'manufacture', at),
      licences: this.#licences(metadata, at),
      properties: this.#properties(metadata, at),
      subject,
    };
  }

  /** An unknown property is an error where every schema closes the object. */
  #closed(from: JsonObject, known: ReadonlySet<string>, at: string): void {
    if (this.#minor < 4 && !this.#xml) return;
    for (const key of Object.keys(from)) {
      if (!known.has(key)) throw new Refusal(`unknown property "${key.slice(0, 80)}"`, at);
    }
  }

  #claim(from: JsonObject, at: string): string | null {
    const ref = from['bom-ref'];
    if (ref === undefined || ref === null) return null;
    const given = someText(from, 'bom-ref', at);
    if (this.#refs.has(given)) {
      throw new Refusal(`the bom-ref "${given.slice(0, 80)}" occurs twice`, `${at}.bom-ref`);
    }
    this.#refs.add(given);
    return given;
  }

  #nested(from: JsonObject, at: string, parent: string | null, depth: number): void {
    list(from, 'components', at, (item, place) =>
      this.#component(object(item, place), place, parent, depth),
    );
  }

  /** Adds the component and all it contains; answers its ref. */
  #component(from: JsonObject, at: string, parent: string | null, depth: number): string {
    if (depth > MAX_DEPTH) throw new Refusal(`nested deeper than ${MAX_DEPTH}`, at);
    const given = this.#claim(from, at);
    const ref = given ?? at;
    this.#components.push(this.#readComponent(from, at, ref, given !== null, parent));
    this.#nested(from, at, ref, depth + 1);
    return ref;
  }

  #readComponent(
    from: JsonObject,
    at: string,
    ref: string,
    refGiven: boolean,
    parent: string | null,
  ): SbomComponent {
    const type = oneOf(text(from, 'type', at), COMPONENT_TYPES[this.#version], `${at}.type`);
    const version = this.#minor < 4 ? text(from, 'version', at) : optionalText(from, 'version', at);
    const versionRange = this.#minor < 7 ? null : optionalText(from, 'versionRange', at);
    if (versionRange !== null && from['version'] !== undefined) {
      throw new Refusal('version and versionRange exclude each other', `${at}.versionRange`);
    }
    if (versionRange !== null && from['isExternal'] !== true) {
      throw new Refusal('versionRange belongs to external components', `${at}.versionRange`);
    }
    const scope = optionalText(from, 'scope', at);
    if (scope !== null) oneOf(scope, ['required', 'optional', 'excluded'], `${at}.scope`);
    const swid = optionalObject(from, 'swid', at);
    if (swid !== null) {
      text(swid, 'name', `${at}.swid`);
      this.#attachment(swid, 'text', `${at}.swid`);
    }
    const pedigree = optionalObject(from, 'pedigree', at);
    if (pedigree !== null) this.#pedigree(pedigree, `${at}.pedigree`, 0);
    const cpe = optionalText(from, 'cpe', at);
    const author = optionalText(from, 'author', at);
    const authors = this.#contacts(from, 'authors', at);
    return {
      ref,
      refGiven,
      parent,
      type,
      group: optionalText(from, 'group', at),
      name: text(from, 'name', at),
      version: version === '' ? null : version,
      versionRange,
      description: optionalText(from, 'description', at),
      scope,
      purl: optionalText(from, 'purl', at),
      cpes: cpe === null ? [] : [cpe],
      swidTagId: swid === null ? null : text(swid, 'tagId', `${at}.swid`),
      hashes: this.#hashes(from, at),
      licences: this.#licences(from, at),
      copyright: optionalText(from, 'copyright', at),
      supplier: this.#organization(from, 'supplier', at),
      manufacturer: this.#organization(from, 'manufacturer', at),
      authors:
        authors.length > 0 || author === null
          ? authors
          : [{ kind: 'person', name: author, email: null, urls: [] }],
      publisher: optionalText(from, 'publisher', at),
      externalReferences: this.#references(from, at),
      properties: this.#properties(from, at),
    };
  }

  /** Checked, not kept: where a component comes from is not part of what is installed. */
  #pedigree(from: JsonObject, at: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new Refusal(`nested deeper than ${MAX_DEPTH}`, at);
    for (const key of ['ancestors', 'descendants', 'variants']) {
      list(from, key, at, (item, place) =>
        this.#readComponent(object(item, place), place, place, false, null),
      );
    }
    list(from, 'patches', at, (item, place) => {
      const patch = object(item, place);
      const types = ['unofficial', 'monkey', 'backport', 'cherry-pick'];
      oneOf(text(patch, 'type', place), types, `${place}.type`);
      list(patch, 'resolves', place, (issue, where) => {
        const type = text(object(issue, where), 'type', where);
        oneOf(type, ['defect', 'enhancement', 'security'], `${where}.type`);
      });
    });
  }

  #hashes(from: JsonObject, at: string): readonly SbomHash[] {
    return list(from, 'hashes', at, (item, place) => {
      const hash = object(item, place);
      const algorithm = text(hash, 'alg', place);
      oneOf(algorithm, HASH_ALGORITHMS[this.#version], `${place}.alg`);
      const value = text(hash, 'content', place);
      if (!HASH_VALUE.test(value)) throw new Refusal('not a hash value', `${place}.content`);
      return { algorithm, value: value.toLowerCase() };
    });
  }

  #licences(from: JsonObject, at: string): readonly SbomLicence[] {
    const licences = list(from, 'licenses', at, (item, place) => this.#licence(item, place));
    const expressions = licences.filter(({ kind }) => kind === 'expression').length;
    // Up to 1.6: either licences or one expression. The JSON schemas before 1.5 did not say so.
    const exclusive = this.#minor < 7 && (this.#xml || this.#minor > 4);
    if (exclusive && expressions > 0 && licences.length > 1) {
      throw new Refusal('either licences or one expression', `${at}.licenses`);
    }
    return licences;
  }

  #licence(item: unknown, at: string): SbomLicence {
    const choice = object(item, at);
    const licence = optionalObject(choice, 'license', at);
    const expression = choice['expression'];
    if ((licence === null) === (expression === undefined || expression === null)) {
      throw new Refusal('either a license or an expression', at);
    }
    if (licence === null) {
      const acknowledgement = this.#acknowledgement(choice, at);
      return {
        kind: 'expression',
        value: text(choice, 'expression', at),
        url: null,
        acknowledgement,
      };
    }
    const place = `${at}.license`;
    const id = licence['id'] === undefined ? null : text(licence, 'id', place);
    const name = licence['name'] === undefined ? null : text(licence, 'name', place);
    if ((id === null) === (name === null)) {
      throw new Refusal('a license has either an id or a name', place);
    }
    this.#attachment(licence, 'text', place);
    this.#properties(licence, place);
    const common = {
      url: optionalText(licence, 'url', place),
      acknowledgement: this.#acknowledgement(licence, place),
    };
    if (id === null) return { kind: 'name', value: name ?? '', ...common };
    if (isSpdxLicenceId(id)) return { kind: 'id', value: id, ...common };
    if (this.#options.unknownLicenceIds === 'keep') return { kind: 'name', value: id, ...common };
    throw new Refusal(`"${id.slice(0, 80)}" is not an SPDX licence id`, `${place}.id`);
  }

  #acknowledgement(from: JsonObject, at: string): SbomLicence['acknowledgement'] {
    const value = optionalText(from, 'acknowledgement', at);
    if (value === null || value === 'declared' || value === 'concluded') return value;
    throw new Refusal('neither declared nor concluded', `${at}.acknowledgement`);
  }

  #attachment(from: JsonObject, key: string, at: string): void {
    const attachment = optionalObject(from, key, at);
    const encoding =
      attachment === null ? null : optionalText(attachment, 'encoding', `${at}.${key}`);
    if (encoding !== null) oneOf(encoding, ['base64'], `${at}.${key}.encoding`);
  }

  #references(from: JsonObject, at: string): readonly SbomReference[] {
    return list(from, 'externalReferences', at, (item, place) => {
      const reference = object(item, place);
      this.#hashes(reference, place);
      const type = text(reference, 'type', place);
      return {
        type: oneOf(type, REFERENCE_TYPES[this.#version], `${place}.type`),
        url: text(reference, 'url', place),
        comment: optionalText(reference, 'comment', place),
      };
    });
  }

  #properties(from: JsonObject, at: string): readonly SbomProperty[] {
    return list(from, 'properties', at, (item, place) => {
      const property = object(item, place);
      const name =
        this.#minor < 6 ? optionalText(property, 'name', place) : text(property, 'name', place);
      return { name: name ?? '', value: optionalText(property, 'value', place) };
    });
  }

  #organization(from: JsonObject, key: string, at: string): SbomParty | null {
    const organization = optionalObject(from, key, at);
    if (organization === null) return null;
    const place = `${at}.${key}`;
    const [contact] = this.#contacts(organization, 'contact', place);
    return {
      kind: 'organization',
      name: optionalText(organization, 'name', place),
      email: contact?.email ?? null,
      urls: texts(organization, 'url', place),
    };
  }

  #contacts(from: JsonObject, key: string, at: string): readonly SbomParty[] {
    return list(from, key, at, (item, place) => {
      const contact = object(item, place);
      return {
        kind: 'person' as const,
        name: optionalText(contact, 'name', place),
        email: optionalText(contact, 'email', place),
        urls: [],
      };
    });
  }

  /** Until 1.4 a list of tools; since 1.5 components and services, the list being deprecated. */
  #tools(value: unknown, at: string): readonly SbomTool[] {
    if (value === undefined || value === null) return [];
    const tool = (from: JsonObject, place: string): SbomTool => ({
      vendor: optionalText(from, 'vendor', place),
      name: optionalText(from, 'name', place),
      version: optionalText(from, 'version', place),
    });
    if (Array.isArray(value)) {
      return value.map((item, index) => {
        const place = `${at}[${index}]`;
        const from = object(item, place);
        this.#hashes(from, place);
        return tool(from, place);
      });
    }
    const from = object(value, at);
    const legacy = list(from, 'tool', at, (item, place) => tool(object(item, place), place));
    const components = list(from, 'components', at, (item, place) => {
      const read = object(item, place);
      const ref = this.#claim(read, place);
      const { publisher, group, name, version } = this.#readComponent(
        read,
        place,
        ref ?? place,
        false,
        null,
      );
      return { vendor: publisher ?? group, name, version };
    });
    const services = list(from, 'services', at, (item, place) => {
      this.#service(item, place, 0);
      return tool(object(item, place), place);
    });
    return [...legacy, ...components, ...services];
  }

  #service(item: unknown, at: string, depth: number): void {
    if (depth > MAX_DEPTH) throw new Refusal(`nested deeper than ${MAX_DEPTH}`, at);
    const service = object(item, at);
    this.#claim(service, at);
    text(service, 'name', at);
    this.#licences(service, at);
    this.#references(service, at);
    this.#properties(service, at);
    list(service, 'data', at, (entry, place) => {
      const flow = object(entry, place);
      // In XML, a data flow holds its classification as an element.
      const data = optionalObject(flow, 'classified', place) ?? flow;
      oneOf(text(data, 'flow', place), FLOWS, `${place}.flow`);
      text(data, 'classification', place);
    });
    list(service, 'services', at, (inner, place) => this.#service(inner, place, depth + 1));
  }

  #vulnerability(item: unknown, at: string): void {
    const vulnerability = object(item, at);
    this.#claim(vulnerability, at);
    optionalText(vulnerability, 'id', at);
    for (const key of ['created', 'published', 'updated', 'rejected']) {
      optionalTime(vulnerability, key, at);
    }
    list(vulnerability, 'ratings', at, (entry, place) => {
      const rating = object(entry, place);
      const severity = optionalText(rating, 'severity', place);
      if (severity !== null) oneOf(severity, SEVERITIES, `${place}.severity`);
      const method = optionalText(rating, 'method', place);
      if (method !== null) oneOf(method, RATING_METHODS[this.#version], `${place}.method`);
    });
    const analysis = optionalObject(vulnerability, 'analysis', at);
    if (analysis !== null) {
      const place = `${at}.analysis`;
      const state = optionalText(analysis, 'state', place);
      if (state !== null) oneOf(state, ANALYSIS_STATES, `${place}.state`);
      const justification = optionalText(analysis, 'justification', place);
      if (justification !== null) {
        oneOf(justification, ANALYSIS_JUSTIFICATIONS, `${place}.justification`);
      }
      for (const [index, response] of texts(analysis, 'response', place).entries()) {
        oneOf(response, ANALYSIS_RESPONSES, `${place}.response[${index}]`);
      }
    }
    list(vulnerability, 'affects', at, (entry, place) => {
      const target = object(entry, place);
      text(target, 'ref', place);
      list(target, 'versions', place, (inner, where) => {
        const version = object(inner, where);
        if ((version['version'] === undefined) === (version['range'] === undefined)) {
          throw new Refusal('either a version or a range', where);
        }
        const status = optionalText(version, 'status', where);
        if (status !== null) {
          oneOf(status, ['affected', 'unaffected', 'unknown'], `${where}.status`);
        }
      });
    });
  }

  #citation(item: unknown, at: string): void {
    const citation = object(item, at);
    this.#claim(citation, at);
    text(citation, 'timestamp', at);
    optionalTime(citation, 'timestamp', at);
    if ((citation['pointers'] === undefined) === (citation['expressions'] === undefined)) {
      throw new Refusal('either pointers or expressions', at);
    }
    if (citation['attributedTo'] === undefined && citation['process'] === undefined) {
      throw new Refusal('attributed to nobody and to no process', at);
    }
  }

  #dependencies(from: JsonObject, at: string): readonly SbomDependency[] {
    const found = new Map<string, Set<string>>();
    const read = (item: unknown, place: string, depth: number): string => {
      if (typeof item === 'string') return item;
      if (depth > MAX_DEPTH) throw new Refusal(`nested deeper than ${MAX_DEPTH}`, place);
      const dependency = object(item, place);
      const ref = someText(dependency, 'ref', place);
      const edges = found.get(ref) ?? new Set<string>();
      if (depth === 0 || dependency['dependsOn'] !== undefined) found.set(ref, edges);
      list(dependency, 'dependsOn', place, (inner, where) => {
        edges.add(read(inner, where, depth + 1));
      });
      return ref;
    };
    list(from, 'dependencies', at, (item, place) => read(object(item, place), place, 0));
    return [...found].map(([ref, edges]) => ({ ref, dependsOn: [...edges] }));
  }

  /** Refs made from places must not be somebody's own. */
  #withRefs(): readonly SbomComponent[] {
    const clash = this.#components.some(({ ref, refGiven }) => !refGiven && this.#refs.has(ref));
    if (!clash) return this.#components;
    let prefix = 'place:';
    while ([...this.#refs].some((ref) => ref.startsWith(prefix))) prefix = `_${prefix}`;
    const made = new Set(this.#components.filter((c) => !c.refGiven).map((c) => c.ref));
    const rename = (ref: string): string =>
      made.has(ref) && !this.#refs.has(ref) ? prefix + ref : ref;
    return this.#components.map((component) => ({
      ...component,
      ref: component.refGiven ? component.ref : prefix + component.ref,
      parent: component.parent === null ? null : rename(component.parent),
    }));
  }
}
