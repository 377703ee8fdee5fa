import { amountOf } from '../../src/domain/money.js';
import type { Order } from '../../src/domain/orders/order.js';
import type { LedgerEntry } from '../../dev/sandbox/index.js';

/** Where the facts that are kept of a purchase are not the ledger's, of the only purchase there is. */
export const untruths = (order: Order, bought: readonly LedgerEntry[]): string[] => {
  const [purchase] = bought;
  if (purchase === undefined || bought.length > 1) return [`purchases: ${bought.length} in the ledger`];
  const price = order.price && { amount: amountOf(order.price.total), currency: order.price.total.currency };
  const masses = order.retirements.map(({ mass }) => mass ?? 0);
  const retired =
    order.retirements.length > 0 ? masses.reduce<number>((sum, mass) => sum + mass, 0) : order.orderedMass;
  const facts: readonly (readonly [string, unknown, unknown])[] = [
    // A page can be known to be paid before its order shows.
    ['id', order.providerOrderId ?? purchase.id, purchase.id],
    ['mass', order.orderedMass, purchase.massGrams],
    ['price', price?.amount, purchase.price?.amount],
    ['currency', price?.currency, purchase.price?.currency],
    ['retired mass', retired, order.orderedMass],
  ];
  return facts
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([fact, ours, theirs]) => `${fact}: ${String(theirs)} in the ledger, kept as ${String(ours)}`);
};
