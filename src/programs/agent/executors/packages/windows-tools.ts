import { compareGeneric } from './loose-version.ts';
import { explainBy, type PackageTool, type Versions } from './package-tool.ts';

/** winget and Windows Update, by their documentation: neither runs where our tests run. */
const quiet = ['--exact', '--accept-source-agreements', '--disable-interactivity'];
const agreed = ['--silent', '--accept-package-agreements'];

/** Names are winget's package ids, e.g. `Mozilla.Firefox`. */
export const wingetTool: PackageTool = {
  manager: 'winget',
  async versions(machine, names) {
    const found = new Map<string, string | null>();
    for (const name of names) {
      const answer = await machine.ask('winget', ['list', '--id', name, ...quiet]);
      if (answer.exitCode === null) throw new Error(answer.stderr);
      found.set(name, parseWingetTable(answer.stdout, name)?.version ?? null);
    }
    return found;
  },
  async candidates(machine, names) {
    const found = new Map<string, string | null>();
    for (const name of names) {
      const { stdout } = await machine.ask('winget', ['show', '--id', name, ...quiet], {
        timeoutMs: 120_000,
      });
      found.set(name, /^\s*Version:\s*(\S+)/m.exec(stdout)?.[1] ?? null);
    }
    return found;
  },
  apply(change, targets) {
    const verb = {
      'package-upgrade': 'upgrade',
      'package-install': 'install',
      'package-remove': 'uninstall',
    };
    const more = change === 'package-remove' ? ['--silent'] : agreed;
    return targets.map(({ name }) => ({
      command: 'winget',
      args: [verb[change], '--id', name, ...quiet, ...more],
    }));
  },
  // "The machine must be restarted to finish" is a success that has not ended.
  goodExits: [0x8a150109, 0x8a150109 - 2 ** 32, 3010],
  explain: (output, exitCode) =>
    (exitCode === null ? undefined : wingetExits[exitCode >>> 0]) ?? explainBy(wingetRules, output),
  rebootNeeded: async (_machine, { exitCodes, output }) =>
    exitCodes.some((code) => code !== null && [0x8a150109, 3010].includes(code >>> 0)) ||
    /restart your (PC|computer)/i.test(output),
  compare: compareGeneric,
};

/** Exit codes as the winget project lists them. */
const wingetExits: Readonly<Record<number, string>> = {
  [0x8a150008]: 'NETWORK',
  [0x8a150011]: 'UNTRUSTED',
  [0x8a150014]: 'NOT_FOUND',
  [0x8a15002b]: 'NOT_AVAILABLE',
  [0x8a150061]: 'HELD',
  [0x8a150101]: 'IN_USE',
  [0x8a150102]: 'LOCKED',
  [0x8a150103]: 'IN_USE',
  [0x8a150105]: 'DISK_FULL',
  [0x8a150107]: 'NETWORK',
};

const wingetRules: readonly (readonly [RegExp, string])[] = [
  [/No (installed )?package found/i, 'NOT_FOUND'],
  [/No applicable (upgrade|update)|No available upgrade/i, 'NOT_AVAILABLE'],
  [/Installer hash does not match/i, 'UNTRUSTED'],
  [/InternetOpenUrl\(\) failed|Failed when (opening source|searching source)/i, 'NETWORK'],
];

/** A table whose columns begin where their headings do; a long name may be cut with `…`. */
export function parseWingetTable(
  stdout: string,
  id: string,
): { version: string; available: string | undefined } | undefined {
  const lines = stdout.replaceAll('\r\n', '\n').split('\n');
  // A progress bar rewrites its line: what counts is what stands last in it.
  const shown = lines.map((line) => line.split('\r').at(-1) ?? '');
  const heading = shown.find((line) => /\bId\s+Version\b/.test(line));
  if (heading === undefined) return undefined;
  const starts = [...heading.matchAll(/\S+/g)].map(({ index }) => index);
  const columns = [...heading.matchAll(/\S+/g)].map(([name]) => name);
  const cell = (line: string, column: string) => {
    const at = columns.indexOf(column);
    return at < 0 ? undefined : line.slice(starts[at], starts[at + 1]).trim() || undefined;
  };
  const row = shown.find((line) => cell(line, 'Id')?.toLowerCase() === id.toLowerCase());
  const version = row && cell(row, 'Version');
  return version ? { version, available: cell(row, 'Available') } : undefined;
}

