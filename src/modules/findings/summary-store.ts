import type { Queryable } from '../../platform/db/queryable.ts';
import { compareVersions, versionRuleOf } from '../../standards/versions/ecosystem.ts';
import type { FindingDetails, FindingsOverview, Fix, WeaknessDetails } from './api.ts';
import { addDays } from './due.ts';
import { judge } from './judge.ts';
import { activeStates } from './life-cycle.ts';
import { conditionsOf, type FindingFilter } from './list-store.ts';
import { loadProfiles } from './reconcile-store.ts';
import { type Severity, severities, spellingsOf } from './weakness.ts';

const active = `f.state in (${activeStates.map((state) => `'${state}'`).join(', ')})`;

/** What a list row does not show: evidence, the decision on its due date, and its history. */
export async function findingExtras(
  db: Queryable,
  id: number,
): Promise<Omit<FindingDetails, keyof import('./api.ts').Finding> | undefined> {
  const { rows } = await db.query<{
    stateReason: string | null;
    stateSource: string | null;
    exceptedUntil: string | null;
    cvssVector: string | null;
    ids: string[];
    references: string[];
    evidence: FindingDetails['evidence'];
    scopeId: string;
    severity: Severity | null;
    kevListedOn: string | null;
    kevDueOn: string | null;
    epss: number | null;
    automatable: boolean | null;
    technicalImpact: 'partial' | 'total' | null;
    class: FindingDetails['class'];
    fixId: number | null;
    reachable: boolean | null;
    exposed: boolean | null;
    criticality: FindingDetails['criticality'];
    detectedOn: string;
    pausedDays: number;
    exceptionId: number | null;
  }>(
    `select f.state_reason as "stateReason", f.state_source as "stateSource",
            f.excepted_until::text as "exceptedUntil", w.cvss_vector as "cvssVector", w.ids,
            w.reference_urls as "references", f.evidence, f.scope_id as "scopeId", w.severity,
            w.kev_listed_on::text as "kevListedOn", w.kev_due_on::text as "kevDueOn", w.epss,
            w.automatable, w.technical_impact as "technicalImpact", f.class, f.fix_id as "fixId",
            f.reachable, a.exposed, a.criticality,
            coalesce(f.reopened_at, f.first_seen_at)::date::text as "detectedOn",
            f.paused_days as "pausedDays", f.exception_id as "exceptionId"
       from findings.findings f
       join findings.weaknesses w on w.id = f.weakness_id
       join findings.assets a on a.id = f.asset_ref
      where f.id = $1`,
    [id],
  );
  const [row] = rows;
  if (!row) return undefined;
  const { rows: events } = await db.query<{
    at: Date;
    event: string;
    details: Record<string, unknown>;
  }>(
    `select at, event, details from findings.events where finding_id = $1 order by at desc, id desc
      limit 200`,
    [id],
  );
  const profile = (await loadProfiles(db)).get(row.scopeId) ?? 'bod-26-04';
  const { due } = judge(profile, row, {
    findingClass: row.class,
    fixable: row.fixId !== null,
    reachable: row.reachable,
    exposed: row.exposed,
    criticality: row.criticality,
    detectedOn: row.detectedOn,
    pausedDays: row.pausedDays,
  });
  const { stateReason, stateSource, exceptedUntil, cvssVector, ids, references, evidence } = row;
  return {
    stateReason,
    stateSource,
    exceptedUntil,
    exceptionId: row.exceptionId,
    cvssVector,
    ids,
    references,
    evidence,
    decision: {
      profile: due.profile,
      outcome: due.outcome,
      clockStartedOn: due.clockStartedOn,
      days: due.days,
      path: [...due.path],
    },
    history: events.map(({ at, event, details }) => ({ at: at.toISOString(), event, details })),
  };
}

