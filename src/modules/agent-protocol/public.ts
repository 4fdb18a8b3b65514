import type { Queryable } from '../../platform/db/queryable.ts';
import type { EnrolmentSecret } from './api.ts';
import { insertSecret, newSecret } from './store.ts';

export interface NewEnrolmentSecret {
  readonly name: string;
  readonly scopeId: string;
  /** Name of the user, or of the part of the product, that makes it. */
  readonly createdBy: string;
  readonly at: Date;
  /** Null: never expires. */
  readonly expiresAt: Date | null;
}

/** Makes a secret to enrol with. `secret` is kept nowhere: this is the only time it is known. */
export async function createEnrolmentSecret(
  db: Queryable,
  { name, scopeId, createdBy, at, expiresAt }: NewEnrolmentSecret,
): Promise<{ secret: string; enrolmentSecret: EnrolmentSecret }> {
  const { text, hash } = newSecret();
  const row = { name, scopeId, createdBy, createdAt: at, expiresAt, hash };
  return { secret: text, enrolmentSecret: await insertSecret(db, row) };
}

export type {
  CancelOrders,
  IssueOrders,
  OrderOfReport,
  OrderRequest,
  StoredOrderState,
} from './actions/order.ts';
export { OrderKeyError, openOrderKey } from './actions/order-key-store.ts';
export type { NodeOfWork, WorkSource } from './work.ts';
