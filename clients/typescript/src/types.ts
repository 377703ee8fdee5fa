import type { components, operations } from './openapi.js';

/** The words of the API, by the names a program uses. All of them are generated from the OpenAPI document. */
type Schemas = components['schemas'];

export type Mass = Schemas['Mass'];
export type Money = Schemas['Money'];

export type NewOrder = Schemas['PlaceOrderRequest'];
export type Order = Schemas['Order'];
export type OrderStatus = Order['status'];
export type TimelineEntry = Schemas['TimelineEntry'];

export type QuoteWish = Schemas['RequestQuoteRequest'];
export type Quote = Schemas['Quote'];
export type Offer = Schemas['Offer'];
export type Offering = Schemas['Offering'];
export type Provider = Schemas['Provider'];

export type Transfer = Schemas['Transfer'];
export type Balance = Schemas['Balance'];
export type Period = Schemas['Period'];
export type NewProof = Schemas['EnterProofRequest'];
export type Proof = Schemas['Proof'];
export type ProjectFacts = Schemas['ProjectFacts'];

export type Problem = Schemas['Problem'];
export type ProblemCode = Problem['code'];

export type NewWebhookEndpoint = Schemas['CreateWebhookEndpointRequest'];
export type WebhookEndpoint = Schemas['WebhookEndpoint'];
export type WebhookDelivery = Schemas['Delivery'];

/** Something happened to an order: `data.order` is the order as it was then. */
export type OrderEvent = Schemas['OrderEvent'];
/** Something happened to a webhook endpoint by itself. */
export type WebhookEndpointEvent = Schemas['WebhookEndpointEvent'];
/** Told in the feed and by webhooks, once it has happened. `type` says which it is. */
export type GatewayEvent = Schemas['Event'];
/** What testWebhookEndpoint has sent. It is in no feed. */
export type TestMessage = Schemas['TestMessage'];
export type WebhookMessage = Schemas['WebhookMessage'];

type QueryOf<Operation extends keyof operations> = NonNullable<operations[Operation]['parameters']['query']>;

export type OrderFilter = Omit<QueryOf<'listOrders'>, 'cursor'>;
export type OfferingFilter = Omit<QueryOf<'listOfferings'>, 'cursor'>;
export type EventFilter = QueryOf<'listEvents'>;
export type WebhookEndpointFilter = Omit<QueryOf<'listWebhookEndpoints'>, 'cursor'>;
export type WebhookDeliveryFilter = Omit<QueryOf<'listWebhookDeliveries'>, 'cursor'>;
export type TransferFilter = Omit<QueryOf<'listTransfers'>, 'cursor'>;
export type BalanceFilter = Omit<QueryOf<'readBalances'>, 'cursor'>;
export type ProofFilter = Omit<QueryOf<'listProofs'>, 'cursor'>;
export type ProjectFactsFilter = Omit<QueryOf<'listProjectFacts'>, 'cursor'>;
export type ExportName = operations['downloadExport']['parameters']['path']['kind'];
export type ExportFilter = QueryOf<'downloadExport'>;
export type CostGrouping = QueryOf<'groupCosts'>;
