import type { PoolFilter } from '../../../application/pools/find-pool.js';
import { POOL_STATUS_NAMES, type PoolStatus } from '../../../domain/pools/order-pool.js';
import { EnumField } from '../../validation/field.js';
import { ProviderIdField } from '../../validation/id.field.js';
import { ORDER_ID, POOL_ID } from '../../validation/id-patterns.js';
import { PagingQuery } from '../../validation/paging.js';

export class ListPoolsRequest extends PagingQuery {
  @EnumField(POOL_STATUS_NAMES, { about: 'Only those that are so', optional: true }) status?: PoolStatus;
  @ProviderIdField({ about: 'Only those that buy there', optional: true, example: 'one_tribe' }) provider?: string;
}

export const poolFilterFrom = ({ status, provider }: ListPoolsRequest): PoolFilter => ({
  ...(status !== undefined && { status }),
  ...(provider !== undefined && { provider }),
});

/** @returns null if the parts are not a position */
export const poolPositionFrom = (parts: readonly string[]): string | null => positionOf(parts, POOL_ID);

/** @returns null if the parts are not a position */
export const memberPositionFrom = (parts: readonly string[]): string | null => positionOf(parts, ORDER_ID);

const positionOf = ([id, ...more]: readonly string[], form: RegExp): string | null =>
  id !== undefined && more.length === 0 && form.test(id) ? id : null;
