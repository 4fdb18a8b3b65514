import { describe, expect, it } from 'vitest';
import { parseApkList, parseApkPlan, parseApkPolicy } from './apk.ts';
import { parseBrewInfo, parseBrewList, parseSoftwareUpdates } from './apple-tools.ts';
import { aptTool, parseDpkgQuery, parsePolicy, parseSimulation, parseSizes } from './apt.ts';
import { compareGeneric } from './loose-version.ts';
import {
  dnfTool,
  parseList,
  parseRpmQuery,
  parseTransaction,
  parseZypperInfo,
  parseZypperPlan,
  zypperTool,
} from './rpm-tools.ts';
import { installUpdates, parseUpdateList, parseWingetTable, wingetTool } from './windows-tools.ts';

const plain = (map: ReadonlyMap<string, string | null>) => Object.fromEntries(map);

describe('apt', () => {
  it('reads what dpkg has: configured, half done, and removed with its configuration left', () => {
    const stdout = [
      'libc6\tamd64\t2.36-9\tii ',
      'libc6\ti386\t2.36-8\tii ',
      'held\tamd64\t1.0\thi ',
      'half\tall\t2.0\tiF ',
      'gone\tall\t1.0\trc ',
      'never\t\t\tun ',
    ].join('\n');
    const names = ['libc6', 'libc6:i386', 'held', 'half', 'gone', 'never', 'unknown'];
    expect(plain(parseDpkgQuery(stdout, names))).toEqual({
      libc6: '2.36-9',
      'libc6:i386': '2.36-8',
      held: '1.0',
      half: '2.0',
      gone: null,
      never: null,
      unknown: null,
    });
  });

  it('reads candidates and simulations', () => {
    const policy =
      'zip:\n  Installed: (none)\n  Candidate: 3.0-13\n  Version table:\n     3.0-13 500\nold:\n  Installed: 1\n  Candidate: (none)\n';
    expect(plain(parsePolicy(policy, ['zip', 'old', 'no']))).toEqual({
      zip: '3.0-13',
      old: null,
      no: null,
    });
    const simulated =
      'Inst openssl [3.0.20-1~deb12u2] (3.0.22-1~deb12u2 Debian-Security:12/oldstable-security [amd64])\nInst zip (3.0-13 Debian:12.15/oldstable [amd64])\nRemv x [1]\nConf zip (3.0-13 Debian:12.15/oldstable [amd64])\n';
    expect(plain(parseSimulation(simulated))).toEqual({
      openssl: '3.0.22-1~deb12u2',
      zip: '3.0-13',
      x: null,
    });
    const sizes =
      'Need to get 1,396 kB of archives.\nAfter this operation, 1019 kB of additional disk space will be used.\n';
    expect(parseSizes(sizes)).toEqual({ downloadBytes: 1_396_000, diskBytes: 1_019_000 });
    // Of 20.1 MB some are there already.
    expect(parseSizes('Need to get 12.5 MB/20.1 MB of archives.').downloadBytes).toBe(12_500_000);
  });

  it.each`
    output                                                                                                                               | reason
    ${'E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 812 (apt-get)'}                                          | ${'APT_LOCKED'}
    ${"E: You don't have enough free space in /var/cache/apt/archives/."}                                                                | ${'DISK_FULL'}
    ${' cannot copy extracted data: failed to write (No space left on device)\nE: Sub-process /usr/bin/dpkg returned an error code (1)'} | ${'DISK_FULL'}
    ${"E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct the problem."}                                    | ${'DPKG_BROKEN'}
    ${'E: Held packages were changed and -y was used without --allow-change-held-packages.'}                                             | ${'HELD'}
    ${"Err:1 http://deb.debian.org x\n  Temporary failure resolving 'deb.debian.org'\nE: Failed to fetch http://x"}                      | ${'NETWORK'}
    ${'E: Unable to locate package nothing'}                                                                                             | ${'NOT_FOUND'}
    ${'E: Essential packages were removed and -y was used without --allow-remove-essential.'}                                            | ${'ESSENTIAL'}
    ${'Reading package lists...'}                                                                                                        | ${undefined}
  `('explains $reason', ({ output, reason }) => {
    expect(aptTool().explain(output, 100)).toBe(reason);
  });
});

