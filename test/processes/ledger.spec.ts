import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, report } from './cluster.js';

/** So often a poster is killed. */
const KILLS = Number(process.env['LEDGER_KILLS'] ?? 10);

/** Orders for each kill, so that there is always something left to post. */
const ORDERS = 1_500;

/** Of each order: created, submitting, placed, retired. */
const TRANSFERS_OF_AN_ORDER = 5;

describe('the ledger of posters that are killed', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await Cluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  it(
    'has every transfer once',
    async () => {
      const orders = ORDERS * (KILLS + 1);
      await seed(orders);
      let before = 0;
      for (let killed = 0; killed < KILLS; killed += 1) {
        const poster = await cluster.spawnGateway('worker');
        const rival = killed % 2 === 0 ? null : await cluster.spawnGateway('worker');
        const start = before;
        await cluster.until('something is posted', posted, (count) => count > start, 60_000);
        // Somewhere in a page, or between two.
        await delay(Math.random() * 200);
        await Promise.all([poster.kill(), rival?.kill()]);
        before = await posted();
      }
      expect(before).toBeLessThan(orders * TRANSFERS_OF_AN_ORDER);
      const startedAt = performance.now();
      await cluster.startGateway('worker');
      const all = orders * TRANSFERS_OF_AN_ORDER;
      await cluster.until('all is posted', posted, (count) => count >= all, 600_000);
      const seconds = (performance.now() - startedAt) / 1_000;
      report(
        `${KILLS} posters killed while they posted; ${all} transfers, none missing, none twice; the last ` +
          `${all - before} in ${seconds.toFixed(1)} s, start of the process included`,
      );
      expect(await posted()).toBe(all);
      // The key refuses a second one; what is left to show is that none is missing, order by order.
      expect(
        await cluster.rows(
          `SELECT o.id FROM orders o LEFT JOIN ledger_transfers t ON t.order_id = o.id
           GROUP BY o.id HAVING count(t.leg) <> $1`,
          [TRANSFERS_OF_AN_ORDER],
        ),
      ).toEqual([]);
    },
    120_000 + KILLS * 30_000,
  );

  const posted = async (): Promise<number> => {
    const [row] = await cluster.rows<{ count: number }>('SELECT count(*)::int AS count FROM ledger_transfers');
    return row?.count ?? 0;
  };

  /** Past the guards: each with the history of an order that was bought for two dollars and retired. */
  const seed = (count: number): Promise<unknown> =>
    cluster.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      INSERT INTO orders (
        id, tenant_id, status, provider, provider_offering_id, offering_name, payment_method, requested_grams, ordered_grams,
        beneficiary_name, routing, version)
      SELECT 'ord_' || lpad(n::text, 26, '0'), t.id, 'completed', 'cnaught', 'mix', 'Mix', 'account', 1000, 1000, 'Jane', '{}', 4
      FROM (SELECT id FROM tenants LIMIT 1) t, generate_series(1, ${count}) AS n;
      INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, state)
      SELECT 'evt_' || o.id || e.sequence, o.id, o.tenant_id, e.sequence, 'order.' || e.status, e.status, 'response',
             CASE WHEN e.sequence > 2 THEN '{"price_amount": "2.00", "price_currency": "USD"}'::jsonb ELSE '{}' END
      FROM orders o, (VALUES (1, 'created'), (2, 'submitting'), (3, 'placed'), (4, 'completed')) AS e(sequence, status);
      COMMIT`);
});
