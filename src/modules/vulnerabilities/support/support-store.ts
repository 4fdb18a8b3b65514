import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import {
  type AssetFacts,
  exposureOf,
  type Observed,
  type ReconcileCause,
  reconcile,
  upsertWeaknesses,
  type Weakness,
} from '../../findings/public.ts';
import type { SupportCycle } from '../feeds/parse-endoflife.ts';
import { type Release, releaseOf, type SupportedSystem, windowsCycle } from './support-release.ts';
import {
  judgeSupport,
  releaseName,
  type SupportState,
  supportInWords,
  supportWeakness,
  upgradeTo,
} from './support-weakness.ts';

export interface SupportEndpoint extends SupportedSystem {
  readonly id: string;
  readonly scopeId: string;
  readonly criticality: AssetFacts['criticality'];
  readonly tags: readonly string[];
}

/** Why there is an answer, or none. */
export type EndpointSupport = SupportState | 'release-unknown' | 'no-data';

interface StoredCycle extends SupportCycle {
  readonly source: string;
}

/**
 * Makes the end-of-life findings of endpoints equal to what is known of their releases today. An
 * endpoint whose release is not known, or of which no source speaks, keeps the findings it has.
 */
export async function reconcileSupport(
  tx: Queryable,
  endpoints: readonly SupportEndpoint[],
  at: Date,
  cause: ReconcileCause,
): Promise<{
  readonly opened: number;
  readonly reopened: number;
  readonly closed: number;
  readonly states: ReadonlyMap<string, EndpointSupport>;
}> {
  const today = at.toISOString().slice(0, 10);
  const releases = new Map(endpoints.map((endpoint) => [endpoint.id, releaseOf(endpoint)]));
  const products = [...releases.values()].flatMap((release) => (release ? [release.product] : []));
  const cycles = await loadCycles(tx, [...new Set(products)]);
  const states = new Map<string, EndpointSupport>();
  const assessed: AssetFacts[] = [];
  const observed: Observed[] = [];
  const weaknesses = new Map<string, Weakness>();
  for (const endpoint of endpoints) {
    const release = releases.get(endpoint.id) ?? null;
    const cycle = release === null ? null : cycleOf(release, cycles);
    if (cycle === null) {
      states.set(endpoint.id, release === null ? 'release-unknown' : 'no-data');
      continue;
    }
    const judgement = judgeSupport(cycle, today);
    states.set(endpoint.id, judgement.state);
    assessed.push({
      assetId: endpoint.id,
      assetKind: 'endpoint',
      scopeId: endpoint.scopeId,
      criticality: endpoint.criticality,
      exposed: exposureOf(endpoint.tags),
    });
    const weakness = supportWeakness(cycle, judgement);
    if (weakness === null) continue;
    weaknesses.set(weakness.key, weakness);
    const next = upgradeTo(cycle, cycles, today);
    observed.push({
      assetId: endpoint.id,
      weaknessKey: weakness.key,
      findingClass: 'normal',
      fix: next && { ecosystem: 'operating-system', name: next.product, version: next.cycle },
      evidence: [
        {
          softwareId: null,
          component: endpoint.osName ?? releaseName(cycle),
          version: endpoint.osVersion ?? cycle.cycle,
          ecosystem: 'operating-system',
          advisoryId: `${cycle.product} ${cycle.cycle}`,
          source: cycle.source,
          matched: supportInWords(cycle, judgement),
          fixedVersion: next?.cycle ?? null,
        },
      ],
      reachable: null,
    });
  }
  await upsertWeaknesses(tx, [...weaknesses.values()]);
  const result = await reconcile(tx, {
    kinds: ['end-of-life'],
    assets: assessed,
    observed,
    observedAt: at,
    cause,
  });
  return { ...result, states };
}

/** The distribution's own dates before those that endoflife.date collected. */
function cycleOf(release: Release, cycles: readonly StoredCycle[]): StoredCycle | null {
  const own = cycles.filter(({ product }) => product === release.product);
  if (release.windows) return windowsCycle(release.windows, own);
  const found = own.filter(({ cycle }) => cycle === release.cycle);
  return found.find(({ source }) => source.startsWith('distro-info')) ?? found[0] ?? null;
}

async function loadCycles(
  tx: Queryable,
  products: readonly string[],
): Promise<readonly StoredCycle[]> {
  const { rows } = await tx.query<StoredCycle>(
    `select product, cycle, title, codename, released_on::text as "releasedOn",
            ends_on::text as "endsOn", ended, lts_ends_on::text as "ltsEndsOn",
            extended_ends_on::text as "extendedEndsOn", latest_version as "latestVersion", source
       from vulnerabilities.eol_cycles where product = any($1::text[])
      order by product, released_on desc nulls last, cycle, source`,
    [products],
  );
  return rows;
}

/**
 * Judges the support of all endpoints anew: when dates were imported, and once a day, since
 * support ends without anything else happening.
 */
export async function assessSupport(
  db: Database,
  { at, signal }: { readonly at: Date; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly endpoints: number; readonly opened: number; readonly closed: number }> {
  let [endpoints, opened, closed, after] = [0, 0, 0, '00000000-0000-0000-0000-000000000000'];
  while (!signal?.aborted) {
    const batch = await db.transaction(async (tx) => {
      const { rows } = await tx.query<SupportEndpoint>(
        `select id, scope_id as "scopeId", criticality, tags, platform, os_name as "osName",
                os_version as "osVersion", os_build as "osBuild"
           from assets.endpoint_view where id > $1 order by id limit 1000`,
        [after],
      );
      if (rows.length === 0) return null;
      const result = await reconcileSupport(tx, rows, at, 'advisory');
      await tx.query(
        `update vulnerabilities.assessments a set support = x.state
           from unnest($1::uuid[], $2::text[]) as x(id, state)
          where a.endpoint_id = x.id and a.support is distinct from x.state`,
        [[...result.states.keys()], [...result.states.values()]],
      );
      return { ...result, count: rows.length, last: rows.at(-1)!.id };
    });
    if (batch === null) break;
    endpoints += batch.count;
    opened += batch.opened + batch.reopened;
    closed += batch.closed;
    after = batch.last;
  }
  return { endpoints, opened, closed };
}
