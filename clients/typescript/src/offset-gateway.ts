import { createApi, type Api } from './api.js';
import { Listing } from './listing.js';
import type {
  CallOptions,
  KeyedOptions,
  OffsetGatewayOptions,
  PlaceOrderOptions,
  QuoteOptions,
  WaitForOrderOptions,
} from './options.js';
import { DEFAULT_RETRIES } from './retry.js';
import type {
  Balance,
  BalanceFilter,
  CostGrouping,
  EventFilter,
  ExportFilter,
  ExportName,
  GatewayEvent,
  NewOrder,
  NewProof,
  NewWebhookEndpoint,
  Offering,
  OfferingFilter,
  Order,
  OrderFilter,
  Period,
  ProjectFacts,
  ProjectFactsFilter,
  Proof,
  ProofFilter,
  Provider,
  Quote,
  QuoteWish,
  TimelineEntry,
  Transfer,
  TransferFilter,
  WebhookDelivery,
  WebhookDeliveryFilter,
  WebhookEndpoint,
  WebhookEndpointFilter,
} from './types.js';
import type { components } from './openapi.js';
import { eventsFrom, isFinal, untilOrder } from './waiting.js';

type Schemas = components['schemas'];

/**
 * The gateway, a method for each operation of its document, by the same name. Each returns what the gateway answers, or
 * throws GatewayError. What has no method here is in `api`, typed by method and path.
 */
export class OffsetGateway {
  readonly api: Api;

  constructor({ baseUrl, apiKey, timeoutMs = 30_000, retries = DEFAULT_RETRIES, fetch: given }: OffsetGatewayOptions) {
    this.api = createApi({ baseUrl, apiKey }, { fetch: given ?? ((request) => fetch(request)), timeoutMs, retries });
  }

  /** Buys and retires credits, once per key. An order that is not settled yet is returned as it is: see waitForOrder. */
  placeOrder(order: NewOrder, options: PlaceOrderOptions = {}): Promise<Order> {
    const header = { ...keyed(options), ...waiting(options) };
    // The types of openapi-fetch take a field that can only be null for one that cannot be sent.
    const body = order as never;
    return dataOf(this.api.POST('/v1/orders', { params: { header }, body, ...signalOf(options) }));
  }

  /** The order, once it has ended or is as `until` wants it. Neither polls nor gives up: give it a `signal` that does. */
  waitForOrder(id: string, { until = isFinal, signal }: WaitForOrderOptions = {}): Promise<Order> {
    return untilOrder(this.api, id, until, signal);
  }

  getOrder(id: string, options: CallOptions = {}): Promise<Order> {
    return dataOf(this.api.GET('/v1/orders/{id}', { params: { path: { id } }, ...signalOf(options) }));
  }

  /** What became of a purchase whose response was lost. */
  findOrderByIdempotencyKey(key: string, options: CallOptions = {}): Promise<Order> {
    const params = { path: { key } };
    return dataOf(this.api.GET('/v1/orders/by-idempotency-key/{key}', { params, ...signalOf(options) }));
  }

  /** Newest first. */
  listOrders(filter: OrderFilter = {}, options: CallOptions = {}): Listing<Order> {
    return new Listing((cursor) =>
      dataOf(this.api.GET('/v1/orders', { params: { query: { ...filter, ...at(cursor) } }, ...signalOf(options) })),
    );
  }

  /** Returns once the provider has cancelled it. What is retired cannot be undone: `order_not_cancellable`. */
  cancelOrder(id: string, options: KeyedOptions = {}): Promise<Order> {
    const params = { path: { id }, header: keyed(options) };
    return dataOf(this.api.POST('/v1/orders/{id}/cancel', { params, ...signalOf(options) }));
  }

  /** Has the gateway read the provider now, not at its next look. */
  refreshOrder(id: string, options: CallOptions = {}): Promise<Order> {
    return dataOf(this.api.POST('/v1/orders/{id}/refresh', { params: { path: { id } }, ...signalOf(options) }));
  }

  /** Everything that happened to an order, oldest first. */
  readTimeline(id: string, options: CallOptions & { readonly limit?: number } = {}): Listing<TimelineEntry> {
    const { limit } = options;
    return new Listing((after) => {
      const query = { ...(limit !== undefined && { limit }), ...(after !== null && { after }) };
      return dataOf(
        this.api.GET('/v1/orders/{id}/timeline', { params: { path: { id }, query }, ...signalOf(options) }),
      );
    });
  }

  /** What each provider asks now. An offer is bought by placeOrder({ offer_id, … }), never above its price. */
  requestQuote(wish: QuoteWish, options: QuoteOptions = {}): Promise<Quote> {
    const params = { header: waiting(options) };
    return dataOf(this.api.POST('/v1/quotes', { params, body: wish, ...signalOf(options) }));
  }

  getQuote(id: string, options: CallOptions = {}): Promise<Quote> {
    return dataOf(this.api.GET('/v1/quotes/{id}', { params: { path: { id } }, ...signalOf(options) }));
  }

