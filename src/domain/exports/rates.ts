import type { Currency } from '../money.js';

/** What a unit of other currencies was in the currency of the books, on a day. */
export interface DayRates {
  readonly functional: Currency;
  /** 2026-11-30 */
  readonly onDate: string;
  /** Decimals above zero, with at most ten digits after the point. */
  readonly rates: Readonly<Partial<Record<Currency, string>>>;
  /** Where they are from. */
  readonly source: string;
}
