import type { Actor } from '../../../platform/audit/public.ts';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { Action, AgentSelf, OrderState } from './action.ts';

/** An order as the modules above ask for it. */
export interface OrderRequest {
  readonly endpointId: string;
  readonly action: Action;
  /** Not begun after this; at most 90 days from now. */
  readonly expiresAt: Date;
  readonly dryRun: boolean;
  /** Who wants it; goes into the audit log. */
  readonly requestedBy: Actor;
  /** What it is for, e.g. `campaign:17`; at most 200 characters. */
  readonly reference: string;
}

/** Why an endpoint can be given no such order. Stable. */
export type OrderRefusal =
  /** Stock osqueryd only, an agent that was revoked, or no such endpoint. */
  | 'NO_AGENT'
  /** Two hosts claim the endpoint or its agent; it is being found out which one it is. */
  | 'AGENT_UNSETTLED'
  | 'MANAGER_MISSING'
  | 'NOT_PRIVILEGED'
  | 'SCRIPTS_DISABLED'
  | 'NOT_ON_THIS_PLATFORM';

/** One per request, in the order of the requests. */
export type IssuedOrder =
  | { readonly endpointId: string; readonly orderId: string; readonly refusal: null }
  | { readonly endpointId: string; readonly orderId: null; readonly refusal: OrderRefusal };

/**
 * Signs orders and stores them within `tx`, with their audit record; agents that wait are rung when
 * it commits. Call it last in a transaction: the audit log is serial. Throws RangeError for an
 * action that is not of the contract or an expiry that is past or too far.
 */
export type IssueOrders = (
  tx: Queryable,
  requests: readonly OrderRequest[],
) => Promise<readonly IssuedOrder[]>;

/**
 * Orders that nobody took yet are `cancelled` at once; an agent that has taken one is asked to stop,
 * and its report says what became of it. Those that ended stay as they are.
 */
export type CancelOrders = (
  tx: Queryable,
  orderIds: readonly string[],
  by?: Actor,
) => Promise<{ readonly cancelled: readonly string[]; readonly asked: readonly string[] }>;

/**
 * `waiting`: not received by the agent. `expired`: not begun in time. `cancelled`: before anybody
 * took it. `lost`: its agent is gone; what became of the order is not known. Otherwise what the
 * agent said last. A report that comes after all is believed.
 */
export type StoredOrderState = OrderState | 'waiting' | 'expired' | 'cancelled' | 'lost';

/** The order of a report, with its state before it. */
export interface OrderOfReport {
  readonly id: string;
  readonly agentId: string;
  readonly endpointId: string;
  readonly action: Action;
  readonly dryRun: boolean;
  readonly reference: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly stateBefore: StoredOrderState;
}

/** The agent said its last word. */
export const isFinal = (state: StoredOrderState): boolean =>
  state === 'done' || state === 'no-effect' || state === 'failed' || state === 'refused';

/** Why this agent cannot do it, as far as it said of itself; undefined: it can. */
export function whyNot(
  { platform, managers, privileged, scripts }: Omit<AgentSelf, 'version' | 'timeZone'>,
  action: Action,
): OrderRefusal | undefined {
  switch (action.type) {
    case 'package-upgrade':
    case 'package-install':
    case 'package-remove':
      if (!managers.includes(action.manager)) return 'MANAGER_MISSING';
      // Homebrew refuses to run as root; all others need it.
      return privileged || action.manager === 'brew' ? undefined : 'NOT_PRIVILEGED';
    case 'service':
    case 'restart':
      return privileged ? undefined : 'NOT_PRIVILEGED';
    case 'set-value':
      // Paths of the contract begin with a slash.
      if (platform === 'windows') return 'NOT_ON_THIS_PLATFORM';
      return privileged ? undefined : 'NOT_PRIVILEGED';
    case 'script':
      if (!scripts) return 'SCRIPTS_DISABLED';
      if ((action.interpreter === 'powershell') !== (platform === 'windows')) {
        return 'NOT_ON_THIS_PLATFORM';
      }
      return undefined;
    case 'collect':
    case 'remove-extension':
    case 'report-now':
      return undefined;
  }
}
