import { Injectable } from '@nestjs/common';
import { amountText, ASSET_OF } from '../../domain/ledger/units.js';
import { grams } from '../../domain/mass.js';
import { CURRENCIES, money } from '../../domain/money.js';
import type { RetiredPurchase } from '../../domain/pools/allocation.js';
import type { WaitingMember } from '../../domain/pools/draw.js';
import type { Pool } from '../../domain/pools/pool.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { moneyFromColumns } from '../orders/order-rows.js';
import { readRetirements } from '../orders/retirement-json.js';

/** What is left of a pool, as it was read. */
export interface LeftOfEarlier {
  readonly poolId: string;
  readonly version: number;
  /** As if it alone had been bought. */
  readonly bought: RetiredPurchase;
}

/** What is left of pools that are allocated. */
@Injectable()
export class PoolLeftRepository {
  constructor(private readonly database: Database) {}

  /**
   * What an open pool may draw on, oldest first: of the same house, account and beneficiary, and of the same offering, where
   * the provider says when it was retired.
   */
  async of(pool: Pool): Promise<readonly LeftOfEarlier[]> {
    const rows = await this.database.query<{
      id: string;
      version: number;
      left_grams: string;
      left_units: string;
      left_tax_units: string;
      has_tax: boolean;
      currency: string;
      retirements: unknown;
    }>(Prisma.sql`
      SELECT p.id, p.version, p.left_grams, p.left_units, p.left_tax_units, b.price_tax_amount IS NOT NULL AS has_tax,
             b.price_currency AS currency, b.retirements
      FROM pools p JOIN orders b ON b.id = p.order_id
      WHERE p.provider = ${pool.provider}::text AND p.provider_offering_id = ${pool.providerOfferingId}::text AND p.left_grams > 0
        AND p.left_tax_units IS NOT NULL AND p.tenant_id = ${pool.tenantId}::text AND p.beneficiary = ${pool.beneficiary}::text
        AND b.provider_account IS NOT DISTINCT FROM ${pool.providerAccount}::text AND b.provider_retired_at IS NOT NULL
      ORDER BY p.ended_at, p.id`);
    return rows.map((row) => {
      const currency = readWord(CURRENCIES)(row.currency);
      const [net, tax] = [BigInt(row.left_units), BigInt(row.left_tax_units)];
      const moneyOf = (units: bigint) => money(amountText({ asset: ASSET_OF[currency], units }), currency);
      return {
        poolId: row.id,
        version: row.version,
        bought: {
          mass: grams(Number(row.left_grams)),
          total: moneyOf(net + tax),
          tax: row.has_tax ? moneyOf(tax) : null,
          retirements: readRetirements(row.retirements),
        },
      };
    });
  }

  /** In the order in which they were placed. */
  async waiting(poolId: string): Promise<readonly WaitingMember[]> {
    const rows = await this.database.query<{
      order_id: string;
      grams: string;
      amount: string | null;
      currency: string | null;
    }>(Prisma.sql`
      SELECT m.order_id, m.grams, o.max_total_amount AS amount, o.max_total_currency AS currency
      FROM pool_members m JOIN orders o ON o.id = m.order_id
      WHERE m.pool_id = ${poolId}::text AND o.status = 'created' ORDER BY o.created_at, m.order_id`);
    return rows.map((row) => ({
      orderId: row.order_id,
      mass: grams(Number(row.grams)),
      maxTotal: moneyFromColumns(row.amount, row.currency),
    }));
  }
}
