import type { AuditLog } from '../../../platform/audit/public.ts';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import type { OrderReport } from './action.ts';
import { isFinal, type OrderOfReport, type StoredOrderState } from './order.ts';

export interface ReportItem {
  readonly agentId: string;
  readonly report: OrderReport;
  readonly at: Date;
}

/** What became of one report. */
export type ReportOutcome =
  /** Stored, or known already. */
  | { readonly kind: 'acknowledged' }
  /** No order of this agent. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'too-many' };

export type OnOrderReport = (
  tx: Queryable,
  report: OrderReport,
  order: OrderOfReport,
) => Promise<void>;

/** An order has a handful of reports; this many is an agent gone wild. */
const MOST_REPORTS = 500;

interface LockedOrder {
  readonly id: string;
  readonly agentId: string;
  readonly endpointId: string;
  readonly hostname: string | null;
  readonly action: OrderOfReport['action'];
  readonly dryRun: boolean;
  readonly reference: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  state: StoredOrderState;
  sequence: number;
  reportCount: number;
}

/**
 * Stores reports in one transaction, in their order; outcomes stand in the same places. A report
 * that is older than what is known stays in the history and changes nothing, and nothing follows an
 * agent's last word. `onReport` hears of each that changed its order, before the commit.
 */
export function storeReports(
  db: Database,
  audit: AuditLog,
  items: readonly ReportItem[],
  onReport: OnOrderReport | undefined,
): Promise<readonly ReportOutcome[]> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<LockedOrder>(
      `select o.id, o.agent_id as "agentId", o.endpoint_id as "endpointId", o.action,
              o.dry_run as "dryRun", o.reference, o.issued_at as "issuedAt",
              o.expires_at as "expiresAt", o.state, o.sequence, o.report_count as "reportCount",
              (select e.hostname from assets.endpoint_view e where e.id = o.endpoint_id) as hostname
         from agent_protocol.orders o where o.id = any($1) order by o.id for no key update of o`,
      [items.map(({ report }) => report.orderId)],
    );
    const orders = new Map(rows.map((row) => [row.id, row]));
    const refused: { order: LockedOrder; report: OrderReport }[] = [];
    const outcomes: ReportOutcome[] = [];
    for (const item of items) {
      const order = orders.get(item.report.orderId);
      // Not told apart: whether an order of somebody else exists is nobody's business.
      if (order === undefined || order.agentId !== item.agentId) {
        outcomes.push({ kind: 'foreign' });
        continue;
      }
      if (order.reportCount >= MOST_REPORTS) {
        outcomes.push({ kind: 'too-many' });
        continue;
      }
      const changed = await storeReport(tx, order, item, onReport);
      if (changed && item.report.state === 'refused') refused.push({ order, report: item.report });
      outcomes.push({ kind: 'acknowledged' });
    }
    if (refused.length > 0) await recordRefused(tx, audit, refused);
    return outcomes;
  });
}

/** True: the order stands differently now. */
async function storeReport(
  tx: Queryable,
  order: LockedOrder,
  { report, at }: ReportItem,
  onReport: OnOrderReport | undefined,
): Promise<boolean> {
  const { sequence, state } = report;
  const { rowCount } = await tx.query(
    `insert into agent_protocol.order_reports (order_id, sequence, state, at, received_at, report)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [order.id, sequence, state, new Date(report.at), at, JSON.stringify(report)],
  );
  if (rowCount === 0) return false;
  order.reportCount += 1;
  if (sequence <= order.sequence || isFinal(order.state)) {
    await tx.query(
      `update agent_protocol.orders set report_count = report_count + 1 where id = $1`,
      [order.id],
    );
    return false;
  }
  await tx.query(
    `update agent_protocol.orders
        set report_count = report_count + 1, sequence = $2, state = $3, state_since = $4,
            reason = $5, output = coalesce($6, output), exit_code = coalesce($7, exit_code),
            before_state = coalesce($8, before_state), after_state = coalesce($9, after_state),
            reboot_needed = coalesce($10, reboot_needed), upload_id = coalesce($11, upload_id)
      where id = $1`,
    [
      order.id,
      sequence,
      state,
      at,
      report.reason ?? null,
      report.output ?? null,
      report.exitCode ?? null,
      report.before === undefined ? null : JSON.stringify(report.before),
      report.after === undefined ? null : JSON.stringify(report.after),
      report.rebootNeeded ?? null,
      report.uploadId ?? null,
    ],
  );
  const stateBefore = order.state;
  order.state = state;
  order.sequence = sequence;
  const { id, agentId, endpointId, action, dryRun, reference, issuedAt, expiresAt } = order;
  await onReport?.(tx, report, {
    id,
    agentId,
    endpointId,
    action,
    dryRun,
    reference,
    issuedAt,
    expiresAt,
    stateBefore,
  });
  return true;
}

/** What agents would not do: a forged or replayed order shows here. One record for all. */
async function recordRefused(
  tx: Queryable,
  audit: AuditLog,
  refused: readonly { readonly order: LockedOrder; readonly report: OrderReport }[],
): Promise<void> {
  const { order, report } = refused[0]!;
  await audit.record(tx, {
    actor: { kind: 'endpoint', id: order.endpointId, name: order.hostname ?? order.endpointId },
    action: 'orders.refused',
    target: { kind: 'order', id: report.orderId },
    details: {
      orders: refused.map(({ order: { endpointId, reference }, report: { orderId, reason } }) => ({
        orderId,
        endpointId,
        reference,
        reason: reason ?? null,
      })),
    },
  });
}
