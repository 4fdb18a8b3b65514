import type { Platform, Row } from '../../modules/assets/public.ts';
import type { Host } from './host.ts';
import { rowsOfPart } from './inventory.ts';
import { portsOf } from './inventory-network.ts';
import { roll } from './random.ts';

/** A table of osquery as far as it is simulated: its columns, and its rows at an endpoint. */
export interface SimulatedTable {
  readonly platforms: readonly Platform[];
  /** Text columns; those of `numbers` hold whole numbers. */
  readonly columns: readonly string[];
  readonly numbers?: readonly string[];
  readonly rows: (host: Host, nowSeconds: number) => readonly Row[];
}

const everywhere: readonly Platform[] = ['linux', 'darwin', 'windows'];
const posix: readonly Platform[] = ['linux', 'darwin'];
const part = (host: Host, name: string): readonly Row[] => rowsOfPart(host, name) ?? [];

/** What it reports of itself when it enrols, too. */
export function systemInfo(host: Host): Row {
  const [hardware = {}] = part(host, 'hardware');
  return {
    hostname: host.hostname,
    uuid: host.uuid,
    cpu_type: host.platform === 'darwin' ? 'arm64e' : 'x86_64',
    cpu_subtype: '1',
    // As the firmware has it: forty-eight bytes, filled up with NUL.
    cpu_brand: (hardware['cpu_brand'] ?? '').padEnd(48, '\0'),
    cpu_physical_cores: hardware['cpu_physical_cores'] ?? '',
    cpu_logical_cores: hardware['cpu_logical_cores'] ?? '',
    cpu_sockets: '1',
    cpu_microcode: '0x1000065',
    physical_memory: hardware['physical_memory'] ?? '',
    hardware_vendor: hardware['hardware_vendor'] ?? '',
    hardware_model: hardware['hardware_model'] ?? '',
    hardware_version: hardware['hardware_version'] ?? '',
    hardware_serial: hardware['hardware_serial'] ?? '',
    board_vendor: hardware['board_vendor'] ?? '',
    board_model: hardware['board_model'] ?? '',
    board_serial: hardware['board_serial'] ?? '',
    computer_name: host.computerName,
    local_hostname: host.hostname,
  };
}

export function osVersion(host: Host): Row {
  const [os = {}] = part(host, 'os');
  const { kernel_version: _, ...row } = os;
  return row;
}

const platformMasks = { linux: '9', darwin: '21', windows: '2' } as const;

export function osqueryInfo(host: Host): Row {
  return {
    build_distro:
      host.platform === 'linux' ? 'centos7' : host.platform === 'darwin' ? '10.14' : '10',
    build_platform: host.platform,
    config_hash: '',
    config_valid: '0',
    extensions: 'inactive',
    instance_id: host.instanceId,
    pid: String(700 + (host.salt % 4000)),
    platform_mask: platformMasks[host.platform],
    start_time: String(host.bootedAtSeconds + 30),
    uuid: host.uuid,
    version: '5.23.1',
    watcher: '-1',
  };
}

/** Processes: those that listen, and what runs on every such system. */
function processes(host: Host): Row[] {
  const usual = usualProcesses[host.platform];
  const listening = portsOf(host).map(({ process, path }) => [process, path] as const);
  const named = new Map<string, string>([...usual, ...listening]);
  return [...named].map(([name, path], at) => ({
    pid: String(pidOf(host, at)),
    name,
    path,
    cmdline: path,
    state: 'S',
    uid: at % 3 === 0 ? '0' : '1000',
    gid: '0',
    parent: '1',
    threads: String(1 + (at % 9)),
    resident_size: String(4_194_304 + at * 1_048_576),
    start_time: String(host.bootedAtSeconds + at),
    on_disk: '1',
  }));
}

const pidOf = (host: Host, at: number) => 1 + at * 37 + Math.floor(roll(host.salt, at) * 30);

