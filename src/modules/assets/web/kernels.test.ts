import { describe, expect, it } from 'vitest';
import { installedKernelsOf, kernelHintOf, readKernelRelease } from './kernels.ts';

describe('readKernelRelease', () => {
  it.each`
    release                       | version               | flavour
    ${'6.1.0-28-amd64'}           | ${'6.1.0-28'}         | ${'amd64'}
    ${'6.1.0-28-cloud-amd64'}     | ${'6.1.0-28'}         | ${'cloud-amd64'}
    ${'6.12.9+bpo-rt-amd64'}      | ${'6.12.9+bpo'}       | ${'rt-amd64'}
    ${'6.1.0-0.deb11.21-amd64'}   | ${'6.1.0-0.deb11.21'} | ${'amd64'}
    ${'6.8.0-45-generic'}         | ${'6.8.0-45'}         | ${'generic'}
    ${'5.14.0-427.el9_4.x86_64'}  | ${'5.14.0-427.el9_4'} | ${'x86_64'}
    ${'5.14.0-427.el9.x86_64+rt'} | ${'5.14.0-427.el9'}   | ${'x86_64+rt'}
    ${'6.6.58-0-lts'}             | ${'6.6.58-0'}         | ${'lts'}
    ${'23.6.0'}                   | ${'23.6.0'}           | ${''}
  `('$release', ({ release, version, flavour }) => {
    expect(readKernelRelease(release)).toEqual({ version, flavour });
  });
});

describe('installedKernelsOf', () => {
  it('names kernels of packages as they would name themselves', () => {
    expect(
      installedKernelsOf([
        { source: 'running', name: 'linux', version: '6.1.0-9-amd64', arch: '', running: '1' },
        { source: 'deb', name: 'linux-image-6.1.0-28-amd64', version: '6.1.119-1', arch: 'amd64' },
        { source: 'deb', name: 'linux-image-unsigned-6.8.0-45-generic', version: '6.8.0-45.45' },
        { source: 'deb', name: 'linux-image-amd64', version: '6.1.119-1', arch: 'amd64' },
        { source: 'rpm', name: 'kernel', version: '5.14.0-427.el9_4', arch: 'x86_64' },
        { source: 'rpm', name: 'kernel-core', version: '5.14.0-427.el9_4', arch: 'x86_64' },
        { source: 'rpm', name: 'kernel-rt-core', version: '5.14.0-427.el9_4', arch: 'x86_64' },
        { source: 'rpm', name: 'kernel-default', version: '6.4.0-150600.21', arch: 'x86_64' },
      ]),
    ).toEqual([
      '6.1.0-28-amd64',
      '6.8.0-45-generic',
      '5.14.0-427.el9_4.x86_64',
      '5.14.0-427.el9_4.x86_64+rt',
      '6.4.0-150600.21-default',
    ]);
  });
});

describe('kernelHintOf', () => {
  it.each`
    because                                   | running                   | installed                                 | expected
    ${'a newer one waits for a restart'}      | ${'6.1.0-9-amd64'}        | ${['6.1.0-9-amd64', '6.1.0-28-amd64']}    | ${'restart-pending'}
    ${'28 is more than 9, not less'}          | ${'6.1.0-28-amd64'}       | ${['6.1.0-9-amd64', '6.1.0-28-amd64']}    | ${'current'}
    ${'a newer real-time kernel is a choice'} | ${'6.1.0-9-amd64'}        | ${['6.1.0-9-amd64', '6.1.0-28-rt-amd64']} | ${'current'}
    ${'a metapackage is not a kernel'}        | ${'6.1.0-9-amd64'}        | ${['meta-amd64', '6.1.0-9-amd64']}        | ${'current'}
    ${'it was removed since the start'}       | ${'6.1.0-28-amd64'}       | ${['6.1.0-9-amd64']}                      | ${'running-not-installed'}
    ${'only others are installed'}            | ${'6.1.0-28-cloud-amd64'} | ${['6.1.0-28-amd64']}                     | ${'running-not-installed'}
    ${'nothing is known of those installed'}  | ${'6.1.0-28-amd64'}       | ${[]}                                     | ${'unknown'}
    ${'the running one is not known'}         | ${null}                   | ${['6.1.0-28-amd64']}                     | ${'unknown'}
    ${'an empty answer is not a kernel'}      | ${' '}                    | ${['6.1.0-28-amd64']}                     | ${'unknown'}
  `('$because', ({ running, installed, expected }) => {
    expect(kernelHintOf(running, installed).kind).toBe(expected);
  });

  it('names both kernels, whatever the order of the list', () => {
    const installed = ['6.1.0-30-amd64', '6.1.0-28-amd64'];
    const expected = {
      kind: 'restart-pending',
      running: '6.1.0-28-amd64',
      newest: '6.1.0-30-amd64',
    };
    expect(kernelHintOf('6.1.0-28-amd64', installed)).toEqual(expected);
    expect(kernelHintOf('6.1.0-28-amd64', installed.reverse())).toEqual(expected);
  });
});
