/**
 * Bitnami: SemVer 2 where `-3` counts packaging revisions of the same version.
 *
 * Source: https://github.com/bitnami/go-version. `1.2.3-1` is newer than `1.2.3`,
 * the opposite of SemVer. A word after the hyphen (`1.2.3-rc1`) stays a pre-release.
 */
import { compareWhole, comparing, type Order, type WholeNumber } from './comparison.ts';
import { orderSemver, parseSemver, type SemverVersion } from './semver.ts';

export interface BitnamiVersion extends SemverVersion {
  /** Undefined for the version before any revision; older than revision 0. */
  readonly revision: WholeNumber | undefined;
}

export function parseBitnami(text: string): BitnamiVersion | undefined {
  const version = parseSemver(text);
  if (version === undefined) return undefined;
  const [only, ...others] = version.prerelease;
  if (only?.numeric !== true || others.length > 0) return { ...version, revision: undefined };
  return { ...version, prerelease: [], revision: only.text };
}

export function orderBitnami(a: BitnamiVersion, b: BitnamiVersion): Order {
  const byVersion = orderSemver(a, b);
  if (byVersion !== 0) return byVersion;
  if (a.revision === undefined) return b.revision === undefined ? 0 : -1;
  return b.revision === undefined ? 1 : compareWhole(a.revision, b.revision);
}

export const compareBitnami = comparing(parseBitnami, orderBitnami);
