import type { Queryable } from '../../platform/db/queryable.ts';
import type { FindingState } from './life-cycle.ts';
import type { Evidence, FindingClass, Severity } from './weakness.ts';

/** States that a supplier's statement sets; `open` takes a statement back. */
export type StatedState = 'not-affected' | 'fixed-claimed' | 'under-investigation' | 'open';

/** A finding that has not been closed, with what a statement or a report about it needs. */
export interface OpenFinding {
  readonly id: number;
  readonly assetId: string;
  readonly assetKind: 'endpoint' | 'application';
  readonly weaknessKey: string;
  readonly weaknessIds: readonly string[];
  readonly title: string;
  readonly severity: Severity | null;
  readonly cvssScore: number | null;
  readonly cvssVector: string | null;
  readonly publishedAt: string | null;
  readonly modifiedAt: string | null;
  readonly class: FindingClass;
  readonly state: FindingState;
  readonly stateReason: string | null;
  readonly stateSource: string | null;
  readonly fix: {
    readonly ecosystem: string;
    readonly name: string;
    readonly version: string;
  } | null;
  /** Every package to upgrade to be rid of it, `fix` being the first; version null: no fix is known. */
  readonly fixes: readonly {
    readonly ecosystem: string;
    readonly name: string;
    readonly version: string | null;
  }[];
  readonly evidence: readonly Evidence[];
}

export interface OpenFindingsFilter {
  readonly assetIds?: readonly string[];
  /** Any id that the weakness is known by. */
  readonly weaknessIds?: readonly string[];
  /** State set by a source that begins so. */
  readonly sourcePrefix?: string;
  /** Evidence names one of these components. */
  readonly components?: readonly string[];
}

/** Findings that are not closed and meet every part of the filter, by id. */
export async function listOpenFindings(
  db: Queryable,
  { assetIds, weaknessIds, sourcePrefix, components }: OpenFindingsFilter,
): Promise<readonly OpenFinding[]> {
  const { rows } = await db.query<
    Omit<OpenFinding, 'fix' | 'fixes' | 'publishedAt' | 'modifiedAt'> & {
      publishedAt: Date | null;
      modifiedAt: Date | null;
      fixEcosystem: string | null;
      fixName: string | null;
      fixVersion: string | null;
      furtherFixes: OpenFinding['fixes'] | null;
    }
  >(
    `select f.id, a.asset_id as "assetId", a.asset_kind as "assetKind", w.key as "weaknessKey",
            w.ids as "weaknessIds", w.title, w.severity, w.cvss_score as "cvssScore",
            w.cvss_vector as "cvssVector", w.published_at as "publishedAt",
            w.modified_at as "modifiedAt", f.class, f.state, f.state_reason as "stateReason",
            f.state_source as "stateSource", f.evidence, x.ecosystem as "fixEcosystem",
            x.name as "fixName", f.fix_version as "fixVersion",
            (select jsonb_agg(jsonb_build_object('ecosystem', m.ecosystem, 'name', m.name,
                                                 'version', further.version) order by m.name, m.id)
               from findings.further_fixes further join findings.fixes m on m.id = further.fix_id
              where further.finding_id = f.id) as "furtherFixes"
       from findings.findings f
       join findings.weaknesses w on w.id = f.weakness_id
       join findings.assets a on a.id = f.asset_ref
       left join findings.fixes x on x.id = f.fix_id
      where f.state <> 'closed'
        and ($1::uuid[] is null or a.asset_id = any($1))
        and ($2::text[] is null or w.ids && $2)
        and ($3::text is null or starts_with(f.state_source, $3))
        and ($4::text[] is null or exists (
              select from jsonb_array_elements(f.evidence) e where e ->> 'component' = any($4)))
      order by f.id`,
    [assetIds ?? null, weaknessIds ?? null, sourcePrefix ?? null, components ?? null],
  );
  return rows.map(({ fixEcosystem, fixName, fixVersion, furtherFixes, ...row }) => {
    const fix =
      fixEcosystem === null || fixName === null
        ? null
        : { ecosystem: fixEcosystem, name: fixName, version: fixVersion ?? '' };
    return {
      ...row,
      publishedAt: row.publishedAt?.toISOString() ?? null,
      modifiedAt: row.modifiedAt?.toISOString() ?? null,
      fix,
      fixes: [...(fix === null ? [] : [fix]), ...(furtherFixes ?? [])],
    };
  });
}

export interface StatedChange {
  readonly findingId: number;
  readonly state: StatedState;
  /** Whose statement; null with `open`. */
  readonly source: string | null;
  readonly reason: string | null;
}

/**
 * Sets states by statement, with their source; nothing is hidden and nothing is closed. A finding
 * that is closed or excepted stays as it is. Returns how many changed.
 */
export async function applyStatements(
  tx: Queryable,
  changes: readonly StatedChange[],
  at: Date,
): Promise<number> {
  let changed = 0;
  for (let start = 0; start < changes.length; start += 5_000) {
    const { rowCount } = await tx.query(
      `with changed as (
         update findings.findings f
            set state = c.state, state_reason = c.reason, state_source = c.source
           from jsonb_to_recordset($1) as c("findingId" bigint, state text, reason text, source text)
          where f.id = c."findingId" and f.state not in ('closed', 'excepted')
            and (f.state, f.state_reason, f.state_source)
                is distinct from (c.state, c.reason, c.source)
          returning f.id, f.state, f.state_reason, f.state_source)
       insert into findings.events (finding_id, at, event, details)
       select id, $2, state, jsonb_build_object('cause', 'vex', 'by', state_source, 'reason', state_reason)
         from changed order by id`,
      [JSON.stringify(changes.slice(start, start + 5_000)), at],
    );
    changed += rowCount ?? 0;
  }
  return changed;
}
