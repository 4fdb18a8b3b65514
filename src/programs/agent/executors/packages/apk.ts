import { compareApk } from '../../../../standards/versions/apk.ts';
import {
  explainBy,
  kernelPackage,
  type PackageTool,
  type Plan,
  type Versions,
} from './package-tool.ts';

/** apk of Alpine, by its documentation and recorded outputs: it does not run where our tests run. */
const flags = ['--no-interactive', '--no-progress', '--wait', '120'];
const verb = {
  'package-upgrade': ['upgrade'],
  'package-install': ['add', '--upgrade'],
  'package-remove': ['del'],
};

export const apkTool: PackageTool = {
  manager: 'apk',
  async versions(machine, names) {
    const { exitCode, stdout, stderr } = await machine.ask('apk', ['list', '--installed']);
    if (exitCode !== 0) throw new Error(stderr || `apk: ${exitCode}`);
    return parseApkList(stdout, names);
  },
  refresh: { command: 'apk', args: ['update', ...flags] },
  async candidates(machine, names) {
    return parseApkPolicy((await machine.ask('apk', ['policy', ...names])).stdout, names);
  },
  plan: (change, names) => ({
    command: 'apk',
    args: [...verb[change], '--simulate', ...flags, ...names],
  }),
  readPlan: parseApkPlan,
  apply: (change, targets) => [
    { command: 'apk', args: [...verb[change], ...flags, ...targets.map(({ name }) => name)] },
  ],
  explain: (output) => explainBy(rules, output),
  repair: { command: 'apk', args: ['fix', ...flags] },
  rebootNeeded: async (_machine, { changed }) => changed.some((name) => kernelPackage.test(name)),
  compare: compareApk,
};

const rules: readonly (readonly [RegExp, string])[] = [
  [/Unable to lock database/i, 'LOCKED'],
  [/No space left on device/i, 'DISK_FULL'],
  [/UNTRUSTED signature|BAD signature|BAD archive/i, 'UNTRUSTED'],
  [
    /network error|temporary error|DNS|could not connect|operation timed out|remote server returned error/i,
    'NETWORK',
  ],
  [/\(no such package\)|required by: world\[/i, 'NOT_FOUND'],
  [/unable to select packages|breaks:|conflicts:/i, 'DEPENDENCIES'],
];

/** `zlib-1.3.1-r2 x86_64 {zlib} (Zlib) [installed]` */
export function parseApkList(stdout: string, names: readonly string[]): Versions {
  const found = new Map<string, string>();
  for (const line of stdout.split('\n')) {
    const [, name, version] = /^(\S+?)-(\d\S*-r\d+) /.exec(line) ?? [];
    if (name && version) found.set(name, version);
  }
  return new Map(names.map((name) => [name, found.get(name) ?? null]));
}

/** `zlib policy:`, then versions with two blanks, each with the places that have it. */
export function parseApkPolicy(stdout: string, names: readonly string[]): Versions {
  const newest = new Map<string, string>();
  let name: string | undefined;
  let version: string | undefined;
  for (const line of stdout.split('\n')) {
    const [, heading] = /^(\S+) policy:$/.exec(line) ?? [];
    const [, of] = /^ {2}(\S+):$/.exec(line) ?? [];
    if (heading) name = heading;
    else if (of) version = of;
    else if (name && version && /^ {4}\S/.test(line)) {
      const earlier = newest.get(name);
      if (earlier === undefined || compareApk(version, earlier) === 1) newest.set(name, version);
    }
  }
  return new Map(names.map((asked) => [asked, newest.get(asked) ?? null]));
}

/** `(1/2) Upgrading zlib (1.3.1-r1 -> 1.3.1-r2)`, `Installing x (v)`, `Purging x (v)`. */
export function parseApkPlan(output: string): Plan {
  const changes = new Map<string, string | null>();
  for (const line of output.split('\n')) {
    const [, how, name, versions] = /^\(\d+\/\d+\) (\w+) (\S+) \((.+)\)$/.exec(line) ?? [];
    if (!how || !name || !versions) continue;
    changes.set(name, how === 'Purging' ? null : (versions.split(' -> ').at(-1) ?? versions));
  }
  return changes;
}