const usualProcesses: Readonly<Record<Platform, readonly (readonly [string, string])[]>> = {
  linux: [
    ['systemd', '/usr/lib/systemd/systemd'],
    ['systemd-journald', '/usr/lib/systemd/systemd-journald'],
    ['systemd-udevd', '/usr/lib/systemd/systemd-udevd'],
    ['dbus-daemon', '/usr/bin/dbus-daemon'],
    ['cron', '/usr/sbin/cron'],
    ['rsyslogd', '/usr/sbin/rsyslogd'],
    ['osqueryd', '/opt/osquery/bin/osqueryd'],
    ['bash', '/usr/bin/bash'],
    ['agetty', '/usr/sbin/agetty'],
  ],
  darwin: [
    ['launchd', '/sbin/launchd'],
    ['WindowServer', '/System/Library/PrivateFrameworks/SkyLight.framework/Resources/WindowServer'],
    ['Finder', '/System/Library/CoreServices/Finder.app/Contents/MacOS/Finder'],
    ['Google Chrome', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['Slack', '/Applications/Slack.app/Contents/MacOS/Slack'],
    ['osqueryd', '/opt/osquery/lib/osquery.app/Contents/MacOS/osqueryd'],
    [
      'mds',
      '/System/Library/Frameworks/CoreServices.framework/Versions/A/Frameworks/Metadata.framework/Support/mds',
    ],
  ],
  windows: [
    ['System', ''],
    ['smss.exe', 'C:\\Windows\\System32\\smss.exe'],
    ['csrss.exe', 'C:\\Windows\\System32\\csrss.exe'],
    ['lsass.exe', 'C:\\Windows\\System32\\lsass.exe'],
    ['svchost.exe', 'C:\\Windows\\System32\\svchost.exe'],
    ['explorer.exe', 'C:\\Windows\\explorer.exe'],
    [
      'MsMpEng.exe',
      'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25090.3009-0\\MsMpEng.exe',
    ],
    ['chrome.exe', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe'],
    ['OUTLOOK.EXE', 'C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE'],
    ['osqueryd.exe', 'C:\\Program Files\\osquery\\osqueryd\\osqueryd.exe'],
  ],
};

/** Tables that simulated endpoints have; any other name is `no such table`, as with osquery. */
export const simulatedTables: Readonly<Record<string, SimulatedTable>> = {
  os_version: {
    platforms: everywhere,
    columns: ['name', 'version', 'build', 'platform', 'platform_like', 'codename', 'arch'],
    numbers: ['major', 'minor', 'patch'],
    rows: (host) => [osVersion(host)],
  },
  system_info: {
    platforms: everywhere,
    columns: [
      'hostname',
      'uuid',
      'cpu_type',
      'cpu_subtype',
      'cpu_brand',
      'cpu_microcode',
      'hardware_vendor',
      'hardware_model',
      'hardware_version',
      'hardware_serial',
      'board_vendor',
      'board_model',
      'board_serial',
      'computer_name',
      'local_hostname',
    ],
    numbers: ['cpu_physical_cores', 'cpu_logical_cores', 'cpu_sockets', 'physical_memory'],
    rows: (host) => [systemInfo(host)],
  },
  osquery_info: {
    platforms: everywhere,
    columns: [
      'uuid',
      'instance_id',
      'version',
      'config_hash',
      'extensions',
      'build_platform',
      'build_distro',
    ],
    numbers: ['pid', 'config_valid', 'start_time', 'watcher', 'platform_mask'],
    rows: (host) => [osqueryInfo(host)],
  },
  uptime: {
    platforms: everywhere,
    columns: [],
    numbers: ['days', 'hours', 'minutes', 'seconds', 'total_seconds'],
    rows({ bootedAtSeconds }, nowSeconds) {
      const total = Math.max(0, nowSeconds - bootedAtSeconds);
      return [
        {
          days: String(Math.floor(total / 86_400)),
          hours: String(Math.floor(total / 3600) % 24),
          minutes: String(Math.floor(total / 60) % 60),
          seconds: String(total % 60),
          total_seconds: String(total),
        },
      ];
    },
  },
  kernel_info: {
    platforms: everywhere,
    columns: ['version', 'arguments', 'path', 'device'],
    rows: (host) => [{ version: host.os.kernel, arguments: '', path: '', device: '' }],
  },
  users: {
    platforms: everywhere,
    columns: ['username', 'description', 'directory', 'shell', 'uuid', 'type'],
    numbers: ['uid', 'gid', 'uid_signed', 'gid_signed'],
    rows: (host) =>
      part(host, 'users').map((row) => ({
        ...row,
        uuid: row['sid'] ?? '',
        uid_signed: row['uid'] ?? '',
        gid_signed: row['gid'] ?? '',
        type: host.platform === 'windows' ? 'local' : '',
      })),
  },
  groups: {
    platforms: everywhere,
    columns: ['groupname', 'group_sid', 'comment'],
    numbers: ['gid', 'gid_signed'],
    rows: (host) =>
      part(host, 'groups').map((row) => ({
        ...row,
        gid_signed: row['gid'] ?? '',
        group_sid: row['gid'] === '544' ? 'S-1-5-32-544' : '',
      })),
  },
  user_groups: {
    platforms: everywhere,
    columns: [],
    numbers: ['uid', 'gid'],
    rows(host) {
      const ids = new Map(part(host, 'users').map((row) => [row['username'], row['uid'] ?? '']));
      return part(host, 'groups').flatMap(({ gid = '', members = '' }) =>
        members
          .split(' ')
          .filter(Boolean)
          .map((name) => ({ uid: ids.get(name) ?? '', gid })),
      );
    },
  },
  logged_in_users: {
    platforms: everywhere,
    columns: ['type', 'user', 'tty', 'host', 'sid'],
    numbers: ['time', 'pid'],
    rows: (host) =>
      host.accounts.slice(0, 1).map(({ name }) => ({
        type: host.platform === 'windows' ? 'active' : 'user',
        user: name,
        tty: 'console',
        host: '',
        sid: '',
        time: String(host.lastDay * 86_400 + 30_000),
        pid: '900',
      })),
  },
  processes: {
    platforms: everywhere,
    columns: ['name', 'path', 'cmdline', 'state'],
    numbers: ['pid', 'uid', 'gid', 'parent', 'threads', 'resident_size', 'start_time', 'on_disk'],
    rows: processes,
  },
  listening_ports: {
    platforms: everywhere,
    columns: ['address', 'path'],
    numbers: ['pid', 'port', 'protocol', 'family', 'socket', 'fd'],
    rows(host) {
      const pids = new Map(processes(host).map((row) => [row['name'], row['pid'] ?? '']));
      return portsOf(host).map(({ protocol, address, port, process }) => ({
        pid: pids.get(process) ?? '',
        port: String(port),
        protocol: protocol === 'tcp' ? '6' : '17',
        family: address.includes(':') ? '10' : '2',
        address,
        path: '',
        socket: '0',
        fd: '3',
      }));
    },
  },
  interface_addresses: {
    platforms: everywhere,
    columns: ['interface', 'address', 'mask', 'broadcast', 'type'],
    rows: (host) =>
      part(host, 'addresses').map((row) => ({ ...row, broadcast: '', type: 'manual' })),
  },
  interface_details: {
    platforms: everywhere,
    columns: ['interface', 'mac', 'friendly_name'],
    numbers: ['mtu'],
    rows: (host) =>
      part(host, 'interfaces').map((row) => ({ ...row, friendly_name: row['label'] ?? '' })),
  },
  deb_packages: {
    platforms: ['linux'],
    columns: ['name', 'version', 'source', 'arch', 'revision', 'status', 'maintainer'],
    numbers: ['size'],
    rows: (host) =>
      part(host, 'software-deb').map((row) => ({
        ...row,
        size: '0',
        revision: row['version']?.split('-').slice(1).join('-') ?? '',
        status: 'install ok installed',
      })),
  },
  rpm_packages: {
    platforms: ['linux'],
    columns: ['name', 'version', 'release', 'source', 'arch', 'vendor'],
    numbers: ['epoch', 'size'],
    rows: (host) => part(host, 'software-rpm').map((row) => ({ ...row, size: '0' })),
  },
  programs: {
    platforms: ['windows'],
    columns: [
      'name',
      'version',
      'publisher',
      'identifying_number',
      'install_location',
      'install_date',
    ],
    rows: (host) =>
      part(host, 'software-windows-program').map((row) => ({
        ...row,
        install_location: '',
        install_date: '20260914',
      })),
  },
  patches: {
    platforms: ['windows'],
    columns: ['csname', 'hotfix_id', 'caption', 'description', 'installed_by', 'installed_on'],
    rows: (host) => part(host, 'patches').map((row) => ({ ...row, csname: host.hostname })),
  },
  services: {
    platforms: ['windows'],
    columns: ['name', 'display_name', 'status', 'start_type', 'path', 'user_account'],
    rows: (host) =>
      part(host, 'services').map((row) => ({
        ...row,
        display_name: row['description'] ?? '',
        status: row['state'] === 'running' ? 'RUNNING' : 'STOPPED',
        start_type: row['start']?.toUpperCase() ?? '',
        user_account: row['account'] ?? '',
      })),
  },
  bitlocker_info: {
    platforms: ['windows'],
    columns: ['drive_letter', 'encryption_method'],
    numbers: ['protection_status', 'conversion_status'],
    rows: (host) => [
      {
        drive_letter: 'C:',
        encryption_method: host.encrypted ? 'XTS-AES 256' : 'None',
        protection_status: host.encrypted ? '1' : '0',
        conversion_status: host.encrypted ? '1' : '0',
      },
    ],
  },
  disk_encryption: {
    platforms: posix,
    columns: ['name', 'uuid', 'type', 'encryption_status', 'filevault_status'],
    numbers: ['encrypted'],
    rows: (host) =>
      part(host, 'disk-encryption').map((row) => ({
        name: row['volume'] ?? '',
        uuid: '',
        type: row['method'] ?? '',
        encrypted: row['encrypted'] ?? '',
        encryption_status: row['status'] ?? '',
        filevault_status: row['status'] ?? '',
      })),
  },
  mounts: {
    platforms: posix,
    columns: ['device', 'path', 'type', 'flags'],
    numbers: ['blocks', 'blocks_size'],
    rows: (host) =>
      part(host, 'mounts').map((row) => ({
        ...row,
        blocks: String(Math.floor(Number(row['size_bytes']) / 4096)),
        blocks_size: '4096',
      })),
  },
  systemd_units: {
    platforms: ['linux'],
    columns: [
      'id',
      'description',
      'load_state',
      'active_state',
      'sub_state',
      'unit_file_state',
      'fragment_path',
      'user',
    ],
    rows: (host) =>
      part(host, 'services').map((row) => ({
        id: row['name'] ?? '',
        description: row['description'] ?? '',
        load_state: 'loaded',
        active_state:
          row['state'] === 'failed' ? 'failed' : row['state'] === 'stopped' ? 'inactive' : 'active',
        sub_state:
          row['state'] === 'running' ? 'running' : row['state'] === 'active' ? 'exited' : 'dead',
        unit_file_state: row['start'] ?? '',
        fragment_path: row['path'] ?? '',
        user: row['account'] ?? '',
      })),
  },
  sudoers: {
    platforms: posix,
    columns: ['source', 'header', 'rule_details'],
    rows: (host) => part(host, 'sudoers'),
  },
  apps: {
    platforms: ['darwin'],
    columns: ['name', 'path', 'bundle_identifier', 'bundle_short_version', 'bundle_version'],
    rows: (host) =>
      part(host, 'software-macos-app').map((row) => ({
        ...row,
        path: `/Applications/${row['name']}`,
      })),
  },
  homebrew_packages: {
    platforms: ['darwin'],
    columns: ['name', 'path', 'version', 'type'],
    rows: (host) => part(host, 'software-homebrew').map((row) => ({ ...row, type: 'formula' })),
  },
  certificates: {
    platforms: everywhere,
    columns: [
      'common_name',
      'subject2',
      'issuer2',
      'serial',
      'sha1',
      'key_algorithm',
      'signing_algorithm',
      'path',
    ],
    numbers: ['ca', 'self_signed', 'not_valid_before', 'not_valid_after', 'key_strength'],
    rows: (host) =>
      part(host, 'certificates').map((row) => ({
        ...row,
        subject2: row['subject'] ?? '',
        issuer2: row['issuer'] ?? '',
      })),
  },
  python_packages: {
    platforms: everywhere,
    columns: ['name', 'version', 'directory'],
    numbers: ['uid'],
    rows: (host) => part(host, 'software-python').map((row) => ({ ...row, uid: '0' })),
  },
  npm_packages: {
    platforms: everywhere,
    columns: ['name', 'version'],
    rows: (host) => part(host, 'software-npm'),
  },
  chrome_extensions: {
    platforms: everywhere,
    columns: ['browser_type', 'name', 'identifier', 'version'],
    numbers: ['uid'],
    rows: (host) =>
      part(host, 'software-chrome-extension').map((row) => ({ ...row, uid: firstUid(host) })),
  },
  firefox_addons: {
    platforms: everywhere,
    columns: ['name', 'identifier', 'creator', 'version', 'location'],
    numbers: ['uid'],
    rows: (host) =>
      part(host, 'software-firefox-addon').map((row) => ({
        ...row,
        uid: firstUid(host),
        location: 'app-profile',
      })),
  },
  vscode_extensions: {
    platforms: everywhere,
    columns: ['name', 'uuid', 'version', 'publisher', 'vscode_edition'],
    numbers: ['uid'],
    rows: (host) =>
      part(host, 'software-vscode-extension').map((row) => ({ ...row, uid: firstUid(host) })),
  },
};

const firstUid = (host: Host): string =>
  part(host, 'users').find(({ username }) => username === host.accounts.at(-1)?.name)?.['uid'] ??
  '0';
