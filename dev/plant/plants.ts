import { Decimal } from 'decimal.js';
import type { BreakType } from '../../src/domain/reconciliation/break-types.js';

/** A line of a statement before it is written. Amounts in the currency of the document. */
export interface PlannedLine {
  readonly kind: 'charge' | 'credit' | 'fee' | 'payment';
  /** Of a document of its own, where it is not that of the provider. */
  readonly currency?: 'EUR';
  /** Of a line for all orders of a project. */
  readonly projectId?: string;
  /** What is to be found of the line itself. */
  readonly finds?: BreakType;
  readonly providerOrderId: string | null;
  readonly reference: string | null;
  readonly grams: number | null;
  readonly net: Decimal;
  readonly tax: Decimal;
  readonly description: string;
}

/** Retirements as CNaught shows them: serial numbers, and kilograms, where it tells any. */
export type PlannedRetirement = readonly [serial: string, kg: number | null];

export type ProviderName = 'cnaught' | 'carbonmark' | 'one_tribe';

/** Days that have passed, what its provider has done unseen, and what was never told. */
export interface Late {
  readonly days?: number;
  readonly retiredUnseen?: true;
  readonly neverPriced?: true;
}

export interface Plant {
  /** Where an order is placed for it. */
  readonly at: ProviderName;
  readonly payment?: 'checkout';
  readonly kg?: number;
  /** What the provider, or somebody else, does about it. */
  readonly act?: 'cancel' | 'vanish' | 'buy_again' | 'leave_open';
  /** What comes of it once time has been moved, and nobody looks any more: only where both can be done. */
  readonly late?: Late;
  /** What its retirements are, in a block of serial numbers that no other order has. */
  readonly retirements?: (block: number, kg: number) => readonly PlannedRetirement[];
  /** What its statement has in place of the right line. `other`: another order of the provider. */
  readonly lines?: (line: PlannedLine, other: string) => readonly PlannedLine[];
  /** What is to be found of it. */
  readonly finds: readonly BreakType[];
}

const VAT = 0.2;
/** In whole pence or cents. */
const rounded = (amount: Decimal): Decimal => amount.toDecimalPlaces(2);
/** Another net, with the tax that belongs to it. */
const priced = (line: PlannedLine, net: Decimal): PlannedLine => ({
  ...line,
  net,
  tax: line.tax.isZero() ? line.tax : rounded(net.times(VAT)),
});
const none = (): readonly PlannedLine[] => [];
const serials = (block: number, first: number, last: number): string =>
  `${block}-${first}-${last}-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1`;

const OPEN = { at: 'cnaught', act: 'leave_open' } as const;

