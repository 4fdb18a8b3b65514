import type { Action } from '../agent-protocol/api.ts';
import { actionSummary } from './summary.ts';

/** What somebody else has to do at one endpoint. */
export interface WorkRow {
  readonly endpointId: string;
  readonly hostname: string;
  readonly platform: string;
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly scopeName: string;
  readonly reason: string | null;
  readonly action: Action;
  /** Package to the version that is there. */
  readonly from: Readonly<Record<string, string | null>>;
  readonly findings: number;
}

type Packages = Extract<Action, { packages: unknown }>;
const packagesOf = ({ action }: WorkRow): Packages | null => ('packages' in action ? action : null);

/** Group of an inventory: endpoints at which the very same is to be done. */
function groupsOf(rows: readonly WorkRow[]): readonly { name: string; rows: readonly WorkRow[] }[] {
  const groups = [...Map.groupBy(rows, ({ action }) => JSON.stringify(action)).values()];
  return groups.map((of, at) => {
    const packages = packagesOf(of[0]!);
    return {
      name: `yojin_${packages?.manager.replaceAll('-', '_') ?? 'other'}_${at + 1}`,
      rows: of,
    };
  });
}

/** A value of an INI inventory, which Ansible reads by the rules of a shell. */
const quoted = (text: string) => `'${text.replace(/[\r\n\0]/g, ' ').replaceAll("'", "'\"'\"'")}'`;
/** Host names come from endpoints: what would be more than a name in an inventory is left out. */
const hostOf = (row: WorkRow) =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,252}$/.test(row.hostname)
    ? row.hostname
    : `endpoint-${row.endpointId}`;

/**
 * Source: Ansible, "How to build your inventory" (INI); a host with more than its name has
 * `key=value` behind it. Two endpoints of one name are told apart by their id.
 */
export function ansibleInventory(rows: readonly WorkRow[]): string {
  const names = inventoryNames(rows);
  const groups = groupsOf(rows).filter(({ rows: [first] }) => playable(first!) !== null);
  return groups
    .map(({ name, rows: of }) => {
      const hosts = of.map((row) => {
        const host = names.get(row)!;
        const address = hostOf(row);
        const more = host === address ? '' : ` ansible_host=${address}`;
        return `${host}${more} yojin_endpoint=${row.endpointId} yojin_scope=${quoted(row.scopeName)}`;
      });
      return `[${name}]\n${hosts.join('\n')}\n`;
    })
    .join('\n');
}

function inventoryNames(rows: readonly WorkRow[]): ReadonlyMap<WorkRow, string> {
  const count = Map.groupBy(rows, hostOf);
  return new Map(
    rows.map((row) => {
      const host = hostOf(row);
      return [row, count.get(host)!.length > 1 ? `${host}-${row.endpointId}` : host];
    }),
  );
}

const modules = {
  apt: 'ansible.builtin.apt',
  dnf: 'ansible.builtin.dnf',
  yum: 'ansible.builtin.dnf',
  zypper: 'community.general.zypper',
  apk: 'community.general.apk',
  'windows-update': 'ansible.windows.win_updates',
} as const;

function playable(row: WorkRow): keyof typeof modules | null {
  const manager = packagesOf(row)?.manager;
  return manager !== undefined && manager in modules ? (manager as keyof typeof modules) : null;
}

const text = (value: string) => JSON.stringify(value);

/**
 * One play per group. That the fixed versions really are there is part of it, so that a mirror that
 * lags behind fails instead of passing. JSON strings are YAML strings.
 *
 * Source: Ansible module documentation: apt (`only_upgrade`, `update_cache`), dnf (`name >= 1.0`
 * with blanks, `update_only`), community.general zypper (`name>=1.0`) and apk, ansible.windows
 * win_updates (`accept_list`).
 */
export function ansiblePlaybook(rows: readonly WorkRow[], title: string): string {
  const plays = groupsOf(rows).flatMap(({ name, rows: [first] }) => {
    const manager = playable(first!);
    const action = packagesOf(first!);
    return manager === null || action === null ? [] : [playOf(name, manager, action)];
  });
  const head = `# ${title.replace(/\p{Cc}/gu, ' ')}\n# Made by Yojin. Proof comes from observation, not from this play.\n---\n`;
  return plays.length === 0 ? `${head}[]\n` : head + plays.join('\n');
}

type Playable = keyof typeof modules;

