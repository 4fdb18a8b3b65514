import type { RuleSimulation } from './api.ts';
import type { RuleEntry } from './rule-file.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** Midnight UTC of the second Tuesday of the month in which `at` lies. */
export function secondTuesday(at: Date): Date {
  const first = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1));
  const toTuesday = (2 - first.getUTCDay() + 7) % 7;
  return new Date(first.getTime() + (toTuesday + 7) * dayMs);
}

/** When a rule runs first at or after a moment. */
export function nextRun(every: RuleEntry['every'], from: Date): Date {
  if (every === 'second-tuesday') {
    const own = secondTuesday(from);
    if (own >= from) return own;
    return secondTuesday(new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 1)));
  }
  const stepMs = every === 'hour' ? hourMs : dayMs;
  return new Date(Math.ceil(from.getTime() / stepMs) * stepMs);
}

/** Is it time, given when it ran last? The week of the second Tuesday ends on its seventh day. */
export function isRuleDue(every: RuleEntry['every'], lastRunAt: Date | null, now: Date): boolean {
  if (every === 'second-tuesday') {
    const day = secondTuesday(now);
    const within = now >= day && now.getTime() < day.getTime() + 7 * dayMs;
    return within && (lastRunAt === null || lastRunAt < day);
  }
  if (lastRunAt === null) return true;
  // A minute of grace: runs that are a moment early are not put off for a whole step.
  const stepMs = every === 'hour' ? hourMs : dayMs;
  return now.getTime() - lastRunAt.getTime() >= stepMs - 60_000;
}

/** A finding of the past that the rule would have taken. */
export interface PastFinding {
  /** From when on the rule would have seen it. */
  readonly since: Date;
  readonly closedAt: Date | null;
}

/** What a rule would have done with the past: when it would have run, and what it would have won. */
export function simulateRule(
  { every, campaign }: Pick<RuleEntry, 'every' | 'campaign'>,
  findings: readonly PastFinding[],
  from: Date,
  to: Date,
): RuleSimulation {
  const days = new Map<string, number>();
  const runs = new Set<number>();
  let [taken, closedSooner, won, wonBy] = [0, 0, 0, 0];
  for (const { since, closedAt } of findings) {
    const run = nextRun(every, since < from ? from : since);
    // Closed before the rule ran: it had nothing to do with it.
    if (run > to || (closedAt !== null && closedAt <= run)) continue;
    taken += 1;
    runs.add(run.getTime());
    const day = run.toISOString().slice(0, 10);
    days.set(day, (days.get(day) ?? 0) + 1);
    const due = run.getTime() + campaign.deadlineDays * dayMs;
    if (closedAt !== null && closedAt.getTime() <= due) {
      closedSooner += 1;
      continue;
    }
    const endMs = (closedAt ?? to).getTime();
    if (endMs > due) {
      won += (endMs - due) / dayMs;
      wonBy += 1;
    }
  }
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    campaigns: runs.size,
    findings: taken,
    closedSooner,
    meanDaysWon: wonBy === 0 ? null : won / wonBy,
    days: [...days].sort().map(([day, count]) => ({ day, findings: count })),
  };
}
