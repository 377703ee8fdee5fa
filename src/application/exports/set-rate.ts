import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { rateSet } from '../../domain/audit/period-acts.js';
import { AppError } from '../../domain/errors.js';
import type { DayRate } from '../../domain/exports/rates.js';
import type { Actor } from '../../domain/orders/cause.js';
import { RatesRepository } from '../../persistence/exports/rates.repository.js';

export type { DayRate };

/** Enters an exchange rate for exports. What a closed month has exported stays as it is. */
@Injectable()
export class SetRate {
  constructor(private readonly rates: RatesRepository) {}

  /** Throws `rate_not_possible`. */
  async run(rate: DayRate, by: Actor): Promise<void> {
    if (rate.currency === rate.functional)
      throw new AppError('rate_not_possible', 'A currency has no rate in itself.', {
        errors: { currency: ['must be another than functional'] },
      });
    await this.rates.set(rate, applied(by, rateSet(rate)));
  }
}
