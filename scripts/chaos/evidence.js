import { readFile } from 'node:fs/promises';

const ORDER_ID = /ord_[0-9a-z]{26}/;
const RETURN_TOKEN = /\/v1\/returns\/([A-Za-z0-9_-]{43})/;

/** What the sweeper says when it finds an open order without a task. */
const REPAIRED = 'open orders had no task';

/** All that is on record about a run, on both sides, read once it has come to rest. */
export class Evidence {
  static async gather(cluster, log) {
    const evidence = new Evidence();
    const { database, providers, gateways } = cluster;
    const [orders, attempts, events, tasks, keys] = await database.snapshot([
      'SELECT *, ordered_grams::float8 AS grams FROM orders ORDER BY created_at',
      'SELECT order_id, operation, number, generation, idempotency_key, outcome, reason, body FROM attempts ORDER BY id',
      'SELECT order_id, sequence, type, to_status, occurred_at AS at FROM order_events ORDER BY order_id, sequence',
      'SELECT subject_id FROM tasks',
      'SELECT operation, key, order_id FROM idempotency_records',
    ]);
    Object.assign(evidence, { log, attempts, keys });
    evidence.orders = new Map(orders.map((order) => [order.id, order]));
    evidence.events = grouped(events, ({ order_id: id }) => id);
    evidence.tasks = new Set(tasks.map(({ subject_id: id }) => id));
    const purchases = await Promise.all(Object.values(providers).map((provider) => provider.purchases()));
    const owners = ownersOfTokens(attempts);
    evidence.purchases = purchases.flat().map((purchase) => ({ ...purchase, orderId: ownerOf(purchase, owners) }));
    evidence.purchasesOf = grouped(evidence.purchases, ({ orderId }) => orderId);
    evidence.gateways = gateways;
    const logs = await Promise.all(gateways.map(({ logFile }) => readFile(logFile, 'utf8').catch(() => '')));
    evidence.repairs = logs.join('').split(REPAIRED).length - 1;
    return evidence;
  }

  /** The purchases of an order that still stand. */
  standing(orderId) {
    return (this.purchasesOf.get(orderId) ?? []).filter(({ isUndone }) => !isUndone);
  }

  /** Everything about one order, for the report of a violation. */
  describeOrder(orderId) {
    const order = this.orders.get(orderId);
    const history = (this.events.get(orderId) ?? []).map(({ type }) => type.replace('order.', '')).join(' > ');
    const sends = this.attempts
      .filter(({ order_id: id }) => id === orderId)
      .map(
        ({ operation, number, generation, outcome, reason }) =>
          `${operation}#${number}/g${generation} ${outcome} ${reason ?? ''}`,
      );
    const bought = (this.purchasesOf.get(orderId) ?? []).map(
      ({ id, at, isUndone }) => `${id} at ${at}${isUndone ? ' (undone)' : ''}`,
    );
    return [
      `${orderId} ${order?.provider} ${order?.payment_method} ${order?.status} review=${order?.review_reason}`,
      `    history: ${history}`,
      `    sends: ${sends.join('; ')}`,
      `    purchases: ${bought.join('; ') || 'none'}`,
    ].join('\n');
  }
}

/** A checkout's purchase names the address it returns to; the orders' attempts say whose address that is. */
function ownersOfTokens(attempts) {
  const owners = new Map();
  for (const { order_id: id, body } of attempts) {
    const token = RETURN_TOKEN.exec(body)?.[1];
    if (token) owners.set(token, id);
  }
  return owners;
}

function ownerOf({ reference }, owners) {
  const named = ORDER_ID.exec(reference ?? '')?.[0];
  return named ?? owners.get(RETURN_TOKEN.exec(reference ?? '')?.[1]) ?? null;
}

export function grouped(rows, keyOf) {
  const groups = new Map();
  for (const row of rows) {
    const key = keyOf(row);
    if (groups.has(key)) groups.get(key).push(row);
    else groups.set(key, [row]);
  }
  return groups;
}
