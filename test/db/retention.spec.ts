import fc from 'fast-check';
import type pg from 'pg';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { TestEngine } from '../support/engine.js';
import { flag } from '../support/launcher.js';

const DAY = 24 * 3_600_000;

/** As the API promises: for so long a repeat gets the first response. */
const PROMISED_DAYS = 30;

const PRUNES = [
  'prune_quotes',
  'prune_requests',
  'prune_callbacks',
  'prune_claims',
  'prune_responses',
  'prune_answers',
  'prune_calls',
] as const;

/** What a caller can see of the orders, their keys and their quotes, and what a worker needs to go on with them. */
const SEEN = `
  SELECT o.id, to_jsonb(o) AS "order", o.status, o.review_reason, o.updated_at < now() - interval '${PROMISED_DAYS} days' AS has_rested,
    (SELECT jsonb_agg(jsonb_build_array(k.kind, k.order_id, k.response_status, k.response_body) ORDER BY r.key)
     FROM idempotency_records r, known_idempotency_key(r.tenant_id, r.operation, r.key, r.fingerprint, gen_random_uuid(), 0) k
     WHERE r.order_id = o.id) AS keys,
    (SELECT jsonb_agg(to_jsonb(a) ORDER BY a.id) FROM attempts a WHERE a.order_id = o.id) AS attempts,
    (SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id) FROM callbacks c WHERE c.order_id = o.id) AS callbacks,
    (SELECT jsonb_agg(to_jsonb(p) ORDER BY p.provider_order_id) FROM purchase_claims p WHERE p.order_id = o.id) AS claims,
    (SELECT jsonb_agg(t.answer) FROM webhook_deliveries d JOIN webhook_attempts t ON t.delivery_id = d.id
     WHERE d.order_id = o.id) AS answers,
    (SELECT jsonb_agg(to_jsonb(e) ORDER BY e.sequence) FROM order_events e WHERE e.order_id = o.id) AS events
  FROM orders o ORDER BY o.id`;

interface Seen {
  readonly id: string;
  readonly order: object;
  readonly status: string;
  readonly review_reason: string | null;
  readonly has_rested: boolean;
  readonly keys: unknown[][];
  readonly attempts: { body: string }[] | null;
  readonly callbacks: object[] | null;
  readonly claims: { verdict: string }[] | null;
  readonly answers: (string | null)[];
  readonly events: object[];
}

const ENDED = new Set(['completed', 'cancelled', 'failed', 'expired']);

/** Nothing is ever pruned of it, whatever its age: it is open, a person has to look, or its time is not over. */
const isUntouchable = ({ status, review_reason, has_rested }: Seen): boolean =>
  !ENDED.has(status) || review_reason !== null || !has_rested;

