import type { Row } from '../../modules/assets/public.ts';
import type { Host, PartRows, Port } from './host.ts';
import { roll } from './random.ts';

const interfaceOf = ({ platform, salt }: Host) =>
  platform === 'windows'
    ? { interface: String(3 + (salt % 17)), label: salt % 3 === 0 ? 'イーサネット' : 'Wi-Fi' }
    : { interface: platform === 'darwin' ? 'en0' : 'ens192', label: '' };

/** Interfaces, addresses, listening ports, services and certificates of a simulated endpoint. */
export const networkRows: Readonly<Record<string, PartRows>> = {
  interfaces: (host) => [{ ...interfaceOf(host), mac: host.mac, mtu: '1500' }],
  addresses(host) {
    const { interface: name } = interfaceOf(host);
    return [
      { interface: name, address: host.address, mask: '255.255.255.0' },
      {
        interface: name,
        address: `2001:db8:${(host.index >> 16).toString(16)}:${(host.index & 0xffff).toString(16)}::${host.addressEnd.toString(16)}`,
        mask: 'ffff:ffff:ffff:ffff::',
      },
    ];
  },
  ports: (host) => portsOf(host).map(({ port, ...place }) => ({ ...place, port: String(port) })),
  'port-packages': (host) =>
    host.kind === 'debian'
      ? [...new Set(portsOf(host).map(({ path }) => path))]
          .filter((path) => Object.hasOwn(debianOwners, path))
          .map((path) => ({ package: debianOwners[path]!, path }))
      : [],
  services(host) {
    const list = servicesBy[host.platform];
    return list
      .filter((_, at) => roll(host.salt ^ 0x1234, at) < 0.94)
      .map((row, at) =>
        // A few are stopped, or failed, here and there.
        roll(host.salt ^ 0x4321, at) < 0.03 && row['state'] === 'running'
          ? { ...row, state: host.platform === 'linux' ? 'failed' : 'stopped' }
          : row,
      );
  },
  certificates: (host) => [
    ...(host.platform === 'linux' && host.role === 'desktop' ? [] : authorities),
    ...(host.role === 'server' ? [ownCertificate(host)] : []),
  ],
};

export function portsOf(host: Host): readonly Port[] {
  const fixed =
    host.platform === 'windows' ? windowsPorts : host.platform === 'darwin' ? macPorts : linuxPorts;
  const common = fixed.filter(([, share], at) => roll(host.salt ^ 0x77, at) < share[host.role]);
  return [...common.map(([port]) => port), ...host.extraPorts];
}

/** Which Debian package a program that listens belongs to. */
const debianOwners: Readonly<Record<string, string>> = {
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/sbin/chronyd': 'chrony',
  '/usr/lib/systemd/systemd-resolved': 'systemd-resolved',
  '/usr/sbin/NetworkManager': 'network-manager',
  '/usr/sbin/nginx': 'nginx',
  '/usr/sbin/apache2': 'apache2-bin',
  '/usr/lib/postfix/sbin/master': 'postfix',
  '/usr/lib/postgresql/15/bin/postgres': 'postgresql-15',
  '/usr/sbin/mariadbd': 'mariadb-server-core',
  '/usr/bin/redis-check-rdb': 'redis-tools',
  '/usr/sbin/snmpd': 'snmpd',
  '/usr/sbin/cupsd': 'cups-daemon',
  '/usr/sbin/avahi-daemon': 'avahi-daemon',
};

type Shared = readonly [Port, { readonly server: number; readonly desktop: number }];
const listens = (
  protocol: 'tcp' | 'udp',
  address: string,
  port: number,
  path: string,
  server: number,
  desktop: number,
): Shared => [
  { protocol, address, port, process: path.split(/[\\/]/).at(-1)!, path },
  { server, desktop },
];

