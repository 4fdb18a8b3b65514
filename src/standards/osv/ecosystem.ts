/**
 * Ecosystem names and package names of OSV.
 *
 * Source: OSV schema 1.7, `affected[].package`: an ecosystem is a defined base name with an
 * optional `:<suffix>` (`Debian:12`, `Ubuntu:Pro:22.04:LTS`). Name rules: PEP 503 (PyPI), and the
 * registries of NuGet and Packagist, whose names are not case sensitive.
 */
export interface Ecosystem {
  readonly base: string;
  /** Everything after the first colon; null without one. */
  readonly suffix: string | null;
}

export function splitEcosystem(ecosystem: string): Ecosystem {
  const colon = ecosystem.indexOf(':');
  if (colon < 0) return { base: ecosystem, suffix: null };
  const suffix = ecosystem.slice(colon + 1);
  return { base: ecosystem.slice(0, colon), suffix: suffix === '' ? null : suffix };
}

/**
 * `same`; `other`; or `unspecified` when the advisory speaks of one release and the software of the
 * whole ecosystem. An advisory for a whole ecosystem speaks of each of its releases.
 */
export function compareEcosystems(
  advisory: string,
  software: string,
): 'same' | 'other' | 'unspecified' {
  if (advisory === software) return 'same';
  const left = splitEcosystem(advisory);
  const right = splitEcosystem(software);
  if (left.base !== right.base) return 'other';
  if (left.suffix === null) return 'same';
  if (right.suffix === null) return 'unspecified';
  return release(left) === release(right) ? 'same' : 'other';
}

/** The name under which the registry of an ecosystem files a package. */
export function canonicalName(ecosystem: string, name: string): string {
  const { base } = splitEcosystem(ecosystem);
  if (base === 'PyPI') return name.toLowerCase().replace(/[-_.]+/g, '-');
  return base === 'NuGet' || base === 'Packagist' ? name.toLowerCase() : name;
}

/** `v3.18` and `3.18`, `22.04` and `22.04:LTS` are one release each. */
function release({ base, suffix }: Ecosystem): string {
  if (base === 'Alpine') return (suffix ?? '').replace(/^v/, '');
  return base === 'Ubuntu' ? (suffix ?? '').replace(/:LTS$/, '') : (suffix ?? '');
}
