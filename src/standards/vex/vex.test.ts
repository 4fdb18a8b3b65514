import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseVex, type VexDocument } from './vex.ts';

const read = (source: string | object): VexDocument => {
  const parsed = parseVex(typeof source === 'string' ? source : JSON.stringify(source));
  if ('error' in parsed) throw new Error(`${parsed.at}: ${parsed.error}`);
  return parsed.document;
};
const product = (id: string) => expect.objectContaining({ id });

// The minimal document of the OpenVEX specification v0.2.0.
const openvex = (...statements: object[]) => ({
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
  author: 'Wolfi J Inkinson',
  role: 'Document Creator',
  timestamp: '2023-01-08T18:02:03.647787998-06:00',
  version: 1,
  statements,
});
const git = { '@id': 'pkg:apk/wolfi/git@2.39.0-r1?arch=armv7' };
const cve = { name: 'CVE-2023-12345' };

describe('OpenVEX', () => {
  it('reads the example of the specification', () => {
    expect(read(openvex({ vulnerability: cve, products: [git], status: 'fixed' }))).toEqual({
      format: 'OpenVEX',
      id: 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
      version: '1',
      author: 'Wolfi J Inkinson',
      timestamp: '2023-01-08T18:02:03.647787998-06:00',
      statements: [
        expect.objectContaining({
          vulnerability: 'CVE-2023-12345',
          products: [expect.objectContaining({ id: git['@id'], purls: [git['@id']] })],
          status: 'fixed',
          timestamp: '2023-01-08T18:02:03.647787998-06:00',
          author: 'Wolfi J Inkinson',
          documentId: 'https://openvex.dev/docs/example/vex-9fb3463de1b57',
          at: '$.statements[0]',
        }),
      ],
      rejected: [],
    });
  });

  it('reads identifiers, hashes, subcomponents, aliases and the time of the statement', () => {
    const [statement] = read(
      openvex({
        vulnerability: { ...cve, aliases: ['GHSA-2qrg-x229-3v8q', cve.name] },
        timestamp: '2024-01-01T00:00:00Z',
        products: [
          {
            identifiers: {
              purl: 'pkg:maven/o/log4j-core@2.4',
              cpe23: 'cpe:2.3:a:apache:log4j:2.4',
            },
            hashes: { 'sha-256': 'AB' },
            subcomponents: [{ '@id': 'pkg:npm/inner@1' }],
          },
        ],
        status: 'not_affected',
        justification: 'component_not_present',
        impact_statement: 'removed with a patch',
      }),
    ).statements;
    expect(statement).toMatchObject({
      aliases: ['GHSA-2qrg-x229-3v8q'],
      timestamp: '2024-01-01T00:00:00Z',
      justification: 'component_not_present',
      impactStatement: 'removed with a patch',
      products: [
        {
          purls: ['pkg:maven/o/log4j-core@2.4'],
          cpes: ['cpe:2.3:a:apache:log4j:2.4'],
          hashes: [{ algorithm: 'sha-256', value: 'ab' }],
          subcomponents: [{ purls: ['pkg:npm/inner@1'] }],
        },
      ],
    });
  });

  it('reads 0.0.x, whose names were plain text', () => {
    const old = {
      ...openvex({
        vulnerability: 'CVE-2023-1',
        products: ['pkg:apk/a@1'],
        subcomponents: ['pkg:apk/b@1'],
        status: 'fixed',
      }),
      '@context': 'https://openvex.dev/ns',
      version: '1',
    };
    expect(read(old).statements).toEqual([
      expect.objectContaining({
        vulnerability: 'CVE-2023-1',
        products: [
          expect.objectContaining({
            purls: ['pkg:apk/a@1'],
            subcomponents: [product('pkg:apk/b@1')],
          }),
        ],
      }),
    ]);
  });

  it.each`
    because                             | statement                                                                                           | at
    ${'why not affected?'}              | ${{ vulnerability: cve, products: [git], status: 'not_affected' }}                                  | ${'$.statements[1]'}
    ${'affected, and then?'}            | ${{ vulnerability: cve, products: [git], status: 'affected' }}                                      | ${'$.statements[1]'}
    ${'there is no such status'}        | ${{ vulnerability: cve, products: [git], status: 'maybe' }}                                         | ${'$.statements[1].status'}
    ${'there is no such justification'} | ${{ vulnerability: cve, products: [git], status: 'not_affected', justification: 'trust me' }}       | ${'$.statements[1].justification'}
    ${'a fix needs no justification'}   | ${{ vulnerability: cve, products: [git], status: 'fixed', justification: 'component_not_present' }} | ${'$.statements[1].justification'}
    ${'no product'}                     | ${{ vulnerability: cve, status: 'fixed' }}                                                          | ${'$.statements[1].products'}
    ${'a product without identity'}     | ${{ vulnerability: cve, products: [{}], status: 'fixed' }}                                          | ${'$.statements[1].products[0]'}
    ${'no vulnerability'}               | ${{ products: [git], status: 'fixed' }}                                                             | ${'$.statements[1].vulnerability'}
    ${'a time that is none'}            | ${{ vulnerability: cve, products: [git], status: 'fixed', timestamp: 'x' }}                         | ${'$.statements[1].timestamp'}
  `('rejects one statement and keeps the others: $because', ({ statement, at }) => {
    const good = { vulnerability: cve, products: [git], status: 'under_investigation' };
    const document = read(openvex(good, statement, good));
    expect(document.statements).toHaveLength(2);
    expect(document.rejected).toEqual([{ reason: expect.any(String), at }]);
  });

  it.each`
    because         | change                                     | at
    ${'no id'}      | ${{ '@id': undefined }}                    | ${'$'}
    ${'no author'}  | ${{ author: undefined }}                   | ${'$'}
    ${'no time'}    | ${{ timestamp: undefined }}                | ${'$'}
    ${'no version'} | ${{ version: undefined }}                  | ${'$.version'}
    ${'no list'}    | ${{ statements: {} }}                      | ${'$.statements'}
    ${'no context'} | ${{ '@context': 'https://openvex.dev/x' }} | ${"$['@context']"}
  `('refuses a document: $because', ({ change, at }) => {
    expect(parseVex(JSON.stringify({ ...openvex(), ...change }))).toEqual({
      error: expect.any(String),
      at,
    });
  });
});

