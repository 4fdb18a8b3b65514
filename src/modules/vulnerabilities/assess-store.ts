import type { Database, Queryable } from '../../platform/db/queryable.ts';
import { compareEcosystems } from '../../standards/osv/ecosystem.ts';
import { type AssetFacts, exposureOf, type ReconcileCause, reconcile } from '../findings/public.ts';
import { matchSubjects, storeSubjects, subjectsToMatch } from './match-store.ts';
import type { Match } from './matching.ts';
import { type InstalledMatch, observedOn } from './observe.ts';
import {
  distributionOf,
  type NotAssessedReason,
  type SoftwareRow,
  type Subject,
  subjectOf,
} from './subject.ts';
import { reconcileSupport } from './support/support-store.ts';
import { windowsEcosystem, windowsSubject } from './windows.ts';

/** How many endpoints are assessed in one transaction. */
const batchSize = 50;

export interface AssessResult {
  readonly endpoints: number;
  readonly opened: number;
  readonly closed: number;
}

/** Parts `p` of an inventory that an assessment reads. */
const assessedParts = `(part like 'software-%' or part in ('os', 'kernels', 'port-packages'))
  and changed_at is not null`;
/** One number for which parts were changed when; any order of storing gives the same. */
const inventoryPrint = `bit_xor(hashtextextended(part, (extract(epoch from changed_at) * 1e6)::bigint))`;

/** Endpoints whose inventory is not the one that was last assessed, longest waiting first. */
export async function endpointsToAssess(db: Queryable, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select p.endpoint_id as id
       from (select endpoint_id, max(changed_at) as changed_at, ${inventoryPrint} as print
               from assets.endpoint_part_view where ${assessedParts}
              group by endpoint_id) p
       left join vulnerabilities.assessments a on a.endpoint_id = p.endpoint_id
      where a.inventory_print is distinct from p.print
      order by p.changed_at
      limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Endpoints to be assessed again although their inventory is the same: advisories changed. */
export async function endpointsToAssessAgain(
  db: Queryable,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select endpoint_id as id from vulnerabilities.assessments where again order by 1 limit $1`,
    [limit],
  );
  return rows.map(({ id }) => id);
}

/** Whoever assesses, or marks what is to be assessed, does it alone until the end of `tx`. */
export async function lockAssessments(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('vulnerabilities assess'))`);
}

/** Endpoints that have software of these subjects. */
export async function endpointsWith(
  db: Queryable,
  subjectIds: readonly number[],
): Promise<readonly string[]> {
  // Distribution subjects are found by source package, the others by name.
  const { rows } = await db.query<{ id: string }>(
    `with wanted as (
       select ecosystem, name, version from vulnerabilities.subjects where id = any($1::int[])),
     ids as (
       select array_agg(s.id) as ids
         from assets.software_view s
         join wanted w
           on (s.source = 'deb' and coalesce(nullif(s.source_name, ''), s.name) = w.name
               and coalesce(nullif(s.source_version, ''), s.version) = w.version)
           or (s.source = 'rpm' and s.name = w.name and s.version = w.version)
           or (s.source = 'npm' and w.ecosystem = 'npm' and s.name = w.name and s.version = w.version)
           or (s.source = 'python' and w.ecosystem = 'PyPI' and s.version = w.version
               and regexp_replace(lower(s.name), '[-_.]+', '-', 'g') = w.name))
     select distinct e.endpoint_id as id
       from assets.endpoint_software_view e, ids
      where e.software_ids && ids.ids
      union
     select e.id from assets.endpoint_view e
       join wanted w on w.ecosystem = '${windowsEcosystem}' and e.platform = 'windows'
        and w.version = regexp_replace(e.os_build, '^10\\.0\\.', '')
      order by 1`,
    [subjectIds],
  );
  return rows.map(({ id }) => id);
}

/** Assesses endpoints and reconciles their findings; in batches, each in its own transaction. */
export async function assessEndpoints(
  db: Database,
  endpointIds: readonly string[],
  { at, cause, signal }: { at: Date; cause: ReconcileCause; signal?: AbortSignal },
): Promise<AssessResult> {
  let [endpoints, opened, closed] = [0, 0, 0];
  for (let start = 0; start < endpointIds.length && !signal?.aborted; start += batchSize) {
    const ids = endpointIds.slice(start, start + batchSize);
    const result = await db.transaction((tx) => assessBatch(tx, ids, at, cause));
    endpoints += ids.length;
    opened += result.opened + result.reopened;
    closed += result.closed;
  }
  return { endpoints, opened, closed };
}

/** A row of the catalogue, or the operating system itself, which is none. */
interface InstalledRow {
  readonly id: number | null;
  readonly name: string;
  readonly version: string;
}

interface EndpointRow {
  readonly id: string;
  readonly scopeId: string;
  readonly criticality: AssetFacts['criticality'];
  readonly tags: readonly string[];
  readonly platform: 'linux' | 'darwin' | 'windows';
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly osBuild: string | null;
  readonly kernelVersion: string | null;
  /** Packages whose programs listen beyond the machine; null: none, or not known. */
  readonly listening: readonly string[] | null;
  readonly softwareIds: readonly number[];
  readonly inventoryAt: Date;
  /** A bigint as text: too large for a JavaScript number. */
  readonly inventoryPrint: string | null;
}

