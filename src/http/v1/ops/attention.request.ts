import type { AttentionFilter, AttentionPosition } from '../../../application/ops/list-attention.js';
import type { Principal } from '../../../application/access/principal.js';
import { ATTENTION_REASONS, type AttentionReason } from '../../../domain/operators/attention.js';
import { AppError } from '../../../domain/errors.js';
import { EnumField } from '../../validation/field.js';
import { ProviderIdField, TenantIdField } from '../../validation/id.field.js';
import { ORDER_ID } from '../../validation/id-patterns.js';
import { cursorOf, PagingQuery, timePositionFrom } from '../../validation/paging.js';
import { TimeField } from '../../validation/time.field.js';

export class ListAttentionRequest extends PagingQuery {
  @EnumField(ATTENTION_REASONS, { about: 'Only orders with this reason', optional: true })
  reason?: AttentionReason;

  @ProviderIdField({ about: 'Only orders at this provider', optional: true, example: 'cnaught' })
  provider?: string;

  @TenantIdField({ about: 'Only orders of this tenant', optional: true })
  tenant_id?: string;

  @EnumField(['me', 'none'], { about: 'Only orders that you have in hand, or that nobody has', optional: true })
  owner?: 'me' | 'none';

  @TimeField({ about: 'Only orders that have waited since before this time', optional: true })
  waiting_since_before?: string;
}

/** Throws `operator_key_required` where a machine asks for what it has in hand. */
export const attentionFilterFrom = (query: ListAttentionRequest, { operator }: Principal): AttentionFilter => {
  if (query.owner === 'me' && !operator)
    throw new AppError('operator_key_required', 'Only a person has orders in hand. Ask with an operator’s key.');
  return {
    ...(query.reason !== undefined && { reason: query.reason }),
    ...(query.provider !== undefined && { provider: query.provider }),
    ...(query.tenant_id !== undefined && { tenantId: query.tenant_id }),
    ...(query.owner === 'none' && { ownerId: null }),
    ...(query.owner === 'me' && operator && { ownerId: operator.id }),
    ...(query.waiting_since_before !== undefined && { before: new Date(query.waiting_since_before) }),
  };
};

export const cursorOfAttention = ({ place, since, id }: AttentionPosition): string =>
  cursorOf([String(place), since.toISOString(), id]);

/** @returns null if the parts are not a position */
export const attentionPositionFrom = ([place, ...rest]: readonly string[]): AttentionPosition | null => {
  const position = timePositionFrom(rest, ORDER_ID);
  if (!position || place === undefined || !/^\d{1,2}$/.test(place) || Number(place) >= ATTENTION_REASONS.length)
    return null;
  return { place: Number(place), since: position.createdAt, id: position.id };
};
