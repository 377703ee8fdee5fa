import type { DeliveryFilter } from '../../../application/webhooks/list-deliveries.js';
import type { TenantScope } from '../../../application/orders/list-orders.js';
import { DELIVERY_STATES, type DeliveryState } from '../../../domain/webhooks/delivery.js';
import { EnumField } from '../../validation/field.js';
import { EndpointIdField, OrderIdField } from '../../validation/id.field.js';
import { DELIVERY_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';

export class ListDeliveriesRequest extends PagingQuery {
  @EndpointIdField({
    about: 'Only deliveries to this endpoint',
    optional: true,
  })
  endpoint_id?: string;

  @EnumField(DELIVERY_STATES, { about: 'Only deliveries in this state: `dead` for those given up', optional: true })
  state?: DeliveryState;

  @OrderIdField({
    about: 'Only deliveries of events of this order',
    optional: true,
  })
  order_id?: string;
}

export const deliveryFilterFrom = (query: ListDeliveriesRequest, scope: TenantScope): DeliveryFilter => ({
  scope,
  ...(query.endpoint_id !== undefined && { endpointId: query.endpoint_id }),
  ...(query.state !== undefined && { state: query.state }),
  ...(query.order_id !== undefined && { orderId: query.order_id }),
});

/** @returns null if the parts are not a position */
export const deliveryPositionFrom = ([id]: readonly string[]): string | null =>
  id !== undefined && DELIVERY_ID.test(id) ? id : null;
