import { Injectable } from '@nestjs/common';
import { BY_TASK } from '../../domain/orders/cause.js';
import { newOrder, type OrderTerms } from '../../domain/orders/order.js';
import { grams } from '../../domain/mass.js';
import type { Pool } from '../../domain/pools/pool.js';
import type { MassLimit } from '../../domain/pools/purchase.js';
import { Database } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { Prisma } from '../generated/client.js';
import { acceptedColumns } from '../orders/accepted-columns.js';
import { causeJson } from '../orders/order-commit.js';
import { moneyFromColumns } from '../orders/order-rows.js';
import { POOL_COLUMNS, poolFromRow, type PoolRow } from './pool-rows.js';
import { ProcessHeartbeat } from '../tasks/process-heartbeat.js';
import { TaskNotices } from '../tasks/task-notices.js';

/** Pools until they are sealed. Members join with the statement that accepts their order. */
@Injectable()
export class PoolsRepository {
  constructor(
    private readonly database: Database,
    private readonly heartbeat: ProcessHeartbeat,
    private readonly notices: TaskNotices,
  ) {}

  /** `now`: the database's clock. @returns null if there is no such pool. */
  async find(id: string): Promise<{ readonly pool: Pool; readonly now: Date } | null> {
    const [row] = await this.database.query<PoolRow & { readonly now: Date }>(Prisma.sql`
      SELECT ${POOL_COLUMNS}, now() AS now
      FROM pools p JOIN tenants n ON n.id = p.tenant_id LEFT JOIN orders b ON b.id = p.order_id
      WHERE p.id = ${id}::text`);
    return row ? { pool: poolFromRow(row), now: row.now } : null;
  }

  /** The member that may cost the least by its mass. @returns null if none has a limit. */
  async tightestLimit(id: string): Promise<MassLimit | null> {
    const [row] = await this.database.query<{ grams: string; amount: string; currency: string }>(Prisma.sql`
      SELECT m.grams, o.max_total_amount AS amount, o.max_total_currency AS currency
      FROM pool_members m JOIN orders o ON o.id = m.order_id
      WHERE m.pool_id = ${id}::text AND o.max_total_amount IS NOT NULL
      ORDER BY o.max_total_amount / m.grams, m.order_id LIMIT 1`);
    const total = row && moneyFromColumns(row.amount, row.currency);
    return row && total ? { mass: grams(Number(row.grams)), total } : null;
  }

  /**
   * Seals the pool and places the order that it buys, in one transaction, if it stands as it was read. Whoever does so again
   * places none: an order belongs to its pool. @returns `done`, `moved`, or why the order was not accepted.
   */
  async seal(pool: Pool, terms: OrderTerms): Promise<string> {
    const { tenantId, providerAccount } = pool;
    const order = newOrder(newId('ord'), { tenantId, providerAccount, keyId: null, spending: null }, terms);
    const [row] = await this.database.query<{ outcome: string }>(Prisma.sql`
      SELECT seal_pool(
        ${pool.id}::text, ${pool.version}::int, ${JSON.stringify(acceptedColumns(order))}::jsonb, ${newId('evt')}::text,
        ${causeJson(BY_TASK, this.heartbeat.id)}::jsonb) AS outcome`);
    if (row?.outcome !== 'sealed') return row?.outcome ?? 'moved';
    this.notices.announce();
    return 'done';
  }

  /** Of a pool without members. */
  async dissolve({ id, version }: Pool): Promise<'done' | 'moved'> {
    const dissolved = await this.database.execute(Prisma.sql`
      UPDATE pools SET status = 'dissolved', ended_at = date_trunc('milliseconds', now()), version = version + 1
      WHERE id = ${id}::text AND version = ${version}::int AND status = 'open' AND members = 0`);
    return dissolved === 1 ? 'done' : 'moved';
  }

  /** The pool of an order has a task, as long as there is something to be done about it. */
  async keepAttended(orderId: string): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO tasks (subject_id, kind)
      SELECT m.pool_id, 'pool' FROM pool_members m WHERE m.order_id = ${orderId}::text AND m.pool_id IS NOT NULL
      ON CONFLICT DO NOTHING`);
  }
}
