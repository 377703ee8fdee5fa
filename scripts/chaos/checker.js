import { isTerminal } from '../../dist/src/domain/orders/lifecycle.js';

/** The promise, line by line: each check returns what breaks it, as texts. An empty list is the only good result. */

const NOT_BOUGHT = new Set(['failed', 'cancelled', 'expired']);
const BOUGHT = new Set(['placed', 'accepted', 'retired', 'completed']);

/** Of the promise: from the kill of a process to the next action on the orders it was at. */
const RESUME_MS = 60_000;

export const CHECKS = {
  'bought twice': ({ orders, purchasesOf, describeOrder }) =>
    idsOf(orders)
      .filter((id) => (purchasesOf.get(id) ?? []).length > 1)
      .map(describeOrder),

  'lost: accepted, and no such order': ({ log, orders }) =>
    log.flatMap(({ key, orderIds }) =>
      [...orderIds].filter((id) => !orders.has(id)).map((id) => `${key} was given ${id}`),
    ),

  'lost: given an order it cannot read': ({ log }) =>
    log.filter(({ unreadable }) => unreadable).map(({ key, unreadable }) => `${key}: reading it gave ${unreadable}`),

  'lost: open, and without a task': ({ orders, tasks, describeOrder }) =>
    idsOf(orders)
      .filter((id) => !isTerminal(orders.get(id).status) && !tasks.has(id))
      .map(describeOrder),

  'lost: had to be found by the sweeper': ({ repairs }) => Array.from({ length: repairs }, () => 'see the logs'),

  'called not bought, and bought': ({ orders, standing, describeOrder }) =>
    idsOf(orders)
      .filter((id) => NOT_BOUGHT.has(orders.get(id).status) && standing(id).length > 0)
      .map(describeOrder),

  'called bought, and not bought': ({ orders, purchasesOf, describeOrder }) =>
    idsOf(orders)
      .filter((id) => BOUGHT.has(orders.get(id).status))
      .filter((id) => !(purchasesOf.get(id) ?? []).some((purchase) => isOf(purchase, orders.get(id))))
      .map(describeOrder),

  'bought, and no order owns it': ({ purchases, orders }) =>
    purchases
      .filter(({ orderId }) => !orders.has(orderId))
      .map(({ provider, id, reference }) => `${provider} ${id} with reference ${reference}`),

  'one key, several orders': ({ log, keys, describeOrder }) => {
    const made = new Map(
      keys.filter(({ operation }) => operation === 'place_order').map((row) => [row.key, row.order_id]),
    );
    return log
      .filter(({ key, orderIds }) => orderIds.size > 1 || (orderIds.size === 1 && !orderIds.has(made.get(key))))
      .flatMap(({ key, orderIds }) => [`${key} made ${made.get(key)}`, ...[...orderIds].map(describeOrder)]);
  },

  'orders without a key of a client': ({ orders, keys }) => {
    const owned = new Set(keys.filter(({ operation }) => operation === 'place_order').map(({ order_id: id }) => id));
    return idsOf(orders).filter((id) => !owned.has(id));
  },

  'several pages shown for one order': ({ log }) =>
    log.filter(({ pages }) => pages.size > 1).map(({ key, pages }) => `${key}: ${[...pages].join(' and ')}`),

  'paid and come back, and not noticed': ({ log, orders, describeOrder }) =>
    log
      .filter(({ paid, cameBack }) => paid && cameBack)
      .flatMap(({ orderIds }) => [...orderIds])
      .filter((id) => orders.has(id) && !BOUGHT.has(orders.get(id).status))
      .map(describeOrder),

  'gaps in the events of an order': ({ orders, events, describeOrder }) =>
    idsOf(orders)
      .filter((id) => !isWhole(events.get(id) ?? [], orders.get(id)))
      .map(describeOrder),

  'several keys in one generation of sends': ({ attempts }) => {
    const keysOf = new Map();
    for (const { order_id: id, operation, generation, idempotency_key: key } of attempts) {
      const name = `${id} ${operation} g${generation}`;
      // A cancellation is a command of its own each time it is asked for.
      if (operation !== 'cancel') keysOf.set(name, (keysOf.get(name) ?? new Set()).add(key));
    }
    return [...keysOf].filter(([, keys]) => keys.size > 1).map(([name]) => name);
  },

  'stuck: neither ended nor under review': ({ orders, describeOrder }) =>
    idsOf(orders)
      .filter((id) => !isTerminal(orders.get(id).status) && orders.get(id).review_reason === null)
      .map(describeOrder),

  'clients told 5xx other than 503': ({ log }) =>
    log.flatMap(({ key, responses }) =>
      responses
        .filter(({ said }) => said >= 500 && said !== 503)
        .map(({ method, path, said }) => `${key}: ${method} ${path} gave ${said}`),
    ),

  'clients told that their order is its own duplicate': ({ log }) =>
    log.filter(({ responses }) => responses.some(({ code }) => code === 'possible_duplicate')).map(({ key }) => key),

  'clients without a response': ({ log }) =>
    log.filter(({ outcome }) => outcome === 'no response').map(({ key }) => key),

  'processes that died by themselves': ({ gateways }) =>
    gateways.flatMap(({ name, deaths }) => deaths.map((lastWords) => `${name}: ${lastWords}`)),

  'resumed later than 60 s after a kill (p99)': (_, { resumeP99Ms }) =>
    resumeP99Ms !== null && resumeP99Ms > RESUME_MS ? [`p99 ${Math.round(resumeP99Ms)} ms`] : [],

  'provider calls faulted less than a quarter': (_, { writes, reads }) =>
    Object.entries({ writes, reads })
      .filter(([, { faulted, calls }]) => calls >= 100 && faulted / calls < 0.25)
      .map(([kind, { faulted, calls }]) => `${kind}: ${faulted} of ${calls}`),
};

/** Every check's name and what breaks it. */
export function check(evidence, figures) {
  // Checks take the evidence apart by name: its methods must work on their own.
  const { describeOrder, standing } = evidence;
  const bound = { ...evidence, describeOrder: describeOrder.bind(evidence), standing: standing.bind(evidence) };
  return Object.entries(CHECKS).map(([name, run]) => ({ name, violations: run(bound, figures) }));
}

const idsOf = (orders) => [...orders.keys()];

/** Of the right provider, mass and id. */
const isOf = (purchase, order) =>
  purchase.provider === order.provider &&
  purchase.massGrams === order.grams &&
  (order.provider_order_id === null || order.provider_order_id === purchase.id);

/** 1, 2, 3 … up to the order's version, and the last one says where the order stands. */
const isWhole = (events, { version, status }) =>
  events.length === version &&
  events.every(({ sequence }, index) => sequence === index + 1) &&
  events.at(-1)?.to_status === status;
