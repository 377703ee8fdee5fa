import {
  aCheckout,
  aFailure,
  anOrder,
  aPurchase,
  aSend,
  aState,
  at,
  HERE,
  NOW,
} from '../../../test/support/order-state.js';
import { grams } from '../mass.js';
import { money } from '../money.js';
import { AT_COMMIT } from '../orders/commit-time.js';
import { ORDER_STATUSES, isOutcomePending } from '../orders/lifecycle.js';
import { ReadThrottledError } from '../providers/provider-error.js';
import type { ProviderId } from '../providers/calls.js';
import {
  deferSend,
  intendSend,
  openCheckout,
  recordFailure,
  recordLookupFailure,
  recordNotFound,
  recordPurchase,
  recoverSubmission,
  refuseSend,
  retryDelayMs,
  type AskedPrice,
} from './submission.js';
import { RETRY_DELAYS_MS, SUBMISSION_PATIENCE_MS } from './timing.js';

const ABOVE_LIMIT = { reason: 'price_above_limit', detail: 'CNaught asks 2.00 USD.' } as const;

const KNOWN = ORDER_STATUSES.filter((status) => !isOutcomePending(status));

const TOTAL = money('2.00', 'USD');
const TAX = money('0.25', 'USD');
const PRICE: AskedPrice = {
  quote: {
    providerOfferingId: 'mix',
    offeringName: 'Mix of the day',
    mass: grams(100_000),
    total: TOTAL,
    tax: TAX,
    perTonne: money('20.00', 'USD'),
  },
  source: 'quoted',
};
const QUOTED = {
  type: 'quoted',
  source: 'response',
  evidence: { price: { amount: '2.00', tax: '0.25', currency: 'USD', source: 'quoted' } },
};

const PREPARED = { body: '{}', callbackTokenHash: new Uint8Array([1]), returnTokenHash: new Uint8Array([2]) };

const FLAGGED = { reason: 'unreadable_answer', since: NOW } as const;

describe('recoverSubmission', () => {
  it('records doubt where a run died', () => {
    const change = recoverSubmission(aState({ status: 'submitting' }, { attempts: [aSend(null)] }));
    expect(change.order.status).toBe('in_doubt');
    expect(change.events).toMatchObject([
      { type: 'in_doubt', from: 'submitting', to: 'in_doubt', source: 'lookup', evidence: { cause: 'lease_ended' } },
    ]);
    expect(change.sends).toEqual([aSend(null)]);
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'submitting'))('leaves an order alone that is %s', (status) => {
    expect(recoverSubmission(aState({ status })).isEmpty).toBe(true);
  });
});

describe('intendSend', () => {
  it('opens the next attempt before anything leaves, and counts lookups anew', () => {
    const lookups = { count: 3, lastAt: at(-1_000) };
    const state = aState({ status: 'in_doubt', lookups }, { attempts: [aSend('proven_absent')] });
    const change = intendSend(state, 2, PREPARED, null, HERE);
    expect(change.order).toMatchObject({ status: 'submitting', lookups: { count: 0, lastAt: null }, price: null });
    expect(change.attempt).toEqual({
      do: 'open',
      operation: 'placeOrder',
      number: 2,
      generation: 2,
      farSide: 'here',
      prepared: PREPARED,
    });
    expect(change.events).toMatchObject([
      { type: 'submitting', source: 'request', evidence: { attempt: 2, generation: 2 } },
    ]);
    expect(change.sends.at(-1)).toMatchObject({ number: 2, generation: 2, outcome: null, startedAt: AT_COMMIT });
  });

  it('creates a checkout for an order that its payer pays', () => {
    const change = intendSend(aState({ paymentMethod: 'checkout' }), 1, null, null, HERE);
    expect(change.attempt).toMatchObject({ operation: 'createCheckout', number: 1, prepared: null });
  });

  it('keeps the price that was asked for, before the intent', () => {
    const change = intendSend(aState(), 1, PREPARED, PRICE, HERE);
    expect(change.events).toMatchObject([QUOTED, { type: 'submitting' }]);
    expect(change.order).toMatchObject({
      quoted: TOTAL,
      price: { total: TOTAL, source: 'quoted' },
      priceTax: TAX,
      offeringName: 'Mix of the day',
    });
  });
});

