import type { OperatingSystem } from '../subject.ts';

/** Which release of which product, in the words of endoflife.date and distro-info. */
export interface Release {
  readonly product: string;
  /** `12`, `22.04`, `15`; null: it is found by build. */
  readonly cycle: string | null;
  /** Windows: the build and the edition that decide. */
  readonly windows?: { readonly build: string; readonly edition: WindowsEdition };
}

/** How Microsoft sells it: Home and Pro (w), Enterprise and Education (e), long-term ones. */
export type WindowsEdition = 'w' | 'e' | 'e-lts' | 'iot-lts' | 'server' | null;

export interface SupportedSystem extends OperatingSystem {
  readonly osBuild: string | null;
}

/** The release an endpoint runs; null: its answer about the operating system does not tell. */
export function releaseOf(os: SupportedSystem): Release | null {
  const { platform, osName, osVersion } = os;
  if (osName === null || osVersion === null) return null;
  if (platform === 'windows') return windowsRelease(osName, osVersion, os.osBuild);
  const [major, minor] = /(\d+)(?:\.(\d+))?/.exec(osVersion)?.slice(1) ?? [];
  if (major === undefined) return null;
  const both = minor === undefined ? null : `${major}.${minor}`;
  // Before 11 the second number counted the releases of macOS.
  if (platform === 'darwin') {
    const cycle = Number(major) >= 11 ? major : both;
    return cycle === null ? null : { product: 'macos', cycle };
  }
  const name = osName.toLowerCase();
  const found = linuxProducts.find(([word]) => name.includes(word));
  if (found === undefined) return null;
  const [, product, numbers] = found;
  const cycle = numbers === 'both' ? both : major;
  return cycle === null ? null : { product, cycle };
}

const linuxProducts = [
  ['ubuntu', 'ubuntu', 'both'],
  ['debian', 'debian', 'major'],
  ['almalinux', 'almalinux', 'major'],
  ['rocky', 'rocky-linux', 'major'],
  ['red hat', 'rhel', 'major'],
  ['centos stream', 'centos-stream', 'major'],
  ['centos', 'centos', 'major'],
  ['fedora', 'fedora', 'major'],
  ['alpine', 'alpine-linux', 'both'],
] as const;

function windowsRelease(name: string, version: string, build: string | null): Release | null {
  const number =
    /^10\.0\.(\d{4,6})/.exec(version)?.[1] ?? /^(\d{4,6})(?:\.|$)/.exec(build ?? '')?.[1];
  if (number === undefined) return null;
  return {
    product: /server/i.test(name) ? 'windows-server' : 'windows',
    cycle: null,
    windows: { build: `10.0.${number}`, edition: editionOf(name) },
  };
}

function editionOf(name: string): WindowsEdition {
  if (/server/i.test(name)) return 'server';
  const longTerm = /LTS[BC]/i.test(name);
  if (/IoT/i.test(name)) return longTerm ? 'iot-lts' : 'e';
  if (longTerm) return 'e-lts';
  if (/Pro Education/i.test(name)) return 'w';
  if (/Enterprise|Education/i.test(name)) return 'e';
  return /Home|Pro|Core|Single Language/i.test(name) ? 'w' : null;
}

/** The cycle of a Windows build among those of endoflife.date; null: none, or several would do. */
export function windowsCycle<
  Cycle extends { readonly cycle: string; readonly latestVersion: string | null },
>({ build, edition }: NonNullable<Release['windows']>, cycles: readonly Cycle[]): Cycle | null {
  const same = cycles.filter(({ latestVersion }) => latestVersion === build);
  if (edition === 'server') {
    // One build has been sold as an annual channel and as a long-term release (17763).
    const longTerm = same.filter(({ cycle }) => !/-(?:sac|ac)$/.test(cycle));
    return longTerm[0] ?? same[0] ?? null;
  }
  const exact = same.find(({ cycle }) => edition !== null && suffixOf(cycle) === edition);
  if (exact) return exact;
  // Releases that were sold to all with the same dates carry no suffix.
  const [forAll] = same.filter(({ cycle }) => suffixOf(cycle) === null);
  return forAll ?? null;
}

function suffixOf(cycle: string): string | null {
  return /-(w|e|e-lts|iot-lts|iot)$/.exec(cycle)?.[1] ?? null;
}
