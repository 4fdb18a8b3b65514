import { describe, expect, it } from 'vitest';
import type { SbomComponent } from '../../../standards/cyclonedx/sbom.ts';
import { componentSubject, purlOfPackage } from './component-subject.ts';

function component(purl: string | null, more: Partial<SbomComponent> = {}): SbomComponent {
  return {
    ref: 'x',
    refGiven: true,
    parent: null,
    type: 'library',
    group: null,
    name: 'x',
    version: null,
    versionRange: null,
    description: null,
    scope: null,
    purl,
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
    ...more,
  };
}

const subject = (purl: string | null, more?: Partial<SbomComponent>) =>
  componentSubject(component(purl, more), null);

describe('componentSubject', () => {
  it.each`
    because                      | purl                                                                       | ecosystem             | name                  | version
    ${'scoped npm'}              | ${'pkg:npm/%40babel/core@7.0.0'}                                           | ${'npm'}              | ${'@babel/core'}      | ${'7.0.0'}
    ${'PyPI as the index files'} | ${'pkg:pypi/Ruamel.Yaml@1.0'}                                              | ${'PyPI'}             | ${'ruamel-yaml'}      | ${'1.0'}
    ${'Maven has a colon'}       | ${'pkg:maven/org.a/b@1.0'}                                                 | ${'Maven'}            | ${'org.a:b'}          | ${'1.0'}
    ${'Go without its v'}        | ${'pkg:golang/golang.org/x/net@v0.7.0'}                                    | ${'Go'}               | ${'golang.org/x/net'} | ${'0.7.0'}
    ${'Debian by source'}        | ${'pkg:deb/debian/libssl3@3.0.11-1?distro=debian-12&upstream=openssl'}     | ${'Debian:12'}        | ${'openssl'}          | ${'3.0.11-1'}
    ${'Debian source version'}   | ${'pkg:deb/debian/dmsetup@2:1.02-2?distro=bookworm&upstream=lvm2%402.03'}  | ${'Debian:12'}        | ${'lvm2'}             | ${'2.03'}
    ${'an epoch apart'}          | ${'pkg:deb/debian/bind9@9.18-1?distro=debian-12.5&epoch=1'}                | ${'Debian:12'}        | ${'bind9'}            | ${'1:9.18-1'}
    ${'Ubuntu LTS'}              | ${'pkg:deb/ubuntu/bash@5.1-6?distro=ubuntu-22.04'}                         | ${'Ubuntu:22.04:LTS'} | ${'bash'}             | ${'5.1-6'}
    ${'Alpine'}                  | ${'pkg:apk/alpine/libcrypto3@3.1.1-r0?distro=3.18.4&upstream=openssl'}     | ${'Alpine:v3.18'}     | ${'openssl'}          | ${'3.1.1-r0'}
    ${'AlmaLinux, binary'}       | ${'pkg:rpm/almalinux/openssl-libs@3.0-1.el9?epoch=1&distro=almalinux-9.3'} | ${'AlmaLinux:9'}      | ${'openssl-libs'}     | ${'1:3.0-1.el9'}
    ${'Rocky'}                   | ${'pkg:rpm/rocky/bash@5.1-1.el8?distro=rocky-8.9'}                         | ${'Rocky Linux:8'}    | ${'bash'}             | ${'5.1-1.el8'}
  `('$because', ({ purl, ecosystem, name, version }) => {
    expect(subject(purl)).toEqual({ ecosystem, name, version });
  });

  it('takes the capitals of an npm name from the component', () => {
    expect(subject('pkg:npm/jquery@1.0.0', { name: 'jQuery' })).toMatchObject({ name: 'jQuery' });
  });

  it("takes Trivy's source package and the system of the document", () => {
    const trivy = component('pkg:deb/debian/libssl3@3.0.11-1~deb12u1', {
      properties: [
        { name: 'aquasecurity:trivy:SrcName', value: 'openssl' },
        { name: 'aquasecurity:trivy:SrcVersion', value: '3.0.11' },
        { name: 'aquasecurity:trivy:SrcRelease', value: '1~deb12u1' },
      ],
    });
    expect(componentSubject(trivy, { name: 'debian', version: '12.5' })).toEqual({
      ecosystem: 'Debian:12',
      name: 'openssl',
      version: '3.0.11-1~deb12u1',
    });
  });

  it.each`
    purl                                     | notAssessed
    ${null}                                  | ${'no-purl'}
    ${'pkg:npm'}                             | ${'bad-purl'}
    ${'pkg:npm/a'}                           | ${'no-version'}
    ${'pkg:deb/debian/bash@5'}               | ${'release-unknown'}
    ${'pkg:rpm/redhat/bash@5?distro=rhel-9'} | ${'ecosystem-not-covered'}
    ${'pkg:oci/image@sha256:abc'}            | ${'ecosystem-not-covered'}
  `('$purl: $notAssessed', ({ purl, notAssessed }) => {
    expect(subject(purl)).toMatchObject({ notAssessed });
  });

  it.each([
    ['npm', '@babel/core', '7.0.0'],
    ['Maven', 'org.a:b', '1.0'],
    ['Go', 'golang.org/x/net', '0.7.0'],
    ['crates.io', 'serde', '1.0.0'],
    ['Packagist', 'symfony/http-kernel', '5.4.1'],
  ])('finds %s %s back through its purl', (ecosystem, name, version) => {
    const purl = purlOfPackage(ecosystem, name, version);
    expect(subject(purl)).toEqual({ ecosystem, name, version });
  });
});