/** Fixes with what each would remove; the one that removes the most urgent risk first. */
export async function listFixes(
  db: Queryable,
  filter: FindingFilter,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ items: readonly Fix[]; total: number }> {
  const { where, values } = conditionsOf(filter);
  const { rows } = await db.query<{
    id: number;
    ecosystem: string;
    name: string;
    versions: string[];
    assets: number;
    findings: number;
    weaknesses: number;
    exploited: number;
    withOthers: number;
    severity: number;
    earliestDueOn: string | null;
    rank: number;
    total: number;
  }>(
    // A finding counts in the group of each package that it needs upgraded.
    `with needed as (
       select f.id, f.fix_id, f.fix_version, f.asset_ref, f.weakness_id, f.exploited,
              f.severity_order, f.due_on, f.rank
         from findings.findings f ${where} ${where === '' ? 'where' : 'and'} f.fix_id is not null),
     further as (
       select m.fix_id, m.version as fix_version, n.asset_ref, n.weakness_id, n.exploited,
              n.severity_order, n.due_on, n.rank
         from needed n join findings.further_fixes m on m.finding_id = n.id
        where m.version is not null)
     select x.id, x.ecosystem, x.name, g.versions, g.assets, g.findings, g.weaknesses, g.exploited,
            g."withOthers", g.severity, g.due::text as "earliestDueOn", g.rank, g.total
       from (select f.fix_id, (array_agg(distinct f.fix_version))[1:500] as versions,
                    count(distinct f.asset_ref)::int as assets, count(*)::int as findings,
                    count(distinct f.weakness_id)::int as weaknesses,
                    count(distinct f.weakness_id) filter (where f.exploited)::int as exploited,
                    count(distinct f.weakness_id) filter (where f.others)::int as "withOthers",
                    max(f.severity_order) as severity, min(f.due_on) as due, min(f.rank) as rank,
                    count(*) over ()::int as total
               from (select fix_id, fix_version, asset_ref, weakness_id, exploited, severity_order,
                            due_on, rank,
                            id in (select finding_id from findings.further_fixes) as others
                       from needed
                     union all select *, true from further) f
              group by f.fix_id
              order by count(distinct f.weakness_id) filter (where f.exploited) desc,
                       min(f.due_on) nulls last, count(*) desc, f.fix_id
             offset ${Math.trunc(window.offset)} limit ${Math.trunc(window.limit)}) g
       join findings.fixes x on x.id = g.fix_id
      order by g.exploited desc, g.due nulls last, g.findings desc, x.id`,
    values,
  );
  return {
    total: rows[0]?.total ?? 0,
    items: rows.map(({ severity, total: _, ...row }) => {
      const fix = { ...row, versions: highestOf(row.ecosystem, row.versions) };
      return { ...fix, severest: severities[severity] ?? null, sentence: fixSentence(fix) };
    }),
  };
}

/** The version that is enough for all; several only where they cannot be compared. */
export function highestOf(ecosystem: string, versions: readonly string[]): string[] {
  const rule = versionRuleOf(ecosystem);
  if (rule === undefined) return [...versions];
  return versions.filter((version) =>
    versions.every((other) => compareVersions(rule, version, other) !== -1),
  );
}

function fixSentence(fix: {
  name: string;
  versions: readonly string[];
  assets: number;
  weaknesses: number;
  exploited: number;
  withOthers: number;
}): { en: string; ja: string } {
  const { name, versions, assets, weaknesses, exploited, withOthers } = fix;
  const to = versions.join(', ');
  const many = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
  return {
    en: `Upgrade ${name} to ${to} on ${many(assets, 'asset', 'assets')}: removes ${many(weaknesses, 'weakness', 'weaknesses')}${exploited > 0 ? `, ${exploited} exploited` : ''}${withOthers > 0 ? ` (${withOthers} only together with other packages)` : ''}.`,
    ja: `${assets}台の ${name} を ${to} に更新すると、弱点${weaknesses}件${exploited > 0 ? `（うち悪用確認${exploited}件）` : ''}がなくなります。${withOthers > 0 ? `うち${withOthers}件は、ほかのパッケージの更新も必要です。` : ''}`,
  };
}

