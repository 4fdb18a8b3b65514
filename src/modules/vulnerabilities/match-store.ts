import type { Queryable } from '../../platform/db/queryable.ts';
import { splitEcosystem } from '../../standards/osv/ecosystem.ts';
import { upsertWeaknesses, type Weakness } from '../findings/public.ts';
import { loadAdvisories, loadEnrichment } from './advisory-store.ts';
import { describeVulnerability } from './describe.ts';
import { type Match, matchesOf, type SourcedRecord } from './matching.ts';
import type { Subject } from './subject.ts';

export interface StoredSubject extends Subject {
  readonly id: number;
}

/** Subjects as rows, those that are new included; `matched` tells which have been matched before. */
export async function storeSubjects(
  tx: Queryable,
  subjects: readonly Subject[],
): Promise<readonly (StoredSubject & { matched: boolean })[]> {
  const columns = [
    subjects.map(({ ecosystem }) => ecosystem),
    subjects.map(({ name }) => name),
    subjects.map(({ version }) => version),
  ];
  await tx.query(
    `insert into vulnerabilities.subjects (ecosystem, name, version)
     select distinct * from unnest($1::text[], $2::text[], $3::text[]) order by 1, 2, 3
     on conflict do nothing`,
    columns,
  );
  const { rows } = await tx.query<StoredSubject & { matched: boolean }>(
    `select s.id, s.ecosystem, s.name, s.version, (s.matched_at is not null) as matched
       from vulnerabilities.subjects s
       join (select distinct * from unnest($1::text[], $2::text[], $3::text[]) as x(ecosystem, name, version)) x
            using (ecosystem, name, version)`,
    columns,
  );
  return rows;
}

/** Subjects whose advisories changed since they were matched, oldest first. */
export async function subjectsToMatch(
  db: Queryable,
  limit: number,
): Promise<readonly StoredSubject[]> {
  const { rows } = await db.query<StoredSubject>(
    `select id, ecosystem, name, version from vulnerabilities.subjects
      where matched_at is null order by id limit $1`,
    [limit],
  );
  return rows;
}

/**
 * Matches subjects against all advisories of their packages and stores the result with the
 * weaknesses it names. Returns the ids of the subjects whose matches differ from before.
 */
export async function matchSubjects(
  tx: Queryable,
  subjects: readonly StoredSubject[],
  at: Date,
): Promise<ReadonlySet<number>> {
  const changed = new Set<number>();
  for (let start = 0; start < subjects.length; start += 2_000) {
    for (const id of await matchBatch(tx, subjects.slice(start, start + 2_000), at))
      changed.add(id);
  }
  return changed;
}

async function matchBatch(
  tx: Queryable,
  subjects: readonly StoredSubject[],
  at: Date,
): Promise<readonly number[]> {
  const packageOf = ({ ecosystem, name }: Subject) => ({
    ecosystem: splitEcosystem(ecosystem).base,
    name,
  });
  const packages = new Map(
    subjects.map((subject) => {
      const { ecosystem, name } = packageOf(subject);
      return [`${ecosystem}\n${name}`, { ecosystem, name }];
    }),
  );
  const advisories = await loadAdvisories(tx, [...packages.values()]);
  const records = new Map<string, Map<string, SourcedRecord>>();
  const matches: { subjectId: number; match: Match }[] = [];
  for (const subject of subjects) {
    const { ecosystem, name } = packageOf(subject);
    const named = advisories.get(`${ecosystem}\n${name}`) ?? [];
    for (const match of matchesOf(subject, named)) {
      matches.push({ subjectId: subject.id, match });
      const known = records.get(match.weaknessKey) ?? new Map<string, SourcedRecord>();
      for (const item of named) {
        if (match.evidence.some(({ advisoryId }) => advisoryId === item.record.id)) {
          known.set(item.record.id, item);
        }
      }
      records.set(match.weaknessKey, known);
    }
  }
  await storeWeaknesses(
    tx,
    records,
    subjects.map(({ id }) => id),
  );
  return replaceMatches(tx, subjects, matches, at);
}

/**
 * Describes weaknesses anew out of the advisories that match now and what other feeds say. One that
 * nothing matches any more keeps its last description.
 */
export async function describeWeaknesses(tx: Queryable, keys: readonly string[]): Promise<void> {
  await storeWeaknesses(tx, new Map(keys.map((key) => [key, new Map()])), []);
}

