import type { OrderFilter, OrderPosition, TenantScope } from '../../../application/orders/list-orders.js';
import { ORDER_STATUSES, type OrderStatus } from '../../../domain/orders/lifecycle.js';
import { EnumField } from '../../validation/field.js';
import { ProviderIdField, TenantIdField } from '../../validation/id.field.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { MapField } from '../../validation/map.field.js';
import { cursorOf, PagingQuery } from '../../validation/paging.js';
import { TextField } from '../../validation/text.field.js';
import { TimeField } from '../../validation/time.field.js';

export class ListOrdersRequest extends PagingQuery {
  @EnumField(ORDER_STATUSES, { about: 'Only orders in this status', optional: true })
  status?: OrderStatus;

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

  @TextField({ min: 1, max: 255 }, { about: 'Only orders with exactly this reference', optional: true })
  reference?: string;

  @MapField({ about: 'Only orders with these labels: `label[department]=sales`', optional: true })
  label?: Record<string, string>;

  @TimeField({ about: 'Only orders created at this time or later', optional: true })
  created_from?: string;

  @TimeField({ about: 'Only orders created before this time', optional: true })
  created_to?: string;
}

export const orderFilterFrom = (query: ListOrdersRequest, scope: TenantScope): OrderFilter => ({
  scope,
  ...(query.status !== undefined && { status: query.status }),
  ...(query.tenant_id !== undefined && { tenantId: query.tenant_id }),
  ...(query.provider !== undefined && { provider: query.provider }),
  ...(query.reference !== undefined && { reference: query.reference }),
  ...(query.label !== undefined && { labels: query.label }),
  ...(query.created_from !== undefined && { createdFrom: new Date(query.created_from) }),
  ...(query.created_to !== undefined && { createdTo: new Date(query.created_to) }),
});

export const cursorOfOrder = ({ createdAt, id }: OrderPosition): string => cursorOf([createdAt.toISOString(), id]);

/** @returns null if the parts are not a position */
export const orderPositionFrom = ([time, id]: readonly string[]): OrderPosition | null => {
  if (time === undefined || id === undefined || !ORDER_ID.test(id)) return null;
  if (!/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(time)) return null;
  const createdAt = new Date(time);
  return Number.isNaN(createdAt.getTime()) ? null : { createdAt, id };
};