describe('refuseSend', () => {
  it.each(['created', 'in_doubt'] as const)('ends an order that is %s and of which nothing was bought', (status) => {
    const state = aState({ status }, { attempts: [aSend('proven_absent')] });
    const change = refuseSend(state, ABOVE_LIMIT, PRICE);
    expect(change.order).toMatchObject({ status: 'failed', statusReason: 'price_above_limit' });
    expect(change.events).toMatchObject([
      QUOTED,
      { type: 'failed', to: 'failed', source: 'request', evidence: { reason: 'price_above_limit' } },
    ]);
  });

  it('needs no price', () => {
    expect(refuseSend(aState(), ABOVE_LIMIT).events.map(({ type }) => type)).toEqual(['failed']);
  });

  it('leaves an order alone that may have been bought', () => {
    const state = aState({ status: 'in_doubt' }, { attempts: [aSend('ambiguous')] });
    expect(refuseSend(state, ABOVE_LIMIT, PRICE).isEmpty).toBe(true);
  });

  it.each(KNOWN)('leaves an order alone that is %s by now', (status) => {
    expect(refuseSend(aState({ status }), ABOVE_LIMIT, PRICE).isEmpty).toBe(true);
  });
});

describe('deferSend', () => {
  const created = (ms: number, status: 'created' | 'in_doubt' | 'placed' = 'created') =>
    deferSend(aState({ status, createdAt: at(-ms) }));

  it('changes nothing for a day', () => {
    expect(created(SUBMISSION_PATIENCE_MS).isEmpty).toBe(true);
  });

  it.each(['created', 'in_doubt'] as const)('tells a person after that, of an order that is %s', (status) => {
    const change = created(SUBMISSION_PATIENCE_MS + 1, status);
    expect(change.order).toMatchObject({ status, review: { reason: 'submission_keeps_failing' } });
    expect(change.events).toMatchObject([{ type: 'review_flagged', source: 'response' }]);
  });

  it('leaves an order alone whose outcome is known by now', () => {
    expect(created(SUBMISSION_PATIENCE_MS + 1, 'placed').isEmpty).toBe(true);
  });
});