describe('pruning', () => {
  let engine: TestEngine;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    engine = await TestEngine.start();
    const place = async (name: string, grams: number, more: object = {}): Promise<string> =>
      (ids[name] = (await engine.place({ provider: 'cnaught', grams, ...more })).id);
    await place('placed', 1_000);
    const completed = await place('completed', 2_000);
    const reviewed = await place('reviewed', 3_000);
    const cancelled = await place('cancelled', 4_000);
    await engine.cancel(cancelled, engine.tenantId);
    const checkout = {
      paymentMethod: 'checkout',
      terms: { successUrl: 'https://a.example/', cancelUrl: 'https://a.example/' },
    };
    await place('awaiting_payment', 500_000, checkout);
    await engine.pause('one_tribe', 'purchases', 1_000 * DAY);
    await place('created', 1_000_000, { provider: 'one_tribe', waitIfPaused: true });
    for (const id of [completed, reviewed])
      engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
    await engine.later(3_600_000);
    await flag(engine.app, reviewed, 'bought_twice');
    const [ordered] = await engine.rows<{ id: string }>(
      `INSERT INTO quotes (id, tenant_id, requested_grams, expires_at, unavailable)
       SELECT q, $1, 1000, now(), '[]' FROM unnest(ARRAY['quo_ordered', 'quo_other']) q RETURNING id`,
      [engine.tenantId],
    );
    expect(ordered).toBeDefined();
    await engine.rows(
      `INSERT INTO offers (id, quote_id, rank, provider, provider_offering_id, offering_name, payment_method, ordered_grams,
                           total_amount, per_tonne_amount, currency, firmness, expires_at)
       SELECT replace(q, 'quo', 'off'), q, 1, 'cnaught', 'x', 'X', 'account', 1000, 1, 1, 'USD', 'firm', now()
       FROM unnest(ARRAY['quo_ordered', 'quo_other']) q`,
    );
    await engine.rows(`UPDATE orders SET offer_id = 'off_ordered' WHERE id = $1`, [completed]);
    await engine.rows(
      `INSERT INTO webhook_endpoints (id, tenant_id, url, types) VALUES ('whe_1', $1, 'https://a.example/', '{}')`,
      [engine.tenantId],
    );
    for (const id of Object.values(ids)) {
      await engine.rows(
        `INSERT INTO callbacks (order_id, provider, body, body_hash) VALUES ($1, 'cnaught', 'x', sha256('x'))`,
        [id],
      );
      await engine.rows(
        `INSERT INTO purchase_claims (order_id, provider_order_id, verdict)
         SELECT $1, 'p_' || v, v FROM unnest(ARRAY['claimed', 'confirmed', 'refused', 'unknown', 'disputed']) v`,
        [id],
      );
      await engine.rows(
        `WITH delivery AS (
           INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id, state, ended_at)
           SELECT 'dlv_' || o.id, 'whe_1', o.tenant_id, 'evt_' || o.id, o.id, 'delivered', now() FROM orders o WHERE o.id = $1
           RETURNING id)
         INSERT INTO webhook_attempts (delivery_id, number, started_at, duration_ms, status, answer)
         SELECT id, 1, now() - interval '400 days', 1, 200, 'thanks' FROM delivery`,
        [id],
      );
    }
    await engine.forget();
  });
  afterAll(() => engine.stop());

  /** In a transaction that is rolled back: orders of these ages, pruned. */
  const pruned = async <T>(
    ages: Readonly<Record<string, number>>,
    prune: (client: pg.PoolClient) => Promise<void>,
    then: (before: Seen[], after: Seen[], client: pg.PoolClient) => Promise<T>,
  ): Promise<T> => {
    const client = await engine.connection();
    const seen = async (): Promise<Seen[]> => {
      // What looking at a key changes is taken back.
      await client.query('SAVEPOINT looking');
      const { rows } = await client.query<Seen>(SEEN);
      await client.query('ROLLBACK TO looking');
      return rows;
    };
    await client.query('BEGIN');
    try {
      await makeOlder(client, Object.fromEntries(Object.entries(ages).map(([name, days]) => [ids[name] ?? '', days])));
      await client.query(`UPDATE quotes SET expires_at = expires_at - $1 * interval '1 day'`, [ages['quotes'] ?? 0]);
      const before = await seen();
      await prune(client);
      return await then(before, await seen(), client);
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  };

  const AGEING = Object.entries({
    orders: ['id', 'created_at', 'updated_at'],
    attempts: ['order_id', 'started_at'],
    callbacks: ['order_id', 'received_at'],
    purchase_claims: ['order_id', 'claimed_at'],
    idempotency_records: ['order_id', 'created_at'],
  }).map(([table, [key, ...times]]) => {
    const older = times.map((time) => `${time} = ${table}.${time} - age.days * interval '1 day'`).join(', ');
    return `older_${table} AS (UPDATE ${table} SET ${older} FROM age WHERE ${table}.${key} = age.id)`;
  });

  /** All rows of each order, by so many days. */
  const makeOlder = (client: pg.PoolClient, days: Readonly<Record<string, number>>): Promise<unknown> =>
    client.query(
      `WITH age AS (SELECT * FROM unnest($1::text[], $2::int[]) AS a(id, days)), ${AGEING.join(', ')} SELECT`,
      [Object.keys(days), Object.values(days)],
    );

  it('touches no order that is open, is under review or changed within the promised time, whatever it is asked for', async () => {
    const names = ['placed', 'completed', 'reviewed', 'cancelled', 'awaiting_payment', 'created', 'quotes'];
    const days = fc.integer({ min: 0, max: 400 });
    const ask = fc.record({
      prune: fc.constantFrom(...PRUNES),
      days: fc.integer({ min: -5, max: 400 }),
      limit: fc.integer({ min: 0, max: 20 }),
    });
    const property = fc.asyncProperty(
      fc.record(Object.fromEntries(names.map((name) => [name, days]))),
      fc.array(ask, { minLength: 1, maxLength: 12 }),
      async (ages, asks) => {
        const prune = async (client: pg.PoolClient): Promise<void> => {
          for (const { prune: by, days: kept, limit } of asks)
            await client.query(`SELECT ${by}($1, $2)`, [kept, limit]);
        };
        await pruned(ages, prune, async (before, after, client) => {
          expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
          for (const [index, then] of before.entries()) {
            const now = after[index] as Seen;
            if (isUntouchable(then)) expect(now).toEqual(then);
            // The order, its history and what its keys are bound to stay for good.
            expect([now.order, now.events, now.attempts?.length]).toEqual([
              then.order,
              then.events,
              then.attempts?.length,
            ]);
            expect(now.keys.map(([, order, status]) => [order, status])).toEqual(
              then.keys.map(([, order, status]) => [order, status]),
            );
            expect((now.claims ?? []).map(({ verdict }) => verdict)).toEqual(
              expect.arrayContaining(['claimed', 'confirmed', 'disputed']),
            );
          }
          const { rows: quotes } = await client.query<{ id: string }>('SELECT id FROM quotes');
          expect(quotes).toContainEqual({ id: 'quo_ordered' });
          if ((ages['quotes'] ?? 0) === 0) expect(quotes).toHaveLength(2);
        });
      },
    );
    await fc.assert(property, { numRuns: 30 });
  });

  it('prunes what was kept for so long and no sooner: requests, callbacks, refused ids, responses, answers, quotes', async () => {
    const prune = async (client: pg.PoolClient): Promise<void> => {
      for (const by of PRUNES) await client.query(`SELECT ${by}(60, 100)`);
    };
    for (const age of [59, 61])
      await pruned({ completed: age, quotes: age }, prune, async (before, after, client) => {
        const [was, is] = [before, after].map((all) => all.find(({ id }) => id === ids['completed']));
        const { rows: quotes } = await client.query<{ id: string }>('SELECT id FROM quotes ORDER BY id');
        if (age < 60) {
          expect([is, quotes.length]).toEqual([was, 2]);
          return;
        }
        expect(was?.attempts?.map(({ body }) => body !== '')).toEqual([true]);
        expect(is?.attempts?.map(({ body }) => body)).toEqual(['']);
        expect(is?.callbacks).toBeNull();
        expect([was?.answers, is?.answers]).toEqual([['thanks'], [null]]);
        expect(is?.claims?.map(({ verdict }) => verdict)).toEqual(['claimed', 'confirmed', 'disputed']);
        expect(was?.keys).toEqual([['responded', ids['completed'], 200, '{}']]);
        expect(is?.keys).toEqual([['pruned', ids['completed'], 200, null]]);
        expect(quotes).toEqual([{ id: 'quo_ordered' }]);
      });
  });

  it('by several processes at once does each thing once, and leaves what another holds for later', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 6_000 });
    engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
    await engine.makeDue(id);
    await engine.runDue();
    await engine.letTimePass(200 * DAY, id);
    const held = await engine.connection();
    await held.query('BEGIN');
    await held.query('SELECT FROM orders WHERE id = $1 FOR UPDATE', [id]);
    await engine.prune();
    expect(await engine.sentBodies(id)).not.toContain('');
    await held.query('ROLLBACK');
    held.release();
    const another = await engine.startAnother();
    await Promise.all([engine.prune(), engine.prune(another), engine.prune()]);
    await another.close();
    expect(await engine.sentBodies(id)).toEqual(['']);
    expect(await engine.deadlocks()).toBe(0);
  });

  it('erases personal data after its own time, with a row that says so', async () => {
    const { id } = await engine.place({
      provider: 'cnaught',
      grams: 7_000,
      terms: { beneficiary: { name: 'RETENTION', email: null } },
    });
    engine.sandbox.cnaught.advance((await engine.order(id)).providerOrderId ?? '', 'fulfilled');
    await engine.makeDue(id);
    await engine.runDue();
    await engine.letTimePass(4_017 * DAY, id);
    await engine.prune();
    expect(await engine.order(id)).toMatchObject({ beneficiary: { name: 'RETENTION' } });
    await engine.letTimePass(2 * DAY, id);
    await engine.prune();
    expect(await engine.order(id)).toMatchObject({
      beneficiary: { name: 'erased' },
      personalDataErasedAt: expect.any(Date),
    });
    const rows = await engine.rows('SELECT operator, reason, chosen_by FROM erasures WHERE $1 = ANY (order_ids)', [id]);
    expect(rows).toEqual([{ operator: 'retention', reason: 'RETENTION_PERSONAL_DATA_DAYS=4018', chosen_by: 'age' }]);
  });

  it('keeps the calls of a month, for charts', async () => {
    await engine.rows(`
      INSERT INTO provider_calls (hour, provider, operation, outcome, durations, last_at)
      SELECT now() - age * interval '1 day', 'acme', 'quote', 'ok', '{1}', now() FROM unnest('{30,32}'::int[]) age`);
    await engine.prune();
    const left = `SELECT round(EXTRACT(EPOCH FROM now() - hour) / 86400)::int AS age FROM provider_calls WHERE provider = 'acme'`;
    expect(await engine.rows(left)).toEqual([{ age: 30 }]);
  });

  it('is one task that comes again every hour, however many workers ask for it', async () => {
    const tasks = engine.app.get(TasksRepository);
    await tasks.keepRecurring(['prune']);
    await tasks.keepRecurring(['prune']);
    const claimed = await tasks.claimDue(['prune'], 10, LEASE_MS);
    expect(claimed.map(({ kind }) => kind)).toEqual(['prune']);
    const [task] = claimed;
    if (task) await engine.runTask(task);
    await tasks.keepRecurring(['prune']);
    const rows = await engine.rows<{ minutes: number; lease_token: string | null }>(
      `SELECT EXTRACT(EPOCH FROM run_at - now())::float8 / 60 AS minutes, lease_token FROM tasks WHERE kind = 'prune'`,
    );
    expect(rows).toEqual([{ minutes: expect.any(Number), lease_token: null }]);
    expect(rows[0]?.minutes).toBeGreaterThan(55);
  });
});
