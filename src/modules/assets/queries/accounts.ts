import type { PartQuery } from './part-query.ts';

const groupsWithMembers = `select g.groupname, g.gid,
    coalesce((select group_concat(username, ' ') from (
      select distinct u.username from user_groups ug join users u on u.uid = ug.uid
      where ug.gid = g.gid order by u.username)), '') as members
  from groups g`;

/** `sessions` answers username and at (seconds since 1970). */
function loginsOf(sessions: string): string {
  return `with sessions as (${sessions})
    select username, date(max(at), 'unixepoch') as last_day,
      case when max(at) = (select max(at) from sessions) then '1' else '0' end as latest
    from sessions group by username`;
}

/** Accounts, who administers, and who logged in last. */
export const accountQueries: readonly PartQuery[] = [
  {
    // password: active, locked, empty, not_set (Linux, and only osqueryd as root can see it).
    name: 'users',
    intervalSeconds: 600,
    maxRows: 20_000,
    columns: ['username', 'uid', 'gid', 'description', 'directory', 'shell', 'sid', 'password'],
    sql: {
      linux: `select u.username, u.uid, u.gid, u.description, u.directory, u.shell, u.uuid as sid,
        s.password_status as password
        from users u left join shadow s on s.username = u.username`,
      darwin: `select username, uid, gid, description, directory, shell, uuid as sid,
        '' as password from users`,
      windows: `select username, uid, gid, description, directory, shell, uuid as sid,
        '' as password from users where type <> 'special'`,
    },
  },
  {
    // Accounts that may do everything, and what gives them that right.
    name: 'administrators',
    intervalSeconds: 600,
    maxRows: 20_000,
    columns: ['username', 'uid', 'granted_by'],
    sql: {
      linux: `select username, uid, 'uid 0' as granted_by from users where cast(uid as integer) = 0
        union
        select u.username, u.uid, 'group ' || g.groupname
        from groups g join user_groups ug on ug.gid = g.gid join users u on u.uid = ug.uid
        where g.groupname in ('sudo', 'wheel', 'admin')`,
      darwin: `select username, uid, 'uid 0' as granted_by from users where cast(uid as integer) = 0
        union
        select u.username, u.uid, 'group ' || g.groupname
        from groups g join user_groups ug on ug.gid = g.gid join users u on u.uid = ug.uid
        where g.gid = 80`,
      windows: `select u.username, u.uid, 'group ' || g.groupname as granted_by
        from groups g join user_groups ug on ug.gid = g.gid join users u on u.uid = ug.uid
        where g.group_sid = 'S-1-5-32-544'`,
    },
  },
  {
    name: 'groups',
    intervalSeconds: 1800,
    maxRows: 20_000,
    columns: ['groupname', 'gid', 'members'],
    sql: {
      linux: groupsWithMembers,
      darwin: groupsWithMembers,
      windows: groupsWithMembers,
    },
  },
  {
    // Rules that let accounts act as others. Needs osqueryd as root.
    name: 'sudoers',
    intervalSeconds: 1800,
    maxRows: 5000,
    columns: ['source', 'header', 'rule_details'],
    sql: {
      linux: `select source, header, rule_details from sudoers`,
      darwin: `select source, header, rule_details from sudoers`,
    },
  },
  {
    // By day, so that a daily user changes it once a day; `latest` marks who was last of all.
    name: 'logins',
    intervalSeconds: 600,
    maxRows: 5000,
    columns: ['username', 'last_day', 'latest'],
    sql: {
      linux: loginsOf(`select username, cast(time as integer) as at from last
        where type = 7 and username <> ''
        union all
        select user, cast(time as integer) from logged_in_users where type = 'user' and user <> ''`),
      darwin: loginsOf(`select username, cast(time as integer) as at from last
        where type = 7 and username <> ''
        union all
        select user, cast(time as integer) from logged_in_users where type = 'user' and user <> ''`),
      windows: loginsOf(`select user as username, cast(logon_time as integer) as at
        from logon_sessions
        where logon_type in ('Interactive', 'RemoteInteractive', 'CachedInteractive',
            'CachedRemoteInteractive')
          and (logon_sid like 'S-1-5-21-%' or logon_sid like 'S-1-12-1-%')`),
    },
  },
];
