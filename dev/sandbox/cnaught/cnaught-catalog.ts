import { Decimal } from 'decimal.js';
import { CommandRefusedError } from '../command-refused.error.js';
import { checkPrice } from '../control-fields.js';
import { decided, jsonResponse, type Decision } from '../http-messages.js';
import type { Effect, Ledger } from '../ledger.js';
import type { Table } from '../table.js';
import { DEFAULT_PORTFOLIO_ID, PORTFOLIOS, type PortfolioRow } from './cnaught-fixtures.js';
import { notFound } from './cnaught-problems.js';
import type { Allocation } from './cnaught-rows.js';
import type { FieldReader } from './field-reader.js';
import { toWireCategoryWithProjects, toWireProject } from './projects.js';

export type PriceList = 'api' | 'checkout';

/** Portfolios and what a mass costs. Prices can be changed by command; the rest is fixed. */
export class CnaughtCatalog {
  private readonly repriced: Table<PortfolioRow>;

  constructor(ledger: Ledger) {
    this.repriced = ledger.table<PortfolioRow>('portfolios');
  }

  find(id: string): PortfolioRow | null {
    return this.repriced.get(id) ?? PORTFOLIOS.find((portfolio) => portfolio.id === id) ?? null;
  }

  default(): PortfolioRow {
    const portfolio = this.find(DEFAULT_PORTFOLIO_ID);
    if (!portfolio) throw new Error('The default portfolio is not among the fixtures.');
    return portfolio;
  }

  pricePerKg(portfolio: PortfolioRow, list: PriceList): Decimal {
    return new Decimal(list === 'api' ? portfolio.apiPricePerKgUsdCents : portfolio.checkoutPricePerKgUsdCents);
  }

  /**
   * Whole cents, rounded up: documented for checkouts, assumed for orders. A mass that costs more than can be said to the
   * cent is noted as a field error.
   */
  priceUsdCents(fields: FieldReader, portfolio: PortfolioRow, list: PriceList, amountKg: number): number {
    const cents = this.pricePerKg(portfolio, list).times(amountKg).ceil().toNumber();
    if (!Number.isSafeInteger(cents)) fields.refuse('amount_kg', 'The mass is more than can be sold.');
    return cents;
  }

  /** How many whole kilograms a sum of cents buys; never more than it pays for. */
  kgForCents(portfolio: PortfolioRow, cents: number): number {
    return new Decimal(cents).dividedBy(this.pricePerKg(portfolio, 'api')).floor().toNumber();
  }

  allocate(portfolio: PortfolioRow, orderId: string, amountKg: number): Allocation[] {
    return portfolio.categories.map((category, index) => ({
      project: toWireProject(category),
      amount_kg: new Decimal(category.fraction).times(amountKg).toNumber(),
      retirements: [
        {
          serial_number_range: `SBX-${category.project.id}-${orderId}-${index + 1}`,
          url: `https://registry.example/retirements/${orderId}-${index + 1}`,
        },
      ],
    }));
  }

  list(): Decision {
    return decided(jsonResponse(200, { data: PORTFOLIOS.map(toListedPortfolio) }));
  }

  read(id: string): Decision {
    const portfolio = this.find(id);
    return decided(portfolio ? jsonResponse(200, toWirePortfolio(portfolio)) : notFound('portfolio'));
  }

  /** The portfolio a request names, or the default; a wrong name is noted as a field error. */
  chosen(fields: FieldReader, defaultId: string | null): PortfolioRow {
    const inherited = defaultId === null ? null : this.find(defaultId);
    return this.named(fields, 'portfolio_id') ?? inherited ?? this.default();
  }

  /** The portfolio in this field; null if there is none, and then a name in it is noted as a field error. */
  named(fields: FieldReader, field: string): PortfolioRow | null {
    const id = fields.optionalText(field, 512);
    const portfolio = id === null ? null : this.find(id);
    if (id !== null && !portfolio) fields.refuse(field, 'The portfolio does not exist.');
    return portfolio;
  }

  /** Command: new prices for a portfolio, in US cents per kilogram. */
  reprice(id: string, apiPricePerKgUsdCents: string, checkoutPricePerKgUsdCents: string): Effect {
    const portfolio = this.find(id);
    if (!portfolio) throw new CommandRefusedError('There is no such portfolio.');
    checkPrice('The API price', apiPricePerKgUsdCents);
    checkPrice('The checkout price', checkoutPricePerKgUsdCents);
    const row = { ...portfolio, apiPricePerKgUsdCents, checkoutPricePerKgUsdCents };
    return { kind: 'portfolio_repriced', id, changes: [this.repriced.put(id, row)] };
  }
}

const toListedPortfolio = (portfolio: PortfolioRow): object => ({
  id: portfolio.id,
  name: portfolio.name,
  summary: portfolio.summary,
  description: portfolio.description,
  primary_image_url: null,
});

const toWirePortfolio = (portfolio: PortfolioRow): object => ({
  ...toListedPortfolio(portfolio),
  checkout_price_per_kg_usd_cents: Number(portfolio.checkoutPricePerKgUsdCents),
  api_price_per_kg_usd_cents: Number(portfolio.apiPricePerKgUsdCents),
  category_allocations: portfolio.categories.map((category) => ({
    allocated_fraction: Number(category.fraction),
    category: toWireCategoryWithProjects(category),
  })),
});
