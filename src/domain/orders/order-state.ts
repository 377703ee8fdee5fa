import type { Attempt } from '../purchases/attempt.js';
import { NO_CLAIMS, type PurchaseClaims } from '../purchases/claims.js';
import type { Disagreement } from '../purchases/integrity.js';
import type { CheckoutSession } from '../providers/calls.js';
import type { StandingSwitch } from '../switches/switch.js';
import type { Order } from './order.js';

/** Everything on record that a decision about an order may need, read in one statement. */
export interface OrderState {
  readonly order: Order;
  /** Sends of the purchase, oldest first. */
  readonly attempts: readonly Attempt[];
  /** How often this gateway asked the provider to cancel the order. */
  readonly cancelRequests: number;
  /** Whether one of them may have reached the provider, and so be the reason why it no longer knows the order. */
  readonly cancelMayHaveArrived: boolean;
  readonly targets: ObservationTargets;
  /** In what the provider may differ from the order, because people have accepted it so. */
  readonly accepted: readonly Disagreement[];
  /** What stops its purchase from being sent, as far as it was known when the order was read; null for nothing. */
  readonly switchedOff: StandingSwitch | null;
  /** Token of the run that holds the order's task; null if none does. */
  readonly leaseToken: string | null;
  readonly isLeased: boolean;
  /** The database's clock when it was read. */
  readonly now: Date;
}

/** What to read at the provider, beside the order itself, to know how the order stands. */
export interface ObservationTargets {
  /** Hosted checkouts of the order that may still tell something. */
  readonly sessions: readonly { readonly sessionId: string; readonly status: CheckoutSession['status'] }[];
  readonly claims: PurchaseClaims;
}

/** The state of an order that was accepted a moment ago. */
export const stateOfNew = (order: Order, leaseToken: string | null): OrderState => ({
  order,
  attempts: [],
  cancelRequests: 0,
  cancelMayHaveArrived: false,
  targets: { sessions: [], claims: NO_CLAIMS },
  accepted: [],
  switchedOff: null,
  leaseToken,
  isLeased: leaseToken !== null,
  now: order.createdAt,
});
