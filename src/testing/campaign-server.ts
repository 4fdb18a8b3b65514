import type { Action, OrderReport } from '../modules/agent-protocol/api.ts';
import { assetsModule } from '../modules/assets/module.ts';
import { defaultScopeId } from '../modules/assets/public.ts';
import { findingsModule } from '../modules/findings/module.ts';
import { type Observed, reconcile, upsertWeaknesses } from '../modules/findings/public.ts';
import type { Campaign, NewCampaign } from '../modules/remediation/api.ts';
import { type RemediationOptions, remediationModule } from '../modules/remediation/module.ts';
import { createAuditLog } from '../platform/audit/audit-log.ts';
import { startBus } from '../platform/bus/start-bus.ts';
import type { Database } from '../platform/db/queryable.ts';
import { createFacets } from '../platform/facets/facets-index.ts';
import { buildApp } from '../platform/http/app.ts';
import type { Principal } from '../platform/http/principal.ts';
import { createLog } from '../platform/log.ts';
import type { ModuleContext } from '../platform/module.ts';
import type { Notice } from '../platform/notify/public.ts';
import { ActionAgent, testOrderKey } from './action-agent.ts';
import { startAgentServer, TestClock } from './agent-server.ts';

export const maker: Principal = {
  userId: '00000000-0000-4000-8000-000000000001',
  userName: 'hanako',
  role: 'administrator',
  scopes: 'all',
};
export const second: Principal = {
  ...maker,
  userId: '00000000-0000-4000-8000-000000000002',
  userName: 'taro',
  role: 'operator',
};

export const before = '3.0.11-1~deb12u1';
export const fixed = '3.0.14-1~deb12u2';

