import type { Currency } from '../money.js';

/** What a unit of another currency was in the currency of the books, on a day. */
export interface DayRate {
  readonly functional: Currency;
  readonly currency: Currency;
  /** 2026-11-30 */
  readonly onDate: string;
  /** A decimal above zero, with at most ten digits after the point. */
  readonly rate: string;
  /** Where it is from. */
  readonly source: string;
}
