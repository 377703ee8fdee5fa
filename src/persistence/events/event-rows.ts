import {
  FEED_EVENT_TYPES,
  type EndpointEventType,
  type FeedEvent,
  type OrderEventType,
} from '../../domain/events/feed-event.js';
import { readObject, readText, readTextOrNull, readWord, type ReadJson } from '../database/json-columns.js';
import { Prisma } from '../generated/client.js';
import { ITS_POOL, LATEST_CHECKOUT, orderFromRow, type OrderRow } from '../orders/order-rows.js';

/** An event of an order with its order, or of an endpoint: the columns of the other are null. */
export interface EventRow extends OrderRow {
  readonly event_id: string;
  readonly event_type: string;
  readonly event_tenant_id: string;
  readonly event_tx: string;
  readonly event_subject: string;
  readonly event_sequence: number;
  readonly event_at: Date;
  readonly event_state: unknown;
}

/**
 * The columns of an event `e` with its order `o`, or of an event `w` of an endpoint. Those of the order that change are
 * read from the event instead.
 */
export const EVENT_COLUMNS = Prisma.sql`
  o.*, CASE WHEN e.state IS NULL THEN ${LATEST_CHECKOUT} END AS checkout,
  CASE WHEN e.state IS NULL THEN ${ITS_POOL} END AS pool, COALESCE(e.id, w.id) AS event_id, COALESCE(e.type, w.type) AS event_type,
  COALESCE(e.tenant_id, w.tenant_id) AS event_tenant_id, COALESCE(e.tx, w.tx) AS event_tx,
  COALESCE(e.order_id, w.endpoint_id) AS event_subject, COALESCE(e.sequence, w.sequence) AS event_sequence,
  COALESCE(e.occurred_at, w.occurred_at) AS event_at, COALESCE(e.state, w.state) AS event_state`;

export const eventFromRow = (row: EventRow): FeedEvent => {
  const told = {
    id: row.event_id,
    tenantId: row.event_tenant_id,
    occurredAt: row.event_at,
    position: { tx: row.event_tx, subject: row.event_subject, sequence: row.event_sequence },
  };
  const type = readWord(FEED_EVENT_TYPES)(row.event_type);
  if (!isOfOrder(type)) return { ...told, type, endpoint: readEndpoint(row.event_state) };
  // Events of the first versions kept no state: they are told with the order as it is.
  const then = row.event_state === null ? row : { ...row, ...readState(row.event_state) };
  return { ...told, type, order: orderFromRow(then) };
};

const isOfOrder = (type: OrderEventType | EndpointEventType): type is OrderEventType => type.startsWith('order.');

const readTimeOrNull: ReadJson<Date | null> = (value) => (typeof value === 'string' ? new Date(value) : null);
const readTime: ReadJson<Date> = (value) => new Date(readText(value));
const readAny: ReadJson<unknown> = (value) => value;

/** As `order_state` writes it. */
const readState: ReadJson<Partial<OrderRow>> = readObject({
  status: readText,
  status_reason: readTextOrNull,
  status_detail: readTextOrNull,
  provider_order_id: readTextOrNull,
  provider_status: readTextOrNull,
  offering_name: readText,
  price_amount: readTextOrNull,
  price_currency: readTextOrNull,
  price_source: readTextOrNull,
  price_tax_amount: readTextOrNull,
  retirements: readAny,
  certificate: readAny,
  review_reason: readTextOrNull,
  review_since: readTimeOrNull,
  placed_at: readTimeOrNull,
  retired_at: readTimeOrNull,
  completed_at: readTimeOrNull,
  provider_retired_at: readTimeOrNull,
  updated_at: readTime,
  personal_data_erased_at: readTimeOrNull,
  version: Number,
  checkout: readAny,
  pool: readAny,
});

const endpointShape = readObject({ id: readText, url: readText, disabled_reason: readTextOrNull });
const readEndpoint = (value: unknown): { id: string; url: string; disabledReason: string | null } => {
  const { id, url, disabled_reason: disabledReason } = endpointShape(value);
  return { id, url, disabledReason };
};
