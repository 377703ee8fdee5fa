import { Decimal } from 'decimal.js';
import { CommandRefusedError } from '../command-refused.error.js';
import { decided, jsonResponse, jsonObjectFrom, type Call, type Decision } from '../http-messages.js';
import type { HostedCheckout, HostedCheckouts } from '../hosted-checkout.js';
import type { Effect, Ledger } from '../ledger.js';
import { randomAlphanumeric } from '../random-id.js';
import type { Table } from '../table.js';
import type { CnaughtCatalog } from './cnaught-catalog.js';
import type { CnaughtOrders } from './cnaught-orders.js';
import { invalidParameters, notFound } from './cnaught-problems.js';
import { toOldWireSession, toUsd, toWireSession, type SessionRow } from './cnaught-rows.js';
import { FieldReader } from './field-reader.js';
import type { Subaccounts } from './subaccounts.js';

const LIFETIME_MS = 24 * 60 * 60 * 1000;
/** The provider takes no card payment below $0.50. */
const MIN_PRICE_USD_CENTS = 50;
const SESSION_ID_TEMPLATE = '{CHECKOUT_SESSION_ID}';

export interface SessionsContext {
  readonly ledger: Ledger;
  readonly catalog: CnaughtCatalog;
  readonly orders: CnaughtOrders;
  readonly subaccounts: Subaccounts;
  readonly allowLoopbackUrls: boolean;
  nowMs(): number;
  origin(): string;
  baseUrl(): string;
  /** Whether paying creates the order in the same moment. `complete` alone does not promise it. */
  ordersAtOnce(): boolean;
}

type ToWire = (session: SessionRow, checkoutUrl: string) => object;

/** Hosted checkouts. Nothing is charged before a person pays on the page. */
export class CheckoutSessions implements HostedCheckouts {
  private readonly sessions: Table<SessionRow>;

  constructor(private readonly context: SessionsContext) {
    this.sessions = context.ledger.table<SessionRow>('sessions');
  }

  create(call: Call): Decision {
    return this.opened(call, new FieldReader(jsonObjectFrom(call.body)), toWireSession);
  }

  /** As the provider's client asks up to its version 2: with the buyer's e-mail address. */
  createOld(call: Call): Decision {
    const fields = new FieldReader(jsonObjectFrom(call.body));
    fields.requiredText('email', 512);
    return this.opened(call, fields, toOldWireSession);
  }

  read(id: string): Decision {
    return this.shown(id, toWireSession);
  }

  readOld(id: string): Decision {
    return this.shown(id, toOldWireSession);
  }

  private opened(call: Call, fields: FieldReader, toWire: ToWire): Decision {
    const { catalog, subaccounts, allowLoopbackUrls } = this.context;
    const subaccount = subaccounts.of(call);
    if ('refusal' in subaccount) return decided(subaccount.refusal);
    const amountKg = fields.positiveNumber('amount_kg');
    const portfolio = catalog.chosen(fields, subaccount.row?.defaultPortfolioId ?? null);
    const priceUsdCents = catalog.priceUsdCents(fields, portfolio, 'checkout', amountKg);
    if (amountKg > 0 && priceUsdCents < MIN_PRICE_USD_CENTS) {
      fields.refuse('amount_kg', 'The total price must be at least $0.50.');
    }
    const now = this.context.nowMs();
    const session: SessionRow = {
      id: randomAlphanumeric(10),
      createdAtMs: now,
      completedAtMs: null,
      expiresAtMs: now + LIFETIME_MS,
      amountKg,
      priceUsdCents,
      state: 'open',
      portfolioId: portfolio.id,
      description: fields.optionalText('description', 512),
      webhookUrl: fields.callbackUrl(),
      subaccountId: subaccount.row?.id ?? null,
      successUrl: fields.returnUrl('success_url', allowLoopbackUrls),
      cancelUrl: fields.returnUrl('cancel_url', allowLoopbackUrls),
    };
    if (fields.errors !== null) return decided(invalidParameters(fields.errors));
    const location = `${this.context.baseUrl()}/checkout/sessions/${session.id}`;
    return decided(
      jsonResponse(201, toWire(session, this.urlOf(session)), { location }),
      this.effect('session_created', session),
    );
  }

