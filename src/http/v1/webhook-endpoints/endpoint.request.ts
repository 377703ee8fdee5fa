import { ArrayUnique, IsArray, IsIn, IsInt, Max, Min } from 'class-validator';
import type { EndpointPosition } from '../../../application/webhooks/list-endpoints.js';
import { FEED_EVENT_TYPES, type FeedEventType } from '../../../domain/events/feed-event.js';
import { ENDPOINT_ORIGINS, type EndpointOrigin, type EndpointSettings } from '../../../domain/webhooks/endpoint.js';
import { MAX_OVERLAP_HOURS } from '../../../domain/webhooks/secret.js';
import { BooleanField, EnumField, Field } from '../../validation/field.js';
import { ENDPOINT_ID } from '../../validation/id-patterns.js';
import { cursorOf, PagingQuery, timePositionFrom } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { UrlField } from '../../validation/url.field.js';

const DESCRIPTION = { min: 1, max: 255 };
const URL_EXAMPLE = 'https://shop.example/offset-events';

const NOT_TYPES = { message: `must be a list of types of events: ${FEED_EVENT_TYPES.join(', ')}` };

const TypesField = (about: string): PropertyDecorator =>
  Field(
    { type: 'array', items: { type: 'string', enum: [...FEED_EVENT_TYPES] }, uniqueItems: true },
    { about, optional: true, example: ['order.completed', 'order.failed'] },
    IsArray(NOT_TYPES),
    IsIn(FEED_EVENT_TYPES, { ...NOT_TYPES, each: true }),
    ArrayUnique({ message: 'must not name a type twice' }),
  );

export class CreateWebhookEndpointRequest {
  @UrlField({ about: 'Where events are sent: https, on port 443 or 8443', example: URL_EXAMPLE })
  url!: string;

  @TextField(DESCRIPTION, { about: 'For your own use', optional: true, example: 'Bookkeeping' })
  description?: string;

  @TypesField('What is sent. By default, and with an empty list, events of every type')
  types?: FeedEventType[];
}

export class UpdateWebhookEndpointRequest {
  @UrlField({
    about: 'Where events are sent from now on, those that wait included',
    optional: true,
    example: URL_EXAMPLE,
  })
  url?: string;

  @TextField(DESCRIPTION, {
    about: 'For your own use; null takes it away',
    optional: true,
    clearable: true,
    example: 'Bookkeeping',
  })
  description?: string | null;

  @TypesField('What is sent from now on; with an empty list events of every type')
  types?: FeedEventType[];

  @BooleanField({
    about:
      'false: nothing more is sent. true: events are sent again, and an endpoint that had disabled itself has another try',
    optional: true,
  })
  enabled?: boolean;
}

const NOT_HOURS = { message: `must be a whole number from 0 to ${MAX_OVERLAP_HOURS}` };

export class RotateSecretRequest {
  @Field(
    { type: 'integer', minimum: 0, maximum: MAX_OVERLAP_HOURS, default: MAX_OVERLAP_HOURS },
    {
      about: 'How long the old secret signs beside the new one. 0: not at all, as when it leaked',
      optional: true,
    },
    IsInt(NOT_HOURS),
    Min(0, NOT_HOURS),
    Max(MAX_OVERLAP_HOURS, NOT_HOURS),
  )
  old_secret_expires_in_hours?: number;
}

export const overlapHoursFrom = ({ old_secret_expires_in_hours: hours }: RotateSecretRequest): number =>
  hours ?? MAX_OVERLAP_HOURS;

export class ListWebhookEndpointsRequest extends PagingQuery {
  @EnumField(ENDPOINT_ORIGINS, {
    about: 'Only those that you made (`managed`), or that were made for the callback_url of orders (`order`)',
    optional: true,
  })
  origin?: EndpointOrigin;
}

export const endpointSettingsFrom = ({
  url,
  description,
  types,
  enabled,
}: UpdateWebhookEndpointRequest): EndpointSettings => ({
  ...(url !== undefined && { url }),
  ...(description !== undefined && { description }),
  ...(types !== undefined && { types }),
  ...(enabled !== undefined && { enabled }),
});

export const cursorOfEndpoint = ({ createdAt, id }: EndpointPosition): string =>
  cursorOf([createdAt.toISOString(), id]);

/** @returns null if the parts are not a position */
export const endpointPositionFrom = (parts: readonly string[]): EndpointPosition | null =>
  timePositionFrom(parts, ENDPOINT_ID);
