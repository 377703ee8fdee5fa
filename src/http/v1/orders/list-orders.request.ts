import { IsIn } from 'class-validator';
import type { OrderFilter, OrderPosition, TenantScope } from '../../../application/orders/list-orders.js';
import { ORDER_STATUSES, type OrderStatus } from '../../../domain/orders/lifecycle.js';
import { Field } from '../../validation/field.js';
import { ProviderIdField, TenantIdField } from '../../validation/id.field.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { MapField } from '../../validation/map.field.js';
import { cursorOf, PagingQuery, timePositionFrom } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

export class ListOrdersRequest extends PagingQuery {
  @Field(
    { type: 'array', items: { type: 'string', enum: [...ORDER_STATUSES] }, minItems: 1 },
    { about: 'Only orders in this status, or in one of several: `status=placed&status=accepted`', optional: true },
    IsIn(ORDER_STATUSES, {
      each: true,
      message: `must be one of ${ORDER_STATUSES.join(', ')}; for several, repeat it`,
    }),
  )
  status?: OrderStatus | OrderStatus[];

  @Field(
    { type: Boolean },
    { about: 'Only orders that a person must review, or only those that need none', optional: true },
    IsIn(['true', 'false'], { message: 'must be true or false' }),
  )
  review?: 'true' | 'false';

  @ProviderIdField({
    about: 'Only orders at this provider',
    optional: true,
    example: 'cnaught',
  })
  provider?: string;

  @TenantIdField({
    about: 'Only orders of this tenant: with an `ops` key those of any, else none but your own',
    optional: true,
  })
  tenant_id?: string;

  @TextField(
    { min: 1, max: 255 },
    { about: 'Only orders with exactly this reference', optional: true, example: 'PO-4711' },
  )
  reference?: string;

  @MapField(
    {
      about: 'Only orders with these labels: `label[department]=sales`',
      optional: true,
      example: { department: 'sales' },
    },
    'must have the name of a label in brackets, once for each: label[department]=sales',
  )
  label?: Record<string, string>;

  @TimeField({ about: 'Only orders created at this time or later', optional: true })
  created_from?: string;

  @TimeField({ about: 'Only orders created before this time', optional: true })
  created_to?: string;
}

export const orderFilterFrom = (query: ListOrdersRequest, scope: TenantScope): OrderFilter => ({
  scope,
  ...(query.status !== undefined && { statuses: [...new Set([query.status].flat())] }),
  ...(query.review !== undefined && { underReview: query.review === 'true' }),
  ...(query.tenant_id !== undefined && { tenantId: query.tenant_id }),
  ...(query.provider !== undefined && { provider: query.provider }),
  ...(query.reference !== undefined && { reference: query.reference }),
  ...(query.label !== undefined && { labels: query.label }),
  ...(query.created_from !== undefined && { createdFrom: new Date(query.created_from) }),
  ...(query.created_to !== undefined && { createdTo: new Date(query.created_to) }),
});

export const cursorOfOrder = ({ createdAt, id }: OrderPosition): string => cursorOf([createdAt.toISOString(), id]);

/** @returns null if the parts are not a position */
export const orderPositionFrom = (parts: readonly string[]): OrderPosition | null => timePositionFrom(parts, ORDER_ID);
