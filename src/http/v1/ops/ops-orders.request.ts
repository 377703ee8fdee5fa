import type { OrderFilter } from '../../../application/orders/list-orders.js';
import { REVIEW_REASONS, type ReviewReason } from '../../../domain/orders/review.js';
import { EnumField } from '../../validation/field.js';
import { TextField } from '../../validation/text.field.js';
import { ListOrdersRequest, orderFilterFrom } from '../orders/list-orders.request.js';

export class SearchOrdersRequest extends ListOrdersRequest {
  @TextField(
    { min: 1, max: 255 },
    {
      about: 'Only orders with exactly this as their id, the provider’s id, reference, idempotency key or payment id',
      optional: true,
      example: 'PO-4711',
    },
  )
  q?: string;

  @EnumField(Object.keys(REVIEW_REASONS), { about: 'Only orders under review for this reason', optional: true })
  reason?: ReviewReason;
}

export const searchFilterFrom = (query: SearchOrdersRequest): OrderFilter => ({
  ...orderFilterFrom(query, 'all_tenants'),
  ...(query.reason !== undefined && { reviewReason: query.reason }),
  ...(query.q !== undefined && { anyId: query.q }),
});
