/**
 * CRAN (R): whole numbers separated by `.` or `-`, compared one by one.
 *
 * Source: R's ?numeric_version. The separator means nothing (`1.0-1` equals
 * `1.0.1`) and a version that continues is newer (`1.0` is older than `1.0.0`).
 */

import type { WholeNumber } from './comparison.ts';
import { compareWhole, comparing, type Order, wholeNumber } from './comparison.ts';

export type CranVersion = readonly WholeNumber[];

const CRAN = /^\d+(?:[.-]\d+)*$/;

export function parseCran(text: string): CranVersion | undefined {
  const version = text.trim();
  return CRAN.test(version) ? version.split(/[.-]/).map(wholeNumber) : undefined;
}

/** Also the order of Haskell's and other plain lists of numbers. */
export function orderCran(a: CranVersion, b: CranVersion): Order {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const order = compareWhole(a[i] ?? '0', b[i] ?? '0');
    if (order !== 0) return order;
  }
  if (a.length === b.length) return 0;
  return a.length < b.length ? -1 : 1;
}

export const compareCran = comparing(parseCran, orderCran);
