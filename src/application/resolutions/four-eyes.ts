import { Decimal } from 'decimal.js';
import { gramsFromMass, type Grams } from '../../domain/mass.js';
import type { Order } from '../../domain/orders/order.js';
import type { ExchangeRates } from '../../domain/exchange-rates.js';

/** Above which size of an order every decision takes two people. */
export class FourEyes {
  constructor(
    private readonly overUsd: Decimal,
    private readonly overMass: Grams,
  ) {}

  /** Of valid settings. */
  static from(settings: Readonly<Record<'fourEyesOverUsd' | 'fourEyesOverTonnes', string>>): FourEyes {
    return new FourEyes(new Decimal(settings.fourEyesOverUsd), gramsFromMass(settings.fourEyesOverTonnes, 't'));
  }

  /** What an order may cost is what is charged or reserved for it; where nothing is known, it counts as large. */
  isLarge({ orderedMass, price, quoted, spending }: Order, rates: ExchangeRates): boolean {
    const total = price?.total ?? quoted;
    const usd = total ? rates.usdOf(total) : (spending?.usd ?? null);
    return orderedMass > this.overMass || usd === null || usd.greaterThan(this.overUsd);
  }
}
