import { createHash } from 'node:crypto';
import type { Queryable } from '../../platform/db/queryable.ts';
import { canonicalName, splitEcosystem } from '../../standards/osv/ecosystem.ts';
import type { OsvRecord } from '../../standards/osv/record.ts';
import type { Enrichment } from './describe.ts';
import type { SourcedRecord } from './matching.ts';

/** The packages (base ecosystem and registry name) whose advisories changed. */
export interface TouchedPackages {
  /** Records that came, changed or not. */
  readonly storedRecords: number;
  readonly changedRecords: number;
  /** Records that came in an older form than the held one; and in a newer one, or for the first time. */
  readonly backward: number;
  readonly forward: number;
  readonly packages: readonly { readonly ecosystem: string; readonly name: string }[];
}

/**
 * Stores records of one feed, each id once; unchanged ones cost one comparison. With `complete`,
 * records of that feed that are not among them are gone from the source and are removed; but not
 * those that `keep` names at the end: their new form could not be read, so the last good one stays.
 */
export async function storeAdvisories(
  tx: Queryable,
  feed: string,
  records: Iterable<OsvRecord> | AsyncIterable<OsvRecord>,
  { complete, keep }: { readonly complete: boolean; readonly keep?: () => readonly string[] },
): Promise<TouchedPackages> {
  const touched = new Map<string, { ecosystem: string; name: string }>();
  let [storedRecords, changedRecords, backward, forward] = [0, 0, 0, 0];
  await tx.query(
    `create temp table if not exists incoming_ids (osv_id text primary key) on commit drop`,
  );
  await tx.query(`truncate incoming_ids`);
  for await (const some of inBatches(records, 1_000)) {
    storedRecords += some.length;
    const batch = some.map((record) => {
      const text = JSON.stringify(record);
      return {
        osv_id: record.id,
        modified_at: record.modified > '1990' ? record.modified : null,
        withdrawn: record.withdrawn !== undefined,
        record: text,
        content_hash: createHash('sha256').update(text).digest(),
        packages: packagesOf(record),
      };
    });
    await tx.query(`insert into incoming_ids select unnest($1::text[]) on conflict do nothing`, [
      batch.map(({ osv_id }) => osv_id),
    ]);
    const { rows: moved } = await tx.query<{ backward: number; forward: number }>(
      `select count(*) filter (where x.modified_at < a.modified_at)::int as backward,
              count(*) filter (where a.id is null or x.modified_at > a.modified_at)::int as forward
         from unnest($2::text[], $3::timestamptz[]) as x(osv_id, modified_at)
         left join vulnerabilities.advisories a on a.feed = $1 and a.osv_id = x.osv_id`,
      [feed, batch.map((row) => row.osv_id), batch.map((row) => row.modified_at)],
    );
    backward += moved[0]!.backward;
    forward += moved[0]!.forward;
    const { rows } = await tx.query<{ id: number; osvId: string }>(
      `insert into vulnerabilities.advisories as a
         (feed, osv_id, modified_at, withdrawn, record, content_hash)
       select $1, x.osv_id, x.modified_at, x.withdrawn, x.record::jsonb, x.content_hash
         from unnest($2::text[], $3::timestamptz[], $4::boolean[], $5::text[], $6::bytea[])
           as x(osv_id, modified_at, withdrawn, record, content_hash)
        order by x.osv_id
       on conflict (feed, osv_id) do update
          set modified_at = excluded.modified_at, withdrawn = excluded.withdrawn,
              record = excluded.record, content_hash = excluded.content_hash
        where a.content_hash <> excluded.content_hash
       returning id, osv_id as "osvId"`,
      [
        feed,
        batch.map((row) => row.osv_id),
        batch.map((row) => row.modified_at),
        batch.map((row) => row.withdrawn),
        batch.map((row) => row.record),
        batch.map((row) => row.content_hash),
      ],
    );
    changedRecords += rows.length;
    const ids = new Map(rows.map(({ id, osvId }) => [osvId, id]));
    const { rows: left } = await tx.query<{ ecosystem: string; name: string }>(
      `delete from vulnerabilities.advisory_packages where advisory_id = any($1::int[])
       returning ecosystem, name`,
      [[...ids.values()]],
    );
    const packages = batch.flatMap(({ osv_id, packages }) => {
      const id = ids.get(osv_id);
      return id === undefined ? [] : packages.map((item) => ({ id, ...item }));
    });
    await tx.query(
      `insert into vulnerabilities.advisory_packages (advisory_id, ecosystem, name)
       select * from unnest($1::int[], $2::text[], $3::text[]) on conflict do nothing`,
      [
        packages.map(({ id }) => id),
        packages.map(({ ecosystem }) => ecosystem),
        packages.map(({ name }) => name),
      ],
    );
    for (const { ecosystem, name } of [...left, ...packages]) {
      touched.set(`${ecosystem}\n${name}`, { ecosystem, name });
    }
  }
  if (complete) {
    await tx.query(`insert into incoming_ids select unnest($1::text[]) on conflict do nothing`, [
      keep?.() ?? [],
    ]);
    const { rows: gone } = await tx.query<{ ecosystem: string; name: string }>(
      `with gone as (
         delete from vulnerabilities.advisories a
          where a.feed = $1 and not exists (select from incoming_ids i where i.osv_id = a.osv_id)
          returning id)
       select p.ecosystem, p.name from vulnerabilities.advisory_packages p
        where p.advisory_id in (select id from gone)`,
      [feed],
    );
    changedRecords += gone.length;
    for (const { ecosystem, name } of gone)
      touched.set(`${ecosystem}\n${name}`, { ecosystem, name });
  }
  return { storedRecords, changedRecords, backward, forward, packages: [...touched.values()] };
}

