import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { parseRule, type RuleEntry } from './rule-file.ts';
import type { PastFinding } from './rule-plan.ts';
import { managersOf } from './work-plan.ts';

/** The rules that come with the product: the same three steps up from `src/…` and `dist/…`. */
export const shippedRules = fileURLToPath(
  new URL('../../../content/patch-rules/', import.meta.url),
);

export interface Rules {
  /** In the order of their keys. */
  readonly rules: readonly RuleEntry[];
  /** Of files that were left out, one line each, with file and place. */
  readonly problems: readonly string[];
}

/** Reads the patch rules; a file that cannot be used is left out, and `problems` says why. */
export async function readRules(folder: string = shippedRules): Promise<Rules> {
  const rules = new Map<string, RuleEntry>();
  const problems: string[] = [];
  let names: string[] = [];
  try {
    names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  } catch (error) {
    problems.push(`${folder}: ${(error as Error).message}`);
  }
  for (const name of names) {
    const path = join(folder, name);
    try {
      const rule = parseRule(await readFile(path, 'utf8'), path);
      if (rules.has(rule.key)) problems.push(`${path}: there is a rule ${rule.key} already`);
      else rules.set(rule.key, rule);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  return { rules: [...rules.values()].sort((a, b) => (a.key < b.key ? -1 : 1)), problems };
}

export interface RuleRow {
  readonly key: string;
  readonly enabled: boolean;
  readonly scopeId: string | null;
  readonly enabledBy: string;
  readonly enabledById: string;
  readonly lastRunAt: Date | null;
  readonly lastCampaignId: number | null;
}

export async function listRuleRows(db: Queryable): Promise<ReadonlyMap<string, RuleRow>> {
  const { rows } = await db.query<RuleRow>(
    `select key, enabled, scope_id as "scopeId", enabled_by as "enabledBy",
            enabled_by_id as "enabledById", last_run_at as "lastRunAt",
            last_campaign_id as "lastCampaignId"
       from remediation.patch_rules order by key`,
  );
  return new Map(rows.map((row) => [row.key, row]));
}

export async function setRule(
  tx: Queryable,
  key: string,
  set: { enabled: boolean; scopeId: string | null; by: string; byId: string; at: Date },
): Promise<void> {
  await tx.query(
    `insert into remediation.patch_rules (key, enabled, scope_id, enabled_by, enabled_by_id, enabled_at)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (key) do update
        set enabled = excluded.enabled, scope_id = excluded.scope_id,
            enabled_by = excluded.enabled_by, enabled_by_id = excluded.enabled_by_id,
            enabled_at = excluded.enabled_at`,
    [key, set.enabled, set.scopeId, set.by, set.byId, set.at],
  );
}

export async function recordRuleRun(
  db: Queryable,
  key: string,
  run: { readonly at: Date; readonly campaignId: number | null; readonly failure: string | null },
): Promise<void> {
  await db.query(
    `update remediation.patch_rules
        set last_run_at = $2, last_campaign_id = coalesce($3, last_campaign_id), last_failure = $4
      where key = $1`,
    [key, run.at, run.campaignId, run.failure],
  );
}

const severityNames = ['none', 'low', 'medium', 'high', 'critical'];
const severityOrders = ({ findings }: RuleEntry) =>
  findings.severities?.map((name) => (name === 'unknown' ? -1 : severityNames.indexOf(name))) ??
  null;

/**
 * Endpoints with something for the rule to take: open, with a fix, and neither in one of its
 * campaigns that go on nor in one that it made within a day.
 */
export async function endpointsForRule(
  db: Queryable,
  rule: RuleEntry,
  reach: ScopeReach,
  now: Date,
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select distinct f.asset_id as id from findings.finding_view f
      where f.asset_kind = 'endpoint' and f.class = 'normal' and f.state = 'open'
        and f.fix_id is not null and ($1::uuid[] is null or f.scope_id = any($1))
        and (not $2::boolean or f.exploited) and ($3::int[] is null or f.severity_order = any($3))
        and not exists (
          select from remediation.targets t join remediation.campaigns c on c.id = t.campaign_id
           where c.rule_key = $4 and t.endpoint_id = f.asset_id and f.id = any(t.finding_ids)
             and (c.created_at > $5
                  or c.state in ('draft', 'awaiting-approval', 'running', 'paused', 'halted')))
      order by 1`,
    [
      reach === 'all' ? null : reach,
      rule.findings.exploitedOnly === true,
      severityOrders(rule),
      rule.key,
      new Date(now.getTime() - 86_400_000),
    ],
  );
  return rows.map(({ id }) => id);
}

/** Findings of the past that the rule could have taken. At most two million. */
export async function pastFindings(
  db: Queryable,
  rule: RuleEntry,
  reach: ScopeReach,
  from: Date,
): Promise<readonly PastFinding[]> {
  const { rows } = await db.query<PastFinding & { ecosystem: string }>(
    `select greatest(coalesce(f.reopened_at, f.first_seen_at),
                     case when $2 then f.kev_listed_on::timestamptz end) as since,
            f.closed_at as "closedAt", x.ecosystem
       from findings.finding_view f join findings.fix_view x on x.id = f.fix_id
      where f.asset_kind = 'endpoint' and f.class = 'normal'
        and ($1::uuid[] is null or f.scope_id = any($1))
        and (not $2::boolean or f.exploited) and ($3::int[] is null or f.severity_order = any($3))
        and (f.closed_at is null or f.closed_at >= $4)
      limit 2000000`,
    [
      reach === 'all' ? null : reach,
      rule.findings.exploitedOnly === true,
      severityOrders(rule),
      from,
    ],
  );
  return rows.filter(({ ecosystem }) => managersOf(ecosystem).length > 0);
}
