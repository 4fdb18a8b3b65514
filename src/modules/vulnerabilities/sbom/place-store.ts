import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import { compareEcosystems } from '../../../standards/osv/ecosystem.ts';
import { formatPurl, type Purl } from '../../../standards/purl/purl.ts';
import { listOpenFindings, type OpenFinding } from '../../findings/public.ts';
import { ageOfEcosystems } from '../coverage-store.ts';
import { loadFeeds } from '../feeds/feed-store.ts';
import { type OperatingSystem, type SoftwareRow, subjectOf } from '../subject.ts';
import type { ComponentPlace } from './api.ts';
import { keyOfComponent } from './differences.ts';

/** What is looked for: a part of a name, or a package URL (with a version: only that one). */
export type Sought = { readonly text: string } | { readonly purl: Purl };

interface PlaceRow
  extends Omit<ComponentPlace, 'findings' | 'notAssessed' | 'sourcePackage'>,
    OperatingSystem {
  readonly total: number;
  readonly assessed: boolean;
  /** Of endpoints: the row of the catalogue. */
  readonly software: Omit<SoftwareRow, 'source' | 'name' | 'version'> | null;
  /** Of applications: why the component has no subject, or the ecosystem of its subject. */
  readonly reason: string | null;
  readonly ecosystem: string | null;
}

/**
 * Where a component is, with what is known to be wrong with it there: on endpoints by their
 * software, in applications by their newest version.
 */
export async function findPlaces(
  db: Queryable,
  sought: Sought,
  scopes: ScopeReach,
  { offset, limit, at }: { offset: number; limit: number; at: Date },
): Promise<{ items: readonly ComponentPlace[]; total: number }> {
  const values: unknown[] = [];
  const value = (one: unknown) => `$${values.push(one)}`;
  const wanted = 'text' in sought ? byName(sought.text, value) : byPurl(sought.purl, value);
  const reach = scopes === 'all' ? 'true' : `"scopeId" = any(${value(scopes)}::uuid[])`;
  const { rows } = await db.query<PlaceRow>(
    `with software as materialized (
       select id, source, name, version, source_name, source_version, host
         from assets.software_view s where ${wanted.software}),
     places as (
       select 'endpoint' as "assetKind", e.id as "assetId", e.hostname as "assetName",
              e.scope_id as "scopeId", s.name, s.version, s.source,
              jsonb_build_object('id', s.id, 'sourceName', s.source_name,
                'sourceVersion', s.source_version, 'host', s.host) as software,
              e.platform, e.os_name as "osName", e.os_version as "osVersion",
              x.endpoint_id is not null as assessed, null as reason, null as ecosystem
         from software s
         join assets.endpoint_software_view h on h.software_ids @> array[s.id]
         join assets.endpoint_view e on e.id = h.endpoint_id
         left join vulnerabilities.assessments x on x.endpoint_id = e.id
        where ${wanted.system}
       union all
       select 'application', a.id, a.name, a.scope_id, c.name, c.version,
              split_part(substr(c.purl, 5), '/', 1), null, null, null, null,
              a.assessed_at is not null, c.reason, u.ecosystem
         from vulnerabilities.components c
         join vulnerabilities.application_versions v on v.id = c.version_id
         join vulnerabilities.applications a on a.id = v.application_id
         left join vulnerabilities.subjects u on u.id = c.subject_id
        where ${wanted.component}
          and v.id = (select max(id) from vulnerabilities.application_versions
                       where application_id = a.id))
     select *, (count(*) over ())::int as total from places
      where ${reach}
      order by (lower(name) <> ${value(wanted.exactName)}), name, version, "assetKind",
               "assetName", "assetId"
     offset ${value(offset)} limit ${value(limit)}`,
    values,
  );
  return { items: await withFindings(db, rows, at), total: rows[0]?.total ?? 0 };
}

interface Wanted {
  /** Conditions in SQL. */
  readonly software: string;
  readonly system: string;
  readonly component: string;
  /** In lower case: what has this very name comes first. */
  readonly exactName: string;
}

function byName(text: string, value: (one: unknown) => string): Wanted {
  const name = text.trim().toLowerCase();
  const pattern = value(`%${name.replace(/[\\%_]/g, '\\$&')}%`);
  return {
    // Whoever asks for openssl wants to hear of libssl3, which is built from it.
    software: `(lower(s.name) like ${pattern} or lower(s.source_name) = ${value(name)})`,
    system: 'true',
    component: `lower(c.name) like ${pattern}`,
    exactName: name,
  };
}

