import { statSync } from 'node:fs';
import { compareDpkg } from '../../../../standards/versions/dpkg.ts';
import type { Machine } from '../../machine.ts';
import {
  bytesOf,
  explainBy,
  kernelPackage,
  type PackageTool,
  type Plan,
  type Sizes,
  type Versions,
} from './package-tool.ts';

export interface AptOptions {
  /** How long to wait for another apt or dpkg to finish, in seconds. */
  readonly lockSeconds: number;
}

/** apt and dpkg: Debian, Ubuntu and what comes from them. */
export function aptTool({ lockSeconds }: AptOptions = { lockSeconds: 120 }): PackageTool {
  const settings = [
    ['DPkg::Lock::Timeout', String(lockSeconds)],
    // Configuration files that somebody changed stay as they are.
    ['Dpkg::Options::', '--force-confdef'],
    ['Dpkg::Options::', '--force-confold'],
    ['Dpkg::Use-Pty', '0'],
    ['APT::Get::AutomaticRemove', 'false'],
    ['Acquire::Retries', '2'],
    ['Acquire::http::Timeout', '30'],
    ['Acquire::https::Timeout', '30'],
  ].flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const verb = {
    'package-upgrade': ['install', '--only-upgrade', '--no-remove'],
    'package-install': ['install', '--no-remove'],
    'package-remove': ['remove'],
  };
  const aptGet = (...args: readonly string[]) => ({
    command: 'apt-get',
    args: ['-q', '-y', ...settings, ...args],
  });
  return {
    manager: 'apt',
    environment: { DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true' },
    versions: installedVersions,
    refresh: aptGet('update'),
    async candidates(machine, names) {
      const { stdout } = await machine.ask('apt-cache', ['policy', ...names]);
      return parsePolicy(stdout, names);
    },
    async held(machine, names) {
      const { stdout } = await machine.ask('apt-mark', ['showhold', ...names]);
      const held = new Set(stdout.split('\n').map((line) => line.trim()));
      return new Set(names.filter((name) => held.has(name) || held.has(bare(name))));
    },
    plan: (change, names) => aptGet('-s', '-V', ...verb[change], ...names),
    readPlan: parseSimulation,
    sizes: (change, names) => aptGet('--print-uris', ...verb[change], ...names),
    readSizes: parseSizes,
    fetch: (change, names) =>
      change === 'package-remove'
        ? // Nothing to fetch; it still finds out whether the lock and the state are as needed.
          aptGet('check')
        : aptGet('--download-only', ...verb[change], ...names),
    apply: (change, targets) => [aptGet(...verb[change], ...targets.map(({ name }) => name))],
    explain: (output) => explainBy(rules, output),
    repair: { command: 'dpkg', args: ['--force-confdef', '--force-confold', '--configure', '-a'] },
    async audit(machine) {
      const { stdout } = await machine.ask('dpkg', ['--audit']);
      return stdout.trim();
    },
    async rebootNeeded(machine, { changed }) {
      if (changed.some((name) => kernelPackage.test(name))) return true;
      if (rebootRequiredSince(machine) !== undefined) return true;
      const { stdout } = await machine.ask('needrestart', ['-b', '-k']);
      // 1: the newest kernel runs. 2 and 3: a newer one waits.
      return /^NEEDRESTART-KSTA: [23]$/m.test(stdout);
    },
    compare: compareDpkg,
    downloadFolder: '/var/cache/apt/archives',
    installFolder: '/usr',
  };
}

/** The file by which packages of Debian's family ask for a restart; its time, if it is there. */
function rebootRequiredSince(machine: Machine): number | undefined {
  try {
    return statSync(machine.path('/run/reboot-required')).mtimeMs;
  } catch {
    return undefined;
  }
}

/** What apt-get and dpkg say (apt 2.6), and what it means. The first that is found counts. */
const rules: readonly (readonly [RegExp, string])[] = [
  [
    /Could not get lock|Unable to acquire the dpkg frontend lock|lock (was|is) locked|is another process using it|Unable to lock/i,
    'APT_LOCKED',
  ],
  [/No space left on device|don't have enough free space|not enough free disk space/i, 'DISK_FULL'],
  [
    /dpkg was interrupted|returned an error code|error processing (package|archive)|fix-broken install/i,
    'DPKG_BROKEN',
  ],
  [/Held packages were changed/i, 'HELD'],
  [
    /cannot be authenticated|unauthenticated packages|is not signed|NO_PUBKEY|Hash Sum mismatch/i,
    'UNTRUSTED',
  ],
  [
    /Failed to fetch|Unable to fetch|Temporary failure resolving|Could not connect|Connection (failed|timed out)|Undetermined Error/i,
    'NETWORK',
  ],
  [/Unable to locate package|has no installation candidate/i, 'NOT_FOUND'],
  [/Version '.*' for '.*' was not found/i, 'NOT_AVAILABLE'],
  [/Packages need to be removed but remove is disabled/i, 'WOULD_REMOVE'],
  [/Essential packages were removed/i, 'ESSENTIAL'],
  [/unmet dependencies|held broken packages/i, 'DEPENDENCIES'],
];

const bare = (name: string) => name.replace(/:[a-z0-9-]+$/, '');

async function installedVersions(machine: Machine, names: readonly string[]): Promise<Versions> {
  const format =
    '$' + '{Package}\\t$' + '{Architecture}\\t$' + '{Version}\\t$' + '{db:Status-Abbrev}\\n';
  const { exitCode, stdout, stderr } = await machine.ask('dpkg-query', [
    '-W',
    '-f',
    format,
    ...names.map(bare),
  ]);
  // 1: one of them is not known, which is an answer.
  if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr || `dpkg-query: ${exitCode}`);
  return parseDpkgQuery(stdout, names);
}

/**
 * Lines of package, architecture, version and status. Half-installed counts as there with its
 * version; removed with its configuration left, as not there. Of several architectures, an
 * unqualified name stands for the one that is listed first, the machine's own.
 */
export function parseDpkgQuery(stdout: string, names: readonly string[]): Versions {
  const found = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [name, arch, version, status] = line.split('\t');
    if (!name || !version || !status || !/^.[^nc]/.test(status)) continue;
    if (!found.has(name)) found.set(name, version);
    found.set(`${name}:${arch}`, version);
  }
  return new Map(names.map((name) => [name, found.get(name) ?? null]));
}

