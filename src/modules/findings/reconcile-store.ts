import type { Queryable } from '../../platform/db/queryable.ts';
import type { DueProfile } from './due.ts';
import { holdProfiles, listScopeProfiles } from './due-profile-store.ts';
import { exceptObserved } from './exceptions/covering-store.ts';
import {
  type FindingFacts,
  judge,
  observedHash,
  severityOrderOf,
  type WeaknessFacts,
} from './judge.ts';
import { afterObservation, type FindingState } from './life-cycle.ts';
import type { AssetFacts, FindingClass, Observed, Severity, WeaknessKind } from './weakness.ts';

/** Why findings were opened or closed: the asset changed, or what is known about weaknesses did. */
export type ReconcileCause = 'inventory' | 'advisory' | 'asset-gone';

export interface ReconcileRequest {
  readonly kinds: readonly WeaknessKind[];
  /** Every asset that was assessed, also those on which nothing was found. */
  readonly assets: readonly AssetFacts[];
  readonly observed: readonly Observed[];
  readonly observedAt: Date;
  readonly cause: ReconcileCause;
}

export interface ReconcileResult {
  readonly opened: number;
  readonly reopened: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly closed: number;
}

interface WeaknessRow extends WeaknessFacts {
  readonly id: number;
  readonly key: string;
  readonly kind: WeaknessKind;
}

interface FindingRow {
  readonly id: number;
  readonly assetRef: number;
  readonly weaknessId: number;
  readonly state: FindingState;
  readonly class: FindingClass;
  readonly contentHash: Buffer;
  readonly rank: number;
  readonly dueOn: string | null;
  readonly detectedOn: string;
  readonly pausedDays: number;
}

/**
 * Makes the findings of `kinds` on `assets` equal to `observed`: opens what is new, reopens what
 * came back, closes what is gone, leaves alone what is unchanged. One transaction of the caller's;
 * assets are locked in order, so that two callers never wait for each other in a circle.
 */
export async function reconcile(
  tx: Queryable,
  request: ReconcileRequest,
): Promise<ReconcileResult> {
  const { kinds, assets, observed, observedAt, cause } = request;
  await holdProfiles(tx);
  const assetRefs = await storeAssets(tx, assets, kinds, observedAt);
  const weaknesses = await loadWeaknesses(tx, [...new Set(observed.map((o) => o.weaknessKey))]);
  const fixIds = await storeFixes(tx, observed);
  const profiles = await loadProfiles(tx);
  const facts = new Map(assets.map((asset) => [asset.assetId, asset]));

  const before = new Map<string, FindingRow>();
  const { rows } = await tx.query<FindingRow>(
    `select id, asset_ref as "assetRef", weakness_id as "weaknessId", state, class,
            content_hash as "contentHash", rank, due_on::text as "dueOn",
            coalesce(reopened_at, first_seen_at)::date::text as "detectedOn",
            paused_days as "pausedDays"
       from findings.findings
      where asset_ref = any($1::int[]) and kind = any($2::text[])`,
    [[...assetRefs.values()], kinds],
  );
  for (const row of rows) before.set(`${row.assetRef} ${row.weaknessId}`, row);

  const today = observedAt.toISOString().slice(0, 10);
  const writes: object[] = [];
  const events: { key: string; event: string }[] = [];
  const rewritten: number[] = [];
  const further: object[] = [];
  const seen = new Set<string>();
  let [opened, reopened, changed, unchanged] = [0, 0, 0, 0];
  for (const item of observed) {
    const asset = facts.get(item.assetId);
    const weakness = weaknesses.get(item.weaknessKey);
    if (!asset) throw new Error(`${item.assetId} was observed but is not among the assets`);
    if (!weakness) throw new Error(`${item.weaknessKey} was observed but is not a known weakness`);
    const assetRef = assetRefs.get(item.assetId)!;
    const key = `${assetRef} ${weakness.id}`;
    if (seen.has(key)) throw new Error(`${item.weaknessKey} was observed twice on ${item.assetId}`);
    seen.add(key);
    const row = before.get(key);
    const next = afterObservation(row?.state ?? null, true)!;
    const detectedOn = row === undefined || next.reopened ? today : row.detectedOn;
    const finding: FindingFacts = {
      findingClass: item.findingClass,
      fixable: item.fix !== null,
      reachable: item.reachable,
      exposed: asset.exposed,
      criticality: asset.criticality,
      detectedOn,
      // Seen anew, its clock begins anew.
      pausedDays: row === undefined || next.reopened ? 0 : row.pausedDays,
    };
    const { due, rank } = judge(profiles.get(asset.scopeId) ?? 'bod-26-04', weakness, finding);
    const contentHash = observedHash(item);
    if (
      row !== undefined &&
      !next.reopened &&
      row.contentHash.equals(contentHash) &&
      row.rank === rank &&
      row.dueOn === due.dueOn
    ) {
      unchanged += 1;
      continue;
    }
    if (row !== undefined) rewritten.push(row.id);
    for (const { ecosystem, name, version } of item.furtherFixes ?? []) {
      further.push({
        asset_ref: assetRef,
        weakness_id: weakness.id,
        fix_id: fixIds.get(`${ecosystem}\n${name}`),
        version,
      });
    }
    if (row === undefined) opened += 1;
    else if (next.reopened) reopened += 1;
    else changed += 1;
    if (row === undefined || next.reopened) {
      events.push({ key, event: row === undefined ? 'opened' : 'reopened' });
    }
    writes.push({
      weakness_id: weakness.id,
      asset_ref: assetRef,
      scope_id: asset.scopeId,
      state: next.state,
      class: item.findingClass,
      kind: weakness.kind,
      severity_order: severityOrderOf(weakness.severity),
      exploited: weakness.kevListedOn !== null,
      epss: weakness.epss,
      rank,
      due_on: due.dueOn,
      due_outcome: due.outcome,
      reachable: item.reachable,
      fix_id: item.fix === null ? null : fixIds.get(`${item.fix.ecosystem}\n${item.fix.name}`),
      fix_version: item.fix?.version ?? null,
      reopened: next.reopened,
      evidence: item.evidence,
      content_hash: `\\x${contentHash.toString('hex')}`,
    });
  }
  await storeFindings(tx, writes, observedAt);
  await storeFurtherFixes(tx, rewritten, further);

  const gone = rows.filter(
    (row) => row.state !== 'closed' && !seen.has(`${row.assetRef} ${row.weaknessId}`),
  );
  await tx.query(
    `update findings.findings
        set state = 'closed', closed_at = $2, closed_because = $3,
            excepted_until = null, state_reason = null, state_source = null,
            exception_id = null, excepted_on = null
      where id = any($1::bigint[])`,
    [gone.map(({ id }) => id), observedAt, cause],
  );
  for (const row of gone)
    events.push({ key: `${row.assetRef} ${row.weaknessId}`, event: 'closed' });
  await storeEvents(tx, events, observedAt, cause);
  if (writes.length > 0) await exceptObserved(tx, [...assetRefs.values()], observedAt);
  return { opened, reopened, changed, unchanged, closed: gone.length };
}

