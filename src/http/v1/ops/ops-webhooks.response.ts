import { FEED_EVENT_TYPES, type FeedEventType } from '../../../domain/events/feed-event.js';
import { ENDPOINT_ORIGINS, type DisabledReason } from '../../../domain/webhooks/endpoint.js';
import {
  PropBoolean,
  PropCode,
  PropEnum,
  PropEnumList,
  PropList,
  PropObject,
  PropText,
  PropTime,
} from '../../openapi/prop.js';
import { DeliveryWithRequestsResponse } from '../webhook-deliveries/delivery.response.js';

/** An endpoint as operators see it: of its address the host alone. */
export class OpsEndpointResponse {
  @PropText('Endpoint id', { example: 'whe_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Whose it is') tenant_id!: string;
  @PropText('The host that events are sent to; null for an address that was erased', {
    nullable: true,
    example: 'shop.example',
  })
  host!: string | null;
  @PropEnumList(FEED_EVENT_TYPES, 'What is sent. Empty: events of every type') types!: readonly FeedEventType[];
  @PropEnum(ENDPOINT_ORIGINS, '`managed`: made by the tenant. `order`: made for the `callback_url` of orders')
  origin!: string;
  @PropBoolean('Whether events are sent') enabled!: boolean;
  @PropCode('DisabledReason', 'Why not', { nullable: true }) disabled_reason!: DisabledReason | null;
  @PropTime('Since when not', { nullable: true }) disabled_at!: string | null;
  @PropTime('Since when every delivery has failed; null while the latest went through', { nullable: true })
  failing_since!: string | null;
}

export class OpsEndpointListResponse {
  @PropList(() => OpsEndpointResponse, 'Where it has failed for the longest first') data!: OpsEndpointResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class MaskedMessageResponse {
  @PropText('The host that it is sent to; the rest of the address is not told', {
    nullable: true,
    example: 'shop.example',
  })
  host!: string | null;
  @PropText('`webhook-id` of every request; `webhook-signature` is not told', {
    example: 'evt_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  webhook_id!: string;
  @PropText('The body, without the person the order is for and what was written to them', {
    example: '{"id":"evt_01jd4v2m0gf5c8q7k3x9w1z2r4","type":"order.placed"}',
  })
  body!: string;
}

export class OpsDeliveryResponse extends DeliveryWithRequestsResponse {
  @PropObject(() => OpsEndpointResponse, 'Where it goes; null once that is deleted', { nullable: true })
  endpoint!: OpsEndpointResponse | null;
  @PropObject(() => MaskedMessageResponse, 'What every request for it says') message!: MaskedMessageResponse;
}
