import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { addDays } from '../due.ts';
import { listScopeProfiles } from '../due-profile-store.ts';
import { inTreeOrder } from '../due-profile-tree.ts';
import { type MeasureSet, type Measures, severityRows } from './api.ts';
import { type CoverageRow, type DailyRow, readDays } from './daily-store.ts';
import { severityName } from './sla-store.ts';
import { daysBetween, meanOf, measure, medianOf, share, sumUp } from './sums.ts';

/** The last `weeks` weeks up to today, of what lies within reach, out of the days that were kept. */
export async function measuresOf(
  db: Queryable,
  scopeIds: ScopeReach,
  { now, weeks }: { readonly now: Date; readonly weeks: number },
): Promise<Measures> {
  const until = now.toISOString().slice(0, 10);
  const from = addDays(until, 1 - 7 * weeks);
  const scopes = scopeIds === 'all' ? null : scopeIds;
  const [{ days, coverage, measured }, profiles, identified] = await Promise.all([
    readDays(db, { from, until }, scopes),
    listScopeProfiles(db),
    identifySeconds(db, { from, now }, scopes),
  ]);
  const shown = inTreeOrder(
    profiles.filter(({ id }) => scopeIds === 'all' || scopeIds.includes(id)),
  );
  const daysOf = sumUp(shown, days);
  const coverageOf = sumUp(shown, coverage);
  const taken = coverage.map(({ takenAt }) => takenAt.toISOString()).sort();
  return {
    asOf: taken.at(-1) ?? null,
    from,
    until,
    measuredDays: measured.length,
    days: 7 * weeks,
    coverage: lastCoverage(coverage),
    all: setOf(days),
    bySeverity: severityRows.flatMap((severity) => {
      const rows = days.filter((row) => severityName(row.severityOrder) === severity);
      return rows.length === 0 ? [] : [{ severity, ...setOf(rows) }];
    }),
    byScope: shown.map(({ id, name, depth }) => ({
      scopeId: id,
      name,
      depth,
      coverage: lastCoverage(coverageOf(id)),
      ...setOf(daysOf(id)),
    })),
    identifySeconds: {
      mean: measure(meanOf(identified), identified.length),
      median: measure(medianOf(identified), identified.length),
    },
    weeks: Array.from({ length: weeks }, (_, at) => {
      const first = addDays(from, 7 * at);
      return weekOf(daysBetween(first, addDays(first, 6)), { days, coverage, measured });
    }),
  };
}

function setOf(rows: readonly DailyRow[]): MeasureSet {
  const seconds = rows.flatMap(({ closedSeconds }) => closedSeconds);
  const cameDue = sum(rows.map((row) => row.cameDue));
  const closedFixable = sum(rows.map((row) => row.closedFixable));
  const open = lastOf(rows, (row) => row.activeFixable);
  return {
    meanSeconds: measure(meanOf(seconds), seconds.length),
    medianSeconds: measure(medianOf(seconds), seconds.length),
    slaKept: measure(share(sum(rows.map((row) => row.kept)), cameDue), cameDue),
    // Nobody looked at what is open: then nothing can be said of how much of all was closed.
    patchRate:
      open === null
        ? measure(null, 0)
        : measure(share(closedFixable, closedFixable + open), closedFixable + open),
  };
}

function weekOf(
  week: readonly string[],
  {
    days,
    coverage,
    measured,
  }: {
    days: readonly DailyRow[];
    coverage: readonly CoverageRow[];
    measured: readonly string[];
  },
): Measures['weeks'][number] {
  const [from = '', until = ''] = [week[0], week.at(-1)];
  const within = ({ day }: { readonly day: string }) => day >= from && day <= until;
  const rows = days.filter(within);
  const measuredDays = measured.filter((day) => within({ day })).length;
  const known = (value: number | null) => (measuredDays === 0 ? null : value);
  const looked = coverage.some(within);
  return {
    from,
    measuredDays,
    opened: known(sum(rows.map((row) => row.opened))),
    closed: known(sum(rows.map((row) => row.closed))),
    medianSeconds: medianOf(rows.flatMap(({ closedSeconds }) => closedSeconds)),
    slaKept: share(sum(rows.map((row) => row.kept)), sum(rows.map((row) => row.cameDue))),
    active: looked
      ? (lastOf(rows, (row) => row.active, lastDay(coverage.filter(within))) ?? 0)
      : null,
    overdue: looked
      ? (lastOf(rows, (row) => row.overdue, lastDay(coverage.filter(within))) ?? 0)
      : null,
    coverage: lastCoverage(coverage.filter(within))?.share ?? null,
  };
}

/** The sum over the last day on which anybody looked (or of `day`); null: nobody did. */
function lastOf(
  rows: readonly DailyRow[],
  of: (row: DailyRow) => number | null,
  day = lastDay(rows.filter((row) => of(row) !== null)),
): number | null {
  const values = rows.filter((row) => row.day === day).map(of);
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known);
}

function lastCoverage(rows: readonly CoverageRow[]): Measures['coverage'] {
  const day = lastDay(rows);
  if (day === undefined) return null;
  const last = rows.filter((row) => row.day === day);
  const endpoints = sum(last.map((row) => row.endpoints));
  const assessed = sum(last.map((row) => row.assessed));
  return { endpoints, assessed, share: share(assessed, endpoints) };
}

function lastDay(rows: readonly { readonly day: string }[]): string | undefined {
  return rows.reduce<string | undefined>(
    (last, { day }) => (last === undefined || day > last ? day : last),
    undefined,
  );
}

/**
 * From the publication of each weakness until it was first found within reach, in seconds. Only of
 * what was published in the time asked for and after the first look at anything: what is older was
 * found late because nobody was looking yet. Published and found within the same hour: 0, not less.
 */
async function identifySeconds(
  db: Queryable,
  { from, now }: { readonly from: string; readonly now: Date },
  scopes: readonly string[] | null,
): Promise<readonly number[]> {
  const { rows } = await db.query<{ seconds: number }>(
    `select greatest(0, extract(epoch from min(f.first_seen_at) - w.published_at))::float8 as seconds
       from findings.weaknesses w
       join findings.findings f on f.weakness_id = w.id
      where w.published_at >= $1::date and w.published_at <= $2
        and w.published_at > (select min(first_seen_at) from findings.findings
                               where $3::uuid[] is null or scope_id = any($3))
        and ($3::uuid[] is null or f.scope_id = any($3))
      group by w.id, w.published_at`,
    [from, now, scopes],
  );
  return rows.map(({ seconds }) => seconds);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
