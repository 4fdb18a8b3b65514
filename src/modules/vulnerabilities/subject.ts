import { canonicalName } from '../../standards/osv/ecosystem.ts';

/**
 * What advisories are matched against: one version of one package in one release of an ecosystem.
 * A hundred thousand endpoints share some ten thousand of them.
 */
export interface Subject {
  /** With its release where it has one: `Debian:12`, `PyPI`. */
  readonly ecosystem: string;
  /** As the registry files it; for distributions the source package. */
  readonly name: string;
  /** For distributions the version of the source package. */
  readonly version: string;
}

export interface OperatingSystem {
  readonly platform: 'linux' | 'darwin' | 'windows';
  readonly osName: string | null;
  readonly osVersion: string | null;
}

export interface SoftwareRow {
  readonly id: number;
  readonly source: string;
  readonly name: string;
  readonly version: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
  /** `distribution`: a language package that the distribution itself installed. */
  readonly host: string;
}

/** Why a piece of software could not be assessed; each has its remedy on screen. */
export type NotAssessedReason =
  /** osquery's answer about the operating system is missing. */
  | 'release-unknown'
  /** Nobody publishes advisories in a form that could be matched exactly: programs, apps, extensions. */
  | 'ecosystem-not-covered'
  /** There would be advisories, but their feed was never imported. */
  | 'feed-never-imported'
  /** The feed is too old to say that something newer is harmless. */
  | 'feed-too-old'
  | 'feed-incomplete'
  /** The version cannot be read by the rule of its ecosystem. */
  | 'version-unreadable';

/**
 * The OSV ecosystem of a distribution's release, as osquery's `os_version` names it: its `name` is
 * NAME of os-release, its `version` VERSION ("12 (bookworm)", "22.04.5 LTS (Jammy Jellyfish)").
 */
export function distributionOf({ platform, osName, osVersion }: OperatingSystem): string | null {
  if (platform !== 'linux' || osName === null || osVersion === null) return null;
  const [major, minor] = /(\d+)(?:\.(\d+))?/.exec(osVersion)?.slice(1) ?? [];
  const name = osName.toLowerCase();
  if (name.includes('ubuntu')) {
    if (major === undefined || minor === undefined) return null;
    // Even-year April releases carry long-term support, and OSV names them so.
    const lts = Number(major) % 2 === 0 && minor === '04';
    return `Ubuntu:${major}.${minor}${lts ? ':LTS' : ''}`;
  }
  if (major === undefined) return null;
  if (name.includes('debian')) return `Debian:${major}`;
  if (name.includes('almalinux')) return `AlmaLinux:${major}`;
  if (name.includes('rocky')) return `Rocky Linux:${major}`;
  if (name.includes('alpine')) return minor === undefined ? null : `Alpine:v${major}.${minor}`;
  return null;
}

/** The subject of one row of the catalogue on one operating system, or why there is none. */
export function subjectOf(
  software: SoftwareRow,
  os: OperatingSystem,
): Subject | { readonly notAssessed: NotAssessedReason } {
  switch (software.source) {
    case 'deb':
    case 'rpm': {
      const ecosystem = distributionOf(os);
      if (ecosystem === null) {
        const known = os.osName !== null && os.osVersion !== null;
        return { notAssessed: known ? 'ecosystem-not-covered' : 'release-unknown' };
      }
      // Advisories of Debian and Ubuntu name source packages; those of the rpm families in OSV
      // name binary packages, with the version of the binary.
      const bySource = software.source === 'deb';
      return {
        ecosystem,
        name: bySource && software.sourceName !== '' ? software.sourceName : software.name,
        version:
          bySource && software.sourceVersion !== '' ? software.sourceVersion : software.version,
      };
    }
    case 'python':
      return registered('PyPI', software);
    case 'npm':
      return registered('npm', software);
    default:
      return { notAssessed: 'ecosystem-not-covered' };
  }
}

function registered(
  ecosystem: string,
  software: SoftwareRow,
): Subject | { readonly notAssessed: NotAssessedReason } {
  // deb or rpm speaks for it, with the distribution's own fixes.
  if (software.host === 'distribution') return { notAssessed: 'ecosystem-not-covered' };
  return {
    ecosystem,
    name: canonicalName(ecosystem, software.name),
    version: software.version,
  };
}
