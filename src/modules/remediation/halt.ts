import type { Bilingual } from './texts.ts';

interface RingCount {
  /** Endpoints of the ring that can be given an order. */
  readonly endpoints: number;
  /** Ended as failed, refused or without effect since a person let it go on. */
  readonly failed: number;
  /** Took their order and have not been heard of for a quarter of an hour since. */
  readonly silent: number;
}

/** After so long without a word an endpoint that took its order counts as silent. */
export const silentAfterMs = 15 * 60_000;

/**
 * Is a share of the ring reached? Counted against the whole ring, so that it is said as soon as it
 * is sure, and never because of the first of many. 0: the first one; a ring of one: that one.
 */
export function reaches(percent: number, count: number, endpoints: number): boolean {
  if (count === 0) return false;
  return count * 100 >= percent * endpoints;
}

/** Why a ring halts the campaign; null: it goes on. */
export function haltBecause(
  { endpoints, failed, silent }: RingCount,
  limits: { readonly failurePercent: number; readonly silentPercent: number },
): Bilingual | null {
  if (reaches(limits.failurePercent, failed, endpoints)) {
    return {
      en: `${failed} of ${endpoints} endpoints of the ring failed; the limit is ${limits.failurePercent} %.`,
      ja: `このリングの端末${endpoints}台のうち${failed}台が失敗しました（上限${limits.failurePercent}%）。`,
    };
  }
  if (reaches(limits.silentPercent, silent, endpoints)) {
    return {
      en: `${silent} of ${endpoints} endpoints of the ring took their order and fell silent; the limit is ${limits.silentPercent} %.`,
      ja: `このリングの端末${endpoints}台のうち${silent}台が指示を受け取ったあと応答しなくなりました（上限${limits.silentPercent}%）。`,
    };
  }
  return null;
}
