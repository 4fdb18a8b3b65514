import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCycloneDxJson } from './export.ts';
import { parseCycloneDx } from './import.ts';
import type { SbomDocument } from './sbom.ts';
import { CYCLONEDX_VERSIONS } from './vocabulary.ts';

const load = (name: string): string =>
  readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
const json = load('acme-1.6.json');
const xml = load('acme-1.6.xml');

const read = (source: string): SbomDocument => {
  const parsed = parseCycloneDx(source);
  if ('error' in parsed) throw new Error(`${parsed.at}: ${parsed.error}`);
  return parsed.document;
};

const bom = (extra: object, specVersion = '1.6'): string =>
  JSON.stringify({ bomFormat: 'CycloneDX', specVersion, ...extra });
const component = (extra: object): object => ({
  components: [{ type: 'library', name: 'acme', version: '1', ...extra }],
});
const licensed = (...licenses: object[]): object => component({ licenses });
const patched = (patch: object): object => component({ pedigree: { patches: [patch] } });
const versionRange = 'vers:pypi/1.0|2.0';

describe('JSON and XML', () => {
  it('give the same document', () => {
    const document = read(json);
    // Only the places that stand in for missing refs may differ, and they do not.
    expect(read(xml)).toEqual(document);
    expect(document).toMatchObject({
      format: 'CycloneDX',
      formatVersion: '1.6',
      serialNumber: 'urn:uuid:11111111-2222-4333-8444-555555555555',
      version: 3,
      name: 'shop',
      subject: 'app',
      created: '2026-08-01T09:00:00Z',
      tools: [{ vendor: 'Acme', name: 'scan', version: '2.0' }],
      supplier: { kind: 'organization', name: 'Example K.K.', urls: ['https://example.com'] },
      dependencies: [
        { ref: 'app', dependsOn: ['lib'] },
        { ref: 'lib', dependsOn: [] },
      ],
    });
    expect(document.components.map(({ ref, parent, name }) => [ref, parent, name])).toEqual([
      ['app', null, 'shop'],
      ['lib', null, 'core'],
      ['$.components[0].components[0]', 'lib', 'core.jar'],
    ]);
    expect(document.components[1]).toMatchObject({
      group: 'org.example',
      purl: 'pkg:maven/org.example/core@1.0',
      cpes: ['cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*'],
      hashes: [{ algorithm: 'SHA-1', value: 'e6b1000b94e835ffd37f4c6dcbdad43f4b48a02a' }],
      licences: [{ kind: 'id', value: 'MIT', url: null, acknowledgement: 'declared' }],
      properties: [{ name: 'seen', value: 'a<b & c' }],
    });
  });

  it.each(CYCLONEDX_VERSIONS)('%s is read in both', (version) => {
    const head = `<bom xmlns="http://cyclonedx.org/schema/bom/${version}">`;
    const body =
      '<components><component type="library"><name>a</name><version>1</version></component></components>';
    const fromXml = read(`${head}${body}</bom>`);
    expect(
      read(bom({ components: [{ type: 'library', name: 'a', version: '1' }] }, version)),
    ).toEqual(fromXml);
    expect(fromXml.formatVersion).toBe(version);
  });
});

