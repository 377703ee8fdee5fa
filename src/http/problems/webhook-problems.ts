import { CORRECT, type ProblemKind } from './problem-kind.js';

/** About webhooks, and where they go. */
export const WEBHOOK_PROBLEMS = {
  webhook_endpoint_not_found: {
    status: 404,
    title: 'There is no such webhook endpoint',
    meaning: 'No endpoint of yours has this id, or it was deleted.',
    remedy: 'Take the id from GET /v1/webhook-endpoints. To make an endpoint again, use a new Idempotency-Key.',
    retry: CORRECT,
  },
  target_not_allowed: {
    status: 422,
    title: 'Events may not be sent to this address',
    meaning:
      'The address is not https on port 443 or 8443, has a user or password, or its host does not lead to public addresses only. Which of these is not told.',
    remedy: 'Give the address of a receiver that is on the internet.',
    retry: CORRECT,
  },
  webhook_endpoint_limit_reached: {
    status: 422,
    title: 'There are as many webhook endpoints as allowed',
    meaning: 'The tenant has as many endpoints as it may have. `detail` has the numbers.',
    remedy: 'Delete one, change one to the new address, or have the operator raise the limit.',
    retry: CORRECT,
  },
  webhook_endpoint_read_only: {
    status: 422,
    title: 'The webhook endpoint cannot be changed',
    meaning:
      'It was made for the `callback_url` of orders, so its address, types and secret are not its own. It can be disabled and enabled.',
    remedy:
      'Send `{"enabled": false}` to end what is sent there. Its secret is that of the tenant: POST /v1/callback-secret/rotate.',
    retry: CORRECT,
  },
  webhook_secrets_limit_reached: {
    status: 422,
    title: 'Too many secrets still sign',
    meaning: 'The secret was rotated several times while earlier ones still sign. `detail` has the numbers.',
    remedy: 'Wait until one of them ends, or send `"old_secret_expires_in_hours": 0`: then the new one alone signs.',
    retry: CORRECT,
  },
  webhooks_not_enabled: {
    status: 422,
    title: 'Webhooks are not enabled here',
    meaning: 'This gateway has no key to encrypt the secrets of webhooks with.',
    remedy: 'The operator has to set WEBHOOK_SECRET_KEYS. Until then, read GET /v1/events.',
    retry: CORRECT,
  },
  callback_secret_missing: {
    status: 422,
    title: 'There is no secret to sign callbacks with',
    meaning:
      'The order has a `callback_url`, and its tenant no secret yet with which the events sent there are signed. Nothing was ordered.',
    remedy: 'Make the secret once, by POST /v1/callback-secret/rotate, and send the order again.',
    retry: CORRECT,
  },
  webhook_endpoint_disabled: {
    status: 409,
    title: 'The webhook endpoint is disabled',
    meaning: 'Nothing is sent to the endpoint, so nothing can be sent again.',
    remedy: 'Enable the endpoint, then repeat the request.',
    retry: CORRECT,
  },
  webhook_delivery_not_found: {
    status: 404,
    title: 'No such webhook delivery',
    meaning: 'There is no delivery with this id, or it is not yours.',
    remedy: 'List deliveries with GET /v1/webhook-deliveries.',
    retry: CORRECT,
  },
  replay_too_large: {
    status: 422,
    title: 'Too many events to replay at a time',
    meaning: 'The window has more events to send than are queued at a time. Nothing was queued.',
    remedy: 'Choose a shorter window, or catch up from GET /v1/events, which is faster.',
    retry: CORRECT,
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
