import type { Order } from '../../src/domain/orders/order.js';
import type { FaultMatch } from '../../dev/sandbox/index.js';
import type { OrderToPlace } from '../support/engine.js';
import type { Trial, Where } from './integrity-trial.js';

const HOUR_MS = 3_600_000;

/** One response of a provider that decides over an order, and how an order gets there and on from there. */
export interface Scene {
  readonly where: Where;
  readonly response: FaultMatch;
  /** Brings an order to where the next such response is about it. Null: it is the response to placing the order. */
  readonly lead: (trial: Trial) => Promise<Order | null>;
  /** Has the engine read the response. Returns the order as it stands then. */
  readonly meet: (trial: Trial, order: Order | null) => Promise<Order>;
  /** Goes on without faults, to where the order has the provider's purchase. */
  readonly finish: (trial: Trial, order: Order) => Promise<Order>;
}

const isPlaced = ({ placedAt, providerOrderId }: Order): boolean => placedAt !== null && providerOrderId !== null;
export const untilPlaced = (trial: Trial, { id }: Order): Promise<Order> => trial.until(id, isPlaced);
const untilCompleted = (trial: Trial, { id }: Order): Promise<Order> =>
  trial.until(id, ({ status }) => status === 'completed');

const lookIn =
  (ms: number) =>
  async (trial: Trial, order: Order | null): Promise<Order> => {
    await trial.engine.later(ms);
    return trial.engine.order(order?.id ?? '');
  };

export const placing = (where: Where, response: FaultMatch, more: Partial<OrderToPlace> = {}): Scene => ({
  where,
  response,
  lead: async () => null,
  meet: (trial) => trial.place(where, more),
  finish: untilPlaced,
});

export const opening = (where: 'cnaught' | 'carbonmark', response: FaultMatch): Scene => ({
  where,
  response,
  lead: async () => null,
  meet: (trial) => trial.checkout(where),
  finish: async (trial, order) => {
    const open = await trial.until(order.id, ({ status }) => status === 'awaiting_payment');
    await trial.pay(where, open, true);
    return untilPlaced(trial, order);
  },
});

/** The response to the purchase is lost, and the order is looked for in the provider's list. */
const searching = (where: Where, purchase: FaultMatch, response: FaultMatch, afterMs: number): Scene => ({
  where,
  response,
  lead: async (trial) => {
    trial.fault(where, purchase, { kind: 'reset', when: 'after_effect' }, 1);
    return trial.place(where);
  },
  meet: lookIn(afterMs),
  finish: untilPlaced,
});

/** The order is placed, and has come as far as `state` at its provider; `known` when the engine has read that. */
const reading = (where: Where, response: FaultMatch, state: string | null, known: boolean, last: string): Scene => ({
  where,
  response,
  lead: async (trial) => {
    const order = where === 'carbonmark' ? await paidFor(trial) : await trial.place(where);
    if (state !== null) trial.simulator(where).advance(order.providerOrderId ?? '', state);
    if (known) await trial.engine.later(HOUR_MS);
    return trial.engine.order(order.id);
  },
  meet: lookIn(24 * HOUR_MS),
  finish: async (trial, order) => {
    if (state !== last) trial.simulator(where).advance(order.providerOrderId ?? '', last);
    return untilCompleted(trial, order);
  },
});

const paidFor = async (trial: Trial): Promise<Order> => {
  const order = await trial.checkout('carbonmark');
  await trial.pay('carbonmark', order, true);
  await trial.engine.runDue();
  return trial.engine.order(order.id);
};

/** The page is paid. Known by the payer's return or, where the payer has not come back, by asking the provider. */
const paid = (where: 'cnaught' | 'carbonmark', response: FaultMatch, comesBack: boolean): Scene => ({
  where,
  response,
  lead: async (trial) => {
    trial.engine.sandbox.carbonmark.switches.set({ tellPaymentId: !comesBack });
    const order = await trial.checkout(where);
    await trial.pay(where, order, comesBack);
    return order;
  },
  meet: lookIn(HOUR_MS),
  finish: untilPlaced,
});

const GET_ORDER = { method: 'GET', path: '^/orders/[^/]+$' };
const GET_ORDERS = { method: 'GET', path: '^/orders$' };
const POST_ORDER = { method: 'POST', path: '^/orders$' };
const SESSION = { method: 'GET', path: '^/checkout/sessions/' };
const TRANSACTION = { method: 'GET', path: '^/transactions/' };
const TRANSACTIONS = { method: 'GET', path: '^/transactions$' };
const POST_TRANSACTION = { method: 'POST', path: '^/transactions$' };
const PAYMENT = { method: 'GET', path: '^/payments/' };

export const SCENES = {
  'CNaught’s purchase': placing('cnaught', POST_ORDER),
  'One Tribe’s purchase': placing('one_tribe', POST_TRANSACTION),
  'CNaught’s quote': placing('cnaught', { method: 'POST', path: '^/quotes$' }),
  'One Tribe’s price': placing('one_tribe', { method: 'GET', path: '^/projects/offset/' }),
  'Carbonmark’s quote': opening('carbonmark', { method: 'POST', path: '^/quotes$' }),
  'CNaught’s new page': opening('cnaught', { method: 'POST', path: '^/checkout/sessions$' }),
  'Carbonmark’s new page': opening('carbonmark', { method: 'POST', path: '^/checkout$' }),
  // A day later the key has ended, and only the list is left.
  'CNaught’s list': searching('cnaught', POST_ORDER, GET_ORDERS, 24 * HOUR_MS),
  'One Tribe’s list': searching('one_tribe', POST_TRANSACTION, TRANSACTIONS, 46_000),
  // Past the visibility delay, a list without our order proves that nothing was bought.
  'One Tribe’s conclusive list': searching('one_tribe', POST_TRANSACTION, TRANSACTIONS, 24 * HOUR_MS),
  'CNaught’s placed order': reading('cnaught', GET_ORDER, null, true, 'fulfilled'),
  'CNaught’s fulfilled order': reading('cnaught', GET_ORDER, 'fulfilled', false, 'fulfilled'),
  'One Tribe’s retired order': reading('one_tribe', TRANSACTION, 'retired', true, 'completed'),
  'Carbonmark’s paid order': reading('carbonmark', PAYMENT, null, true, 'COMPLETED'),
  'Carbonmark’s completed order': reading('carbonmark', PAYMENT, 'COMPLETED', false, 'COMPLETED'),
  'CNaught’s paid page': paid('cnaught', SESSION, false),
  'CNaught’s list of paid pages': paid('cnaught', GET_ORDERS, false),
  'Carbonmark’s promised payment': paid('carbonmark', PAYMENT, false),
  'Carbonmark’s returned payment': paid('carbonmark', PAYMENT, true),
} as const satisfies Record<string, Scene>;
export type SceneName = keyof typeof SCENES;
