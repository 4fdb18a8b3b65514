import type { AuditRecord, AuditVerification } from '../../platform/audit/api.ts';
import { timeText } from './age.ts';
import { type Context, type ListOptions, showList } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

export interface AuditFilter {
  readonly q?: string | undefined;
  readonly action?: string;
  readonly actor?: string;
  readonly target?: string;
  readonly from?: string;
  readonly to?: string;
}

export async function listAudit(
  context: Context,
  filter: AuditFilter,
  window: ListOptions,
): Promise<void> {
  const { texts } = context;
  const { q, action, from, to } = filter;
  const query = { q, action, from, to, actorId: filter.actor, targetId: filter.target };
  await showList<AuditRecord>(context, '/api/audit', query, window, [
    { title: texts('column.number'), value: (row) => row.seq, align: 'right' },
    { title: texts('column.time'), value: (row) => timeText(row.at) },
    { title: texts('column.actor'), value: (row) => row.actor.name, elastic: true },
    { title: texts('column.action'), value: (row) => row.action },
    {
      title: texts('column.target'),
      value: (row) => row.target && `${row.target.kind} ${row.target.name ?? row.target.id}`,
      elastic: true,
    },
    {
      title: texts('column.details'),
      value: (row) => (Object.keys(row.details).length > 0 ? JSON.stringify(row.details) : null),
      elastic: true,
    },
  ]);
}

/** Over the API, or, when a database is named, directly: the server may be the suspect. */
export async function verifyAuditLog(
  context: Context,
  databaseUrl: string | undefined,
): Promise<ExitCode> {
  const result = databaseUrl
    ? await verifyDirectly(databaseUrl)
    : await context.api().get<AuditVerification>('/api/audit/verification');
  if (context.json) context.printJson(result);
  else {
    const { texts } = context;
    const { records, firstBrokenSeq, reason, headHash } = result;
    const text = result.ok
      ? texts('audit.intact', { count: records, hash: headHash ?? '–' })
      : texts('audit.broken', { seq: firstBrokenSeq ?? '?', reason, count: records });
    context.print(`${text}\n`);
  }
  return result.ok ? exitCodes.ok : exitCodes.auditBroken;
}

async function verifyDirectly(databaseUrl: string): Promise<AuditVerification> {
  const { openDatabase } = await import('../../platform/db/database.ts');
  const { createLog } = await import('../../platform/log.ts');
  const { verifyAudit } = await import('../../platform/audit/store.ts');
  const { checkDatabase } = await import('../launcher/external-database.ts');
  await checkDatabase(databaseUrl);
  const log = createLog('silent');
  const db = openDatabase({ connectionString: databaseUrl, log, poolSize: 1 });
  try {
    return await verifyAudit(db);
  } finally {
    await db.close();
  }
}
