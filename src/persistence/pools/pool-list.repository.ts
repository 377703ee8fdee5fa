import { Injectable } from '@nestjs/common';
import { amountText, ASSET_OF } from '../../domain/ledger/units.js';
import { grams } from '../../domain/mass.js';
import { CURRENCIES, money, type Money } from '../../domain/money.js';
import { ORDER_STATUSES } from '../../domain/orders/lifecycle.js';
import type { PoolStatus } from '../../domain/pools/order-pool.js';
import type { PoolMember, PoolRecord } from '../../domain/pools/pool-record.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { POOL_COLUMNS, poolFromRow, type PoolRow } from './pool-rows.js';

export interface PoolFilter {
  readonly status?: PoolStatus;
  readonly provider?: string;
}

interface RecordRow extends PoolRow {
  readonly order_id: string | null;
  readonly bought_grams: string | null;
  readonly price_currency: string | null;
  readonly left_grams: string | null;
  readonly left_units: string | null;
  readonly created_at: Date;
  readonly sealed_at: Date | null;
  readonly ended_at: Date | null;
}

interface MemberRow {
  readonly order_id: string;
  readonly tenant_id: string;
  readonly status: string;
  readonly grams: string;
  readonly cost_units: string | null;
  readonly price_currency: string | null;
}

/** Pools and their members, for finance. */
@Injectable()
export class PoolListRepository {
  constructor(private readonly database: Database) {}

  /** @returns null if there is no such pool. */
  async find(id: string): Promise<PoolRecord | null> {
    const [record] = await this.records(Prisma.sql`p.id = ${id}::text`);
    return record ?? null;
  }

  /** Newest first, those before an id, at most `limit`. */
  async list({ status, provider }: PoolFilter, before: string | null, limit: number): Promise<readonly PoolRecord[]> {
    return this.records(Prisma.sql`
      (${before}::text IS NULL OR p.id < ${before}::text) AND (${status ?? null}::text IS NULL OR p.status = ${status ?? null}::text)
      AND (${provider ?? null}::text IS NULL OR p.provider = ${provider ?? null}::text)
      ORDER BY p.id DESC LIMIT ${limit}::int`);
  }

  /** By order id, those after one, at most `limit`. */
  async members(poolId: string, after: string | null, limit: number): Promise<readonly PoolMember[]> {
    const rows = await this.database.query<MemberRow>(Prisma.sql`
      SELECT m.order_id, o.tenant_id, o.status, m.grams, m.cost_units, o.price_currency
      FROM pool_members m JOIN orders o ON o.id = m.order_id
      WHERE m.pool_id = ${poolId}::text AND m.order_id > ${after ?? ''}::text ORDER BY m.order_id LIMIT ${limit}::int`);
    return rows.map((row) => ({
      orderId: row.order_id,
      tenantId: row.tenant_id,
      status: readWord(ORDER_STATUSES)(row.status),
      mass: grams(Number(row.grams)),
      net: moneyFrom(row.cost_units, row.price_currency),
    }));
  }

  private async records(which: Prisma.Sql): Promise<readonly PoolRecord[]> {
    const rows = await this.database.query<RecordRow>(Prisma.sql`
      SELECT ${POOL_COLUMNS}, b.ordered_grams AS bought_grams, b.price_currency
      FROM pools p JOIN tenants n ON n.id = p.tenant_id LEFT JOIN orders b ON b.id = p.order_id
      WHERE ${which}`);
    return rows.map((row) => {
      const net = moneyFrom(row.left_units, row.price_currency);
      return {
        pool: poolFromRow(row),
        purchase: row.order_id === null ? null : { orderId: row.order_id, mass: grams(Number(row.bought_grams)) },
        left: net && { grams: Number(row.left_grams), net },
        createdAt: row.created_at,
        sealedAt: row.sealed_at,
        endedAt: row.ended_at,
      };
    });
  }
}

const moneyFrom = (units: string | null, code: string | null): Money | null => {
  if (units === null || code === null) return null;
  const currency = readWord(CURRENCIES)(code);
  return money(amountText({ asset: ASSET_OF[currency], units: BigInt(units) }), currency);
};
