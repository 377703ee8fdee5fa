import type { Example } from '../../openapi/api-responses.decorator.js';
import type { DeliveryResponse, DeliveryWithRequestsResponse } from './delivery.response.js';

export const DELIVERY: Example<DeliveryResponse> = {
  id: 'dlv_01m8bq5zpjfvg8x6ssdwf2rf7m',
  tenant_id: 'ten_01m8bq5twqfvg8x6e5a8jfdwhc',
  endpoint_id: 'whe_01m8bq5zb6fvg8x6nb89razfnx',
  event_id: 'evt_01m8bq5wbffvg8x6k4qt790v9b',
  event_type: 'order.created',
  order_id: 'ord_01m8bq5wbefvg8x6jxtebqf5nh',
  state: 'pending',
  attempts: 1,
  next_attempt_at: '2026-11-26T10:43:22.038Z',
  created_at: '2026-11-26T10:42:22.038Z',
  ended_at: null,
};

export const DELIVERED: Example<DeliveryWithRequestsResponse> = {
  ...DELIVERY,
  state: 'delivered',
  attempts: 2,
  next_attempt_at: null,
  ended_at: '2026-11-26T10:43:22.131Z',
  requests: [
    {
      number: 1,
      started_at: '2026-11-26T10:42:22.050Z',
      duration_ms: 412,
      status: 503,
      failure: 'refused',
      answer: 'Service Unavailable',
    },
    { number: 2, started_at: '2026-11-26T10:43:22.040Z', duration_ms: 91, status: 204, failure: null, answer: '' },
  ],
};
