import { Injectable } from '@nestjs/common';
import { Decimal } from 'decimal.js';
import { AppError } from '../../domain/errors.js';
import { ExchangeRates, inUsd } from '../../domain/exchange-rates.js';
import {
  exceededLimit,
  largestOrderUsd,
  orDefaults,
  type BuyerLimits,
  type ExceededLimit,
  type LimitHolder,
} from '../../domain/limits/purchase-limits.js';
import { reservationFor, type Spending } from '../../domain/limits/spending.js';
import { massIn, type Grams } from '../../domain/mass.js';
import { money, MONEY_SCALE, readableMoney, type Currency, type Money } from '../../domain/money.js';
import { plainMoney, type PlainMoney, type RefusalNumbers } from '../../domain/refusal-numbers.js';
import type { OrderTerms } from '../../domain/orders/order.js';
import { BudgetsRepository } from '../../persistence/limits/budgets.repository.js';
import type { Accepted } from '../../persistence/orders/orders.repository.js';
import { DefaultLimits } from './default-limits.js';

/** An order that is within every limit on single orders. */
export interface WithinLimits {
  readonly maxTotal: Money | null;
  /** What it counts in the month; null where its payer pays. */
  readonly spending: Spending | null;
}

type SpendingExceeded = Extract<Accepted, { kind: 'over_limit' }>;

/** Holds orders against what their tenant and key may buy. Throws AppError with the numbers. */
@Injectable()
export class ApplyLimits {
  constructor(
    private readonly defaults: DefaultLimits,
    private readonly rates: ExchangeRates,
    private readonly budgets: BudgetsRepository,
  ) {}

  /** The limits that hold, with the default for each that a tenant has not of its own. */
  of({ tenant, key }: BuyerLimits): BuyerLimits {
    return { tenant: orDefaults(tenant, this.defaults.limits), key };
  }

  /** Before any provider is asked about so much. */
  refuseMass(mass: Grams, limits: BuyerLimits): void {
    const exceeded = exceededLimit({ mass, usd: null }, limits);
    if (exceeded) throw aboveLimit(exceeded, `${massIn(mass, 't')} t`);
  }

  /** Of an offer in a currency without a rate only its mass can be held against the limits. */
  refuseOffer(
    { orderedMass: mass, total }: { readonly orderedMass: Grams; readonly total: Money },
    limits: BuyerLimits,
  ): void {
    this.refuseMass(mass, limits);
    const rate = this.rates.usdPerUnit(total.currency);
    const exceeded = rate && exceededLimit({ mass, usd: inUsd(total, rate) }, limits);
    if (exceeded) throw this.totalAbove(exceeded, total, rate);
  }

  private totalAbove(exceeded: ExceededLimit, total: Money, rate: Decimal): AppError {
    return aboveLimit(exceeded, `${readableMoney(total)}${this.explainRate(total.currency, rate)}`, {
      total: plainMoney(total),
    });
  }

  /**
   * Holds a routed order against the limits on single orders, and says what it counts. Where nobody knows its price
   * beforehand it may cost at most what the limits allow: the price is then asked for before anything is sent.
   *
   * `expected`: its total, as far as it is known.
   */
  run(
    terms: Pick<OrderTerms, 'orderedMass' | 'maxTotal' | 'paymentMethod'>,
    expected: Money | null,
    currency: Currency,
    limits: BuyerLimits,
  ): WithinLimits {
    this.refuseMass(terms.orderedMass, limits);
    const rate = this.rateOf(currency);
    const maxTotal = expected === null ? (terms.maxTotal ?? mostOf(limits, currency, rate)) : terms.maxTotal;
    const total = expected ?? maxTotal;
    if (total) {
      const exceeded = exceededLimit({ mass: terms.orderedMass, usd: inUsd(total, rate) }, limits);
      if (exceeded) throw this.totalAbove(exceeded, total, rate);
    }
    // What the payer of a hosted checkout pays is nobody's spending here.
    const counts = terms.paymentMethod === 'account';
    return { maxTotal, spending: counts ? reservationFor(total ?? money(0, currency), rate) : null };
  }

  /** The refusal of an order with which the month would cost more than its limit, or the budget of the month. */
  async spendingRefused(
    { of, spentUsd, orderUsd }: SpendingExceeded,
    tenantId: string,
    limits: BuyerLimits,
  ): Promise<AppError> {
    const budget = of === 'tenant' ? await this.budgets.limitNow(tenantId) : null;
    const limit = budget ?? limits[of].monthUsd ?? spentUsd;
    return new AppError(
      'spending_limit_reached',
      `${WHOSE[of]} may spend ${usdText(limit)} in a calendar month (UTC). ${usdText(spentUsd)} are spent or reserved, ` +
        `and this order would add ${usdText(orderUsd)}. Nothing was ordered.`,
      { numbers: { monthLimit: { of, total: plainUsd(limit), spent: plainUsd(spentUsd), order: plainUsd(orderUsd) } } },
    );
  }

  private rateOf(currency: Currency): Decimal {
    const rate = this.rates.usdPerUnit(currency);
    if (rate) return rate;
    const why = `There is no exchange rate for ${currency} here, so the order cannot be held against its limits.`;
    throw new AppError('price_not_comparable', `${why} The operator has to add it to FX_RATES.`, {
      numbers: { currency },
    });
  }

  private explainRate(currency: Currency, rate: Decimal): string {
    return currency === 'USD' ? '' : ` (at ${rate.toFixed()} USD, the rate of ${this.rates.date})`;
  }
}

const mostOf = (limits: BuyerLimits, currency: Currency, rate: Decimal): Money | null => {
  const usd = largestOrderUsd(limits);
  return usd && money(usd.div(rate).toDecimalPlaces(MONEY_SCALE, Decimal.ROUND_DOWN), currency);
};

const WHOSE: Readonly<Record<LimitHolder, string>> = { tenant: 'This tenant', key: 'This API key' };

const plainUsd = (amount: Decimal): PlainMoney => plainMoney({ amount, currency: 'USD' });

const usdText = (amount: Decimal): string => readableMoney({ amount, currency: 'USD' });

const aboveLimit = ({ of, most }: ExceededLimit, asked: string, numbers: RefusalNumbers = {}): AppError => {
  const limit = 'mass' in most ? `${massIn(most.mass, 't')} t` : usdText(most.usd);
  const orderLimit =
    'mass' in most ? { of, mass: most.mass, total: null } : { of, mass: null, total: plainUsd(most.usd) };
  return new AppError(
    'order_above_limit',
    `${WHOSE[of]} may order at most ${limit} at once, and this is ${asked}. Nothing was ordered.`,
    { numbers: { ...numbers, orderLimit } },
  );
};
