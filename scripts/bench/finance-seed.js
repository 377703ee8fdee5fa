import { isPlant, ORDER_ID } from './finance-plants.js';

const DAY_MS = 86_400_000;

/** Of retired orders a run asks for a proof after a fortnight: none here is so old when the month ends. */
const SEEDED_DAYS = 12;

/** What each order posts is in five transfers, and its invoice is one more. One order in four is the measured tenant's. */
const TRANSFERS_PER_ORDER = 5;
const TENANTS = 4;
const EVENTS_PER_ORDER = 2;

/** The month before this one, by UTC, and when its seeded orders were bought: up to the day before it ended. */
export function lastMonth(now = new Date()) {
  const [startsAt, endsAt] = [-1, 0].map(
    (ahead) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead)),
  );
  const until = new Date(endsAt - DAY_MS);
  return {
    id: startsAt.toISOString().slice(0, 7),
    startsAt,
    endsAt,
    from: new Date(until - SEEDED_DAYS * DAY_MS),
    until,
    list: 'snp_seeded',
  };
}

/** When the n-th order of so many was bought. */
export const boughtAt = ({ from, until }, n, orders) => new Date(from.getTime() + ((until - from) * n) / orders);

/** What all that follows is of: bought at CNaught, on account, and retired at once. */
const NUMBERS = `
  CREATE TEMP TABLE seeded ON COMMIT DROP AS
  SELECT n, ${ORDER_ID} AS id, CASE WHEN n % ${TENANTS} = 0 THEN $2::text ELSE 'ten_seeded_' || n % ${TENANTS} END AS tenant_id,
    'seeded-' || n AS provider_order_id, $3::timestamptz + ($4::timestamptz - $3::timestamptz) * n / $1::int AS at
  FROM generate_series(1, $1::int) AS n`;

const TENANT_ROWS = `INSERT INTO tenants (id, name) SELECT DISTINCT tenant_id, 'Seeded' FROM seeded ON CONFLICT DO NOTHING`;

const ORDERS = `
  INSERT INTO orders (id, tenant_id, status, provider, provider_offering_id, offering_name, provider_order_id,
    payment_method, requested_grams, ordered_grams, price_amount, price_currency, price_source, beneficiary_name,
    labels, routing, certificate, created_at, updated_at, placed_at, retired_at, completed_at, version)
  SELECT id, tenant_id, 'completed', 'cnaught', 'offering', 'Seeded offering', provider_order_id,
    'account', 100000, 100000, 2, 'USD', 'charged', 'Beneficiary ' || n % 5000,
    jsonb_build_object('department', 'dep-' || n % 12), '{"policy": "named_by_caller", "considered": []}',
    jsonb_build_object('url', 'https://certificates.example/' || n, 'pdfUrl', NULL), at, at, at, at, at, ${EVENTS_PER_ORDER}
  FROM seeded ORDER BY n`;

/** Each of a transaction of its own, so that the position in the feed says how many there were. Both post something. */
const EVENTS = `
  INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, occurred_at, tx, state)
  SELECT 'evt_0' || lpad(to_hex(position), 12, '0') || left(md5(position::text), 13), id, tenant_id, sequence,
    'order.' || status, status, 'poll', at, position, state
  FROM (
    SELECT s.*, e.sequence, e.status, order_state(o) AS state, ${EVENTS_PER_ORDER} * (s.n - 1) + e.sequence AS position
    FROM seeded s JOIN orders o USING (id), (VALUES (1, 'placed'), (2, 'completed')) AS e(sequence, status)) AS told
  ORDER BY position`;

/** The positions that were given above are those of another server: what comes goes on from them. */
const CONTINUE = 'SELECT continue_feed()';

/** Whoever reads the feed has read it, and the books lack its last events. */
const READ = `
  UPDATE feed_readers r SET tx = e.tx, subject = e.order_id, sequence = e.sequence
  FROM order_events e
  WHERE e.tx = (SELECT max(tx) FROM order_events) - CASE r.name WHEN 'ledger' THEN $1::int ELSE 0 END`;

const PERIOD = 'INSERT INTO periods (id, starts_at, ends_at) VALUES ($1, $2, $3)';

