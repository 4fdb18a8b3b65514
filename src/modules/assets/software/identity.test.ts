import { describe, expect, it } from 'vitest';
import { softwareKey, softwareOf } from './identity.ts';

describe('softwareOf', () => {
  it.each`
    because                                  | source                | row                                                                                                                            | expected
    ${'no source field: same as the binary'} | ${'deb'}              | ${{ name: 'bash', version: '5.2-2', arch: 'amd64', source: '' }}                                                               | ${{ name: 'bash', version: '5.2-2', arch: 'amd64', sourceName: 'bash', sourceVersion: '5.2-2' }}
    ${'source of another name'}              | ${'deb'}              | ${{ name: 'libc6', version: '2.36-9', source: 'glibc' }}                                                                       | ${{ sourceName: 'glibc', sourceVersion: '2.36-9' }}
    ${'source of another version (binNMU)'}  | ${'deb'}              | ${{ name: 'a', version: '1-2+b1', source: 'src (1-2)' }}                                                                       | ${{ version: '1-2+b1', sourceName: 'src', sourceVersion: '1-2' }}
    ${'the epoch stays'}                     | ${'deb'}              | ${{ name: 'vim', version: '2:9.0.1378-2', source: '' }}                                                                        | ${{ version: '2:9.0.1378-2', sourceVersion: '2:9.0.1378-2' }}
    ${'rpm with an epoch'}                   | ${'rpm'}              | ${{ name: 'bind', epoch: '32', version: '9.16.23', release: '14.el9', arch: 'x86_64', source: 'bind-9.16.23-14.el9.src.rpm' }} | ${{ version: '32:9.16.23-14.el9', arch: 'x86_64', sourceName: 'bind', sourceVersion: '9.16.23-14.el9' }}
    ${'rpm with epoch 0'}                    | ${'rpm'}              | ${{ name: 'bash', epoch: '0', version: '5.1.8', release: '6.el9', source: '(none)' }}                                          | ${{ version: '5.1.8-6.el9', sourceName: '', sourceVersion: '' }}
    ${'rpm without an epoch'}                | ${'rpm'}              | ${{ name: 'bash', epoch: '', version: '5.1.8', release: '6.el9' }}                                                             | ${{ version: '5.1.8-6.el9' }}
    ${'source name with hyphens'}            | ${'rpm'}              | ${{ name: 'x', version: '1', release: '2', source: 'a-b-c-1.0-2.fc40.nosrc.rpm' }}                                             | ${{ sourceName: 'a-b-c', sourceVersion: '1.0-2.fc40' }}
    ${'the folder is not the name'}          | ${'macos-app'}        | ${{ name: 'Safari.app', bundle_short_version: '18.1', bundle_version: '20619', bundle_identifier: 'com.apple.Safari' }}        | ${{ name: 'Safari', version: '18.1', identifier: 'com.apple.Safari' }}
    ${'only a build number'}                 | ${'macos-app'}        | ${{ name: 'X.app', bundle_short_version: '', bundle_version: '7' }}                                                            | ${{ name: 'X', version: '7' }}
    ${'publisher and product code'}          | ${'windows-program'}  | ${{ name: '7-Zip', version: '24.08', publisher: 'Igor Pavlov', identifying_number: '{23}' }}                                   | ${{ vendor: 'Igor Pavlov', identifier: '{23}' }}
    ${'a package of the distribution'}       | ${'python'}           | ${{ name: 'PyYAML', version: '6.0', directory: '/usr/lib/python3/dist-packages/' }}                                            | ${{ host: 'distribution' }}
    ${'the same on Fedora'}                  | ${'python'}           | ${{ name: 'PyYAML', version: '6.0', directory: '/usr/lib64/python3.12/site-packages' }}                                        | ${{ host: 'distribution' }}
    ${'installed by pip'}                    | ${'python'}           | ${{ name: 'PyYAML', version: '6.0', directory: '/usr/local/lib/python3.11/dist-packages/' }}                                   | ${{ host: '' }}
    ${'which browser'}                       | ${'chrome-extension'} | ${{ name: 'uBlock', version: '1', identifier: 'cjpa', browser_type: 'edge' }}                                                  | ${{ identifier: 'cjpa', host: 'edge' }}
    ${'an extension without a name'}         | ${'firefox-addon'}    | ${{ name: '', version: '1', identifier: 'a@b' }}                                                                               | ${{ name: 'a@b', host: 'firefox' }}
    ${'which editor'}                        | ${'vscode-extension'} | ${{ name: 'ms-python.python', version: '1', vscode_edition: 'cursor' }}                                                        | ${{ host: 'cursor' }}
  `('$because', ({ source, row, expected }) => {
    expect(softwareOf(source, row)).toMatchObject({ source, ...expected });
  });

  it.each`
    row                                        | reason
    ${{ name: '', version: '1' }}              | ${'has no name'}
    ${{ name: 'x'.repeat(301), version: '1' }} | ${'name is longer than 300 characters'}
    ${{ name: 'x', version: '1'.repeat(201) }} | ${'version is longer than 200 characters'}
  `('refuses: $reason', ({ row, reason }) => {
    expect(softwareOf('npm', row)).toBe(reason);
  });

  it('tells apart what differs in any field', () => {
    const row = { name: 'a', version: '1', arch: 'amd64', source: 's', maintainer: 'm' };
    const key = (over: object) => {
      const software = softwareOf('deb', { ...row, ...over });
      return typeof software === 'string' ? software : softwareKey(software);
    };
    const keys = [
      {},
      { name: 'b' },
      { version: '2' },
      { arch: 'i386' },
      { source: 't' },
      { maintainer: 'n' },
    ].map(key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
