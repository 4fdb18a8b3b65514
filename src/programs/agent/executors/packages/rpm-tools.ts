import { compareRpm } from '../../../../standards/versions/rpm.ts';
import type { Machine } from '../../machine.ts';
import {
  explainBy,
  kernelPackage,
  type PackageTool,
  type Plan,
  type Versions,
} from './package-tool.ts';

/**
 * dnf, yum and zypper, by their documentation and recorded outputs: none of them runs on the
 * machines that our tests run on.
 */
const tongue = { LANG: 'C', LC_ALL: 'C' };

export const dnfTool: PackageTool = redHatTool('dnf');
export const yumTool: PackageTool = redHatTool('yum');

function redHatTool(manager: 'dnf' | 'yum'): PackageTool {
  const verb = {
    'package-upgrade': manager === 'dnf' ? 'upgrade' : 'update',
    'package-install': 'install',
    'package-remove': 'remove',
  };
  return {
    manager,
    environment: tongue,
    versions: installedByRpm,
    refresh: { command: manager, args: ['-q', '-y', 'makecache'] },
    async candidates(machine, names) {
      const { stdout } = await machine.ask(manager, ['-q', 'list', ...names], {
        timeoutMs: 300_000,
      });
      const installed = await installedByRpm(machine, names);
      const offered = parseList(stdout, names);
      return new Map(names.map((name) => [name, offered.get(name) ?? installed.get(name) ?? null]));
    },
    plan: (change, names) => ({ command: manager, args: ['--assumeno', verb[change], ...names] }),
    // Having been told "no", they end with 1.
    planExits: [1],
    readPlan: parseTransaction,
    fetch: (change, names) =>
      change === 'package-remove'
        ? { command: 'rpm', args: ['-q', ...names] }
        : { command: manager, args: ['-y', verb[change], '--downloadonly', ...names] },
    apply: (change, targets) => [
      { command: manager, args: ['-y', verb[change], ...targets.map(({ name }) => name)] },
    ],
    explain: (output) => explainBy(redHatRules, output),
    async rebootNeeded(machine, { changed }) {
      if (changed.some((name) => kernelPackage.test(name))) return true;
      // Of yum-utils and dnf-utils: 1 says that a restart is needed.
      const { exitCode, stdout } = await machine.ask('needs-restarting', ['-r']);
      return exitCode === 1 && /reboot is (required|suggested)/i.test(stdout);
    },
    compare: compareRpm,
  };
}

const redHatRules: readonly (readonly [RegExp, string])[] = [
  [
    /Waiting for process with pid|Another app is currently holding|lock is held by|rpmdb.*lock/i,
    'LOCKED',
  ],
  [
    /No space left on device|more space needed on|needs \S+ more space|insufficient space/i,
    'DISK_FULL',
  ],
  [/versionlock|filtered out by exclude|All matches were filtered/i, 'HELD'],
  [/GPG check FAILED|is not signed|Public key for .* is not installed/i, 'UNTRUSTED'],
  [
    /Cannot download|Curl error|Failed to download|Could not resolve host|Cannot find a valid baseurl|Errors during downloading/i,
    'NETWORK',
  ],
  [/No match for argument|Unable to find a match|No package .* available/i, 'NOT_FOUND'],
  [/would result in removing the following protected packages/i, 'ESSENTIAL'],
  [/Problem:|conflicting requests|nothing provides|Requires:/i, 'DEPENDENCIES'],
  [/Rpmdb checksum is invalid|rpmdb open failed|DB_RUNRECOVERY/i, 'RPM_BROKEN'],
];

/** `(none)` is how rpm writes an epoch that is not there. */
async function installedByRpm(machine: Machine, names: readonly string[]): Promise<Versions> {
  const format = '%{NAME}\\t%{ARCH}\\t%{EPOCH}:%{VERSION}-%{RELEASE}\\n';
  const { exitCode, stdout, stderr } = await machine.ask('rpm', ['-q', '--qf', format, ...names]);
  if (exitCode === null) throw new Error(stderr);
  return parseRpmQuery(stdout, names);
}

export function parseRpmQuery(stdout: string, names: readonly string[]): Versions {
  const found = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [name, arch, evr] = line.split('\t');
    if (!name || !arch || !evr) continue;
    const version = evr.replace(/^(\(none\)|0):/, '');
    // Kernels are kept side by side: the newest counts.
    for (const key of [name, `${name}.${arch}`]) {
      const earlier = found.get(key);
      if (earlier === undefined || compareRpm(version, earlier) === 1) found.set(key, version);
    }
  }
  return new Map(names.map((name) => [name, found.get(name) ?? null]));
}

/** `dnf list`: sections "Installed" and "Available" (or "Upgrades") of name.arch, version, source. */
export function parseList(stdout: string, names: readonly string[]): Versions {
  const found = new Map<string, string>();
  // A long name pushes the rest to the next line, which then begins with blanks.
  const lines = stdout.replace(/\n\s+(?=\S)/g, ' ').split('\n');
  for (const line of lines) {
    const [nameArch, evr, source] = line.trim().split(/\s+/);
    if (!nameArch?.includes('.') || !evr || !source) continue;
    const version = evr.replace(/^0:/, '');
    const name = nameArch.slice(0, nameArch.lastIndexOf('.'));
    for (const key of [name, nameArch]) {
      const earlier = found.get(key);
      if (earlier === undefined || compareRpm(version, earlier) === 1) found.set(key, version);
    }
  }
  return new Map(names.map((name) => [name, found.get(name) ?? null]));
}

