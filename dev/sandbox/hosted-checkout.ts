import type { ControlRoute } from './simulated-provider.js';

export interface HostedCheckout {
  readonly id: string;
  readonly providerName: string;
  readonly state: 'open' | 'paid' | 'expired';
  readonly price: string;
  /** What is bought: label and value, in order. */
  readonly lines: readonly (readonly [label: string, value: string])[];
}

/** What can happen to a checkout. `pay` and `cancel` say where the browser goes next. */
export interface HostedCheckouts {
  find(id: string): HostedCheckout | null;
  pay(id: string): string;
  cancel(id: string): string;
  expire(id: string): void;
}

/** What a person does at a hosted checkout, by command. */
export const checkoutControls = (checkouts: HostedCheckouts): readonly ControlRoute[] => [
  {
    method: 'POST',
    path: '/checkouts/:id/pay',
    handle: ({ params }) => ({ redirect_to: checkouts.pay(String(params['id'])) }),
  },
  {
    method: 'POST',
    path: '/checkouts/:id/cancel',
    handle: ({ params }) => ({ redirect_to: checkouts.cancel(String(params['id'])) }),
  },
  { method: 'POST', path: '/checkouts/:id/expire', handle: ({ params }) => checkouts.expire(String(params['id'])) },
];
