/**
 * The reference: what a good engineer would write by hand in a day for the same contract. Bare Fastify, `pg`, named
 * prepared statements. It knows one provider and one key per role, and no recovery, limits, quotas or reviews.
 */
import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import { typeid } from 'typeid-js';
import { Orders } from './orders.js';
import { presentOrder } from './present.js';

const { DATABASE_URL, PORT, TENANT_ID, TENANT_KEY, OPS_KEY, CNAUGHT_BASE_URL, CNAUGHT_API_KEY } = process.env;

const PLACE_ORDER = {
  type: 'object',
  required: ['mass', 'provider', 'payment', 'beneficiary'],
  properties: {
    mass: {
      type: 'object',
      required: ['value', 'unit'],
      properties: { value: { type: 'string', pattern: '^[1-9][0-9]{0,8}$' }, unit: { const: 'kg' } },
    },
    provider: { const: 'cnaught' },
    payment: { type: 'object', required: ['method'], properties: { method: { const: 'account' } } },
    beneficiary: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string', minLength: 1, maxLength: 255 } },
    },
    reference: { type: 'string', maxLength: 255 },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

/** Null: every tenant. */
const TENANTS = new Map([
  [`Bearer ${TENANT_KEY}`, TENANT_ID],
  [`Bearer ${OPS_KEY}`, null],
]);

const orders = new Orders(DATABASE_URL);
const app = Fastify();

app.get('/livez', async () => ({ status: 'ok' }));

await app.register(async (v1) => {
  v1.decorateRequest('tenantId', null);
  v1.addHook('onRequest', async (request, reply) => {
    const { authorization } = request.headers;
    if (!TENANTS.has(authorization)) return reply.code(401).send();
    request.tenantId = TENANTS.get(authorization);
  });

  v1.post('/v1/orders', { schema: { body: PLACE_ORDER } }, placeOrder);

  v1.get('/v1/orders/:id', async ({ params, tenantId, headers }, reply) => {
    const row = await orders.find(params.id, tenantId);
    if (row === undefined) return reply.code(404).send();
    const etag = `"${row.version}"`;
    reply.header('etag', etag);
    return headers['if-none-match'] === etag ? reply.code(304).send() : presentOrder(row);
  });

  v1.get('/v1/orders', async ({ query, tenantId }) => {
    const { rows, next } = await orders.list(query, tenantId);
    return { data: rows.map(presentOrder), next_cursor: next };
  });
});

await app.listen({ port: Number(PORT), host: '127.0.0.1' });
process.on('SIGTERM', () => process.exit(0));

async function placeOrder({ body, headers, tenantId }, reply) {
  const key = headers['idempotency-key'];
  if (key === undefined) return reply.code(400).send();
  const waits = headers.prefer !== 'respond-async';
  const fingerprint = createHash('sha256').update(JSON.stringify(body)).digest();
  const scope = { tenantId, key, fingerprint };
  const { stored, order, response } = await orders.accept(scope, termsOf(body), waits);
  if (stored) return replay(reply, stored);
  reply.header('location', `/v1/orders/${order.id}`);
  return send(reply, waits ? await orders.recordPlaced(scope, order, await buy(order)) : response);
}

function termsOf({ mass, beneficiary, reference, labels }) {
  return {
    id: typeid('ord').toString(),
    grams: Number(mass.value) * 1000,
    beneficiary: beneficiary.name,
    reference: reference ?? null,
    labels: labels ?? {},
  };
}

async function buy({ id, ordered_grams: grams }) {
  const response = await fetch(`${CNAUGHT_BASE_URL}/orders`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${CNAUGHT_API_KEY}`,
      'content-type': 'application/json',
      'idempotency-key': `${id}-1`,
    },
    body: JSON.stringify({ amount_kg: grams / 1000, metadata: id }),
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status !== 201) throw new Error(`the provider responded ${response.status}`);
  return response.json();
}

function send(reply, { status, body }) {
  return reply.code(status).type('application/json; charset=utf-8').send(body);
}

function replay(reply, { isSame, status, body }) {
  return isSame && status !== null ? send(reply, { status, body }) : reply.code(isSame ? 409 : 422).send();
}