/** `subjectIds`: whose matches `records` are, and are about to be replaced. */
async function storeWeaknesses(
  tx: Queryable,
  records: ReadonlyMap<string, ReadonlyMap<string, SourcedRecord>>,
  subjectIds: readonly number[],
): Promise<void> {
  const keys = [...records.keys()];
  const elsewhere = await recordsElsewhere(tx, records, subjectIds);
  const enrichment = await loadEnrichment(tx, keys);
  const weaknesses: Weakness[] = [];
  for (const [key, named] of records) {
    const all = new Map([...(elsewhere.get(key) ?? []), ...named]);
    if (all.size === 0) continue;
    // By id, so that the description does not depend on which batch came last.
    const sorted = [...all.values()].map(({ record }) => record);
    sorted.sort((a, b) => (a.id < b.id ? -1 : 1));
    weaknesses.push(describeVulnerability(key, sorted, enrichment.get(key) ?? {}));
  }
  await upsertWeaknesses(tx, weaknesses);
}

/** Records of the same vulnerabilities that other subjects match: Debian's beside PyPI's. */
async function recordsElsewhere(
  tx: Queryable,
  records: ReadonlyMap<string, ReadonlyMap<string, SourcedRecord>>,
  subjectIds: readonly number[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, SourcedRecord>>> {
  const { rows: named } = await tx.query<{ key: string; feed: string; id: string }>(
    `select distinct m.weakness_key as key, e ->> 'source' as feed, e ->> 'advisoryId' as id
       from vulnerabilities.matches m, jsonb_array_elements(m.evidence) e
      where m.weakness_key = any($1::text[]) and m.subject_id <> all($2::int[])`,
    [[...records.keys()], subjectIds],
  );
  const missing = named.filter(({ key, id }) => !records.get(key)?.has(id));
  const { rows } = await tx.query<SourcedRecord>(
    `select a.feed, a.record from vulnerabilities.advisories a
       join (select distinct * from unnest($1::text[], $2::text[]) as x(feed, osv_id)) x
            using (feed, osv_id)`,
    [missing.map(({ feed }) => feed), missing.map(({ id }) => id)],
  );
  const loaded = new Map(rows.map((item) => [`${item.feed}\n${item.record.id}`, item]));
  const found = new Map<string, Map<string, SourcedRecord>>();
  for (const { key, feed, id } of missing) {
    const item = loaded.get(`${feed}\n${id}`);
    if (!item) continue;
    const list = found.get(key) ?? new Map<string, SourcedRecord>();
    list.set(id, item);
    found.set(key, list);
  }
  return found;
}

async function replaceMatches(
  tx: Queryable,
  subjects: readonly StoredSubject[],
  matches: readonly { subjectId: number; match: Match }[],
  at: Date,
): Promise<readonly number[]> {
  const ids = subjects.map(({ id }) => id);
  const incoming = JSON.stringify(
    matches.map(({ subjectId, match }) => ({
      subject_id: subjectId,
      weakness_key: match.weaknessKey,
      verdict: match.verdict,
      class: match.class,
      fixed_version: match.fixedVersion,
      evidence: match.evidence,
    })),
  );
  const recordset = `jsonb_to_recordset($2) as x(subject_id int, weakness_key text, verdict text,
                     class text, fixed_version text, evidence jsonb)`;
  const { rows } = await tx.query<{ id: number }>(
    `with gone as (
       delete from vulnerabilities.matches m
        where m.subject_id = any($1::int[])
          and not exists (select from ${recordset}
                           where x.subject_id = m.subject_id and x.weakness_key = m.weakness_key)
       returning subject_id),
     stored as (
       insert into vulnerabilities.matches as m
              (subject_id, weakness_key, verdict, class, fixed_version, evidence)
       select x.subject_id, x.weakness_key, x.verdict, x.class, x.fixed_version, x.evidence
         from ${recordset}
        order by 1, 2
       on conflict (subject_id, weakness_key) do update
          set verdict = excluded.verdict, class = excluded.class,
              fixed_version = excluded.fixed_version, evidence = excluded.evidence
        where (m.verdict, m.class, m.fixed_version, m.evidence)
              is distinct from
              (excluded.verdict, excluded.class, excluded.fixed_version, excluded.evidence)
       returning subject_id),
     stamped as (
       update vulnerabilities.subjects set matched_at = $3 where id = any($1::int[]))
     select subject_id as id from gone union select subject_id from stored`,
    [ids, incoming, at],
  );
  return rows.map(({ id }) => id);
}
