import { createHash } from 'node:crypto';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { ScopeReach } from '../../../platform/http/principal.ts';
import type { SbomDocument } from '../../../standards/cyclonedx/sbom.ts';
import { storeSubjects } from '../match-store.ts';
import type { Subject } from '../subject.ts';
import type { Application, ApplicationVersion, Component } from './api.ts';
import { componentSubject, isPackage, systemOf } from './component-subject.ts';
import { keyOfComponent, type ListedComponent } from './differences.ts';

/** Versions that are kept of one application; older ones are forgotten. */
const versionsKept = 100;

export interface NewVersion {
  readonly scopeId: string;
  readonly name: string;
  readonly version: string | null;
  readonly document: SbomDocument;
  /** The document as it came. */
  readonly text: string;
  readonly by: string;
  readonly at: Date;
}

/** Stores a version with its components. The very document that is the newest already: unchanged. */
export async function storeVersion(
  tx: Queryable,
  { scopeId, name, version, document, text, by, at }: NewVersion,
): Promise<{ readonly applicationId: string; readonly changed: boolean }> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into vulnerabilities.applications (scope_id, name, created_at) values ($1, $2, $3)
     on conflict (scope_id, name) do update set name = excluded.name returning id`,
    [scopeId, name, at],
  );
  const applicationId = rows[0]!.id;
  const sha256 = createHash('sha256').update(text).digest();
  const { rows: newest } = await tx.query<{ sha256: Buffer; version: string | null }>(
    `select sha256, version from vulnerabilities.application_versions
      where application_id = $1 order by id desc limit 1`,
    [applicationId],
  );
  if (newest[0]?.sha256.equals(sha256) && newest[0].version === version) {
    return { applicationId, changed: false };
  }
  const system = systemOf(document);
  const components = document.components
    .filter((component) => isPackage(component, document))
    .map((component) => ({ component, subject: componentSubject(component, system) }));
  const subjects = components.flatMap(({ subject }) => ('notAssessed' in subject ? [] : [subject]));
  const stored = await storeSubjects(tx, subjects);
  const keyOf = ({ ecosystem, name, version }: Subject) => `${ecosystem}\n${name}\n${version}`;
  const ids = new Map(stored.map((subject) => [keyOf(subject), subject.id]));
  const { rows: versions } = await tx.query<{ id: number }>(
    `insert into vulnerabilities.application_versions
       (application_id, version, imported_at, imported_by, format, format_version, serial_number,
        sha256, component_count, document)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id`,
    [
      applicationId,
      version,
      at,
      by,
      document.format,
      document.formatVersion,
      document.serialNumber,
      sha256,
      components.length,
      JSON.stringify(document),
    ],
  );
  const versionId = versions[0]!.id;
  for (let start = 0; start < components.length; start += 5_000) {
    const batch = components.slice(start, start + 5_000).map(({ component, subject }) => ({
      ref: component.ref,
      name: component.group ? `${component.group}/${component.name}` : component.name,
      version: component.version,
      type: component.type,
      purl: component.purl,
      subject_id: 'notAssessed' in subject ? null : ids.get(keyOf(subject)),
      reason: 'notAssessed' in subject ? subject.notAssessed : null,
      detail: 'notAssessed' in subject ? subject.detail : null,
    }));
    await tx.query(
      `insert into vulnerabilities.components
         (version_id, ref, name, version, type, purl, subject_id, reason, detail)
       select $1, c.ref, c.name, c.version, c.type, c.purl, c.subject_id, c.reason, c.detail
         from jsonb_to_recordset($2) as c(ref text, name text, version text, type text, purl text,
              subject_id int, reason text, detail text)
        order by c.ref`,
      [versionId, JSON.stringify(batch)],
    );
  }
  await tx.query(
    `delete from vulnerabilities.application_versions
      where application_id = $1 and id not in (
            select id from vulnerabilities.application_versions
             where application_id = $1 order by id desc limit ${versionsKept})`,
    [applicationId],
  );
  await tx.query(`update vulnerabilities.applications set assessed_at = null where id = $1`, [
    applicationId,
  ]);
  return { applicationId, changed: true };
}

interface ApplicationRow extends Omit<Application, 'version' | 'notAssessed' | 'assessedAt'> {
  readonly assessedAt: Date | null;
  readonly notAssessedCounts: Readonly<Record<string, number>>;
  readonly version: ApplicationVersion;
}

const versionJson = `jsonb_build_object('id', v.id, 'version', v.version,
  'importedAt', to_char(v.imported_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
  'importedBy', v.imported_by, 'format', v.format || ' ' || v.format_version,
  'serialNumber', v.serial_number, 'componentCount', v.component_count)`;

const applicationSelect = `
  select a.id, a.name, a.scope_id as "scopeId", s.name as "scopeName", a.criticality, a.exposed,
         a.assessed_at as "assessedAt", a.assessed_count as "assessedCount",
         a.not_assessed as "notAssessedCounts", ${versionJson} as version,
         (select count(*) from vulnerabilities.application_versions
           where application_id = a.id)::int as "versionCount"
    from vulnerabilities.applications a
    join assets.scope_view s on s.id = a.scope_id
    join lateral (select * from vulnerabilities.application_versions
                   where application_id = a.id order by id desc limit 1) v on true
   where ($1::uuid[] is null or a.scope_id = any($1))`;

const reachOf = (scopes: ScopeReach) => (scopes === 'all' ? null : scopes);
/** For `like`: the text as it is, anywhere. */
const containing = (text: string) => `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;

function toApplication({ assessedAt, notAssessedCounts, ...row }: ApplicationRow): Application {
  return {
    ...row,
    assessedAt: assessedAt?.toISOString() ?? null,
    notAssessed: countsOf(notAssessedCounts),
  };
}

export function countsOf(counts: Readonly<Record<string, number>>) {
  return Object.entries(counts)
    .map(([reason, count]) => ({ reason, count }))
    .sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
}

/** One window of the applications within reach, and how many there are. `order` is trusted SQL. */
export async function listApplications(
  db: Queryable,
  scopes: ScopeReach,
  q: string | undefined,
  { order, offset, limit }: { order: string; offset: number; limit: number },
): Promise<{ items: readonly Application[]; total: number }> {
  const filter = q?.trim() ? containing(q.trim()) : null;
  const { rows } = await db.query<ApplicationRow & { total: number }>(
    `select *, (count(*) over ())::int as total from (${applicationSelect}) listed
      where $2::text is null or lower(name) like $2 ${order} offset $3 limit $4`,
    [reachOf(scopes), filter, offset, limit],
  );
  return {
    items: rows.map(({ total: _, ...row }) => toApplication(row)),
    total: rows[0]?.total ?? 0,
  };
}

export async function findApplication(
  db: Queryable,
  id: string,
  scopes: ScopeReach,
): Promise<Application | undefined> {
  const { rows } = await db.query<ApplicationRow>(`${applicationSelect} and a.id = $2`, [
    reachOf(scopes),
    id,
  ]);
  return rows[0] && toApplication(rows[0]);
}

/** Newest first. */
export async function versionsOf(
  db: Queryable,
  applicationId: string,
): Promise<readonly ApplicationVersion[]> {
  const { rows } = await db.query<{ version: ApplicationVersion }>(
    `select ${versionJson} as version from vulnerabilities.application_versions v
      where application_id = $1 order by id desc`,
    [applicationId],
  );
  return rows.map(({ version }) => version);
}

export async function documentOf(db: Queryable, versionId: number): Promise<SbomDocument> {
  const { rows } = await db.query<{ document: SbomDocument }>(
    `select document from vulnerabilities.application_versions where id = $1`,
    [versionId],
  );
  return rows[0]!.document;
}

export async function componentsForComparison(
  db: Queryable,
  versionId: number,
): Promise<readonly ListedComponent[]> {
  const { rows } = await db.query<{ name: string; version: string | null; purl: string | null }>(
    `select name, version, purl from vulnerabilities.components where version_id = $1 order by name, ref`,
    [versionId],
  );
  return rows.map(({ name, version, purl }) => ({
    key: keyOfComponent(purl, name),
    name,
    version,
  }));
}

export async function listComponents(
  db: Queryable,
  versionId: number,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ items: readonly Component[]; total: number }> {
  const { rows } = await db.query<Component & { total: number }>(
    `select c.name, c.version, c.purl, c.type, s.ecosystem, c.reason as "notAssessed", c.detail,
            (count(*) over ())::int as total
       from vulnerabilities.components c
       left join vulnerabilities.subjects s on s.id = c.subject_id
      where c.version_id = $1 order by c.name, c.version, c.ref offset $2 limit $3`,
    [versionId, offset, limit],
  );
  return { items: rows.map(({ total: _, ...row }) => row), total: rows[0]?.total ?? 0 };
}

export async function deleteApplication(tx: Queryable, id: string): Promise<void> {
  await tx.query(`delete from vulnerabilities.applications where id = $1`, [id]);
}