describe('what the test documents of the specification forbid', () => {
  // Named after tools/src/test/resources/<version>/invalid-*.json of CycloneDX/specification.
  it.each`
    name                                | document                                                                       | at
    ${'bomformat'}                      | ${{ bomFormat: 'AnotherFormat' }}                                              | ${'$.bomFormat'}
    ${'serialnumber'}                   | ${{ serialNumber: 'urn:uuid:nope' }}                                           | ${'$.serialNumber'}
    ${'component-ref (empty)'}          | ${component({ 'bom-ref': '' })}                                                | ${'$.components[0].bom-ref'}
    ${'component-swid'}                 | ${component({ swid: { name: 'a' } })}                                          | ${'$.components[0].swid'}
    ${'component-type'}                 | ${component({ type: 'foo' })}                                                  | ${'$.components[0].type'}
    ${'dependency'}                     | ${{ dependencies: [{ dependsOn: [] }] }}                                       | ${'$.dependencies[0]'}
    ${'empty-component'}                | ${{ components: [{ type: 'library' }] }}                                       | ${'$.components[0]'}
    ${'missing-component-type'}         | ${component({ type: undefined })}                                              | ${'$.components[0]'}
    ${'hash-alg'}                       | ${component({ hashes: [{ alg: 'FOO', content: 'a'.repeat(32) }] })}            | ${'$.components[0].hashes[0].alg'}
    ${'hash-md5'}                       | ${component({ hashes: [{ alg: 'MD5', content: 'foo' }] })}                     | ${'$.components[0].hashes[0].content'}
    ${'issue-type'}                     | ${patched({ type: 'backport', resolves: [{ type: 'foo' }] })}                  | ${'$.components[0].pedigree.patches[0].resolves[0].type'}
    ${'patch-type'}                     | ${patched({ type: 'foo' })}                                                    | ${'$.components[0].pedigree.patches[0].type'}
    ${'license-choice'}                 | ${licensed({ expression: 'MIT', license: { id: 'MIT' } })}                     | ${'$.components[0].licenses[0]'}
    ${'license-declared-concluded-mix'} | ${licensed({ license: { id: 'MIT' } }, { expression: 'MIT OR 0BSD' })}         | ${'$.components[0].licenses'}
    ${'license-encoding'}               | ${licensed({ license: { id: 'MIT', text: { encoding: 'base85' } } })}          | ${'$.components[0].licenses[0].license.text.encoding'}
    ${'license-id'}                     | ${licensed({ license: { id: 'Apache-2' } })}                                   | ${'$.components[0].licenses[0].license.id'}
    ${'license-missing-id-and-name'}    | ${licensed({ license: {} })}                                                   | ${'$.components[0].licenses[0].license'}
    ${'metadata-license'}               | ${{ metadata: { licenses: [{ license: { id: 'Apache-2' } }] } }}               | ${'$.metadata.licenses[0].license.id'}
    ${'metadata-timestamp'}             | ${{ metadata: { timestamp: '2020-04-13' } }}                                   | ${'$.metadata.timestamp'}
    ${'metadata-distribution'}          | ${{ metadata: { distribution: 'Unrestricted' } }}                              | ${'$.metadata'}
    ${'properties'}                     | ${component({ properties: [{ value: 'no name' }] })}                           | ${'$.components[0].properties[0]'}
    ${'scope'}                          | ${component({ scope: 'foo' })}                                                 | ${'$.components[0].scope'}
    ${'service-data'}                   | ${{ services: [{ name: 's', data: [{ flow: 'bar', classification: 'x' }] }] }} | ${'$.services[0].data[0].flow'}
  `('$name', ({ document, at }) => {
    expect(parseCycloneDx(bom(document))).toEqual({ error: expect.any(String), at });
  });

  it.each`
    name                                      | document                                                                    | at
    ${'component-external-version-and-range'} | ${component({ isExternal: true, versionRange })}                            | ${'$.components[0].versionRange'}
    ${'component-versionRange-non-external'}  | ${component({ version: undefined, versionRange, isExternal: false })}       | ${'$.components[0].versionRange'}
    ${'citations (nobody)'}                   | ${{ citations: [{ pointers: ['/a'], timestamp: '2025-05-01T14:00:00Z' }] }} | ${'$.citations[0]'}
  `('1.7 $name', ({ document, at }) => {
    expect(parseCycloneDx(bom(document, '1.7'))).toEqual({ error: expect.any(String), at });
  });

  it.each`
    name                  | body                                                                                                                                                               | at
    ${'component-ref'}    | ${'<components>\n<component type="library" bom-ref="1"><name>a</name></component>\n<component type="library" bom-ref="1"><name>b</name></component></components>'} | ${'4:1'}
    ${'license-id-count'} | ${'<components><component type="library"><name>a</name><licenses>\n<license><id>MIT</id><id>MIT</id></license></licenses></component></components>'}               | ${'3:22'}
    ${'license-choice'}   | ${'<components><component type="library"><name>a</name><licenses><license><id>MIT</id></license><expression>MIT</expression></licenses></component></components>'} | ${'2:53'}
    ${'hash-sha256'}      | ${'<components><component type="library"><name>a</name><hashes>\n<hash alg="SHA-256">foo</hash></hashes></component></components>'}                                | ${'3:1'}
  `('$name, with line and column', ({ body, at }) => {
    const source = `<bom xmlns="http://cyclonedx.org/schema/bom/1.6">\n${body}</bom>`;
    expect(parseCycloneDx(source)).toEqual({ error: expect.any(String), at });
  });

  it.each`
    because                                 | document                                                         | version
    ${'1.3 still needs the version'}        | ${{ components: [{ type: 'library', name: 'a' }] }}              | ${'1.3'}
    ${'platforms came with 1.5'}            | ${component({ type: 'platform' })}                               | ${'1.4'}
    ${'release notes are linked since 1.4'} | ${{ externalReferences: [{ type: 'release-notes', url: 'u' }] }} | ${'1.3'}
    ${'CVSSv4 ratings came with 1.5'}       | ${{ vulnerabilities: [{ ratings: [{ method: 'CVSSv4' }] }] }}    | ${'1.4'}
  `('$because', ({ document, version }) => {
    const next = CYCLONEDX_VERSIONS[CYCLONEDX_VERSIONS.indexOf(version) + 1];
    expect(parseCycloneDx(bom(document, version))).toHaveProperty('error');
    expect(parseCycloneDx(bom(document, next))).toHaveProperty('document');
  });
});

