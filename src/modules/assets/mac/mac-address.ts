/**
 * MAC addresses and whose they are. Source: IEEE Std 802-2014, clause 8 ("Addresses"): of the first
 * byte, bit 0x01 says group, bit 0x02 says locally administered.
 */

/** Twelve upper-case hexadecimal digits; null: the text is no MAC address. */
export function macOf(text: string): string | null {
  const trimmed = text.trim();
  const isMac =
    /^[0-9A-Fa-f]{2}([:-])(?:[0-9A-Fa-f]{2}\1){4}[0-9A-Fa-f]{2}$/.test(trimmed) ||
    /^(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}$/.test(trimmed) ||
    /^[0-9A-Fa-f]{12}$/.test(trimmed);
  return isMac ? trimmed.replace(/[:.-]/g, '').toUpperCase() : null;
}

/**
 * - `universal`: its block was assigned to somebody.
 * - `private`: made up where it is used (randomised by a phone, given by a hypervisor); no registry
 *   knows whose it is.
 * - `group`: no single interface has it; all zeros and all ones count as well.
 */
export type MacKind = 'universal' | 'private' | 'group';

/** @param mac as `macOf` answers it */
export function macKindOf(mac: string): MacKind {
  const first = Number.parseInt(mac.slice(0, 2), 16);
  if ((first & 1) === 1 || /^0+$/.test(mac)) return 'group';
  return (first & 2) === 2 ? 'private' : 'universal';
}

/** The prefixes that a block may be assigned by, in digits, the longest first. */
const prefixLengths = [9, 7, 6] as const;

/** What a registry could hold of an address, the most special first. */
export function prefixesOf(mac: string): readonly string[] {
  return prefixLengths.map((length) => mac.slice(0, length));
}

/** The registry lists the larger block of which it assigns parts under its own name. */
const subdivided = /^IEEE REGISTRATION AUTHORITY$/i;
/** So it writes where the holder does not want to be named. */
const unnamed = /^PRIVATE$/i;

/**
 * What is known of an address. `unnamed`: assigned, but its holder is not published; `unknown`: the
 * registry that we hold does not assign it; `not-assessed`: no registry is held at all.
 */
export type MacAnswer =
  | { readonly kind: 'vendor'; readonly vendor: string }
  | { readonly kind: 'private' | 'group' | 'unnamed' | 'unknown' | 'not-assessed' | 'unreadable' };

/** @param vendors by prefix; null: no registry is held */
export function answerFor(text: string, vendors: ReadonlyMap<string, string> | null): MacAnswer {
  const mac = macOf(text);
  if (mac === null) return { kind: 'unreadable' };
  const kind = macKindOf(mac);
  if (kind !== 'universal') return { kind };
  if (vendors === null) return { kind: 'not-assessed' };
  const vendor = prefixesOf(mac)
    .map((prefix) => vendors.get(prefix))
    .find((found) => found !== undefined);
  if (vendor === undefined || subdivided.test(vendor)) return { kind: 'unknown' };
  return unnamed.test(vendor) ? { kind: 'unnamed' } : { kind: 'vendor', vendor };
}
