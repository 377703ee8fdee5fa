import type { Cause } from '../../domain/orders/cause.js';
import type { OrderState } from '../../domain/orders/order-state.js';
import type { Lease } from '../../persistence/tasks/lease.js';
import type { Responder } from '../orders/change-order.js';

/** One run on an order whose outcome is pending. */
export interface PurchaseRun {
  /** The order as the run found it. */
  readonly state: OrderState;
  readonly lease: Lease;
  /** Runs since the order last moved, this one included. */
  readonly runs: number;
  readonly cause: Cause;
  /** Set where a caller waits for the outcome. */
  readonly responder?: Responder;
}
