import { statSync } from 'node:fs';
import type { Machine } from '../../machine.ts';
import { compareGeneric } from './loose-version.ts';
import { explainBy, type PackageTool, type Versions } from './package-tool.ts';

/** softwareupdate and Homebrew, by their documentation: neither runs where our tests run. */

/**
 * Names are labels of `softwareupdate --list` with `_` for each blank, e.g.
 * `macOS_Sonoma_14.5-23F79`. What it lists is not installed; what it does not list is installed or
 * unknown to Apple, which cannot be told apart.
 */
export const softwareUpdateTool: PackageTool = {
  manager: 'softwareupdate',
  async versions(machine, names) {
    const labels = await listedLabels(machine);
    return new Map(names.map((name) => [name, labels.has(name) ? 'offered' : 'not-offered']));
  },
  async candidates(machine, names) {
    const labels = await listedLabels(machine);
    return new Map(names.map((name) => [name, labels.has(name) ? 'not-offered' : null]));
  },
  apply: (_change, targets) =>
    targets.map(({ name }) => ({
      command: 'softwareupdate',
      args: ['--install', name.replaceAll('_', ' '), '--agree-to-license'],
    })),
  explain: (output) => explainBy(appleRules, output),
  rebootNeeded: async (_machine, { output }) =>
    /restart(ed)? (is )?(required|your mac)|must restart/i.test(output),
  // "Not offered any more" comes after "offered".
  compare: (a, b) => (a === b ? 0 : a === 'not-offered' ? 1 : -1),
};

const appleRules: readonly (readonly [RegExp, string])[] = [
  [/No such update|No updates are available/i, 'NOT_FOUND'],
  [/not enough (free )?disk space|insufficient space/i, 'DISK_FULL'],
  [/offline|network connection|could not connect|timed out/i, 'NETWORK'],
];

async function listedLabels(machine: Machine): Promise<Set<string>> {
  const answer = await machine.ask('softwareupdate', ['--list'], { timeoutMs: 600_000 });
  if (answer.exitCode !== 0) throw new Error(answer.stderr || 'softwareupdate does not answer');
  return parseSoftwareUpdates(answer.stdout);
}

/** `* Label: macOS Sonoma 14.5-23F79` */
export function parseSoftwareUpdates(stdout: string): Set<string> {
  const labels = [...stdout.matchAll(/^\s*\* Label: (.+?)\s*$/gm)];
  return new Set(labels.map(([, label = '']) => label.replaceAll(' ', '_')));
}

/** Homebrew refuses to run as root: it runs as the owner of its folder. */
export const brewTool: PackageTool = {
  manager: 'brew',
  async versions(machine, names) {
    const { command, args } = brew('list', '--versions', ...names);
    const { exitCode, stdout, stderr } = await machine.ask(command, args);
    // 1: one of them is not there.
    if (exitCode !== 0 && exitCode !== 1) throw new Error(stderr || 'brew does not answer');
    return parseBrewList(stdout, names);
  },
  refresh: brew('update', '--quiet'),
  async candidates(machine, names) {
    const { command, args } = brew('info', '--json=v2', ...names);
    return parseBrewInfo((await machine.ask(command, args)).stdout, names);
  },
  async held(machine) {
    const { command, args } = brew('list', '--pinned');
    return new Set((await machine.ask(command, args)).stdout.split(/\s+/).filter(Boolean));
  },
  fetch: (change, names) =>
    change === 'package-remove' ? brew('list', ...names) : brew('fetch', ...names),
  apply(change, targets) {
    const verb = {
      'package-upgrade': 'upgrade',
      'package-install': 'install',
      'package-remove': 'uninstall',
    };
    return [brew(verb[change], ...targets.map(({ name }) => name))];
  },
  explain: (output) => explainBy(brewRules, output),
  rebootNeeded: async () => false,
  compare: compareGeneric,
};

const brewRules: readonly (readonly [RegExp, string])[] = [
  [/has already locked|Another active Homebrew/i, 'LOCKED'],
  [/No space left on device/i, 'DISK_FULL'],
  [/SHA256 mismatch/i, 'UNTRUSTED'],
  [/Could not resolve host|Failed to connect|curl: \(\d+\)/i, 'NETWORK'],
  [/No available formula|No formulae or casks found|No Cask with this name/i, 'NOT_FOUND'],
  [/because it is required by/i, 'WOULD_REMOVE'],
];

function brew(...args: readonly string[]) {
  const folder = ['/opt/homebrew/bin/brew', '/usr/local/bin/brew'].find(ownerOf);
  const program = folder ?? 'brew';
  const owner = ownerOf(program);
  if (process.getuid?.() !== 0 || !owner) return { command: program, args };
  return { command: 'sudo', args: ['-n', '-H', '-u', `#${owner}`, program, ...args] };
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

/** `wget 1.24.5 1.25.0`: of several, the last is the newest. */
export function parseBrewList(stdout: string, names: readonly string[]): Versions {
  const found = new Map(
    stdout.split('\n').map((line) => {
      const [name = '', ...versions] = line.trim().split(' ');
      return [name, versions.at(-1) ?? null] as const;
    }),
  );
  return new Map(names.map((name) => [name, found.get(name) ?? null]));
}

export function parseBrewInfo(stdout: string, names: readonly string[]): Versions {
  type Info = {
    formulae?: { name?: string; full_name?: string; versions?: { stable?: string } }[];
    casks?: { token?: string; version?: string }[];
  };
  let info: Info = {};
  try {
    info = JSON.parse(stdout) as Info;
  } catch {
    // It said something else: nothing is known of any.
  }
  const found = new Map<string, string>();
  for (const { name, full_name, versions } of info.formulae ?? []) {
    for (const key of [name, full_name])
      if (key && versions?.stable) found.set(key, versions.stable);
  }
  for (const { token, version } of info.casks ?? []) {
    if (token && version) found.set(token, version.split(',')[0]!);
  }
  return new Map(names.map((name) => [name, found.get(name) ?? null]));
}
