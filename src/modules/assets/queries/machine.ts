import type { PartQuery } from './part-query.ts';

/**
 * The machine itself: operating system, hardware, disks, boot, kernels.
 *
 * Nothing here may change by itself (counters, free bytes, uptime), or every digest would differ.
 */
const kernelVersion = `coalesce(
    (select version from kernel_info),
    (select current_value from system_controls where name = 'kernel.osrelease'))`;

function everywhere(statement: string): PartQuery['sql'] {
  return { linux: statement, darwin: statement, windows: statement };
}

export const machineQueries: readonly PartQuery[] = [
  {
    name: 'os',
    intervalSeconds: 300,
    maxRows: 10,
    columns: [
      'name',
      'version',
      'major',
      'minor',
      'patch',
      'build',
      'platform',
      'platform_like',
      'codename',
      'arch',
      'kernel_version',
    ],
    sql: {
      linux: `select name, version, major, minor, patch, build, platform, platform_like, codename,
        arch, ${kernelVersion} as kernel_version from os_version`,
      darwin: `select name, version, major, minor, patch, build, platform, platform_like, codename,
        arch, (select version from kernel_info) as kernel_version from os_version`,
      // The update build revision tells which cumulative update is installed; DisplayVersion is
      // what people call the release, e.g. 23H2.
      windows: `select name, version, major, minor, patch,
        build || coalesce('.' || (select data from registry where path =
          'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\UBR'), '') as build,
        platform, platform_like,
        coalesce((select data from registry where path =
          'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\DisplayVersion'),
          codename) as codename,
        arch, (select version from kernel_info) as kernel_version from os_version`,
    },
  },
  {
    name: 'hardware',
    intervalSeconds: 3600,
    maxRows: 10,
    columns: [
      'computer_name',
      'cpu_brand',
      'cpu_physical_cores',
      'cpu_logical_cores',
      'physical_memory',
      'hardware_vendor',
      'hardware_model',
      'hardware_version',
      'hardware_serial',
      'board_vendor',
      'board_model',
      'board_serial',
      'firmware_vendor',
      'firmware_version',
      'firmware_date',
    ],
    sql: everywhere(`select computer_name, trim(cpu_brand) as cpu_brand, cpu_physical_cores,
        cpu_logical_cores, physical_memory, hardware_vendor, hardware_model, hardware_version,
        hardware_serial, board_vendor, board_model, board_serial,
        (select vendor from platform_info) as firmware_vendor,
        (select version from platform_info) as firmware_version,
        (select date from platform_info) as firmware_date
      from system_info`),
  },
  {
    // Seconds since 1970. time − uptime flutters by a second from call to call; the first process
    // starts with the kernel and its start time stays (on Linux it is btime of /proc/stat).
    name: 'boot',
    intervalSeconds: 300,
    maxRows: 10,
    columns: ['booted_at'],
    sql: {
      linux: `select start_time as booted_at from processes where pid = 1 and start_time > 0`,
      darwin: `select start_time as booted_at from processes where pid = 1 and start_time > 0`,
      windows: `select start_time as booted_at from processes where pid = 4 and start_time > 0`,
    },
  },
  {
    name: 'disks',
    intervalSeconds: 3600,
    maxRows: 2000,
    columns: ['name', 'parent', 'vendor', 'model', 'serial', 'size_bytes', 'type'],
    sql: {
      linux: `select name, parent, vendor, model, serial,
        cast(size as integer) * cast(block_size as integer) as size_bytes, type
        from block_devices
        where cast(size as integer) > 0 and name not like '/dev/loop%'
          and name not like '/dev/ram%' and name not like '/dev/zram%'`,
      darwin: `select name, parent, vendor, model, serial,
        cast(size as integer) * cast(block_size as integer) as size_bytes, type
        from block_devices where type <> 'Virtual Interface'`,
      windows: `select name, '' as parent, manufacturer as vendor,
        hardware_model as model, serial, disk_size as size_bytes, type from disk_info`,
    },
  },
  {
    // encrypted: 1, 0, or empty when the system would not tell.
    name: 'disk-encryption',
    intervalSeconds: 1800,
    maxRows: 2000,
    columns: ['volume', 'encrypted', 'status', 'method'],
    sql: {
      linux: `select name as volume, encrypted, encryption_status as status, type as method
        from disk_encryption
        where name not like '/dev/loop%' and name not like '/dev/ram%'
          and name not like '/dev/zram%'`,
      darwin: `select name as volume, encrypted, filevault_status as status, type as method
        from disk_encryption`,
      windows: `select drive_letter as volume,
        case protection_status when 1 then '1' when 0 then '0' else '' end as encrypted,
        case conversion_status when 0 then 'fully decrypted' when 1 then 'fully encrypted'
          when 2 then 'encryption in progress' when 3 then 'decryption in progress'
          when 4 then 'encryption paused' when 5 then 'decryption paused' else '' end as status,
        encryption_method as method from bitlocker_info`,
    },
  },
  {
    // File systems that hold data. No free bytes; of ZFS no size either, since there it is what
    // is used plus what is free.
    name: 'mounts',
    intervalSeconds: 1800,
    maxRows: 2000,
    columns: ['path', 'device', 'type', 'flags', 'size_bytes'],
    sql: {
      linux: `select path, device, type, flags,
        case type when 'zfs' then ''
          else cast(blocks as integer) * cast(blocks_size as integer) end as size_bytes
        from mounts
        where type in ('ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'bcachefs', 'f2fs', 'jfs',
          'reiserfs', 'vfat', 'exfat', 'ntfs', 'ntfs3', 'fuseblk', 'nfs', 'nfs4', 'cifs', 'smb3',
          'ceph', 'gfs2', 'ocfs2', 'udf')
          or path = '/'`,
      darwin: `select path, device, type, flags,
        cast(blocks as integer) * cast(blocks_size as integer) as size_bytes
        from mounts where type in ('apfs', 'hfs', 'smbfs', 'nfs', 'afpfs', 'exfat', 'msdos', 'ntfs')`,
      windows: `select device_id as path, description as device, file_system as type,
        case boot_partition when 1 then 'boot' else '' end as flags, size as size_bytes
        from logical_drives`,
    },
  },
  {
    // Installed kernels, and the one that runs (also when no package owns it).
    name: 'kernels',
    intervalSeconds: 600,
    maxRows: 500,
    columns: ['source', 'name', 'version', 'arch', 'running'],
    sql: {
      linux: `with running as (select ${kernelVersion} as release)
        select 'running' as source, 'linux' as name, release as version, '' as arch,
          '1' as running from running where release is not null
        union
        select 'deb', name, version, arch, case when name = 'linux-image-' || release
          or name = 'linux-image-unsigned-' || release then '1' else '0' end
        from deb_packages, running
        where name like 'linux-image-%' and status like '% ok installed'
        union
        select 'rpm', name, version || '-' || release_of_package, arch, case when
          version || '-' || release_of_package || '.' || arch = running.release
          or version || '-' || release_of_package || '-default' = running.release
          then '1' else '0' end
        from (select name, version, release as release_of_package, arch from rpm_packages
          where name in ('kernel', 'kernel-core', 'kernel-uek', 'kernel-uek-core', 'kernel-rt-core',
            'kernel-default', 'kernel-lt', 'kernel-ml')), running`,
    },
  },
  {
    // Cumulative and other updates of Windows, by knowledge-base number.
    name: 'patches',
    intervalSeconds: 600,
    maxRows: 5000,
    columns: ['hotfix_id', 'description', 'installed_on'],
    sql: { windows: `select distinct hotfix_id, description, installed_on from patches` },
  },
];
