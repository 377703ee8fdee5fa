import { Injectable } from '@nestjs/common';
import { ORDER_STATUSES, type OrderStatus } from '../../domain/orders/lifecycle.js';
import { Database } from '../database/database.js';
import { readWord } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';

export interface OrdersOfHour {
  readonly hour: Date;
  readonly status: OrderStatus;
  readonly count: number;
}

/** What came in of late, and what has become of it. */
@Injectable()
export class ActivityRepository {
  constructor(private readonly database: Database) {}

  /**
   * Orders by the hour in which they were accepted, of the last so many hours, this one included, at one provider or, for
   * null, at all. Only hours with orders, the oldest first.
   */
  async orders(
    hours: number,
    provider: string | null,
  ): Promise<{ readonly at: Date; readonly orders: readonly OrdersOfHour[] }> {
    const atProvider = provider === null ? Prisma.empty : Prisma.sql`AND o.provider = ${provider}::text`;
    const rows = await this.database.query<OrdersRow>(Prisma.sql`
      SELECT now() AS at, found.* FROM (SELECT 1) AS always LEFT JOIN (
        SELECT date_trunc('hour', o.created_at, 'UTC') AS hour, o.status, count(*)::int AS count FROM orders o
        WHERE o.created_at >= date_trunc('hour', now(), 'UTC') - (${hours}::int - 1) * interval '1 hour' ${atProvider}
        GROUP BY 1, 2 ORDER BY 1, 2) AS found ON true`);
    const [first] = rows;
    if (!first) throw new Error('the database did not return its time');
    const orders = rows.flatMap(({ hour, status, count }) =>
      hour === null ? [] : [{ hour, status: readWord(ORDER_STATUSES)(status), count }],
    );
    return { at: first.at, orders };
  }
}

interface OrdersRow {
  readonly at: Date;
  /** Null where no order was accepted. */
  readonly hour: Date | null;
  readonly status: string;
  readonly count: number;
}