async function storeAssets(
  tx: Queryable,
  assets: readonly AssetFacts[],
  kinds: readonly WeaknessKind[],
  assessedAt: Date,
): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: number; assetId: string }>(
    `insert into findings.assets (asset_id, asset_kind, scope_id, criticality, exposed, name)
     select a."assetId", a."assetKind", a."scopeId", a.criticality, a.exposed, a.name
       from jsonb_to_recordset($1) as a("assetId" uuid, "assetKind" text, "scopeId" uuid, criticality text, exposed boolean, name text)
      order by 1
     on conflict (asset_id) do update
        set scope_id = excluded.scope_id, criticality = excluded.criticality, exposed = excluded.exposed,
            name = excluded.name
     returning id, asset_id as "assetId"`,
    [JSON.stringify(assets)],
  );
  await tx.query(
    `insert into findings.assessments (asset_ref, kind, assessed_at)
     select a, k, $3 from unnest($1::int[]) a, unnest($2::text[]) k order by 1, 2
     on conflict (asset_ref, kind) do update set assessed_at = excluded.assessed_at
      where findings.assessments.assessed_at < excluded.assessed_at`,
    [rows.map(({ id }) => id), kinds, assessedAt],
  );
  return new Map(rows.map(({ id, assetId }) => [assetId, id]));
}

async function loadWeaknesses(
  tx: Queryable,
  keys: readonly string[],
): Promise<Map<string, WeaknessRow>> {
  const { rows } = await tx.query<WeaknessRow>(
    `select id, key, kind, severity, kev_listed_on::text as "kevListedOn",
            kev_due_on::text as "kevDueOn", epss, automatable, technical_impact as "technicalImpact"
       from findings.weaknesses where key = any($1::text[])`,
    [keys],
  );
  return new Map(rows.map((row) => [row.key, row]));
}

/** The profile that applies in each scope, inherited from above where it has none of its own. */
export async function loadProfiles(tx: Queryable): Promise<Map<string, DueProfile>> {
  const scopes = await listScopeProfiles(tx);
  return new Map(scopes.map(({ id, effective }) => [id, effective]));
}

