import type { ProviderOrder } from '../providers/calls.js';
import { lookAgainMs, type PurchaseClaim } from '../purchases/claims.js';
import { disagreements } from '../purchases/integrity.js';
import { adopt, closeCheckouts, observePayment } from './observe.js';
import type { OrderChange } from './order-change.js';
import { sightingEvidence } from './order-event.js';
import type { Order } from './order.js';

/**
 * Whose purchase is it that a stranger named? What proves it, the strongest first:
 * 1. The provider names the order: by our reference in its record, or by having promised the id with a checkout.
 * 2. It fits the order (mass, price, offering, beneficiary), and no other order has it.
 * Where only the second is to be had and another order has the purchase, nothing here can tell whose it is: both orders
 * say so, and neither is to be paid any more.
 */

/** `seen`: what the provider shows under the claimed id; null if it knows no such purchase. */
export const observeClaim = (change: OrderChange, claim: PurchaseClaim, seen: ProviderOrder | null): OrderChange => {
  const { order } = change;
  if (seen === null || !isMade(claim, seen)) return deferClaim(change, claim);
  // Another order took it between the read and this commit: the next look sees both.
  if (ownerNow(change, claim) !== claim.ownerId) return change;
  if (!namesOrder(claim, order, seen)) return refuseClaim(change, claim);
  const differences = disagreements(order, seen);
  if (differences.length > 0) {
    if (claim.ownerId !== null) return refuseClaim(change, claim);
    // A payment may be misread, or change still. If it stays so, money was paid for something, and a person must look.
    const evidence = { ...sightingEvidence(seen), disagreements: differences };
    const again = claim.source === 'callback' ? null : lookAgain(change, claim);
    return again ?? refuseClaim(change, claim).flag('answer_disagrees', claim.source, evidence);
  }
  if (claim.ownerId !== null)
    return dispute(closeCheckouts(change).withVerdict(seen.providerOrderId, 'disputed'), seen);
  return claim.source === 'return'
    ? observePayment(change, seen)
    : adopt(confirmClaim(change, claim), seen, 'callback');
};

/**
 * A claim that needs no read: of the order's own purchase, of one that was promised to another order, or of a checkout
 * where those of the order can be read themselves. @returns null if it has to be read.
 */
export const decideUnread = (
  change: OrderChange,
  claim: PurchaseClaim,
  checkoutsAreKnownBy: 'session' | 'return' | null,
): OrderChange | null => {
  if (claim.providerOrderId === change.order.providerOrderId) return confirmClaim(change, claim);
  const tellsNothing = claim.source === 'return' && checkoutsAreKnownBy !== 'return';
  return tellsNothing || claim.isPromisedToAnother ? refuseClaim(change, claim) : null;
};

/** Nothing was seen that decides the claim: it is read again, until it was read often enough. */
export const deferClaim = (change: OrderChange, claim: PurchaseClaim): OrderChange =>
  lookAgain(change, claim) ?? change.withVerdict(claim.providerOrderId, 'unknown');

/** A purchase that the order itself, or another that fits it as well, was paid with: a person must find out whose it is. */
export const dispute = (change: OrderChange, seen: ProviderOrder): OrderChange =>
  change.flag('payment_disputed', 'return', sightingEvidence(seen));

/** So many ids were brought back that further ones are lost: the true one may be among those. */
export const observeFullClaims = (change: OrderChange): OrderChange => change.flag('too_many_claims', 'return');

/** Whether this claim is a purchase that its order and another both fit. */
export const isDisputed = (order: Order, claim: PurchaseClaim, seen: ProviderOrder): boolean =>
  claim.ownerId !== null && isMade(claim, seen) && disagreements(order, seen).length === 0;

/** A payment counts once it is made: a try that failed leaves the checkout open. */
const isMade = ({ source }: PurchaseClaim, { status, price }: ProviderOrder): boolean =>
  source === 'callback' || (status !== 'awaiting_payment' && price !== null);

/** What a callback names must carry our reference; a payment may show none. */
const namesOrder = ({ source }: PurchaseClaim, { id }: Order, { orderReference }: ProviderOrder): boolean =>
  orderReference === id || (orderReference === null && source === 'return');

/** @returns null if it was looked at often enough. */
const lookAgain = (change: OrderChange, claim: PurchaseClaim): OrderChange | null => {
  const delayMs = lookAgainMs(claim);
  return delayMs === null ? null : change.withVerdict(claim.providerOrderId, 'claimed', delayMs);
};

const refuseClaim = (change: OrderChange, { providerOrderId }: PurchaseClaim): OrderChange =>
  change.withVerdict(providerOrderId, 'refused');

const confirmClaim = (change: OrderChange, { providerOrderId }: PurchaseClaim): OrderChange =>
  change.withVerdict(providerOrderId, 'confirmed');

const ownerNow = ({ base }: OrderChange, claim: PurchaseClaim): string | null =>
  (base.targets.claims.due.find(({ providerOrderId }) => providerOrderId === claim.providerOrderId) ?? claim).ownerId;
