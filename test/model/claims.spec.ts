import { OrderChange } from '../../src/domain/orders/order-change.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import { dispute, isDisputed, observeClaim } from '../../src/domain/orders/observe-claim.js';
import type { ReviewReason } from '../../src/domain/orders/review.js';
import { money } from '../../src/domain/money.js';
import { NO_CLAIMS, type ClaimVerdict, type PurchaseClaim } from '../../src/domain/purchases/claims.js';
import { aPurchase, aState } from '../support/order-state.js';
import { check, type Model, type Transition } from './checker.js';

/**
 * Two equal orders, a page each, and payments that show nothing of ours. Payers pay, and any browser brings any payment,
 * or a made-up id, to the address of either order, in any order. Every decision is the function that production runs; a
 * look is read and commit, and the other order may change in between.
 */
interface Shop {
  readonly status: 'awaiting_payment' | 'placed';
  readonly has: string | null;
  readonly review: ReviewReason | null;
  readonly claims: Readonly<Record<string, ClaimVerdict>>;
  /** What a look has read and not committed yet: the claim, and who had its purchase then. */
  readonly read: { readonly id: string; readonly ownerId: string | null } | null;
}

interface State {
  readonly orders: readonly [Shop, Shop];
  readonly paid: readonly string[];
}

type Index = 0 | 1;
const BOTH: readonly Index[] = [0, 1];
const IDS = ['pay_0', 'pay_1', 'made_up'];
const NAMES = ['ord_1', 'ord_2'] as const;

const EMPTY: Shop = { status: 'awaiting_payment', has: null, review: null, claims: {}, read: null };

const other = (index: Index): Index => (index === 0 ? 1 : 0);

const payment = (id: string) =>
  aPurchase({ providerOrderId: id, orderReference: null, price: money('2.00', 'USD'), status: 'placed' });

const claimOf = ({ orders }: State, index: Index, id: string): PurchaseClaim => ({
  providerOrderId: id,
  source: 'return',
  looks: 0,
  ownerId: orders[other(index)].has === id ? NAMES[other(index)] : null,
  isPromisedToAnother: false,
});

const stateOf = (state: State, index: Index): OrderState => {
  const { status, has, review, claims } = state.orders[index];
  const due = Object.keys(claims).flatMap((id) => (claims[id] === 'claimed' ? claimOf(state, index, id) : []));
  return aState(
    {
      id: NAMES[index],
      status,
      providerOrderId: has,
      paymentMethod: 'checkout',
      review: review && { reason: review, since: new Date(0) },
    },
    { targets: { sessions: [], claims: { ...NO_CLAIMS, due } } },
  );
};

const withShop = (state: State, index: Index, change: Partial<Shop>): State => {
  const orders: [Shop, Shop] = [...state.orders];
  orders[index] = { ...orders[index], ...change };
  return { ...state, orders };
};

/** A commit that would give one payment to two orders writes nothing. */
const commit = (state: State, index: Index, change: OrderChange): State => {
  const { has: othersPayment } = state.orders[other(index)];
  const isTaken = change.claims.some(
    ({ verdict, providerOrderId: id }) => verdict === 'confirmed' && id === othersPayment,
  );
  if (isTaken) return state;
  const { order } = change;
  const verdicts = Object.fromEntries(change.claims.map(({ providerOrderId: id, verdict }) => [id, verdict]));
  return withShop(state, index, {
    status: order.status as Shop['status'],
    has: order.providerOrderId,
    review: order.review?.reason ?? null,
    claims: { ...state.orders[index].claims, ...verdicts },
  });
};

const stepsOf = (state: State, index: Index, tellsOwner: boolean): Transition<State>[] => {
  const shop = state.orders[index];
  const name = `order ${index + 1}`;
  const steps: Transition<State>[] = IDS.filter((id) => !(id in shop.claims)).map((id) => ({
    label: `a browser brings ${id} to ${name}`,
    next: withShop(state, index, { claims: { ...shop.claims, [id]: 'claimed' } }),
    reliable: false,
  }));
  const page = `pay_${index}`;
  if (!state.paid.includes(page))
    steps.push({
      label: `the payer of ${name} pays`,
      next: { ...state, paid: [...state.paid, page].sort() },
      reliable: false,
    });
  if (shop.read === null) {
    for (const id of Object.keys(shop.claims).filter((claimed) => shop.claims[claimed] === 'claimed'))
      steps.push({
        label: `${name} reads ${id}`,
        next: withShop(state, index, { read: { id, ownerId: claimOf(state, index, id).ownerId } }),
        reliable: true,
      });
    return steps;
  }
  const { id, ownerId } = shop.read;
  const seen = state.paid.includes(id) ? payment(id) : null;
  const claim = { ...claimOf(state, index, id), ownerId };
  const current = stateOf(state, index);
  const told =
    tellsOwner && seen && isDisputed(current.order, claim, seen)
      ? commit(state, other(index), dispute(OrderChange.of(stateOf(state, other(index))), seen))
      : state;
  const committed = commit(told, index, observeClaim(OrderChange.of(stateOf(told, index)), claim, seen));
  steps.push({ label: `${name} commits ${id}`, next: withShop(committed, index, { read: null }), reliable: true });
  return steps;
};

const model = (tellsOwner: boolean): Model<State> => ({
  initial: { orders: [EMPTY, EMPTY], paid: [] },
  encode: (state) =>
    JSON.stringify([state.paid, state.orders.map((shop) => ({ ...shop, claims: IDS.map((id) => shop.claims[id]) }))]),
  transitionsFrom: (state) => BOTH.flatMap((index) => stepsOf(state, index, tellsOwner)),
  invariants: {
    one_payment_one_order: ({ orders: [a, b] }) => a.has === null || a.has !== b.has,
    /** Bought is what was paid, and nothing that was made up. */
    bought_is_paid: ({ orders, paid }) => orders.every(({ has }) => has === null || paid.includes(has)),
    /** An order that a payment was brought back at has it or says so; where it is disputed, the one that has it does too. */
    refused_is_never_silent: ({ orders, paid }) =>
      BOTH.every((index) =>
        paid.every((id) => {
          const { has, review, claims } = orders[index];
          const verdict = claims[id] ?? 'claimed';
          const isSaid = verdict === 'claimed' || has === id || review !== null;
          return isSaid && (verdict !== 'disputed' || orders[other(index)].review !== null);
        }),
      ),
  },
  /** Nothing that was paid and brought back stays undecided. */
  isGoal: ({ orders, paid }) => orders.every(({ claims }) => paid.every((id) => claims[id] !== 'claimed')),
});

describe('payments that are brought back at two equal orders', () => {
  it('belong to one, and where both have a claim both are for a person', () => {
    const { violation, states } = check(model(true));
    expect(violation).toBeNull();
    expect(states).toBeGreaterThan(500);
  });

  it('would be refused in silence at the order that has it, if it were not told', () => {
    expect(check(model(false)).violation?.invariant).toBe('refused_is_never_silent');
  });
});
