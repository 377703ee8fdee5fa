import { grams } from '../../domain/mass.js';
import { ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import { POOL_STATUS_NAMES } from '../../domain/pools/order-pool.js';
import type { Pool } from '../../domain/pools/pool.js';
import type { ProviderId } from '../../domain/providers/calls.js';
import { readWord, readWordOrNull } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

/** Of a pool `p`, its house `n` and its purchase `b`, if it has one. */
export const POOL_COLUMNS = Prisma.sql`
  p.*, n.provider_accounts ->> p.provider AS provider_account, b.status AS purchase`;

export interface PoolRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly beneficiary: string;
  readonly provider_account: string | null;
  readonly provider: string;
  readonly provider_offering_id: string;
  readonly offering_name: string;
  readonly step_grams: string;
  readonly status: string;
  readonly grams: string;
  readonly members: number;
  readonly closes_at: Date;
  readonly created_at: Date;
  readonly purchase: string | null;
  readonly version: number;
}

export const poolFromRow = (row: PoolRow): Pool => ({
  id: row.id,
  tenantId: row.tenant_id,
  beneficiary: row.beneficiary,
  providerAccount: row.provider_account,
  provider: row.provider as ProviderId,
  providerOfferingId: row.provider_offering_id,
  offeringName: row.offering_name,
  step: grams(Number(row.step_grams)),
  status: readWord(POOL_STATUS_NAMES)(row.status),
  sum: Number(row.grams),
  members: row.members,
  closesAt: row.closes_at,
  openMs: row.closes_at.getTime() - row.created_at.getTime(),
  purchase: readWordOrNull(ORDER_STATUSES)(row.purchase),
  version: row.version,
});
