const dayMs = 86_400_000;
/** A chart of more would have no pixel for each. */
const mostDays = 800;

/** Every day (UTC) from `from` to `to`, those of which nothing is said with zero. */
export function everyDay(
  { from, to }: { readonly from: string; readonly to: string },
  days: readonly { day: string; findings: number }[],
): { day: string; findings: number }[] {
  const known = new Map(days.map(({ day, findings }) => [day, findings]));
  const first = Math.floor(Date.parse(from) / dayMs);
  const last = Math.floor(Date.parse(to) / dayMs);
  const count = Math.min(Math.max(0, last - first + 1), mostDays);
  return Array.from({ length: Number.isNaN(count) ? 0 : count }, (_, at) => {
    const day = new Date((first + at) * dayMs).toISOString().slice(0, 10);
    return { day, findings: known.get(day) ?? 0 };
  });
}