  listOfferings(filter: OfferingFilter = {}, options: CallOptions = {}): Listing<Offering, Schemas['OfferingList']> {
    return new Listing((cursor) =>
      dataOf(this.api.GET('/v1/offerings', { params: { query: { ...filter, ...at(cursor) } }, ...signalOf(options) })),
    );
  }

  getOffering(id: string, options: CallOptions = {}): Promise<Offering> {
    return dataOf(this.api.GET('/v1/offerings/{id}', { params: { path: { id } }, ...signalOf(options) }));
  }

  async listProviders(options: CallOptions = {}): Promise<Provider[]> {
    return (await dataOf(this.api.GET('/v1/providers', signalOf(options)))).data;
  }

  /** Every event from `after` (its id, or a page's `next_after`) to where the feed ends now, oldest first, each once. */
  listEvents(filter: EventFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<GatewayEvent, void, undefined> {
    return eventsFrom(this.api, filter, { follow: false, signal });
  }

  /**
   * The same, and then whatever happens, as it happens, until the signal is aborted. Store `event.id` together with what
   * you made of the event, and go on from there: nothing is missed, and nothing told twice, however long you were away.
   */
  followEvents(filter: EventFilter = {}, { signal }: CallOptions = {}): AsyncGenerator<GatewayEvent, void, undefined> {
    return eventsFrom(this.api, filter, { follow: true, signal });
  }

  /** The answer has the `secret`, this once. */
  createWebhookEndpoint(
    endpoint: NewWebhookEndpoint,
    options: KeyedOptions = {},
  ): Promise<Schemas['NewWebhookEndpoint']> {
    const params = { header: keyed(options) };
    return dataOf(this.api.POST('/v1/webhook-endpoints', { params, body: endpoint, ...signalOf(options) }));
  }

  getWebhookEndpoint(id: string, options: CallOptions = {}): Promise<WebhookEndpoint> {
    return dataOf(this.api.GET('/v1/webhook-endpoints/{id}', { params: { path: { id } }, ...signalOf(options) }));
  }

  listWebhookEndpoints(filter: WebhookEndpointFilter = {}, options: CallOptions = {}): Listing<WebhookEndpoint> {
    return new Listing((cursor) => {
      const query = { ...filter, ...at(cursor) };
      return dataOf(this.api.GET('/v1/webhook-endpoints', { params: { query }, ...signalOf(options) }));
    });
  }

  updateWebhookEndpoint(
    id: string,
    changes: Schemas['UpdateWebhookEndpointRequest'],
    options: CallOptions = {},
  ): Promise<WebhookEndpoint> {
    const params = { path: { id } };
    return dataOf(this.api.PATCH('/v1/webhook-endpoints/{id}', { params, body: changes, ...signalOf(options) }));
  }

  async deleteWebhookEndpoint(id: string, options: CallOptions = {}): Promise<void> {
    await this.api.DELETE('/v1/webhook-endpoints/{id}', { params: { path: { id } }, ...signalOf(options) });
  }

  /** Sends a message now and says what came of it. */
  testWebhookEndpoint(id: string, options: CallOptions = {}): Promise<Schemas['TestedEndpoint']> {
    const params = { path: { id } };
    return dataOf(this.api.POST('/v1/webhook-endpoints/{id}/test', { params, ...signalOf(options) }));
  }

  rotateWebhookSecret(
    id: string,
    rotation: Schemas['RotateSecretRequest'] = {},
    options: CallOptions = {},
  ): Promise<Schemas['RotatedSecret']> {
    const params = { path: { id } };
    const path = '/v1/webhook-endpoints/{id}/rotate-secret';
    return dataOf(this.api.POST(path, { params, body: rotation, ...signalOf(options) }));
  }

  /** The secret that signs what is sent to the `callback_url` of orders. */
  rotateCallbackSecret(
    rotation: Schemas['RotateSecretRequest'] = {},
    options: CallOptions = {},
  ): Promise<Schemas['RotatedSecret']> {
    return dataOf(this.api.POST('/v1/callback-secret/rotate', { body: rotation, ...signalOf(options) }));
  }

  /** Sends what an endpoint missed once more; with `dry_run`, says how much that would be. */
  replayWebhooks(
    endpointId: string,
    window: Schemas['ReplayRequest'],
    options: CallOptions = {},
  ): Promise<Schemas['Queued'] | Schemas['ReplayCount']> {
    const params = { path: { id: endpointId } };
    return dataOf(this.api.POST('/v1/webhook-endpoints/{id}/replay', { params, body: window, ...signalOf(options) }));
  }

  listWebhookDeliveries(filter: WebhookDeliveryFilter = {}, options: CallOptions = {}): Listing<WebhookDelivery> {
    return new Listing((cursor) => {
      const query = { ...filter, ...at(cursor) };
      return dataOf(this.api.GET('/v1/webhook-deliveries', { params: { query }, ...signalOf(options) }));
    });
  }

  /** With every request that was made for it, and its answer. */
  getWebhookDelivery(id: string, options: CallOptions = {}): Promise<Schemas['DeliveryWithRequests']> {
    return dataOf(this.api.GET('/v1/webhook-deliveries/{id}', { params: { path: { id } }, ...signalOf(options) }));
  }

  /** Whatever became of it. */
  replayWebhookDelivery(id: string, options: CallOptions = {}): Promise<Schemas['Queued']> {
    const params = { path: { id } };
    return dataOf(this.api.POST('/v1/webhook-deliveries/{id}/replay', { params, ...signalOf(options) }));
  }

  /** What was posted to the books. */
  listTransfers(filter: TransferFilter = {}, options: CallOptions = {}): Listing<Transfer> {
    return new Listing((cursor) => {
      const query = { ...filter, ...at(cursor) };
      return dataOf(this.api.GET('/v1/finance/ledger/transfers', { params: { query }, ...signalOf(options) }));
    });
  }

  /** What is on each account of the books: of a month, of everything before a time, or of everything. */
  readBalances(filter: BalanceFilter = {}, options: CallOptions = {}): Listing<Balance> {
    return new Listing((cursor) => {
      const query = { ...filter, ...at(cursor) };
      return dataOf(this.api.GET('/v1/finance/ledger/balances', { params: { query }, ...signalOf(options) }));
    });
  }

  readOrderLedger(orderId: string, options: CallOptions = {}): Promise<Schemas['OrderLedger']> {
    const params = { path: { id: orderId } };
    return dataOf(this.api.GET('/v1/finance/ledger/orders/{id}', { params, ...signalOf(options) }));
  }

  /** The months of the books, latest first. */
  async listPeriods(options: CallOptions = {}): Promise<Period[]> {
    return (await dataOf(this.api.GET('/v1/finance/periods', signalOf(options)))).data;
  }

  /** An export of a month, as CSV. Of one that is closed the same bytes for ever. */
  downloadExport(kind: ExportName, query: ExportFilter, options: CallOptions = {}): Promise<string> {
    const params = { path: { kind }, query };
    return dataOf(this.api.GET('/v1/finance/exports/{kind}', { params, parseAs: 'text', ...signalOf(options) }));
  }

  /** The costs of a month, added up by tenant or by a label (`label:department`), as CSV. */
  groupCosts(query: CostGrouping, options: CallOptions = {}): Promise<string> {
    return dataOf(
      this.api.GET('/v1/finance/exports/costs/groups', { params: { query }, parseAs: 'text', ...signalOf(options) }),
    );
  }

  /** What was retired in a year, as CSV. */
  downloadRetirements(year: string, options: CallOptions = {}): Promise<string> {
    const params = { path: { year } };
    return dataOf(
      this.api.GET('/v1/finance/exports/retirements/{year}', { params, parseAs: 'text', ...signalOf(options) }),
    );
  }

  summarizeRetirements(year: string, options: CallOptions = {}): Promise<Schemas['Disclosure']> {
    const params = { path: { year } };
    return dataOf(this.api.GET('/v1/finance/exports/retirements/{year}/summary', { params, ...signalOf(options) }));
  }

  /** What a certificate, or the registry, says of the retirement of an order. */
  enterProof(orderId: string, proof: NewProof, options: KeyedOptions = {}): Promise<Proof> {
    const params = { path: { id: orderId }, header: keyed(options) };
    return dataOf(
      this.api.POST('/v1/finance/orders/{id}/evidence', { params, body: proof as never, ...signalOf(options) }),
    );
  }

  listProofs(filter: ProofFilter = {}, options: CallOptions = {}): Listing<Proof> {
    return new Listing((cursor) => {
      const query = { ...filter, ...at(cursor) };
      return dataOf(this.api.GET('/v1/finance/proofs', { params: { query }, ...signalOf(options) }));
    });
  }

  /** What finance has entered about projects, for disclosure. */
  listProjectFacts(filter: ProjectFactsFilter = {}, options: CallOptions = {}): Listing<ProjectFacts> {
    return new Listing((cursor) => {
      const query = { ...filter, ...at(cursor) };
      return dataOf(this.api.GET('/v1/finance/project-facts', { params: { query }, ...signalOf(options) }));
    });
  }
}

/** The transport has thrown where there is no data. */
const dataOf = async <Data>(answer: Promise<{ readonly data?: Data }>): Promise<Data> => (await answer).data as Data;

const signalOf = ({ signal }: CallOptions) => (signal === undefined ? {} : { signal });

const keyed = ({ idempotencyKey = crypto.randomUUID() }: KeyedOptions) => ({ 'Idempotency-Key': idempotencyKey });

const waiting = ({ waitSeconds }: { readonly waitSeconds?: number }) =>
  waitSeconds === undefined ? {} : { Prefer: `wait=${waitSeconds}` };

const at = (cursor: string | null) => (cursor === null ? {} : { cursor });
