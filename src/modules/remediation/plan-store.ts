import type { Queryable } from '../../platform/db/queryable.ts';
import type { ScopeReach } from '../../platform/http/principal.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { ModuleContext } from '../../platform/module.ts';
import { compareVersions, versionRuleOf } from '../../standards/versions/ecosystem.ts';
import type { Action } from '../agent-protocol/api.ts';
import type { NewCampaign, Ring, Work } from './api.ts';
import { defaultRings, mixed, planRings, ringsProblem } from './ring-plan.ts';
import type { Obstacle } from './texts.ts';
import {
  actionObstacle,
  actionOf,
  type EndpointFacts,
  type FindingFacts,
  type FixNeeded,
  type InstalledPackage,
  type PlannedPackage,
  planEndpoint,
} from './work-plan.ts';

interface PlannedTarget {
  readonly endpointId: string;
  readonly scopeId: string;
  readonly criticality: EndpointFacts['criticality'];
  readonly state: 'waiting' | 'no-agent' | 'excluded';
  readonly obstacle: Obstacle | null;
  readonly action: Action | null;
  readonly packages: readonly PlannedPackage[];
  readonly findingIds: readonly number[];
  readonly exploited: number;
  readonly rebootLikely: boolean;
  readonly left: ReadonlyMap<Obstacle, number>;
  readonly ring: number;
}

export interface Plan {
  readonly targets: readonly PlannedTarget[];
  readonly rings: readonly Ring[];
}

export interface Asker {
  readonly reach: ScopeReach;
  readonly now: Date;
}

/** So many endpoints are planned at a time: what is held of their findings stays small. */
const chunkSize = 1_000;
/** An agent that was heard so lately counts as present. */
const presentMs = 5 * 60_000;
const targetsAtMost = 100_000;
const severityNames = ['none', 'low', 'medium', 'high', 'critical'];

/**
 * What a campaign would do at which endpoints, in which ring; nothing is written. Reads set by set.
 *
 * @throws ProblemError when the rings or the selector make no sense, or nothing is selected
 */
export async function planCampaign(
  context: Pick<ModuleContext, 'db' | 'facets'>,
  given: Pick<NewCampaign, 'work' | 'selector' | 'endpointIds' | 'rings'>,
  asker: Asker,
): Promise<Plan> {
  const { db } = context;
  const rings = given.rings ?? defaultRings;
  const wrong = ringsProblem(rings);
  if (wrong !== null) {
    throw new ProblemError(400, 'RINGS_INVALID', 'The rings make no sense', { detail: wrong });
  }
  const { work } = given;
  if (work.kind === 'fix') await refuseUnknownFix(db, work.fixId);
  const ids = await endpointsOf(context, given, asker);
  if (ids.length === 0) {
    throw new ProblemError(422, 'NO_ENDPOINTS', 'The work concerns no endpoint of yours', {
      detail: `Selector: ${given.selector || '(everything that the work concerns)'}`,
    });
  }
  if (ids.length > targetsAtMost) {
    throw new ProblemError(422, 'TOO_MANY_ENDPOINTS', 'These are too many for one campaign', {
      detail: `${ids.length} endpoints, at most ${targetsAtMost}. Narrow the selector.`,
    });
  }
  const planned: Omit<PlannedTarget, 'ring'>[] = [];
  const catalogue: Catalogue = { software: new Map(), fixes: new Map(), updates: new Map() };
  for (let start = 0; start < ids.length; start += chunkSize) {
    const chunk = ids.slice(start, start + chunkSize);
    planned.push(
      ...(work.kind === 'action'
        ? await planAction(db, work.action, chunk, asker.now)
        : await planFindings(db, work, chunk, catalogue, asker.now)),
    );
  }
  const able = planned.filter(({ state }) => state === 'waiting').map((each) => each.endpointId);
  // Who is there now comes first: a first ring of one machine that is switched off proves nothing.
  const there = await agentsSeenSince(db, able, new Date(asker.now.getTime() - presentMs));
  const mix = mixed(able, JSON.stringify(work));
  const order = [...mix.filter((id) => there.has(id)), ...mix.filter((id) => !there.has(id))];
  const ringOf = planRings(rings, order, await chosenOf(context, rings, asker));
  const last = rings.length - 1;
  return {
    rings,
    targets: planned.map((each) => ({ ...each, ring: ringOf.get(each.endpointId) ?? last })),
  };
}

