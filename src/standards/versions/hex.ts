/**
 * Hex (Erlang, Elixir): SemVer 2 as Elixir's Version module compares it.
 *
 * Source: https://hexdocs.pm/elixir/Version.html. Three numbers, always (`1.0` is no
 * version); build metadata takes no part. A leading `v`, which Elixir refuses, is dropped.
 */
import { comparing } from './comparison.ts';
import { orderSemver, parseSemverWith, type SemverVersion } from './semver.ts';

export type HexVersion = SemverVersion;

export function parseHex(text: string): HexVersion | undefined {
  return parseSemverWith(text.startsWith('v') ? text.slice(1) : text, {});
}

export const orderHex = orderSemver;
export const compareHex = comparing(parseHex, orderHex);