const linuxPorts: readonly Shared[] = [
  listens('tcp', '0.0.0.0', 22, '/usr/sbin/sshd', 0.98, 0.45),
  listens('tcp', '::', 22, '/usr/sbin/sshd', 0.98, 0.45),
  listens('udp', '127.0.0.1', 323, '/usr/sbin/chronyd', 0.8, 0.5),
  listens('udp', '127.0.0.53', 53, '/usr/lib/systemd/systemd-resolved', 0.3, 0.7),
  listens('udp', '0.0.0.0', 68, '/usr/sbin/NetworkManager', 0.1, 0.7),
  listens('tcp', '0.0.0.0', 80, '/usr/sbin/nginx', 0.3, 0.02),
  listens('tcp', '0.0.0.0', 443, '/usr/sbin/nginx', 0.28, 0.02),
  listens('tcp', '::', 443, '/usr/sbin/apache2', 0.12, 0.01),
  listens('tcp', '127.0.0.1', 25, '/usr/lib/postfix/sbin/master', 0.4, 0.05),
  listens('tcp', '0.0.0.0', 25, '/usr/lib/postfix/sbin/master', 0.04, 0),
  listens('tcp', '127.0.0.1', 5432, '/usr/lib/postgresql/15/bin/postgres', 0.2, 0.04),
  listens('tcp', '0.0.0.0', 5432, '/usr/lib/postgresql/15/bin/postgres', 0.06, 0.01),
  listens('tcp', '0.0.0.0', 3306, '/usr/sbin/mariadbd', 0.08, 0.01),
  listens('tcp', '127.0.0.1', 6379, '/usr/bin/redis-check-rdb', 0.12, 0.02),
  listens('tcp', '0.0.0.0', 10050, '/usr/sbin/zabbix_agent2', 0.4, 0),
  listens('udp', '0.0.0.0', 161, '/usr/sbin/snmpd', 0.28, 0),
  listens('tcp', '127.0.0.1', 631, '/usr/sbin/cupsd', 0.02, 0.8),
  listens('udp', '0.0.0.0', 5353, '/usr/sbin/avahi-daemon', 0.02, 0.8),
];
const system32 = 'C:\\Windows\\System32';
const windowsPorts: readonly Shared[] = [
  listens('tcp', '0.0.0.0', 135, `${system32}\\svchost.exe`, 1, 1),
  listens('tcp', '::', 445, 'System', 1, 0.95),
  listens('tcp', '0.0.0.0', 5040, `${system32}\\svchost.exe`, 0.1, 0.97),
  listens('tcp', '0.0.0.0', 3389, `${system32}\\svchost.exe`, 0.85, 0.18),
  listens('tcp', '::', 3389, `${system32}\\svchost.exe`, 0.85, 0.18),
  listens('tcp', '0.0.0.0', 5985, 'System', 0.8, 0.06),
  listens('tcp', '0.0.0.0', 80, 'System', 0.25, 0.02),
  listens(
    'tcp',
    '0.0.0.0',
    1433,
    'C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe',
    0.2,
    0.01,
  ),
  listens('tcp', '0.0.0.0', 389, `${system32}\\lsass.exe`, 0.15, 0),
  listens('tcp', '0.0.0.0', 88, `${system32}\\lsass.exe`, 0.15, 0),
  listens('udp', '0.0.0.0', 53, `${system32}\\dns.exe`, 0.14, 0),
  listens('udp', '0.0.0.0', 123, `${system32}\\svchost.exe`, 0.9, 0.5),
  listens('udp', '0.0.0.0', 500, `${system32}\\svchost.exe`, 0.8, 0.9),
  listens('udp', '0.0.0.0', 5353, `${system32}\\svchost.exe`, 0.4, 0.95),
  listens('udp', '0.0.0.0', 5355, `${system32}\\svchost.exe`, 0.4, 0.95),
  listens(
    'tcp',
    '0.0.0.0',
    5938,
    'C:\\Program Files\\TeamViewer\\TeamViewer_Service.exe',
    0.11,
    0.08,
  ),
];
const macPorts: readonly Shared[] = [
  listens('udp', '0.0.0.0', 5353, '/usr/sbin/mDNSResponder', 1, 1),
  listens('udp', '0.0.0.0', 137, '/usr/sbin/netbiosd', 0.9, 0.9),
  listens(
    'tcp',
    '0.0.0.0',
    5000,
    '/System/Library/CoreServices/ControlCenter.app/Contents/MacOS/ControlCenter',
    0.8,
    0.8,
  ),
  listens(
    'tcp',
    '0.0.0.0',
    7000,
    '/System/Library/CoreServices/ControlCenter.app/Contents/MacOS/ControlCenter',
    0.8,
    0.8,
  ),
  listens('tcp', '0.0.0.0', 22, '/sbin/launchd', 0.12, 0.12),
  listens('tcp', '0.0.0.0', 5900, '/sbin/launchd', 0.09, 0.09),
  listens('tcp', '127.0.0.1', 631, '/usr/sbin/cupsd', 0.7, 0.7),
];

