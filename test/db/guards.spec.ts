import pg from 'pg';
import { ACTS, OUTCOMES } from '../../src/domain/audit/acts.js';
import { ASSETS } from '../../src/domain/ledger/units.js';
import { CURRENCIES } from '../../src/domain/money.js';
import { isTerminal, ORDER_STATUSES, TRANSITIONS } from '../../src/domain/orders/lifecycle.js';
import { ORDER_EVENTS } from '../../src/domain/orders/order-event.js';
import { CHECKOUT_STATUSES, OBSERVATION_SOURCES, PRICE_SOURCES } from '../../src/domain/orders/order.js';
import { CLOSING_ACTS } from '../../src/domain/periods/closing.js';
import { PERIOD_STATUSES } from '../../src/domain/periods/period.js';
import { FAILURE_REASONS } from '../../src/domain/providers/provider-error.js';
import { REVIEW_REASONS } from '../../src/domain/orders/review.js';
import { FIRMNESSES, PAYMENT_METHODS } from '../../src/domain/providers/capabilities.js';
import { OPERATION_CLASSES, WRITES } from '../../src/domain/providers/calls.js';
import { SHARED_PAUSE_REASONS } from '../../src/domain/providers/throttle.js';
import { ATTEMPT_OUTCOMES } from '../../src/domain/purchases/attempt.js';
import { SWITCH_OPERATION_NAMES } from '../../src/domain/switches/switch.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

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

