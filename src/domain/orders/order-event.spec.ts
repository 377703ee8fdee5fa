import fc from 'fast-check';
import { anyDecision, anyState } from '../../../test/support/any-change.js';
import { aFailure, aPurchase } from '../../../test/support/order-state.js';
import { amountOf, money } from '../money.js';
import { isTerminal, TRANSITIONS } from './lifecycle.js';
import type { OrderChange } from './order-change.js';
import { ORDER_EVENTS, priceEvidence, sightingEvidence, upstreamEvidence } from './order-event.js';
import { REVIEW_REASONS } from './review.js';

const everyChange = (holds: (change: OrderChange) => void): void =>
  fc.assert(
    fc.property(anyState, anyDecision, (state, decide) => holds(decide(state))),
    { numRuns: 500 },
  );

describe('whatever is decided about an order', () => {
  it('changes no price without saying so in its events', () => {
    everyChange(({ base, order, events }) => {
      const told = events.flatMap(({ evidence }) => ('price' in evidence ? evidence.price : []));
      const { price, priceTax: tax, laterPrice } = order;
      if (price !== base.order.price || tax !== base.order.priceTax)
        expect(told).toContainEqual(price && priceEvidence({ ...price, tax }));
      if (laterPrice !== base.order.laterPrice)
        expect(told).toContainEqual(
          expect.objectContaining({ amount: laterPrice && amountOf(laterPrice), source: 'charged' }),
        );
    });
  });

  it('changes no quoted price without saying so in its events', () => {
    everyChange(({ base, order, events }) => {
      if (order.quoted === base.order.quoted) return;
      expect(events.filter(({ type }) => type === 'quoted')).toHaveLength(1);
    });
  });

  it('counts one version for each of its events, and changes nothing of the order without one', () => {
    everyChange(({ base, order, events, checkouts }) => {
      expect(order.version).toBe(base.order.version + events.length);
      // Which checkout is shown, and whether it is open, is told with the order, and no part of it.
      if (events.length === 0 && checkouts.length > 0)
        expect({ ...order, checkout: null }).toEqual({ ...base.order, checkout: null });
      else if (events.length === 0) expect(order).toBe(base.order);
    });
  });

  it('moves only as declared, one event after the other', () => {
    everyChange(({ base, order, events }) => {
      let at = base.order.status;
      for (const { from, to } of events) {
        expect(from).toBe(at);
        if (to !== at) expect(TRANSITIONS[at]).toContain(to);
        at = to;
      }
      expect(order.status).toBe(at);
    });
  });

  it('calls no order failed while a send of it may have bought', () => {
    everyChange(({ base, order, sends }) => {
      if (order.status !== 'failed' || base.order.status === 'failed' || order.paymentMethod === 'checkout') return;
      expect(sends.filter(({ outcome }) => outcome === null || outcome === 'ambiguous')).toEqual([]);
    });
  });

  it('takes away no flag that a person has to end, and no purchase', () => {
    everyChange(({ base, order }) => {
      const { review, providerOrderId, status } = base.order;
      if (review && REVIEW_REASONS[review.reason].endedBy === 'person') expect(order.review).not.toBeNull();
      if (providerOrderId !== null) expect(order.providerOrderId).toBe(providerOrderId);
      if (isTerminal(status)) expect(order.status).toBe(status);
    });
  });

  it('keeps as evidence only what the table of events explains', () => {
    everyChange(({ events }) => {
      for (const { type, evidence } of events)
        expect(Object.keys(ORDER_EVENTS[type].evidence)).toEqual(expect.arrayContaining(Object.keys(evidence)));
    });
  });
});

describe('evidence', () => {
  it('keeps prices as decimal text, with the tax where one was named', () => {
    expect(priceEvidence({ total: money('2', 'USD'), source: 'charged', tax: null })).toEqual({
      amount: '2.00',
      tax: null,
      currency: 'USD',
      source: 'charged',
    });
    expect(priceEvidence({ total: money('2', 'GBP'), source: 'quoted', tax: money('0.4', 'GBP') })).toMatchObject({
      tax: '0.40',
      source: 'quoted',
    });
  });

  it('says nothing of what a sighting does not say', () => {
    expect(sightingEvidence(aPurchase({ mass: null }))).toStrictEqual({ provider_order_id: 'p1' });
  });

  it('says nothing of a response that did not come', () => {
    expect(upstreamEvidence(aFailure('not_sent', 'unavailable'))).toStrictEqual({});
    expect(upstreamEvidence(aFailure('rejected', 'rejected', { upstreamStatus: 400, upstreamCode: 'bad' }))).toEqual({
      upstream_status: 400,
      upstream_code: 'bad',
    });
  });
});
