import type { Queryable } from '../../../platform/db/queryable.ts';
import type { SupportCycle } from './parse-endoflife.ts';
import type { EpssScore } from './parse-epss.ts';
import type { KevEntry } from './parse-kev.ts';
import type { CveFacts } from './parse-vulnrichment.ts';
import type { WindowsFix, WindowsRelease } from './parse-windows.ts';

/**
 * Tables that a feed describes as a whole: each store makes the table equal to what came, touches
 * only rows that differ, and answers which keys changed (new, other, gone).
 */
export interface Replaced {
  readonly changed: readonly string[];
  readonly count: number;
}

export async function replaceKev(tx: Queryable, entries: readonly KevEntry[]): Promise<Replaced> {
  const { rows } = await tx.query<{ cve: string }>(
    `with incoming as (
       select * from unnest($1::text[], $2::date[], $3::date[], $4::boolean[], $5::text[])
                as x(cve, listed_on, due_on, ransomware, title)),
     gone as (
       delete from vulnerabilities.kev k
        where not exists (select from incoming i where i.cve = k.cve) returning k.cve),
     stored as (
       insert into vulnerabilities.kev as k (cve, listed_on, due_on, ransomware, title)
       select * from incoming order by cve
       on conflict (cve) do update
          set listed_on = excluded.listed_on, due_on = excluded.due_on,
              ransomware = excluded.ransomware, title = excluded.title
        where (k.listed_on, k.due_on, k.ransomware, k.title)
              is distinct from
              (excluded.listed_on, excluded.due_on, excluded.ransomware, excluded.title)
       returning k.cve)
     select cve from gone union all select cve from stored`,
    [
      entries.map(({ cve }) => cve),
      entries.map(({ listedOn }) => listedOn),
      entries.map(({ dueOn }) => dueOn),
      entries.map(({ ransomware }) => ransomware),
      entries.map(({ title }) => title),
    ],
  );
  return { changed: rows.map(({ cve }) => cve), count: entries.length };
}

export async function replaceEpss(tx: Queryable, scores: readonly EpssScore[]): Promise<Replaced> {
  // One statement per 50,000 rows: the arrays of all 360,000 at once would be built thrice.
  await tx.query(
    `create temp table if not exists incoming_epss
       (cve text primary key, probability real not null, percentile real not null) on commit drop`,
  );
  await tx.query(`truncate incoming_epss`);
  for (let start = 0; start < scores.length; start += 50_000) {
    const batch = scores.slice(start, start + 50_000);
    await tx.query(
      `insert into incoming_epss
       select * from unnest($1::text[], $2::real[], $3::real[])`,
      [
        batch.map(({ cve }) => cve),
        batch.map(({ probability }) => probability),
        batch.map(({ percentile }) => percentile),
      ],
    );
  }
  await tx.query(`analyze incoming_epss`);
  const { rows } = await tx.query<{ cve: string; probabilityChanged: boolean }>(
    `with gone as (
       delete from vulnerabilities.epss e
        where not exists (select from incoming_epss i where i.cve = e.cve) returning e.cve),
     other as (
       update vulnerabilities.epss e
          set probability = i.probability, percentile = i.percentile
         from incoming_epss i
        where i.cve = e.cve and (e.probability, e.percentile) <> (i.probability, i.percentile)
       returning e.cve),
     stored as (
       insert into vulnerabilities.epss (cve, probability, percentile)
       select i.cve, i.probability, i.percentile from incoming_epss i
        where not exists (select from vulnerabilities.epss e where e.cve = i.cve)
        order by i.cve
       returning cve)
     select cve from gone union all select cve from other union all select cve from stored`,
  );
  return { changed: rows.map(({ cve }) => cve), count: scores.length };
}