describe('recordFailure', () => {
  const submitting = (...attempts: ReturnType<typeof aSend>[]) => aState({ status: 'submitting' }, { attempts });

  it.each([
    ['a refusal ends', 'rejected', 'insufficient_supply', 'failed', 'failed'],
    ['a send that never left puts back', 'not_sent', 'unavailable', 'created', 'not_sent'],
    ['a send that was not executed puts back', 'retry_later', 'rate_limited', 'created', 'not_sent'],
    ['an unknown send leaves in doubt', 'ambiguous', 'timed_out', 'in_doubt', 'in_doubt'],
  ] as const)('%s its order', (_, failure, reason, status, type) => {
    const error = aFailure(failure, reason, { upstreamStatus: 500, upstreamCode: 'oops' });
    const change = recordFailure(submitting(aSend(null)), 1, error);
    expect(change.order).toMatchObject({ status, statusReason: reason, review: null });
    expect(change.attempt).toEqual({ do: 'record', operation: 'placeOrder', number: 1, outcome: failure, error });
    expect(change.sends).toEqual([aSend(failure, { reason })]);
    const told = {
      attempt: 1,
      outcome: failure,
      reason,
      detail: 'failed',
      upstream_status: 500,
      upstream_code: 'oops',
    };
    expect(change.events).toMatchObject([{ type, to: status, source: 'response' }]);
    expect(change.events.map(({ evidence }) => evidence)).toEqual([told]);
  });

  it('does not let a refusal end an order of which another send is unknown', () => {
    const state = submitting(aSend('ambiguous'), aSend(null, { number: 2 }));
    expect(recordFailure(state, 2, aFailure('rejected', 'rejected')).order.status).toBe('in_doubt');
  });

  it('lets a refused checkout end its order, because an unknown one was never shown', () => {
    const attempts = [aSend('ambiguous'), aSend(null, { number: 2 })];
    const state = aState({ status: 'submitting', paymentMethod: 'checkout' }, { attempts });
    const change = recordFailure(state, 2, aFailure('rejected', 'rejected'));
    expect(change.order.status).toBe('failed');
    expect(change.attempt).toMatchObject({ operation: 'createCheckout' });
  });

  it('tells a person of a response that disagrees with the order', () => {
    const differences = [{ field: 'mass', ours: '1 g', theirs: '2 g' }] as const;
    const change = recordFailure(submitting(aSend(null)), 1, aFailure('ambiguous', 'answer_disagrees'), differences);
    expect(change.order).toMatchObject({ status: 'in_doubt', review: { reason: 'answer_disagrees' } });
    expect(change.events.at(-1)).toMatchObject({
      type: 'review_flagged',
      source: 'response',
      evidence: { reason: 'answer_disagrees', disagreements: differences },
    });
  });

  it('keeps no more of a disagreement than it was told', () => {
    const change = recordFailure(submitting(aSend(null)), 1, aFailure('ambiguous', 'answer_disagrees'));
    expect(change.events.at(-1)?.evidence).toEqual({ reason: 'answer_disagrees', disagreements: [] });
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'submitting'))(
    'records the outcome, and moves nothing, of an order that is %s by now',
    (status) => {
      const change = recordFailure(
        aState({ status }, { attempts: [aSend(null)] }),
        1,
        aFailure('rejected', 'rejected'),
      );
      expect(change.attempt).toMatchObject({ do: 'record', outcome: 'rejected' });
      expect(change.events).toEqual([]);
      expect(change.order).toBe(change.base.order);
    },
  );
});

describe('recordPurchase', () => {
  it('adopts what the provider shows', () => {
    const change = recordPurchase(aState({ status: 'in_doubt' }), aPurchase(), 'lookup');
    expect(change.order).toMatchObject({ status: 'placed', providerOrderId: 'p1', review: null });
    expect(change.events).toMatchObject([{ type: 'placed', source: 'lookup' }]);
  });

  it('has a person undo further purchases with the same reference', () => {
    const change = recordPurchase(aState({ status: 'in_doubt' }), aPurchase(), 'lookup', ['p2', 'p3']);
    expect(change.order).toMatchObject({ providerOrderId: 'p1', review: { reason: 'bought_twice' } });
    expect(change.events.at(-1)).toMatchObject({
      type: 'review_flagged',
      source: 'lookup',
      evidence: { reason: 'bought_twice', provider_order_ids: ['p2', 'p3'] },
    });
  });
});

