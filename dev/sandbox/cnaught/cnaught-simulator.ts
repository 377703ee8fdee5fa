import { CommandRefusedError } from '../command-refused.error.js';
import { headerOf, type SimulatedResponse, type Call, type Decision } from '../http-messages.js';
import { hostedPageResponse } from '../hosted-page.js';
import { RateLimit } from '../rate-limit.js';
import { findRoute } from '../routes.js';
import type { ControlRoute } from '../simulated-provider.js';
import { Simulator, type SimulatorOptions } from '../simulator.js';
import { CallbackOutbox } from './callback-outbox.js';
import { CheckoutSessions } from './checkout-sessions.js';
import { CnaughtCatalog } from './cnaught-catalog.js';
import { cnaughtControls } from './cnaught-controls.js';
import { CnaughtIdempotency } from './cnaught-idempotency.js';
import { CnaughtOrders } from './cnaught-orders.js';
import { notFound, problemForStatus, unauthorized } from './cnaught-problems.js';
import type { OrderRow } from './cnaught-rows.js';
import { cnaughtRoutes, type ApiRoute } from './cnaught-routes.js';
import { Impact } from './impact.js';
import { Quotes } from './quotes.js';
import { Subaccounts } from './subaccounts.js';

const SWITCHES = {
  /** What POST /orders does with 10.5 kg. */
  fractionalKg: ['reject', 'truncate', 'accept'],
  subaccounts: [false, true],
  /** Whether a paid session has its order at once, or on the create-order command. */
  orderAfterPayment: ['at_once', 'on_command'],
  holdCallbacks: [false, true],
} as const;

export interface CnaughtOptions extends SimulatorOptions {
  readonly callbackRetryMs: number;
  readonly rateLimit: { readonly writesPerSecond: number; readonly readsPerSecond: number } | null;
}

/** CNaught: orders billed to the account, and hosted checkouts. */
export class CnaughtSimulator extends Simulator<typeof SWITCHES> {
  readonly callbacks: CallbackOutbox;
  readonly checkouts: CheckoutSessions;
  readonly catalog: CnaughtCatalog;
  private readonly orders: CnaughtOrders;
  private readonly subaccounts: Subaccounts;
  private readonly idempotency: CnaughtIdempotency;
  private readonly writes: RateLimit;
  private readonly reads: RateLimit;
  private readonly routes: readonly ApiRoute[];

  constructor(cnaughtOptions: CnaughtOptions) {
    super(
      cnaughtOptions,
      {
        displayName: 'CNaught',
        keyHeader: 'Authorization: Bearer',
        basePath: '/v1',
        statusField: 'state',
        idField: 'id',
        purchaseKind: 'order_created',
      },
      SWITCHES,
    );
    const { ledger, timers, switches } = this;
    const nowMs = (): number => this.nowMs();
    this.catalog = new CnaughtCatalog(ledger);
    this.idempotency = new CnaughtIdempotency(ledger, nowMs);
    this.subaccounts = new Subaccounts({
      ledger,
      nowMs,
      catalog: this.catalog,
      isEnabled: () => switches.get('subaccounts'),
      hasOrders: (id) => this.orders.all().some((order) => order.subaccountId === id),
    });
    this.callbacks = new CallbackOutbox({
      ledger,
      timers,
      nowMs,
      retryMs: cnaughtOptions.callbackRetryMs,
      isHeld: () => switches.get('holdCallbacks'),
    });
    const { catalog, subaccounts } = this;
    this.orders = new CnaughtOrders({
      ledger,
      catalog,
      subaccounts,
      nowMs,
      outbox: this.callbacks,
      fractionalKg: () => switches.get('fractionalKg'),
    });
    this.checkouts = new CheckoutSessions({
      ledger,
      catalog,
      subaccounts,
      nowMs,
      orders: this.orders,
      allowLoopbackUrls: cnaughtOptions.allowLoopbackUrls,
      origin: () => this.origin,
      baseUrl: () => this.baseUrl,
      ordersAtOnce: () => switches.get('orderAfterPayment') === 'at_once',
    });
    const { rateLimit } = cnaughtOptions;
    this.writes = new RateLimit(rateLimit ? [{ limit: rateLimit.writesPerSecond, windowMs: 1000 }] : []);
    this.reads = new RateLimit(rateLimit ? [{ limit: rateLimit.readsPerSecond, windowMs: 1000 }] : []);
    this.routes = cnaughtRoutes({
      catalog,
      subaccounts,
      orders: this.orders,
      checkouts: this.checkouts,
      quotes: new Quotes(catalog, subaccounts),
      impact: new Impact(this.orders, subaccounts),
    });
  }

