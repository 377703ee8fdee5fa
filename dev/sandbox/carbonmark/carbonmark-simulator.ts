import { randomUUID } from 'node:crypto';
import { CommandRefusedError } from '../command-refused.error.js';
import { numberIn, textIn } from '../control-fields.js';
import { decided, headerOf, jsonResponse, type SimulatedResponse, type Call, type Decision } from '../http-messages.js';
import { hostedPageResponse } from '../hosted-page.js';
import { checkoutControls } from '../hosted-checkout.js';
import { findRoute, type PathParams, type Route } from '../routes.js';
import type { ControlRoute } from '../simulated-provider.js';
import { Simulator, type SimulatorOptions } from '../simulator.js';
import { errorResponse } from './carbonmark-errors.js';
import { bodyFrom, purchaseFrom } from './checkout-request.js';
import { Listings } from './listings.js';
import { CREDENTIAL_ID, timestamp } from './payment-rows.js';
import { Payments } from './payments.js';

const SWITCHES = {
  /** How the checkout service authenticates is not documented. */
  requireAuth: [true, false],
  /** Whether POST /checkout also tells the payment id. */
  tellPaymentId: [false, true],
  /** Every retirement points to one shared placeholder, as with the provider's own sandbox keys. */
  placeholderRetirement: [false, true],
} as const;

/** A slow retirement takes so many times as long per step. */
const SLOWNESS = 20;

interface ApiRoute extends Route<(call: Call, params: PathParams) => Decision> {
  readonly isPublic?: true;
}

/** Carbonmark: the Checkout Service, and the public price list of the main API beside it. */
export class CarbonmarkSimulator extends Simulator<typeof SWITCHES> {
  readonly checkouts: Payments;
  readonly listings: Listings;
  private readonly routes: readonly ApiRoute[];

  constructor(options: SimulatorOptions) {
    super(
      options,
      {
        displayName: 'Carbonmark',
        keyHeader: 'Authorization: Bearer',
        basePath: '',
        statusField: 'status',
        idField: 'id',
        purchaseKind: 'checkout_paid',
      },
      SWITCHES,
    );
    this.listings = new Listings(this.ledger);
    this.checkouts = new Payments({
      ledger: this.ledger,
      listings: this.listings,
      allowLoopbackUrls: options.allowLoopbackUrls,
      nowMs: () => this.nowMs(),
      origin: () => this.origin,
      showsPlaceholder: () => this.switches.get('placeholderRetirement'),
      tellsPaymentId: () => this.switches.get('tellPaymentId'),
    });
    this.routes = this.apiRoutes();
  }

  respond(call: Call): SimulatedResponse {
    const found = findRoute(this.routes, call.method, call.path);
    if (!found) return errorResponse(404, 'Route not found');
    if (!found.route.isPublic && !this.isAuthenticated(call)) return errorResponse(401, 'Unauthorized');
    const { response, effects } = found.route.handle(call, found.params);
    this.ledger.append(effects);
    return response;
  }

  page(method: string, path: string): SimulatedResponse | null {
    return hostedPageResponse(this.checkouts, method, path);
  }

  refusal(status: number): SimulatedResponse {
    return errorResponse(status, 'The request was refused');
  }

  variables(): Record<string, string> {
    return {
      CARBONMARK_API_KEY: this.apiKey,
      CARBONMARK_CHECKOUT_URL: this.baseUrl,
      CARBONMARK_API_URL: this.baseUrl,
    };
  }

  /** Moves a payment (`paid`, `refunded` …) or its retirement (`COMMITTED` …). Takes a payment id or a link id. */
  advance(id: string, to: string): void {
    this.checkouts.advance(id, to);
  }

  /** Payments cannot be listed, listings can: one more of another seller, if it differs from those that are there. */
  insertForeignRow(shownAs: Readonly<Record<string, unknown>> = {}): void {
    if (Object.keys(shownAs).length > 0) this.listings.insertForeign(shownAs);
  }

  deleteForeignRow(): void {}

  controls(): readonly ControlRoute[] {
    return [
      ...checkoutControls(this.checkouts),
      {
        method: 'POST',
        path: '/listings/:id',
        handle: ({ params, body }) => this.listings.change(String(params['id']), listingChangeFrom(body)),
      },
      {
        method: 'POST',
        path: '/payments/:id/contradict',
        handle: ({ params, body }) => this.checkouts.contradict(String(params['id']), textIn(body, 'to')),
      },
    ];
  }

  protected progress(stepMs: number): void {
    for (const row of this.checkouts.all()) {
      const next = row.status === 'paid' && row.retirement ? this.checkouts.nextStatus(row.retirement) : null;
      if (next === null || row.retirement === null) continue;
      const waitMs = this.checkouts.isSlow(row) ? stepMs * SLOWNESS : stepMs;
      if (this.nowMs() - row.retirement.changedAtMs >= waitMs) this.advance(row.id, next);
    }
  }

  private isAuthenticated(call: Call): boolean {
    return !this.switches.get('requireAuth') || headerOf(call, 'authorization') === `Bearer ${this.apiKey}`;
  }

  private quote(call: Call): Decision {
    const request = bodyFrom(call.body);
    if ('refusal' in request) return decided(request.refusal);
    const unknown = Object.keys(request.body).some((name) => !QUOTE_FIELDS.has(name));
    if (unknown) return decided(errorResponse(400, 'body must NOT have additional properties'));
    const purchase = purchaseFrom(request.body, this.listings);
    if ('refusal' in purchase) return decided(purchase.refusal);
    const now = timestamp(this.nowMs());
    const body = {
      uuid: randomUUID(),
      created_at: now,
      updated_at: now,
      credential_id: CREDENTIAL_ID,
      asset_price_source_id: purchase.listing.sourceId,
      quantity_tonnes: purchase.quantityTonnes,
      cost_usdc: this.listings.priceUsdCents(purchase.listing, purchase.quantityTonnes) / 100,
      consumed: 0,
    };
    return decided(jsonResponse(200, body));
  }

  private apiRoutes(): readonly ApiRoute[] {
    const { checkouts, listings } = this;
    return [
      { method: 'POST', path: '/checkout', handle: (call) => checkouts.create(call) },
      { method: 'POST', path: '/quotes', handle: (call) => this.quote(call) },
      { method: 'GET', path: '/payments/:id', handle: (_, params) => checkouts.read(String(params['id'])) },
      { method: 'GET', path: '/prices', isPublic: true, handle: (call) => listings.prices(call) },
    ];
  }
}

const QUOTE_FIELDS = new Set(['asset_price_source_id', 'quantity_tonnes']);

const listingChangeFrom = (
  body: Readonly<Record<string, unknown>>,
): { purchasePriceUsd?: string; liquidSupplyKg?: number } => {
  const { purchasePriceUsd, liquidSupplyKg, ...others } = body;
  const isGiven = purchasePriceUsd !== undefined || liquidSupplyKg !== undefined;
  if (!isGiven || Object.keys(others).length > 0) {
    throw new CommandRefusedError('Give purchasePriceUsd (decimal text) or liquidSupplyKg (number), or both.');
  }
  return {
    ...(purchasePriceUsd !== undefined && { purchasePriceUsd: textIn(body, 'purchasePriceUsd') }),
    ...(liquidSupplyKg !== undefined && { liquidSupplyKg: numberIn(body, 'liquidSupplyKg') }),
  };
};
