import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { DayRate } from '../../domain/exports/rates.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** Exchange rates for exports. */
@Injectable()
export class RatesRepository {
  constructor(private readonly database: Database) {}

  /** Enters it, in place of the one of the same currency and day. */
  async set({ functional, currency, onDate, rate, source }: DayRate, record: ActRecord): Promise<void> {
    await this.database.query(Prisma.sql`
      WITH entered AS (
        INSERT INTO finance_rates (functional, currency, on_date, rate, source)
        VALUES (${functional}::text, ${currency}::text, ${onDate}::date, ${rate}::numeric, ${source}::text)
        ON CONFLICT (functional, currency, on_date) DO UPDATE SET rate = EXCLUDED.rate, source = EXCLUDED.source
        RETURNING rate)
      SELECT ${recordAct(record)} FROM entered`);
  }
}