const unit = (name: string, description: string, state = 'running', start = 'enabled'): Row => ({
  name: `${name}.service`,
  description,
  state,
  start,
  path: `/lib/systemd/system/${name}.service`,
  account: '',
});
const service = (
  name: string,
  description: string,
  state = 'running',
  start = 'auto_start',
): Row => ({
  name,
  description,
  state,
  start,
  path: `${system32}\\svchost.exe -k netsvcs -p`,
  account: 'LocalSystem',
});
const job = (name: string, start = 'demand'): Row => ({
  name,
  description: '',
  state: '',
  start,
  path: `/usr/libexec/${name.split('.').at(-1)}`,
  account: '',
});

const servicesBy: Readonly<Record<Host['platform'], readonly Row[]>> = {
  linux: [
    unit('ssh', 'OpenBSD Secure Shell server'),
    unit('cron', 'Regular background program processing daemon'),
    unit('rsyslog', 'System Logging Service'),
    unit('systemd-journald', 'Journal Service', 'running', 'static'),
    unit('systemd-logind', 'User Login Management', 'running', 'static'),
    unit('systemd-udevd', 'Rule-based Manager for Device Events and Files', 'running', 'static'),
    unit('systemd-timesyncd', 'Network Time Synchronization'),
    unit('dbus', 'D-Bus System Message Bus', 'running', 'static'),
    unit('unattended-upgrades', 'Unattended Upgrades Shutdown'),
    unit('networking', 'Raise network interfaces', 'active'),
    unit('apparmor', 'Load AppArmor profiles', 'active'),
    unit('osqueryd', 'The osquery Daemon'),
    unit('polkit', 'Authorization Manager', 'running', 'static'),
    unit('getty@tty1', 'Getty on tty1'),
    unit('e2scrub_reap', 'Remove Stale Online ext4 Metadata Check Snapshots', 'stopped'),
    unit('apt-daily', 'Daily apt download activities', 'stopped', 'static'),
    unit('logrotate', 'Rotate log files', 'stopped', 'static'),
    unit('kmod-static-nodes', 'Create List of Static Device Nodes', 'active', 'static'),
  ],
  windows: [
    service('wuauserv', 'Windows Update', 'on-demand', 'demand_start'),
    service('WinDefend', 'Microsoft Defender Antivirus Service'),
    service('EventLog', 'Windows Event Log'),
    service('Dnscache', 'DNS Client'),
    service('Dhcp', 'DHCP Client'),
    service('LanmanServer', 'Server'),
    service('LanmanWorkstation', 'Workstation'),
    service('mpssvc', 'Windows Defender Firewall'),
    service('RpcSs', 'Remote Procedure Call (RPC)'),
    service('Schedule', 'Task Scheduler'),
    service('Spooler', 'Print Spooler'),
    service('TermService', 'Remote Desktop Services', 'on-demand', 'demand_start'),
    service('RemoteRegistry', 'Remote Registry', 'stopped', 'disabled'),
    service('W32Time', 'Windows Time'),
    service('WinRM', 'Windows Remote Management (WS-Management)'),
    service('BITS', 'Background Intelligent Transfer Service', 'on-demand', 'demand_start'),
    service('CryptSvc', 'Cryptographic Services'),
    service('gupdate', 'Google Update Service (gupdate)', 'stopped'),
    service('edgeupdate', 'Microsoft Edge Update Service (edgeupdate)', 'stopped'),
    service('osqueryd', 'osqueryd'),
    service('Netlogon', 'Netlogon'),
    service('BDESVC', 'BitLocker Drive Encryption Service', 'on-demand', 'demand_start'),
  ],
  darwin: [
    job('com.apple.mDNSResponder', 'auto'),
    job('com.apple.syslogd', 'auto'),
    job('com.apple.opendirectoryd', 'auto'),
    job('com.apple.screensharing', 'disabled'),
    job('com.openssh.sshd', 'disabled'),
    job('com.apple.smbd', 'disabled'),
    job('com.apple.softwareupdated'),
    job('com.apple.mdmclient.daemon'),
    job('com.apple.XProtect.daemon.scan'),
    job('com.apple.timed', 'auto'),
    job('io.osquery.agent', 'auto'),
    job('com.microsoft.autoupdate.helper'),
    job('com.google.keystone.daemon', 'auto'),
    job('com.docker.vmnetd', 'auto'),
  ],
};

