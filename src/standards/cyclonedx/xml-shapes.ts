/**
 * Which element or attribute of CycloneDX XML becomes which property of CycloneDX JSON, for the
 * part that Yojin reads. Source: CycloneDX XSD and JSON schemas 1.2–1.7.
 */
export interface Shape {
  /** XML attribute → JSON property. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** JSON property that takes the text of the element. */
  readonly text?: string;
  readonly children?: Readonly<Record<string, Child>>;
  /** Unknown elements are an error. */
  readonly closed?: true;
}

export type Child =
  | { readonly kind: 'text'; readonly key: string }
  | { readonly kind: 'number'; readonly key: string }
  | { readonly kind: 'object'; readonly key: string; readonly of: Shape }
  /** The element itself is repeated. */
  | { readonly kind: 'repeat'; readonly key: string; readonly of?: Shape }
  /** The element wraps a list of other elements. */
  | { readonly kind: 'list'; readonly key: string; readonly items: Readonly<Record<string, Item>> };

interface Item {
  readonly shape?: Shape;
  /** The list holds `{ [wrap]: value }`. */
  readonly wrap?: string;
}

const text = (key: string): Child => ({ kind: 'text', key });
const object = (key: string, of: Shape): Child => ({ kind: 'object', key, of });
const listOf = (key: string, name: string, shape?: Shape): Child => ({
  kind: 'list',
  key,
  items: { [name]: shape === undefined ? {} : { shape } },
});
const textsOf = (...keys: readonly string[]): Record<string, Child> =>
  Object.fromEntries(keys.map((key) => [key, text(key)]));

const ATTACHMENT: Shape = {
  attributes: { 'content-type': 'contentType', encoding: 'encoding' },
  text: 'content',
};
const CONTACT: Shape = {
  attributes: { 'bom-ref': 'bom-ref' },
  children: textsOf('name', 'email', 'phone'),
};
const ORGANIZATION: Shape = {
  attributes: { 'bom-ref': 'bom-ref' },
  children: {
    name: text('name'),
    url: { kind: 'repeat', key: 'url' },
    contact: { kind: 'repeat', key: 'contact', of: CONTACT },
  },
};
const HASH: Shape = { attributes: { alg: 'alg' }, text: 'content' };
const HASHES = listOf('hashes', 'hash', HASH);
const PROPERTIES = listOf('properties', 'property', {
  attributes: { name: 'name' },
  text: 'value',
});
const LICENCE: Shape = {
  attributes: { 'bom-ref': 'bom-ref', acknowledgement: 'acknowledgement' },
  children: {
    ...textsOf('id', 'name', 'url'),
    text: object('text', ATTACHMENT),
    properties: PROPERTIES,
  },
};
const LICENCES: Child = {
  kind: 'list',
  key: 'licenses',
  items: {
    license: { shape: LICENCE, wrap: 'license' },
    expression: {
      shape: {
        attributes: { 'bom-ref': 'bom-ref', acknowledgement: 'acknowledgement' },
        text: 'expression',
      },
    },
    'expression-detailed': {
      shape: {
        attributes: { expression: 'expression', acknowledgement: 'acknowledgement' },
      },
    },
  },
};
const REFERENCES = listOf('externalReferences', 'reference', {
  attributes: { type: 'type' },
  children: { ...textsOf('url', 'comment'), hashes: HASHES, properties: PROPERTIES },
});
const SWID: Shape = {
  attributes: {
    tagId: 'tagId',
    name: 'name',
    version: 'version',
    tagVersion: 'tagVersion',
    patch: 'patch',
  },
  children: { text: object('text', ATTACHMENT), url: text('url') },
};
const SOURCE: Shape = { children: textsOf('name', 'url') };
const ISSUE: Shape = {
  attributes: { type: 'type' },
  children: { ...textsOf('id', 'name', 'description'), source: object('source', SOURCE) },
};
const PATCH: Shape = {
  attributes: { type: 'type' },
  children: { resolves: listOf('resolves', 'issue', ISSUE) },
};

// Components contain components, so the tables of both are filled after they exist.
const componentChildren: Record<string, Child> = {};
const COMPONENT: Shape = {
  attributes: {
    type: 'type',
    'mime-type': 'mime-type',
    'bom-ref': 'bom-ref',
    isExternal: 'isExternal',
  },
  children: componentChildren,
};
const PEDIGREE: Shape = {
  children: {
    ancestors: listOf('ancestors', 'component', COMPONENT),
    descendants: listOf('descendants', 'component', COMPONENT),
    variants: listOf('variants', 'component', COMPONENT),
    patches: listOf('patches', 'patch', PATCH),
    notes: text('notes'),
  },
};
Object.assign(componentChildren, {
  supplier: object('supplier', ORGANIZATION),
  manufacturer: object('manufacturer', ORGANIZATION),
  authors: listOf('authors', 'author', CONTACT),
  ...textsOf('author', 'publisher', 'group', 'name', 'version', 'versionRange', 'description'),
  ...textsOf('scope', 'copyright', 'cpe', 'purl'),
  hashes: HASHES,
  licenses: LICENCES,
  swid: object('swid', SWID),
  pedigree: object('pedigree', PEDIGREE),
  externalReferences: REFERENCES,
  properties: PROPERTIES,
  components: listOf('components', 'component', COMPONENT),
} satisfies Record<string, Child>);