describe('the database refuses, from any client,', () => {
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
  const checkConstraints = (): Promise<unknown> => client.query('SET CONSTRAINTS ALL IMMEDIATE');

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

  describe('of the money of an order', () => {
    const EVENT = `
      INSERT INTO order_events (id, order_id, sequence, type, source, evidence)
      VALUES ('evt_' || $1::int, 'ord_1', $1, 'order.quoted', 'response', $2)`;
    const PRICE = { amount: '2', tax: null, currency: 'USD', source: 'quoted' };
    let version = 0;

    /** A change of the row as a commit makes it, with the evidence of its event; null for no event. */
    const change = async (set: string, evidence: object | null = { price: PRICE }): Promise<void> => {
      version += 1;
      await client.query(`UPDATE orders SET ${set}, version = $1 WHERE id = 'ord_1'`, [version]);
      if (evidence !== null) await client.query(EVENT, [version, evidence]);
      await checkConstraints();
      await client.query('SET CONSTRAINTS ALL DEFERRED');
    };

    beforeEach(async () => {
      version = 0;
      await insertOrder();
      await change(`price_amount = 2, price_currency = 'USD', price_source = 'quoted', price_tax_amount = 0.5`);
    });

    it.each([
      ['a price that nothing in its history says', `price_amount = 3`, null],
      ['nor an event that says something else', `price_amount = 3`, { reason: 'x' }],
      ['nor only another source of it', `price_source = 'charged'`, {}],
      ['nor only another tax', `price_tax_amount = NULL`, {}],
    ])('%s', async (_, set, evidence) => {
      await expect(change(set, evidence)).rejects.toThrow('without an event that says it');
    });

    it('a price that is forgotten', async () => {
      const set = 'price_amount = NULL, price_currency = NULL, price_source = NULL, price_tax_amount = NULL';
      await expect(change(set)).rejects.toThrow('is settled');
    });

    it('nothing when it is asked for again, and then charged, and charged otherwise', async () => {
      await change('price_amount = 3, price_tax_amount = NULL');
      await change(`price_amount = 4, price_source = 'charged'`);
      await change('later_price_amount = 4.01');
      await change('later_price_amount = 4.02');
      await expect(change('later_price_amount = NULL')).rejects.toThrow('is settled');
    });

    it.each([
      'price_amount = 1',
      `price_currency = 'GBP'`,
      `price_source = 'quoted'`,
      'price_tax_amount = NULL',
      'price_tax_amount = 0',
    ])('a charge that changes: %s', async (set) => {
      await change(`price_source = 'charged'`);
      await expect(change(set)).rejects.toThrow('is settled');
    });

    it.each([
      'requested_grams = 1',
      'ordered_grams = 999',
      `tenant_id = 'ten_2'`,
      `api_key_id = 'key'`,
      `provider = 'q'`,
      `provider_offering_id = 'cheaper'`,
      `provider_account = 'another'`,
      `payment_method = 'checkout'`,
      `max_total_amount = 1000000, max_total_currency = 'USD'`,
      'usd_per_unit = 0.01',
      `id = 'ord_2'`,
    ])('another order under the same name: %s', async (set) => {
      await expect(change(set)).rejects.toThrow('stay as they are');
    });

    it('another purchase than the one it has', async () => {
      await change(`provider_order_id = 'x'`, null);
      await client.query('SAVEPOINT with_purchase');
      await expect(change(`provider_order_id = 'y'`, null)).rejects.toThrow('stay as they are');
      await client.query('ROLLBACK TO with_purchase');
      await expect(change('provider_order_id = NULL', null)).rejects.toThrow('stay as they are');
    });

    it('an order that counts from one moment on, or no more, in what is spent', async () => {
      await expect(change(`spending_usd = 0`)).rejects.toThrow('is settled');
    });
  });

  it.each([
    `idempotency_key = 'x'`,
    'generation = 2',
    'number = 2',
    `operation = 'cancel'`,
    `far_side = 'elsewhere'`,
    'far_side = NULL',
  ])('another send in the place of one that was made: %s', async (set) => {
    await insertOrder();
    await insertAttempt(null);
    await client.query(`UPDATE attempts SET far_side = 'here'`);
    await expect(client.query(`UPDATE attempts SET ${set}`)).rejects.toThrow('stays as it is');
  });

  describe('about what is kept of an order:', () => {
    const exchange = async (): Promise<void> => {
      await insertOrder();
      await insertAttempt('ambiguous');
      await client.query(`
        INSERT INTO callbacks (order_id, provider, body) VALUES ('ord_1', 'p', 'x');
        INSERT INTO purchase_claims (order_id, provider_order_id) VALUES ('ord_1', 'p1');
        INSERT INTO idempotency_records (tenant_id, operation, key, fingerprint, order_id, locked_until, response_status, response_body)
          VALUES ('ten_1', 'place_order', 'k', '', 'ord_1', now(), 201, '{}')`);
    };

    it.each([
      [`UPDATE attempts SET body = ''`, 'has not ended'],
      [`DELETE FROM callbacks`, 'has not ended'],
      [`UPDATE callbacks SET body = ''`, 'has not ended'],
      [`DELETE FROM purchase_claims`, 'has not ended'],
      [`UPDATE idempotency_records SET response_body = NULL`, 'has not ended'],
      [`UPDATE orders SET personal_data_erased_at = now()`, 'orders_erased_are_empty'],
    ])('while it is open, %s', async (sql, why) => {
      await exchange();
      await client.query('SAVEPOINT open');
      await expect(client.query(sql)).rejects.toThrow(why);
      await client.query('ROLLBACK TO open');
      for (const by of ['requests', 'callbacks', 'claims', 'responses'])
        expect((await client.query(`SELECT prune_${by}(0, 10) AS done`)).rows).toEqual([{ done: 0 }]);
      if (sql.startsWith('UPDATE orders')) return;
      await force('failed');
      await expect(client.query(sql)).resolves.toMatchObject({ rowCount: 1 });
    });

    it.each([
      [`UPDATE attempts SET body = '{"another":1}'`, 'not rewritten'],
      [`DELETE FROM attempts`, 'not rewritten or deleted'],
      [`UPDATE idempotency_records SET response_body = 'another'`, 'not rewritten'],
      [`UPDATE idempotency_records SET key = 'another'`, 'would buy again'],
      [`UPDATE idempotency_records SET fingerprint = 'another'`, 'would buy again'],
      [`DELETE FROM idempotency_records`, 'would buy again'],
    ])('at any time, %s', async (sql, why) => {
      await exchange();
      await force('failed');
      await expect(client.query(sql)).rejects.toThrow(why);
    });

    it('anything but an erased text in the history of an erased order', async () => {
      await exchange();
      await client.query(`
        INSERT INTO order_events (id, order_id, sequence, type, source, evidence, cause) VALUES
          ('evt_1', 'ord_1', 1, 'order.review_cleared', 'operator', '{"note": "Jane", "reason": "vanished"}', '{"request_id": "Jane"}')`);
      await force('failed');
      const change = `UPDATE order_events SET evidence = evidence || `;
      const erased = `'{"note": "erased"}'`;
      await client.query('SAVEPOINT known');
      await expect(client.query(change + erased)).rejects.toThrow('append-only');
      await client.query('ROLLBACK TO known');
      await client.query(`UPDATE orders SET beneficiary_name = 'erased', personal_data_erased_at = now()`);
      await client.query('SAVEPOINT forgotten');
      for (const other of [
        `'{"note": "Joe"}'`,
        `'{"reason": "erased"}'`,
        `'{"note": "erased", "more": "erased"}'`,
        `'{}', type = 'order.placed'`,
        `'{}', cause = '{}'`,
        `'{}', cause = '{"request_id": "Joe"}'`,
      ]) {
        await expect(client.query(change + other)).rejects.toThrow('append-only');
        await client.query('ROLLBACK TO forgotten');
      }
      await client.query(`${change} ${erased}, cause = '{"request_id": "erased"}'`);
      await expect(client.query(`UPDATE orders SET beneficiary_email = 'a@b'`)).rejects.toThrow('erased_are_empty');
      await client.query('ROLLBACK TO forgotten');
      await expect(client.query(`UPDATE orders SET personal_data_erased_at = NULL`)).rejects.toThrow('is erased');
    });

    it('everybody who was not granted it, to prune, to erase or to record an act', async () => {
      const { rows } = await client.query<{ name: string; is_definer: boolean; path: string[] | null; open: boolean }>(`
        SELECT p.proname AS name, p.prosecdef AS is_definer, p.proconfig AS path,
               EXISTS (SELECT FROM aclexplode(COALESCE(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) AS open
        FROM pg_proc p WHERE p.proname LIKE 'prune\\_%' OR p.proname IN ('erase_orders', 'record_act') ORDER BY 1`);
      expect(rows.map(({ name }) => name)).toEqual([
        'erase_orders',
        ...[
          'answers',
          'callbacks',
          'calls',
          'claims',
          'lists',
          'quotes',
          'requests',
          'responses',
          'runs',
          'uploads',
        ].map((what) => `prune_${what}`),
        'record_act',
      ]);
      for (const row of rows)
        expect(row).toMatchObject({ is_definer: true, open: false, path: ['search_path=public, pg_temp'] });
    });
  });

  it('an order that begins as anything but created', async () => {
    await expect(insertOrder('ord_1', 'placed')).rejects.toThrow('must begin as created');
  });

  it('to commit an open order without a task', async () => {
    await insertOrder();
    await checkConstraints();
    await expect(client.query(`DELETE FROM tasks`)).rejects.toThrow('has no task');
  });

  it.each(ORDER_STATUSES.filter(isTerminal))('nothing when the task of an order that is %s goes', async (status) => {
    await insertOrder();
    await force(status);
    await checkConstraints();
    await expect(client.query(`DELETE FROM tasks`)).resolves.toMatchObject({ rowCount: 1 });
  });

  it('two orders with one purchase', async () => {
    await insertOrder('ord_1', 'created', 'x');
    await expect(insertOrder('ord_2', 'created', 'x')).rejects.toThrow('duplicate key');
  });
});

