import type { InspectedDelivery } from '../../../application/ops/inspect-delivery.js';
import { hostOf, type Endpoint } from '../../../domain/webhooks/endpoint.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import { presentDelivery, presentRequest } from '../webhook-deliveries/delivery.presenter.js';
import type { OpsDeliveryResponse, OpsEndpointResponse } from './ops-webhooks.response.js';

export const presentOpsEndpoint = (endpoint: Endpoint): OpsEndpointResponse => ({
  id: endpoint.id,
  tenant_id: endpoint.tenantId,
  host: hostOf(endpoint.url),
  types: endpoint.types,
  origin: endpoint.origin,
  enabled: endpoint.disabled === null,
  disabled_reason: endpoint.disabled && endpoint.disabled.reason,
  disabled_at: endpoint.disabled && presentTime(endpoint.disabled.at),
  failing_since: presentTimeOrNull(endpoint.failingSince),
});

export const presentOpsDelivery = ({ delivery, endpoint, message }: InspectedDelivery): OpsDeliveryResponse =>
  Object.assign(presentDelivery(delivery), {
    requests: delivery.requests.map(presentRequest),
    endpoint: endpoint && presentOpsEndpoint(endpoint),
    message: { host: message.host, webhook_id: delivery.eventId, body: message.body },
  });
