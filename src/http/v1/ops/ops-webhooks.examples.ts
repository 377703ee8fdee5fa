import type { Example } from '../../openapi/api-responses.decorator.js';
import { DELIVERED } from '../webhook-deliveries/delivery.examples.js';
import type { OpsDeliveryResponse, OpsEndpointResponse } from './ops-webhooks.response.js';

export const OPS_ENDPOINT: Example<OpsEndpointResponse> = {
  id: 'whe_01m8bq5zb6fvg8x6nb89razfnx',
  tenant_id: 'ten_01m8bq5twqfvg8x6e5a8jfdwhc',
  host: 'shop.example',
  types: [],
  origin: 'managed',
  enabled: true,
  disabled_reason: null,
  disabled_at: null,
  failing_since: '2026-11-26T10:42:22.462Z',
};

export const OPS_DELIVERY: Example<OpsDeliveryResponse> = {
  ...DELIVERED,
  endpoint: { ...OPS_ENDPOINT, failing_since: null },
  message: {
    host: 'shop.example',
    webhook_id: DELIVERED.event_id,
    body: `{"id":"${DELIVERED.event_id}","type":"order.created","created_at":"2026-11-26T10:42:18.926Z","sequence":1,"data":{"order":{"id":"${DELIVERED.order_id}","status":"created","beneficiary":{"name":"masked","email":null}}}}`,
  },
};
