import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toCycloneDxJson } from '../cyclonedx/export.ts';
import { parseCycloneDx } from '../cyclonedx/import.ts';
import type { SbomDocument } from '../cyclonedx/sbom.ts';
import { toSpdxJson } from './export.ts';
import { parseSpdx } from './import.ts';
import { isSpdxLicenceId } from './license-ids.ts';

const load = (name: string): string =>
  readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
const json = load('acme-2.3.spdx.json');
const tagValue = load('acme-2.3.spdx');

const read = (source: string): SbomDocument => {
  const parsed = parseSpdx(source);
  if ('error' in parsed) throw new Error(`${parsed.at}: ${parsed.error}`);
  return parsed.document;
};
const changed = (change: (document: Record<string, unknown>) => void): string => {
  const document = JSON.parse(json) as Record<string, unknown>;
  change(document);
  return JSON.stringify(document);
};
const inPackage = (extra: object): string =>
  changed((document) => {
    Object.assign((document['packages'] as object[])[1] ?? {}, extra);
  });

describe('JSON and tag-value', () => {
  it('give the same document', () => {
    const document = read(json);
    expect(read(tagValue)).toEqual(document);
    expect(document).toMatchObject({
      format: 'SPDX',
      formatVersion: '2.3',
      serialNumber: 'https://example.com/spdx/shop-4.2',
      name: 'shop',
      created: '2026-08-01T09:00:00Z',
      tools: [{ vendor: null, name: 'scan', version: '2.0' }],
      authors: [
        { kind: 'organization', name: 'Example K.K.', email: 'info@example.com', urls: [] },
      ],
      subject: 'SPDXRef-shop',
      dependencies: [{ ref: 'SPDXRef-shop', dependsOn: ['SPDXRef-core'] }],
      relationships: [
        { from: 'SPDXRef-DOCUMENT', type: 'DESCRIBES', to: 'SPDXRef-shop' },
        { from: 'SPDXRef-file', type: 'GENERATED_FROM', to: 'NOASSERTION' },
      ],
    });
    expect(document.components.map(({ ref, parent, type }) => [ref, parent, type])).toEqual([
      ['SPDXRef-shop', null, 'application'],
      ['SPDXRef-core', null, 'library'],
      ['SPDXRef-file', 'SPDXRef-core', 'file'],
    ]);
    expect(document.components[1]).toMatchObject({
      purl: 'pkg:npm/core@1.0',
      cpes: ['cpe:2.3:a:example:core:1.0:*:*:*:*:*:*:*'],
      hashes: [{ algorithm: 'SHA-256', value: 'ab12' }],
      licences: [
        { kind: 'id', value: 'MIT', url: null, acknowledgement: 'declared' },
        { kind: 'name', value: 'Pleasant', url: null, acknowledgement: 'concluded' },
      ],
      supplier: { kind: 'person', name: 'A. Author', email: 'a@example.com', urls: [] },
      copyright: null,
    });
  });

  it('2.2 is read too, with its older spellings', () => {
    const older = changed((document) => {
      document['spdxVersion'] = 'SPDX-2.2';
      const [, core] = document['packages'] as { externalRefs: { referenceCategory: string }[] }[];
      const [purl] = core?.externalRefs ?? [];
      if (purl !== undefined) purl.referenceCategory = 'PACKAGE_MANAGER';
    });
    expect(read(older)).toEqual({ ...read(json), formatVersion: '2.2' });
  });
});