describe('openCheckout', () => {
  const OPENS_FOR_MS = 3_600_000;
  const submitting = aState({ status: 'submitting', paymentMethod: 'checkout' }, { attempts: [aSend(null)] });

  it('shows the checkout', () => {
    const session = aCheckout({ price: TOTAL, expiresAt: at(5_000) });
    const change = openCheckout(submitting, 1, session, OPENS_FOR_MS);
    expect(change.order).toMatchObject({
      status: 'awaiting_payment',
      providerStatus: 'unpaid',
      price: { total: TOTAL, source: 'quoted' },
      checkout: { url: 'https://pay.example/s1', status: 'open', expiresAt: at(5_000) },
    });
    expect(change.attempt).toEqual({
      do: 'record',
      operation: 'createCheckout',
      number: 1,
      outcome: 'accepted',
      error: null,
    });
    expect(change.sends).toEqual([aSend('accepted')]);
    expect(change.checkouts).toEqual([
      { do: 'open', sessionId: 's1', url: 'https://pay.example/s1', status: 'open', expiresAt: at(5_000) },
    ]);
    expect(change.events).toMatchObject([{ type: 'awaiting_payment', source: 'response', providerStatus: 'unpaid' }]);
    expect(change.events[0]?.evidence).toEqual({
      attempt: 1,
      checkout_session_id: 's1',
      price: { amount: '2.00', tax: null, currency: 'USD', source: 'quoted' },
    });
  });

  it('says no more than a provider that names neither session nor price', () => {
    const price = { total: money('1.99', 'USD'), source: 'computed' } as const;
    const state = { ...submitting, order: { ...submitting.order, price } };
    const change = openCheckout(state, 1, aCheckout({ sessionId: null }), OPENS_FOR_MS);
    expect(change.events[0]?.evidence).toEqual({ attempt: 1 });
    expect(change.order.price).toBe(price);
  });

  it('counts from its send how long it is open, where the provider does not say', () => {
    const attempts = [aSend('ambiguous', { startedAt: at(-90_000) }), aSend(null, { number: 2 })];
    const change = openCheckout({ ...submitting, attempts }, 2, aCheckout(), OPENS_FOR_MS);
    expect(change.order.checkout?.expiresAt).toEqual(at(-60_000 + OPENS_FOR_MS));
    expect(change.checkouts).toMatchObject([{ expiresAt: at(-60_000 + OPENS_FOR_MS) }]);
  });

  it('counts from now where the send is not among those read', () => {
    const change = openCheckout({ ...submitting, attempts: [] }, 1, aCheckout(), OPENS_FOR_MS);
    expect(change.order.checkout?.expiresAt).toEqual(at(OPENS_FOR_MS));
  });

  it.each(KNOWN)('forgets it unseen where the order is %s by now', (status) => {
    const state = { ...submitting, order: anOrder({ status, paymentMethod: 'checkout' }) };
    expect(openCheckout(state, 1, aCheckout(), OPENS_FOR_MS).isEmpty).toBe(true);
  });
});

describe('recordNotFound', () => {
  const EXTENT = { pages: 2, rows: 70, unread: null };
  const READ = { pages: 2, rows: 70 };
  const attempts = [aSend('ambiguous'), aSend(null, { number: 2 }), aSend('rejected', { number: 3 })];
  const inDoubt = aState({ status: 'in_doubt', lookups: { count: 1, lastAt: null } }, { attempts });

  it('counts a search that proves nothing', () => {
    const change = recordNotFound(inDoubt, false, EXTENT);
    expect(change.order).toMatchObject({ status: 'in_doubt', lookups: { count: 2, lastAt: AT_COMMIT } });
    expect(change.attempt).toBeNull();
    expect(change.events).toMatchObject([{ type: 'not_found', source: 'lookup', evidence: READ }]);
  });

  it('proves every unknown send absent after a complete list', () => {
    const change = recordNotFound(inDoubt, true, EXTENT);
    expect(change.attempt).toEqual({ do: 'resolve', outcome: 'proven_absent' });
    expect(change.sends.map(({ outcome }) => outcome)).toEqual(['proven_absent', 'proven_absent', 'rejected']);
    expect(change.order.lookups.count).toBe(2);
    expect(change.events).toMatchObject([{ type: 'proven_absent', source: 'lookup', evidence: READ }]);
  });

  it('answers a review that only said that the list could not be read', () => {
    const change = recordNotFound(aState({ status: 'in_doubt', review: FLAGGED }), false, EXTENT);
    expect(change.order.review).toBeNull();
    expect(change.events.at(-1)).toMatchObject({ type: 'review_cleared', source: 'lookup' });
  });

  it('says which row stands in the way, and has a person look at it', () => {
    const unread = 'response.data[3].state is a word that this gateway does not know';
    const change = recordNotFound(inDoubt, false, { ...EXTENT, unread });
    expect(change.order).toMatchObject({
      lookups: { count: 2, lastAt: null },
      review: { reason: 'unreadable_answer' },
    });
    expect(change.events).toMatchObject([
      { type: 'not_found', evidence: { ...READ, unread } },
      { type: 'review_flagged', evidence: { reason: 'unreadable_answer', detail: unread } },
    ]);
  });

  it('answers no other review', () => {
    const review = { reason: 'unproven_outcome', since: NOW } as const;
    expect(recordNotFound(aState({ status: 'in_doubt', review }), false, EXTENT).order.review).toEqual(review);
  });

  it.each(KNOWN)('says nothing of an order that is %s by now', (status) => {
    expect(recordNotFound(aState({ status }, { attempts }), true, EXTENT).isEmpty).toBe(true);
  });
});

