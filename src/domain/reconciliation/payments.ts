import type { Currency } from '../money.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import { decimalOf } from '../statements/numbers.js';
import { finding, type Fact, type Finding } from './finding.js';
import { CENT, isBought, isInDoubt, sizeOf } from './sums.js';

/** A payment of an accepted statement. Money is in millionths, with tax. */
export interface Payment {
  readonly statementId: string;
  readonly line: number;
  readonly units: bigint;
  readonly currency: Currency;
}

/** An order that is paid on a hosted page, and what statements say that its payers have paid, oldest first. */
export interface PaidOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** Null: nobody told one. */
  readonly price: { readonly units: bigint; readonly currency: Currency } | null;
  readonly payments: readonly Payment[];
}

/** What an account owes by all its statements in one currency, and what was paid of that, oldest first. */
export interface PaidAccount {
  readonly owedUnits: bigint;
  readonly payments: readonly Payment[];
}

/** Payments for what was not bought, of another amount than its price, or of more than an account owes. */
export const judgePayments = (orders: readonly PaidOrder[], accounts: readonly PaidAccount[]): readonly Finding[] => [
  ...orders.flatMap(ofPayers),
  ...accounts.flatMap(ofAccount),
];

const lineOf = ({ statementId, line }: Payment): string => `${statementId}:${line}`;

/** Told with the latest payment: whichever of them is wrong, together they are not the price. */
const ofPayers = ({ status, price, payments }: PaidOrder): readonly Finding[] => {
  const last = payments.at(-1);
  if (last === undefined || isInDoubt({ status }) || (isBought({ status }) && price === null)) return [];
  const expected = isBought({ status }) ? (price?.units ?? 0n) : 0n;
  const paid = payments.reduce((sum, { units }) => sum + units, 0n);
  const others = payments.filter(({ currency }) => price !== null && currency !== price.currency);
  if (others.length === 0 && sizeOf(paid - expected) <= CENT) return [];
  const facts: readonly Fact[] = [
    { field: 'status', ours: status, theirs: null },
    { field: 'paid', ours: decimalOf(expected), theirs: decimalOf(paid) },
    ...payments.map((each) => ({ field: 'payment', ours: null, theirs: decimalOf(each.units), line: lineOf(each) })),
    ...others.map((each) => ({
      field: 'currency',
      ours: price?.currency ?? null,
      theirs: each.currency,
      line: lineOf(each),
    })),
  ];
  return [finding('payment_unmatched', lineOf(last), facts)];
};

/** What is found to be too much is no payment of what comes to be owed later, until it is. */
const ofAccount = ({ owedUnits, payments }: PaidAccount): readonly Finding[] => {
  let open = owedUnits;
  return payments.flatMap((payment) => {
    if (payment.units <= open + CENT) {
      open -= payment.units;
      return [];
    }
    const line = lineOf(payment);
    return [
      finding('payment_unmatched', line, [
        { field: 'open', ours: decimalOf(open), theirs: decimalOf(payment.units), line },
      ]),
    ];
  });
};