describe('what the specification forbids', () => {
  it.each`
    because                                | source                                                                             | at
    ${'the version is unknown'} | ${changed((d) => {
  d['spdxVersion'] = 'SPDX-3.0';
})} | ${'$.spdxVersion'}
    ${'the licence of data is CC0'} | ${changed((d) => {
  d['dataLicense'] = 'MIT';
})} | ${'$.dataLicense'}
    ${'a namespace has no fragment'} | ${changed((d) => {
  d['documentNamespace'] = 'https://x/#y';
})} | ${'$.documentNamespace'}
    ${'somebody created it'} | ${changed((d) => {
  d['creationInfo'] = { created: '2026-08-01T09:00:00Z' };
})} | ${'$.creationInfo'}
    ${'creators have a kind'} | ${changed((d) => {
  d['creationInfo'] = { created: '2026-08-01T09:00:00Z', creators: ['me'] };
})} | ${'$.creationInfo.creators[0]'}
    ${'it was created at some time'} | ${changed((d) => {
  d['creationInfo'] = { created: 'now', creators: ['Tool: x'] };
})} | ${'$.creationInfo.created'}
    ${'a package has a name'}              | ${inPackage({ name: '' })}                                                         | ${'$.packages[1].name'}
    ${'a package comes from somewhere'}    | ${inPackage({ downloadLocation: undefined })}                                      | ${'$.packages[1]'}
    ${'ids have a prefix'}                 | ${inPackage({ SPDXID: 'core' })}                                                   | ${'$.packages[1].SPDXID'}
    ${'ids occur once'}                    | ${inPackage({ SPDXID: 'SPDXRef-shop' })}                                           | ${'$.packages[1].SPDXID'}
    ${'algorithms are named'}              | ${inPackage({ checksums: [{ algorithm: 'CRC', checksumValue: 'ab' }] })}           | ${'$.packages[1].checksums[0].algorithm'}
    ${'a purpose is one of twelve'}        | ${inPackage({ primaryPackagePurpose: 'FUN' })}                                     | ${'$.packages[1].primaryPackagePurpose'}
    ${'a supplier is somebody'}            | ${inPackage({ supplier: 'Acme' })}                                                 | ${'$.packages[1].supplier'}
    ${'categories of references are four'} | ${inPackage({ externalRefs: [{ referenceCategory: 'X' }] })}                       | ${'$.packages[1].externalRefs[0].referenceCategory'}
    ${'relationships have a type'} | ${changed((d) => {
  d['relationships'] = [{ spdxElementId: 'a', relationshipType: 'LIKES', relatedSpdxElement: 'b' }];
})} | ${'$.relationships[0].relationshipType'}
    ${'tags are known'}                    | ${tagValue.replace('PackageVersion: 1.0', 'PackageColour: red')}                   | ${'19:1'}
    ${'a field occurs once'}               | ${tagValue.replace('PackageVersion: 1.0', 'PackageVersion: 1\nPackageVersion: 2')} | ${'20:1'}
    ${'a text is closed'}                  | ${tagValue.replace('</text>', '')}                                                 | ${'36:1'}
    ${'a line is a tag'}                   | ${tagValue.replace('Created:', 'Created')}                                         | ${'9:1'}
    ${'the place is the tag'}              | ${tagValue.replace('SHA256:', 'CRC:')}                                             | ${'23:1'}
  `('$because', ({ source, at }) => {
    expect(parseSpdx(source)).toEqual({ error: expect.any(String), at });
  });

  it('2.2 knows fewer words', () => {
    const older = inPackage({ checksums: [{ algorithm: 'BLAKE3', checksumValue: 'ab' }] });
    expect(parseSpdx(older)).toHaveProperty('document');
    expect(parseSpdx(older.replace('SPDX-2.3', 'SPDX-2.2'))).toHaveProperty('error');
  });

  it('never throws, however a document is damaged', () => {
    const damaged = fc
      .tuple(
        fc.constantFrom(json, tagValue),
        fc.nat(2500),
        fc.nat(40),
        fc.string({ unit: 'binary' }),
      )
      .map(([source, at, cut, junk]) => source.slice(0, at) + junk + source.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(damaged, fc.string(), fc.json()), (source) => {
        const parsed = parseSpdx(source);
        expect('document' in parsed || parsed.at.length > 0).toBe(true);
      }),
    );
  });
});

describe('toSpdxJson', () => {
  it('writes what was read, and always the same bytes', () => {
    const document = read(json);
    const written = toSpdxJson(document);
    expect(toSpdxJson(structuredClone(document))).toBe(written);
    const again = read(written);
    expect(again).toEqual({
      ...document,
      // Text that SPDX wants said, and the order of what is generated.
      relationships: expect.arrayContaining([...document.relationships]),
      components: document.components,
    });
  });

  it('carries a bill over from CycloneDX and back', () => {
    const source = readFileSync(
      new URL('../cyclonedx/testdata/acme-1.6.json', import.meta.url),
      'utf8',
    );
    const parsed = parseCycloneDx(source);
    if ('error' in parsed) throw new Error(parsed.error);
    const spdx = read(toSpdxJson(parsed.document));
    expect(spdx.subject).toBe('SPDXRef-app');
    expect(spdx.components.map(({ name, parent, purl }) => [name, parent, purl])).toEqual([
      ['shop', null, null],
      ['org.example/core', null, 'pkg:maven/org.example/core@1.0'],
      ['core.jar', 'SPDXRef-lib', null],
    ]);
    expect(spdx.dependencies).toEqual([{ ref: 'SPDXRef-app', dependsOn: ['SPDXRef-lib'] }]);
    expect(parseCycloneDx(toCycloneDxJson(spdx))).toHaveProperty('document');
  });

  it('fills what SPDX demands without a clock', () => {
    const bare = { ...read(json), created: null, serialNumber: null, authors: [], tools: [] };
    expect(JSON.parse(toSpdxJson(bare))).toMatchObject({
      documentNamespace: 'urn:yojin:sbom:shop',
      creationInfo: { created: '1970-01-01T00:00:00Z', creators: ['Tool: yojin'] },
    });
    const options = { namespace: 'https://example.com/x', created: '2026-08-22T10:00:00.5+09:00' };
    expect(JSON.parse(toSpdxJson(bare, options))).toMatchObject({
      documentNamespace: 'https://example.com/x',
      creationInfo: { created: '2026-08-22T01:00:00Z' },
    });
  });
});

it('knows the licence list', () => {
  expect(['MIT', 'Apache-2.0', '0BSD', 'mit', 'Apache-2'].map(isSpdxLicenceId)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});