/** The table that dnf and yum show before they ask: sections, then ` name arch version repo size`. */
export function parseTransaction(output: string): Plan {
  const changes = new Map<string, string | null>();
  let removing = false;
  let within = false;
  for (const line of output.split('\n')) {
    if (/^Transaction Summary/.test(line)) break;
    const heading = /^(Installing|Upgrading|Updating|Removing|Downgrading|Reinstalling)\b.*:$/.exec(
      line,
    );
    if (heading) {
      removing = heading[1] === 'Removing';
      within = true;
      continue;
    }
    const [, name, , version] =
      /^ {1,2}(\S+)\s+(\S+)\s+(\S+)\s+\S+\s+[\d.]+ ?\S*$/.exec(line) ?? [];
    if (within && name && version) changes.set(name, removing ? null : version.replace(/^0:/, ''));
  }
  return changes;
}

const zypper = (...args: readonly string[]) => ({
  command: 'zypper',
  args: ['--non-interactive', '--no-color', ...args],
});

export const zypperTool: PackageTool = {
  manager: 'zypper',
  environment: { ...tongue, ZYPP_LOCK_TIMEOUT: '120' },
  versions: installedByRpm,
  refresh: zypper('refresh'),
  async candidates(machine, names) {
    const { command, args } = zypper('--no-refresh', 'info', ...names);
    const { stdout } = await machine.ask(command, args, { timeoutMs: 300_000 });
    return parseZypperInfo(stdout, names);
  },
  plan: (change, names) => zypper('--no-refresh', ...zypperVerb[change], '--dry-run', ...names),
  readPlan: parseZypperPlan,
  fetch: (change, names) =>
    change === 'package-remove'
      ? { command: 'rpm', args: ['-q', ...names] }
      : zypper('--no-refresh', ...zypperVerb[change], '--download-only', ...names),
  apply: (change, targets) => [
    zypper('--no-refresh', ...zypperVerb[change], ...targets.map(({ name }) => name)),
  ],
  // Restart of the machine needed; restart of zypper itself needed; scripts of packages complained.
  goodExits: [102, 103, 107],
  explain(output, exitCode) {
    if (exitCode === 7) return 'LOCKED';
    if (exitCode === 104) return 'NOT_FOUND';
    return explainBy(zypperRules, output);
  },
  async rebootNeeded(machine, { exitCodes, changed }) {
    if (exitCodes.includes(102) || changed.some((name) => kernelPackage.test(name))) return true;
    return (await machine.ask('zypper', ['needs-rebooting'])).exitCode === 102;
  },
  compare: compareRpm,
};

const zypperVerb = {
  'package-upgrade': ['update'],
  'package-install': ['install'],
  'package-remove': ['remove'],
};

const zypperRules: readonly (readonly [RegExp, string])[] = [
  [/System management is locked/i, 'LOCKED'],
  [/No space left on device|not enough disk space|Insufficient disk space/i, 'DISK_FULL'],
  [/is locked|locked by/i, 'HELD'],
  [/Signature verification failed|is not signed/i, 'UNTRUSTED'],
  [
    /Download \(curl\) error|Could not resolve host|Timeout exceeded|Failed to (download|provide)/i,
    'NETWORK',
  ],
  [/No provider of|not found in package names/i, 'NOT_FOUND'],
  [/nothing provides|conflicts with|Problem: /i, 'DEPENDENCIES'],
];

/** `zypper info`: a paragraph with `Name : x` and `Version : y` for each. */
export function parseZypperInfo(stdout: string, names: readonly string[]): Versions {
  const found = new Map<string, string>();
  let name: string | undefined;
  for (const line of stdout.split('\n')) {
    const [, key, value] = /^(Name|Version)\s*:\s*(\S+)/.exec(line) ?? [];
    if (key === 'Name') name = value;
    else if (key === 'Version' && name && value) found.set(name, value);
  }
  return new Map(names.map((asked) => [asked, found.get(asked) ?? null]));
}

/** Lists of names in lines with two blanks, under "The following … going to be …:". */
export function parseZypperPlan(output: string): Plan {
  const changes = new Map<string, string | null>();
  let kind: 'change' | 'remove' | undefined;
  for (const line of output.split('\n')) {
    const [, how] = /^The following .*?(?:is|are) going to be ([a-z-]+)/i.exec(line) ?? [];
    if (how) kind = /^removed/i.test(how) ? 'remove' : 'change';
    else if (/^ {2}\S/.test(line) && kind) {
      for (const name of line.trim().split(/\s+/)) {
        changes.set(name, kind === 'remove' ? null : '');
      }
    } else kind = undefined;
  }
  return changes;
}