/** Names are numbers of the Knowledge Base, e.g. `KB5034441`; versions are `installed`. */
export const windowsUpdateTool: PackageTool = {
  manager: 'windows-update',
  upgradeInstalls: true,
  async versions(machine, names) {
    const { command, args } = powershell(listUpdates('IsInstalled=1'));
    const { exitCode, stdout, stderr } = await machine.ask(command, args, { timeoutMs: 600_000 });
    if (exitCode !== 0) throw new Error(stderr || 'Windows Update does not answer');
    return parseUpdateList(stdout, names);
  },
  async candidates(machine, names) {
    const { command, args } = powershell(listUpdates('IsInstalled=0 and IsHidden=0'));
    const { stdout } = await machine.ask(command, args, { timeoutMs: 600_000 });
    return parseUpdateList(stdout, names);
  },
  apply: (change, targets) =>
    change === 'package-remove'
      ? targets.map(({ name }) => ({
          command: 'wusa.exe',
          args: ['/uninstall', `/kb:${name.replace(/^KB/i, '')}`, '/quiet', '/norestart'],
        }))
      : [powershell(installUpdates(targets.map(({ name }) => name)))],
  // 3010: restart needed.
  goodExits: [3010],
  explain: (output) => explainBy(updateRules, output),
  rebootNeeded: async (_machine, { exitCodes, output }) =>
    exitCodes.includes(3010) || /"reboot":\s*true/i.test(output),
  compare: compareGeneric,
};

const updateRules: readonly (readonly [RegExp, string])[] = [
  [/0x80070070/i, 'DISK_FULL'],
  [/0x80240016|0x80240009/i, 'LOCKED'],
  [/0x8024402c|0x80072ee[27]|0x80072efd|0x80072efe/i, 'NETWORK'],
  [/0x80070005/i, 'NOT_PRIVILEGED'],
];

const powershell = (script: string) => ({
  command: 'powershell.exe',
  args: ['-NoProfile', '-NonInteractive', '-EncodedCommand', encoded(script)],
});
const encoded = (script: string) => Buffer.from(script, 'utf16le').toString('base64');

const session =
  '$ErrorActionPreference = "Stop"; $s = New-Object -ComObject Microsoft.Update.Session;';

function listUpdates(criteria: string): string {
  return `${session}
foreach ($u in $s.CreateUpdateSearcher().Search("${criteria}").Updates) {
  foreach ($k in $u.KBArticleIDs) { "KB$k" }
}`;
}

/** Only numbers reach the script: a name is never part of a command. */
export function installUpdates(names: readonly string[]): string {
  const numbers = names.map((name) => /^(?:KB)?(\d{5,8})$/i.exec(name)?.[1]).filter(Boolean);
  return `${session}
$wanted = @(${numbers.map((number) => `'${number}'`).join(', ')});
$c = New-Object -ComObject Microsoft.Update.UpdateColl;
foreach ($u in $s.CreateUpdateSearcher().Search("IsInstalled=0 and IsHidden=0").Updates) {
  if ($u.KBArticleIDs | Where-Object { $wanted -contains $_ }) { $u.AcceptEula(); [void]$c.Add($u) }
}
if ($c.Count -eq 0) { "nothing to install"; exit 2 }
$d = $s.CreateUpdateDownloader(); $d.Updates = $c; [void]$d.Download();
$i = $s.CreateUpdateInstaller(); $i.Updates = $c; $r = $i.Install();
@{ result = $r.ResultCode; code = ("0x{0:x8}" -f $r.HResult); reboot = $r.RebootRequired } | ConvertTo-Json -Compress
if ($r.ResultCode -ne 2) { exit 1 }
if ($r.RebootRequired) { exit 3010 }`;
}

export function parseUpdateList(stdout: string, names: readonly string[]): Versions {
  const there = new Set(stdout.split(/\s+/).map((name) => name.toUpperCase()));
  return new Map(
    names.map((name) => {
      const number = name.toUpperCase().replace(/^(KB)?/, 'KB');
      return [name, there.has(number) ? 'installed' : null];
    }),
  );
}