/** `apt-cache policy`: a paragraph for each package that is known at all. */
export function parsePolicy(stdout: string, names: readonly string[]): Versions {
  const candidates = new Map<string, string | null>();
  let current: string | undefined;
  for (const line of stdout.split('\n')) {
    const [, heading] = /^(\S+):$/.exec(line) ?? [];
    if (heading) current = heading;
    const [, candidate] = /^ {2}Candidate: (\S+)/.exec(line) ?? [];
    if (candidate && current) {
      candidates.set(current, candidate === '(none)' ? null : candidate);
    }
  }
  return new Map(
    names.map((name) => [name, candidates.get(name) ?? candidates.get(bare(name)) ?? null]),
  );
}

/** `apt-get -s`: lines `Inst name [old] (new …)` and `Remv name [old]`. */
export function parseSimulation(output: string): Plan {
  const changes = new Map<string, string | null>();
  for (const line of output.split('\n')) {
    const [, installed, version] = /^Inst (\S+) (?:\[\S+\] )?\((\S+) /.exec(line) ?? [];
    if (installed && version) changes.set(installed, version);
    const [, removed] = /^(?:Remv|Purg) (\S+)/.exec(line) ?? [];
    if (removed) changes.set(removed, null);
  }
  return changes;
}

/** What `apt-get --print-uris` says before the addresses. */
export function parseSizes(output: string): Sizes {
  const [, need, needUnit = ''] = /^Need to get ([\d.,]+) ([kMG]?B)/m.exec(output) ?? [];
  const [, disk, diskUnit = ''] =
    /^After this operation, ([\d.,]+) ([kMG]?B) of additional disk space/m.exec(output) ?? [];
  return {
    downloadBytes: need === undefined ? undefined : bytesOf(need, needUnit),
    diskBytes: disk === undefined ? undefined : bytesOf(disk, diskUnit),
  };
}
