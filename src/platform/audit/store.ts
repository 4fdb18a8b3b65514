import type { Database, Queryable } from '../db/queryable.ts';
import type { AuditRecord, AuditVerification } from './api.ts';
import { type ChainedRecord, genesisHash, hashOf, recordOf } from './chain.ts';
import type { AuditEntry } from './public.ts';

interface StoredRecord extends ChainedRecord {
  readonly seq: number;
  readonly prevHash: Buffer;
  readonly hash: Buffer;
}

const columns = `
  seq, at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
  actor_address as "actorAddress", action, target_kind as "targetKind", target_id as "targetId",
  target_name as "targetName", details, prev_hash as "prevHash", hash`;

/**
 * Appends one record within `tx`. The row of the head is locked until the transaction ends, which
 * puts all records in one order; hence last in a transaction, and never on a hot path.
 */
export async function appendRecord(tx: Queryable, entry: AuditEntry, at: Date): Promise<void> {
  const record = recordOf(entry, at);
  const { rows } = await tx.query<{ seq: number; hash: Buffer }>(
    `select seq, hash from platform.audit_head for update`,
  );
  const head = rows[0];
  if (!head) throw new Error('the head of the audit log is gone: restore it before anything else');
  const hash = hashOf(head.hash, record);
  const seq = Number(head.seq) + 1;
  await tx.query(
    `insert into platform.audit_log
       (seq, at, actor_kind, actor_id, actor_name, actor_address, action,
        target_kind, target_id, target_name, details, prev_hash, hash)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      seq,
      record.at,
      record.actorKind,
      record.actorId,
      record.actorName,
      record.actorAddress,
      record.action,
      record.targetKind,
      record.targetId,
      record.targetName,
      JSON.stringify(record.details),
      head.hash,
      hash,
    ],
  );
  await tx.query(`update platform.audit_head set seq = $1, hash = $2`, [seq, hash]);
}

export interface AuditFilter {
  readonly q?: string | undefined;
  /** A prefix: `user.` finds all that was done to users. */
  readonly action?: string | undefined;
  readonly actorId?: string | undefined;
  readonly targetId?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** One window of the records that match, in `orderBy` (see platform/http/sort.ts), and their count. */
export async function listRecords(
  db: Queryable,
  filter: AuditFilter,
  orderBy: string,
  window: { readonly offset: number; readonly limit: number },
): Promise<{ items: AuditRecord[]; total: number }> {
  const like = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (value: string | undefined, condition: (place: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${values.length}`));
  };
  where(
    filter.action === undefined ? undefined : `${like(filter.action)}%`,
    (p) => `action like ${p}`,
  );
  where(filter.actorId, (p) => `actor_id = ${p}`);
  where(filter.targetId, (p) => `target_id = ${p}`);
  where(filter.from, (p) => `at >= ${p}`);
  where(filter.to, (p) => `at < ${p}`);
  where(
    filter.q === undefined ? undefined : `%${like(filter.q)}%`,
    (p) =>
      `(actor_name ilike ${p} or action ilike ${p} or target_name ilike ${p} or target_id ilike ${p}
        or actor_address ilike ${p})`,
  );
  const matching = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`;
  const count = await db.query<{ total: number }>(
    `select count(*) as total from platform.audit_log ${matching}`,
    values,
  );
  const { rows } = await db.query<StoredRecord>(
    `select ${columns} from platform.audit_log ${matching} ${orderBy}
      limit $${values.length + 1} offset $${values.length + 2}`,
    [...values, window.limit, window.offset],
  );
  return { items: rows.map(wireRecord), total: Number(count.rows[0]?.total ?? 0) };
}

function wireRecord(row: StoredRecord): AuditRecord {
  return {
    seq: Number(row.seq),
    at: row.at.toISOString(),
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName, address: row.actorAddress },
    action: row.action,
    target:
      row.targetKind === null || row.targetId === null
        ? null
        : { kind: row.targetKind, id: row.targetId, name: row.targetName },
    details: row.details as Record<string, unknown>,
    hash: row.hash.toString('hex'),
  };
}

/** Why a chain is broken, as a stable code; the console translates it. */
export type BrokenChain =
  /** The record is not what was written: its hash does not fit its content. */
  | 'RECORD_CHANGED'
  /** Numbers are missing: records were removed. */
  | 'RECORD_MISSING'
  /** The records are genuine, in another order than they were written. */
  | 'RECORDS_REORDERED'
  /** The next record was chained to another record than the one that stands here now. */
  | 'RECORD_REPLACED'
  /** The head points beyond the last record: records were removed from the end. */
  | 'END_MISSING'
  /** The head is gone or does not fit the last record. */
  | 'HEAD_CHANGED';

/**
 * Recomputes the whole chain over one snapshot, in batches of constant memory.
 *
 * Limits: somebody who controls the database can disable its triggers and rewrite the end of the
 * log together with the head. Against that, note `headHash` and `records` elsewhere from time to
 * time: record number `records` must carry that hash for ever.
 */
export async function verifyAudit(db: Database, batchSize = 2_000): Promise<AuditVerification> {
  return db.transaction(async (tx) => {
    await tx.query(`set transaction isolation level repeatable read, read only`);
    const head = (
      await tx.query<{ seq: number; hash: Buffer }>(`select seq, hash from platform.audit_head`)
    ).rows[0];
    const headHash = head ? head.hash.toString('hex') : null;
    let records = 0;
    let expected: Buffer = genesisHash;
    const broken = (firstBrokenSeq: number, reason: BrokenChain): AuditVerification => ({
      ok: false,
      records,
      firstBrokenSeq,
      reason,
      headHash,
    });
    for (;;) {
      const { rows } = await tx.query<StoredRecord>(
        `select ${columns} from platform.audit_log where seq > $1 order by seq limit $2`,
        [records, batchSize],
      );
      for (const row of rows) {
        const seq = records + 1;
        if (Number(row.seq) !== seq) return broken(seq, 'RECORD_MISSING');
        if (!hashOf(row.prevHash, row).equals(row.hash)) return broken(seq, 'RECORD_CHANGED');
        if (!row.prevHash.equals(expected)) {
          // Genuine in itself, but not the successor of the record before it.
          const { rows: predecessors } = await tx.query(
            `select from platform.audit_log where hash = $1
             union all select where $1 = $2::bytea`,
            [row.prevHash, genesisHash],
          );
          if (predecessors.length > 0) return broken(seq, 'RECORDS_REORDERED');
          return broken(Math.max(records, 1), 'RECORD_REPLACED');
        }
        expected = row.hash;
        records = seq;
      }
      if (rows.length < batchSize) break;
    }
    if (!head) return broken(records, 'HEAD_CHANGED');
    if (Number(head.seq) > records) return broken(records + 1, 'END_MISSING');
    if (Number(head.seq) < records || !head.hash.equals(expected)) {
      return broken(records, 'HEAD_CHANGED');
    }
    return { ok: true, records, firstBrokenSeq: null, reason: null, headHash };
  });
}
