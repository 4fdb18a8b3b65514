import type { SbomComponent, SbomDocument } from '../../../standards/cyclonedx/sbom.ts';
import { canonicalName } from '../../../standards/osv/ecosystem.ts';
import { buildPurl, type Purl, parsePurl } from '../../../standards/purl/purl.ts';
import type { NotAssessedReason, Subject } from '../subject.ts';

/** Why a component of a bill of materials has no subject to match. */
export type ComponentReason =
  | Extract<NotAssessedReason, 'release-unknown' | 'ecosystem-not-covered'>
  | 'no-purl'
  | 'bad-purl'
  | 'no-version';

export type ComponentSubject =
  | Subject
  | { readonly notAssessed: ComponentReason; readonly detail: string | null };

/** Registries whose purl and OSV names differ only in how namespace and name are joined. */
const registries: Readonly<Record<string, { ecosystem: string; joint: string }>> = {
  npm: { ecosystem: 'npm', joint: '/' },
  pypi: { ecosystem: 'PyPI', joint: '/' },
  cargo: { ecosystem: 'crates.io', joint: '/' },
  gem: { ecosystem: 'RubyGems', joint: '/' },
  golang: { ecosystem: 'Go', joint: '/' },
  composer: { ecosystem: 'Packagist', joint: '/' },
  maven: { ecosystem: 'Maven', joint: ':' },
  nuget: { ecosystem: 'NuGet', joint: '/' },
  hex: { ecosystem: 'Hex', joint: '/' },
  pub: { ecosystem: 'Pub', joint: '/' },
  cran: { ecosystem: 'CRAN', joint: '/' },
  hackage: { ecosystem: 'Hackage', joint: '/' },
  swift: { ecosystem: 'SwiftURL', joint: '/' },
  conan: { ecosystem: 'ConanCenter', joint: '/' },
  julia: { ecosystem: 'Julia', joint: '/' },
  githubactions: { ecosystem: 'GitHub Actions', joint: '/' },
};

/** Which system the document describes, where a component of it says so (Trivy, Syft). */
export interface SbomSystem {
  readonly name: string;
  readonly version: string | null;
}

export function systemOf(document: SbomDocument): SbomSystem | null {
  const os = document.components.find(({ type }) => type === 'operating-system');
  return os === undefined ? null : { name: os.name, version: os.version };
}

/** Parts of a bill that are no software package: files, data, the operating system itself. */
export function isPackage(component: SbomComponent, document: SbomDocument): boolean {
  if (component.ref === document.subject) return false;
  if (component.purl !== null) return true;
  return !['operating-system', 'file', 'data', 'container', 'device', 'platform'].includes(
    component.type,
  );
}

/** What to match a component as: its purl decides. */
export function componentSubject(
  component: SbomComponent,
  system: SbomSystem | null,
): ComponentSubject {
  if (component.purl === null) return { notAssessed: 'no-purl', detail: null };
  const purl = parsePurl(component.purl);
  if ('error' in purl) {
    return { notAssessed: 'bad-purl', detail: `${component.purl.slice(0, 200)}: ${purl.error}` };
  }
  const version = purl.version ?? component.version;
  if (version === null || version === '') return { notAssessed: 'no-version', detail: null };
  if (purl.type === 'deb' || purl.type === 'apk') {
    return sourcePackage(purl, version, component, system);
  }
  if (purl.type === 'rpm') {
    const ecosystem = rpmRelease(purl, system);
    if (ecosystem === null) return uncovered(purl, 'rpm');
    return { ecosystem, name: purl.name, version: withEpoch(version, purl.qualifiers['epoch']) };
  }
  const registry = registries[purl.type];
  if (registry === undefined) return uncovered(purl, purl.type);
  const { ecosystem, joint } = registry;
  const joined = purl.namespace === null ? purl.name : `${purl.namespace}${joint}${purl.name}`;
  const name = purl.type === 'npm' ? npmName(component, joined) : canonicalName(ecosystem, joined);
  return { ecosystem, name, version: ecosystem === 'Go' ? version.replace(/^v/, '') : version };
}

/** A purl writes npm names in lower case; old packages have capitals, and the component its own. */
function npmName({ group, name }: SbomComponent, fromPurl: string): string {
  const own = group === null || group === '' ? name : `${group}/${name}`;
  return own.toLowerCase() === fromPurl ? own : fromPurl;
}

/**
 * Debian, Ubuntu and Alpine file advisories by source package. Syft writes it as `upstream`
 * (`openssl` or `openssl@3.0.11-1`), Trivy and Syft also as properties; without any of them the
 * binary package has the name of its source.
 */
