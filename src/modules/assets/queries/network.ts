import type { PartQuery } from './part-query.ts';

/** Interfaces of containers and virtual machines come and go by the minute. */
const notOfContainers = `interface not like 'veth%' and interface not like 'cali%'
  and interface not like 'vnet%' and interface not like 'lxc%' and interface not like 'ifb%'
  and interface not like 'azv%'`;

const notLocal = `address not like '127.%' and address <> '::1' and address not like 'fe80:%'
  and address <> ''`;

/**
 * One row per place that listens, whatever the process id. Left out as noise: UDP ports from 32768
 * up and loopback ports from 32768 up, which clients open for themselves for moments.
 */
const ports = `select distinct case cast(l.protocol as integer) when 6 then 'tcp' else 'udp' end
    as protocol, l.address, l.port, coalesce(p.name, '') as process, coalesce(p.path, '') as path
  from listening_ports l left join processes p on p.pid = l.pid
  where cast(l.port as integer) > 0 and cast(l.protocol as integer) in (6, 17)
    and (cast(l.port as integer) < 32768
      or cast(l.protocol as integer) = 6 and l.address not like '127.%' and l.address <> '::1')`;

const certificates = `select distinct common_name, subject2 as subject, issuer2 as issuer, serial,
  sha1, not_valid_before, not_valid_after, ca, self_signed, key_algorithm, key_strength,
  signing_algorithm, path from certificates`;

export const networkQueries: readonly PartQuery[] = [
  {
    name: 'interfaces',
    intervalSeconds: 600,
    maxRows: 2000,
    columns: ['interface', 'label', 'mac', 'mtu'],
    sql: {
      linux: `select interface, '' as label, mac, mtu from interface_details
        where ${notOfContainers} and interface <> 'lo'`,
      darwin: `select interface, '' as label, mac, mtu from interface_details
        where mac <> '' and mac <> '00:00:00:00:00:00'`,
      windows: `select interface, friendly_name as label, mac, mtu from interface_details
        where mac <> '' and mac <> '00:00:00:00:00:00'`,
    },
  },
  {
    name: 'addresses',
    intervalSeconds: 300,
    maxRows: 5000,
    columns: ['interface', 'address', 'mask'],
    sql: {
      linux: `select distinct interface, address, mask from interface_addresses
        where ${notLocal} and ${notOfContainers}`,
      darwin: `select distinct interface, address, mask from interface_addresses where ${notLocal}`,
      windows: `select distinct interface, address, mask from interface_addresses where ${notLocal}`,
    },
  },
  {
    name: 'ports',
    intervalSeconds: 300,
    maxRows: 20_000,
    columns: ['protocol', 'address', 'port', 'process', 'path'],
    sql: { linux: ports, darwin: ports, windows: ports },
  },
  {
    // Which Debian packages answer the network: the owner of each program that listens beyond this
    // machine. dpkg may know a file by its path from before /bin became a link to /usr/bin.
    name: 'port-packages',
    // It reads the list of all files of all packages: about a second of work.
    intervalSeconds: 1800,
    maxRows: 5000,
    columns: ['package', 'path'],
    sql: {
      // "in", not a join: joined, deb_package_files answered nothing (osquery 5.23.1).
      linux: `with listening as materialized (
          select distinct p.path from listening_ports l join processes p on p.pid = l.pid
          where cast(l.port as integer) > 0 and p.path <> ''
            and l.address not like '127.%' and l.address <> '::1' and l.address <> ''),
        owned as materialized (
          select path from listening
          union select substr(path, 5) from listening where path like '/usr/%')
        select distinct f.package, f.path from deb_package_files f
        where f.path in (select path from owned)`,
    },
  },
  {
    // state: running, active (did its work), failed, stopped, on-demand; empty when not told.
    name: 'services',
    intervalSeconds: 300,
    maxRows: 10_000,
    columns: ['name', 'description', 'state', 'start', 'path', 'account'],
    sql: {
      // Units of a log-in session (user@1000) and transient ones (run-…) come and go by themselves.
      linux: `select id as name, description,
        case when active_state = 'active' and sub_state = 'running' then 'running'
          when active_state = 'active' then 'active'
          when active_state = 'failed' then 'failed' else 'stopped' end as state,
        unit_file_state as start, fragment_path as path, user as account
        from systemd_units
        where id like '%.service' and load_state = 'loaded' and id not like 'user@%'
          and id not like 'user-runtime-dir@%' and id not like 'run-%'`,
      darwin: `select label as name, '' as description, '' as state,
        case when disabled = '1' then 'disabled' when run_at_load = '1' then 'auto'
          else 'demand' end as start,
        coalesce(nullif(program, ''), program_arguments) as path, username as account
        from launchd where label <> ''`,
      // Per-user instances end in a number that is new at each log-on (CDPUserSvc_3f1e2); services
      // on demand run for moments.
      windows: `select name, display_name as description,
        case when start_type = 'DEMAND_START' then 'on-demand'
          when status = 'RUNNING' then 'running' else 'stopped' end as state,
        lower(start_type) as start, path, user_account as account
        from services where name not glob '*_[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]*'`,
    },
  },
  {
    // Times in seconds since 1970.
    name: 'certificates',
    intervalSeconds: 3600,
    maxRows: 10_000,
    columns: [
      'common_name',
      'subject',
      'issuer',
      'serial',
      'sha1',
      'not_valid_before',
      'not_valid_after',
      'ca',
      'self_signed',
      'key_algorithm',
      'key_strength',
      'signing_algorithm',
      'path',
    ],
    sql: {
      linux: certificates,
      darwin: certificates,
      windows: certificates,
    },
  },
];
