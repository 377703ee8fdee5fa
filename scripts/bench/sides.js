/** The two servers on databases of the same kind, up at the same time; only one of them has load at any moment. */
export async function startSides(cluster, { gateway, reference }) {
  const keys = { tenantKey: cluster.tenantKey, opsKey: cluster.opsKey };
  const [ours, theirs] = await Promise.all([cluster.startGateway('api', gateway), cluster.startReference(reference)]);
  return [
    { name: 'gateway', process: ours, database: gateway, ...keys },
    { name: 'reference', process: theirs, database: reference, ...keys },
  ];
}

export const stopSides = (sides) => Promise.all(sides.map(({ process }) => process.stop()));

export const BODY = {
  mass: { value: '100', unit: 'kg' },
  provider: 'cnaught',
  payment: { method: 'account' },
  beneficiary: { name: 'Jane Smith' },
  labels: { department: 'sales' },
};

/** An order that the server only accepts: the caller does not wait, and no worker runs. */
export const accepting = (side, more = {}) => ({
  origin: side.process.origin,
  method: 'POST',
  paths: ['/v1/orders'],
  headers: { authorization: `Bearer ${side.tenantKey}`, prefer: 'respond-async' },
  body: BODY,
  isKeyed: true,
  expectedStatus: 202,
  ...more,
});

/** So few a second that the provider's limit of 100 never has a say. */
const WAITED_EVERY_MS = 20;

/** An order whose caller waits until the provider has it. */
export const waiting = (side) => ({
  ...accepting(side),
  headers: { authorization: `Bearer ${side.tenantKey}` },
  expectedStatus: 201,
  connections: 1,
  everyMs: WAITED_EVERY_MS,
});

/** The same purchase at the provider itself, without a server between. */
export const buying = ({ CNAUGHT_BASE_URL, CNAUGHT_API_KEY }) => ({
  origin: CNAUGHT_BASE_URL,
  method: 'POST',
  paths: ['/orders'],
  headers: { authorization: `Bearer ${CNAUGHT_API_KEY}` },
  body: { amount_kg: 100, metadata: 'bench' },
  isKeyed: true,
  expectedStatus: 201,
  connections: 1,
  everyMs: WAITED_EVERY_MS,
});

export const reading = (side, paths, key = side.tenantKey) => ({
  origin: side.process.origin,
  paths,
  headers: { authorization: `Bearer ${key}` },
  expectedStatus: 200,
});

export const READ_ORDERS = 500;

/** Of orders all over the table. */
export async function pathsOfOrders(cluster, { database }) {
  const { rows } = await cluster.query(database, `SELECT id FROM orders ORDER BY md5(id) LIMIT ${READ_ORDERS}`);
  return rows.map(({ id }) => `/v1/orders/${id}`);
}
