/**
 * Packages after whose upgrade a restart is likely: the kernel, and what nearly every running
 * process has loaded. Source and binary names of Debian, Ubuntu, the RHEL family, SUSE and Alpine;
 * the first three groups are those for which Debian's packages themselves ask for a restart
 * (/run/reboot-required: kernels, libc6, libssl, dbus) and `needs-restarting -r` of dnf-utils does
 * (kernel, glibc, linux-firmware, systemd, openssl-libs, gnutls, dbus). It is a forecast: what
 * really is needed the agent says afterwards.
 */
const exact = new Set([
  'linux',
  'linux-signed-amd64',
  'linux-signed-arm64',
  'kernel',
  'kernel-core',
  'kernel-default',
  'kernel-rt',
  'kernel-uek',
  'linux-lts',
  'linux-virt',
  'linux-firmware',
  'firmware-nonfree',
  'intel-microcode',
  'amd64-microcode',
  'microcode_ctl',
  'glibc',
  'eglibc',
  'libc6',
  'musl',
  'openssl',
  'openssl-libs',
  'gnutls',
  'gnutls28',
  'dbus',
  'dbus-broker',
  'systemd',
]);

export function rebootLikely(name: string, ecosystem = ''): boolean {
  if (ecosystem === 'Windows') return true;
  return (
    exact.has(name) ||
    /^(linux-image-|linux-(generic|virtual|aws|azure|gcp|oracle|kvm)|libssl)/.test(name)
  );
}
