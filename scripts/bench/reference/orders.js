import pg from 'pg';
import { typeid } from 'typeid-js';
import { presentOrder } from './present.js';

/** As many connections as the gateway has by default. */
const POOL_SIZE = 20;

const PAGE = 20;

const TAKE_KEY = {
  name: 'take-key',
  text: `INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, locked_until)
    VALUES ($1, 'place_order', $2, $3, now() + interval '45 seconds') ON CONFLICT DO NOTHING`,
};

const STORED = {
  name: 'stored-response',
  text: `SELECT fingerprint = $3 AS "isSame", response_status AS status, response_body AS body
    FROM idempotency_records WHERE tenant_id = $1 AND operation = 'place_order' AND key = $2`,
};

const INSERT_ORDER = {
  name: 'insert-order',
  text: `INSERT INTO orders (id, tenant_id, status, provider, provider_offering_id, offering_name, payment_method,
      requested_grams, ordered_grams, beneficiary_name, reference, labels, routing)
    VALUES ($1, $2, 'created', 'cnaught', 'SbxMix', 'Sandbox mix', 'account', $3, $3, $4, $5, $6,
      '{"policy":"named_by_caller","considered":[]}') RETURNING *`,
};

const INSERT_EVENT = {
  name: 'insert-event',
  text: `INSERT INTO order_events (id, order_id, sequence, type, from_status, to_status, source, provider_status)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

/** Leased to the request that waits; due at once for a worker otherwise. */
const INSERT_TASK = {
  name: 'insert-task',
  text: `INSERT INTO tasks (subject_id, kind, run_at, lease_token, leased_until, runs)
    SELECT $1::text, 'purchase', now() + lease, CASE WHEN waits THEN gen_random_uuid() END,
      CASE WHEN waits THEN now() + lease END, CASE WHEN waits THEN 1 ELSE 0 END
    FROM (SELECT $2::boolean AS waits, CASE WHEN $2 THEN interval '45 seconds' ELSE interval '0' END AS lease) AS lease`,
};

const STORE_RESPONSE = {
  name: 'store-response',
  text: `UPDATE idempotency_records SET order_id = $3, response_status = $4, response_body = $5
    WHERE tenant_id = $1 AND operation = 'place_order' AND key = $2`,
};

const PLACE = {
  name: 'place',
  text: `UPDATE orders SET status = 'placed', provider_order_id = $2, provider_status = $3, price_amount = $4,
      price_currency = 'USD', price_source = 'charged', placed_at = now(), updated_at = now(), version = version + 1
    WHERE id = $1 AND status = 'created' RETURNING *`,
};

const FOLLOW = {
  name: 'follow',
  text: `UPDATE tasks SET kind = 'follow', runs = 0, run_at = now() + interval '1 minute', lease_token = NULL,
      leased_until = NULL WHERE subject_id = $1`,
};

const FIND = { name: 'find', text: 'SELECT * FROM orders WHERE id = $1 AND ($2::text IS NULL OR tenant_id = $2)' };

export class Orders {
  constructor(connectionString) {
    this.pool = new pg.Pool({ connectionString, max: POOL_SIZE });
  }

  /** Seven statements: BEGIN, key, order, event, task, stored response, COMMIT. */
  accept({ tenantId, key, fingerprint }, { id, grams, beneficiary, reference, labels }, waits) {
    return this.transaction(async (run) => {
      const taken = await run(TAKE_KEY, [tenantId, key, fingerprint]);
      if (taken.rowCount === 0) return { stored: (await run(STORED, [tenantId, key, fingerprint])).rows[0] };
      const { rows } = await run(INSERT_ORDER, [id, tenantId, grams, beneficiary, reference, labels]);
      await run(INSERT_EVENT, [newEventId(), id, 1, 'order.created', null, 'created', 'request', null]);
      await run(INSERT_TASK, [id, waits]);
      const response = { status: 202, body: JSON.stringify(presentOrder(rows[0])) };
      const stored = waits ? { status: null, body: null } : response;
      await run(STORE_RESPONSE, [tenantId, key, id, stored.status, stored.body]);
      return { order: rows[0], response };
    });
  }

  /** What the provider responded: order, event, task and stored response, in one transaction. */
  recordPlaced({ tenantId, key }, { id, status }, { id: providerId, state, price_usd_cents: cents }) {
    return this.transaction(async (run) => {
      const { rows } = await run(PLACE, [id, providerId, state, cents / 100]);
      await run(INSERT_EVENT, [newEventId(), id, rows[0].version, 'order.placed', status, 'placed', 'response', state]);
      await run(FOLLOW, [id]);
      const response = { status: 201, body: JSON.stringify(presentOrder(rows[0])) };
      await run(STORE_RESPONSE, [tenantId, key, id, response.status, response.body]);
      return response;
    });
  }

  async find(id, tenantId) {
    const { rows } = await this.pool.query({ ...FIND, values: [id, tenantId] });
    return rows[0];
  }

  /** One statement per combination of filters, by row value: a page costs the same wherever it begins. */
  async list(query, tenantId) {
    const { name, text, values } = listStatement(query, tenantId);
    const { rows } = await this.pool.query({ name, text, values });
    const page = rows.slice(0, PAGE);
    return { rows: page, next: rows.length > PAGE ? cursorOf(page.at(-1)) : null };
  }

  async transaction(work) {
    const client = await this.pool.connect();
    const run = (statement, values) => client.query({ ...statement, values });
    try {
      await client.query('BEGIN');
      const result = await work(run);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }
}

const newEventId = () => typeid('evt').toString();

const cursorOf = ({ created_at: at, id }) => Buffer.from(JSON.stringify([at.toISOString(), id])).toString('base64url');

const CONDITIONS = {
  tenant: (nth) => `tenant_id = $${nth}`,
  status: (nth) => `status = $${nth}`,
  provider: (nth) => `provider = $${nth}`,
  reference: (nth) => `reference = $${nth}`,
  labels: (nth) => `labels @> $${nth}::jsonb`,
  created_from: (nth) => `created_at >= $${nth}::timestamptz`,
  created_to: (nth) => `created_at < $${nth}::timestamptz`,
  cursor: (nth) => `(created_at, id) < (($${nth}::jsonb ->> 0)::timestamptz, $${nth}::jsonb ->> 1)`,
};

function listStatement(query, tenantId) {
  const given = { ...(tenantId !== null && { tenant: tenantId }), ...plain(query) };
  const names = Object.keys(CONDITIONS).filter((name) => given[name] !== undefined);
  const where = names.map((name, nth) => CONDITIONS[name](nth + 1)).join(' AND ') || 'true';
  return {
    name: `list ${names.join(' ')}`,
    text: `SELECT * FROM orders WHERE ${where} ORDER BY created_at DESC, id DESC LIMIT ${PAGE + 1}`,
    values: names.map((name) => given[name]),
  };
}

/** Labels as they are kept, and the position in the cursor. */
function plain({ cursor, ...query }) {
  const labels = Object.entries(query).flatMap(([name, value]) => {
    const [, label] = /^label\[(.+)\]$/.exec(name) ?? [];
    return label === undefined ? [] : [[label, value]];
  });
  return {
    ...query,
    ...(labels.length > 0 && { labels: JSON.stringify(Object.fromEntries(labels)) }),
    ...(cursor !== undefined && { cursor: Buffer.from(cursor, 'base64url').toString() }),
  };
}
