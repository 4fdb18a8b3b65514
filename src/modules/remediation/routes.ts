import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { actorOf } from '../../platform/auth/auth.ts';
import type { Queryable } from '../../platform/db/queryable.ts';
import type { CsvColumn } from '../../platform/http/csv.ts';
import { reaches, roleHolds } from '../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import { sendList } from '../../platform/http/send-list.ts';
import { parseSort } from '../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import type { CampaignTarget } from './api.ts';
import {
  Campaign,
  CampaignList,
  CampaignPreview,
  CampaignQueryString,
  CampaignSettings,
  CampaignTargetList,
  EndpointOrderList,
  NewCampaign,
  TargetQueryString,
  WorkFormat,
} from './api.ts';
import { mayApprove } from './approval.ts';
import {
  type CampaignRow,
  campaignSortColumns,
  findCampaign,
  listCampaigns,
  loadSettings,
  setApproved,
  setCampaignState,
  storeSettings,
} from './campaign-store.ts';
import { composeCampaign, type Maker, previewCampaign, startOrAsk } from './composing-store.ts';
import { renewTargets, takeBack } from './driver-store.ts';
import type { DriverPorts } from './jobs.ts';
import {
  findTarget,
  listOrders,
  listTargets,
  listWork,
  targetSortColumns,
} from './target-store.ts';
import { undoAction } from './undo.ts';
import { workFile } from './work-file-routes.ts';

const Id = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

