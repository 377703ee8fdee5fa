import type { PaymentMethod } from '../providers/capabilities.js';
import { Balances } from './balances.js';
import { apply, opposite, type Entered } from './rules.js';
import type { Asset } from './units.js';

/** A line of an accepted statement. Amounts are as the provider writes them for its kind: above zero, as a rule. */
export interface PostedLine {
  readonly kind: 'charge' | 'credit' | 'fee' | 'payment';
  readonly asset: Asset;
  readonly netUnits: bigint;
  readonly taxUnits: bigint;
  /** The order that it is about; null if none was found. */
  readonly order: {
    readonly paymentMethod: PaymentMethod;
    /** Claimed back of it so far. */ readonly refundDue: bigint;
  } | null;
}

/**
 * What a line posts. A statement is posted to the cent of its total, so every line is: what has no order, and what charges
 * the account for an order that its payer has paid, waits on `suspense` for a decision.
 */
export const postLine = ({ kind, asset, netUnits, taxUnits, order }: PostedLine): readonly Entered[] => {
  const amount = (units: bigint) => ({ asset, units });
  const amounts = { net: amount(netUnits), tax: amount(taxUnits), gross: amount(netUnits + taxUnits) };
  switch (kind) {
    case 'charge':
      return apply(order?.paymentMethod === 'account' ? 'invoice' : 'suspend', 'account', amounts);
    case 'credit': {
      if (order === null) return apply('suspend_credit', 'account', amounts);
      const refunded = smaller(netUnits, order.refundDue);
      return apply('credit', 'account', {
        ...amounts,
        refunded: amount(refunded),
        credited: amount(netUnits - refunded),
      });
    }
    case 'fee':
      return apply('fee', 'account', amounts);
    case 'payment':
      return apply('pay', 'account', amounts);
  }
};

/**
 * What lines post, one after another: where one takes what is due back of an order, less is due to the next.
 * @param due what is left due of orders after lines before these, if that is not in their `refundDue` yet
 */
export const postLines = <L extends PostedLine & { readonly order: { readonly id: string } | null }>(
  lines: readonly L[],
  due = new Map<string, bigint>(),
): readonly (readonly Entered[])[] =>
  lines.map((line) => {
    const { order, asset, kind } = line;
    if (order === null || kind !== 'credit') return postLine(line);
    const refundDue = due.get(order.id) ?? order.refundDue;
    const entries = postLine({ ...line, order: { ...order, refundDue } });
    due.set(order.id, refundDue + Balances.of(entries).get('refund_due', asset));
    return entries;
  });

/** No more than is due, and nothing where nothing is, or the credit takes back another. */
const smaller = (net: bigint, due: bigint): bigint => (net <= 0n || due <= 0n ? 0n : net < due ? net : due);

/** What a statement that is taken back posts for each line that it had posted. */
export const reverseLine = (posted: readonly Entered[]): readonly Entered[] => opposite(posted);
