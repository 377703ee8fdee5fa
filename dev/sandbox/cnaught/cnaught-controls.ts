import { textIn } from '../control-fields.js';
import { checkoutControls } from '../hosted-checkout.js';
import type { ControlRoute } from '../simulated-provider.js';
import type { CallbackOutbox } from './callback-outbox.js';
import type { CheckoutSessions } from './checkout-sessions.js';

interface Controlled {
  readonly checkouts: CheckoutSessions;
  readonly callbacks: CallbackOutbox;
  reprice(portfolioId: string, apiCentsPerKg: string, checkoutCentsPerKg: string): void;
}

/** The control commands that only this provider has. */
export const cnaughtControls = (cnaught: Controlled): readonly ControlRoute[] => [
  ...checkoutControls(cnaught.checkouts),
  {
    method: 'POST',
    path: '/checkouts/:id/create-order',
    handle: ({ params }) => ({ order_id: cnaught.checkouts.createOrder(String(params['id'])) }),
  },
  {
    method: 'POST',
    path: '/portfolios/:id/price',
    handle: ({ params, body }) =>
      cnaught.reprice(String(params['id']), textIn(body, 'apiCentsPerKg'), textIn(body, 'checkoutCentsPerKg')),
  },
  { method: 'GET', path: '/callbacks', handle: () => cnaught.callbacks.list() },
  {
    method: 'POST',
    path: '/callbacks/forge',
    handle: async ({ body }) => ({ status: await cnaught.callbacks.forge(textIn(body, 'url'), textIn(body, 'body')) }),
  },
  {
    method: 'POST',
    path: '/callbacks/:id/send',
    handle: async ({ params }) => ({ status: await cnaught.callbacks.send(String(params['id'])) }),
  },
];
