import type { FeedEvent } from '../events/feed-event.js';

const MASKED = 'masked';

/**
 * An event as those are shown it who look for why it was not delivered: as long as it was, but for the person the order is
 * for, what was written to them, and addresses with which somebody could pay or come back.
 */
export const maskedEvent = (event: FeedEvent): FeedEvent => {
  if (!('order' in event)) return { ...event, endpoint: { ...event.endpoint, url: MASKED } };
  const { order } = event;
  const { beneficiary, checkout } = order;
  return {
    ...event,
    order: {
      ...order,
      beneficiary: { ...beneficiary, name: MASKED, email: masked(beneficiary.email) },
      retirementMessage: masked(order.retirementMessage),
      description: masked(order.description),
      metadata: Object.fromEntries(Object.keys(order.metadata).map((name) => [name, MASKED])),
      checkout: checkout && { ...checkout, url: MASKED },
    },
  };
};

const masked = (text: string | null): string | null => (text === null ? null : MASKED);
