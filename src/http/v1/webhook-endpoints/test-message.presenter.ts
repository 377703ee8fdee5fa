import type { TestMessage } from '../../../application/webhooks/event-renderer.js';
import type { TestMessageResponse } from '../events/event.response.js';
import { presentTime } from '../../values/time.presenter.js';

/** As an event of an endpoint is shown, of a type that no feed has. */
export const presentTest = ({ id, at, endpoint }: TestMessage): TestMessageResponse => ({
  id,
  type: 'webhook_endpoint.test',
  created_at: presentTime(at),
  sequence: 1,
  data: {
    webhook_endpoint: { id: endpoint.id, url: endpoint.url, disabled_reason: endpoint.disabledReason },
  },
});