/** Facts come one by one, in their thousands; the ids that came are kept until the end. */
export async function replaceCveFacts(
  tx: Queryable,
  facts: AsyncIterable<CveFacts>,
): Promise<Replaced> {
  await tx.query(
    `create temp table if not exists incoming_facts (cve text primary key) on commit drop`,
  );
  await tx.query(`truncate incoming_facts`);
  const changed: string[] = [];
  let count = 0;
  const store = async (batch: readonly CveFacts[]) => {
    count += batch.length;
    const { rows } = await tx.query<{ cve: string }>(
      `with incoming as (
         select cve, description, "cvssVector", "cvssScore", severity,
                array(select jsonb_array_elements_text(cwes)) as cwes, exploitation, automatable,
                "technicalImpact", "publishedAt", "modifiedAt"
           from jsonb_to_recordset($1) as x(cve text, description text, "cvssVector" text,
                "cvssScore" real, severity text, cwes jsonb, exploitation text,
                automatable boolean, "technicalImpact" text, "publishedAt" timestamptz,
                "modifiedAt" timestamptz)),
       came as (insert into incoming_facts select cve from incoming)
       insert into vulnerabilities.cve_facts as f
         (cve, description, cvss_vector, cvss_score, severity, cwes, exploitation, automatable,
          technical_impact, published_at, modified_at)
       select * from incoming order by cve
       on conflict (cve) do update
          set description = excluded.description, cvss_vector = excluded.cvss_vector,
              cvss_score = excluded.cvss_score, severity = excluded.severity,
              cwes = excluded.cwes, exploitation = excluded.exploitation,
              automatable = excluded.automatable, technical_impact = excluded.technical_impact,
              published_at = excluded.published_at, modified_at = excluded.modified_at
        where (f.description, f.cvss_vector, f.cvss_score, f.severity, f.cwes, f.exploitation,
               f.automatable, f.technical_impact, f.published_at, f.modified_at)
              is distinct from
              (excluded.description, excluded.cvss_vector, excluded.cvss_score, excluded.severity,
               excluded.cwes, excluded.exploitation, excluded.automatable,
               excluded.technical_impact, excluded.published_at, excluded.modified_at)
       returning f.cve`,
      [JSON.stringify(batch)],
    );
    for (const { cve } of rows) changed.push(cve);
  };
  let batch: CveFacts[] = [];
  for await (const one of facts) {
    batch.push(one);
    if (batch.length < 2_000) continue;
    await store(batch);
    batch = [];
  }
  await store(batch);
  const { rows: gone } = await tx.query<{ cve: string }>(
    `delete from vulnerabilities.cve_facts f
      where not exists (select from incoming_facts i where i.cve = f.cve) returning f.cve`,
  );
  return { changed: [...changed, ...gone.map(({ cve }) => cve)], count };
}

/** The releases that one source knows of; those of other sources stay. */
export async function replaceCycles(
  tx: Queryable,
  source: string,
  cycles: readonly SupportCycle[],
): Promise<Replaced> {
  const { rows } = await tx.query<{ key: string }>(
    `with incoming as (
       select product, cycle, title, codename, "releasedOn", "endsOn", ended, "ltsEndsOn",
              "extendedEndsOn", "latestVersion"
         from jsonb_to_recordset($1) as x(product text, cycle text, title text, codename text,
              "releasedOn" date, "endsOn" date, ended boolean, "ltsEndsOn" date,
              "extendedEndsOn" date, "latestVersion" text)),
     gone as (
       delete from vulnerabilities.eol_cycles c
        where c.source = $2 and not exists (
              select from incoming i where (i.product, i.cycle) = (c.product, c.cycle))
       returning c.product, c.cycle),
     stored as (
       insert into vulnerabilities.eol_cycles as c
         (product, cycle, title, codename, released_on, ends_on, ended, lts_ends_on,
          extended_ends_on, latest_version, source)
       select i.*, $2 from incoming i order by product, cycle
       on conflict (product, cycle, source) do update
          set title = excluded.title, codename = excluded.codename,
              released_on = excluded.released_on, ends_on = excluded.ends_on,
              ended = excluded.ended, lts_ends_on = excluded.lts_ends_on,
              extended_ends_on = excluded.extended_ends_on,
              latest_version = excluded.latest_version
        where (c.title, c.codename, c.released_on, c.ends_on, c.ended, c.lts_ends_on,
               c.extended_ends_on, c.latest_version)
              is distinct from
              (excluded.title, excluded.codename, excluded.released_on, excluded.ends_on,
               excluded.ended, excluded.lts_ends_on, excluded.extended_ends_on,
               excluded.latest_version)
       returning c.product, c.cycle)
     select product || ' ' || cycle as key from gone
     union all select product || ' ' || cycle from stored`,
    [JSON.stringify(cycles), source],
  );
  return { changed: rows.map(({ key }) => key), count: cycles.length };
}

