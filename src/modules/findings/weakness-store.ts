import type { Queryable } from '../../platform/db/queryable.ts';
import { weaknessHash } from './judge.ts';
import { rejudge } from './reconcile-store.ts';
import type { Weakness } from './weakness.ts';

/**
 * Stores weaknesses; those that did not change cost one comparison. Findings of a weakness whose
 * facts changed (listed in KEV, scored by EPSS) get their rank and due date anew.
 */
export async function upsertWeaknesses(
  tx: Queryable,
  weaknesses: readonly Weakness[],
): Promise<{ readonly changed: number; readonly rejudged: number }> {
  const changed: number[] = [];
  for (let start = 0; start < weaknesses.length; start += 2_000) {
    const batch = weaknesses.slice(start, start + 2_000).map((weakness) => ({
      key: weakness.key,
      kind: weakness.kind,
      ids: weakness.ids,
      title: weakness.title,
      title_ja: weakness.titleJa,
      severity: weakness.severity,
      cvss_score: weakness.cvssScore,
      cvss_vector: weakness.cvssVector,
      kev_listed_on: weakness.exploited?.since ?? null,
      kev_due_on: weakness.exploited?.dueOn ?? null,
      kev_ransomware: weakness.exploited?.ransomware ?? null,
      epss: weakness.epss,
      automatable: weakness.automatable,
      technical_impact: weakness.technicalImpact,
      published_at: weakness.publishedAt,
      modified_at: weakness.modifiedAt,
      reference_urls: weakness.references,
      content_hash: `\\x${weaknessHash(weakness).toString('hex')}`,
    }));
    const { rows } = await tx.query<{ id: number; isNew: boolean }>(
      `insert into findings.weaknesses as w
         (key, kind, ids, title, title_ja, severity, cvss_score, cvss_vector, kev_listed_on,
          kev_due_on, kev_ransomware, epss, automatable, technical_impact, published_at,
          modified_at, reference_urls, content_hash)
       select key, kind, ids, title, title_ja, severity, cvss_score, cvss_vector, kev_listed_on,
              kev_due_on, kev_ransomware, epss, automatable, technical_impact, published_at,
              modified_at, reference_urls, content_hash
         from jsonb_to_recordset($1) as x(key text, kind text, ids text[], title text,
              title_ja text, severity text, cvss_score real, cvss_vector text, kev_listed_on date,
              kev_due_on date, kev_ransomware boolean, epss real, automatable boolean,
              technical_impact text, published_at timestamptz, modified_at timestamptz,
              reference_urls text[], content_hash bytea)
        order by key
       on conflict (key) do update
          set kind = excluded.kind, ids = excluded.ids, title = excluded.title,
              title_ja = excluded.title_ja, severity = excluded.severity,
              cvss_score = excluded.cvss_score, cvss_vector = excluded.cvss_vector,
              kev_listed_on = excluded.kev_listed_on, kev_due_on = excluded.kev_due_on,
              kev_ransomware = excluded.kev_ransomware, epss = excluded.epss,
              automatable = excluded.automatable, technical_impact = excluded.technical_impact,
              published_at = excluded.published_at, modified_at = excluded.modified_at,
              reference_urls = excluded.reference_urls, content_hash = excluded.content_hash
        where w.content_hash <> excluded.content_hash
       returning id, (xmax = 0) as "isNew"`,
      [JSON.stringify(batch)],
    );
    for (const { id, isNew } of rows) if (!isNew) changed.push(id);
  }
  const rejudged = changed.length > 0 ? await rejudge(tx, { weaknessIds: changed }) : 0;
  return { changed: changed.length, rejudged };
}

/** Those of these keys that are weaknesses here: of which anything is or was found. */
export async function knownWeaknessKeys(
  db: Queryable,
  among: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await db.query<{ key: string }>(
    `select w.key from findings.weaknesses w
       join (select distinct unnest($1::text[]) as key) asked using (key)
      order by w.key`,
    [among],
  );
  return rows.map(({ key }) => key);
}
