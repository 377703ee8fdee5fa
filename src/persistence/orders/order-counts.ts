import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';
import { IS_OPEN } from './order-rows.js';

export interface OpenCount {
  readonly provider: string;
  readonly status: string;
  readonly count: number;
}

export interface ReviewCount {
  readonly provider: string;
  readonly reason: string;
  readonly count: number;
}

/** How many orders are open, and how many a person must look at. Both from indexes of just those orders. */
@Injectable()
export class OrderCounts {
  constructor(private readonly database: Database) {}

  async open(): Promise<OpenCount[]> {
    return this.database.query(Prisma.sql`
      SELECT o.provider, o.status, count(*)::int AS count FROM orders o WHERE ${IS_OPEN} GROUP BY o.provider, o.status`);
  }

  async underReview(): Promise<ReviewCount[]> {
    return this.database.query(Prisma.sql`
      SELECT provider, review_reason AS reason, count(*)::int AS count FROM orders
      WHERE review_reason IS NOT NULL GROUP BY provider, review_reason`);
  }
}
