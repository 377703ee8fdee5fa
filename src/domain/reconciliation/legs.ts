import type { Currency } from '../money.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { LineKind } from '../statements/statement.js';

/** Our order, as it stood at the cut-off. Money in millionths. */
export interface OrderLeg {
  readonly id: string;
  readonly providerOrderId: string | null;
  readonly status: OrderStatus;
  readonly payer: 'account' | 'checkout';
  readonly grams: bigint;
  /** As last known; null: nobody told one. */
  readonly price: { readonly netUnits: bigint; readonly taxUnits: bigint; readonly currency: Currency } | null;
  /** Whether the provider's settle time was over at the cut-off. */
  readonly isSettled: boolean;
  readonly isProven: boolean;
  /** Days from the retirement to the cut-off; null: not retired. */
  readonly retiredDays: number | null;
  /** What the provider owes back, and for how many days; null: nothing. */
  readonly refundDue: { readonly units: bigint; readonly days: number } | null;
  /** What people have accepted as a difference of it, or written off; below zero where too little was charged. */
  readonly accepted: bigint;
}

/** A purchase in the provider's own list. */
export interface ProviderLeg {
  readonly providerOrderId: string;
  readonly reference: string | null;
  readonly state: 'open' | 'retired' | 'undone';
  readonly grams: bigint | null;
  readonly grossUnits: bigint | null;
  readonly currency: string | null;
}

/** A line of an accepted statement. */
export interface StatementLeg {
  readonly statementId: string;
  readonly line: number;
  readonly kind: LineKind;
  readonly providerOrderId: string | null;
  readonly reference: string | null;
  readonly grams: bigint | null;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
  readonly currency: Currency;
  /** Of a credit of no order: all of it is what was claimed back under its names. */
  readonly isMet: boolean;
}

/** What a provider promises, and how completely its list was read. */
export interface Terms {
  readonly provider: string;
  readonly coverage: 'complete' | 'known_only';
  /** Null: who pays on a page is not invoiced, nor is anybody else. */
  readonly invoiceDays: number | null;
  /** In millionths: 200000 is 20 %. Null: no tax is charged. */
  readonly taxRate: bigint | null;
  readonly proofDays: number;
}

/** Everything there is about one order, or about one purchase or line without an order. */
export interface Legs {
  readonly o: OrderLeg | null;
  readonly p: readonly ProviderLeg[];
  readonly s: readonly StatementLeg[];
  readonly terms: Terms;
}
