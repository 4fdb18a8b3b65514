/**
 * Hackage (Haskell): whole numbers separated by dots, compared as a list.
 *
 * Source: the Haskell Package Versioning Policy, https://pvp.haskell.org.
 * `1.0` is older than `1.0.0`.
 */
import { comparing, wholeNumber } from './comparison.ts';
import { type CranVersion, orderCran } from './cran.ts';

export type HackageVersion = CranVersion;

const HACKAGE = /^\d+(?:\.\d+)*$/;

export function parseHackage(text: string): HackageVersion | undefined {
  return HACKAGE.test(text) ? text.split('.').map(wholeNumber) : undefined;
}

export const orderHackage = orderCran;
export const compareHackage = comparing(parseHackage, orderHackage);
