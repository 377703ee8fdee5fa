import { Injectable } from '@nestjs/common';
import type { ActRecord } from '../../domain/audit/act.js';
import type { DayRates } from '../../domain/exports/rates.js';
import { recordAct } from '../audit/record-act.js';
import { Database } from '../database/database.js';
import { Prisma } from '../generated/client.js';

/** Exchange rates for exports. */
@Injectable()
export class RatesRepository {
  constructor(private readonly database: Database) {}

  /** Enters them, in place of those of the same day. */
  async set({ functional, onDate, rates, source }: DayRates, record: ActRecord): Promise<void> {
    await this.database.query(Prisma.sql`
      WITH entered AS (
        INSERT INTO finance_rates (functional, currency, on_date, rate, source)
        SELECT ${functional}::text, r.key, ${onDate}::date, r.value::numeric, ${source}::text
        FROM jsonb_each_text(${JSON.stringify(rates)}::jsonb) r ORDER BY r.key
        ON CONFLICT (functional, currency, on_date) DO UPDATE SET rate = EXCLUDED.rate, source = EXCLUDED.source
        RETURNING rate)
      SELECT ${recordAct(record)} FROM (SELECT FROM entered LIMIT 1) AS any_rate`);
  }
}
