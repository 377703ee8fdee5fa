import { IsIn, Matches } from 'class-validator';
import type { FeedAfter, FeedFilter } from '../../../application/events/read-feed.js';
import type { TenantScope } from '../../../application/orders/list-orders.js';
import { FEED_EVENT_TYPES, type FeedEventType, type FeedPosition } from '../../../domain/events/feed-event.js';
import { Field, PatternField } from '../../validation/field.js';
import { OrderIdField, TenantIdField } from '../../validation/id.field.js';
import { EVENT_ID } from '../../validation/id-patterns.js';
import { MapField } from '../../validation/map.field.js';
import { cursorOf, positionFrom } from '../../validation/paging.js';

const DEFAULT_LIMIT = 100;

export class ReadFeedRequest {
  @PatternField(/^[A-Za-z0-9_-]{1,512}$/, 'must be the next_after of an earlier page, or the id of an event', {
    about:
      'Only what happened after: the `next_after` of an earlier page, or the id of an event. Without it, from the first',
    optional: true,
    example: 'evt_01jd4v2m0gf5c8q7k3x9w1z2r4',
  })
  after?: string;

  @Field(
    { type: 'array', items: { type: 'string', enum: [...FEED_EVENT_TYPES] }, minItems: 1 },
    {
      about: 'Only events of this type, or of one of several: `types=order.placed&types=order.failed`',
      optional: true,
    },
    IsIn(FEED_EVENT_TYPES, { each: true, message: 'must be a type of event (docs/events.md); for several, repeat it' }),
  )
  types?: FeedEventType | FeedEventType[];

  @OrderIdField({
    about: 'Only events of this order',
    optional: true,
  })
  order_id?: string;

  @MapField(
    {
      about: 'Only events of orders with these labels: `label[department]=sales`',
      optional: true,
      example: { department: 'sales' },
    },
    'must have the name of a label in brackets, once for each: label[department]=sales',
  )
  label?: Record<string, string>;

  @TenantIdField({
    about: 'Only events of this tenant: with an `ops` key those of any, else none but your own',
    optional: true,
  })
  tenant_id?: string;

  @Field(
    { type: 'integer', minimum: 1, maximum: 500, default: DEFAULT_LIMIT },
    { about: 'Events per page', optional: true },
    Matches(/^([1-9]\d?|[1-4]\d\d|500)$/, { message: 'must be a whole number from 1 to 500' }),
  )
  limit?: string;
}

export const feedLimitFrom = ({ limit }: ReadFeedRequest): number =>
  limit === undefined ? DEFAULT_LIMIT : Number(limit);

export const feedAfterFrom = ({ after }: ReadFeedRequest): FeedAfter =>
  after !== undefined && EVENT_ID.test(after)
    ? { eventId: after }
    : positionFrom(after, feedPositionFrom, { parameter: 'after', field: 'next_after' });

/** @returns null for a tenant that is not the caller's: nothing is told of it */
export const feedFilterFrom = (query: ReadFeedRequest, scope: TenantScope): FeedFilter | null => {
  const { tenant_id: tenantId, types, order_id: orderId, label: labels } = query;
  if (tenantId !== undefined && scope !== 'all_tenants' && scope.tenantId !== tenantId) return null;
  return {
    scope: tenantId === undefined ? scope : { tenantId },
    ...(types !== undefined && { types: [...new Set([types].flat())] }),
    ...(orderId !== undefined && { orderId }),
    ...(labels !== undefined && { labels }),
  };
};

export const afterOf = ({ tx, subject, sequence }: FeedPosition): string => cursorOf([tx, subject, String(sequence)]);

/** @returns null if the parts are not a position */
const feedPositionFrom = ([tx, subject, sequence]: readonly string[]): FeedPosition | null => {
  if (tx === undefined || subject === undefined || sequence === undefined) return null;
  if (!/^\d{1,18}$/.test(tx) || !/^[a-z0-9_]{0,64}$/.test(subject) || !/^\d{1,9}$/.test(sequence)) return null;
  return { tx, subject, sequence: Number(sequence) };
};
