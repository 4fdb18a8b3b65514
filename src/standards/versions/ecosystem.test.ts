import { describe, expect, it } from 'vitest';
import {
  compareParsed,
  compareVersions,
  parseVersion,
  versionRuleOf,
  versionRuleOfPurlType,
} from './ecosystem.ts';

describe('versionRuleOf', () => {
  it.each`
    because                              | ecosystem                               | rule
    ${'Debian names its release'}        | ${'Debian:12'}                          | ${'dpkg'}
    ${'Ubuntu adds its support'}         | ${'Ubuntu:22.04:LTS'}                   | ${'dpkg'}
    ${'Ubuntu Pro comes first'}          | ${'Ubuntu:Pro:18.04:LTS'}               | ${'dpkg'}
    ${'Alpine has branches'}             | ${'Alpine:v3.20'}                       | ${'apk'}
    ${'Wolfi is built like Alpine'}      | ${'Wolfi'}                              | ${'apk'}
    ${'Chainguard is built like Alpine'} | ${'Chainguard'}                         | ${'apk'}
    ${'Rocky rebuilds Red Hat'}          | ${'Rocky Linux:9'}                      | ${'rpm'}
    ${'AlmaLinux rebuilds Red Hat'}      | ${'AlmaLinux'}                          | ${'rpm'}
    ${'Red Hat names a CPE'}             | ${'Red Hat:enterprise_linux:9::baseos'} | ${'rpm'}
    ${'SUSE has rpm'}                    | ${'SUSE:Linux Enterprise 15 SP5'}       | ${'rpm'}
    ${'openSUSE has rpm'}                | ${'openSUSE:Leap 15.6'}                 | ${'rpm'}
    ${'npm is looser than SemVer'}       | ${'npm'}                                | ${'npm'}
    ${'PyPI has PEP 440'}                | ${'PyPI'}                               | ${'pep440'}
    ${'Go has its own forms'}            | ${'Go'}                                 | ${'go'}
    ${'Cargo has SemVer'}                | ${'crates.io'}                          | ${'semver'}
    ${'Maven has its own rule'}          | ${'Maven'}                              | ${'maven'}
    ${'Maven may name a repository'}     | ${'Maven:https://repo.jenkins-ci.org'}  | ${'maven'}
    ${'NuGet has four numbers'}          | ${'NuGet'}                              | ${'nuget'}
    ${'RubyGems has its own rule'}       | ${'RubyGems'}                           | ${'rubygems'}
    ${'Packagist has Composer'}          | ${'Packagist'}                          | ${'packagist'}
    ${'Hex has SemVer'}                  | ${'Hex'}                                | ${'hex'}
    ${'Pub orders builds'}               | ${'Pub'}                                | ${'pub'}
    ${'CRAN has lists of numbers'}       | ${'CRAN'}                               | ${'cran'}
    ${'Bitnami counts revisions'}        | ${'Bitnami'}                            | ${'bitnami'}
    ${'Root rebuilds others'}            | ${'Root:Alpine:3.18'}                   | ${'apk'}
    ${'Root rebuilds libraries as well'} | ${'Root:PyPI'}                          | ${'pep440'}
    ${'commits have no order'}           | ${'GIT'}                                | ${undefined}
    ${'nobody knows this one'}           | ${'Nonsense'}                           | ${undefined}
    ${'names are written as OSV does'}   | ${'debian'}                             | ${undefined}
  `('$ecosystem: $because', ({ ecosystem, rule }) => {
    expect(versionRuleOf(ecosystem)).toBe(rule);
  });
});

describe('versionRuleOfPurlType', () => {
  it.each`
    type          | rule
    ${'deb'}      | ${'dpkg'}
    ${'rpm'}      | ${'rpm'}
    ${'apk'}      | ${'apk'}
    ${'npm'}      | ${'npm'}
    ${'pypi'}     | ${'pep440'}
    ${'golang'}   | ${'go'}
    ${'cargo'}    | ${'semver'}
    ${'maven'}    | ${'maven'}
    ${'nuget'}    | ${'nuget'}
    ${'gem'}      | ${'rubygems'}
    ${'composer'} | ${'packagist'}
    ${'hex'}      | ${'hex'}
    ${'pub'}      | ${'pub'}
    ${'cran'}     | ${'cran'}
    ${'generic'}  | ${'generic'}
    ${'bitnami'}  | ${'bitnami'}
    ${'DEB'}      | ${'dpkg'}
    ${'oci'}      | ${undefined}
    ${'github'}   | ${undefined}
  `('$type has the rule $rule', ({ type, rule }) => {
    expect(versionRuleOfPurlType(type)).toBe(rule);
  });
});

describe('one comparison, many rules', () => {
  it.each`
    because                            | rule          | a            | b            | expected
    ${'a tilde comes before'}          | ${'dpkg'}     | ${'1.0~rc1'} | ${'1.0'}     | ${-1}
    ${'a word comes after for rpm'}    | ${'rpm'}      | ${'1.0.rc1'} | ${'1.0'}     | ${1}
    ${'and before for RubyGems'}       | ${'rubygems'} | ${'1.0.rc1'} | ${'1.0'}     | ${-1}
    ${'a revision is a pre-release'}   | ${'semver'}   | ${'1.2.3-1'} | ${'1.2.3'}   | ${-1}
    ${'but not for Bitnami'}           | ${'bitnami'}  | ${'1.2.3-1'} | ${'1.2.3'}   | ${1}
    ${'nor for PyPI'}                  | ${'pep440'}   | ${'1.2.3-1'} | ${'1.2.3'}   | ${1}
    ${'zeros at the end mean nothing'} | ${'nuget'}    | ${'1.0'}     | ${'1.0.0.0'} | ${0}
    ${'but not for R'}                 | ${'cran'}     | ${'1.0'}     | ${'1.0.0'}   | ${-1}
    ${'nor for rpm'}                   | ${'rpm'}      | ${'1.0'}     | ${'1.0.0'}   | ${-1}
    ${'builds are ignored'}            | ${'npm'}      | ${'1.0.0+a'} | ${'1.0.0'}   | ${0}
    ${'but not by Pub'}                | ${'pub'}      | ${'1.0.0+a'} | ${'1.0.0'}   | ${1}
  `('$rule: $because', ({ rule, a, b, expected }) => {
    expect(compareVersions(rule, a, b)).toBe(expected);
  });

  it('does not compare versions of two rules', () => {
    const deb = parseVersion('dpkg', '1.0');
    const rpm = parseVersion('rpm', '1.0');
    expect(deb && rpm && compareParsed(deb, rpm)).toBe('incomparable');
  });
});