/** The sources of installed software that a type of purl can name. */
const sourceOf: Readonly<Record<string, string>> = {
  deb: 'deb',
  rpm: 'rpm',
  npm: 'npm',
  pypi: 'python',
};

function byPurl(purl: Purl, value: (one: unknown) => string): Wanted {
  const { type, namespace, version } = purl;
  // Distributions are no part of a package's name; scopes of npm are.
  const isOfSystem = type === 'deb' || type === 'rpm';
  const name = (
    isOfSystem || namespace === null ? purl.name : `${namespace}/${purl.name}`
  ).toLowerCase();
  const source = sourceOf[type];
  const written =
    type === 'pypi' ? `regexp_replace(lower(s.name), '[-_.]+', '-', 'g')` : 'lower(s.name)';
  const sameVersion = (column: string) =>
    version === null ? '' : ` and ${column} = ${value(version)}`;
  // Bills write the @ of a scope as it is or encoded; qualifiers say nothing of the name.
  const key = keyOfComponent(formatPurl({ ...purl, version: null }), name);
  const bare = `regexp_replace(regexp_replace(replace(lower(c.purl), '%40', '@'),
                  '[?#].*$', ''), '@[^/]*$', '')`;
  return {
    software:
      source === undefined
        ? 'false'
        : `s.source = ${value(source)} and ${written} = ${value(name)}${sameVersion('s.version')}`,
    system:
      isOfSystem && namespace !== null
        ? `starts_with(replace(lower(e.os_name), ' ', ''), ${value(namespace.toLowerCase())})`
        : 'true',
    component: `${bare} = ${value(key.toLowerCase().replaceAll('%40', '@'))}${sameVersion('c.version')}`,
    exactName: name,
  };
}

/** Each place with its open findings, the severest first, or why nothing can be said of it. */
async function withFindings(
  db: Queryable,
  rows: readonly PlaceRow[],
  at: Date,
): Promise<readonly ComponentPlace[]> {
  if (rows.length === 0) return [];
  const open = await listOpenFindings(db, {
    assetIds: [...new Set(rows.map(({ assetId }) => assetId))],
    components: [...new Set(rows.map(({ name }) => name))],
  });
  const byAsset = Map.groupBy(open, ({ assetId }) => assetId);
  const feeds = (await loadFeeds(db)).filter(({ succeededAt }) => succeededAt !== null);
  const isTooOld = await ageOfEcosystems(db, at);
  const reasonFor = (ecosystem: string) => {
    const held = feeds.some(
      ({ name }) =>
        name.startsWith('osv/') && compareEcosystems(name.slice(4), ecosystem) === 'same',
    );
    if (!held) return 'feed-never-imported';
    return isTooOld(ecosystem) ? 'feed-too-old' : null;
  };
  return rows.map((row) => {
    const { assetKind, assetId, assetName, scopeId, name, version, source } = row;
    const findings = (byAsset.get(assetId) ?? [])
      .filter((finding) => concerns(finding, row))
      .sort((one, other) => weightOf(other) - weightOf(one) || one.id - other.id);
    return {
      assetKind,
      assetId,
      assetName,
      scopeId,
      name,
      version,
      source,
      sourcePackage: row.software?.sourceName || null,
      notAssessed: notAssessedReason(row, reasonFor),
      findings: findings.map(({ id, weaknessKey, title, severity, state }) => ({
        id,
        weakness: weaknessKey,
        title,
        severity,
        state,
      })),
    };
  });
}

const severities: readonly (string | null)[] = ['none', 'low', 'medium', 'high', 'critical'];
/** What does not count comes after all that does. */
const weightOf = ({ class: findingClass, severity }: OpenFinding) =>
  severities.indexOf(severity) + (findingClass === 'normal' ? severities.length + 1 : 0);

function concerns({ evidence }: OpenFinding, { name, version, software }: PlaceRow): boolean {
  return evidence.some((one) =>
    software === null
      ? one.component === name && (version === null || one.version === version)
      : one.softwareId === software.id,
  );
}

function notAssessedReason(
  { assessed, software, source, name, version, reason, ecosystem, ...os }: PlaceRow,
  reasonFor: (ecosystem: string) => string | null,
): string | null {
  if (reason !== null) return reason;
  if (!assessed) return 'not-yet';
  if (software === null) return ecosystem === null ? null : reasonFor(ecosystem);
  const row = { ...software, source: source ?? '', name, version: version ?? '' };
  const subject = subjectOf(row, os);
  return 'notAssessed' in subject ? subject.notAssessed : reasonFor(subject.ecosystem);
}
