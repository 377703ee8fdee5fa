import { grouped } from '../chaos/evidence.js';

/** All that is on record about a run, and all that was received and read, once it has come to rest. */
export class Evidence {
  static async gather(cluster, stage) {
    const evidence = Object.assign(new Evidence(), stage, { gateways: cluster.gateways });
    const [events, orders, endpoints, deliveries, attempts] = await cluster.database.snapshot([
      `SELECT * FROM (
         SELECT id, tenant_id, order_id AS subject, sequence, type, tx, occurred_at FROM order_events
         UNION ALL
         SELECT id, tenant_id, endpoint_id, sequence, type, tx, occurred_at FROM webhook_endpoint_events) AS told
       ORDER BY tx, subject, sequence`,
      'SELECT id, tenant_id, status, version, webhook_url FROM orders',
      'SELECT id, tenant_id, url, origin, types, disabled_reason, created_at FROM webhook_endpoints',
      'SELECT id, endpoint_id, event_id, state, attempts FROM webhook_deliveries',
      'SELECT delivery_id, number, status, error FROM webhook_attempts ORDER BY delivery_id, number',
    ]);
    Object.assign(evidence, { events, deliveries, attempts, endpoints });
    evidence.mistakes = stage.mistakes.map(({ name, seen }) => ({ name, missed: missedBy(seen, events) }));
    evidence.orders = new Map(orders.map((order) => [order.id, order]));
    evidence.eventOf = new Map(events.map((event) => [event.id, event]));
    evidence.eventsOf = grouped(events, ({ subject }) => subject);
    evidence.deliveryOf = new Map(deliveries.map((one) => [keyOf(one.endpoint_id, one.event_id), one]));
    evidence.attemptsOf = grouped(attempts, ({ delivery_id: id }) => id);
    const endpointAt = new Map(endpoints.map(({ id, url }) => [url, id]));
    evidence.requests = stage.receivers.flatMap((receiver) =>
      receiver.requests.map((request) => ({
        ...request,
        receiver,
        endpointId: endpointAt.get(request.target) ?? null,
      })),
    );
    evidence.requestsOf = grouped(evidence.requests, ({ endpointId, id }) => keyOf(endpointId, id));
    return evidence;
  }

  /** The events that an endpoint has to be sent. */
  owedTo({ tenant_id: tenantId, url, origin, types }) {
    return this.events.filter((event) =>
      origin === 'order'
        ? this.orders.get(event.subject)?.tenant_id === tenantId && this.orders.get(event.subject).webhook_url === url
        : event.tenant_id === tenantId && (types.length === 0 || types.includes(event.type)),
    );
  }

  /** The events that a reader has to be told, in order. */
  owedToReader({ tenant, filter }) {
    const types = filter.flatMap(([name, value]) => (name === 'types' ? [value] : []));
    return this.events.filter(
      ({ tenant_id: tenantId, type }) =>
        (tenant.seesAll || tenantId === tenant.id) && (types.length === 0 || types.includes(type)),
    );
  }

  /** Then what waited for it was given up, however often it had been tried. */
  wasDisabled(endpointId) {
    return (this.eventsOf.get(endpointId) ?? []).length > 0;
  }

  requestsFor({ endpoint_id: endpointId, event_id: eventId }) {
    return this.requestsOf.get(keyOf(endpointId, eventId)) ?? [];
  }

  describe({ endpoint_id: endpointId, event_id: eventId, id, state, attempts }) {
    const event = this.eventOf.get(eventId);
    const seen = this.requestsFor({ endpoint_id: endpointId, event_id: eventId }).map(
      ({ act, answered }) => `${act} ${answered ?? 'unanswered'}`,
    );
    const endpoint = this.endpoints.find((one) => one.id === endpointId);
    return `${id} ${state} after ${attempts}: ${eventId} (${event?.type} ${event?.sequence} of ${event?.subject}) to ${endpoint?.url}; it saw ${seen.join(', ') || 'nothing'}`;
  }
}

const missedBy = (seen, events) => events.filter(({ id, type }) => type.startsWith('order.') && !seen.has(id)).length;

export const keyOf = (endpointId, eventId) => `${endpointId} ${eventId}`;
