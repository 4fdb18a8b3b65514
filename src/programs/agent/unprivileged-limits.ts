/**
 * What an osqueryd that does not run as root (or as administrator) cannot see, by the part of the
 * picture that suffers. Found by running both on one machine; the tables are those affected.
 */
export const unprivilegedLimits = {
  'hardware-identity': ['system_info', 'smbios_tables', 'memory_devices'],
  'disk-encryption': ['disk_encryption', 'bitlocker_info'],
  'listening-processes': ['listening_ports', 'process_open_sockets', 'process_open_files'],
  'other-users': [
    'chrome_extensions',
    'firefox_addons',
    'vscode_extensions',
    'npm_packages',
    'python_packages',
    'authorized_keys',
  ],
  'protected-files': ['shadow', 'sudoers', 'crontab', 'certificates'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type UnprivilegedLimit = keyof typeof unprivilegedLimits;

/** True when this process, and so the osqueryd it starts, sees everything of the machine. */
export function isPrivileged(): boolean {
  // Windows has no uid; a service there runs as LocalSystem, and osqueryd itself says otherwise.
  return process.getuid === undefined || process.getuid() === 0;
}