describe('CycloneDX', () => {
  const bom = (...vulnerabilities: object[]) => ({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: 'urn:uuid:11111111-2222-4333-8444-555555555555',
    version: 2,
    metadata: { timestamp: '2026-08-01T09:00:00Z', supplier: { name: 'Example K.K.' } },
    components: [
      { type: 'library', 'bom-ref': 'lib', name: 'core', version: '1', purl: 'pkg:npm/core@1' },
    ],
    vulnerabilities,
  });
  const about = (analysis: object, extra: object = {}) => ({
    id: 'CVE-2026-1',
    analysis,
    affects: [{ ref: 'lib' }],
    ...extra,
  });

  it.each`
    state                       | status
    ${'resolved'}               | ${'fixed'}
    ${'resolved_with_pedigree'} | ${'fixed'}
    ${'exploitable'}            | ${'affected'}
    ${'in_triage'}              | ${'under_investigation'}
    ${'false_positive'}         | ${'not_affected'}
    ${'not_affected'}           | ${'not_affected'}
  `('$state is $status', ({ state, status }) => {
    expect(read(bom(about({ state }))).statements).toEqual([expect.objectContaining({ status })]);
  });

  it('resolves refs in the document and reads links into other ones', () => {
    const link = 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg%3Anpm/other%401';
    const document = read(
      bom(
        about(
          {
            state: 'not_affected',
            justification: 'code_not_reachable',
            response: ['will_not_fix'],
            detail: 'never called',
            lastUpdated: '2026-08-02T00:00:00Z',
          },
          {
            affects: [
              { ref: 'lib', versions: [{ version: '1', status: 'unaffected' }] },
              { ref: link },
            ],
            references: [{ id: 'GHSA-1', source: { name: 'GitHub' } }],
          },
        ),
      ),
    );
    expect(document).toMatchObject({ format: 'CycloneDX', version: '2', author: 'Example K.K.' });
    expect(document.statements[0]).toMatchObject({
      aliases: ['GHSA-1'],
      justification: 'vulnerable_code_not_in_execute_path',
      sourceJustification: 'code_not_reachable',
      impactStatement: 'never called',
      actionStatement: 'will_not_fix',
      timestamp: '2026-08-02T00:00:00Z',
      products: [
        {
          bomRef: 'lib',
          bomLink: null,
          purls: ['pkg:npm/core@1'],
          versions: [{ version: '1', status: 'unaffected' }],
        },
        {
          bomRef: 'pkg:npm/other@1',
          bomLink: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1',
          purls: ['pkg:npm/other@1'],
        },
      ],
    });
  });

  it('rejects what is no statement, with its place', () => {
    const document = read(
      bom(
        about({}),
        about({ state: 'resolved' }, { affects: [] }),
        about({ state: 'resolved' }, { id: undefined }),
      ),
    );
    expect(document.statements).toEqual([]);
    expect(document.rejected.map(({ at }) => at)).toEqual([
      '$.vulnerabilities[0].analysis',
      '$.vulnerabilities[1].affects',
      '$.vulnerabilities[2]',
    ]);
  });

  it('reads XML', () => {
    const document = read(`<bom xmlns="http://cyclonedx.org/schema/bom/1.5"><vulnerabilities>
      <vulnerability><id>CVE-1</id><analysis><state>exploitable</state><responses><response>update</response></responses></analysis>
        <affects><target><ref>pkg:npm/a@1</ref></target></affects></vulnerability>
      <vulnerability><id>CVE-2</id></vulnerability></vulnerabilities></bom>`);
    expect(document.statements).toEqual([
      expect.objectContaining({
        vulnerability: 'CVE-1',
        status: 'affected',
        actionStatement: 'update',
        at: '2:7',
      }),
    ]);
    expect(document.rejected).toEqual([{ reason: 'no analysis state', at: '4:7' }]);
  });
});

