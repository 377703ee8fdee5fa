import { VerifyLedger } from '../../src/application/ledger/verify-ledger.js';
import type { TestEngine } from './engine.js';
import { postLedger } from './post-ledger.js';

const HOUR = 3_600_000;

/** What the gateway of a test has bought, and what its books have of it. */
export class Books {
  constructor(private readonly engine: TestEngine) {}

  /** Orders that were bought and retired three hours ago. */
  async retired(provider: 'cnaught' | 'one_tribe', masses: readonly number[]): Promise<string[]> {
    const { engine } = this;
    const ids: string[] = [];
    for (const grams of masses) ids.push((await engine.place({ provider, grams })).id);
    const simulator = engine.simulators[provider];
    for (const id of ids) {
      const { providerOrderId } = await engine.order(id);
      simulator.advance(providerOrderId ?? '', provider === 'cnaught' ? 'fulfilled' : 'completed');
    }
    await engine.later(HOUR);
    await engine.letTimePass(2 * HOUR);
    const these = ids.map((id) => `'${id}'`).join();
    await engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE order_events SET occurred_at = occurred_at - interval '3 hours' WHERE order_id IN (${these});
      UPDATE orders SET retired_at = retired_at - interval '3 hours', completed_at = completed_at - interval '3 hours'
      WHERE id IN (${these}); COMMIT`);
    await postLedger(engine);
    return ids;
  }

  /** An order at CNaught that its payer has paid at a hosted checkout. */
  async paid(grams: number): Promise<string> {
    const { engine } = this;
    const terms = { successUrl: 'https://shop.example/paid/{ORDER_ID}', cancelUrl: 'https://shop.example/back' };
    const { id, checkout } = await engine.place({ provider: 'cnaught', grams, paymentMethod: 'checkout', terms });
    await engine.comeBack(engine.sandbox.cnaught.checkouts.pay(checkout?.url.split('/').at(-1) ?? ''));
    await engine.runDue();
    return id;
  }

  /** Changes what an order of two hours ago costs, as another event would tell it. */
  async reprice(id: string, by: number): Promise<void> {
    await this.engine.rows(`
      BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE orders SET price_amount = price_amount + ${by}, version = version + 1 WHERE id = '${id}';
      INSERT INTO order_events (id, order_id, tenant_id, sequence, type, to_status, source, occurred_at, state)
      SELECT 'evt_' || gen_random_uuid(), e.order_id, e.tenant_id, e.sequence + 1, 'order.updated', NULL, 'poll',
             now() - interval '2 hours', e.state || jsonb_build_object('price_amount', o.price_amount::text)
      FROM order_events e JOIN orders o ON o.id = e.order_id WHERE e.order_id = '${id}' ORDER BY e.sequence DESC LIMIT 1; COMMIT`);
    await postLedger(this.engine);
  }

  /** What an order costs without tax. */
  async netOf(id: string): Promise<number> {
    const { price, priceTax } = await this.engine.order(id);
    return Number(price?.total.amount) - Number(priceTax?.amount ?? 0);
  }

  /** Debits less credits of an account, in its currency, of an order or of all. */
  async balance(account: string, orderId: string | null = null): Promise<number> {
    const [row] = await this.engine.rows<{ units: string }>(
      `SELECT COALESCE(sum(CASE debit WHEN $1 THEN units ELSE -units END), 0)::text AS units FROM ledger_transfers
       WHERE $1 IN (debit, credit) AND ($2::text IS NULL OR order_id = $2)`,
      [account, orderId],
    );
    return Number(row?.units) / 1e6;
  }

  /** As `cli finance verify --rebuild` finds them. */
  async agrees(): Promise<boolean> {
    return (await this.engine.app.get(VerifyLedger).run({ rebuild: true })).agrees;
  }
}
