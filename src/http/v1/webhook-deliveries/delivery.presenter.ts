import type { Attempt, Delivery } from '../../../domain/webhooks/delivery.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import type { DeliveryRequestResponse, DeliveryResponse } from './delivery.response.js';

export const presentDelivery = (delivery: Delivery): DeliveryResponse => ({
  id: delivery.id,
  tenant_id: delivery.tenantId,
  endpoint_id: delivery.endpointId,
  event_id: delivery.eventId,
  event_type: delivery.eventType,
  order_id: delivery.orderId,
  state: delivery.state,
  attempts: delivery.attempts,
  next_attempt_at: presentTimeOrNull(delivery.dueAt),
  created_at: presentTime(delivery.createdAt),
  ended_at: presentTimeOrNull(delivery.endedAt),
});

export const presentRequest = (attempt: Attempt): DeliveryRequestResponse => ({
  number: attempt.number,
  started_at: presentTime(attempt.startedAt),
  duration_ms: attempt.durationMs,
  status: attempt.status,
  failure: attempt.failure,
  answer: attempt.answer,
});
