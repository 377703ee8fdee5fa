import { toIsoMicros } from '../clock.js';
import type { Price } from '../ledger.js';
import type { WireProject } from './projects.js';

/** What the simulated CNaught remembers. */

export type OrderState = 'placed' | 'fulfilled' | 'cancelled';

export interface Allocation {
  readonly project: WireProject;
  readonly amount_kg: number;
  readonly retirements: readonly { readonly serial_number_range: string; readonly url: string }[];
}

export interface OrderRow {
  readonly id: string;
  readonly orderNumber: string;
  readonly createdAtMs: number;
  readonly changedAtMs: number;
  readonly amountKg: number;
  readonly priceUsdCents: number;
  readonly state: OrderState;
  readonly portfolioId: string;
  readonly metadata: string | null;
  readonly description: string | null;
  readonly callbackUrl: string | null;
  readonly subaccountId: string | null;
  readonly checkoutSessionId: string | null;
  readonly allocations: readonly Allocation[];
  /** What the ledger calls this purchase: the order's metadata, or the session's return address. */
  readonly reference: string | null;
  /** Not bought through the client under test. */
  readonly isForeign: boolean;
  /** Of a ride only. */
  readonly distanceKm?: number;
  /** Fields of a foreign row as they are shown in place of its own. */
  readonly shownAs?: Readonly<Record<string, unknown>>;
}

export interface SessionRow {
  readonly id: string;
  readonly createdAtMs: number;
  readonly completedAtMs: number | null;
  readonly expiresAtMs: number;
  readonly amountKg: number;
  readonly priceUsdCents: number;
  readonly state: 'open' | 'complete' | 'expired';
  readonly portfolioId: string;
  readonly description: string | null;
  readonly webhookUrl: string | null;
  readonly subaccountId: string | null;
  /** As given, `{CHECKOUT_SESSION_ID}` included. */
  readonly successUrl: string;
  readonly cancelUrl: string;
}

export interface SubaccountRow {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly defaultPortfolioId: string | null;
  readonly logoUrl: string | null;
  readonly createdAtMs: number;
}

export const toWireOrder = (order: OrderRow): object => {
  const isCancelled = order.state === 'cancelled';
  return {
    id: order.id,
    order_number: order.orderNumber,
    created_on: toIsoMicros(order.createdAtMs),
    amount_kg: order.amountKg,
    price_usd_cents: order.priceUsdCents,
    state: order.state,
    ...toWireType(order),
    metadata: order.metadata,
    description: order.description,
    callback_url: order.callbackUrl,
    certificate_public_url: isCancelled ? null : `https://registry.cnaught.com/orders/${order.id}`,
    certificate_download_public_url: isCancelled ? null : certificatePdfUrl(order.id),
    subaccount_id: order.subaccountId,
    checkout_session_id: order.checkoutSessionId,
    project_allocations: order.allocations,
    ...order.shownAs,
  };
};

/** Not documented any more; the provider's client still knows it in its version 2. */
const toWireType = ({ distanceKm }: OrderRow): object =>
  distanceKm === undefined ? { type: 'generic' } : { type: 'ride', distance_km: distanceKm };

/** The body of a callback. It calls `placed_on` what responses call `created_on`, and never shows the metadata. */
export const toCallbackBody = (order: OrderRow): object => ({
  order: {
    id: order.id,
    state: order.state,
    placed_on: toIsoMicros(order.createdAtMs),
    amount_kg: order.amountKg,
    price_usd_cents: order.priceUsdCents,
    subaccount_id: order.subaccountId,
    certificate_download_public_url: order.state === 'cancelled' ? null : certificatePdfUrl(order.id),
  },
});

const certificatePdfUrl = (orderId: string): string => `https://registry.cnaught.com/api/certificates/${orderId}/pdf`;

export const toWireSession = (session: SessionRow, checkoutUrl: string): object => ({
  id: session.id,
  amount_kg: session.amountKg,
  price_usd_cents: session.priceUsdCents,
  success_url: session.successUrl,
  cancel_url: session.cancelUrl,
  checkout_url: checkoutUrl,
  state: session.state,
  created_on: toIsoMicros(session.createdAtMs),
  expires_on: toIsoMicros(session.expiresAtMs),
  completed_on: session.completedAtMs === null ? null : toIsoMicros(session.completedAtMs),
  portfolio_id: session.portfolioId,
  order_description: session.description,
  order_webhook_url: session.webhookUrl,
  subaccount_id: session.subaccountId,
});

/** A session as the provider's client reads it up to its version 2. */
export const toOldWireSession = (session: SessionRow, checkoutUrl: string): object => ({
  id: session.id,
  checkout_url: checkoutUrl,
  status: session.state,
  amount_kg: session.amountKg,
  price_usd_cents: session.priceUsdCents,
});

export const toWireSubaccount = (subaccount: SubaccountRow): object => ({
  id: subaccount.id,
  name: subaccount.name,
  email: subaccount.email,
  default_portfolio_id: subaccount.defaultPortfolioId,
  logo_url: subaccount.logoUrl,
  created_on: toIsoMicros(subaccount.createdAtMs),
});

export const toUsd = (cents: number): Price => ({ amount: (cents / 100).toFixed(2), currency: 'USD' });
