import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { AuditLog } from '../../../platform/audit/public.ts';
import type { Database } from '../../../platform/db/queryable.ts';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import { listQuery } from '../../../platform/http/list.ts';
import { reaches } from '../../../platform/http/principal.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import type { LiveFeed } from '../../../platform/live/live-feed.ts';
import type { App } from '../../../platform/module.ts';
import { type Agent, AgentList } from '../api.ts';
import { actorOf } from '../routes.ts';
import { findAgent, listAgents } from './agent-store.ts';
import { endAgents } from './link-store.ts';
import { tellAgents } from './order-store.ts';
import { findUpload, readUpload } from './upload-store.ts';

export interface AgentRoutesOptions {
  readonly db: Database;
  readonly audit: AuditLog;
  readonly live: LiveFeed;
  readonly clock: () => Date;
  /** Nodes of these endpoints changed. */
  readonly nodesChanged: (endpointIds: readonly string[]) => Promise<void>;
}

const Id = Type.Object({ id: Type.String({ format: 'uuid' }) });

/** Our own agents, and the files they sent up; below /api. */
export function agentRoutes(app: App, options: AgentRoutesOptions): void {
  const { db, audit, live, clock } = options;

  app.get(
    '/agents',
    {
      config: { permission: 'agents:read' },
      schema: {
        summary: 'Agents that can be given orders, of the scopes you reach',
        tags: ['agents'],
        querystring: Type.Object(listQuery),
        response: { 200: AgentList },
      },
    },
    async (request, reply) => {
      const { scopes } = principalOf(request);
      const { sort } = request.query;
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'agents',
        columns,
        page: (queryable, window) => listAgents(queryable, scopes, { ...window, sort }, clock()),
      });
    },
  );

  app.delete(
    '/agents/:id',
    {
      config: { permission: 'agents:administer' },
      schema: {
        summary: 'Revoke an agent: its key, its own secret and the node keys it was given',
        description:
          'It enrols anew if the secret of its scope is still good; revoke that one first to keep ' +
          'it out. What became of its open orders is then unknown.',
        tags: ['agents'],
        params: Id,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = request.params;
      const changed = await db.transaction(async (tx) => {
        const agent = await findAgent(tx, id);
        if (agent === undefined || !reaches(principal.scopes, agent.scopeId)) {
          throw new ProblemError(404, 'AGENT_NOT_FOUND', 'No such agent');
        }
        const endpointIds = await endAgents(tx, [id], 'revoked', clock());
        // A poll that is held learns of it at once.
        await tellAgents(tx, [id]);
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'agent.revoked',
          target: { kind: 'agent', id, ...(agent.hostname !== null && { name: agent.hostname }) },
        });
        return endpointIds;
      });
      await options.nodesChanged(changed);
      live.publish({ topic: 'agents' });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/agents/uploads/:id',
    {
      config: { permission: 'agents:administer' },
      schema: {
        summary: 'A file that an agent collected',
        tags: ['agents'],
        params: Id,
        response: { 200: Type.Any() },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const upload = await findUpload(db, request.params.id, principal.scopes);
      if (upload === undefined) throw new ProblemError(404, 'UPLOAD_NOT_FOUND', 'No such file');
      const { id, orderId, endpointId, name, bytes, sha256 } = upload;
      await db.transaction((tx) =>
        audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'upload.read',
          target: { kind: 'endpoint', id: endpointId },
          details: { uploadId: id, orderId, name, bytes, sha256 },
        }),
      );
      reply
        .type('application/octet-stream')
        .header('content-length', bytes)
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
        .header('x-yojin-sha256', sha256);
      // Through the raw reply: the schema of the response would serialise it.
      return reply.serializer((body) => body as never).send(Readable.from(readUpload(db, upload)));
    },
  );
}

const columns: readonly CsvColumn<Agent>[] = [
  { header: 'hostname', cell: (row) => row.hostname },
  { header: 'endpoint_id', cell: (row) => row.endpointId },
  { header: 'scope', cell: (row) => row.scopeName },
  { header: 'platform', cell: (row) => row.platform },
  { header: 'version', cell: (row) => row.version },
  { header: 'managers', cell: (row) => row.managers },
  { header: 'time_zone', cell: (row) => row.timeZone },
  { header: 'privileged', cell: (row) => row.privileged },
  { header: 'scripts', cell: (row) => row.scripts },
  { header: 'enrolled_at', cell: (row) => row.enrolledAt },
  { header: 'last_seen_at', cell: (row) => row.lastSeenAt },
  { header: 'last_address', cell: (row) => row.lastAddress },
  { header: 'shared', cell: (row) => row.shared },
  { header: 'open_orders', cell: (row) => row.openOrders },
];