  override async start(): Promise<void> {
    await super.start();
    this.callbacks.resume();
  }

  respond(call: Call): SimulatedResponse {
    if (headerOf(call, 'authorization') !== `Bearer ${this.apiKey}`) return unauthorized();
    const limit = call.method === 'GET' ? this.reads : this.writes;
    if (!limit.take(this.nowMs()).allowed) return this.refusal(429);
    const found = findRoute(this.routes, call.method, call.path);
    if (!found) return notFound('resource');
    const decide = (): Decision => found.route.handle(call, found.params);
    const key = found.route.takesIdempotencyKey ? headerOf(call, 'idempotency-key') : null;
    if (key !== null) return this.idempotency.respond(call, key, decide);
    const { response, effects } = decide();
    this.ledger.append(effects);
    return response;
  }

  page(method: string, path: string): SimulatedResponse | null {
    return hostedPageResponse(this.checkouts, method, path);
  }

  refusal(status: number): SimulatedResponse {
    return problemForStatus(status);
  }

  variables(): Record<string, string> {
    return { CNAUGHT_API_KEY: this.apiKey, CNAUGHT_BASE_URL: this.baseUrl };
  }

  override hold(call: Call): () => void {
    return this.idempotency.hold(call);
  }

  override forgetKeys(): void {
    this.ledger.append([this.idempotency.forget()]);
  }

  override reset(): void {
    super.reset();
    this.idempotency.clearRunning();
    this.writes.clear();
    this.reads.clear();
  }

  /** Moves a placed order to `fulfilled` or `cancelled`. */
  advance(orderId: string, to: string): void {
    if (to !== 'fulfilled' && to !== 'cancelled') {
      throw new CommandRefusedError('An order can be moved to fulfilled or cancelled.');
    }
    const order = this.placedOrder(orderId);
    this.ledger.append([this.orders.moved(order, to).effect]);
  }

  insertForeignRow(shownAs: Readonly<Record<string, unknown>> = {}): void {
    const portfolio = this.catalog.default();
    const row = this.orders.newRow({
      amountKg: 1,
      priceUsdCents: this.catalog.pricePerKg(portfolio, 'api').ceil().toNumber(),
      portfolioId: portfolio.id,
      metadata: null,
      description: 'bought by someone else on the same account',
      callbackUrl: null,
      subaccountId: null,
      checkoutSessionId: null,
      reference: null,
      isForeign: true,
    });
    this.ledger.append([this.orders.effect('foreign_order_inserted', { ...row, shownAs })]);
  }

  deleteForeignRow(ids: readonly string[]): void {
    const order = ids.map((id) => this.orders.find(id)).find((row) => row?.isForeign);
    if (order) this.ledger.append([this.orders.removal(order)]);
  }

  /** New prices for a portfolio, in decimal US cents per kilogram. */
  reprice(portfolioId: string, apiCentsPerKg: string, checkoutCentsPerKg: string): void {
    this.ledger.append([this.catalog.reprice(portfolioId, apiCentsPerKg, checkoutCentsPerKg)]);
  }

  controls(): readonly ControlRoute[] {
    return cnaughtControls(this);
  }

  protected progress(stepMs: number): void {
    const due = this.orders
      .all()
      .filter((order) => order.state === 'placed' && this.nowMs() - order.changedAtMs >= stepMs);
    for (const order of due) this.advance(order.id, 'fulfilled');
  }

  private placedOrder(id: string): OrderRow {
    const order = this.orders.find(id);
    if (!order) throw new CommandRefusedError('There is no such order.');
    if (order.state !== 'placed') throw new CommandRefusedError(`The order is already ${order.state}.`);
    return order;
  }
}
