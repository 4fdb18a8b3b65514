/** How long certificates are still good for. */
import { instantOf } from './instants.ts';

/** Renewal takes people and approvals: a month is the usual notice. */
export const expirySoonDays = 30;
const dayMs = 86_400_000;

export type ExpiryState = 'expired' | 'soon' | 'valid' | 'unknown';

export interface Expiry {
  readonly state: ExpiryState;
  readonly at: Date | null;
  /** Whole days left, rounded down; negative once expired. Null: the date is not known. */
  readonly daysLeft: number | null;
}

/** `notAfter` as an endpoint reports it: Unix seconds or an ISO 8601 time, as text. */
export function expiryOf(notAfter: string | undefined, now: Date): Expiry {
  const at = instantOf(notAfter);
  if (at === null) return { state: 'unknown', at: null, daysLeft: null };
  const daysLeft = Math.floor((at.getTime() - now.getTime()) / dayMs);
  if (at.getTime() <= now.getTime()) return { state: 'expired', at, daysLeft };
  return { state: daysLeft < expirySoonDays ? 'soon' : 'valid', at, daysLeft };
}

/** Soonest end first; those whose end is not known come last, not first and not nowhere. */
export function byExpiry(a: Expiry, b: Expiry): number {
  if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null);
  return a.at.getTime() - b.at.getTime();
}

export function countExpiries(expiries: readonly Expiry[]): Readonly<Record<ExpiryState, number>> {
  const counts = { expired: 0, soon: 0, valid: 0, unknown: 0 };
  for (const { state } of expiries) counts[state] += 1;
  return counts;
}