async function storeFixes(
  tx: Queryable,
  observed: readonly Observed[],
): Promise<Map<string, number>> {
  const fixes = new Map<string, { ecosystem: string; name: string }>();
  for (const { fix, furtherFixes = [] } of observed) {
    for (const { ecosystem, name } of [...(fix ? [fix] : []), ...furtherFixes]) {
      fixes.set(`${ecosystem}\n${name}`, { ecosystem, name });
    }
  }
  const json = JSON.stringify([...fixes.values()]);
  await tx.query(
    `insert into findings.fixes (ecosystem, name)
     select f.ecosystem, f.name from jsonb_to_recordset($1) as f(ecosystem text, name text)
      order by 1, 2 on conflict do nothing`,
    [json],
  );
  const { rows } = await tx.query<{ id: number; ecosystem: string; name: string }>(
    `select id, ecosystem, name from findings.fixes
      join jsonb_to_recordset($1) as f(ecosystem text, name text) using (ecosystem, name)`,
    [json],
  );
  return new Map(rows.map(({ id, ecosystem, name }) => [`${ecosystem}\n${name}`, id]));
}

async function storeFindings(tx: Queryable, writes: readonly object[], at: Date): Promise<void> {
  const batch = 2_000;
  for (let start = 0; start < writes.length; start += batch) {
    await tx.query(
      `insert into findings.findings as f
         (weakness_id, asset_ref, scope_id, state, class, kind, severity_order, exploited, epss,
          rank, due_on, due_outcome, reachable, fix_id, fix_version, first_seen_at, evidence,
          content_hash)
       select w.weakness_id, w.asset_ref, w.scope_id, w.state, w.class, w.kind, w.severity_order,
              w.exploited, w.epss, w.rank, w.due_on, w.due_outcome, w.reachable, w.fix_id,
              w.fix_version, $2, w.evidence, w.content_hash
         from jsonb_to_recordset($1) as w(weakness_id int, asset_ref int, scope_id uuid, state text,
              class text, kind text, severity_order smallint, exploited boolean, epss real,
              rank bigint, due_on date, due_outcome text, reachable boolean, fix_id int,
              fix_version text, reopened boolean, evidence jsonb, content_hash bytea)
        order by w.asset_ref, w.weakness_id
       on conflict (asset_ref, weakness_id) do update
          set scope_id = excluded.scope_id, class = excluded.class,
              -- Only what was closed changes its state by being seen: in the meantime somebody may
              -- have planned or excepted it.
              state = case when f.state = 'closed' then excluded.state else f.state end,
              severity_order = excluded.severity_order, exploited = excluded.exploited,
              epss = excluded.epss, rank = excluded.rank, due_on = excluded.due_on,
              due_outcome = excluded.due_outcome, reachable = excluded.reachable,
              fix_id = excluded.fix_id, fix_version = excluded.fix_version,
              evidence = excluded.evidence, content_hash = excluded.content_hash,
              reopened_at = case when f.state = 'closed' then $2 else f.reopened_at end,
              reopened_count = f.reopened_count + (f.state = 'closed')::int,
              paused_days = case when f.state = 'closed' then 0 else f.paused_days end,
              closed_at = null, closed_because = null`,
      [JSON.stringify(writes.slice(start, start + batch)), at],
    );
  }
}

/** Replaces those of findings that were there before, and adds those of new ones. */
async function storeFurtherFixes(
  tx: Queryable,
  rewritten: readonly number[],
  further: readonly object[],
): Promise<void> {
  if (rewritten.length > 0) {
    await tx.query(`delete from findings.further_fixes where finding_id = any($1::bigint[])`, [
      rewritten,
    ]);
  }
  if (further.length === 0) return;
  await tx.query(
    `insert into findings.further_fixes (finding_id, fix_id, version)
     select f.id, x.fix_id, x.version
       from jsonb_to_recordset($1) as x(asset_ref int, weakness_id int, fix_id int, version text)
       join findings.findings f using (asset_ref, weakness_id)
      order by 1, 2`,
    [JSON.stringify(further)],
  );
}

async function storeEvents(
  tx: Queryable,
  events: readonly { key: string; event: string }[],
  at: Date,
  cause: ReconcileCause,
): Promise<void> {
  await tx.query(
    `insert into findings.events (finding_id, at, event, details)
     select f.id, $4, e.event, jsonb_build_object('cause', $5::text)
       from unnest($1::int[], $2::int[], $3::text[]) as e(asset_ref, weakness_id, event)
       join findings.findings f using (asset_ref, weakness_id)`,
    [
      events.map(({ key }) => Number(key.split(' ')[0])),
      events.map(({ key }) => Number(key.split(' ')[1])),
      events.map(({ event }) => event),
      at,
      cause,
    ],
  );
}

interface RejudgeWhere {
  readonly findingIds?: readonly number[];
  readonly weaknessIds?: readonly number[];
  readonly assetIds?: readonly string[];
  /** These very scopes: what lies below them is to be among them. */
  readonly scopeIds?: readonly string[];
}

/**
 * Ranks and due dates anew for findings whose weakness, asset or profile changed. Returns how many
 * moved. In a transaction, no profile changes until it ends.
 */