export async function replaceWindowsFixes(
  tx: Queryable,
  fixes: readonly WindowsFix[],
): Promise<Replaced> {
  const { rows } = await tx.query<{ cve: string }>(
    `with incoming as (
       select cve, product, kb, "fixedVersion", release, "fixedBuild", "fixedRevision", month,
              score, "exploitStatus"
         from jsonb_to_recordset($1) as x(cve text, product text, kb text, "fixedVersion" text,
              release text, "fixedBuild" int, "fixedRevision" int, month date, score real,
              "exploitStatus" text)),
     gone as (
       delete from vulnerabilities.windows_fixes w
        where not exists (select from incoming i
               where (i.cve, i.product, i.kb, i."fixedVersion")
                     = (w.cve, w.product, w.kb, w.fixed_version))
       returning w.cve),
     stored as (
       insert into vulnerabilities.windows_fixes as w
         (cve, product, kb, fixed_version, release, fixed_build, fixed_revision, month, score,
          exploit_status)
       select * from incoming order by 1, 2, 3, 4
       on conflict (cve, product, kb, fixed_version) do update
          set release = excluded.release, month = excluded.month, score = excluded.score,
              exploit_status = excluded.exploit_status
        where (w.release, w.month, w.score, w.exploit_status)
              is distinct from
              (excluded.release, excluded.month, excluded.score, excluded.exploit_status)
       returning w.cve)
     select cve from gone union select cve from stored`,
    [JSON.stringify(fixes)],
  );
  return { changed: rows.map(({ cve }) => cve), count: fixes.length };
}

export async function replaceWindowsReleases(
  tx: Queryable,
  releases: readonly WindowsRelease[],
): Promise<Replaced> {
  const { rows } = await tx.query<{ product: string }>(
    `with incoming as (
       select product, release, "latestVersion", "latestBuild", "latestRevision", "latestKb",
              "releasedOn"
         from jsonb_to_recordset($1) as x(product text, release text, "latestVersion" text,
              "latestBuild" int, "latestRevision" int, "latestKb" text, "releasedOn" date)),
     gone as (
       delete from vulnerabilities.windows_releases w
        where not exists (select from incoming i where i.product = w.product)
       returning w.product),
     stored as (
       insert into vulnerabilities.windows_releases as w
         (product, release, latest_version, latest_build, latest_revision, latest_kb, released_on)
       select * from incoming order by product
       on conflict (product) do update
          set release = excluded.release, latest_version = excluded.latest_version,
              latest_build = excluded.latest_build, latest_revision = excluded.latest_revision,
              latest_kb = excluded.latest_kb, released_on = excluded.released_on
        where (w.release, w.latest_version, w.latest_kb, w.released_on)
              is distinct from
              (excluded.release, excluded.latest_version, excluded.latest_kb, excluded.released_on)
       returning w.product)
     select product from gone union all select product from stored`,
    [JSON.stringify(releases)],
  );
  return { changed: rows.map(({ product }) => product), count: releases.length };
}
