import type { Database } from '../db/queryable.ts';
import { Problem } from '../http/problem.ts';
import { requireAllScopes } from '../http/request-principal.ts';
import { sendList } from '../http/send-list.ts';
import { parseSort } from '../http/sort.ts';
import type { App } from '../module.ts';
import { AuditList, AuditQuery, type AuditRecord, AuditVerification } from './api.ts';
import { listRecords, verifyAudit } from './store.ts';

const sortColumns = { seq: 'seq', at: 'at', action: 'action', actor: 'actor_name' };

/** The audit log concerns the whole organisation: for administrators of all scopes. */
export function auditRoutes(
  app: App,
  { db, clock }: { readonly db: Database; readonly clock: () => Date },
): void {
  let verification: Promise<AuditVerification> | undefined;

  app.get(
    '/audit',
    {
      config: { permission: 'audit:administer' },
      schema: {
        summary: 'Audit records, newest first',
        tags: ['audit'],
        querystring: AuditQuery,
        response: { 200: AuditList, 400: Problem, 403: Problem },
      },
    },
    async (request, reply) => {
      requireAllScopes(request);
      const { query } = request;
      const order = parseSort(query.sort, sortColumns, { fallback: '-seq', tiebreak: 'seq' });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'audit',
        columns: [
          { header: 'seq', cell: (record: AuditRecord) => record.seq },
          { header: 'at', cell: (record) => record.at },
          { header: 'actor_kind', cell: (record) => record.actor.kind },
          { header: 'actor', cell: (record) => record.actor.name },
          { header: 'address', cell: (record) => record.actor.address },
          { header: 'action', cell: (record) => record.action },
          { header: 'target_kind', cell: (record) => record.target?.kind },
          { header: 'target_id', cell: (record) => record.target?.id },
          { header: 'target', cell: (record) => record.target?.name },
          { header: 'details', cell: (record) => JSON.stringify(record.details) },
          { header: 'hash', cell: (record) => record.hash },
        ],
        page: (tx, window) => listRecords(tx, query, order, window),
      });
    },
  );

  app.get(
    '/audit/verification',
    {
      config: { permission: 'audit:administer' },
      schema: {
        summary: 'Recompute the whole chain of the audit log',
        tags: ['audit'],
        response: { 200: AuditVerification, 403: Problem },
      },
    },
    async (request) => {
      requireAllScopes(request);
      // It reads the whole log: who asks meanwhile gets the same answer.
      verification ??= verifyAudit(db).finally(() => {
        verification = undefined;
      });
      return verification;
    },
  );
}