export async function rejudge(tx: Queryable, where: RejudgeWhere): Promise<number> {
  await holdProfiles(tx);
  const profiles = await loadProfiles(tx);
  const { scopeIds, ...narrower } = where;
  if (scopeIds === undefined) return rejudgeThose(tx, profiles, narrower);
  const { rows } = await tx.query<{ assetId: string }>(
    `select asset_id as "assetId" from findings.assets
      where scope_id = any($1::uuid[]) and ($2::uuid[] is null or asset_id = any($2))
      order by id`,
    [scopeIds, narrower.assetIds ?? null],
  );
  // A whole company has millions of findings; so many assets at a time fit into memory.
  const batch = 200;
  let moved = 0;
  for (let start = 0; start < rows.length; start += batch) {
    const assetIds = rows.slice(start, start + batch).map(({ assetId }) => assetId);
    moved += await rejudgeThose(tx, profiles, { ...narrower, assetIds });
  }
  if (narrower.assetIds === undefined && narrower.weaknessIds === undefined) {
    await storeJudgedProfiles(tx, scopeIds, profiles);
  }
  return moved;
}

/** These scopes have been judged by what applies there now (follow-store.ts). */
async function storeJudgedProfiles(
  tx: Queryable,
  scopeIds: readonly string[],
  profiles: ReadonlyMap<string, DueProfile>,
): Promise<void> {
  const known = scopeIds.filter((id) => profiles.has(id)).sort();
  await tx.query(
    `insert into findings.judged_profiles (scope_id, profile)
     select * from unnest($1::uuid[], $2::text[])
     on conflict (scope_id) do update set profile = excluded.profile`,
    [known, known.map((id) => profiles.get(id))],
  );
}

async function rejudgeThose(
  tx: Queryable,
  profiles: ReadonlyMap<string, DueProfile>,
  where: Omit<RejudgeWhere, 'scopeIds'>,
): Promise<number> {
  const { rows } = await tx.query<
    WeaknessFacts & {
      id: number;
      scopeId: string;
      class: FindingClass;
      fixId: number | null;
      reachable: boolean | null;
      exposed: boolean | null;
      criticality: FindingFacts['criticality'];
      detectedOn: string;
      pausedDays: number;
      severity: Severity | null;
    }
  >(
    `select f.id, a.scope_id as "scopeId", f.class, f.fix_id as "fixId", f.reachable, a.exposed,
            a.criticality, coalesce(f.reopened_at, f.first_seen_at)::date::text as "detectedOn",
            f.paused_days as "pausedDays",
            w.severity, w.kev_listed_on::text as "kevListedOn", w.kev_due_on::text as "kevDueOn",
            w.epss, w.automatable, w.technical_impact as "technicalImpact"
       from findings.findings f
       join findings.weaknesses w on w.id = f.weakness_id
       join findings.assets a on a.id = f.asset_ref
      where f.state <> 'closed'
        and ($1::int[] is null or f.weakness_id = any($1))
        and ($2::uuid[] is null or a.asset_id = any($2))
        and ($3::bigint[] is null or f.id = any($3))
      order by f.id`,
    [where.weaknessIds ?? null, where.assetIds ?? null, where.findingIds ?? null],
  );
  const changes = rows.map((row) => {
    const { due, rank } = judge(profiles.get(row.scopeId) ?? 'bod-26-04', row, {
      findingClass: row.class,
      fixable: row.fixId !== null,
      reachable: row.reachable,
      exposed: row.exposed,
      criticality: row.criticality,
      detectedOn: row.detectedOn,
      pausedDays: row.pausedDays,
    });
    return {
      id: row.id,
      rank,
      due_on: due.dueOn,
      due_outcome: due.outcome,
      severity_order: severityOrderOf(row.severity),
      exploited: row.kevListedOn !== null,
      epss: row.epss,
      scope_id: row.scopeId,
    };
  });
  let moved = 0;
  for (let start = 0; start < changes.length; start += 5_000) {
    const { rowCount } = await tx.query(
      `update findings.findings f
          set rank = c.rank, due_on = c.due_on, due_outcome = c.due_outcome,
              severity_order = c.severity_order, exploited = c.exploited, epss = c.epss,
              scope_id = c.scope_id
         from jsonb_to_recordset($1) as c(id bigint, rank bigint, due_on date, due_outcome text,
              severity_order smallint, exploited boolean, epss real, scope_id uuid)
        where f.id = c.id
          and (f.rank, f.due_on, f.due_outcome, f.severity_order, f.exploited, f.epss, f.scope_id)
              is distinct from (c.rank, c.due_on, c.due_outcome, c.severity_order, c.exploited,
                                c.epss, c.scope_id)`,
      [JSON.stringify(changes.slice(start, start + 5_000))],
    );
    moved += rowCount ?? 0;
  }
  return moved;
}
