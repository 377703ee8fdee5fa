import { isDeepStrictEqual } from 'node:util';
import { isSameMoney, type Money } from '../money.js';
import type { CheckoutSession, ProviderOrder } from '../providers/calls.js';
import { disagreements, type Disagreement } from '../purchases/integrity.js';
import { CLOCK_SKEW_MS } from '../purchases/timing.js';
import { AT_COMMIT } from './commit-time.js';
import { decide, type OrderStatus } from './lifecycle.js';
import type { NewPrice, OrderChange, OrderFields } from './order-change.js';
import { sightingEvidence } from './order-event.js';
import type { ObservationSource, Order } from './order.js';

/**
 * How an observation changes an order, from whatever source. Pure functions from one change to the next, so that
 * several observations become one commit. What an observation does not say never overwrites what is known.
 */

/** A purchase at the provider that is known to be this order's: bought with our reference, or read under its own id. */
export const observePurchase = (
  change: OrderChange,
  observed: ProviderOrder,
  source: ObservationSource,
): OrderChange => {
  const differences = unaccepted(change, disagreements(change.order, observed));
  if (differences.length > 0)
    return change.flag('answer_disagrees', source, {
      provider_order_id: observed.providerOrderId,
      disagreements: differences,
    });
  return adopt(change, observed, source);
};

/** What people have accepted is no difference any more, as long as it stays the same. */
const unaccepted = (
  { base: { accepted } }: OrderChange,
  differences: readonly Disagreement[],
): readonly Disagreement[] =>
  differences.filter((found) => !accepted.some((known) => isDeepStrictEqual({ ...known }, { ...found })));

/** The same for a record that was compared with the order already. */
export const adopt = (change: OrderChange, observed: ProviderOrder, source: ObservationSource): OrderChange => {
  const evidence = sightingEvidence(observed, observed.price && taxWithin(change.order, observed.price));
  const price = priceFacts(change.order, observed.price);
  const { providerOrderId, paymentMethod, status } = change.order;
  if (providerOrderId !== null && providerOrderId !== observed.providerOrderId)
    return change.flag(paymentMethod === 'checkout' ? 'paid_twice' : 'bought_twice', source, evidence);
  const decision = decide(status, observed.status);
  switch (decision.kind) {
    case 'conflict':
      return change.flag(decision.reason, source, { ...evidence, observed: observed.status });
    case 'stale': {
      const facts = factsOf(change, observed);
      const isNews = price !== null || Object.keys(facts).length > 0;
      const learned = isNews ? change.record('updated', source, evidence, facts, price) : change;
      return learned.endResolvedReview(source);
    }
    case 'advance': {
      // A purchase that is seen resolves every send of unknown outcome: one of them made it.
      const known = observed.status === 'awaiting_payment' ? change : change.resolveUnknownSends('accepted');
      const set = {
        ...factsOf(known, observed),
        ...milestones(known.order, decision.to),
        statusReason: null,
        statusDetail: null,
      };
      const moved = known.move(decision.to, decision.to, source, evidence, {
        set,
        providerStatus: observed.providerStatus,
        price,
      });
      const paidForNothing = decision.to === 'failed' && observed.price !== null;
      return paidForNothing ? moved.flag('retirement_failed', source, evidence) : moved;
    }
  }
};

/** A hosted checkout as the provider shows it; null if the provider knows no such session. */
export const observeCheckout = (
  change: OrderChange,
  sessionId: string,
  session: CheckoutSession | null,
): OrderChange => {
  const evidence = { checkout_session_id: sessionId };
  if (session === null) return change.flag('vanished', 'poll', evidence);
  const differences = [
    ...disagreements(change.order, session),
    ...(session.order ? disagreements(change.order, session.order) : []),
  ];
  if (differences.length > 0)
    return change.flag('answer_disagrees', 'poll', { ...evidence, disagreements: differences });

  const known = change.base.targets.sessions.find((each) => each.sessionId === sessionId);
  const seen =
    known?.status === session.status
      ? change
      : change.withCheckout({ do: 'update', sessionId, status: session.status });
  if (session.order) return adopt(seen, session.order, 'poll');
  if (seen.order.status !== 'awaiting_payment') return withoutItsOrder(seen, session);
  const options = { providerStatus: session.providerStatus };
  switch (session.status) {
    case 'open':
      return seen.endResolvedReview('poll');
    case 'complete':
      return withoutItsOrder(
        seen.move('placed', 'placed', 'poll', evidence, { ...options, set: { placedAt: AT_COMMIT } }),
        session,
      );
    case 'expired':
      // The order ends once none of its checkouts is left open.
      return hasOpenCheckout(seen) ? seen : seen.move('expired', 'expired', 'poll', evidence, options);
  }
};

