/** When the latest order was created: the same moment in every table, so that the same question has the same result everywhere. */
export const SEEDED_UNTIL = new Date();
export const SEEDED_DAYS = 730;

/**
 * Orders as two years of use leave them: half of them one tenant's, nearly all completed, a few in every other status,
 * three providers, labels that many and that few orders have. Set-based, past the triggers (an order begins as
 * `created`), within every CHECK. Only what the measured queries read: orders, and the tasks of those that are open.
 */
const ORDERS = `
  INSERT INTO orders (id, tenant_id, status, provider, provider_offering_id, offering_name, provider_order_id,
    payment_method, requested_grams, ordered_grams, price_amount, price_currency, price_source, beneficiary_name,
    reference, metadata, labels, routing, retirements, certificate, review_reason, review_since,
    created_at, updated_at, placed_at, retired_at, completed_at, version)
  SELECT
    -- Sorts by age, as the gateway's own ids do.
    'ord_0' || lpad(to_hex(n), 12, '0') || left(md5(n::text), 13),
    CASE WHEN n % 2 = 0 THEN $2::text ELSE 'ten_seeded_' || n % 49 END,
    status, provider, 'offering', 'Seeded offering',
    CASE WHEN was_placed THEN 'seeded-' || n END,
    'account', 100000, 100000,
    CASE WHEN was_placed THEN 2 END, CASE WHEN was_placed THEN 'USD' END, CASE WHEN was_placed THEN 'charged' END,
    'Beneficiary ' || n % 5000,
    CASE WHEN n % 5 <> 0 THEN 'PO-' || n END,
    jsonb_build_object('invoice', 'INV-' || n),
    jsonb_build_object('department', 'dep-' || n / 2 % 12, 'project', 'p-' || n / 2 % 2000),
    '{"policy": "named_by_caller", "considered": []}',
    CASE WHEN status IN ('retired', 'completed') THEN jsonb_build_array(jsonb_build_object(
      'project', 'Seeded project', 'registry', 'Seeded registry', 'vintage', 2024, 'mass', 100000,
      'serialNumberRange', 'SR-' || n, 'url', 'https://retirements.example/' || n, 'transactionHash', NULL))
      ELSE '[]' END,
    CASE WHEN status = 'completed' THEN jsonb_build_object('url', 'https://certificates.example/' || n, 'pdfUrl', NULL) END,
    CASE WHEN n % 2500 = 0 THEN 'bought_twice' END, CASE WHEN n % 2500 = 0 THEN created_at END,
    created_at, created_at,
    CASE WHEN was_placed THEN created_at END,
    CASE WHEN status IN ('retired', 'completed') THEN created_at END,
    CASE WHEN status = 'completed' THEN created_at END,
    4
  FROM (
    SELECT n, $3::timestamptz - ($1::int - n) * (interval '${SEEDED_DAYS} days' / $1::int) AS created_at,
      CASE WHEN share < 9200 THEN 'completed' WHEN share < 9450 THEN 'failed' WHEN share < 9650 THEN 'cancelled'
           WHEN share < 9800 THEN 'expired' WHEN share < 9860 THEN 'retired' WHEN share < 9910 THEN 'accepted'
           WHEN share < 9970 THEN 'placed' WHEN share < 9990 THEN 'awaiting_payment' WHEN share < 9995 THEN 'in_doubt'
           ELSE 'created' END AS status,
      share < 9200 OR share BETWEEN 9800 AND 9969 AS was_placed,
      CASE WHEN n % 20 < 12 THEN 'cnaught' WHEN n % 20 < 17 THEN 'carbonmark' ELSE 'one_tribe' END AS provider
    FROM (SELECT n, n::bigint * 7919 % 10000 AS share FROM generate_series(1, $1::int) AS n) AS numbers
  ) AS seeded`;

const TENANTS = `INSERT INTO tenants (id, name) SELECT 'ten_seeded_' || n, 'Seeded' FROM generate_series(0, 48) AS n`;

/** Due after every run: an open order has a task, and no worker is at it. */
const TASKS = `
  INSERT INTO tasks (subject_id, kind, run_at)
  SELECT id, CASE WHEN status IN ('created', 'in_doubt') THEN 'purchase' ELSE 'follow' END, now() + interval '30 days'
  FROM orders WHERE status NOT IN ('completed', 'cancelled', 'failed', 'expired')`;

/** Fills a database that has the measured tenant and no order. Leaves it as a quiet night does: vacuumed, analysed, on disk. */
export async function seed(client, count, tenantId) {
  await client.query('BEGIN');
  await client.query('SET LOCAL session_replication_role = replica');
  await client.query(TENANTS);
  await client.query(ORDERS, [count, tenantId, SEEDED_UNTIL]);
  await client.query(TASKS);
  await client.query('COMMIT');
  await client.query('VACUUM (ANALYZE) orders, tasks');
  await client.query('CHECKPOINT');
}
