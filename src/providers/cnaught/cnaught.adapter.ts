import type { Offering } from '../../domain/catalog/offering.js';
import { grams } from '../../domain/mass.js';
import type { ProviderError } from '../../domain/providers/provider-error.js';
import type {
  CheckoutSession,
  CheckoutUrls,
  Operation,
  OrderWindow,
  ProviderCall,
  ProviderOrder,
  ProviderOrderPage,
  ProviderQuote,
  PurchaseRequest,
  QuoteRequest,
  Submission,
} from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { absentAsNull } from '../kit/absent.js';
import { classify } from '../kit/classify.js';
import { isIdentifier, jsonFrom, ownField } from '../kit/decode.js';
import { couldBeWithin } from '../kit/order-window.js';
import { fromCents, perTonne } from '../kit/price.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { assertSameId } from '../kit/same-id.js';
import { CNAUGHT, cnaughtCapabilities } from './cnaught.capabilities.js';
import type { CnaughtClient } from './cnaught.client.js';
import { cnaughtDialect } from './cnaught.errors.js';
import {
  DEFAULT_PORTFOLIO,
  DEFAULT_PORTFOLIO_NAME,
  portfolioField,
  toAmountKg,
  toDefaultOffering,
  toOffering,
  toOrder,
  toOrderBody,
  toSession,
  toSessionBody,
} from './cnaught.mapping.js';
import type { OrderWire, SessionWire } from './cnaught.wire.js';

const TONNE = grams(1_000_000);

/** CNaught: portfolios by the kilogram, bought on account under an idempotency key or through a hosted checkout. */
export class CnaughtAdapter implements OffsetProvider {
  readonly id = CNAUGHT;
  readonly displayName = 'CNaught';
  readonly capabilities = cnaughtCapabilities;

  constructor(private readonly client: CnaughtClient) {}

  /** The list has no prices, so each portfolio is read; the default one is known by a quote for a tonne of it. */
  async offerings(call: ProviderCall): Promise<readonly Offering[]> {
    const ids = await this.client.portfolioIds(call);
    const [standard, ...portfolios] = await Promise.all([
      this.client.quote({ amount_kg: toAmountKg(TONNE, 'quote'), source: 'api' }, 'offerings', call),
      ...ids.map((id) => this.client.portfolio(id, 'offerings', call)),
    ]);
    return [
      toDefaultOffering(standard.wire.price_usd_cents, standard.receivedAt),
      ...portfolios.map(({ wire, receivedAt }) => toOffering(wire, receivedAt)),
    ];
  }

  async quote(request: QuoteRequest, call: ProviderCall): Promise<ProviderQuote> {
    const offeringId = request.providerOfferingId ?? DEFAULT_PORTFOLIO;
    const asked = {
      amount_kg: toAmountKg(request.mass, 'quote'),
      ...portfolioField(offeringId),
      source: request.paymentMethod === 'checkout' ? 'checkout' : 'api',
    } as const;
    // One after the other: a portfolio that is not there is said better by its own 404 than by a quote's 400.
    const offeringName = await this.nameOf(offeringId, call);
    const { wire } = await this.client.quote(asked, 'quote', call);
    if (wire.amount_kg !== request.mass)
      throw new ProviderProtocolError('answer_disagrees', 'the quote is for another mass than was asked');
    const total = fromCents(wire.price_usd_cents, 'USD');
    return {
      providerOfferingId: offeringId,
      offeringName,
      mass: request.mass,
      total,
      tax: null,
      perTonne: perTonne(total, request.mass),
    };
  }

  private async nameOf(offeringId: string, call: ProviderCall): Promise<string> {
    if (offeringId === DEFAULT_PORTFOLIO) return DEFAULT_PORTFOLIO_NAME;
    return (await this.client.portfolio(offeringId, 'quote', call)).wire.name;
  }

  prepareOrder(request: PurchaseRequest): string {
    return toOrderBody(request);
  }

  async placeOrder(submission: Submission, call: ProviderCall): Promise<ProviderOrder> {
    return toOrder(await this.client.placeOrder(submission, call));
  }

  async fetchStatus(providerOrderId: string, call: ProviderCall): Promise<ProviderOrder | null> {
    const wire = await this.client.order(providerOrderId, call).catch(absentAsNull);
    if (!wire) return null;
    assertSameId(providerOrderId, wire.id);
    return toOrder(wire);
  }

  async listOrders(window: OrderWindow, cursor: string | null, call: ProviderCall): Promise<ProviderOrderPage> {
    const wires = await this.client.orders(cursor, 'listOrders', call);
    const within = wires.filter((wire) => couldBeWithin(window, wire.created_on));
    const last = wires.at(-1);
    // Ends on an older order or an empty page. A short page is no proof of the end: pages may be capped below our limit.
    const nextCursor = last !== undefined && within.length === wires.length ? last.id : null;
    return { orders: within.map(toOrder), nextCursor, total: null };
  }

  prepareCheckout(request: PurchaseRequest, urls: CheckoutUrls): string {
    return toSessionBody(request, urls);
  }

  async createCheckout(submission: Submission, call: ProviderCall): Promise<CheckoutSession> {
    return toSession(await this.client.createSession(submission.body, call), null);
  }

  async fetchCheckout(sessionId: string, call: ProviderCall): Promise<CheckoutSession | null> {
    const session = await this.client.session(sessionId, call).catch(absentAsNull);
    if (!session) return null;
    assertSameId(sessionId, session.id);
    const order = session.state === 'complete' ? await this.orderOf(session, call) : null;
    return toSession(session, order && toOrder(order));
  }

  /** A session does not name its order, the order names its session: it is looked for back to the session's creation. */
  private async orderOf(session: SessionWire, call: ProviderCall): Promise<OrderWire | null> {
    const window = { createdFrom: session.created_on ?? earliestCreation(session) };
    let cursor: string | null = null;
    for (;;) {
      const wires: readonly OrderWire[] = await this.client.orders(cursor, 'fetchCheckout', call);
      const found = wires.find((wire) => wire.checkout_session_id === session.id);
      if (found) return found;
      const last = wires.at(-1);
      if (!last || !couldBeWithin(window, last.created_on)) return null;
      cursor = last.id;
    }
  }

  async cancel(providerOrderId: string, idempotencyKey: string, call: ProviderCall): Promise<void> {
    const { providerOrderId: received, status } = toOrder(
      await this.client.cancel(providerOrderId, idempotencyKey, call),
    );
    assertSameId(providerOrderId, received);
    if (status !== 'cancelled')
      throw new ProviderProtocolError(
        'answer_disagrees',
        'the response to a cancellation shows an order that is not cancelled',
      );
  }

  parseCallback(body: Uint8Array): string | null {
    try {
      const id = ownField(ownField(jsonFrom(body), 'order'), 'id');
      return isIdentifier(id) ? id : null;
    } catch {
      return null;
    }
  }

  classifyError(thrown: unknown, operation: Operation): ProviderError {
    return classify(thrown, operation, cnaughtDialect);
  }
}

const earliestCreation = ({ expires_on }: SessionWire): Date =>
  new Date(expires_on.getTime() - cnaughtCapabilities.checkout.expiresAfterMs);
