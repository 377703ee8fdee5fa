import type { ProviderCall } from '../../domain/providers/calls.js';
import type { ProviderKit } from '../kit/call-report.js';
import { CATALOG_MAX_BYTES, ProviderHttp } from '../kit/http.js';
import { pathSegment } from '../kit/path-segment.js';
import { CARBONMARK, carbonmarkCapabilities } from './carbonmark.capabilities.js';
import type { CarbonmarkEnv } from './carbonmark.env.js';
import { carbonmarkDialect } from './carbonmark.errors.js';
import * as wire from './carbonmark.wire.js';

/** Carbonmark's endpoints: one method each, responses read and checked, nothing translated. */
export class CarbonmarkClient {
  private readonly checkout: ProviderHttp;
  /** Without the key: the price list is public. */
  private readonly api: ProviderHttp;

  constructor(env: Readonly<CarbonmarkEnv>, kit: ProviderKit) {
    const common = { dialect: carbonmarkDialect, quota: carbonmarkCapabilities.quota, ...kit };
    // Assumed: the Checkout Service takes the key as the main API does.
    const headers = { authorization: `Bearer ${env.CARBONMARK_API_KEY}` };
    this.checkout = new ProviderHttp({ ...common, baseUrl: env.CARBONMARK_CHECKOUT_URL, headers });
    this.api = new ProviderHttp({ ...common, baseUrl: env.CARBONMARK_API_URL, headers: {} });
  }

  /** Every listing, or the one named. */
  prices(sourceId: string | null, operation: 'offerings' | 'quote', call: ProviderCall) {
    const query = { assetPriceType: 'listing', ...(sourceId === null ? {} : { assetPriceSourceIds: sourceId }) };
    return this.api.send(
      { operation, method: 'GET', path: '/prices', query, maxBytes: CATALOG_MAX_BYTES },
      call,
      (response) => ({ rows: response.read(wire.priceListWire), receivedAt: response.receivedAt }),
    );
  }

  quote(sourceId: string, tonnes: number, call: ProviderCall): Promise<wire.QuoteWire> {
    const body = JSON.stringify({ asset_price_source_id: sourceId, quantity_tonnes: tonnes });
    return this.checkout.send({ operation: 'quote', method: 'POST', path: '/quotes', body }, call, (response) =>
      response.read(wire.quoteWire),
    );
  }

  createCheckout(body: string, call: ProviderCall): Promise<wire.CheckoutWire> {
    return this.checkout.send(
      { operation: 'createCheckout', method: 'POST', path: '/checkout', body },
      call,
      (response) => response.read(wire.checkoutWire),
    );
  }

  payment(id: string, call: ProviderCall): Promise<wire.PaymentWire> {
    const path = `/payments/${pathSegment(id, { provider: CARBONMARK, operation: 'fetchStatus' })}`;
    return this.checkout.send({ operation: 'fetchStatus', method: 'GET', path }, call, (response) =>
      response.read(wire.paymentWire),
    );
  }
}