/** Campaigns, below /api. `kick`: something is to be driven at once. */
export function campaignRoutes(
  app: App,
  context: ModuleContext,
  ports: Pick<DriverPorts, 'tell' | 'cancelOrders' | 'issueOrders'>,
  kick: () => void,
): void {
  const { db, audit, live, clock } = context;
  const tags = ['campaigns'];

  async function shown(request: FastifyRequest, id: number): Promise<Campaign> {
    const reach = principalOf(request).scopes;
    const window = { offset: 0, limit: 1 };
    const { items } = await listCampaigns(db, { reach, id }, 'order by c.id', window);
    if (!items[0]) throw notFound();
    return items[0];
  }

  /** Does a deed to a campaign of which the caller reaches every endpoint. */
  async function deed(
    request: FastifyRequest,
    id: number,
    action: string,
    work: (
      tx: Queryable,
      campaign: CampaignRow,
      at: Date,
    ) => Promise<Record<string, unknown> | undefined>,
  ): Promise<Campaign> {
    await shown(request, id);
    const { scopes } = principalOf(request);
    await db.transaction(async (tx) => {
      const campaign = await findCampaign(tx, id, { lock: true });
      if (!campaign) throw notFound();
      if (!campaign.scopeIds.every((scopeId) => reaches(scopes, scopeId))) {
        throw new ProblemError(403, 'BEYOND_REACH', 'The campaign is not yours to change', {
          detail: 'It concerns endpoints beyond your scopes.',
        });
      }
      const details = await work(tx, campaign, clock());
      await audit.record(tx, {
        actor: actorOf(request),
        action: `campaign.${action}`,
        target: { kind: 'campaign', id: String(id), name: campaign.title },
        ...(details && { details }),
      });
    });
    live.publish({ topic: 'campaigns', ids: [String(id)] });
    kick();
    return shown(request, id);
  }

  app.post(
    '/campaigns/preview',
    {
      config: { permission: 'campaigns:respond' },
      schema: {
        summary: 'Exactly what a campaign would do, where, and what cannot be done and why',
        tags,
        body: NewCampaign,
        response: { 200: CampaignPreview, 400: Problem, 422: Problem },
      },
    },
    async (request) => previewCampaign(context, request.body, makerOf(request)),
  );

  app.post(
    '/campaigns',
    {
      config: { permission: 'campaigns:respond' },
      schema: {
        summary: 'Make a campaign; with `start` it begins, or awaits approval',
        tags,
        body: NewCampaign,
        response: { 201: Campaign, 400: Problem, 422: Problem },
      },
    },
    async (request, reply) => {
      const { tell } = ports;
      const id = await composeCampaign(context, request.body, makerOf(request), { tell });
      live.publish({ topic: 'campaigns', ids: [String(id)] });
      kick();
      return reply.code(201).send(await shown(request, id));
    },
  );

  app.get(
    '/campaigns',
    {
      config: { permission: 'campaigns:read' },
      schema: {
        summary: 'Campaigns on endpoints within your reach, newest first',
        tags,
        querystring: CampaignQueryString,
        response: { 200: CampaignList, 400: Problem },
      },
    },
    async (request, reply) => {
      const { state, q, sort } = request.query;
      const reach = principalOf(request).scopes;
      const order = parseSort(sort, campaignSortColumns, { fallback: '-id', tiebreak: 'c.id' });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'campaigns',
        columns: campaignCsv,
        page: (tx, window) => listCampaigns(tx, { reach, state, q }, order, window),
      });
    },
  );

  app.get(
    '/campaigns/:id',
    {
      config: { permission: 'campaigns:read' },
      schema: {
        summary: 'One campaign and how far it is',
        tags,
        params: Id,
        response: { 200: Campaign, 404: Problem },
      },
    },
    async (request) => shown(request, request.params.id),
  );

  app.get(
    '/campaigns/:id/targets',
    {
      config: { permission: 'campaigns:read' },
      schema: {
        summary: 'Endpoints of a campaign; "done but still there" first',
        tags,
        params: Id,
        querystring: TargetQueryString,
        response: { 200: CampaignTargetList, 400: Problem, 404: Problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await shown(request, id);
      const { state, proof, ring, q, sort } = request.query;
      const reach = principalOf(request).scopes;
      const order = parseSort(sort, targetSortColumns, {
        fallback: 'attention',
        tiebreak: 't.endpoint_id',
      });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: `campaign-${id}`,
        columns: targetCsv,
        page: (tx, window) =>
          listTargets(tx, { campaignId: id, reach, state, proof, ring, q }, order, window),
      });
    },
  );

  const simple = (
    name: string,
    summary: string,
    action: string,
    work: (
      tx: Queryable,
      campaign: CampaignRow,
      at: Date,
      request: FastifyRequest,
    ) => Promise<Record<string, unknown> | undefined>,
  ) =>
    app.post(
      `/campaigns/:id/${name}`,
      {
        config: { permission: 'campaigns:respond' },
        schema: {
          summary,
          tags,
          params: Id,
          response: { 200: Campaign, 403: Problem, 404: Problem, 409: Problem },
        },
      },
      async (request) =>
        deed(request, request.params.id, action, (tx, campaign, at) =>
          work(tx, campaign, at, request),
        ),
    );

  simple(
    'approve',
    'Agree to a campaign as a second person; it starts',
    'approved',
    async (tx, campaign, at, request) => {
      need(campaign, 'awaiting-approval');
      const { userId, userName, scopes } = principalOf(request);
      const may = mayApprove(campaign, { userId, scopes });
      if (may === 'is-the-maker') {
        throw new ProblemError(403, 'SECOND_PERSON_NEEDED', 'Somebody else has to agree', {
          detail: 'Whoever made a campaign cannot approve it.',
        });
      }
      await setApproved(tx, campaign.id, userName, at);
      await setCampaignState(tx, campaign.id, { state: 'running', at });
      return { because: campaign.approvalBecause.map(({ en }) => en) };
    },
  );
  simple('start', 'Start a campaign, or ask for approval', 'started', async (tx, campaign, at) => {
    need(campaign, 'draft');
    refusePassed(campaign, at);
    await startOrAsk(tx, campaign, at, ports.tell);
    return undefined;
  });
  simple('pause', 'Give no more orders for now', 'paused', async (tx, campaign, at) => {
    need(campaign, 'running');
    await takeBack(tx, campaign.id, { cancelOrders: ports.cancelOrders, forGood: false, now: at });
    await setCampaignState(tx, campaign.id, { state: 'paused', at });
    return undefined;
  });
  simple(
    'resume',
    'Go on with a campaign that was paused or halted',
    'resumed',
    async (tx, campaign, at) => {
      need(campaign, 'paused', 'halted');
      refusePassed(campaign, at);
      await setCampaignState(tx, campaign.id, { state: 'running', at });
      return undefined;
    },
  );
  simple('cancel', 'End a campaign; what was done stays', 'cancelled', async (tx, campaign, at) => {
    need(campaign, 'draft', 'awaiting-approval', 'running', 'paused', 'halted');
    await takeBack(tx, campaign.id, { cancelOrders: ports.cancelOrders, forGood: true, now: at });
    await setCampaignState(tx, campaign.id, { state: 'cancelled', at });
    return undefined;
  });
  simple(
    'retry',
    'Give endpoints that failed, or where nothing changed, another order',
    'retried',
    async (tx, campaign, at) => {
      need(campaign, 'running', 'paused', 'halted', 'finished');
      refusePassed(campaign, at);
      const endpoints = await renewTargets(tx, campaign.id);
      if (endpoints === 0) {
        throw new ProblemError(409, 'NOTHING_TO_RETRY', 'Nothing has failed');
      }
      if (campaign.state === 'finished') {
        await tx.query(
          `update remediation.campaigns
              set current_ring = (select max(ring) from remediation.rings where campaign_id = $1)
            where id = $1`,
          [campaign.id],
        );
        await setCampaignState(tx, campaign.id, { state: 'running', at });
      }
      return { endpoints };
    },
  );

  app.get(
    '/campaigns/:id/work',
    {
      config: { permission: 'campaigns:respond' },
      schema: {
        summary: 'What others must do on endpoints that take no orders, as a file',
        tags,
        params: Id,
        querystring: Type.Object({
          format: Type.Optional(Type.Union([WorkFormat, Type.Literal('ansible')])),
        }),
        response: { 200: Type.String(), 404: Problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { title } = await shown(request, id);
      const asked = request.query.format ?? 'csv';
      const format = asked === 'ansible' ? 'ansible-playbook' : asked;
      const rows = await listWork(db, id, principalOf(request).scopes);
      const file = workFile(format, rows, { id, title });
      await db.transaction((tx) =>
        audit.record(tx, {
          actor: actorOf(request),
          action: 'campaign.work_exported',
          target: { kind: 'campaign', id: String(id), name: title },
          details: { format, endpoints: rows.length },
        }),
      );
      return reply
        .header('content-type', file.type)
        .header('content-disposition', `attachment; filename="${file.name}"`)
        .send(file.text);
    },
  );

  app.post(
    '/campaigns/:id/targets/:endpointId/undo',
    {
      config: { permission: 'campaigns:respond' },
      schema: {
        summary: 'Bring back the versions from before, where the package manager can',
        tags,
        params: Type.Object({ ...Id.properties, endpointId: Type.String({ format: 'uuid' }) }),
        response: {
          200: Type.Object({ orderId: Type.String({ format: 'uuid' }) }),
          404: Problem,
          409: Problem,
        },
      },
    },
    async (request) => {
      const { id, endpointId } = request.params;
      const { title } = await shown(request, id);
      const orderId = await db.transaction(async (tx) => {
        const target = await findTarget(tx, id, endpointId);
        if (!target || !reaches(principalOf(request).scopes, target.scopeId)) {
          throw new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'The endpoint is not in the campaign');
        }
        const undo = undoAction(target);
        if ('refusal' in undo) {
          throw new ProblemError(409, 'CANNOT_UNDO', 'This cannot be undone', {
            detail: undo.refusal,
          });
        }
        const [issued] = await ports.issueOrders(tx, [
          {
            endpointId,
            action: undo.action,
            expiresAt: new Date(clock().getTime() + 86_400_000),
            dryRun: false,
            requestedBy: actorOf(request),
            reference: `campaign:${id}:undo`,
          },
        ]);
        if (!issued || issued.orderId === null) {
          throw new ProblemError(409, 'CANNOT_UNDO', 'This cannot be undone', {
            detail: `The endpoint takes no such order: ${issued?.refusal ?? 'unknown'}.`,
          });
        }
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'campaign.undone',
          target: { kind: 'endpoint', id: endpointId, name: target.hostname },
          details: { campaign: id, title, action: undo.action },
        });
        return issued.orderId;
      });
      return { orderId };
    },
  );

  app.get(
    '/endpoints/:id/orders',
    {
      config: { permission: 'campaigns:read' },
      schema: {
        summary: 'What was done on an endpoint by orders, newest first',
        tags,
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        querystring: Type.Object({
          offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        }),
        response: { 200: EndpointOrderList, 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { rows } = await db.query<{ scopeId: string }>(
        `select scope_id as "scopeId" from assets.endpoint_view where id = $1`,
        [id],
      );
      if (!rows[0] || !reaches(principalOf(request).scopes, rows[0].scopeId)) {
        throw new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'No such endpoint');
      }
      const { offset = 0, limit = 100 } = request.query;
      const { items, total } = await listOrders(db, id, { offset, limit });
      return { items: [...items], total, asOf: clock().toISOString() };
    },
  );

  app.get(
    '/campaign-settings',
    {
      config: { permission: 'campaigns:read' },
      schema: {
        summary: 'Above how many endpoints a second person has to agree',
        tags,
        response: { 200: CampaignSettings },
      },
    },
    async () => loadSettings(db),
  );

  app.put(
    '/campaign-settings',
    {
      config: { permission: 'campaigns:administer' },
      schema: {
        summary: 'Set above how many endpoints a second person has to agree',
        tags,
        body: CampaignSettings,
        response: { 200: CampaignSettings, 403: Problem },
      },
    },
    async (request) => {
      await db.transaction(async (tx) => {
        const before = await loadSettings(tx);
        await storeSettings(tx, request.body.approvalAbove);
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'campaign_settings.changed',
          details: { before, after: request.body },
        });
      });
      return loadSettings(db);
    },
  );
}

