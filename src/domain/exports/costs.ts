import type { Account } from '../ledger/accounts.js';
import type { RuleName } from '../ledger/rules.js';
import type { BookedTransfer } from '../ledger/transfer.js';
import { amountText, currencyOf, type Amount } from '../ledger/units.js';
import { massIn, type Grams } from '../mass.js';
import type { Month } from '../periods/month.js';
import { labelsText, plain, text, type ExportKind } from './export-kind.js';
import { functionalOf, type Rate } from './functional.js';

/** What a month cost: the sum over its rows is what these accounts have gained in it. */
export const COST_ACCOUNTS = [
  'expense',
  'tax',
  'fees',
  'difference',
  'pool_cost',
] as const satisfies readonly Account[];
export type CostAccount = (typeof COST_ACCOUNTS)[number];

/** What a transfer adds to one of these accounts. */
export interface CostRow {
  readonly transfer: BookedTransfer;
  readonly account: CostAccount;
  /** Below zero where it takes away. */
  readonly cost: Amount;
  readonly month: Month;
  /** The day of `effective_at` and the one after, in UTC. */
  readonly day: { readonly from: Date; readonly to: Date };
  /** Of the order; null where it is of none. */
  readonly order: {
    readonly mass: Grams;
    readonly offeringId: string;
    readonly offeringName: string;
    /** The tenant's own account at the provider; null for that of the gateway. */
    readonly providerAccount: string | null;
    readonly labels: Readonly<Record<string, string>>;
  } | null;
  readonly statementNumber: string | null;
  /** Of the day of `effective_at`. Null where the books have no currency of their own. */
  readonly rate: Rate | null;
}

const PURCHASES: ReadonlySet<RuleName> = new Set([
  'recognise',
  'pool_retire',
  'pool_allocate',
  'fee',
  'expense_line',
] as const);

/** What gives somebody a mass. */
const RETIREMENTS: ReadonlySet<RuleName> = new Set(['recognise', 'pool_allocate'] as const);

const categoryOf = ({ account, transfer: { rule } }: CostRow): 'Purchase' | 'Tax' | 'Credit' | 'Adjustment' => {
  if (account === 'tax') return 'Tax';
  if (PURCHASES.has(rule)) return 'Purchase';
  return rule === 'keep_refund' ? 'Credit' : 'Adjustment';
};

const DESCRIPTIONS: Readonly<Record<CostAccount, string>> = {
  expense: 'Carbon credits retired',
  tax: 'Tax',
  fees: 'Fee',
  difference: 'Difference that was accepted',
  pool_cost: 'Carbon credits of a pool',
};

/** Only what buys a mass has one: what corrects its price buys none. */
const massOf = (row: CostRow): string | null =>
  row.order !== null && row.account === 'expense' && RETIREMENTS.has(row.transfer.rule)
    ? massIn(row.order.mass, 'kg')
    : null;

const cost = ({ cost: amount }: CostRow): string => amountText(amount);
const functional = (row: CostRow) => functionalOf(row.cost, row.rate);

/** FOCUS 1.2, https://focus.finops.org: what it calls for and is not known is empty. */
export const COSTS: ExportKind<CostRow> = {
  means: 'what the month cost, as FOCUS 1.2 names it',
  columns: [
    text(
      'BillingAccountId',
      'the account at the provider: its own of the tenant, or else the provider',
      ({ order, transfer }) => order?.providerAccount ?? transfer.provider,
    ),
    text('SubAccountId', 'the tenant', ({ transfer }) => transfer.tenantId),
    text('InvoiceId', 'number of the statement', ({ statementNumber }) => statementNumber),
    text('InvoiceIssuerName', 'the provider', ({ transfer }) => transfer.provider),
    text('ProviderName', 'the provider', ({ transfer }) => transfer.provider),
    text('PublisherName', 'the provider', ({ transfer }) => transfer.provider),
    text('BillingCurrency', 'of the amounts', ({ cost: { asset } }) => currencyOf(asset)),
    plain('BillingPeriodStart', 'begin of the month', ({ month }) => month.startsAt.toISOString()),
    plain('BillingPeriodEnd', 'its end', ({ month }) => month.endsAt.toISOString()),
    plain('ChargePeriodStart', 'the day on which it happened (UTC)', ({ day }) => day.from.toISOString()),
    plain('ChargePeriodEnd', 'its end', ({ day }) => day.to.toISOString()),
    text('ChargeCategory', 'Purchase, Tax, Credit or Adjustment', categoryOf),
    text('ChargeClass', '`Correction` for what happened in a month that was closed', ({ transfer }) =>
      transfer.isLate ? 'Correction' : null,
    ),
    text('ChargeFrequency', 'always `One-Time`', () => 'One-Time'),
    text('ChargeDescription', 'in words', ({ account }) => DESCRIPTIONS[account]),
    plain('BilledCost', 'the amount; below zero where it takes away', cost),
    plain('EffectiveCost', 'the same', cost),
    plain('ContractedCost', 'the same', cost),
    plain('ListCost', 'the same', cost),
    plain('PricingQuantity', 'the mass that was bought; empty where none was', massOf),
    text('PricingUnit', '`kg CO2e`', (row) => massOf(row) && 'kg CO2e'),
    plain('ConsumedQuantity', 'the mass that was retired; empty where none was', massOf),
    text('ConsumedUnit', '`kg CO2e`', (row) => massOf(row) && 'kg CO2e'),
    text('ResourceId', 'the order', ({ transfer }) => transfer.orderId),
    text('ResourceName', 'name of what it is of', ({ order }) => order?.offeringName ?? null),
    text('SkuId', 'the offering', ({ order }) => order?.offeringId ?? null),
    text('ServiceName', 'always the same', () => 'Carbon credits'),
    text('ServiceCategory', 'always `Other`', () => 'Other'),
    text('Tags', 'labels of the order, as a JSON object', ({ order }) => labelsText(order?.labels ?? {})),
    text('x_Account', 'the account: [the ledger](ledger.md)', ({ account }) => account),
    text('x_FunctionalCurrency', '`FINANCE_CURRENCY`', (row) => functional(row)?.currency ?? null),
    plain('x_FunctionalCost', 'BilledCost in it', (row) => functional(row)?.amount ?? null),
    plain('x_Rate', 'what a unit of BillingCurrency was in it', (row) => functional(row)?.rate ?? null),
    plain('x_RateDate', 'on which day', (row) => functional(row)?.rateDate ?? null),
  ],
  missingOf: (row) => (functional(row)?.amount === null ? ['x_FunctionalCost'] : []),
};
