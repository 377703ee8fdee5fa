import type { Operation, ProviderCall, Submission } from '../../domain/providers/calls.js';
import type { ProviderKit } from '../kit/call-report.js';
import { NO_CLUES, readable, row, type Decoder } from '../kit/decode.js';
import { CATALOG_MAX_BYTES, ProviderHttp, type ProviderResponse } from '../kit/http.js';
import { newestFirst } from '../kit/newest-first.js';
import { pathSegment } from '../kit/path-segment.js';
import { ProviderProtocolError } from '../kit/protocol-error.js';
import { assertSameId } from '../kit/same-id.js';
import { CNAUGHT, cnaughtCapabilities } from './cnaught.capabilities.js';
import type { CnaughtEnv } from './cnaught.env.js';
import { cnaughtDialect } from './cnaught.errors.js';
import * as wire from './cnaught.wire.js';

/** The documented most. It is asked for explicitly, because the documentation contradicts itself on the default. */
const PAGE_SIZE = '100';

/** CNaught's endpoints: one method each, responses read and checked, nothing translated. */
export class CnaughtClient {
  private readonly http: ProviderHttp;

  constructor(env: Readonly<CnaughtEnv>, kit: ProviderKit) {
    this.http = new ProviderHttp({
      baseUrl: env.CNAUGHT_BASE_URL,
      headers: { authorization: `Bearer ${env.CNAUGHT_API_KEY}` },
      dialect: cnaughtDialect,
      quota: cnaughtCapabilities.quota,
      ...kit,
    });
  }

  portfolioIds(call: ProviderCall): Promise<readonly string[]> {
    return this.http.send({ operation: 'offerings', method: 'GET', path: '/portfolios' }, call, (response) =>
      readable(response.read(wire.portfolioListWire).data).map(({ id }) => id),
    );
  }

  /** One of the list; null if its own record cannot be read, which says nothing of the others. */
  listedPortfolio(id: string, call: ProviderCall) {
    return this.getPortfolio(id, 'offerings', call, (response) => {
      const { read } = response.read(row(wire.portfolioWire, NO_CLUES));
      if (read) assertSameId(id, read.id);
      return read && { wire: read, receivedAt: response.receivedAt };
    });
  }

  portfolio(id: string, call: ProviderCall): Promise<wire.PortfolioWire> {
    return this.getPortfolio(id, 'quote', call, (response) => {
      const portfolio = response.read(wire.portfolioWire);
      assertSameId(id, portfolio.id);
      return portfolio;
    });
  }

  private getPortfolio<T>(
    id: string,
    operation: 'offerings' | 'quote',
    call: ProviderCall,
    understand: (response: ProviderResponse) => T,
  ): Promise<T> {
    const path = `/portfolios/${pathSegment(id, { provider: CNAUGHT, operation })}`;
    return this.http.send({ operation, method: 'GET', path, maxBytes: CATALOG_MAX_BYTES }, call, understand);
  }

  quote(
    request: { readonly amount_kg: number; readonly portfolio_id?: string; readonly source: 'api' | 'checkout' },
    operation: 'offerings' | 'quote',
    call: ProviderCall,
  ) {
    return this.http.send(
      { operation, method: 'POST', path: '/quotes', body: JSON.stringify(request), headers: accountHeader(call) },
      call,
      (response) => ({ wire: response.read(wire.quoteWire), receivedAt: response.receivedAt }),
    );
  }

  placeOrder(submission: Submission, call: ProviderCall): Promise<wire.OrderWire> {
    const headers = { ...accountHeader(call), 'idempotency-key': submission.idempotencyKey };
    return this.http.send(
      { operation: 'placeOrder', method: 'POST', path: '/orders', body: submission.body, headers },
      call,
      reading(wire.orderWire),
    );
  }

  order(id: string, call: ProviderCall): Promise<wire.OrderWire> {
    return this.http.send(
      { operation: 'fetchStatus', method: 'GET', path: orderPath(id, 'fetchStatus'), headers: accountHeader(call) },
      call,
      reading(wire.orderWire),
    );
  }

  /** Orders older than the one named, newest first; all of them when none is named. */
  orders(
    olderThan: string | null,
    operation: 'listOrders' | 'fetchCheckout',
    call: ProviderCall,
  ): Promise<readonly wire.OrderRow[]> {
    const query = { limit: PAGE_SIZE, ...(olderThan === null ? {} : { starting_after: olderThan }) };
    return this.http.send(
      { operation, method: 'GET', path: '/orders', query, headers: accountHeader(call), maxBytes: CATALOG_MAX_BYTES },
      call,
      (response) => {
        const { data } = response.read(wire.orderListWire);
        return continuing(newestFirst(data, createdAt), olderThan);
      },
    );
  }

  cancel(id: string, idempotencyKey: string, call: ProviderCall): Promise<wire.OrderWire> {
    const headers = { ...accountHeader(call), 'idempotency-key': idempotencyKey };
    return this.http.send(
      { operation: 'cancel', method: 'POST', path: `${orderPath(id, 'cancel')}/cancel`, headers },
      call,
      reading(wire.orderWire),
    );
  }

  createSession(body: string, call: ProviderCall): Promise<wire.SessionWire> {
    return this.http.send(
      { operation: 'createCheckout', method: 'POST', path: '/checkout/sessions', body, headers: accountHeader(call) },
      call,
      reading(wire.sessionWire),
    );
  }

  /** Takes no subaccount header: a session is read by its id alone. */
  session(id: string, call: ProviderCall): Promise<wire.SessionWire> {
    const path = `/checkout/sessions/${pathSegment(id, { provider: CNAUGHT, operation: 'fetchCheckout' })}`;
    return this.http.send({ operation: 'fetchCheckout', method: 'GET', path }, call, reading(wire.sessionWire));
  }
}

const reading =
  <T>(decoder: Decoder<T>) =>
  (response: ProviderResponse): T =>
    response.read(decoder);

/** A list that starts over would be read forever, and never to its end. */
const continuing = (orders: readonly wire.OrderRow[], olderThan: string | null): readonly wire.OrderRow[] => {
  if (olderThan === null || orders.every((order) => idOf(order) !== olderThan)) return orders;
  throw new ProviderProtocolError('unreadable_answer', 'the page repeats the order that it was to continue after');
};

export const idOf = ({ clues }: wire.OrderRow): string | null => clues.id?.[0] ?? null;

export const createdAt = ({ clues }: wire.OrderRow): Date | null => clues.created_on?.[0] ?? null;

const orderPath = (id: string, operation: Operation): string =>
  `/orders/${pathSegment(id, { provider: CNAUGHT, operation })}`;

const accountHeader = ({ account }: ProviderCall): Record<string, string> =>
  account === null ? {} : { 'x-subaccount-id': account };