const notFound = () => new ProblemError(404, 'CAMPAIGN_NOT_FOUND', 'No such campaign');

function need(campaign: CampaignRow, ...states: readonly CampaignRow['state'][]): void {
  if (states.includes(campaign.state)) return;
  throw new ProblemError(409, 'CAMPAIGN_STATE', 'The state of the campaign does not allow it', {
    detail: `It is ${campaign.state}; needed: ${states.join(' or ')}.`,
  });
}

function refusePassed({ deadlineAt }: CampaignRow, at: Date): void {
  if (deadlineAt > at) return;
  throw new ProblemError(409, 'DEADLINE_PASSED', 'The deadline of the campaign has passed', {
    detail: 'Make a new one.',
  });
}

function makerOf(request: FastifyRequest): Maker {
  const { userId, userName, scopes, role } = principalOf(request);
  return {
    id: userId,
    name: userName,
    reach: scopes,
    administers: roleHolds(role, 'campaigns:administer'),
    actor: actorOf(request),
  };
}

const campaignCsv: readonly CsvColumn<Campaign>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'title', cell: (row) => row.title },
  { header: 'state', cell: (row) => row.state },
  { header: 'created_by', cell: (row) => row.createdBy },
  { header: 'created_at', cell: (row) => row.createdAt },
  { header: 'approved_by', cell: (row) => row.approvedBy },
  { header: 'started_at', cell: (row) => row.startedAt },
  { header: 'deadline_at', cell: (row) => row.deadlineAt },
  { header: 'ended_at', cell: (row) => row.endedAt },
  { header: 'targeted', cell: (row) => row.targeted },
  { header: 'done', cell: (row) => row.byState['done'] ?? 0 },
  { header: 'proved', cell: (row) => row.byProof['proved'] ?? 0 },
  { header: 'still_there', cell: (row) => row.byProof['still-there'] ?? 0 },
  { header: 'findings_to_close', cell: (row) => row.findingsToClose },
  { header: 'findings_closed', cell: (row) => row.findingsClosed },
];

const targetCsv: readonly CsvColumn<CampaignTarget>[] = [
  { header: 'hostname', cell: (row) => row.hostname },
  { header: 'endpoint_id', cell: (row) => row.endpointId },
  { header: 'scope', cell: (row) => row.scopeName },
  { header: 'platform', cell: (row) => row.platform },
  { header: 'ring', cell: (row) => row.ring + 1 },
  { header: 'state', cell: (row) => row.state },
  { header: 'proof', cell: (row) => row.proof },
  { header: 'reason', cell: (row) => row.reason },
  { header: 'attempts', cell: (row) => row.attempts },
  { header: 'ordered_at', cell: (row) => row.orderedAt },
  { header: 'ended_at', cell: (row) => row.endedAt },
  { header: 'findings_to_close', cell: (row) => row.findingsToClose },
  { header: 'findings_closed', cell: (row) => row.findingsClosed },
];