async function agentsSeenSince(
  db: Queryable,
  ids: readonly string[],
  since: Date,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(
    `select endpoint_id as id from agent_protocol.agent_view
      where last_seen_at >= $2 and endpoint_id = any($1::uuid[])`,
    [ids, since],
  );
  return new Set(rows.map(({ id }) => id));
}

async function refuseUnknownFix(db: Queryable, fixId: number): Promise<void> {
  const { rows } = await db.query(`select from findings.fix_view where id = $1`, [fixId]);
  if (rows.length === 0) throw new ProblemError(404, 'FIX_NOT_FOUND', 'No such fix');
}

/** Findings `f` that a work is about; `$1` is a fix, `$2` severities, `$3` exploited only. */
const concerned = `f.asset_kind = 'endpoint' and f.class = 'normal'
  and f.state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation', 'excepted')
  and ($1::int is null or f.fix_id = $1
       or f.id in (select m.finding_id from findings.further_fix_view m where m.fix_id = $1))
  and ($2::int[] is null or f.severity_order = any($2))
  and (not $3::boolean or f.exploited)`;

function concernedValues(work: Work): unknown[] {
  if (work.kind !== 'findings') return [work.kind === 'fix' ? work.fixId : null, null, false];
  const wanted = work.severities?.map((name) =>
    name === 'unknown' ? -1 : severityNames.indexOf(name),
  );
  const unknown = work.severities?.find((name) => ![...severityNames, 'unknown'].includes(name));
  if (unknown !== undefined) {
    throw new ProblemError(400, 'SEVERITY_UNKNOWN', 'There is no such severity', {
      detail: `${unknown}; there are ${severityNames.join(', ')}, unknown.`,
    });
  }
  return [null, wanted && wanted.length > 0 ? wanted : null, work.exploitedOnly === true];
}

/** Endpoints within reach that are selected; without any selection those that the work concerns. */
async function endpointsOf(
  { db, facets }: Pick<ModuleContext, 'db' | 'facets'>,
  { work, selector = '', endpointIds }: Pick<NewCampaign, 'work' | 'selector' | 'endpointIds'>,
  { reach, now }: Asker,
): Promise<readonly string[]> {
  const scopes = reach === 'all' ? null : reach;
  const selected = selector.trim() !== '';
  if (!selected && endpointIds === undefined && work.kind === 'action') {
    throw new ProblemError(422, 'SELECTION_MISSING', 'Say on which endpoints', {
      detail: 'An action of your own needs a selector or endpoints.',
    });
  }
  let positions: number[] | null = null;
  if (selected) {
    using selection = await facets.select(selector, { reach, now });
    positions = selection.positions();
  }
  const concernedOnly = work.kind !== 'action' && endpointIds === undefined;
  const { rows } = await db.query<{ id: string }>(
    `select e.id from assets.endpoint_view e
      where ($4::uuid[] is null or e.scope_id = any($4))
        and ($5::int[] is null or e.ordinal = any($5))
        and ($6::uuid[] is null or e.id = any($6))
        and (not $7::boolean or e.id in (
              select f.asset_id from findings.finding_view f
               where ${concerned} and (f.fix_id is not null or f.state = 'excepted')))
      order by e.id`,
    [...concernedValues(work), scopes, positions, endpointIds ?? null, concernedOnly],
  );
  return rows.map(({ id }) => id);
}

