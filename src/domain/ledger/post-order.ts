import type { OrderStatus } from '../orders/lifecycle.js';
import type { Grams } from '../mass.js';
import { isSameMoney, type Money } from '../money.js';
import type { PoolRole } from '../pools/order-pool.js';
import type { PaymentMethod } from '../providers/capabilities.js';
import { apply, type Amounts, type Entered, type RuleName } from './rules.js';
import { massAmount, moneyAmount, type Amount } from './units.js';

/** What the ledger needs of an order beside its history: what never changes of it. */
export interface LedgerOrder {
  readonly paymentMethod: PaymentMethod;
  readonly orderedMass: Grams;
  readonly poolRole: PoolRole | null;
}

/** An event of an order, as far as the ledger is concerned. */
export interface LedgerEvent {
  /** 1, 2, 3 … without gaps. */
  readonly sequence: number;
  /** Null: it says none, so the status stays. */
  readonly status: OrderStatus | null;
  /** Null: it says none, so the price stays. */
  readonly price: LedgerPrice | null;
  /** When the provider says that the credits were retired. */
  readonly providerRetiredAt: Date | null;
  readonly occurredAt: Date;
}

export interface LedgerPrice {
  readonly total: Money;
  /** The tax within it. */
  readonly tax: Money | null;
}

/** One row of the ledger that follows from an event. Event and leg name it for good. */
export interface Posting extends Entered {
  readonly sequence: number;
  readonly leg: number;
  readonly effectiveAt: Date;
}

/** Statuses in which an event may post something. An order that never reaches one of them is no matter for the books. */
export const POSTING_STATUSES = [
  'placed',
  'accepted',
  'retired',
  'completed',
  'cancelled',
  'failed',
] as const satisfies readonly OrderStatus[];

interface Standing {
  readonly stage: 'not_bought' | 'bought' | 'retired' | 'undone';
  /** Null before it is bought. */
  readonly boughtAt: Date | null;
  readonly price: LedgerPrice | null;
}

const BEGINNING: Standing = { stage: 'not_bought', boughtAt: null, price: null };

/**
 * Everything that the history of an order posts. What an event posts follows from it and from those before it alone, so a
 * history that goes on never changes what was posted. Conflicts (bought twice, undone after the retirement) post nothing:
 * they leave the status as it is, and a person decides.
 */
export const postOrder = (order: LedgerOrder, events: readonly LedgerEvent[]): readonly Posting[] => {
  let standing = BEGINNING;
  return events.flatMap((event) => {
    const step = stepOf(order, standing, event);
    standing = step.standing;
    return step.entries.map((entry, index) => ({ ...entry, sequence: event.sequence, leg: index + 1 }));
  });
};

/** A member of a pool takes its part of what the pool has bought: nothing of it is bought from the provider. */
const ON_RETIREMENT = {
  purchase: 'pool_retire',
  member: 'pool_allocate',
} as const satisfies Record<PoolRole, RuleName>;

type Dated = Entered & { readonly effectiveAt: Date };

const stepOf = (
  order: LedgerOrder,
  before: Standing,
  event: LedgerEvent,
): { readonly standing: Standing; readonly entries: readonly Dated[] } => {
  const { occurredAt } = event;
  const price = event.price ?? before.price;
  const entries: Dated[] = repriced(order, before, price).map((entry) => ({ ...entry, effectiveAt: occurredAt }));
  const post = (rule: RuleName, effectiveAt: Date): void => {
    const mass = massAmount(order.orderedMass);
    const amounts = { ordered: mass, member: mass, ...amountsOf(price) };
    entries.push(...apply(rule, order.paymentMethod, amounts).map((entry) => ({ ...entry, effectiveAt })));
  };

  let { stage, boughtAt } = before;
  const retiredAt = event.providerRetiredAt ?? occurredAt;
  if (stage === 'not_bought' && isBought(event.status)) {
    boughtAt = isRetired(event.status) ? earlier(retiredAt, occurredAt) : occurredAt;
    stage = 'bought';
    if (order.poolRole !== 'member') post('commit', boughtAt);
  }
  if (stage === 'bought' && isRetired(event.status)) {
    stage = 'retired';
    // Clocks differ: nothing is retired before it is bought.
    post(
      order.poolRole === null ? 'recognise' : ON_RETIREMENT[order.poolRole],
      later(retiredAt, boughtAt ?? occurredAt),
    );
  }
  if (stage === 'bought' && (event.status === 'cancelled' || event.status === 'failed')) {
    stage = 'undone';
    post('undo', occurredAt);
  }
  return { standing: { stage, boughtAt, price }, entries };
};

const isRetired = (status: OrderStatus | null): boolean => status === 'retired' || status === 'completed';
const isBought = (status: OrderStatus | null): boolean =>
  status === 'placed' || status === 'accepted' || isRetired(status);

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);
const later = (a: Date, b: Date): Date => (a > b ? a : b);

const amountsOf = (price: LedgerPrice | null): Amounts => {
  if (price === null) return {};
  const gross = moneyAmount(price.total);
  const tax = price.tax ? moneyAmount(price.tax).units : 0n;
  const net = { ...gross, units: gross.units - tax };
  return { gross, net, cost: net };
};

/** The difference to what was posted. In another currency, all of it is taken back and posted anew. */
const repriced = (
  order: LedgerOrder,
  { stage, price: before }: Standing,
  after: LedgerPrice | null,
): readonly Entered[] => {
  if (after === null || order.poolRole === 'member' || (stage !== 'bought' && stage !== 'retired')) return [];
  if (before && isSameMoney(before.total, after.total) && isSameTax(before, after)) return [];
  const rule = stage === 'bought' ? 'reprice_order' : order.poolRole === null ? 'reprice_retired' : 'reprice_pool';
  const was = amountsOf(before);
  const is = amountsOf(after);
  if (before && before.total.currency !== after.total.currency)
    return [negated(was), is].flatMap((amounts) => apply(rule, order.paymentMethod, amounts));
  return apply(rule, order.paymentMethod, { net: less(is.net, was.net), gross: less(is.gross, was.gross) });
};

const isSameTax = ({ tax: a }: LedgerPrice, { tax: b }: LedgerPrice): boolean =>
  a === null || b === null ? a === b : isSameMoney(a, b);

const negated = (amounts: Amounts): Amounts =>
  Object.fromEntries(
    Object.entries(amounts).map(
      ([quantity, amount]) => [quantity, amount && { ...amount, units: -amount.units }] as const,
    ),
  );

const less = (is: Amount | undefined, was: Amount | undefined): Amount | undefined =>
  is && { asset: is.asset, units: is.units - (was?.units ?? 0n) };