/** As the poster posts them: `isAsPosted` says whether that is still so. */
const TRANSFERS = `
  INSERT INTO ledger_transfers (source, source_seq, leg, rule, period_id, effective_at, tenant_id, provider, order_id,
    asset, debit, credit, units)
  SELECT id, sequence, leg, rule, $2::text, at, tenant_id, 'cnaught', id, asset, debit, credit, units
  FROM seeded, (VALUES
    (1, 1, 'commit', 'CO2E/0', 'on_order', 'provider', 100000), (1, 2, 'commit', 'USD/6', 'commitment', 'commitment_contra', 2000000),
    (2, 1, 'recognise', 'CO2E/0', 'retired', 'on_order', 100000),
    (2, 2, 'recognise', 'USD/6', 'commitment_contra', 'commitment', 2000000), (2, 3, 'recognise', 'USD/6', 'expense', 'clearing', 2000000))
    AS legs(sequence, leg, rule, asset, debit, credit, units)
  WHERE n <= $1::int ORDER BY id, sequence, leg`;

const AS_POSTED = `
  SELECT sum(transfers)::int AS transfers, count(*)::int AS shapes
  FROM (
    SELECT count(*) AS transfers FROM ledger_transfers
    GROUP BY source_seq, leg, rule, period_id, asset, debit, credit, units) AS posted`;

/** The provider's list as it was read once, to its end. */
const SNAPSHOT = `
  INSERT INTO provider_snapshots (id, provider, coverage, created_from, pages, ended_at)
  VALUES ($1, 'cnaught', 'complete', $2::timestamptz - interval '1 day', 1, now())`;

const RECORDS = `
  INSERT INTO provider_records (snapshot_id, round, provider_order_id, reference, state, provider_state, grams, gross_units,
    currency, created_at)
  SELECT 'snp_seeded', 0, provider_order_id, id, CASE WHEN ${isPlant('not_retired')} THEN 'open' ELSE 'retired' END, 'fulfilled',
    CASE WHEN ${isPlant('heavier')} THEN 101000 ELSE 100000 END, 2000000, 'USD', at
  FROM seeded WHERE NOT ${isPlant('not_listed')}
  UNION ALL
  SELECT 'snp_seeded', 0, 'unknown-' || n, NULL, 'retired', 'fulfilled', 100000, 2000000, 'USD', at
  FROM seeded WHERE ${isPlant('unknown')}
  ORDER BY 3`;

/**
 * Orders of one month with all that finance has of them, but for a statement, and for what the last `unposted` events post.
 * Past the triggers. Leaves it as a quiet night does: vacuumed, analysed, on disk.
 */
export async function seedFinance(client, { orders, unposted, tenantId, month }) {
  await client.query('BEGIN');
  await client.query('SET LOCAL session_replication_role = replica');
  await client.query(NUMBERS, [orders, tenantId, month.from, month.until]);
  await client.query('ANALYZE seeded');
  await client.query(TENANT_ROWS);
  await client.query(ORDERS);
  await client.query(EVENTS);
  await client.query(READ, [unposted]);
  await client.query(PERIOD, [month.id, month.startsAt, month.endsAt]);
  await client.query(TRANSFERS, [orders - unposted / EVENTS_PER_ORDER, month.id]);
  await client.query(SNAPSHOT, [month.list, month.startsAt]);
  await client.query(RECORDS);
  await client.query('COMMIT');
  await client.query(CONTINUE);
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
}

/** Whether the poster has added to the books what is in them of the orders before. */
export async function isAsPosted(client, orders) {
  const { rows } = await client.query(AS_POSTED);
  return rows[0].transfers === TRANSFERS_PER_ORDER * orders && rows[0].shapes === TRANSFERS_PER_ORDER;
}

/** The month after, this one: nothing is bought in it, and the provider lists nothing, however far back it is asked. */
export async function seedMonthAfter(client, { startsAt, endsAt }) {
  const after = { id: endsAt.toISOString().slice(0, 7), list: 'snp_after' };
  await client.query(SNAPSHOT, [after.list, startsAt]);
  return after;
}

/** So that a run takes it for its own: a list that is older than a few minutes is read again. */
export const refreshSnapshot = (client, { list }) =>
  client.query('UPDATE provider_snapshots SET started_at = now(), ended_at = now() WHERE id = $1', [list]);