/** Campaigns as the server wires them: real routes, orders, facets and database; driven by hand. */
export async function startCampaignServer(
  db: Database,
  { timeZone = 'UTC', more }: { timeZone?: string; more?: Partial<RemediationOptions> } = {},
) {
  const clock = new TestClock();
  const orderKey = await testOrderKey(db);
  const agentServer = await startAgentServer(db, { clock: clock.read, queries: [], orderKey });
  const log = createLog('silent');
  const live = { publish: () => undefined, subscribe: () => () => undefined };
  const bus = await startBus({ db, log });
  const facets = createFacets({ db, log, clock: clock.read });
  const audit = createAuditLog({ clock: clock.read });
  const context: ModuleContext = { db, log, live, bus, facets, clock: clock.read, audit };
  const assets = assetsModule(context);
  // Its facets; what it is told by its notices would be nobody's otherwise.
  const findings = findingsModule(context);
  const told: Notice[] = [];
  const observed: string[] = [];
  const options: RemediationOptions = {
    issueOrders: agentServer.module.issueOrders,
    cancelOrders: agentServer.module.cancelOrders,
    observe: async (endpointId) => {
      observed.push(endpointId);
    },
    notices: {
      register: () => undefined,
      tell: async (_tx, notices) => {
        told.push(...notices);
      },
    },
    timeZone,
    driveMs: 0,
    ...more,
  };
  const remediation = remediationModule(context, options);
  const callers = new Map<string, Principal>([
    ['maker', maker],
    ['second', second],
  ]);
  const app = await buildApp({
    log,
    surface: { console: true, endpoints: false },
    modules: [remediation, findings],
    auth: {
      authenticate: async ({ bearer }: { bearer: string | undefined }) => {
        const principal = callers.get(bearer ?? '');
        const actor = { kind: 'user', id: principal?.userId, name: principal?.userName };
        return principal ? { principal, actor } : null;
      },
    } as never,
    trustLoopback: false,
  });
  await facets.start();

  async function call(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    { body, as = 'maker' }: { readonly body?: unknown; readonly as?: string } = {},
    // biome-ignore lint/suspicious/noExplicitAny: tests look at any body
  ): Promise<{ status: number; body: any; text: string }> {
    const response = await app.inject({
      method,
      url: `/api${path}`,
      headers: {
        host: 'localhost',
        authorization: `Bearer ${as}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { payload: JSON.stringify(body) }),
    });
    const isJson = /json/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode,
      text: response.body,
      body: isJson && response.body !== '' ? JSON.parse(response.body) : undefined,
    };
  }

  async function create(
    given: Partial<NewCampaign> & Pick<NewCampaign, 'work'>,
  ): Promise<Campaign> {
    const { status, body, text } = await call('POST', '/campaigns', { body: given });
    if (status !== 201) throw new Error(text);
    return body as Campaign;
  }
  const show = async (id: number) => (await call('GET', `/campaigns/${id}`)).body as Campaign;

  /** An endpoint with an agent of ours, over HTTP, both as the server sees them. */
  async function enrol(hostname: string, self: Parameters<typeof ActionAgent.enrol>[2] = {}) {
    const secret = await agentServer.newSecret();
    const agent = await ActionAgent.enrol(agentServer, secret, self);
    const uuid = crypto.randomUUID();
    await agent.enrolOsquery({ hostname, uuid, instanceId: uuid });
    await agentServer.module.sweepOrders();
    const { rows } = await db.query<{ id: string }>(
      `select id from assets.endpoint_view where hostname = $1`,
      [hostname],
    );
    return { agent, id: rows[0]!.id, hostname };
  }

  /** Many endpoints with agents by plain SQL; answers their ids. */
  async function addMany(count: number, prefix: string, { agents = true } = {}): Promise<string[]> {
    const scopeId = await defaultScopeId(db);
    const { rows } = await db.query<{ id: string }>(
      `insert into assets.endpoints (scope_id, host_identifier, hostname, platform, os_name,
                                     os_version, first_seen_at)
       select $1, $2 || n, $2 || n, 'linux', 'Debian GNU/Linux', '12 (bookworm)', $3
         from generate_series(1, $4::int) n returning id`,
      [scopeId, prefix, clock.now, count],
    );
    const ids = rows.map(({ id }) => id);
    await db.query(
      `insert into assets.contacts (endpoint_id, last_seen_at)
       select id, $2 from unnest($1::uuid[]) id on conflict do nothing`,
      [ids, clock.now],
    );
    if (!agents) return ids;
    await db.query(
      `insert into agent_protocol.agents (id, key_hash, key_id, scope_id, endpoint_id, enrolled_at,
              last_seen_at, version, platform, managers, time_zone, privileged, scripts)
       select gen_random_uuid(), sha256(id::text::bytea), $4, $2, id, $3, $3, '1', 'linux',
              '{apt}', 'Asia/Tokyo', true, false from unnest($1::uuid[]) id`,
      [ids, scopeId, clock.now, orderKey.keyId],
    );
    await db.query(
      `insert into agent_protocol.nodes (key_hash, endpoint_id, standing, since, scope_id,
              enrolled_at, host_identifier, hostname, platform, agent_id)
       select sha256(('node ' || endpoint_id)::bytea), endpoint_id, 'current', $2, $3, $2,
              endpoint_id::text, endpoint_id::text, 'linux', id
         from agent_protocol.agents where endpoint_id = any($1::uuid[])`,
      [ids, clock.now, scopeId],
    );
    return ids;
  }

  /** What is installed there from now on, as an inventory would have stored it. */
  async function install(ids: readonly string[], version: string): Promise<number[]> {
    const { rows } = await db.query<{ id: number }>(
      `insert into assets.software (identity_hash, source, name, version, arch, source_name,
                                    source_version, vendor, identifier, host, first_seen_at)
       select sha256((name || ' ' || $1)::bytea), 'deb', name, $1, 'amd64', 'openssl', $1, '', '',
              '', $2
         from unnest('{openssl,libssl3}'::text[]) name
       on conflict (identity_hash) do update set version = excluded.version returning id`,
      [version, clock.now],
    );
    const software = rows.map(({ id }) => id).sort((a, b) => a - b);
    await db.query(
      `insert into assets.endpoint_software (endpoint_id, part, software_ids)
       select id, 'software-deb', $2::int[] from unnest($1::uuid[]) id
       on conflict (endpoint_id, part) do update set software_ids = excluded.software_ids`,
      [ids, software],
    );
    await observe(ids, { changed: true });
    return software;
  }

  /** The software is confirmed as of now. */
  async function observe(ids: readonly string[], { changed = false } = {}): Promise<void> {
    await db.query(
      `insert into assets.endpoint_parts (endpoint_id, part, observed_at, changed_at)
       select id, 'software-deb', $2, $2 from unnest($1::uuid[]) id
       on conflict (endpoint_id, part) do update
          set observed_at = $2,
              changed_at = case when $3 then $2 else assets.endpoint_parts.changed_at end`,
      [ids, clock.now, changed],
    );
    await db.query(
      `insert into assets.contacts (endpoint_id, last_seen_at, confirmed)
       select id, $2, jsonb_build_object('software-deb', $3::bigint) from unnest($1::uuid[]) id
       on conflict (endpoint_id) do update set confirmed = excluded.confirmed`,
      [ids, clock.now, clock.now.getTime()],
    );
  }

  /** What the module of vulnerabilities would say of these endpoints now. */
  async function assess(
    ids: readonly string[],
    keys: readonly string[],
    { softwareIds, more: given = {} }: { softwareIds: readonly number[]; more?: Partial<Observed> },
  ): Promise<void> {
    const scopeId = await defaultScopeId(db);
    const { rows } = await db.query<{ id: string; criticality: 'normal' }>(
      `select id, criticality from assets.endpoint_view where id = any($1::uuid[])`,
      [ids],
    );
    await db.transaction(async (tx) => {
      await upsertWeaknesses(
        tx,
        keys.map((key) => ({
          key,
          kind: 'vulnerability',
          ids: [key],
          title: key,
          titleJa: null,
          severity: 'critical',
          cvssScore: 9.8,
          cvssVector: null,
          exploited: key.includes('KEV')
            ? { since: '2026-11-01', dueOn: null, ransomware: false }
            : null,
          epss: null,
          automatable: null,
          technicalImpact: null,
          publishedAt: null,
          modifiedAt: null,
          references: [],
        })),
      );
      await reconcile(tx, {
        kinds: ['vulnerability'],
        assets: rows.map(({ id, criticality }) => ({
          assetId: id,
          assetKind: 'endpoint',
          scopeId,
          criticality,
          exposed: null,
        })),
        observed: ids.flatMap((assetId) =>
          keys.map((weaknessKey) => ({
            assetId,
            weaknessKey,
            findingClass: 'normal' as const,
            fix: { ecosystem: 'Debian:12', name: 'openssl', version: fixed },
            evidence: softwareIds.map((softwareId, at) => ({
              softwareId,
              component: ['openssl', 'libssl3'][at] ?? 'openssl',
              version: before,
              ecosystem: 'Debian:12',
              advisoryId: `DEBIAN-${weaknessKey}`,
              source: 'osv',
              matched: `introduced 0, fixed ${fixed}`,
              fixedVersion: fixed,
            })),
            reachable: null,
            ...given,
          })),
        ),
        observedAt: clock.now,
        cause: 'inventory',
      });
    });
  }

  /** Endpoints with an old openssl and these findings. */
  async function infect(ids: readonly string[], keys: readonly string[] = ['CVE-2026-1']) {
    const softwareIds = await install(ids, before);
    await assess(ids, keys, { softwareIds });
    const { rows } = await db.query<{ id: number }>(
      `select id from findings.fix_view where name = 'openssl'`,
    );
    return rows[0]!.id;
  }

  /** What agents of a campaign's open orders say, all at once, by plain SQL. */
  async function allSay(
    campaignId: number,
    state: OrderReport['state'],
    { only, reason = null }: { only?: readonly string[]; reason?: string | null } = {},
  ): Promise<number> {
    const { rowCount } = await db.query(
      `update agent_protocol.orders
          set state = $2, state_since = $3, handed_at = coalesce(handed_at, $3), reason = $5,
              sequence = sequence + 1
        where reference = $1 and state in ('waiting', 'received', 'running')
          and ($4::uuid[] is null or endpoint_id = any($4))`,
      [`campaign:${campaignId}`, state, clock.now, only ?? null, reason],
    );
    await db.query(`update agent_protocol.agents set last_seen_at = $1`, [clock.now]);
    return rowCount ?? 0;
  }

  /** All agents are heard. */
  const hear = () => db.query(`update agent_protocol.agents set last_seen_at = $1`, [clock.now]);

  const orders = async (campaignId: number) =>
    (
      await db.query<{ endpointId: string; state: string; action: Action; dryRun: boolean }>(
        `select endpoint_id as "endpointId", state, action, dry_run as "dryRun"
           from agent_protocol.order_view where reference = $1 order by issued_at, id`,
        [`campaign:${campaignId}`],
      )
    ).rows;

  async function close() {
    await app.close();
    await remediation.close?.();
    await findings.close?.();
    await assets.module.close?.();
    await facets.close();
    await bus.close();
    await agentServer[Symbol.asyncDispose]();
  }
  return {
    app,
    db,
    clock,
    context,
    options,
    remediation,
    agentServer,
    facets,
    callers,
    told,
    observed,
    call,
    create,
    show,
    enrol,
    addMany,
    install,
    observe,
    assess,
    infect,
    allSay,
    hear,
    orders,
    [Symbol.asyncDispose]: close,
  };
}

export type CampaignServer = Awaited<ReturnType<typeof startCampaignServer>>;