function playOf(group: string, manager: Playable, action: Packages): string {
  const removes = action.type === 'package-remove';
  const lines = [`- name: ${text(actionSummary(action).en)}`, `  hosts: ${group}`];
  if (manager !== 'windows-update') lines.push('  become: true');
  lines.push('  tasks:', `    - name: "${removes ? 'Remove' : 'Bring up to date'}"`);
  lines.push(`      ${modules[manager]}:`, ...parametersOf(manager, action));
  if (!removes) lines.push(...checkOf(manager, action));
  return `${lines.join('\n')}\n`;
}

function parametersOf(manager: Playable, { type, packages }: Packages): readonly string[] {
  const removes = type === 'package-remove';
  const list = packages.map(({ name, atLeast }) => {
    if (removes || atLeast === undefined) return `          - ${text(name)}`;
    if (manager === 'dnf' || manager === 'yum')
      return `          - ${text(`${name} >= ${atLeast}`)}`;
    if (manager === 'zypper') return `          - ${text(`${name}>=${atLeast}`)}`;
    return `          - ${text(name)}`;
  });
  if (manager === 'windows-update') {
    return ['        accept_list:', ...list, '        state: installed'];
  }
  // zypper takes no version together with "latest".
  const newest = type === 'package-upgrade' && manager !== 'zypper';
  const state = removes ? 'absent' : newest ? 'latest' : 'present';
  const lines = ['        name:', ...list, `        state: ${state}`];
  if (removes) return lines;
  if (newest && manager === 'apt') lines.push('        only_upgrade: true');
  if (newest && (manager === 'dnf' || manager === 'yum')) lines.push('        update_only: true');
  return [...lines, '        update_cache: true'];
}

/** For tools that are not told a lowest version: the tool itself compares what is there then. */
function checkOf(manager: Playable, { packages }: Packages): readonly string[] {
  const compare = {
    apt: `dpkg --compare-versions "$(dpkg-query -W -f='$\{Version}' {{ item.name | quote }})" ge {{ item.at_least | quote }}`,
    apk: `apk info -e "$(printf '%s>=%s' {{ item.name | quote }} {{ item.at_least | quote }})"`,
  };
  const checked = packages.filter(({ atLeast }) => atLeast !== undefined);
  if ((manager !== 'apt' && manager !== 'apk') || checked.length === 0) return [];
  return [
    '    - name: "The fixed versions are there"',
    '      ansible.builtin.shell:',
    `        cmd: ${text(compare[manager])}`,
    '      changed_when: false',
    '      loop:',
    ...checked.map(
      ({ name, atLeast }) => `        - { name: ${text(name)}, at_least: ${text(atLeast!)} }`,
    ),
  ];
}

interface WorkCsvRow {
  readonly row: WorkRow;
  readonly name: string | null;
  readonly from: string | null;
  readonly atLeast: string | null;
}

/** One line per endpoint and package. */
export function workLines(rows: readonly WorkRow[]): readonly WorkCsvRow[] {
  return rows.flatMap((row): WorkCsvRow[] => {
    const action = packagesOf(row);
    if (action === null) return [{ row, name: null, from: null, atLeast: null }];
    return action.packages.map(({ name, atLeast = null }) => ({
      row,
      name,
      from: row.from[name] ?? null,
      atLeast,
    }));
  });
}

/** Updates that Windows endpoints need, each with how many; by number. */
export function updatesOf(rows: readonly WorkRow[]): readonly { kb: string; endpoints: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const action = packagesOf(row);
    if (action?.manager !== 'windows-update') continue;
    for (const { name } of action.packages) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .map(([kb, endpoints]) => ({ kb, endpoints }))
    .sort((a, b) => a.kb.localeCompare(b.kb, 'en', { numeric: true }));
}

/**
 * KB numbers as WSUS is searched and approved by them, one per line; lines with `#` are comments.
 * For PowerShell: `Get-Content list.txt | ? { $_ -notlike '#*' } | % { $kb = $_; Get-WsusUpdate
 * -Approval AnyExceptDeclined | ? { $_.Update.KnowledgebaseArticles -contains
 * $kb.Substring(2) } | Approve-WsusUpdate -Action Install -TargetGroupName 'All Computers' }`.
 * Source: Microsoft Learn, UpdateServices module, Get-WsusUpdate and Approve-WsusUpdate.
 */
export function wsusList(rows: readonly WorkRow[]): string {
  const lines = updatesOf(rows).map(({ kb }) => `${kb}\r\n`);
  return `# KB\r\n${lines.join('')}`;
}

/** Windows endpoints once each, by name. */
export function windowsHosts(rows: readonly WorkRow[]): readonly string[] {
  const hosts = rows.filter(({ platform }) => platform === 'windows').map(hostOf);
  return [...new Set(hosts)].sort();
}
