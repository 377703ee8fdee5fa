import type { PaymentMethod } from '../providers/capabilities.js';
import { Balances } from './balances.js';
import type { OpenClaims } from './open-claims.js';
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
    /** What people have accepted as a difference of it, or written off. */
    readonly accepted: bigint;
  } | null;
  /** Of a line of no order: under which something may have been claimed back. */
  readonly names: readonly string[];
}

/**
 * What a line posts. A statement is posted to the cent of its total, so every line is: what has no order waits on `suspense`
 * for a decision. But what a payer has paid is no money of the account.
 * @param claimed of a line of no order: what was claimed back under its names, and has not come yet
 */
export const postLine = (
  { kind, asset, netUnits, taxUnits, order }: PostedLine,
  claimed: bigint,
): readonly Entered[] => {
  const amount = (units: bigint) => ({ asset, units });
  const amounts = { net: amount(netUnits), tax: amount(taxUnits), gross: amount(netUnits + taxUnits) };
  switch (kind) {
    case 'charge':
      return apply(order === null ? 'suspend' : 'invoice', 'account', amounts);
    case 'credit': {
      const refunded = smaller(netUnits, order?.refundDue ?? claimed);
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
 * @param claims of no order; what these lines take of them is met by then
 * @param left what lines before these have left of their orders, if it is not in these yet
 */
export const postLines = <L extends PostedLine & { readonly order: { readonly id: string } | null }>(
  lines: readonly L[],
  claims: OpenClaims,
  left = new Map<string, LeftForCredit>(),
): readonly (readonly Entered[])[] =>
  lines.map((line) => {
    const { order, names, asset, kind } = line;
    if (kind !== 'credit') return postLine(line, 0n);
    if (order === null) {
      const entries = postLine(line, claims.due(names, asset));
      claims.meet(names, asset, -Balances.of(entries).get('refund_due', asset));
      return entries;
    }
    const { refundDue, accepted } = left.get(order.id) ?? order;
    const entries = postLine({ ...line, order: { ...order, refundDue, accepted } }, 0n);
    const taken = Balances.of(entries);
    left.set(order.id, {
      refundDue: refundDue + taken.get('refund_due', asset),
      accepted: accepted + taken.get('difference', asset),
    });
    return entries;
  });

/** No more than is due, and nothing where nothing is, or the credit takes back another. */
const smaller = (net: bigint, due: bigint): bigint => (net <= 0n || due <= 0n ? 0n : net < due ? net : due);

/** What a statement that is taken back posts for each line that it had posted. */
export const reverseLine = (posted: readonly Entered[]): readonly Entered[] => opposite(posted);
