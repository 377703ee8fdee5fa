import type { Amount } from '../ledger/units.js';
import { amountText, currencyOf } from '../ledger/units.js';
import type { PriceSource } from '../orders/order.js';
import { labelsText, plain, text, type ExportKind } from './export-kind.js';
import { functionalOf, type Rate } from './functional.js';

/** What is left on the clearing account of an order at the end of a month. */
export interface AccrualRow {
  readonly orderId: string;
  readonly tenantId: string | null;
  readonly provider: string;
  /** Debits less credits, not zero. */
  readonly clearing: Amount;
  /** 2026-11-30; null for one that is not retired. */
  readonly retiredOn: string | null;
  /** From the retirement to the end of the month. */
  readonly ageDays: number | null;
  readonly priceSource: PriceSource | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Of the last day of the month. Null where the books have no currency of their own. */
  readonly rate: Rate | null;
}

const functional = ({ clearing, rate }: AccrualRow) => functionalOf(clearing, rate);

export const ACCRUALS: ExportKind<AccrualRow> = {
  means: 'what is retired and not invoiced, or invoiced and not retired, at the end of the month',
  columns: [
    text('order_id', 'the order', ({ orderId }) => orderId),
    text('tenant', 'whose', ({ tenantId }) => tenantId),
    text('provider', 'of whom', ({ provider }) => provider),
    text('currency', 'of the amounts', ({ clearing }) => currencyOf(clearing.asset)),
    plain('accrued', 'retired and not invoiced', ({ clearing: { asset, units } }) =>
      amountText({ asset, units: units < 0n ? -units : 0n }),
    ),
    plain('prepaid', 'invoiced and not retired', ({ clearing: { asset, units } }) =>
      amountText({ asset, units: units > 0n ? units : 0n }),
    ),
    plain('retired_on', 'when it was retired', ({ retiredOn }) => retiredOn),
    plain('age_days', 'days from then to the end of the month', ({ ageDays }) =>
      ageDays === null ? null : String(ageDays),
    ),
    text('price_source', 'where its price is from', ({ priceSource }) => priceSource),
    text('labels', 'labels of the order, as a JSON object', ({ labels }) => labelsText(labels)),
    text('functional_currency', '`FINANCE_CURRENCY`', (row) => functional(row)?.currency ?? null),
    plain('functional_amount', 'prepaid less accrued in it', (row) => functional(row)?.amount ?? null),
    plain('rate', 'what a unit of `currency` was in it', (row) => functional(row)?.rate ?? null),
    plain('rate_date', 'on which day', (row) => functional(row)?.rateDate ?? null),
  ],
  missingOf: (row) => (functional(row)?.amount === null ? ['functional_amount'] : []),
};