async function chosenOf(
  { db, facets }: Pick<ModuleContext, 'db' | 'facets'>,
  rings: readonly Ring[],
  { reach, now }: Asker,
): Promise<readonly (ReadonlySet<string> | null)[]> {
  const chosen: (ReadonlySet<string> | null)[] = [];
  for (const { selector = '' } of rings) {
    if (selector.trim() === '') {
      chosen.push(null);
      continue;
    }
    using selection = await facets.select(selector, { reach, now });
    const { rows } = await db.query<{ id: string }>(
      `select id from assets.endpoint_view where ordinal = any($1::int[])`,
      [selection.positions()],
    );
    chosen.push(new Set(rows.map(({ id }) => id)));
  }
  return chosen;
}

const kernelMetapackage =
  '^(linux-image-(cloud-|rt-)?(amd64|arm64|686|686-pae|armmp|generic|virtual|lowlatency|aws|azure|gcp|oracle|kvm)|linux-(generic|virtual|lowlatency|aws|azure|gcp|oracle|kvm))(-hwe-\\d+\\.\\d+)?$';

async function loadFacts(
  db: Queryable,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, EndpointFacts>> {
  const { rows } = await db.query<
    Omit<EndpointFacts, 'agent' | 'held' | 'kernelMetapackages'> & {
      managers: string[] | null;
      privileged: boolean | null;
      scripts: boolean | null;
      held: string[] | null;
      metapackages: string[] | null;
    }
  >(
    `select e.id as "endpointId", e.scope_id as "scopeId", e.platform, e.criticality,
            (select to_timestamp(max(c.value::numeric) / 1000)
               from jsonb_each_text(e.confirmed) c where c.key like 'software-%') as "confirmedAt",
            a.managers, a.privileged, a.scripts, h.packages as held, k.names as metapackages
       from assets.endpoint_view e
       left join agent_protocol.agent_view a on a.endpoint_id = e.id
       left join lateral (
         select case when o.reason = 'HELD' and o.state_since > $2
                     then array(select p ->> 'name'
                                  from jsonb_array_elements(o.action -> 'packages') p) end as packages
           from agent_protocol.order_view o
          where o.endpoint_id = e.id and not o.dry_run
            and o.action ->> 'type' in ('package-upgrade', 'package-install')
          order by o.issued_at desc limit 1) h on a.endpoint_id is not null
       left join (
         select v.endpoint_id, array_agg(distinct s.name) as names
           from assets.endpoint_software_view v
           cross join lateral unnest(v.software_ids) as x (id)
           join assets.software_view s on s.id = x.id
          where v.endpoint_id = any($1::uuid[])
            and s.id = any(array(select m.id from assets.software_view m
                                  where m.source = 'deb' and m.name ~ $3))
          group by v.endpoint_id) k on k.endpoint_id = e.id
      where e.id = any($1::uuid[])`,
    [ids, new Date(now.getTime() - 7 * 86_400_000), kernelMetapackage],
  );
  return new Map(
    rows.map(({ managers, privileged, scripts, held, metapackages, ...row }) => [
      row.endpointId,
      {
        ...row,
        held: held ?? [],
        kernelMetapackages: (metapackages ?? []).sort(),
        agent:
          managers === null
            ? null
            : { managers, privileged: privileged === true, scripts: scripts === true },
      },
    ]),
  );
}

async function planAction(
  db: Queryable,
  action: Action,
  ids: readonly string[],
  now: Date,
): Promise<Omit<PlannedTarget, 'ring'>[]> {
  const facts = await loadFacts(db, ids, now);
  const isPackages = 'packages' in action;
  const installed = isPackages
    ? await installedNamed(
        db,
        ids,
        action.packages.map(({ name }) => name),
      )
    : new Map<string, Map<string, string>>();
  const findings =
    isPackages && action.type !== 'package-install'
      ? await findingsOfPackages(
          db,
          ids,
          action.packages.map(({ name }) => name),
        )
      : new Map<string, { ids: number[]; exploited: number }>();
  return [...facts.values()].map((each) => {
    const obstacle = actionObstacle(each, action);
    const there = installed.get(each.endpointId);
    const of = findings.get(each.endpointId);
    return {
      endpointId: each.endpointId,
      scopeId: each.scopeId,
      criticality: each.criticality,
      state: obstacle === null ? 'waiting' : obstacle === 'NO_AGENT' ? 'no-agent' : 'excluded',
      obstacle,
      action,
      packages: isPackages
        ? action.packages.map(({ name, atLeast = null }) => ({
            name,
            from: there?.get(name) ?? null,
            atLeast,
          }))
        : [],
      findingIds: of?.ids ?? [],
      exploited: of?.exploited ?? 0,
      rebootLikely: action.type === 'restart',
      left: new Map(),
    };
  });
}

/** Endpoint to package name to version, of these names. */
async function installedNamed(
  db: Queryable,
  ids: readonly string[],
  names: readonly string[],
): Promise<Map<string, Map<string, string>>> {
  const { rows } = await db.query<{ endpointId: string; name: string; version: string }>(
    `select v.endpoint_id as "endpointId", s.name, s.version
       from assets.endpoint_software_view v
       cross join lateral unnest(v.software_ids) as x (id)
       join assets.software_view s on s.id = x.id
      where v.endpoint_id = any($1::uuid[])
        and s.id = any(array(select m.id from assets.software_view m where m.name = any($2::text[])))`,
    [ids, names],
  );
  const byEndpoint = new Map<string, Map<string, string>>();
  for (const { endpointId, name, version } of rows) {
    const of = byEndpoint.get(endpointId) ?? new Map<string, string>();
    byEndpoint.set(endpointId, of.set(name, version));
  }
  return byEndpoint;
}

/** Findings all of whose evidence is in these packages: what an action on them can close. */
async function findingsOfPackages(
  db: Queryable,
  ids: readonly string[],
  names: readonly string[],
): Promise<Map<string, { ids: number[]; exploited: number }>> {
  const { rows } = await db.query<{ endpointId: string; ids: number[]; exploited: number }>(
    `select f.asset_id as "endpointId", array_agg(f.id order by f.id) as ids,
            count(*) filter (where f.exploited)::int as exploited
       from findings.finding_view f
      where f.asset_id = any($1::uuid[]) and f.class = 'normal'
        and f.state in ('open', 'planned', 'in-progress', 'awaiting-proof')
        and jsonb_array_length(f.evidence) > 0
        and not exists (select from jsonb_array_elements(f.evidence) e
                         where not (e ->> 'component' = any($2::text[])))
      group by f.asset_id`,
    [ids, names],
  );
  return new Map(
    rows.map((row) => [row.endpointId, { ids: row.ids.map(Number), exploited: row.exploited }]),
  );
}

interface Catalogue {
  readonly software: Map<number, InstalledPackage>;
  readonly fixes: Map<number, { readonly ecosystem: string; readonly name: string }>;
  /** `22631.3447` to the update that brings it. */
  readonly updates: Map<string, string>;
}

interface FindingRow {
  readonly id: number;
  readonly endpointId: string;
  readonly excepted: boolean;
  readonly exploited: boolean;
  readonly fixId: number | null;
  readonly fixVersion: string | null;
  readonly software: number[];
  readonly further: { fixId: number; version: string | null }[] | null;
}

async function planFindings(
  db: Queryable,
  work: Exclude<Work, { kind: 'action' }>,
  ids: readonly string[],
  catalogue: Catalogue,
  now: Date,
): Promise<Omit<PlannedTarget, 'ring'>[]> {
  const facts = await loadFacts(db, ids, now);
  const { rows } = await db.query<FindingRow>(
    `select f.id::int8 as id, f.asset_id as "endpointId", f.state = 'excepted' as excepted,
            f.exploited, f.fix_id as "fixId", f.fix_version as "fixVersion",
            array(select distinct (e ->> 'softwareId')::int from jsonb_array_elements(f.evidence) e
                   where jsonb_typeof(e -> 'softwareId') = 'number') as software,
            (select jsonb_agg(jsonb_build_object('fixId', m.fix_id, 'version', m.version)
                              order by m.fix_id)
               from findings.further_fix_view m where m.finding_id = f.id) as further
       from findings.finding_view f
      where ${concerned} and f.asset_id = any($4::uuid[])
      order by f.asset_id, f.id`,
    [...concernedValues(work), ids],
  );
  await learn(db, catalogue, rows);
  const byEndpoint = Map.groupBy(rows, ({ endpointId }) => endpointId);
  const higher = (ecosystem: string, a: string, b: string) => {
    const rule = versionRuleOf(ecosystem);
    return rule !== undefined && compareVersions(rule, a, b) === -1 ? b : a;
  };
  return [...facts.values()].map((each) => {
    const findings = (byEndpoint.get(each.endpointId) ?? []).map((row) => factsOf(row, catalogue));
    const plan = planEndpoint(each, findings, {
      now,
      higher,
      updateOf: ({ version }) => catalogue.updates.get(version ?? '') ?? null,
      ...(work.kind === 'fix' && { only: work.fixId }),
    });
    return {
      endpointId: each.endpointId,
      scopeId: each.scopeId,
      criticality: each.criticality,
      state: plan.state,
      obstacle: plan.obstacle,
      action: actionOf(plan),
      packages: plan.packages,
      findingIds: plan.findingIds,
      exploited: plan.exploited,
      rebootLikely: plan.rebootLikely,
      left: plan.left,
    };
  });
}

function factsOf(row: FindingRow, { software, fixes }: Catalogue): FindingFacts {
  const needed: FixNeeded[] = [];
  const add = (fixId: number | null, version: string | null) => {
    const fix = fixId === null ? undefined : fixes.get(fixId);
    if (fixId !== null && fix) needed.push({ fixId, ...fix, version });
  };
  add(row.fixId, row.fixVersion);
  for (const { fixId, version } of row.further ?? []) add(fixId, version);
  return {
    id: Number(row.id),
    excepted: row.excepted,
    exploited: row.exploited,
    fixes: needed,
    installed: row.software.flatMap((id) => software.get(id) ?? []),
  };
}

/** Loads what is not known yet of software, fixes and updates that these rows name. */
async function learn(db: Queryable, known: Catalogue, rows: readonly FindingRow[]): Promise<void> {
  const software = new Set(
    rows.flatMap((row) => row.software).filter((id) => !known.software.has(id)),
  );
  if (software.size > 0) {
    const { rows: found } = await db.query<InstalledPackage & { id: number }>(
      `select id, source, name, version, source_name as "sourceName",
              source_version as "sourceVersion"
         from assets.software_view where id = any($1::int[])`,
      [[...software]],
    );
    for (const { id, ...each } of found) known.software.set(id, each);
  }
  const fixes = new Set(
    rows
      .flatMap(({ fixId, further }) => [fixId, ...(further ?? []).map((each) => each.fixId)])
      .filter((id): id is number => id !== null && !known.fixes.has(id)),
  );
  if (fixes.size > 0) {
    const { rows: found } = await db.query<{ id: number; ecosystem: string; name: string }>(
      `select id, ecosystem, name from findings.fix_view where id = any($1::int[])`,
      [[...fixes]],
    );
    for (const { id, ...each } of found) known.fixes.set(id, each);
  }
  const builds = new Set(
    rows.flatMap(({ fixId, fixVersion }) =>
      fixVersion !== null &&
      known.fixes.get(fixId ?? -1)?.ecosystem === 'Windows' &&
      !known.updates.has(fixVersion)
        ? [fixVersion]
        : [],
    ),
  );
  if (builds.size === 0) return;
  const { rows: found } = await db.query<{ version: string; kb: string }>(
    `select build || '.' || revision as version, max(kb) as kb
       from vulnerabilities.windows_update_view
      where build || '.' || revision = any($1::text[]) group by 1`,
    [[...builds]],
  );
  for (const { version, kb } of found) {
    known.updates.set(version, /^\d+$/.test(kb) ? `KB${kb}` : kb.toUpperCase());
  }
}