async function* inBatches<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  size: number,
): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function packagesOf(record: OsvRecord): readonly { ecosystem: string; name: string }[] {
  const packages = new Map<string, { ecosystem: string; name: string }>();
  for (const { package: named } of record.affected) {
    if (named === undefined) continue;
    const ecosystem = splitEcosystem(named.ecosystem).base;
    const name = canonicalName(ecosystem, named.name);
    packages.set(`${ecosystem}\n${name}`, { ecosystem, name });
  }
  return [...packages.values()];
}

/**
 * The records that name these packages, by `ecosystem\nname`. One that several feeds hold (GHSA in
 * npm and in PyPI) is one record, in its newest form.
 */
export async function loadAdvisories(
  db: Queryable,
  packages: readonly { readonly ecosystem: string; readonly name: string }[],
): Promise<Map<string, readonly SourcedRecord[]>> {
  const { rows } = await db.query<SourcedRecord & { ecosystem: string; name: string }>(
    `select distinct on (p.ecosystem, p.name, a.osv_id) p.ecosystem, p.name, a.feed, a.record
       from unnest($1::text[], $2::text[]) as asked(ecosystem, name)
       join vulnerabilities.advisory_packages p using (ecosystem, name)
       join vulnerabilities.advisories a on a.id = p.advisory_id
      order by p.ecosystem, p.name, a.osv_id, a.modified_at desc nulls last, a.feed`,
    [packages.map(({ ecosystem }) => ecosystem), packages.map(({ name }) => name)],
  );
  const found = new Map<string, SourcedRecord[]>();
  for (const { ecosystem, name, feed, record } of rows) {
    const key = `${ecosystem}\n${name}`;
    const list = found.get(key) ?? [];
    list.push({ feed, record });
    found.set(key, list);
  }
  return found;
}

/** What KEV, EPSS and vulnrichment know of these CVEs; a CVE that none of them has is absent. */
export async function loadEnrichment(
  db: Queryable,
  cves: readonly string[],
): Promise<Map<string, Enrichment>> {
  const { rows } = await db.query<{
    cve: string;
    listedOn: string | null;
    dueOn: string | null;
    ransomware: boolean;
    kevTitle: string;
    epss: number | null;
    hasFacts: boolean;
    description: string | null;
    cvssVector: string | null;
    cvssScore: number | null;
    severity: string | null;
    automatable: boolean | null;
    technicalImpact: 'partial' | 'total' | null;
    publishedAt: Date | null;
    modifiedAt: Date | null;
  }>(
    `select asked.cve, k.listed_on::text as "listedOn", k.due_on::text as "dueOn", k.ransomware,
            k.title as "kevTitle", e.probability as epss, (f.cve is not null) as "hasFacts",
            f.description, f.cvss_vector as "cvssVector", f.cvss_score as "cvssScore", f.severity,
            f.automatable, f.technical_impact as "technicalImpact",
            f.published_at as "publishedAt", f.modified_at as "modifiedAt"
       from unnest($1::text[]) as asked(cve)
       left join vulnerabilities.kev k using (cve)
       left join vulnerabilities.epss e using (cve)
       left join vulnerabilities.cve_facts f using (cve)
      where k.cve is not null or e.cve is not null or f.cve is not null`,
    [cves],
  );
  return new Map(
    rows.map((row) => [
      row.cve,
      {
        ...(row.listedOn !== null && {
          kev: {
            listedOn: row.listedOn,
            dueOn: row.dueOn,
            ransomware: row.ransomware,
            title: row.kevTitle,
          },
        }),
        ...(row.epss !== null && { epss: row.epss }),
        ...(row.hasFacts && {
          facts: {
            description: row.description,
            cvssVector: row.cvssVector,
            cvssScore: row.cvssScore,
            severity: row.severity,
            automatable: row.automatable,
            technicalImpact: row.technicalImpact,
            publishedAt: row.publishedAt?.toISOString() ?? null,
            modifiedAt: row.modifiedAt?.toISOString() ?? null,
          },
        }),
      },
    ]),
  );
}
