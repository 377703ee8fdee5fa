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
  UnreadRow,
} from '../../domain/providers/calls.js';
import type { OffsetProvider } from '../../domain/providers/provider.js';
import { absentAsNull, notOnSaleAsNull } from '../kit/absent.js';
import { classify } from '../kit/classify.js';
import { isIdentifier, jsonFrom, ownField, readable } from '../kit/decode.js';
import { couldBeWithin } from '../kit/order-window.js';
import { fromCents, perTonne } from '../kit/price.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { assertSameId } from '../kit/same-id.js';
import { CNAUGHT, cnaughtCapabilities } from './cnaught.capabilities.js';
import { createdAt, idOf, type CnaughtClient } from './cnaught.client.js';
import { cnaughtDialect } from './cnaught.errors.js';
import {
  DEFAULT_PORTFOLIO,
  DEFAULT_PORTFOLIO_NAME,
  nameOf,
  portfolioField,
  toAmountKg,
  toDefaultOffering,
  toOffering,
  toOrder,
  toOrderBody,
  toSession,
  toSessionBody,
  toUnreadRow,
} from './cnaught.mapping.js';
import type { OrderRow, SessionWire } from './cnaught.wire.js';

const TONNE = grams(1_000_000);

/** CNaught: portfolios by the kilogram, bought on account under an idempotency key or through a hosted checkout. */
export class CnaughtAdapter implements OffsetProvider {
  readonly id = CNAUGHT;
  readonly displayName = 'CNaught';
  readonly capabilities = cnaughtCapabilities;

  constructor(private readonly client: CnaughtClient) {}

  /**
   * The list has no prices, so each portfolio is read; the default one is known by a quote for a tonne of it. One that
   * cannot be read is left out: the others are on sale.
   */
  async offerings(call: ProviderCall): Promise<readonly Offering[]> {
    const ids = new Set(await this.client.portfolioIds(call));
    const [standard, ...portfolios] = await Promise.all([
      this.client.quote({ amount_kg: toAmountKg(TONNE, 'quote'), source: 'api' }, 'offerings', call),
      ...[...ids].map((id) => this.client.listedPortfolio(id, call).catch(notOnSaleAsNull)),
    ]);
    return [
      toDefaultOffering(standard.wire.price_usd_cents, standard.receivedAt),
      ...portfolios.flatMap((found) => (found ? toOffering(found.wire, found.receivedAt) : [])),
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
    return nameOf(await this.client.portfolio(offeringId, call));
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
    const page = await this.client.orders(cursor, 'listOrders', call);
    const within = page.filter((row) => isWithin(window, row));
    const nextCursor = within.length === page.length ? lastIdOf(page) : null;
    return {
      orders: readable(within).map(toOrder),
      unread: [...within.flatMap((row) => toUnreadRow(row) ?? []), ...brokenOff(page)],
      nextCursor,
      total: null,
    };
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
    if (session.state !== 'complete') return toSession(session, null);
    const { order, unread } = await this.orderOf(session, call);
    return toSession(session, order, unread);
  }

  /**
   * A session does not name its order, the order names its session: it is looked for back to the session's creation.
   * `unread`: why it may be among the orders seen without having been found.
   */
  private async orderOf(
    session: SessionWire,
    call: ProviderCall,
  ): Promise<{ readonly order: ProviderOrder | null; readonly unread: string | null }> {
    const window = { createdFrom: session.created_on ?? earliestCreation(session) };
    let unread: string | null = null;
    let cursor: string | null = null;
    do {
      const page: readonly OrderRow[] = await this.client.orders(cursor, 'fetchCheckout', call);
      const found = readable(page).find((wire) => wire.checkout_session_id === session.id);
      if (found) return { order: toOrder(found), unread: null };
      const candidate = page.find(
        ({ clues, read }) => !read && clues.checkout_session_id?.includes(session.id) !== false,
      );
      unread ??= candidate?.why?.message ?? brokenOff(page)[0]?.detail ?? null;
      cursor = page.every((row) => isWithin(window, row)) ? lastIdOf(page) : null;
    } while (cursor !== null);
    return { order: null, unread };
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

/** A row that does not show its time may be of any. */
const isWithin = (window: Pick<OrderWindow, 'createdFrom'>, row: OrderRow): boolean => {
  const time = createdAt(row);
  return time === null || couldBeWithin(window, time);
};

/**
 * Where the next page begins: behind the last row that shows its id. Null for an empty page, which alone ends a list of
 * orders that are all young enough: pages may be capped below our limit, so a short one is no proof of the end.
 */
const lastIdOf = (page: readonly OrderRow[]): string | null => page.map(idOf).findLast((id) => id !== null) ?? null;

const NO_WAY_ON = 'a page of the list must have a row with an id, to continue after';

/** A list cannot be read on from a page without ids, and what is behind it may be anyone's. */
const brokenOff = (page: readonly OrderRow[]): readonly UnreadRow[] =>
  page.length === 0 || lastIdOf(page) !== null
    ? []
    : [{ providerOrderId: null, orderReferences: null, detail: NO_WAY_ON }];

const earliestCreation = ({ expires_on }: SessionWire): Date =>
  new Date(expires_on.getTime() - cnaughtCapabilities.checkout.expiresAfterMs);
