import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import { CreateOperator } from '../../src/application/access/create-operator.js';
import { TestEngine } from '../support/engine.js';
import { fillPool } from '../support/fill-pool.js';
import { BY_TESTER, launchGateway } from '../support/launcher.js';
import { POOL_OPEN_MS, POOLING, startPooling } from '../support/pooling.js';
import { postLedger } from '../support/post-ledger.js';

const MEMBERS = 10_000;

/** In millionths of a pound a tonne, without tax. */
const PRICE = 18_000_000n;

describe('a pool of 10,000 members', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startPooling();
  });
  afterAll(() => engine.stop());

  const one = async (sql: string): Promise<Record<string, string | null>> => (await engine.rows(sql))[0] ?? {};
  const took = async <T>(what: string, act: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await act();
    process.stdout.write(`    ${MEMBERS} members ${what} in ${((performance.now() - began) / 1_000).toFixed(1)} s\n`);
    return result;
  };

  it('is allocated in one transaction, to the gram and the millionth, and proven by one request', async () => {
    const first = await engine.place({ provider: 'one_tribe', mayBePooled: true, grams: 999_999 });
    await fillPool(engine, first.id, MEMBERS);
    await engine.later(POOL_OPEN_MS);
    const purchase = await engine.order((await one('SELECT order_id FROM pools'))['order_id'] ?? '');
    engine.sandbox.oneTribe.advance(purchase.providerOrderId ?? '', 'completed');
    await engine.makeDue(purchase.id);
    await took('allocated', () => engine.runDue());

    const netOfAll = BigInt(purchase.orderedMass / 1_000_000) * PRICE;
    expect(
      await one(
        `SELECT count(*)::text AS members, count(DISTINCT e.tx)::text AS transactions,
                (sum(o.ordered_grams) + min(p.left_grams))::text AS grams, (sum(m.cost_units) + min(p.left_units))::text AS net,
                (sum(o.price_amount - o.price_tax_amount) * 1000000 - sum(m.cost_units))::int::text AS off
         FROM pools p JOIN pool_members m ON m.pool_id = p.id JOIN orders o ON o.id = m.order_id
         JOIN order_events e ON e.order_id = o.id AND e.to_status = 'retired' WHERE o.status = 'completed'`,
      ),
    ).toEqual({
      members: String(MEMBERS),
      transactions: '1',
      grams: String(purchase.orderedMass),
      net: String(netOfAll),
      off: '0',
    });
    await postLedger(engine);
    expect(
      await one(
        `SELECT (sum(t.units) + (SELECT left_units FROM pools))::text AS net FROM ledger_transfers t
         WHERE t.debit = 'expense' AND t.order_id IN (SELECT order_id FROM pool_members)`,
      ),
    ).toEqual({ net: String(netOfAll) });

    const { app } = await launchGateway(engine, { settings: { role: 'api', ...POOLING } });
    const clerk = { name: 'Clerk', email: 'clerk@example.com', role: 'operator' } as const;
    const key = (await app.get(CreateOperator).run(clerk, 'dev', BY_TESTER))?.key;
    const { statusCode } = await took('proven', () =>
      app.inject({
        method: 'POST',
        url: `/v1/finance/orders/${purchase.id}/evidence`,
        headers: { authorization: `Bearer ${key}`, 'idempotency-key': 'certificate' },
        payload: {
          registry: 'Peatland Code',
          serial: 'PC-2026-00417',
          mass: { value: String(purchase.orderedMass / 1_000_000), unit: 't' },
          beneficiary: POOLING.pooling.beneficiary,
          project: 'High Moor Peatland',
          document_sha256: 'ab'.repeat(32),
        },
      }),
    );
    expect(statusCode).toBe(201);
    expect(
      await one(
        'SELECT count(*)::text AS members, (sum(f.grams) = (SELECT grams FROM pools))::text AS agree FROM lot_claims f',
      ),
    ).toEqual({ members: String(MEMBERS), agree: 'true' });
    expect(await app.get(VerifyLedger).run({ rebuild: true })).toMatchObject({ agrees: true });
    await app.close();
  }, 600_000);
});
