import type { TestBed } from './test-bed.js';

/** So many members in the open pool of this one: orders that are as it is, each of another mass below 10 kg, and counted in no spending. */
export const fillPool = (bed: Pick<TestBed, 'rows'>, first: string, members: number): Promise<unknown> =>
  bed.rows(
    `WITH made AS (
       INSERT INTO orders SELECT r.* FROM orders o, generate_series(2, $2::int) n,
         LATERAL jsonb_populate_record(o, jsonb_build_object(
           'id', 'ord_' || lpad(n::text, 26, '0'), 'sameness', NULL, 'spending_usd', NULL, 'usd_per_unit', NULL, 'requested_grams', n * 37 % 9973 + 1,
           'ordered_grams', n * 37 % 9973 + 1)) r WHERE o.id = $1
       RETURNING id, tenant_id, ordered_grams),
     told AS (
       INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source)
       SELECT 'evt_' || substr(id, 5), id, tenant_id, 1, 'order.created', 'created', 'request' FROM made),
     due AS (INSERT INTO tasks (subject_id, kind, run_at) SELECT id, 'pooled', now() + interval '1 day' FROM made),
     joined AS (
       INSERT INTO pool_members SELECT made.id, m.pool_id, made.ordered_grams, 1 FROM made, pool_members m WHERE m.order_id = $1)
     UPDATE pools p SET grams = p.grams + s.grams, members = p.members + s.members
     FROM (SELECT sum(ordered_grams) AS grams, count(*) AS members FROM made) s
     WHERE p.id = (SELECT m.pool_id FROM pool_members m WHERE m.order_id = $1)`,
    [first, members],
  );