describe('CSAF', () => {
  // After the use cases in csaf_2.0/examples/csaf/csaf_vex of https://github.com/oasis-tcs/csaf.
  const csaf = (vulnerability: object, tree: object = {}) => ({
    document: {
      category: 'csaf_vex',
      csaf_version: '2.0',
      publisher: {
        category: 'vendor',
        name: 'Example Company ProductCERT',
        namespace: 'https://psirt.example.com',
      },
      title: 'Example VEX Document',
      tracking: {
        id: '2022-EVD-UC-01-NA-001',
        current_release_date: '2022-03-03T11:00:00.000Z',
        version: '1',
      },
    },
    product_tree: {
      branches: [
        {
          category: 'vendor',
          name: 'Example Company',
          branches: [
            {
              category: 'product_version',
              name: '4.2',
              product: { name: 'ABC 4.2', product_id: 'P1' },
            },
            {
              category: 'product_version_range',
              name: 'vers:generic/>=1.0|<=2.3',
              product: {
                name: 'ABC 1.0 to 2.3',
                product_id: 'P2',
                product_identification_helper: {
                  purl: 'pkg:generic/abc',
                  cpe: 'cpe:2.3:a:example:abc:*:*:*:*:*:*:*:*',
                },
              },
            },
          ],
        },
      ],
      full_product_names: [{ name: 'Linux', product_id: 'OS' }],
      relationships: [
        {
          category: 'installed_on',
          full_product_name: { name: 'ABC on Linux', product_id: 'P3' },
          product_reference: 'P2',
          relates_to_product_reference: 'OS',
        },
      ],
      product_groups: [{ group_id: 'G', product_ids: ['P1', 'P2'] }],
      ...tree,
    },
    vulnerabilities: [{ cve: 'CVE-2021-44228', ...vulnerability }],
  });

  it('joins products of one status and one reason', () => {
    const document = read(
      csaf({
        product_status: { known_not_affected: ['P1', 'P2'], fixed: ['P3'] },
        flags: [{ label: 'vulnerable_code_not_present', group_ids: ['G'] }],
        threats: [{ category: 'impact', details: 'removed', product_ids: ['P1', 'P2'] }],
      }),
    );
    expect(document).toMatchObject({ format: 'CSAF', id: '2022-EVD-UC-01-NA-001', rejected: [] });
    expect(document.statements).toEqual([
      expect.objectContaining({
        vulnerability: 'CVE-2021-44228',
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
        impactStatement: 'removed',
        author: 'Example Company ProductCERT',
        timestamp: '2022-03-03T11:00:00.000Z',
        products: [
          expect.objectContaining({
            id: 'P1',
            versions: [{ version: '4.2', range: null, status: null }],
          }),
          expect.objectContaining({
            id: 'P2',
            purls: ['pkg:generic/abc'],
            versions: [{ version: null, range: 'vers:generic/>=1.0|<=2.3', status: null }],
          }),
        ],
      }),
      expect.objectContaining({
        status: 'fixed',
        justification: null,
        products: [
          expect.objectContaining({ id: 'P3', purls: ['pkg:generic/abc'], within: product('OS') }),
        ],
      }),
    ]);
  });

  it.each`
    because                      | vulnerability                                                         | at
    ${'6.1.1 undefined product'} | ${{ product_status: { fixed: ['P9'] } }}                              | ${'$.vulnerabilities[0].product_status.fixed[0]'}
    ${'6.1.6 contradiction'}     | ${{ product_status: { fixed: ['P1'], under_investigation: ['P1'] } }} | ${'$.vulnerabilities[0].product_status.fixed[0]'}
    ${'6.1.27.9 no impact'}      | ${{ product_status: { known_not_affected: ['P1'] } }}                 | ${'$.vulnerabilities[0].product_status.known_not_affected[0]'}
    ${'6.1.27.10 no action'}     | ${{ product_status: { known_affected: ['P1'] } }}                     | ${'$.vulnerabilities[0].product_status.known_affected[0]'}
    ${'no status at all'}        | ${{}}                                                                 | ${'$.vulnerabilities[0]'}
    ${'no id'}                   | ${{ cve: undefined, product_status: { fixed: ['P1'] } }}              | ${'$.vulnerabilities[0]'}
    ${'a label of its own'}      | ${{ product_status: { fixed: ['P1'] }, flags: [{ label: 'x' }] }}     | ${'$.vulnerabilities[0].flags[0].label'}
  `('rejects $because', ({ vulnerability, at }) => {
    expect(read(csaf(vulnerability))).toMatchObject({
      statements: [],
      rejected: [{ reason: expect.any(String), at }],
    });
  });

  it('a relationship into the void is listed', () => {
    const relationships = [
      {
        product_reference: 'P1',
        relates_to_product_reference: 'P8',
        full_product_name: { product_id: 'P9', name: 'x' },
      },
    ];
    const document = read(csaf({ product_status: { fixed: ['P1'] } }, { relationships }));
    expect(document.statements).toHaveLength(1);
    expect(document.rejected).toEqual([
      { reason: expect.any(String), at: '$.product_tree.relationships[0]' },
    ]);
  });

  it.each`
    because                    | change                       | at
    ${'an advisory is no VEX'} | ${{ category: 'csaf_base' }} | ${'$.document.category'}
    ${'2.1 is another text'}   | ${{ csaf_version: '2.1' }}   | ${'$.document.csaf_version'}
    ${'nobody published it'}   | ${{ publisher: undefined }}  | ${'$.document.publisher'}
  `('refuses a document: $because', ({ change, at }) => {
    const source = csaf({});
    const changed = { ...source, document: { ...source.document, ...change } };
    expect(parseVex(JSON.stringify(changed))).toEqual({ error: expect.any(String), at });
  });
});

it('never throws', () => {
  const shaped = fc.record(
    {
      '@context': fc.constant('https://openvex.dev/ns'),
      bomFormat: fc.constantFrom('CycloneDX', undefined),
      specVersion: fc.constant('1.6'),
      document: fc.jsonValue(),
      vulnerabilities: fc.jsonValue(),
      statements: fc.jsonValue(),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        shaped.map((value) => JSON.stringify(value)),
      ),
      (source) => {
        const parsed = parseVex(source);
        expect('document' in parsed || typeof parsed.at === 'string').toBe(true);
      },
    ),
  );
});
