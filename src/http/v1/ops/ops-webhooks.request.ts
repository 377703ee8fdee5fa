import type { FailingPosition } from '../../../application/ops/list-failing-endpoints.js';
import { TenantIdField } from '../../validation/id.field.js';
import { ENDPOINT_ID } from '../../validation/id-patterns.js';
import { cursorOf, timePositionFrom } from '../../validation/paging.js';
import { ListDeliveriesRequest } from '../webhook-deliveries/list-deliveries.request.js';

export class SearchDeliveriesRequest extends ListDeliveriesRequest {
  @TenantIdField({ about: 'Only deliveries of this tenant', optional: true })
  tenant_id?: string;
}

export const cursorOfFailing = ({ failingSince, id }: FailingPosition): string =>
  cursorOf([failingSince.toISOString(), id]);

/** @returns null if the parts are not a position */
export const failingPositionFrom = (parts: readonly string[]): FailingPosition | null => {
  const position = timePositionFrom(parts, ENDPOINT_ID);
  return position && { failingSince: position.createdAt, id: position.id };
};
