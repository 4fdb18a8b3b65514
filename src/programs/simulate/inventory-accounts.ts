import type { Row } from '../../modules/assets/public.ts';
import type { Host, PartRows } from './host.ts';

const user = (
  username: string,
  uid: number,
  gid: number,
  description: string,
  directory: string,
  shell: string,
  more: Row = {},
): Row => ({
  username,
  uid: String(uid),
  gid: String(gid),
  description,
  directory,
  shell,
  sid: '',
  password: '',
  ...more,
});

const daemon = (name: string, id: number, home: string) =>
  user(name, id, id, name, home, '/usr/sbin/nologin', { password: 'locked' });

const linuxSystem: readonly Row[] = [
  user('root', 0, 0, 'root', '/root', '/bin/bash', { password: 'locked' }),
  daemon('daemon', 1, '/usr/sbin'),
  daemon('bin', 2, '/bin'),
  daemon('sys', 3, '/dev'),
  daemon('games', 5, '/usr/games'),
  daemon('man', 6, '/var/cache/man'),
  daemon('mail', 8, '/var/mail'),
  daemon('www-data', 33, '/var/www'),
  daemon('backup', 34, '/var/backups'),
  daemon('_apt', 42, '/nonexistent'),
  daemon('nobody', 65534, '/nonexistent'),
  daemon('systemd-network', 998, '/'),
  daemon('systemd-timesync', 997, '/'),
  daemon('messagebus', 100, '/nonexistent'),
  daemon('sshd', 101, '/run/sshd'),
];
const macSystem: readonly Row[] = [
  user('root', 0, 0, 'System Administrator', '/var/root', '/bin/sh'),
  user('daemon', 1, 1, 'System Services', '/var/root', '/usr/bin/false'),
  user('nobody', 4294967294, 4294967294, 'Unprivileged User', '/var/empty', '/usr/bin/false'),
  user('_spotlight', 89, 89, 'Spotlight', '/var/empty', '/usr/bin/false'),
  user('_mdnsresponder', 65, 65, 'mDNSResponder', '/var/empty', '/usr/bin/false'),
  user('_windowserver', 88, 88, 'WindowServer', '/var/empty', '/usr/bin/false'),
];

/** Accounts of people, numbered as the system numbers them. */
function peopleOf(host: Host): (Row & { readonly administrator: boolean })[] {
  const sidOf = (rid: number) =>
    `S-1-5-21-${host.salt}-${(host.salt >>> 3) + 7}-${(host.salt >>> 5) + 11}-${rid}`;
  return host.accounts.map(({ name, fullName, administrator }, at) => {
    if (host.platform === 'windows') {
      const rid = name === 'Administrator' ? 500 : 1000 + at;
      const home = name === 'Administrator' ? '' : `C:\\Users\\${name}`;
      const shell = 'C:\\Windows\\system32\\cmd.exe';
      return { ...user(name, rid, 513, fullName, home, shell, { sid: sidOf(rid) }), administrator };
    }
    const isMac = host.platform === 'darwin';
    const id = (isMac ? 501 : 1000) + at;
    return {
      ...user(
        name,
        id,
        isMac ? 20 : id,
        isMac ? fullName : `${fullName},,,`,
        `${isMac ? '/Users' : '/home'}/${name}`,
        isMac ? '/bin/zsh' : '/bin/bash',
        { password: isMac ? '' : 'active' },
      ),
      administrator,
    };
  }) as never;
}

const adminGroup = { linux: 'sudo', darwin: 'admin', windows: 'Administrators' } as const;
const groupOf = (host: Host) => (host.kind === 'alma' ? 'wheel' : adminGroup[host.platform]);
const isoDay = (day: number) => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Accounts, administrators, groups, rules of sudo and log-ins of a simulated endpoint. */
export const accountRows: Readonly<Record<string, PartRows>> = {
  users: (host) => [
    ...(host.platform === 'linux' ? linuxSystem : host.platform === 'darwin' ? macSystem : []),
    ...(host.platform === 'windows'
      ? [user('Guest', 501, 514, '', '', 'C:\\Windows\\system32\\cmd.exe')]
      : []),
    ...peopleOf(host).map(({ administrator: _, ...row }) => row as Row),
  ],
  administrators: (host) => [
    ...(host.platform === 'windows' ? [] : [{ username: 'root', uid: '0', granted_by: 'uid 0' }]),
    ...peopleOf(host)
      .filter(({ administrator }) => administrator)
      .map((row) => ({
        username: row['username'] as string,
        uid: row['uid'] as string,
        granted_by: `group ${groupOf(host)}`,
      })),
  ],
  groups(host) {
    const members = peopleOf(host);
    const admins = members.filter(({ administrator }) => administrator);
    const names = (rows: typeof members) =>
      rows
        .map((row) => row['username'] as string)
        .sort()
        .join(' ');
    const everybody = {
      linux: ['users', '100'],
      darwin: ['staff', '20'],
      windows: ['Users', '545'],
    } as const;
    const [groupname, gid] = everybody[host.platform];
    const adminId = { linux: host.kind === 'alma' ? '10' : '27', darwin: '80', windows: '544' };
    return [
      { groupname: groupOf(host), gid: adminId[host.platform], members: names(admins) },
      { groupname, gid, members: names(members) },
      { groupname: 'ssh', gid: '110', members: '' },
    ];
  },
  sudoers: (host) => [
    { source: '/etc/sudoers', header: 'Defaults', rule_details: 'env_reset' },
    { source: '/etc/sudoers', header: 'root', rule_details: 'ALL=(ALL:ALL) ALL' },
    { source: '/etc/sudoers', header: `%${groupOf(host)}`, rule_details: 'ALL=(ALL:ALL) ALL' },
    ...(host.salt % 12 === 0
      ? [
          {
            source: '/etc/sudoers.d/90-deploy',
            header: 'deploy',
            rule_details: 'ALL=(ALL) NOPASSWD: ALL',
          },
        ]
      : []),
  ],
  logins: (host) =>
    host.accounts
      .filter(({ name }) => name !== 'Administrator')
      .slice(0, 3)
      .map(({ name }, at) => ({
        username: name,
        last_day: isoDay(host.lastDay - at * 3),
        latest: at === 0 ? '1' : '0',
      })),
};
