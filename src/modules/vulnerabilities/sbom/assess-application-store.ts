import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { compareEcosystems } from '../../../standards/osv/ecosystem.ts';
import { type AssetFacts, type ReconcileResult, reconcile } from '../../findings/public.ts';
import { lockAssessments } from '../assess-store.ts';
import { ageOfEcosystems } from '../coverage-store.ts';
import { loadFeeds } from '../feeds/feed-store.ts';
import { matchSubjects, type StoredSubject } from '../match-store.ts';
import type { Match } from '../matching.ts';
import { type InstalledMatch, observedOn } from '../observe.ts';

export interface ApplicationAssessed extends ReconcileResult {
  readonly assessedCount: number;
  readonly notAssessed: Readonly<Record<string, number>>;
}

/**
 * Applications whose newest version, or whose advisories, changed since they were assessed. A feed
 * that came in since may cover what was not assessed before.
 */
export async function applicationsToAssess(
  db: Queryable,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select a.id from vulnerabilities.applications a
      where a.assessed_at is null
         -- Feeds grow old by themselves.
         or a.assessed_at < now() - interval '1 day'
         or exists (select from vulnerabilities.feeds f
                     where f.name like 'osv/%' and f.succeeded_at > a.assessed_at)
         or exists (select from vulnerabilities.components c
                      join vulnerabilities.subjects s on s.id = c.subject_id
                     where c.version_id = (select max(id) from vulnerabilities.application_versions
                                            where application_id = a.id)
                       and (s.matched_at is null or s.matched_at > a.assessed_at))
      order by a.assessed_at nulls first, a.id limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

interface ComponentRow extends StoredSubject {
  readonly component: string;
  readonly installed: string;
  readonly matched: boolean;
}

/** Matches the newest version of one application and makes its findings equal to that. */
export async function assessApplication(
  tx: Queryable,
  applicationId: string,
  at: Date,
  cause: 'inventory' | 'advisory',
): Promise<ApplicationAssessed> {
  await lockAssessments(tx);
  const { rows: applications } = await tx.query<Omit<AssetFacts, 'assetKind'>>(
    `select id as "assetId", name, scope_id as "scopeId", criticality, exposed
       from vulnerabilities.applications where id = $1 for update`,
    [applicationId],
  );
  const newest = `(select max(id) from vulnerabilities.application_versions where application_id = $1)`;
  const { rows: components } = await tx.query<ComponentRow>(
    `select s.id, s.ecosystem, s.name, s.version, c.name as component,
            coalesce(c.version, s.version) as installed, (s.matched_at is not null) as matched
       from vulnerabilities.components c
       join vulnerabilities.subjects s on s.id = c.subject_id
      where c.version_id = ${newest} order by c.ref`,
    [applicationId],
  );
  const { rows: reasons } = await tx.query<{ reason: string; count: number }>(
    `select reason, count(*)::int as count from vulnerabilities.components
      where version_id = ${newest} and reason is not null group by reason`,
    [applicationId],
  );
  const notAssessed = Object.fromEntries(reasons.map(({ reason, count }) => [reason, count]));
  const feeds = (await loadFeeds(tx)).filter(
    ({ name, succeededAt }) => name.startsWith('osv/') && succeededAt !== null,
  );
  const isCovered = (ecosystem: string) =>
    feeds.some(({ name }) => compareEcosystems(name.slice(4), ecosystem) === 'same');
  const covers = new Map(
    [...new Set(components.map((row) => row.ecosystem))].map((ecosystem) => [
      ecosystem,
      isCovered(ecosystem),
    ]),
  );
  const covered = components.filter(({ ecosystem }) => covers.get(ecosystem));
  const missing = components.length - covered.length;
  if (missing > 0) notAssessed['feed-never-imported'] = missing;
  const aged = await ageOfEcosystems(tx, at);
  // Matched against what is known, but nothing newer: found is found, not found is not harmless.
  const tooOld = covered.filter(({ ecosystem }) => aged(ecosystem)).length;
  if (tooOld > 0) notAssessed['feed-too-old'] = tooOld;
  const assessedCount = covered.length - tooOld;
  // What no feed covers as well: matched against nothing, it waits for nothing.
  const unmatched = new Map(
    components.filter(({ matched }) => !matched).map((row) => [row.id, row]),
  );
  await matchSubjects(tx, [...unmatched.values()], at);
  const { rows: matches } = await tx.query<Match & { subjectId: number }>(
    `select subject_id as "subjectId", weakness_key as "weaknessKey", verdict, class,
            fixed_version as "fixedVersion", evidence
       from vulnerabilities.matches where subject_id = any($1::int[])
      order by subject_id, weakness_key`,
    [covered.map(({ id }) => id)],
  );
  const bySubject = Map.groupBy(matches, ({ subjectId }) => subjectId);
  let unreadable = 0;
  const installed = covered.flatMap(
    ({ id, ecosystem, name, version, component, installed: shown }): InstalledMatch[] => {
      const found = bySubject.get(id) ?? [];
      if (found.some(({ verdict }) => verdict === 'unknown')) unreadable += 1;
      return found.map(({ subjectId: _, ...match }) => ({
        softwareId: null,
        component,
        version: shown,
        subject: { ecosystem, name, version },
        match,
      }));
    },
  );
  if (unreadable > 0) notAssessed['version-unreadable'] = unreadable;
  const circumstances = { assetId: applicationId, runningKernel: null, listening: null };
  // Without a single feed for what it contains nothing was assessed: no finding is closed.
  const assessable = covered.length > 0 || components.length === 0;
  const result = await reconcile(tx, {
    kinds: ['vulnerability'],
    assets: assessable ? applications.map((facts) => ({ ...facts, assetKind: 'application' })) : [],
    observed: observedOn(circumstances, installed),
    observedAt: at,
    cause,
  });
  await tx.query(
    `update vulnerabilities.applications
        set assessed_at = $2, assessed_count = $3, not_assessed = $4 where id = $1`,
    [applicationId, at, assessedCount, JSON.stringify(notAssessed)],
  );
  return { ...result, assessedCount, notAssessed };
}

/** Assesses the applications that wait for it, each in its own transaction. Answers how many. */
export async function assessApplications(
  db: Database,
  { clock, signal }: { readonly clock: () => Date; readonly signal?: AbortSignal },
): Promise<number> {
  let assessed = 0;
  while (!signal?.aborted) {
    const ids = await applicationsToAssess(db, 100);
    if (ids.length === 0) break;
    for (const id of ids) {
      if (signal?.aborted) break;
      await db.transaction((tx) => assessApplication(tx, id, clock(), 'advisory'));
      assessed += 1;
    }
  }
  return assessed;
}

/** Closes what is open on an application that is about to go. */
export async function closeApplication(
  tx: Queryable,
  facts: Omit<AssetFacts, 'assetKind'>,
  at: Date,
): Promise<void> {
  await reconcile(tx, {
    kinds: ['vulnerability'],
    assets: [{ ...facts, assetKind: 'application' }],
    observed: [],
    observedAt: at,
    cause: 'asset-gone',
  });
}
