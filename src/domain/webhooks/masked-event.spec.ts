import { anOrder } from '../../../test/support/order-state.js';
import type { FeedEvent } from '../events/feed-event.js';
import { maskedEvent } from './masked-event.js';

const TOLD = {
  id: 'evt_1',
  tenantId: 'ten_1',
  occurredAt: new Date(0),
  position: { tx: '1', subject: 's', sequence: 1 },
} as const;

describe('an event as it is shown to operators', () => {
  it('names neither the person the order is for nor what was written to them, nor where it is paid', () => {
    const order = anOrder({
      beneficiary: { name: 'Jane Smith', email: 'jane@example.com' },
      retirementMessage: 'For Jane',
      description: 'Jane’s flight',
      metadata: { customer: 'Jane' },
      reference: 'PO-1',
      checkout: { sessionId: 's', url: 'https://pay.example/secret', status: 'open', expiresAt: null },
    });
    const event: FeedEvent = { ...TOLD, type: 'order.created', order };
    const masked = maskedEvent(event);
    expect(JSON.stringify(masked)).not.toMatch(/jane|secret/i);
    expect(masked).toMatchObject({
      id: 'evt_1',
      order: { id: order.id, reference: 'PO-1', metadata: { customer: 'masked' } },
    });
  });

  it('leaves out what there is none of', () => {
    const masked = maskedEvent({ ...TOLD, type: 'order.created', order: anOrder() });
    expect(masked).toMatchObject({ order: { beneficiary: { email: null }, retirementMessage: null, checkout: null } });
  });

  it('tells no address of an endpoint', () => {
    const endpoint = { id: 'whe_1', url: 'https://shop.example/secret', disabledReason: 'gone' };
    const masked = maskedEvent({ ...TOLD, type: 'webhook_endpoint.disabled', endpoint });
    expect(masked).toMatchObject({ endpoint: { id: 'whe_1', url: 'masked', disabledReason: 'gone' } });
  });
});