async function assessBatch(tx: Queryable, ids: readonly string[], at: Date, cause: ReconcileCause) {
  await lockAssessments(tx);
  const { rows: endpoints } = await tx.query<EndpointRow>(
    `select e.id, e.scope_id as "scopeId", e.criticality, e.tags, e.platform,
            e.os_name as "osName", e.os_version as "osVersion", e.os_build as "osBuild",
            e.kernel_version as "kernelVersion",
            -- Rows of texts: package, path. None of that part: not known.
            (select array_agg(r->>0) from assets.endpoint_part_view p, jsonb_array_elements(p.rows) r
              where p.endpoint_id = e.id and p.part = 'port-packages') as "listening",
            coalesce((select array_agg(x) from assets.endpoint_software_view s, unnest(s.software_ids) x
                       where s.endpoint_id = e.id), '{}') as "softwareIds",
            i.at as "inventoryAt", i.print::text as "inventoryPrint"
       from assets.endpoint_view e
       cross join lateral (
         select max(changed_at) as at, ${inventoryPrint} as print
           from assets.endpoint_part_view where endpoint_id = e.id and ${assessedParts}) i
      where e.id = any($1::uuid[]) order by e.id`,
    [ids],
  );
  const software = await loadSoftware(tx, endpoints);
  const covers = await coveredEcosystems(tx);
  const coversBuild = await coveredBuilds(tx);

  // Which subject each installed thing is; distinct over the batch.
  const subjects = new Map<string, Subject>();
  const keyOf = ({ ecosystem, name, version }: Subject) => `${ecosystem}\n${name}\n${version}`;
  const plans = endpoints.map((endpoint) => {
    const notAssessed: Partial<Record<NotAssessedReason, number>> = {};
    const ecosystems: Record<string, number> = {};
    const missing: Record<string, number> = {};
    const installed: { row: InstalledRow; key: string }[] = [];
    const windows = windowsSubject(endpoint);
    if (windows !== null) {
      const reason =
        'notAssessed' in windows
          ? windows.notAssessed
          : coversBuild(windows.name)
            ? null
            : 'feed-never-imported';
      if (reason !== null) notAssessed[reason] = (notAssessed[reason] ?? 0) + 1;
      if (!('notAssessed' in windows)) {
        const { ecosystem, version } = windows;
        const counted = reason === null ? ecosystems : missing;
        counted[ecosystem] = (counted[ecosystem] ?? 0) + 1;
        if (reason === null) {
          subjects.set(keyOf(windows), windows);
          installed.push({
            row: { id: null, name: endpoint.osName ?? windows.name, version },
            key: keyOf(windows),
          });
        }
      }
    }
    for (const id of endpoint.softwareIds) {
      const row = software.get(id);
      if (!row) continue;
      const subject = subjectOf(row, endpoint);
      if ('notAssessed' in subject) {
        const reason = subject.notAssessed;
        notAssessed[reason] = (notAssessed[reason] ?? 0) + 1;
        continue;
      }
      const { ecosystem } = subject;
      if (!covers(ecosystem)) {
        notAssessed['feed-never-imported'] = (notAssessed['feed-never-imported'] ?? 0) + 1;
        missing[ecosystem] = (missing[ecosystem] ?? 0) + 1;
        continue;
      }
      ecosystems[ecosystem] = (ecosystems[ecosystem] ?? 0) + 1;
      const key = keyOf(subject);
      subjects.set(key, subject);
      installed.push({ row, key });
    }
    return { endpoint, installed, notAssessed, ecosystems, missing };
  });

  const stored = await storeSubjects(tx, [...subjects.values()]);
  await matchSubjects(
    tx,
    stored.filter(({ matched }) => !matched),
    at,
  );
  const matches = await loadMatches(
    tx,
    stored.map(({ id }) => id),
  );
  const subjectIds = new Map(stored.map((subject) => [keyOf(subject), subject.id]));

  const observed = plans.flatMap(({ endpoint, installed, notAssessed }) => {
    const found = installed.flatMap(({ row, key }): InstalledMatch[] =>
      (matches.get(subjectIds.get(key)!) ?? []).map((match) => ({
        softwareId: row.id,
        component: row.name,
        version: row.version,
        subject: subjects.get(key)!,
        match,
      })),
    );
    const unreadable = found.filter(({ match }) => match.verdict === 'unknown').length;
    if (unreadable > 0) notAssessed['version-unreadable'] = unreadable;
    return observedOn(
      {
        assetId: endpoint.id,
        runningKernel: endpoint.kernelVersion,
        listening: endpoint.listening && new Set(endpoint.listening),
      },
      found,
    );
  });
  // Without a single feed for what is installed nothing was assessed: no finding is closed.
  const assessed = plans.filter(({ installed }) => installed.length > 0);
  const result = await reconcile(tx, {
    kinds: ['vulnerability'],
    assets: assessed.map(({ endpoint }) => ({
      assetId: endpoint.id,
      assetKind: 'endpoint',
      scopeId: endpoint.scopeId,
      criticality: endpoint.criticality,
      exposed: exposureOf(endpoint.tags),
    })),
    observed,
    observedAt: at,
    cause,
  });
  const support = await reconcileSupport(tx, endpoints, at, cause);
  await tx.query(
    `insert into vulnerabilities.assessments
       (endpoint_id, inventory_at, inventory_print, assessed_at, ecosystem, not_assessed, assessed_count, ecosystems,
        missing, support)
     select x.endpoint_id, coalesce(x.inventory_at, 'epoch'), x.inventory_print::bigint, $2, x.ecosystem, x.not_assessed, x.assessed_count,
            x.ecosystems, x.missing, x.support
       from jsonb_to_recordset($1) as x(endpoint_id uuid, inventory_at timestamptz, inventory_print text, ecosystem text,
            not_assessed jsonb, assessed_count int, ecosystems jsonb, missing jsonb, support text)
      order by 1
     on conflict (endpoint_id) do update
        set inventory_at = excluded.inventory_at, inventory_print = excluded.inventory_print,
            assessed_at = excluded.assessed_at,
            ecosystem = excluded.ecosystem, not_assessed = excluded.not_assessed,
            assessed_count = excluded.assessed_count, ecosystems = excluded.ecosystems,
            missing = excluded.missing, support = excluded.support, again = false`,
    [
      JSON.stringify(
        plans.map(({ endpoint, installed, notAssessed, ecosystems, missing }) => ({
          ecosystems,
          missing,
          support: support.states.get(endpoint.id) ?? null,
          endpoint_id: endpoint.id,
          inventory_at: endpoint.inventoryAt,
          inventory_print: endpoint.inventoryPrint,
          ecosystem: distributionOf(endpoint),
          not_assessed: notAssessed,
          assessed_count: installed.length,
        })),
      ),
      at,
    ],
  );
  return {
    opened: result.opened + support.opened,
    reopened: result.reopened + support.reopened,
    closed: result.closed + support.closed,
  };
}

