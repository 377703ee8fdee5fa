import { Decimal } from 'decimal.js';
import { readableMass, type Grams } from '../mass.js';
import { money, MONEY_SCALE, readableMoney, shareOf, type Money } from '../money.js';
import type { OrderTerms } from '../orders/order.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { StatusReason } from '../orders/status-reasons.js';
import type { Pool } from './pool.js';

/** The most that a mass may cost, for somebody. */
export interface MassLimit {
  readonly mass: Grams;
  readonly total: Money;
}

/** Enough digits for any amount times any mass: only the result is rounded. */
const Exact = Decimal.clone({ precision: 60 });

/**
 * The order that a pool buys. It may cost no more than every member allows for its own part.
 * @param tightest the limit of the member that allows the least by mass; null if none has one
 */
export const purchaseTerms = (pool: Pool, mass: Grams, tightest: MassLimit | null): OrderTerms => ({
  provider: pool.provider,
  providerOfferingId: pool.providerOfferingId,
  offeringName: pool.offeringName,
  paymentMethod: 'account',
  requestedMass: mass,
  orderedMass: mass,
  beneficiary: { name: pool.beneficiary, email: null },
  retirementMessage: null,
  description: null,
  reference: pool.id,
  metadata: {},
  labels: {},
  maxTotal: tightest && money(allowed(tightest, mass), tightest.total.currency),
  quoted: null,
  successUrl: null,
  cancelUrl: null,
  webhookUrl: null,
  offerId: null,
  routing: { policy: 'pool', considered: [], fx: null },
  poolRole: 'purchase',
});

const allowed = ({ total, mass }: MassLimit, whole: Grams): Decimal =>
  new Exact(total.amount).times(whole).div(mass).toDecimalPlaces(MONEY_SCALE, Decimal.ROUND_DOWN);

/** A purchase that has come to nothing. */
export interface FailedPurchase {
  readonly status: OrderStatus;
  readonly reason: StatusReason | null;
  readonly detail: string | null;
  readonly mass: Grams;
  /** The price that it was asked for; null if it was not. */
  readonly total: Money | null;
}

export interface ReturningMember {
  readonly orderId: string;
  readonly mass: Grams;
  readonly maxTotal: Money | null;
  /** Pools that it was in, this one included. */
  readonly tries: number;
}

export type Fate =
  | { readonly do: 'return'; readonly tries: number }
  | { readonly do: 'fail'; readonly reason: StatusReason; readonly detail: string };

/** What fails so often will fail again. A purchase that a person has cancelled does not count. */
const MOST_TRIES = 3;

/**
 * What becomes of a member whose pool has bought nothing. Whoever allows less than the price ends there, so that nobody
 * keeps others from buying; all others go to the next pool.
 */
export const fateOf = ({ mass, maxTotal, tries }: ReturningMember, failed: FailedPurchase): Fate => {
  if (failed.reason === 'price_above_limit' && failed.total !== null) {
    if (maxTotal === null || allowed({ mass, total: maxTotal }, failed.mass).gte(failed.total.amount))
      return { do: 'return', tries };
    const share = shareOf(failed.total, mass, failed.mass);
    const most = `more than the ${readableMoney(maxTotal)} that this order may cost`;
    const detail = `In its pool, ${readableMass(mass)} would cost ${readableMoney(share)}, ${most}.`;
    return { do: 'fail', reason: 'price_above_limit', detail };
  }
  if (failed.status === 'cancelled') return { do: 'return', tries };
  if (tries < MOST_TRIES) return { do: 'return', tries: tries + 1 };
  const why = failed.detail ?? failed.reason ?? failed.status;
  return { do: 'fail', reason: failed.reason ?? 'rejected', detail: `What its pools have ordered has failed: ${why}` };
};