describe('the database takes exactly the words of the code', () => {
  /** The CHECKs of a column that name its words, with all the columns they read. */
  const wordChecks = async (table: string, column: string): Promise<{ expression: string; columns: string[] }[]> => {
    const { rows } = await client.query<{ expression: string; columns: string[] }>(
      `SELECT pg_get_expr(c.conbin, c.conrelid) AS expression,
              ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = c.conrelid AND attnum = ANY (c.conkey)) AS columns
       FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
       WHERE c.contype = 'c' AND c.conrelid = $1::regclass AND a.attname = $2`,
      [table, column],
    );
    return rows.filter(({ expression }) => expression.includes(`(${column} = ANY`));
  };

  /** Orders and their events have their rules in the functions of two triggers. */
  const RULES_OF: Readonly<Record<string, string>> = {
    orders: 'order_makes_sense',
    order_events: 'order_event_is_told',
  };
  const wordRules = async (rules: string, column: string): Promise<{ expression: string; columns: string[] }[]> => {
    const { rows } = await client.query<{ source: string }>('SELECT prosrc AS source FROM pg_proc WHERE proname = $1', [
      rules,
    ]);
    const conditions = rows[0]?.source.matchAll(/(?:WHEN|OR) NEW\.(\w+) NOT IN \(([^)]*)\)/g) ?? [];
    return [...conditions]
      .filter(([, name]) => name === column)
      .map(([, , words]) => ({ expression: `${column} IN (${words})`, columns: [column] }));
  };

  /** As in a row in which the other columns are NULL: a CHECK refuses only what is false. */
  const takes = async (expression: string, columns: string[], column: string, word: string): Promise<boolean> => {
    const values = columns.map((name) => `${name === column ? '$1' : 'NULL'}::text AS "${name}"`);
    const { rows } = await client.query<{ taken: boolean }>(
      `SELECT (${expression}) IS NOT FALSE AS taken FROM (SELECT ${values.join(', ')}) AS row`,
      [word],
    );
    return rows[0]?.taken === true;
  };

  it.each<[string, string, Iterable<string>]>([
    ['orders', 'status', ORDER_STATUSES],
    ['orders', 'payment_method', PAYMENT_METHODS],
    ['orders', 'price_source', PRICE_SOURCES],
    ['orders', 'price_currency', CURRENCIES],
    ['orders', 'quoted_currency', CURRENCIES],
    ['orders', 'max_total_currency', CURRENCIES],
    ['orders', 'review_reason', Object.keys(REVIEW_REASONS)],
    ['attempts', 'reason', FAILURE_REASONS],
    ['order_events', 'type', Object.keys(ORDER_EVENTS).map((type) => `order.${type}`)],
    ['order_events', 'source', OBSERVATION_SOURCES],
    ['audit_log', 'act', Object.keys(ACTS)],
    ['audit_log', 'outcome', Object.keys(OUTCOMES)],
    ['switches', 'operation', SWITCH_OPERATION_NAMES],
    ['attempts', 'operation', WRITES],
    ['attempts', 'outcome', ATTEMPT_OUTCOMES],
    ['checkout_sessions', 'status', CHECKOUT_STATUSES],
    ['offers', 'payment_method', PAYMENT_METHODS],
    ['offers', 'currency', CURRENCIES],
    ['offers', 'firmness', FIRMNESSES],
    ['ledger_transfers', 'asset', ASSETS],
    ['periods', 'status', PERIOD_STATUSES],
    ['period_closings', 'act', CLOSING_ACTS],
    ['finance_rates', 'functional', CURRENCIES],
    ['finance_rates', 'currency', CURRENCIES],
    ['provider_health', 'operation_class', OPERATION_CLASSES],
    ['provider_health', 'pause_reason', SHARED_PAUSE_REASONS],
  ])('in %s.%s', async (table, column, words) => {
    const rules = RULES_OF[table];
    const checks = await (rules === undefined ? wordChecks(table, column) : wordRules(rules, column));
    expect(checks).toHaveLength(1);
    for (const { expression, columns } of checks) {
      const known = [...expression.matchAll(/'([^']*)'/g)].map(([, word = '']) => word);
      const taken: string[] = [];
      for (const word of new Set([...known, ...words, 'another']))
        if (await takes(expression, columns, column, word)) taken.push(word);
      expect(taken.sort()).toEqual([...words].sort());
    }
  });
});
