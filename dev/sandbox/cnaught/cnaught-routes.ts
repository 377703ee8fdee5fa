import type { Call, Decision } from '../http-messages.js';
import type { PathParams, Route } from '../routes.js';
import { ACTIVITIES } from './activities.js';
import type { CheckoutSessions } from './checkout-sessions.js';
import type { CnaughtCatalog } from './cnaught-catalog.js';
import type { CnaughtOrders } from './cnaught-orders.js';
import type { Impact } from './impact.js';
import { readCategory, readProject } from './projects.js';
import { byMass, type Quotes } from './quotes.js';
import type { Subaccounts } from './subaccounts.js';

export interface ApiRoute extends Route<(call: Call, params: PathParams) => Decision> {
  readonly takesIdempotencyKey?: true;
}

interface Parts {
  readonly orders: CnaughtOrders;
  readonly checkouts: CheckoutSessions;
  readonly catalog: CnaughtCatalog;
  readonly quotes: Quotes;
  readonly subaccounts: Subaccounts;
  readonly impact: Impact;
}

/** Every endpoint, with what decides over it. */
export const cnaughtRoutes = (parts: Parts): readonly ApiRoute[] => [
  ...orderRoutes(parts),
  ...checkoutRoutes(parts),
  ...quoteRoutes(parts),
  ...catalogRoutes(parts),
  ...subaccountRoutes(parts),
  { method: 'GET', path: '/impact/data', handle: (call) => parts.impact.data(call) },
  { method: 'GET', path: '/impact/hosted-page-config', handle: (call) => parts.impact.hostedPage(call) },
];

const idOf = (params: PathParams): string => String(params['id']);

const orderRoutes = ({ orders }: Parts): readonly ApiRoute[] => [
  { method: 'POST', path: '/orders', takesIdempotencyKey: true, handle: (call) => orders.create(call) },
  { method: 'POST', path: '/orders/ride', takesIdempotencyKey: true, handle: (call) => orders.createRide(call) },
  { method: 'GET', path: '/orders', handle: (call) => orders.list(call) },
  { method: 'GET', path: '/orders/:id', handle: (call, params) => orders.read(call, idOf(params)) },
  {
    method: 'POST',
    path: '/orders/:id/cancel',
    takesIdempotencyKey: true,
    handle: (call, params) => orders.cancel(call, idOf(params)),
  },
];

/** Those under `/orders` are what the provider's client still calls up to its version 2. */
const checkoutRoutes = ({ checkouts }: Parts): readonly ApiRoute[] => [
  { method: 'POST', path: '/checkout/sessions', handle: (call) => checkouts.create(call) },
  { method: 'GET', path: '/checkout/sessions/:id', handle: (_, params) => checkouts.read(idOf(params)) },
  { method: 'POST', path: '/orders/checkout-session', handle: (call) => checkouts.createOld(call) },
  { method: 'GET', path: '/orders/checkout-session/:id', handle: (_, params) => checkouts.readOld(idOf(params)) },
];

const quoteRoutes = ({ quotes }: Parts): readonly ApiRoute[] => [
  { method: 'POST', path: '/quotes', handle: (call) => quotes.create(call, byMass) },
  ...Object.entries(ACTIVITIES).map(([activity, massOf]) => ({
    method: 'POST',
    path: `/quotes/${activity}`,
    handle: (call: Call) => quotes.create(call, massOf),
  })),
];

const catalogRoutes = ({ catalog }: Parts): readonly ApiRoute[] => [
  { method: 'GET', path: '/portfolios', handle: () => catalog.list() },
  { method: 'GET', path: '/portfolios/:id', handle: (_, params) => catalog.read(idOf(params)) },
  { method: 'GET', path: '/projects/:id', handle: (_, params) => readProject(idOf(params)) },
  { method: 'GET', path: '/project-categories/:id', handle: (_, params) => readCategory(idOf(params)) },
];

const subaccountRoutes = ({ subaccounts }: Parts): readonly ApiRoute[] => [
  { method: 'POST', path: '/subaccounts', takesIdempotencyKey: true, handle: (call) => subaccounts.create(call) },
  { method: 'GET', path: '/subaccounts', handle: (call) => subaccounts.list(call) },
  { method: 'GET', path: '/subaccounts/:id', handle: (_, params) => subaccounts.read(idOf(params)) },
  { method: 'PUT', path: '/subaccounts/:id', handle: (call, params) => subaccounts.replace(call, idOf(params)) },
  { method: 'DELETE', path: '/subaccounts/:id', handle: (_, params) => subaccounts.delete(idOf(params)) },
  { method: 'POST', path: '/subaccounts/:id/logo', handle: (call, params) => subaccounts.setLogo(call, idOf(params)) },
  {
    method: 'PUT',
    path: '/subaccounts/:id/logo',
    handle: (call, params) => subaccounts.uploadLogo(call, idOf(params)),
  },
  { method: 'DELETE', path: '/subaccounts/:id/logo', handle: (_, params) => subaccounts.removeLogo(idOf(params)) },
];
