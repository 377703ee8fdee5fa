import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MS = 500;
const PROGRESS_MS = 15_000;

/** Nothing has moved for so long, which is longer than a lease: nothing will. */
const STALLED_MS = 60_000;

/** What is left to do: orders that have not ended, deliveries that are to be sent, events that were not looked at. */
const LEFT = `
  SELECT (SELECT count(*)::int FROM tasks t JOIN orders o ON o.id = t.subject_id) AS orders,
         (SELECT count(*)::int FROM webhook_deliveries WHERE state = 'pending') AS deliveries,
         (SELECT count(*)::int FROM webhook_endpoints w JOIN order_events e ON e.tenant_id = w.tenant_id
          JOIN orders o ON o.id = e.order_id
          WHERE CASE w.origin WHEN 'order' THEN o.webhook_url = w.url
                              ELSE w.types = '{}' OR e.type = ANY (w.types) END
            AND w.disabled_at IS NULL
            AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.event_id = e.id)) AS events`;

/** Waits until everything is delivered or given up. Resolves in any case: what is left then is for the checker to find. */
export async function untilDelivered(database, tell) {
  let toldAt = performance.now();
  let latest = { left: null, at: toldAt };
  for (;;) {
    const [left] = await database.rows(LEFT);
    if (JSON.stringify(left) !== JSON.stringify(latest.left)) latest = { left, at: performance.now() };
    const isStalled = performance.now() - latest.at > STALLED_MS;
    if (left.orders + left.deliveries + left.events === 0 || isStalled) return;
    if (performance.now() - toldAt > PROGRESS_MS) {
      toldAt = performance.now();
      tell(`left: ${left.orders} orders, ${left.deliveries} deliveries, ${left.events} events without one`);
    }
    await delay(LOOK_MS);
  }
}