describe('recordLookupFailure', () => {
  const lookups = { count: 4, lastAt: at(-5_000) };
  const inDoubt = aState({ status: 'in_doubt', lookups });

  it('counts, so that it does not go on unseen, and leaves the time of the last search', () => {
    const error = aFailure('not_sent', 'unavailable', { upstreamStatus: 503 });
    const change = recordLookupFailure(inDoubt, error);
    expect(change.order).toMatchObject({ lookups: { count: 5, lastAt: at(-5_000) }, review: null });
    expect(change.events).toMatchObject([{ type: 'lookup_failed', source: 'lookup' }]);
    expect(change.events[0]?.evidence).toEqual({ reason: 'unavailable', detail: 'failed', upstream_status: 503 });
  });

  it('tells a person of a list that cannot be understood', () => {
    const change = recordLookupFailure(inDoubt, aFailure('ambiguous', 'unreadable_answer'));
    expect(change.order.review?.reason).toBe('unreadable_answer');
    expect(change.events.at(-1)).toMatchObject({
      type: 'review_flagged',
      source: 'lookup',
      evidence: { reason: 'unreadable_answer', detail: 'failed' },
    });
  });

  it.each(KNOWN)('says nothing of an order that is %s by now', (status) => {
    const state = aState({ status, lookups });
    expect(recordLookupFailure(state, aFailure('ambiguous', 'unreadable_answer')).isEmpty).toBe(true);
  });
});

describe('retryDelayMs', () => {
  const throttled = new ReadThrottledError(
    'rate_limited',
    { provider: 'example' as ProviderId, operation: 'quote' },
    4_000,
  );

  it('judges an unknown outcome again at once', () => {
    expect(retryDelayMs(aFailure('ambiguous', 'timed_out', { retryAfterMs: 60_000 }), 3, 1)).toBe(0);
  });

  it('waits longer after each try', () => {
    const error = aFailure('not_sent', 'unavailable');
    expect(RETRY_DELAYS_MS.map((_, tries) => retryDelayMs(error, tries + 1, 0))).toEqual(RETRY_DELAYS_MS);
  });

  it('waits for as long as the provider asks', () => {
    expect(retryDelayMs(aFailure('retry_later', 'rate_limited', { retryAfterMs: 7_000 }), 1, 0)).toBe(7_000);
    expect(retryDelayMs(aFailure('retry_later', 'rate_limited', { retryAfterMs: 7_000 }), 7, 0)).toBe(300_000);
  });

  it.each([
    [1, 0.5, 4_000],
    [7, 0, 4_000],
    [7, 0.5, 15_000],
    [7, 1, 30_000],
    [4, 1, 15_000],
  ])('comes back for our own quota at a random moment: try %d, chance %d, after %d ms', (tries, random, delayMs) => {
    expect(retryDelayMs(throttled, tries, random)).toBe(delayMs);
  });
});
