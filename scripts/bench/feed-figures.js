import { seed } from './seed.js';

/** Half of the orders are the measured tenant's, and each has a handful of events. */
const EVENTS_PER_ORDER = 5;

const PAGE = 500;

/** Events of all orders as time left them: those of many orders in turn, each of a transaction of its own. */
const EVENTS = `
  INSERT INTO order_events (id, order_id, tenant_id, sequence, type, from_status, to_status, source, occurred_at, tx, state)
  SELECT 'evt_0' || lpad(to_hex(position), 12, '0') || left(md5(position::text), 13), order_id, tenant_id, sequence,
    'order.updated', status, status, 'poll', updated_at, position, state
  FROM (
    SELECT o.id AS order_id, o.tenant_id, o.status, o.updated_at, sequence, order_state(o) AS state,
      row_number() OVER (ORDER BY o.id, sequence) AS position
    FROM orders o, generate_series(1, ${EVENTS_PER_ORDER}) AS sequence) AS seeded`;

/** The positions that were given above are those of another server: what comes goes on from them. */
const CONTINUE = 'SELECT continue_feed()';

/** Beside the others, in `gateway_feed`: while `gateway` has no orders. */
export const copyForFeed = (cluster) => cluster.copyDatabase('gateway', 'gateway_feed');

/** How fast somebody who was away catches up from the feed alone, with one connection, one page after the other. */
export async function measureFeed(cluster, _, { feedEvents, rounds }) {
  const client = await cluster.client('gateway_feed');
  await seed(client, (2 * feedEvents) / EVENTS_PER_ORDER, cluster.tenantId);
  await client.query('BEGIN; SET LOCAL session_replication_role = replica');
  await client.query(EVENTS);
  await client.query('COMMIT');
  await client.query(CONTINUE);
  await client.query('VACUUM (ANALYZE) order_events');
  const gateway = await cluster.startGateway('api', 'gateway_feed');
  const rates = [];
  for (let round = 0; round <= rounds; round++)
    rates.push(await catchUp(gateway.origin, cluster.tenantKey, feedEvents));
  const { peakMb } = await gateway.memory();
  await gateway.stop();
  // The first round warms up.
  const counted = rates.slice(1).toSorted((a, b) => a - b);
  return [
    {
      id: 'feed',
      title: `catching up from the feed: ${feedEvents.toLocaleString('en')} events, ${PAGE} a page, 1 connection`,
      unit: 'events/s',
      value: counted[Math.floor(counted.length / 2)],
      spread: [counted[0], counted.at(-1)],
    },
    { id: 'memory-feed', title: 'resident memory while catching up, ROLE=api', unit: 'MB', value: peakMb },
  ];
}

/** Events a second. */
async function catchUp(origin, key, expected) {
  const startedAt = performance.now();
  let events = 0;
  for (let after = null, hasMore = true; hasMore;) {
    const url = `${origin}/v1/events?limit=${PAGE}${after === null ? '' : `&after=${after}`}`;
    const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
    const page = await response.json();
    if (response.status !== 200) throw new Error(`the feed gave ${response.status}: ${page.detail}`);
    events += page.data.length;
    [after, hasMore] = [page.next_after, page.has_more];
  }
  if (events !== expected) throw new Error(`the feed told ${events} events, and there are ${expected}`);
  return (1000 * events) / (performance.now() - startedAt);
}
