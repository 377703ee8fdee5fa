import pg from 'pg';
import { isTerminal, ORDER_STATUSES, TRANSITIONS } from '../../src/domain/orders/lifecycle.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('the database refuses, from any client,', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`INSERT INTO tenants (id, name) VALUES ('ten_1', 'Tenant')`);
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  beforeEach(() => client.query('BEGIN'));
  afterEach(() => client.query('ROLLBACK'));

  const insertOrder = async (
    id = 'ord_1',
    status = 'created',
    providerOrderId: string | null = null,
  ): Promise<void> => {
    await client.query(
      `INSERT INTO orders (id, tenant_id, status, provider, provider_order_id, provider_offering_id, offering_name,
                           payment_method, requested_grams, ordered_grams, beneficiary_name, routing)
       VALUES ($1, 'ten_1', $2, 'p', $3, 'o', 'Offering', 'account', 1000, 1000, 'Jane', '{}')`,
      [id, status, providerOrderId],
    );
    await client.query(`INSERT INTO tasks (subject_id, kind) VALUES ($1, 'purchase')`, [id]);
  };

  const insertAttempt = (outcome: string | null): Promise<unknown> =>
    client.query(
      `INSERT INTO attempts (order_id, operation, number, generation, idempotency_key, body, send_deadline_at, outcome)
       VALUES ('ord_1', 'placeOrder', 1, 1, 'k', '{}', now(), $1)`,
      [outcome],
    );

  /** Puts the order into a status without asking the trigger under test. */
  const force = async (status: string): Promise<void> => {
    await client.query('SET LOCAL session_replication_role = replica');
    await client.query(`UPDATE orders SET status = $1 WHERE id = 'ord_1'`, [status]);
    await client.query('SET LOCAL session_replication_role = origin');
  };

  const move = (status: string): Promise<unknown> =>
    client.query(`UPDATE orders SET status = $1 WHERE id = 'ord_1'`, [status]);
  const settleConstraints = (): Promise<unknown> => client.query('SET CONSTRAINTS ALL IMMEDIATE');

  it.each(ORDER_STATUSES)('every move from %s that the lifecycle does not declare, and no other', async (from) => {
    await insertOrder();
    await force(from);
    const allowed: string[] = [];
    for (const to of ORDER_STATUSES.filter((status) => status !== from)) {
      await client.query('SAVEPOINT before_move');
      await move(to).then(
        () => allowed.push(to),
        () => undefined,
      );
      await client.query('ROLLBACK TO before_move');
    }
    expect(allowed.sort()).toEqual([...TRANSITIONS[from]].sort());
  });

  it.each([null, 'ambiguous'])('to call an order failed while a send has the outcome %p', async (outcome) => {
    await insertOrder();
    await insertAttempt(outcome);
    await force('in_doubt');
    await expect(move('failed')).rejects.toThrow('unknown outcome');
  });

  it.each(['rejected', 'not_sent', 'retry_later', 'proven_absent'])(
    'nothing of the sort once it is %s',
    async (outcome) => {
      await insertOrder();
      await insertAttempt(outcome);
      await force('in_doubt');
      await expect(move('failed')).resolves.toMatchObject({ rowCount: 1 });
    },
  );

  it('to change a definite outcome', async () => {
    await insertOrder();
    await insertAttempt('rejected');
    await expect(client.query(`UPDATE attempts SET outcome = 'accepted'`)).rejects.toThrow('is recorded');
  });

  it('to rewrite or shorten history', async () => {
    await insertOrder();
    await client.query(
      `INSERT INTO order_events (id, order_id, sequence, type, source) VALUES ('evt_1', 'ord_1', 1, 'order.created', 'request')`,
    );
    await client.query('SAVEPOINT with_history');
    await expect(client.query(`UPDATE order_events SET type = 'x'`)).rejects.toThrow('append-only');
    await client.query('ROLLBACK TO with_history');
    await expect(client.query(`DELETE FROM order_events`)).rejects.toThrow('append-only');
    await client.query('ROLLBACK TO with_history');
    await expect(client.query(`DELETE FROM orders`)).rejects.toThrow('append-only');
  });

  it('an order that begins as anything but created', async () => {
    await expect(insertOrder('ord_1', 'placed')).rejects.toThrow('must begin as created');
  });

  it('to commit an open order without a task', async () => {
    await insertOrder();
    await settleConstraints();
    await expect(client.query(`DELETE FROM tasks`)).rejects.toThrow('has no task');
  });

  it.each(ORDER_STATUSES.filter(isTerminal))('nothing when the task of an order that is %s goes', async (status) => {
    await insertOrder();
    await force(status);
    await settleConstraints();
    await expect(client.query(`DELETE FROM tasks`)).resolves.toMatchObject({ rowCount: 1 });
  });

  it('two orders with one purchase', async () => {
    await insertOrder('ord_1', 'created', 'x');
    await expect(insertOrder('ord_2', 'created', 'x')).rejects.toThrow('duplicate key');
  });
});
