export { GatewayError, type ErrorCode } from './gateway-error.js';
export type { Listing } from './listing.js';
export { OffsetGateway } from './offset-gateway.js';
export type {
  CallOptions,
  KeyedOptions,
  OffsetGatewayOptions,
  PlaceOrderOptions,
  QuoteOptions,
  WaitForOrderOptions,
} from './options.js';
export type { components, operations, paths } from './openapi.js';
export type * from './types.js';
export { isFinal } from './waiting.js';
export { verifyWebhook, WebhookVerificationError } from './webhooks.js';