describe('hostile input', () => {
  const inBom = (body: string): string =>
    `<bom xmlns="http://cyclonedx.org/schema/bom/1.6">${body}</bom>`;
  it.each`
    because                            | source                                                                   | at
    ${'entities are never declared'}   | ${'<?xml version="1.0"?>\n<!DOCTYPE bom [<!ENTITY a "b">]><bom/>'}       | ${'2:1'}
    ${'entities are never fetched'}    | ${'<!DOCTYPE bom SYSTEM "file:///etc/passwd"><bom/>'}                    | ${'1:1'}
    ${'unknown entities mean nothing'} | ${inBom('<properties><property name="a">&xxe;</property></properties>')} | ${expect.any(String)}
    ${'a tag is left open'}            | ${inBom('<components>')}                                                 | ${expect.stringMatching(/^1:\d+$/)}
    ${'another namespace'}             | ${'<bom xmlns="http://cyclonedx.org/schema/bom/12"/>'}                   | ${'1:1'}
    ${'a future version'}              | ${bom({}, '2.0')}                                                        | ${'$.specVersion'}
    ${'JSON that ends early'}          | ${'{"bomFormat":'}                                                       | ${'1:14'}
    ${'endless nesting in XML'}        | ${inBom('<a>'.repeat(5000) + '</a>'.repeat(5000))}                       | ${expect.any(String)}
  `('$because', ({ source, at }) => {
    expect(parseCycloneDx(source)).toEqual({ error: expect.any(String), at });
  });

  it('endless nesting in JSON', () => {
    const deep = `{"type":"library","name":"a","components":[`.repeat(5000) + ']}'.repeat(5000);
    const source = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${deep}]}`;
    expect(parseCycloneDx(source)).toHaveProperty('error');
  });

  it('a licence text may quote a document type', () => {
    const text = '<text><![CDATA[<!DOCTYPE html>]]></text>';
    const licence = `<licenses><license><name>x</name>${text}</license></licenses>`;
    expect(
      parseCycloneDx(
        inBom(
          `<components><component type="library"><name>a</name>${licence}</component></components>`,
        ),
      ),
    ).toHaveProperty('document');
  });

  it('never throws, however a document is damaged', () => {
    const damaged = fc
      .tuple(fc.constantFrom(json, xml), fc.nat(4000), fc.nat(40), fc.string({ unit: 'binary' }))
      .map(([source, at, cut, junk]) => source.slice(0, at) + junk + source.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string(), fc.json()), (source) => {
        const parsed = parseCycloneDx(source);
        expect('document' in parsed || parsed.at.length > 0).toBe(true);
      }),
    );
  });
});

describe('toCycloneDxJson', () => {
  it('writes what was read, and always the same bytes', () => {
    const document = read(xml);
    const written = toCycloneDxJson(document);
    expect(toCycloneDxJson(structuredClone(document))).toBe(written);
    expect(read(written)).toEqual(document);
  });

  it('keeps what 1.6 cannot say as properties, and several expressions as names', () => {
    const document = read(json);
    const [subject, core] = document.components;
    if (subject === undefined || core === undefined) throw new Error('fixture');
    const expression = (value: string) =>
      ({ kind: 'expression', value, url: null, acknowledgement: null }) as const;
    const odd = {
      ...core,
      type: 'unheard-of',
      cpes: ['cpe:/a:x', 'cpe:/a:y'],
      hashes: [{ algorithm: 'MD2', value: 'ab' }],
      licences: [expression('MIT OR 0BSD'), expression('MIT')],
    };
    const written = JSON.parse(toCycloneDxJson({ ...document, components: [subject, odd] }));
    expect(written.components[0]).toMatchObject({
      type: 'library',
      cpe: 'cpe:/a:x',
      licenses: [{ license: { name: 'MIT OR 0BSD' } }, { license: { name: 'MIT' } }],
      properties: [
        { name: 'seen', value: 'a<b & c' },
        { name: 'cpe', value: 'cpe:/a:y' },
        { name: 'hash:MD2', value: 'ab' },
      ],
    });
    expect(parseCycloneDx(JSON.stringify(written))).toHaveProperty('document');
  });

  it('adds vulnerabilities on request', () => {
    const written = toCycloneDxJson(read(json), {
      vulnerabilities: [
        {
          id: 'CVE-2026-0001',
          source: { name: 'OSV' },
          ratings: [{ score: 9.8, severity: 'critical', method: 'CVSSv31' }],
          affects: [{ ref: 'lib', version: '1.0' }],
        },
      ],
    });
    expect(JSON.parse(written).vulnerabilities).toEqual([
      {
        id: 'CVE-2026-0001',
        source: { name: 'OSV' },
        ratings: [{ score: 9.8, severity: 'critical', method: 'CVSSv31' }],
        affects: [{ ref: 'lib', versions: [{ version: '1.0', status: 'affected' }] }],
      },
    ]);
    expect(parseCycloneDx(written)).toHaveProperty('document');
  });
});