async function loadSoftware(
  tx: Queryable,
  endpoints: readonly EndpointRow[],
): Promise<ReadonlyMap<number, SoftwareRow>> {
  const { rows } = await tx.query<SoftwareRow>(
    `select id, source, name, version, source_name as "sourceName",
            source_version as "sourceVersion", host
       from assets.software_view where id = any($1::int[])`,
    [[...new Set(endpoints.flatMap(({ softwareIds }) => softwareIds))]],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/**
 * Which ecosystems a feed speaks of. One for `Debian:12` says nothing about Debian 13, although a
 * few of its records name it: that would be silence taken for safety.
 */
/** Builds of Windows that Microsoft's fixes name: of any other nothing is known. */
async function coveredBuilds(tx: Queryable): Promise<(name: string) => boolean> {
  const { rows } = await tx.query<{ name: string }>(
    `select distinct name from vulnerabilities.advisory_packages where ecosystem = $1`,
    [windowsEcosystem],
  );
  const names = new Set(rows.map(({ name }) => name));
  return (name) => names.has(name);
}

async function coveredEcosystems(tx: Queryable): Promise<(ecosystem: string) => boolean> {
  const { rows } = await tx.query<{ ecosystem: string }>(
    `select substr(name, 5) as ecosystem from vulnerabilities.feeds
      where name like 'osv/%' and succeeded_at is not null`,
  );
  const answers = new Map<string, boolean>();
  return (ecosystem) => {
    const known = answers.get(ecosystem);
    if (known !== undefined) return known;
    const covered = rows.some((feed) => compareEcosystems(feed.ecosystem, ecosystem) === 'same');
    answers.set(ecosystem, covered);
    return covered;
  };
}

async function loadMatches(
  tx: Queryable,
  subjectIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Match[]>> {
  const { rows } = await tx.query<Match & { subjectId: number }>(
    `select subject_id as "subjectId", weakness_key as "weaknessKey", verdict, class,
            fixed_version as "fixedVersion", evidence
       from vulnerabilities.matches where subject_id = any($1::int[])
      order by subject_id, weakness_key`,
    [subjectIds],
  );
  const found = new Map<number, Match[]>();
  for (const { subjectId, ...match } of rows) {
    const list = found.get(subjectId) ?? [];
    list.push(match);
    found.set(subjectId, list);
  }
  return found;
}

/**
 * Matches subjects anew whose advisories changed, and marks the endpoints that have those with
 * other matches than before. One batch, in one transaction; false: there was nothing to do.
 */
export async function rematchPending(db: Database, at: Date, limit = 2_000): Promise<boolean> {
  return db.transaction(async (tx) => {
    await lockAssessments(tx);
    const subjects = await subjectsToMatch(tx, limit);
    if (subjects.length === 0) return false;
    const changed = await matchSubjects(tx, subjects, at);
    if (changed.size === 0) return true;
    await tx.query(
      `update vulnerabilities.assessments set again = true where endpoint_id = any($1::uuid[])`,
      [await endpointsWith(tx, [...changed])],
    );
    return true;
  });
}
