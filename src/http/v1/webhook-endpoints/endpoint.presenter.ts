import type { RotatedSecret } from '../../../application/webhooks/rotation.js';
import type { Endpoint } from '../../../domain/webhooks/endpoint.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import type {
  NewWebhookEndpointResponse,
  RotatedSecretResponse,
  WebhookEndpointResponse,
} from './endpoint.response.js';

type Shown = { readonly [Field in keyof WebhookEndpointResponse]: WebhookEndpointResponse[Field] };

const shown = (endpoint: Endpoint): Shown => ({
  id: endpoint.id,
  url: endpoint.url,
  description: endpoint.description,
  types: endpoint.types,
  origin: endpoint.origin,
  enabled: endpoint.disabled === null,
  disabled_reason: endpoint.disabled && endpoint.disabled.reason,
  disabled_at: endpoint.disabled && presentTime(endpoint.disabled.at),
  failing_since: presentTimeOrNull(endpoint.failingSince),
  created_at: presentTime(endpoint.createdAt),
  updated_at: presentTime(endpoint.updatedAt),
  version: endpoint.version,
});

export const presentEndpoint = (endpoint: Endpoint): WebhookEndpointResponse => shown(endpoint);

export const presentNewEndpoint = (endpoint: Endpoint, secret: string | null): NewWebhookEndpointResponse => ({
  ...shown(endpoint),
  secret,
});

export const presentRotation = ({ secret, oldExpiresAt }: RotatedSecret): RotatedSecretResponse => ({
  secret,
  old_secret_expires_at: presentTimeOrNull(oldExpiresAt),
});
