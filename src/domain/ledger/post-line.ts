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
    /** Claimed back of it so far. */
    readonly refundDue: bigint;
    /** What people have accepted as a difference of it, or written off. */ readonly accepted: bigint;
  } | null;
  /** What was claimed back of no order under the names that the line has. Null: it is of an order, or has none. */
  readonly claim: { readonly name: string; readonly due: bigint } | null;
}

/**
 * What a line posts. A statement is posted to the cent of its total, so every line is: what has no order, and what charges
 * the account for an order that its payer has paid, waits on `suspense` for a decision. But what a payer has paid is no
 * money of the account.
 */
export const postLine = ({ kind, asset, netUnits, taxUnits, order, claim }: PostedLine): readonly Entered[] => {
  const amount = (units: bigint) => ({ asset, units });
  const amounts = { net: amount(netUnits), tax: amount(taxUnits), gross: amount(netUnits + taxUnits) };
  switch (kind) {
    case 'charge':
      return apply(order?.paymentMethod === 'account' ? 'invoice' : 'suspend', 'account', amounts);
    case 'credit': {
      const refunded = smaller(netUnits, order?.refundDue ?? claim?.due ?? 0n);
      const accepted = smaller(netUnits - refunded, order?.accepted ?? 0n);
      return apply(order === null ? 'suspend_credit' : 'credit', 'account', {
        ...amounts,
        refunded: amount(refunded),
        accepted: amount(accepted),
        credited: amount(netUnits - refunded - accepted),
      });
    }
    case 'fee':
      return apply('fee', 'account', amounts);
    case 'payment':
      return apply('pay', order?.paymentMethod ?? 'account', amounts);
  }
};

/** What a credit can take. */
export type LeftForCredit = Pick<NonNullable<PostedLine['order']>, 'refundDue' | 'accepted'>;

/**
 * What lines post, one after another: what one takes of what is due back, or accepted, the next cannot.
 * @param left what lines before these have left of that, if it is not in these yet
 */
export const postLines = <L extends PostedLine & { readonly order: { readonly id: string } | null }>(
  lines: readonly L[],
  left = new Map<string, LeftForCredit>(),
): readonly (readonly Entered[])[] =>
  lines.map((line) => {
    const { order, claim, asset, kind } = line;
    const name = order?.id ?? claim?.name;
    if (name === undefined || kind !== 'credit') return postLine(line);
    const { refundDue, accepted } = left.get(name) ?? order ?? { refundDue: claim?.due ?? 0n, accepted: 0n };
    const entries = postLine({
      ...line,
      order: order && { ...order, refundDue, accepted },
      claim: claim && { ...claim, due: refundDue },
    });
    const taken = Balances.of(entries);
    left.set(name, {
      refundDue: refundDue + taken.get('refund_due', asset),
      accepted: accepted + taken.get('difference', asset),
    });
    return entries;
  });

/** No more than is due, and nothing where nothing is, or the credit takes back another. */
const smaller = (net: bigint, due: bigint): bigint => (net <= 0n || due <= 0n ? 0n : net < due ? net : due);

/** What a statement that is taken back posts for each line that it had posted. */
export const reverseLine = (posted: readonly Entered[]): readonly Entered[] => opposite(posted);
