import { aPurchase, aState, NOW } from '../../../test/support/order-state.js';
import { money } from '../money.js';
import { NO_CLAIMS, type PurchaseClaim } from '../purchases/claims.js';
import { decideUnread, isDisputed, observeClaim, observeFullClaims } from './observe-claim.js';
import { OrderChange } from './order-change.js';

const CLAIM: PurchaseClaim = {
  providerOrderId: 'p1',
  source: 'return',
  looks: 0,
  ownerId: null,
  isPromisedToAnother: false,
};
const PAYMENT = aPurchase({ orderReference: null, price: money('2.00', 'USD') });
const OFTEN = { looks: 1_000 };

const changeOf = (claim: PurchaseClaim, ownerNow = claim.ownerId) =>
  OrderChange.of(
    aState(
      { status: 'awaiting_payment', paymentMethod: 'checkout' },
      { targets: { sessions: [], claims: { ...NO_CLAIMS, due: [{ ...claim, ownerId: ownerNow }] } } },
    ),
  );

const SEEN = {
  PAYMENT,
  unpaid: { ...PAYMENT, price: null },
  failed: { ...PAYMENT, status: 'awaiting_payment' as const },
  dear: { ...PAYMENT, mass: null, providerOfferingId: 'other' },
};
const named = (orderReference: string) => ({ ...PAYMENT, orderReference });

describe('a purchase that a stranger named', () => {
  it.each([
    ['the provider does not know', {}, null, 'claimed', null],
    ['the provider did not know at any look', OFTEN, null, 'unknown', null],
    ['is not paid', {}, SEEN.unpaid, 'claimed', null],
    ['is paid and fits', {}, SEEN.PAYMENT, 'confirmed', null],
    ['names the order', {}, named('ord_1'), 'confirmed', null],
    ['names another order', {}, named('ord_2'), 'refused', null],
    ['does not fit', {}, SEEN.dear, 'claimed', null],
    ['did not fit at any look', OFTEN, SEEN.dear, 'refused', 'answer_disagrees'],
    ['does not fit, and another order has it', { ownerId: 'ord_2' }, SEEN.dear, 'refused', null],
    ['fits, and another order has it', { ownerId: 'ord_2' }, SEEN.PAYMENT, 'disputed', 'payment_disputed'],
    ['a callback named, without our reference', { source: 'callback' }, SEEN.PAYMENT, 'refused', null],
    ['a callback named, with our reference', { source: 'callback' }, named('ord_1'), 'confirmed', null],
  ] as const)('and that %s', (_, claim, seen, verdict, review) => {
    const of = { ...CLAIM, ...claim };
    const change = observeClaim(changeOf(of), of, seen);
    expect(change.claims).toMatchObject([{ providerOrderId: 'p1', verdict }]);
    expect(change.order.status).toBe(verdict === 'confirmed' ? 'placed' : 'awaiting_payment');
    expect(change.order.review?.reason ?? null).toBe(review);
    const isClosed = verdict === 'disputed' || (verdict === 'confirmed' && of.source === 'return');
    expect(change.checkouts).toHaveLength(isClosed ? 1 : 0);
  });

  it('and that another order took since it was read is left for the next look', () => {
    expect(observeClaim(changeOf(CLAIM, 'ord_2'), CLAIM, PAYMENT).isEmpty).toBe(true);
  });

  it.each([
    ['return', false, 'return', null],
    ['return', true, 'return', 'refused'],
    ['return', false, 'session', 'refused'],
    ['callback', false, 'session', null],
  ] as const)(
    'needs a read: %s, promised to another %s, known by %s',
    (source, isPromisedToAnother, knownBy, verdict) => {
      const claim = { ...CLAIM, source, isPromisedToAnother };
      expect(decideUnread(changeOf(claim), claim, knownBy)?.claims[0]?.verdict ?? null).toBe(verdict);
    },
  );

  it("needs no read where it is the order's own", () => {
    const change = OrderChange.of(aState({ providerOrderId: 'p1' }));
    expect(decideUnread(change, CLAIM, 'return')?.claims).toMatchObject([{ verdict: 'confirmed' }]);
  });

  it.each([
    ['that no other has', {}, SEEN.PAYMENT, false],
    ['that another has', { ownerId: 'ord_2' }, SEEN.PAYMENT, true],
    ['that another has, and that does not fit', { ownerId: 'ord_2' }, SEEN.dear, false],
    ['that another has, and that is not paid', { ownerId: 'ord_2' }, SEEN.unpaid, false],
    ['that another has, whose payment failed', { ownerId: 'ord_2' }, SEEN.failed, false],
    ['that another has, and a callback named', { ownerId: 'ord_2', source: 'callback' }, SEEN.unpaid, true],
  ] as const)('is disputed or not: %s', (_, claim, seen, disputed) => {
    expect(isDisputed(changeOf(CLAIM).order, { ...CLAIM, ...claim }, seen)).toBe(disputed);
  });

  it('leaves decided claims behind, and none undecided once all are', () => {
    const undecided = changeOf(CLAIM);
    expect(undecided.hasUndecidedClaims).toBe(true);
    expect(undecided.withVerdict('p1', 'claimed', 5_000).hasUndecidedClaims).toBe(true);
    expect(undecided.withVerdict('p2', 'unknown').hasUndecidedClaims).toBe(true);
    expect(undecided.withVerdict('p1', 'unknown').hasUndecidedClaims).toBe(false);
    const later = { ...NO_CLAIMS, nextDueAt: NOW };
    expect(OrderChange.of(aState({}, { targets: { sessions: [], claims: later } })).hasUndecidedClaims).toBe(true);
  });

  it('goes to a person where further ones were lost', () => {
    const { events } = observeFullClaims(changeOf(CLAIM));
    expect(events).toMatchObject([
      { type: 'review_flagged', source: 'return', evidence: { reason: 'too_many_claims' } },
    ]);
  });
});