function sourcePackage(
  purl: Purl,
  version: string,
  component: SbomComponent,
  system: SbomSystem | null,
): ComponentSubject {
  const ecosystem = purl.type === 'deb' ? debRelease(purl, system) : apkRelease(purl, system);
  if (ecosystem === null) return uncovered(purl, purl.type);
  const properties = new Map(component.properties.map(({ name, value }) => [name, value]));
  const own = withEpoch(version, purl.qualifiers['epoch']);
  const [upstream, upstreamVersion] = (purl.qualifiers['upstream'] ?? '').split('@');
  if (upstream) return { ecosystem, name: upstream, version: upstreamVersion || own };
  const name =
    properties.get('aquasecurity:trivy:SrcName') ??
    properties.get('syft:metadata:source') ??
    properties.get('syft:metadata:originPackage');
  if (!name) return { ecosystem, name: purl.name, version: own };
  const given =
    properties.get('aquasecurity:trivy:SrcVersion') ??
    properties.get('syft:metadata:sourceVersion');
  if (!given) return { ecosystem, name, version: own };
  const release = properties.get('aquasecurity:trivy:SrcRelease');
  const full = release && !given.endsWith(`-${release}`) ? `${given}-${release}` : given;
  const epoch = properties.get('aquasecurity:trivy:SrcEpoch');
  return { ecosystem, name, version: withEpoch(full, epoch ?? undefined) };
}

const withEpoch = (version: string, epoch: string | undefined) =>
  epoch && epoch !== '0' && !/^\d+:/.test(version) ? `${epoch}:${version}` : version;

const debianNames: Readonly<Record<string, string>> = {
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
};
const ubuntuNames: Readonly<Record<string, string>> = {
  bionic: '18.04',
  focal: '20.04',
  jammy: '22.04',
  noble: '24.04',
  resolute: '26.04',
};

/** `debian-12`, `debian-12.5`, `bookworm`, `12`: what producers write as `distro`. */
function distroOf({ qualifiers, namespace }: Purl, system: SbomSystem | null): [string, string] {
  const distro = qualifiers['distro']?.toLowerCase() ?? '';
  const split = /^([a-z][a-z-]*?)-(v?\d.*)$/.exec(distro);
  if (split) return [namespace ?? split[1]!, split[2]!];
  const vendor = namespace ?? system?.name.toLowerCase() ?? '';
  return [vendor, distro || (system?.version ?? '')];
}

function debRelease(purl: Purl, system: SbomSystem | null): string | null {
  const [vendor, release] = distroOf(purl, system);
  if (vendor.includes('ubuntu')) {
    const number = /^\d+\.\d+/.exec(ubuntuNames[release] ?? release)?.[0];
    if (number === undefined) return null;
    const lts = Number(number.slice(0, 2)) % 2 === 0 && number.endsWith('.04');
    return `Ubuntu:${number}${lts ? ':LTS' : ''}`;
  }
  if (!vendor.includes('debian')) return null;
  const major = /^\d+/.exec(debianNames[release] ?? release)?.[0];
  return major === undefined ? null : `Debian:${major}`;
}

function apkRelease(purl: Purl, system: SbomSystem | null): string | null {
  const [vendor, release] = distroOf(purl, system);
  if (vendor.includes('wolfi')) return 'Wolfi';
  if (vendor.includes('chainguard')) return 'Chainguard';
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(release) ?? [];
  return vendor.includes('alpine') && major !== undefined ? `Alpine:v${major}.${minor}` : null;
}

function rpmRelease(purl: Purl, system: SbomSystem | null): string | null {
  const [vendor, release] = distroOf(purl, system);
  const major = /^(?:el)?(\d+)/.exec(release)?.[1];
  if (major === undefined) return null;
  if (vendor.includes('alma')) return `AlmaLinux:${major}`;
  return vendor.includes('rocky') ? `Rocky Linux:${major}` : null;
}

function uncovered(purl: Purl, type: string): ComponentSubject {
  const vendor = purl.namespace ?? '';
  const coveredVendor = /debian|ubuntu|alpine|alma|rocky/.test(vendor);
  const isDistribution = type === 'deb' || type === 'rpm' || type === 'apk';
  // The distribution has advisories, but which release this is nobody said.
  if (isDistribution && (coveredVendor || vendor === '')) {
    return { notAssessed: 'release-unknown', detail: purl.qualifiers['distro'] ?? null };
  }
  return { notAssessed: 'ecosystem-not-covered', detail: vendor ? `${type}/${vendor}` : type };
}

const purlTypes: ReadonlyMap<string, string> = new Map(
  Object.entries(registries).map(([type, { ecosystem }]) => [ecosystem, type]),
);

/** The purl of a registry's package; null where the ecosystem has none of its own. */
export function purlOfPackage(ecosystem: string, name: string, version: string): string | null {
  const type = purlTypes.get(ecosystem);
  if (type === undefined) return null;
  const joint = registries[type]!.joint;
  const at = name.lastIndexOf(joint);
  // Go's modules are paths; the others have at most one part before the name.
  const namespace = at > 0 ? name.slice(0, at) : null;
  const parts = { type, namespace, name: at > 0 ? name.slice(at + 1) : name, version };
  const built = buildPurl(ecosystem === 'Go' ? { ...parts, version: goVersion(parts) } : parts);
  return 'purl' in built ? built.purl : null;
}

const goVersion = ({ name, version }: { name: string; version: string }) =>
  name === 'stdlib' || version.startsWith('v') ? version : `v${version}`;
