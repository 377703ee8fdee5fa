import type { Order } from '../../src/domain/orders/order.js';
import type { Operation } from '../../src/domain/providers/calls.js';
import type { FaultMatch } from '../../dev/sandbox/index.js';
import { opening, placing, SCENES, untilPlaced, type Scene } from '../faults/integrity-scenes.js';
import { offeringOf, type Where } from '../faults/integrity-trial.js';
import { money } from '../../src/domain/money.js';
import { NotAcceptedError, type AlteredTrial } from './altered-trial.js';

/** One endpoint that an operation calls, and an order on its way through it. Null: no order came of it. */
export interface AlteredScene {
  readonly where: Where;
  readonly response: FaultMatch;
  readonly lead: (trial: AlteredTrial) => Promise<Order | null>;
  readonly meet: (trial: AlteredTrial, order: Order | null) => Promise<Order | null>;
  readonly finish: (trial: AlteredTrial, order: Order) => Promise<Order>;
}

const PORTFOLIO = { method: 'GET', path: '^/portfolios/' };
const PRICES = { method: 'GET', path: '^/prices$' };

const orNone = (placed: Promise<Order>): Promise<Order | null> =>
  placed.catch((thrown: unknown) => {
    if (thrown instanceof NotAcceptedError) return null;
    throw thrown;
  });

/** The catalog is read anew, by people who browse and for an order. */
const browsing = (where: Where, response: FaultMatch): AlteredScene => ({
  where,
  response,
  lead: async (trial) => {
    trial.outlastCatalogs();
    return null;
  },
  meet: async (trial) => {
    await trial.browse(where);
    const quote = { mass: { value: '1000', unit: 'kg' }, providers: [where] };
    await trial.post('/v1/quotes', quote);
    return orNone(where === 'carbonmark' ? trial.checkout(where) : trial.place(where));
  },
  finish: async (trial, order) => {
    trial.outlastCatalogs();
    await trial.browse(where);
    if (where !== 'carbonmark') return untilPlaced(trial, order);
    return SCENES['Carbonmark’s new page'].finish(trial, order);
  },
});

/** A price is asked for by a caller, and for an order with a limit. */
const pricing = (scene: Scene): AlteredScene => ({
  ...scene,
  meet: async (trial, order) => {
    await trial.post('/v1/quotes', { mass: { value: '2000', unit: 'kg' }, providers: [scene.where] });
    return orNone(scene.meet(trial, order));
  },
});

const cancelling = (where: Where, response: FaultMatch): AlteredScene => ({
  where,
  response,
  lead: (trial) => trial.place(where),
  meet: async (trial, order) => {
    await trial.cancel(order?.id ?? '');
    return trial.engine.order(order?.id ?? '');
  },
  finish: async (trial, order) => {
    await trial.engine.later(60_000);
    await trial.cancel(order.id);
    return trial.until(order.id, ({ status }) => status === 'cancelled');
  },
});

const named = placing('cnaught', PORTFOLIO, {
  offeringId: offeringOf('cnaught', 'SbxAlt'),
  maxTotal: money(50, 'USD'),
});

type Table = Readonly<Record<Where, Readonly<Partial<Record<Operation, readonly AlteredScene[]>>>>>;

/** Each operation that the gateway calls at each provider, by the endpoints behind it. */
export const ALTERED_SCENES: Table = {
  cnaught: {
    offerings: [browsing('cnaught', { method: 'GET', path: '^/portfolios$' }), browsing('cnaught', PORTFOLIO)],
    quote: [pricing(SCENES['CNaught’s quote']), pricing(named)],
    placeOrder: [SCENES['CNaught’s purchase']],
    fetchStatus: [SCENES['CNaught’s placed order'], SCENES['CNaught’s fulfilled order']],
    listOrders: [SCENES['CNaught’s list']],
    createCheckout: [SCENES['CNaught’s new page']],
    fetchCheckout: [SCENES['CNaught’s paid page'], SCENES['CNaught’s list of paid pages']],
    cancel: [cancelling('cnaught', { method: 'POST', path: '^/orders/[^/]+/cancel$' })],
  },
  carbonmark: {
    offerings: [browsing('carbonmark', PRICES)],
    quote: [pricing(opening('carbonmark', PRICES)), pricing(SCENES['Carbonmark’s quote'])],
    createCheckout: [SCENES['Carbonmark’s new page']],
    fetchStatus: [
      SCENES['Carbonmark’s paid order'],
      SCENES['Carbonmark’s completed order'],
      SCENES['Carbonmark’s promised payment'],
      SCENES['Carbonmark’s returned payment'],
    ],
  },
  one_tribe: {
    offerings: [browsing('one_tribe', { method: 'GET', path: '^/projects/offset$' })],
    quote: [pricing(SCENES['One Tribe’s price'])],
    placeOrder: [SCENES['One Tribe’s purchase']],
    fetchStatus: [SCENES['One Tribe’s retired order']],
    listOrders: [SCENES['One Tribe’s list'], SCENES['One Tribe’s conclusive list']],
    cancel: [cancelling('one_tribe', { method: 'DELETE', path: '^/transactions/' })],
  },
};
