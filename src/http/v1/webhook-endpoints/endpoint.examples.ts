import type { Example } from '../../openapi/api-responses.decorator.js';
import type { TestedEndpointResponse } from './try-endpoint.response.js';
import type {
  NewWebhookEndpointResponse,
  RotatedSecretResponse,
  WebhookEndpointResponse,
} from './endpoint.response.js';

/** Disabled, because nothing came through any more. */
export const DISABLED_ENDPOINT: Example<WebhookEndpointResponse> = {
  id: 'whe_01m8bq5zb6fvg8x6nb89razfnx',
  url: 'https://shop.example/offset-events',
  description: 'Bookkeeping',
  types: ['order.completed', 'order.failed'],
  origin: 'managed',
  enabled: false,
  disabled_reason: 'failing',
  disabled_at: '2026-12-01T10:45:00.000Z',
  failing_since: '2026-11-26T10:45:00.000Z',
  created_at: '2026-11-26T10:42:21.678Z',
  updated_at: '2026-12-01T10:45:00.000Z',
  version: 2,
};

export const ENDPOINT: Example<WebhookEndpointResponse> = {
  ...DISABLED_ENDPOINT,
  enabled: true,
  disabled_reason: null,
  disabled_at: null,
  failing_since: null,
  updated_at: '2026-11-26T10:42:21.678Z',
  version: 1,
};

export const NEW_ENDPOINT: Example<NewWebhookEndpointResponse> = {
  ...ENDPOINT,
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
};

export const ROTATED_SECRET: Example<RotatedSecretResponse> = {
  secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  old_secret_expires_at: '2026-11-27T10:42:21.729Z',
};

const TESTED = { message_id: 'evt_01m8bq5zekfvg8x6p3hr0vvbfv', duration_ms: 75 };

export const TESTED_ENDPOINT = {
  delivered: { ...TESTED, delivered: true, status: 200, failure: null, answer: 'ok' },
  refused: { ...TESTED, delivered: false, status: 500, failure: 'refused', answer: '' },
  unreachable: { ...TESTED, delivered: false, status: null, failure: 'unreachable', answer: null },
} as const satisfies Readonly<Record<string, TestedEndpointResponse>>;
