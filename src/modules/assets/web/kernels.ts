/**
 * Whether the running kernel is the newest one that is installed.
 *
 * Kernel releases are compared as rpm compares versions, which orders those of Debian, Ubuntu,
 * Red Hat and Alpine alike. Only kernels of the same flavour are compared: a newer `-rt-amd64`
 * beside a running `-amd64` is a choice, not a pending restart.
 */
import { rpmvercmp } from '../../../standards/versions/rpm.ts';

export type KernelHint =
  | { readonly kind: 'current'; readonly running: string }
  | { readonly kind: 'restart-pending'; readonly running: string; readonly newest: string }
  /** The running kernel is not among those installed: removed since the start, or a container. */
  | { readonly kind: 'running-not-installed'; readonly running: string }
  | { readonly kind: 'unknown' };

const architecture = '(?:x86_64|aarch64|ppc64le|s390x|i686|armv7hl|riscv64)';
const rpmRelease = new RegExp(`^(.*)\\.(${architecture}(?:[+.].*)?)$`);

/** `6.1.0-28-cloud-amd64` → version `6.1.0-28`, flavour `cloud-amd64`. */
export function readKernelRelease(release: string): { version: string; flavour: string } {
  const rpm = rpmRelease.exec(release);
  if (rpm) return { version: rpm[1] ?? release, flavour: rpm[2] ?? '' };
  const other = /^([^-]*(?:-[^a-zA-Z-][^-]*)*)-([a-zA-Z].*)$/.exec(release);
  if (other) return { version: other[1] ?? release, flavour: other[2] ?? '' };
  return { version: release, flavour: '' };
}

/**
 * The releases of the installed kernels, as the running kernel would name itself, from the rows of
 * the part `kernels`. Packages that only draw in others (`linux-image-amd64`) are left out.
 */
export function installedKernelsOf(rows: readonly Readonly<Record<string, string>>[]): string[] {
  const releases = rows.flatMap(({ source, name = '', version = '', arch = '' }) => {
    if (source === 'deb') {
      const release = name.replace(/^linux-image-(?:unsigned-)?/, '');
      return /^\d/.test(release) ? [release] : [];
    }
    if (source !== 'rpm') return [];
    if (name === 'kernel-default') return [`${version}-default`];
    return [`${version}.${arch}${name === 'kernel-rt-core' ? '+rt' : ''}`];
  });
  return [...new Set(releases)];
}

/**
 * `running` is what the kernel calls itself (`uname -r`); `installed` are releases of the
 * same form.
 */
export function kernelHintOf(
  running: string | null | undefined,
  installed: readonly string[],
): KernelHint {
  const now = running?.trim();
  if (!now || installed.length === 0) return { kind: 'unknown' };
  const mine = readKernelRelease(now);
  const alike = installed
    .map((release) => ({ release, ...readKernelRelease(release) }))
    .filter((kernel) => kernel.flavour === mine.flavour && /^\d/.test(kernel.version));
  const newest = alike.reduce<(typeof alike)[number] | undefined>(
    (best, kernel) => (best && rpmvercmp(best.version, kernel.version) >= 0 ? best : kernel),
    undefined,
  );
  if (!newest) return { kind: 'running-not-installed', running: now };
  if (rpmvercmp(newest.version, mine.version) > 0) {
    return { kind: 'restart-pending', running: now, newest: newest.release };
  }
  if (!alike.some((kernel) => kernel.release === now)) {
    return { kind: 'running-not-installed', running: now };
  }
  return { kind: 'current', running: now };
}
