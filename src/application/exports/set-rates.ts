import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { ratesSet } from '../../domain/audit/period-acts.js';
import type { DayRates } from '../../domain/exports/rates.js';
import type { Actor } from '../../domain/orders/cause.js';
import { RatesRepository } from '../../persistence/exports/rates.repository.js';

export type { DayRates };

/** Enters exchange rates for exports. What a closed month has exported stays as it is. */
@Injectable()
export class SetRates {
  constructor(private readonly rates: RatesRepository) {}

  async run(rates: DayRates, by: Actor): Promise<void> {
    await this.rates.set(rates, applied(by, ratesSet(rates)));
  }
}
