import type { PaymentMethod } from '../domain/provider/capabilities.js';
import type { ProviderError } from '../domain/provider/provider-error.js';
import type { Lease } from './lease.js';
import { lockOrder, type LockedOrder } from './order-changes.js';
import type { AttemptRow } from './order-rows.js';
import type { Transaction } from './prisma.service.js';
import { holdsLease } from './task-rows.js';

/** The write that obtains credits, by who pays. Cancellations are attempts of another operation. */
export const PURCHASE_OPERATION = { account: 'place_order', checkout: 'create_checkout' } as const satisfies Record<
  PaymentMethod,
  string
>;

/** The order under its lock, if the lease still holds it. Null: it is lost, and nothing may be written. */
export const lockHeld = async (tx: Transaction, lease: Lease): Promise<LockedOrder | null> => {
  const order = await lockOrder(tx, lease.subjectId);
  return order && (await holdsLease(tx, lease)) ? order : null;
};

/** The sends of the purchase itself, oldest first. */
export const attemptsOf = (tx: Transaction, { row }: LockedOrder): Promise<AttemptRow[]> =>
  tx.attempt.findMany({
    where: { orderId: row.id, operation: PURCHASE_OPERATION[row.paymentMethod as PaymentMethod] },
    orderBy: { number: 'asc' },
  });

/** What the provider answered, as evidence. */
export const upstreamOf = ({ at }: ProviderError): { upstream_status?: number; upstream_code?: string } => ({
  ...(at.upstreamStatus !== undefined && { upstream_status: at.upstreamStatus }),
  ...(at.upstreamCode !== undefined && { upstream_code: at.upstreamCode }),
});
