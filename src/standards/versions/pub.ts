/**
 * Pub (Dart): SemVer in which build metadata takes part in the order.
 *
 * Source: https://dart.dev/tools/pub/versioning and pub_semver's Version: a
 * version with build metadata is newer than the same one without, and build
 * identifiers are ordered as pre-release identifiers are. Leading zeros are
 * accepted and mean nothing. Three numbers, always (`1.0` is no version).
 * Limits: `-1` after a dot is text here; Dart reads it as the number minus one.
 */
import { comparing, type Order } from './comparison.ts';
import type { Identifier, SemverVersion } from './semver.ts';
import { identifiersOf, orderIdentifiers, orderSemver, parseSemverWith } from './semver.ts';

export interface PubVersion extends SemverVersion {
  readonly buildIdentifiers: readonly Identifier[];
}

export function parsePub(text: string): PubVersion | undefined {
  const bare = text.startsWith('v') ? text.slice(1) : text;
  const version = parseSemverWith(bare, { leadingZeros: true });
  if (version === undefined) return undefined;
  const buildIdentifiers = version.build === '' ? [] : identifiersOf(version.build, true);
  return buildIdentifiers === undefined ? undefined : { ...version, buildIdentifiers };
}

export function orderPub(a: PubVersion, b: PubVersion): Order {
  const byVersion = orderSemver(a, b);
  return byVersion !== 0 ? byVersion : orderIdentifiers(a.buildIdentifiers, b.buildIdentifiers);
}

export const comparePub = comparing(parsePub, orderPub);