describe('dnf, yum and zypper, by their documentation', () => {
  it('reads rpm and dnf', () => {
    const rpm =
      'openssl\tx86_64\t1:3.0.7-24.el9\nkernel\tx86_64\t(none):5.14.0-362.el9\nkernel\tx86_64\t(none):5.14.0-427.el9\npackage no is not installed\n';
    expect(plain(parseRpmQuery(rpm, ['openssl', 'kernel', 'no']))).toEqual({
      openssl: '1:3.0.7-24.el9',
      kernel: '5.14.0-427.el9',
      no: null,
    });
    const list =
      'Installed Packages\nopenssl.x86_64    1:3.0.7-24.el9    @baseos\nAvailable Packages\nopenssl.x86_64    1:3.0.7-27.el9    baseos\na-very-long-name-of-a-package.noarch\n                  0:2.0-1.el9       appstream\n';
    expect(plain(parseList(list, ['openssl', 'a-very-long-name-of-a-package']))).toEqual({
      openssl: '1:3.0.7-27.el9',
      'a-very-long-name-of-a-package': '2.0-1.el9',
    });
  });

  it('reads the table that is shown before the question', () => {
    const table = `Dependencies resolved.
================================================================================
 Package          Architecture   Version                Repository         Size
================================================================================
Upgrading:
 openssl          x86_64         1:3.0.7-27.el9         baseos            1.2 M
 openssl-libs     x86_64         1:3.0.7-27.el9         baseos            2.1 M
Removing dependent packages:
 old-plugin       noarch         2.0-1.el9              @appstream         10 k

Transaction Summary
================================================================================
Upgrade  2 Packages
`;
    expect(plain(parseTransaction(table))).toEqual({
      openssl: '1:3.0.7-27.el9',
      'openssl-libs': '1:3.0.7-27.el9',
      'old-plugin': null,
    });
    expect(dnfTool.explain('Error: Unable to find a match: nothing', 1)).toBe('NOT_FOUND');
  });

  it('reads zypper', () => {
    const info =
      'Information for package curl:\nName           : curl\nVersion        : 8.0.1-150400.5.53.2\n';
    expect(plain(parseZypperInfo(info, ['curl', 'no']))).toEqual({
      curl: '8.0.1-150400.5.53.2',
      no: null,
    });
    const plan =
      'The following 2 packages are going to be upgraded:\n  curl libcurl4\n\nThe following package is going to be REMOVED:\n  old\n\n2 packages to upgrade.\n';
    expect(plain(parseZypperPlan(plan))).toEqual({ curl: '', libcurl4: '', old: null });
    expect(zypperTool.explain('', 7)).toBe('LOCKED');
  });
});

describe('apk, by its documentation', () => {
  it('reads lists, policies and simulations', () => {
    expect(
      plain(parseApkList('zlib-1.3.1-r1 x86_64 {zlib} (Zlib) [installed]\n', ['zlib', 'no'])),
    ).toEqual({ zlib: '1.3.1-r1', no: null });
    const policy =
      'zlib policy:\n  1.3.1-r1:\n    lib/apk/db/installed\n  1.3.1-r2:\n    https://dl-cdn.alpinelinux.org/alpine/v3.20/main\n';
    expect(plain(parseApkPolicy(policy, ['zlib']))).toEqual({ zlib: '1.3.1-r2' });
    const plan =
      '(1/2) Upgrading zlib (1.3.1-r1 -> 1.3.1-r2)\n(2/2) Purging old (1.0-r0)\nOK: 8 MiB\n';
    expect(plain(parseApkPlan(plan))).toEqual({ zlib: '1.3.1-r2', old: null });
  });
});

describe('Windows and Apple, by their documentation', () => {
  it('reads the table of winget by where its headings begin', () => {
    const table =
      '\r   - \r   \\ \r\nName            Id              Version  Available Source\r\n---------------------------------------------------------\r\nMozilla Firefox Mozilla.Firefox 130.0    131.0.2   winget\r\n';
    expect(parseWingetTable(table, 'mozilla.firefox')).toEqual({
      version: '130.0',
      available: '131.0.2',
    });
    expect(
      parseWingetTable('No installed package found matching input criteria.', 'x'),
    ).toBeUndefined();
    expect(wingetTool.explain('', -1978335189)).toBe('NOT_AVAILABLE');
  });

  it('lets only numbers into the script for Windows Update', () => {
    const script = installUpdates(['KB5034441', "KB1'; Remove-Item C:\\ #", '5034123']);
    expect(script).toContain("@('5034441', '5034123')");
    expect(script).not.toContain('Remove-Item');
    expect(plain(parseUpdateList('KB5034441\r\n', ['KB5034441', 'kb1']))).toEqual({
      KB5034441: 'installed',
      kb1: null,
    });
  });

  it('reads softwareupdate and brew', () => {
    const listed =
      'Software Update found the following new or updated software:\n* Label: macOS Sonoma 14.5-23F79\n\tTitle: macOS Sonoma 14.5, Version: 14.5\n';
    expect([...parseSoftwareUpdates(listed)]).toEqual(['macOS_Sonoma_14.5-23F79']);
    expect(plain(parseBrewList('wget 1.24.5 1.25.0\n', ['wget', 'no']))).toEqual({
      wget: '1.25.0',
      no: null,
    });
    const info = JSON.stringify({
      formulae: [{ name: 'wget', full_name: 'wget', versions: { stable: '1.25.0' } }],
      casks: [{ token: 'firefox', version: '131.0,build' }],
    });
    expect(plain(parseBrewInfo(info, ['wget', 'firefox']))).toEqual({
      wget: '1.25.0',
      firefox: '131.0',
    });
    expect(plain(parseBrewInfo('not json', ['wget']))).toEqual({ wget: null });
  });

  it.each([
    ['1.10', '1.9', 1],
    ['1.0', '1.0.0', 0],
    ['2.0a', '2.0b', -1],
    ['130.0.1', '130.0', 1],
  ])('compares %s with %s', (a, b, order) => {
    expect(compareGeneric(a, b)).toBe(order);
    expect(compareGeneric(b, a)).toBe(order === 0 ? 0 : -order);
  });
});