  private shown(id: string, toWire: ToWire): Decision {
    const session = this.current(id);
    return decided(session ? jsonResponse(200, toWire(session, this.urlOf(session))) : notFound('checkout session'));
  }

  find(id: string): HostedCheckout | null {
    const session = this.current(id);
    if (!session) return null;
    const portfolio = this.context.catalog.find(session.portfolioId);
    return {
      id,
      providerName: 'CNaught',
      state: session.state === 'complete' ? 'paid' : session.state,
      price: `$${toUsd(session.priceUsdCents).amount}`,
      lines: [
        ['Mass', `${session.amountKg} kg CO2e`],
        ['Portfolio', portfolio?.name ?? session.portfolioId],
        ['Description', session.description ?? 'none'],
      ],
    };
  }

  /** Returns where the browser goes next. */
  pay(id: string): string {
    const session = this.payable(id);
    const paid: SessionRow = { ...session, state: 'complete', completedAtMs: this.context.nowMs() };
    const order = this.context.ordersAtOnce() ? [this.orderEffect(paid)] : [];
    this.context.ledger.append([this.effect('session_paid', paid), ...order]);
    return session.successUrl.replaceAll(SESSION_ID_TEMPLATE, session.id);
  }

  /** Command: the order of a paid session that does not have one yet. Returns its id. */
  createOrder(id: string): string {
    const session = this.current(id);
    if (session?.state !== 'complete') throw new CommandRefusedError('The session has not been paid.');
    if (this.context.orders.all().some((order) => order.checkoutSessionId === id)) {
      throw new CommandRefusedError('The session already has its order.');
    }
    const effect = this.orderEffect(session);
    this.context.ledger.append([effect]);
    return effect.id;
  }

  /** The session stays open: a person who turned back may still pay. */
  cancel(id: string): string {
    const session = this.payable(id);
    this.context.ledger.append([this.effect('session_cancel_clicked', session)]);
    return session.cancelUrl;
  }

  expire(id: string): void {
    this.context.ledger.append([this.effect('session_expired', { ...this.payable(id), state: 'expired' })]);
  }

  private payable(id: string): SessionRow {
    const session = this.current(id);
    if (!session) throw new CommandRefusedError('There is no such checkout session.');
    if (session.state !== 'open') throw new CommandRefusedError(`The checkout session is ${session.state}.`);
    return session;
  }

  /** The session as of now: an open one expires with time. */
  private current(id: string): SessionRow | null {
    const session = this.sessions.get(id);
    if (!session) return null;
    const isOver = session.state === 'open' && this.context.nowMs() >= session.expiresAtMs;
    return isOver ? { ...session, state: 'expired' } : session;
  }

  private urlOf(session: SessionRow): string {
    return `${this.context.origin()}/pay/${session.id}`;
  }

  private effect(kind: string, session: SessionRow): Effect {
    return {
      kind,
      id: session.id,
      reference: returnPathOf(session.successUrl),
      massGrams: new Decimal(session.amountKg).times(1000).toNumber(),
      price: toUsd(session.priceUsdCents),
      changes: [this.sessions.put(session.id, session)],
    };
  }

  private orderEffect(session: SessionRow): Effect {
    const row = this.context.orders.newRow({
      amountKg: session.amountKg,
      priceUsdCents: session.priceUsdCents,
      portfolioId: session.portfolioId,
      metadata: null,
      description: session.description,
      callbackUrl: session.webhookUrl,
      subaccountId: session.subaccountId,
      checkoutSessionId: session.id,
      reference: returnPathOf(session.successUrl),
      isForeign: false,
    });
    return this.context.orders.effect('order_created', row);
  }
}

/** The only reference of the client in a checkout is its return address. */
const returnPathOf = (successUrl: string): string => new URL(successUrl).pathname;