/** What can be wrong with one order, made by what its provider does or by what its statement says. */
export const PLANTS = {
  difference_tolerated: {
    at: 'cnaught',
    lines: (line) => [priced(line, line.net.minus('0.01'))],
    finds: ['difference_tolerated'],
  },
  currency_differs: { at: 'cnaught', lines: (line) => [{ ...line, currency: 'EUR' }], finds: ['currency_differs'] },
  amount_differs: { at: 'cnaught', lines: (line) => [priced(line, line.net.plus(1))], finds: ['amount_differs'] },
  tax_differs: {
    at: 'one_tribe',
    lines: (line) => [{ ...line, tax: line.tax.plus('0.05') }],
    finds: ['tax_differs'],
  },
  mass_differs: {
    at: 'cnaught',
    lines: (line) => [{ ...line, grams: (line.grams ?? 0) * 2 }],
    finds: ['mass_differs'],
  },
  charged_twice: { at: 'one_tribe', lines: (line) => [line, line], finds: ['charged_twice'] },
  charge_for_unbought: { at: 'cnaught', act: 'cancel', finds: ['charge_for_unbought'] },
  charge_for_payer: { at: 'cnaught', payment: 'checkout', lines: (line) => [line], finds: ['charge_for_payer'] },
  refund_unexpected: {
    at: 'one_tribe',
    lines: (line) => [line, { ...priced(line, rounded(line.net.div(2))), kind: 'credit' }],
    finds: ['refund_unexpected'],
  },
  reference_conflict: {
    at: 'cnaught',
    lines: (line, other) => [{ ...line, reference: other, finds: 'reference_conflict' }],
    finds: ['not_invoiced'],
  },
  not_invoiced: { at: 'cnaught', lines: none, finds: ['not_invoiced'] },
  purchase_missing_there: { at: 'one_tribe', act: 'vanish', lines: none, finds: ['purchase_missing_there'] },
  bought_twice: { at: 'one_tribe', act: 'buy_again', finds: ['bought_twice'] },
  serial_overclaimed: {
    at: 'cnaught',
    kg: 2_000,
    retirements: (block, kg) => [[serials(block, 1, 1), kg]],
    finds: ['serial_overclaimed'],
  },
  serial_overlap: {
    at: 'cnaught',
    kg: 2_000,
    retirements: (block, kg) => [
      [serials(block, 1, 5), kg / 2],
      [serials(block, 5, 9), kg / 2],
    ],
    finds: ['serial_overlap'],
  },
  serial_unverified: {
    at: 'cnaught',
    retirements: (block) => [
      [serials(block, 1, 1), null],
      [serials(block, 2, 2), null],
    ],
    finds: ['serial_unverified'],
  },
  proof_disagrees: {
    at: 'cnaught',
    kg: 1_000,
    retirements: (block, kg) => [
      [serials(block, 1, 1), kg - 100],
      [serials(block, 2, 2), 200],
      // Without one that tells nothing, what is more than was ordered would not be taken on at all.
      [serials(block, 3, 3), null],
    ],
    finds: ['proof_disagrees', 'serial_unverified'],
  },
  paid_twice: { at: 'cnaught', payment: 'checkout', act: 'buy_again', finds: ['paid_twice'] },
  invoiced_early: { ...OPEN, late: {}, finds: ['invoiced_early'] },
  state_differs: { ...OPEN, late: { retiredUnseen: true }, lines: none, finds: ['state_differs'] },
  unpriced: { at: 'cnaught', late: { neverPriced: true }, finds: ['unpriced'] },
  invoice_overdue: { at: 'cnaught', late: { days: 12 }, lines: none, finds: ['invoice_overdue'] },
  proof_missing: { at: 'one_tribe', late: { days: 50 }, finds: ['proof_missing'] },
  // Its payer has paid something else: found of the line, as what is of no order.
  payment_unmatched: {
    at: 'carbonmark',
    lines: (line) => [{ ...line, net: line.net.plus('0.05'), finds: 'payment_unmatched' }],
    finds: [],
  },
} as const satisfies Readonly<Partial<Record<BreakType, Plant>>>;

export type PlantedType = keyof typeof PLANTS;

/** Those for which time has to be moved. */
export const isLate = (type: PlantedType): boolean => 'late' in PLANTS[type];

/** What is of no order: a purchase of somebody else, and lines. */
export const EXTRAS = ['purchase_unknown_here', 'charge_unknown', 'fee_unallocated', 'payment_unmatched'] as const;
export type Extra = (typeof EXTRAS)[number];

/** How the orders at One Tribe with which nothing is wrong are invoiced, and what is found of that. */
export const INVOICING = {
  by_order: [],
  by_project: ['aggregate_allocated'],
  by_project_rounded: ['aggregate_allocated', 'difference_tolerated'],
  by_project_wrong: ['aggregate_differs', 'not_invoiced'],
} as const satisfies Readonly<Record<string, readonly BreakType[]>>;
export type Invoicing = keyof typeof INVOICING;

/** In what the provider's own list shows an order otherwise than it is, and where in a row of it. */
export const SHOWN_OTHERWISE = {
  price_differs: { path: 'price_usd_cents', by: 3 },
  mass_differs: { path: 'amount_kg', by: 1 },
} as const satisfies Readonly<Partial<Record<BreakType, object>>>;
export type ShownOtherwise = keyof typeof SHOWN_OTHERWISE;
