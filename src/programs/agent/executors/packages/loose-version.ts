import type { Comparison } from '../../../../standards/versions/comparison.ts';

/**
 * Versions of managers that have no rule of their own (winget, Homebrew, Apple): runs of digits by
 * their number, everything else as text; a longer one is later when all before is equal.
 */
export function compareGeneric(a: string, b: string): Comparison {
  const parts = (text: string) => text.toLowerCase().match(/\d+|[a-z]+/g) ?? [];
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [x = '0', y = '0'] = [left[at], right[at]];
    if (x === y) continue;
    if (/^\d/.test(x) && /^\d/.test(y)) {
      const difference = BigInt(x) - BigInt(y);
      if (difference !== 0n) return difference > 0n ? 1 : -1;
    } else if (/^\d/.test(x) !== /^\d/.test(y)) return /^\d/.test(x) ? 1 : -1;
    else return x > y ? 1 : -1;
  }
  return 0;
}
