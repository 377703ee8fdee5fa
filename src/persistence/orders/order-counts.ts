import { Injectable } from '@nestjs/common';
import { PrismaService } from '../prisma/prisma.service.js';

export interface OrderCount {
  readonly provider: string;
  readonly status: string;
  readonly count: number;
  /** How many of them a person must look at. */
  readonly review: number;
}

/** How many orders stand where, for watching. */
@Injectable()
export class OrderCounts {
  constructor(private readonly prisma: PrismaService) {}

  async read(): Promise<OrderCount[]> {
    const rows = await this.prisma.$queryRaw<{ provider: string; status: string; count: bigint; review: bigint }[]>`
      SELECT provider, status, count(*) AS count, count(review_reason) AS review FROM orders GROUP BY provider, status`;
    return rows.map((row) => ({ ...row, count: Number(row.count), review: Number(row.review) }));
  }
}