const serviceChildren: Record<string, Child> = {};
const SERVICE: Shape = { attributes: { 'bom-ref': 'bom-ref' }, children: serviceChildren };
const FLOW = { flow: 'flow' };
Object.assign(serviceChildren, {
  provider: object('provider', ORGANIZATION),
  ...textsOf('group', 'name', 'version', 'description'),
  endpoints: listOf('endpoints', 'endpoint'),
  data: {
    kind: 'list',
    key: 'data',
    items: {
      classification: { shape: { attributes: FLOW, text: 'classification' } },
      dataflow: {
        shape: {
          attributes: { name: 'name', description: 'description' },
          children: {
            classification: {
              kind: 'object',
              key: 'classified',
              of: { attributes: FLOW, text: 'classification' },
            },
          },
        },
      },
    },
  },
  licenses: LICENCES,
  externalReferences: REFERENCES,
  properties: PROPERTIES,
  services: listOf('services', 'service', SERVICE),
} satisfies Record<string, Child>);

const TOOL: Shape = { children: { ...textsOf('vendor', 'name', 'version'), hashes: HASHES } };
const METADATA: Shape = {
  closed: true,
  children: {
    timestamp: text('timestamp'),
    lifecycles: listOf('lifecycles', 'lifecycle', { children: textsOf('phase', 'name') }),
    tools: object('tools', {
      children: {
        tool: { kind: 'repeat', key: 'tool', of: TOOL },
        components: listOf('components', 'component', COMPONENT),
        services: listOf('services', 'service', SERVICE),
      },
    }),
    authors: listOf('authors', 'author', CONTACT),
    component: object('component', COMPONENT),
    manufacture: object('manufacture', ORGANIZATION),
    manufacturer: object('manufacturer', ORGANIZATION),
    supplier: object('supplier', ORGANIZATION),
    licenses: LICENCES,
    properties: PROPERTIES,
    distributionConstraints: object('distributionConstraints', { children: textsOf('tlp') }),
  },
};

const dependencyChildren: Record<string, Child> = {};
const DEPENDENCY: Shape = { attributes: { ref: 'ref' }, children: dependencyChildren };
dependencyChildren['dependency'] = { kind: 'repeat', key: 'dependsOn', of: DEPENDENCY };
dependencyChildren['provides'] = {
  kind: 'repeat',
  key: 'provides',
  of: { attributes: { ref: 'ref' } },
};

const RATING: Shape = {
  children: {
    source: object('source', SOURCE),
    score: { kind: 'number', key: 'score' },
    ...textsOf('severity', 'method', 'vector', 'justification'),
  },
};
const VULNERABILITY: Shape = {
  attributes: { 'bom-ref': 'bom-ref' },
  children: {
    ...textsOf('id', 'description', 'detail', 'recommendation', 'workaround'),
    ...textsOf('created', 'published', 'updated', 'rejected'),
    source: object('source', SOURCE),
    references: listOf('references', 'reference', {
      children: { id: text('id'), source: object('source', SOURCE) },
    }),
    ratings: listOf('ratings', 'rating', RATING),
    analysis: object('analysis', {
      children: {
        ...textsOf('state', 'justification', 'detail', 'firstIssued', 'lastUpdated'),
        responses: listOf('response', 'response'),
      },
    }),
    affects: listOf('affects', 'target', {
      children: {
        ref: text('ref'),
        versions: listOf('versions', 'version', {
          children: textsOf('version', 'range', 'status'),
        }),
      },
    }),
    properties: PROPERTIES,
  },
};

const CITATION: Shape = {
  attributes: { 'bom-ref': 'bom-ref' },
  children: {
    pointers: listOf('pointers', 'pointer'),
    expressions: listOf('expressions', 'expression'),
    ...textsOf('timestamp', 'attributedTo', 'process', 'note'),
  },
};

export const BOM: Shape = {
  attributes: { serialNumber: 'serialNumber', version: 'version' },
  children: {
    metadata: object('metadata', METADATA),
    components: listOf('components', 'component', COMPONENT),
    services: listOf('services', 'service', SERVICE),
    externalReferences: REFERENCES,
    dependencies: listOf('dependencies', 'dependency', DEPENDENCY),
    vulnerabilities: listOf('vulnerabilities', 'vulnerability', VULNERABILITY),
    citations: listOf('citations', 'citation', CITATION),
    properties: PROPERTIES,
  },
};