const authority = (name: string, organisation: string, sha1: string, until: number): Row => ({
  common_name: name,
  subject: `/C=US/O=${organisation}/CN=${name}`,
  issuer: `/C=US/O=${organisation}/CN=${name}`,
  serial: sha1.slice(0, 32).toUpperCase(),
  sha1,
  not_valid_before: '1136073600',
  not_valid_after: String(until),
  ca: '1',
  self_signed: '1',
  key_algorithm: 'rsaEncryption',
  key_strength: '2048',
  signing_algorithm: 'sha256WithRSAEncryption',
  path: '',
});
const authorities: readonly Row[] = [
  authority(
    'DigiCert Global Root CA',
    'DigiCert Inc',
    'a8985d3a65e5e5c4b2d7d66d40c6dd2fb19c5436',
    1_952_035_200,
  ),
  authority(
    'DigiCert Global Root G2',
    'DigiCert Inc',
    'df3c24f9bfd666761b268073fe06d1cc8d4f82a4',
    2_147_126_400,
  ),
  authority(
    'ISRG Root X1',
    'Internet Security Research Group',
    'cabd2a79a1076a31f21d253635cb039d4329a5e8',
    2_064_567_878,
  ),
  authority(
    'SECOM Trust.net Security Communication RootCA2',
    'SECOM Trust Systems CO.,LTD.',
    '5f3b8cf2f810b37d78b4ceec1919c37334b9c774',
    1_874_106_000,
  ),
];

function ownCertificate(host: Host): Row {
  const subject = `/CN=${host.hostname}`;
  const day = 86_400;
  const from = host.startsAtSeconds - (host.salt % 300) * day;
  return {
    common_name: host.hostname,
    subject,
    issuer: '/O=Corp Example/CN=Corp Example Issuing CA',
    serial: host.salt.toString(16).toUpperCase(),
    sha1: host.uuid.replaceAll('-', '').padEnd(40, '0'),
    not_valid_before: String(from),
    not_valid_after: String(from + 397 * day),
    ca: '0',
    self_signed: '0',
    key_algorithm: 'rsaEncryption',
    key_strength: host.salt % 40 === 0 ? '1024' : '2048',
    signing_algorithm: 'sha256WithRSAEncryption',
    path: host.platform === 'linux' ? '/etc/ssl/certs/server.pem' : '',
  };
}
