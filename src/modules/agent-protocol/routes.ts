import { Type } from 'typebox';
import type { Actor, AuditLog } from '../../platform/audit/public.ts';
import type { Database } from '../../platform/db/queryable.ts';
import type { CsvColumn } from '../../platform/http/csv.ts';
import { listQuery } from '../../platform/http/list.ts';
import { type Principal, reaches } from '../../platform/http/principal.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import { sendList } from '../../platform/http/send-list.ts';
import type { LiveFeed } from '../../platform/live/live-feed.ts';
import type { App } from '../../platform/module.ts';
import { scopeName } from '../assets/public.ts';
import { agentFlagFile } from './agent-flags.ts';
import {
  EnrolmentGuide,
  type EnrolmentSecret,
  EnrolmentSecretCreate,
  EnrolmentSecretCreated,
  EnrolmentSecretList,
  RefreshResult,
  type Rejection,
  RejectionList,
} from './api.ts';
import { createEnrolmentSecret } from './public.ts';
import { listRejections, listSecrets, revokeSecret, scopeOfEndpoint } from './store.ts';

export interface AgentProtocolRoutesOptions {
  readonly db: Database;
  readonly audit: AuditLog;
  readonly live: LiveFeed;
  readonly clock: () => Date;
  readonly guide: EnrolmentGuide;
  readonly wantAll: (endpointId: string) => Promise<number | undefined>;
}

const Id = Type.Object({ id: Type.String({ format: 'uuid' }) });
const ListQuery = Type.Object(listQuery);
const DAY_MS = 86_400_000;

/** Enrolment secrets, what was refused, and asking an endpoint again; below /api. */
export function agentProtocolRoutes(app: App, options: AgentProtocolRoutesOptions): void {
  const { db, audit, live, clock, guide } = options;

  app.get(
    '/enrolment-secrets',
    {
      config: { permission: 'agents:read' },
      schema: {
        summary: 'Enrolment secrets of the scopes you reach; never the secrets themselves',
        tags: ['agents'],
        querystring: ListQuery,
        response: { 200: EnrolmentSecretList },
      },
    },
    async (request, reply) => {
      const { scopes } = principalOf(request);
      const { sort } = request.query;
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'enrolment-secrets',
        columns: secretColumns,
        page: (queryable, window) => listSecrets(queryable, scopes, { ...window, sort }),
      });
    },
  );

  app.post(
    '/enrolment-secrets',
    {
      config: { permission: 'agents:administer' },
      schema: {
        summary: 'Make an enrolment secret for a scope; the answer is the only time it is shown',
        tags: ['agents'],
        body: EnrolmentSecretCreate,
        response: { 201: EnrolmentSecretCreated },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { name, scopeId, expiresInDays } = request.body;
      const scope = reaches(principal.scopes, scopeId) ? await scopeName(db, scopeId) : undefined;
      if (scope === undefined) throw new ProblemError(404, 'SCOPE_NOT_FOUND', 'No such scope');
      const at = clock();
      const created = await db.transaction(async (tx) => {
        const made = await createEnrolmentSecret(tx, {
          name,
          scopeId,
          createdBy: principal.userName,
          at,
          expiresAt:
            expiresInDays === null ? null : new Date(at.getTime() + expiresInDays * DAY_MS),
        });
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'enrolment_secret.created',
          target: { kind: 'enrolment-secret', id: made.enrolmentSecret.id, name },
          details: { scopeId, scopeName: scope, expiresAt: made.enrolmentSecret.expiresAt },
        });
        return made;
      });
      live.publish({ topic: 'agents' });
      return reply.code(201).send({
        ...created,
        ...guide,
        flagFile: agentFlagFile({
          tlsAddress: guide.tlsAddress,
          caPath: '/etc/osquery/yojin-ca.pem',
          secretPath: '/etc/osquery/yojin.secret',
        }),
      });
    },
  );

  app.delete(
    '/enrolment-secrets/:id',
    {
      config: { permission: 'agents:administer' },
      schema: {
        summary: 'Revoke an enrolment secret; hosts that enrolled with it stay',
        tags: ['agents'],
        params: Id,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      await db.transaction(async (tx) => {
        const { id } = request.params;
        const revoked = await revokeSecret(tx, id, principal.scopes, clock());
        if (revoked === undefined) {
          throw new ProblemError(404, 'ENROLMENT_SECRET_NOT_FOUND', 'No such enrolment secret');
        }
        if (!revoked.revokedNow) return;
        await audit.record(tx, {
          actor: actorOf(principal, request.ip),
          action: 'enrolment_secret.revoked',
          target: { kind: 'enrolment-secret', id, name: revoked.name },
        });
      });
      live.publish({ topic: 'agents' });
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/agents/rejections',
    {
      config: { permission: 'agents:read' },
      schema: {
        summary: 'What endpoints sent that was refused, counted by endpoint and reason',
        tags: ['agents'],
        querystring: ListQuery,
        response: { 200: RejectionList },
      },
    },
    async (request, reply) => {
      const { scopes } = principalOf(request);
      const { sort } = request.query;
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'rejections',
        columns: rejectionColumns,
        page: (queryable, window) => listRejections(queryable, scopes, { ...window, sort }),
      });
    },
  );

  app.get(
    '/agents/enrolment',
    {
      config: { permission: 'agents:read' },
      schema: {
        summary: 'Where endpoints enrol, and the certificate they pin',
        tags: ['agents'],
        response: { 200: EnrolmentGuide },
      },
    },
    async () => guide,
  );

  app.post(
    '/endpoints/:id/refresh',
    {
      config: { permission: 'endpoints:write' },
      schema: {
        summary: 'Ask an endpoint for every part of its inventory again, at its next contact',
        tags: ['agents'],
        params: Id,
        response: { 200: RefreshResult },
      },
    },
    async (request) => {
      const { id } = request.params;
      const endpoint = await scopeOfEndpoint(db, id);
      const reachable = endpoint && reaches(principalOf(request).scopes, endpoint.scopeId);
      const parts = reachable ? await options.wantAll(id) : undefined;
      if (parts === undefined)
        throw new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'No such endpoint');
      return { parts };
    },
  );
}

export function actorOf({ tokenId, userId, userName: name }: Principal, address: string): Actor {
  return tokenId === undefined
    ? { kind: 'user', id: userId, name, address }
    : { kind: 'token', id: tokenId, name, address };
}

const secretColumns: readonly CsvColumn<EnrolmentSecret>[] = [
  { header: 'name', cell: (row) => row.name },
  { header: 'scope', cell: (row) => row.scopeName },
  { header: 'created_at', cell: (row) => row.createdAt },
  { header: 'created_by', cell: (row) => row.createdBy },
  { header: 'expires_at', cell: (row) => row.expiresAt },
  { header: 'revoked_at', cell: (row) => row.revokedAt },
  { header: 'last_used_at', cell: (row) => row.lastUsedAt },
  { header: 'use_count', cell: (row) => row.useCount },
];

const rejectionColumns: readonly CsvColumn<Rejection>[] = [
  { header: 'hostname', cell: (row) => row.hostname },
  { header: 'endpoint_id', cell: (row) => row.endpointId },
  { header: 'reason', cell: (row) => row.reason },
  { header: 'count', cell: (row) => row.count },
  { header: 'first_at', cell: (row) => row.firstAt },
  { header: 'last_at', cell: (row) => row.lastAt },
  { header: 'last_address', cell: (row) => row.lastAddress },
  { header: 'last_detail', cell: (row) => row.lastDetail },
];