/** A payment is known before the order that it led to. That one may be there already, in a row that cannot be read. */
const withoutItsOrder = (change: OrderChange, { sessionId, orderUnread }: CheckoutSession): OrderChange =>
  orderUnread === null
    ? change
    : change.flag('unreadable_answer', 'poll', {
        detail: orderUnread,
        ...(sessionId !== null && { checkout_session_id: sessionId }),
      });

/** A payment of this order: none of its checkouts is to be paid any more. */
export const observePayment = (change: OrderChange, payment: ProviderOrder): OrderChange =>
  adopt(closeCheckouts(change).withVerdict(payment.providerOrderId, 'confirmed'), payment, 'return');

/** Recorded ones are still watched until they tell what they led to. */
export const closeCheckouts = (change: OrderChange): OrderChange =>
  change.withCheckout({ do: 'update', sessionId: null, status: 'complete' });

/** The provider knows no such order. Either this gateway had it cancelled, or a person must ask why. */
export const observeAbsence = (change: OrderChange): OrderChange => {
  const { status } = change.order;
  if (!change.base.cancelMayHaveArrived) return change.flag('vanished', 'poll');
  if (status !== 'placed' && status !== 'accepted') return change;
  return change.move('cancelled', 'cancelled', 'poll', { gone: true });
};

const hasOpenCheckout = ({ base, checkouts }: OrderChange): boolean =>
  base.targets.sessions.some(({ sessionId, status }) => {
    const update = checkouts.find((checkout) => checkout.sessionId === sessionId);
    return (update?.status ?? status) === 'open';
  });

/** What the observation adds or completes. */
const factsOf = ({ order, base }: OrderChange, observed: ProviderOrder): OrderFields => ({
  ...(order.providerOrderId === null && { providerOrderId: observed.providerOrderId }),
  ...(order.providerRetiredAt === null &&
    isCredible(observed.retiredAt, order, base.now) && { providerRetiredAt: observed.retiredAt }),
  ...(observed.certificate &&
    !isDeepStrictEqual(observed.certificate, order.certificate) && { certificate: observed.certificate }),
  ...(observed.retirements.length > 0 &&
    !isDeepStrictEqual(observed.retirements, order.retirements) && { retirements: observed.retirements }),
});

/** The first price that was charged stays. What is said to be charged after that is kept beside it. */
const priceFacts = (order: Order, charged: Money | null): NewPrice | null => {
  if (charged === null) return null;
  const { price, laterPrice } = order;
  const told = { total: charged, source: 'charged', tax: taxWithin(order, charged) } as const;
  if (price?.source !== 'charged') return { is: 'own', ...told };
  return isSameMoney(charged, laterPrice ?? price.total) ? null : { is: 'later', ...told };
};

/** A provider's time of a retirement decides the month and the year it counts in: it lies between order and observation. */
const isCredible = (retiredAt: Date | null, { createdAt }: Order, now: Date): boolean =>
  retiredAt !== null &&
  retiredAt.getTime() >= createdAt.getTime() - CLOCK_SKEW_MS &&
  retiredAt.getTime() <= now.getTime() + CLOCK_SKEW_MS;

/** Providers state the tax of a quote, not that of a charge: it is known where the charge is what was quoted. */
export const taxWithin = ({ price, priceTax }: Order, total: Money): Money | null =>
  price && isSameMoney(price.total, total) ? priceTax : null;

const milestones = (order: Order, to: OrderStatus): OrderFields => {
  const placed = to === 'placed' || to === 'accepted' || to === 'retired' || to === 'completed';
  const retired = to === 'retired' || to === 'completed';
  return {
    ...(placed && order.placedAt === null && { placedAt: AT_COMMIT }),
    ...(retired && order.retiredAt === null && { retiredAt: AT_COMMIT }),
    ...(to === 'completed' && { completedAt: AT_COMMIT }),
  };
};
