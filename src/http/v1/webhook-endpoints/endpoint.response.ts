import { FEED_EVENT_TYPES, type FeedEventType } from '../../../domain/events/feed-event.js';
import { ENDPOINT_ORIGINS, type DisabledReason } from '../../../domain/webhooks/endpoint.js';
import {
  PropBoolean,
  PropCode,
  PropEnum,
  PropEnumList,
  PropInteger,
  PropList,
  PropText,
  PropTime,
} from '../../openapi/prop.js';

export const SECRET_EXAMPLE = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

export class WebhookEndpointResponse {
  @PropText('Endpoint id', { example: 'whe_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Where events are sent', { format: 'uri', example: 'https://shop.example/offset-events' }) url!: string;
  @PropText('For your own use', { nullable: true, example: 'Bookkeeping' }) description!: string | null;
  @PropEnumList(FEED_EVENT_TYPES, 'What is sent. Empty: events of every type') types!: readonly FeedEventType[];
  @PropEnum(
    ENDPOINT_ORIGINS,
    '`managed`: made by you. `order`: made for the `callback_url` of orders; it can be disabled and enabled only',
  )
  origin!: string;
  @PropBoolean('Whether events are sent') enabled!: boolean;
  @PropCode('DisabledReason', 'Why not', { nullable: true })
  disabled_reason!: DisabledReason | null;
  @PropTime('Since when not', { nullable: true }) disabled_at!: string | null;
  @PropTime('Since when every delivery has failed; null while the latest went through', { nullable: true })
  failing_since!: string | null;
  @PropTime('When it was made') created_at!: string;
  @PropTime('When it was last changed') updated_at!: string;
  @PropInteger('Counts its changes', { example: 1 }) version!: number;
}

export class WebhookEndpointListResponse {
  @PropList(() => WebhookEndpointResponse, 'Newest first') data!: WebhookEndpointResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class NewWebhookEndpointResponse extends WebhookEndpointResponse {
  @PropText(
    'What signs the events (Standard Webhooks): keep it now, it is shown this once. Null in the response to a repeat of the request; where the first one was lost, rotate it',
    { nullable: true, example: SECRET_EXAMPLE },
  )
  secret!: string | null;
}

export class RotatedSecretResponse {
  @PropText('The new secret: keep it now, it is shown this once', { example: SECRET_EXAMPLE }) secret!: string;
  @PropTime('Until when an old secret signs beside it; null if none does', { nullable: true })
  old_secret_expires_at!: string | null;
}
