/** Choices for how long a question stays open. */
export const expiryChoicesSeconds = [
  300,
  3600,
  8 * 3600,
  86_400,
  3 * 86_400,
  7 * 86_400,
  14 * 86_400,
  30 * 86_400,
] as const;

/** Choices for how often a schedule asks. */
export const everyChoicesMinutes = [15, 60, 6 * 60, 24 * 60, 7 * 24 * 60, 30 * 24 * 60] as const;

/** The choices, and the present value where it is none of them. */
export function withPresent(choices: readonly number[], present: number): number[] {
  return choices.includes(present)
    ? [...choices]
    : [...choices, present].sort((one, other) => one - other);
}

/** `38 ms`, `1.2 s`, or null when a duration in whole seconds reads better. */
export function shortSpan(ms: number): { amount: number; unit: 'ms' | 's' } | null {
  if (ms < 0) return { amount: 0, unit: 'ms' };
  if (ms < 1000) return { amount: Math.round(ms), unit: 'ms' };
  if (ms < 60_000) return { amount: Math.floor(ms / 100) / 10, unit: 's' };
  return null;
}

/** `1440` minutes as the largest unit that they are a whole number of. */
export function intervalOf(minutes: number): { count: number; unit: 'day' | 'hour' | 'minute' } {
  if (minutes % 1440 === 0) return { count: minutes / 1440, unit: 'day' };
  if (minutes % 60 === 0) return { count: minutes / 60, unit: 'hour' };
  return { count: minutes, unit: 'minute' };
}
