import { Decimal } from 'decimal.js';
import type { PurchaseLimits } from '../../domain/limits/purchase-limits.js';
import { gramsFromMass } from '../../domain/mass.js';

/** What a tenant may buy that has no limits of its own. */
export class DefaultLimits {
  constructor(readonly limits: PurchaseLimits) {}

  /** Of valid settings. */
  static from(settings: Readonly<Record<'maxOrderTonnes' | 'maxOrderUsd' | 'maxMonthUsd', string>>): DefaultLimits {
    return new DefaultLimits({
      orderMass: gramsFromMass(settings.maxOrderTonnes, 't'),
      orderUsd: new Decimal(settings.maxOrderUsd),
      monthUsd: new Decimal(settings.maxMonthUsd),
    });
  }
}
