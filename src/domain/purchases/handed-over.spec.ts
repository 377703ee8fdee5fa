import { aPurchase, aSend, aState } from '../../../test/support/order-state.js';
import { isOutcomePending, ORDER_STATUSES } from '../orders/lifecycle.js';
import { handOver, recordDisagreement } from './submission.js';

const PENDING = ORDER_STATUSES.filter(isOutcomePending);
const KNOWN = ORDER_STATUSES.filter((status) => !isOutcomePending(status));
const DIFFERENCES = [{ field: 'mass', ours: '2 g', theirs: '1 g' }] as const;

describe.each([
  ['nothing can be proven', handOver, 'unproven_outcome', {}],
  [
    'what was found is not what was ordered',
    (state: ReturnType<typeof aState>) => recordDisagreement(state, aPurchase(), DIFFERENCES),
    'answer_disagrees',
    { provider_order_id: aPurchase().providerOrderId, disagreements: DIFFERENCES },
  ],
] as const)('an order of which %s', (_, decide, reason, evidence) => {
  it.each(PENDING)('goes to a person while it is %s', (status) => {
    const change = decide(aState({ status }, { attempts: [aSend('ambiguous')] }));
    expect(change.order).toMatchObject({ status, review: { reason } });
    expect(change.events).toMatchObject([
      { type: 'review_flagged', source: 'lookup', evidence: { reason, ...evidence } },
    ]);
  });

  it.each(KNOWN)('is left alone once it is %s', (status) => {
    const change = decide(aState({ status }));
    expect([change.order.review, change.events]).toEqual([null, []]);
  });
});
