import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { compareEcosystems } from '../../standards/osv/ecosystem.ts';
import type { Coverage, EndpointAssessment } from './api.ts';
import { isTooOld } from './feeds/feed-catalogue.ts';
import { loadFeeds } from './feeds/feed-store.ts';
import { missingMonthsRemedy, reasonRemedies, supportRemedies } from './remedy.ts';
import type { NotAssessedReason } from './subject.ts';
import { missingMonths, windowsEcosystem } from './windows.ts';

type Counts = Readonly<Record<string, number>>;

interface AssessmentRow {
  readonly scopeId: string;
  readonly softwareCount: number;
  readonly assessedAt: Date | null;
  readonly ecosystem: string | null;
  readonly ecosystems: Counts | null;
  readonly missing: Counts | null;
  readonly notAssessed: Counts | null;
  readonly support: EndpointAssessment['support']['state'];
}

/** Of one endpoint; undefined: there is none within these scopes. */
export async function endpointAssessment(
  db: Queryable,
  endpointId: string,
  scopes: ScopeReach,
  at: Date,
): Promise<EndpointAssessment | undefined> {
  const { rows } = await db.query<AssessmentRow>(
    `select e.scope_id as "scopeId", e.software_count as "softwareCount",
            a.assessed_at as "assessedAt", a.ecosystem, a.ecosystems, a.missing,
            a.not_assessed as "notAssessed", a.support
       from assets.endpoint_view e
       left join vulnerabilities.assessments a on a.endpoint_id = e.id
      where e.id = $1 and ($2::uuid[] is null or e.scope_id = any($2))`,
    [endpointId, scopes === 'all' ? null : scopes],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const aged = await ageOfEcosystems(db, at);
  const counted = Object.entries(row.ecosystems ?? {});
  const old = counted.filter(([ecosystem]) => aged(ecosystem));
  const gaps = gapsOfWindows(await loadFeeds(db));
  const { support } = row;
  return {
    endpointId,
    assessedAt: row.assessedAt?.toISOString() ?? null,
    ecosystem: row.ecosystem,
    softwareCount: row.softwareCount,
    assessedCount: sum(counted.filter(([ecosystem]) => !aged(ecosystem))),
    ecosystems: counted.map(([ecosystem, count]) => ({ ecosystem, count })),
    notAssessed: reasonsOf(row.notAssessed ?? {}, row.missing ?? {}, Object.fromEntries(old), gaps),
    support: {
      state: support,
      remedy:
        support === 'release-unknown' || support === 'no-data' ? supportRemedies[support] : null,
    },
  };
}

/** Over the endpoints within these scopes. */
export async function coverageOf(db: Queryable, scopes: ScopeReach, at: Date): Promise<Coverage> {
  const reach = scopes === 'all' ? null : scopes;
  const aged = await ageOfEcosystems(db, at);
  const { rows: totals } = await db.query<{
    total: number;
    software: number;
    ecosystems: Counts | null;
    missing: Counts | null;
    notAssessed: Counts | null;
  }>(
    `with seen as (
       select e.id, e.software_count, a.ecosystems, a.missing, a.not_assessed
         from assets.endpoint_view e
         left join vulnerabilities.assessments a on a.endpoint_id = e.id
        where $1::uuid[] is null or e.scope_id = any($1)),
     summed as (
       select kind, key, sum(value::bigint) as count
         from seen, lateral (
              select 'ecosystems' as kind, key, value from jsonb_each_text(ecosystems)
              union all select 'missing', key, value from jsonb_each_text(missing)
              union all select 'notAssessed', key, value from jsonb_each_text(not_assessed)) each
        group by 1, 2)
     select (select count(*) from seen)::int as total,
            (select coalesce(sum(software_count), 0) from seen)::bigint as software,
            (select jsonb_object_agg(key, count) from summed where kind = 'ecosystems') as ecosystems,
            (select jsonb_object_agg(key, count) from summed where kind = 'missing') as missing,
            (select jsonb_object_agg(key, count) from summed where kind = 'notAssessed') as "notAssessed"`,
    [reach],
  );
  const { total, software, ecosystems, missing, notAssessed } = totals[0]!;
  const counted = Object.entries(ecosystems ?? {});
  const usable = counted.filter(([ecosystem]) => !aged(ecosystem));
  const { rows: assessedRows } = await db.query<{ assessed: number }>(
    `select count(*)::int as assessed
       from assets.endpoint_view e join vulnerabilities.assessments a on a.endpoint_id = e.id
      where ($1::uuid[] is null or e.scope_id = any($1)) and a.ecosystems ?| $2::text[]`,
    [reach, usable.map(([ecosystem]) => ecosystem)],
  );
  const { assessed } = assessedRows[0]!;
  const assessedSoftware = sum(usable);
  return {
    endpoints: { total, assessed, notAssessed: total - assessed },
    software: {
      assessed: assessedSoftware,
      notAssessed: Math.max(0, software - assessedSoftware),
    },
    reasons: reasonsOf(
      notAssessed ?? {},
      missing ?? {},
      Object.fromEntries(counted.filter(([ecosystem]) => aged(ecosystem))),
      gapsOfWindows(await loadFeeds(db)),
    ),
    asOf: at.toISOString(),
  };
}

/**
 * Are the advisories for an ecosystem too old? The youngest feed that covers it decides. Those of
 * Windows come by the month: with one missing among all that is held, they count as too old.
 */
export async function ageOfEcosystems(
  db: Queryable,
  at: Date,
): Promise<(ecosystem: string) => boolean> {
  const feeds = (await loadFeeds(db)).filter(({ succeededAt }) => succeededAt !== null);
  const speaksOf = (name: string, ecosystem: string) =>
    ecosystem === windowsEcosystem
      ? windowsFeeds.has(name)
      : name.startsWith('osv/') && compareEcosystems(name.slice(4), ecosystem) === 'same';
  const gaps = gapsOfWindows(feeds);
  return (ecosystem) =>
    (ecosystem === windowsEcosystem && gaps.length > 0) ||
    !feeds.some((feed) => speaksOf(feed.name, ecosystem) && !isTooOld(feed.name, feed, at));
}

const windowsFeeds: ReadonlySet<string> = new Set(['windows-fixes', 'windows-cvrf']);

/** Months that none of the feeds of Windows has, between the first and the last of all. */
function gapsOfWindows(feeds: Awaited<ReturnType<typeof loadFeeds>>): readonly string[] {
  return missingMonths(
    feeds.filter(({ name }) => windowsFeeds.has(name)).flatMap(({ months }) => months ?? []),
  );
}

function reasonsOf(
  notAssessed: Counts,
  missing: Counts,
  aged: Counts,
  gaps: readonly string[],
): Coverage['reasons'] {
  const { [windowsEcosystem]: windows = 0, ...others } = aged;
  const old = gaps.length > 0 ? others : aged;
  const all: Counts = {
    ...notAssessed,
    'feed-too-old': sum(Object.entries(old)),
    'feed-incomplete': gaps.length > 0 ? windows : 0,
  };
  const named: Readonly<Record<string, readonly string[]>> = {
    'feed-never-imported': Object.keys(missing).sort(),
    'feed-too-old': Object.keys(old).sort(),
    'feed-incomplete': gaps.map((month) => `${windowsEcosystem} ${month}`),
  };
  return Object.entries(all)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({
      reason: reason as NotAssessedReason,
      count,
      ecosystems: [...(named[reason] ?? [])],
      remedy:
        reason === 'feed-incomplete'
          ? missingMonthsRemedy(gaps)
          : reasonRemedies[reason as NotAssessedReason],
    }))
    .sort((a, b) => b.count - a.count);
}

function sum(entries: readonly (readonly [string, number])[]): number {
  return entries.reduce((total, [, count]) => total + count, 0);
}