export async function overviewOf(
  db: Queryable,
  scopeIds: readonly string[] | 'all',
  now: Date,
): Promise<FindingsOverview> {
  const today = now.toISOString().slice(0, 10);
  const scopes = scopeIds === 'all' ? null : scopeIds;
  const [{ rows: counts }, { rows: bySeverity }, { rows: byClass }, { rows: coverage }] =
    await Promise.all([
      db.query<{
        active: number;
        overdue: number;
        dueThisWeek: number;
        exploited: number;
        opened: number;
        closed: number;
      }>(
        `select count(*) filter (where ${active})::int as active,
              count(*) filter (where ${active} and f.due_on < $2)::int as overdue,
              count(*) filter (where ${active} and f.due_on >= $2 and f.due_on < $3)::int as "dueThisWeek",
              count(*) filter (where ${active} and f.exploited)::int as exploited,
              count(*) filter (where coalesce(f.reopened_at, f.first_seen_at) > $4)::int as opened,
              count(*) filter (where f.closed_at > $4)::int as closed
         from findings.findings f
        where f.class = 'normal' and ($1::uuid[] is null or f.scope_id = any($1))`,
        [scopes, today, addDays(today, 7), new Date(now.getTime() - 7 * 86_400_000)],
      ),
      db.query<{ severity: number; count: number }>(
        `select f.severity_order as severity, count(*)::int as count from findings.findings f
        where ${active} and f.class = 'normal' and ($1::uuid[] is null or f.scope_id = any($1))
        group by 1`,
        [scopes],
      ),
      db.query<{ class: string; count: number }>(
        `select f.class, count(*)::int as count from findings.findings f
        where ${active} and ($1::uuid[] is null or f.scope_id = any($1)) group by 1 order by 1`,
        [scopes],
      ),
      db.query<{ endpoints: number; assessed: number }>(
        `select count(*)::int as endpoints,
              count(*) filter (where exists (
                select from findings.assets a
                  join findings.assessments s on s.asset_ref = a.id and s.kind = 'vulnerability'
                 where a.asset_id = e.id))::int as assessed
         from assets.endpoint_view e where $1::uuid[] is null or e.scope_id = any($1)`,
        [scopes],
      ),
    ]);
  const { active: activeCount, overdue, dueThisWeek, exploited, opened, closed } = counts[0]!;
  const { endpoints, assessed } = coverage[0]!;
  const known = assessed > 0;
  return {
    asOf: now.toISOString(),
    active: known ? activeCount : null,
    overdue: known ? overdue : null,
    dueThisWeek: known ? dueThisWeek : null,
    exploited: known ? exploited : null,
    openedLast7d: opened,
    closedLast7d: closed,
    assessedEndpoints: assessed,
    endpoints,
    bySeverity: Object.fromEntries(
      bySeverity.map(({ severity, count }) => [severities[severity] ?? 'unknown', count]),
    ),
    byClass: Object.fromEntries(byClass.map(({ class: name, count }) => [name, count])),
  };
}

/** A weakness by any of its ids. */
export async function findWeakness(
  db: Queryable,
  id: string,
  scopeIds: readonly string[] | 'all',
): Promise<WeaknessDetails | undefined> {
  const { rows } = await db.query<
    Omit<WeaknessDetails, 'publishedAt' | 'modifiedAt' | 'exploited'> & {
      publishedAt: Date | null;
      modifiedAt: Date | null;
    }
  >(
    `select w.key, w.kind, w.title, w.title_ja as "titleJa", w.severity, w.cvss_score as "cvssScore",
            w.kev_listed_on::text as "kevListedOn", w.kev_ransomware as ransomware, w.epss, w.ids,
            w.cvss_vector as "cvssVector", w.kev_due_on::text as "kevDueOn", w.automatable,
            w.technical_impact as "technicalImpact", w.published_at as "publishedAt",
            w.modified_at as "modifiedAt", w.reference_urls as "references",
            (select count(*)::int from findings.findings f where f.weakness_id = w.id and ${active}
               and ($2::uuid[] is null or f.scope_id = any($2))) as "activeFindings",
            (select count(*)::int from findings.findings f where f.weakness_id = w.id
               and f.state = 'closed'
               and ($2::uuid[] is null or f.scope_id = any($2))) as "closedFindings"
       from findings.weaknesses w where w.ids && $3::text[] order by (w.key = $1) desc, w.id limit 1`,
    [id, scopeIds === 'all' ? null : scopeIds, spellingsOf(id)],
  );
  const [row] = rows;
  return (
    row && {
      ...row,
      exploited: row.kevListedOn !== null,
      publishedAt: row.publishedAt?.toISOString() ?? null,
      modifiedAt: row.modifiedAt?.toISOString() ?? null,
    }
  );
}
