import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../dev/sandbox/index.js';
import { jsonOf } from './http-client.js';
import { carbonmarkClient, cnaughtClient, oneTribeClient } from './sandbox-clients.js';

describe('a sandbox with a data folder', () => {
  let dataDir: string;
  const sandbox = {} as { current: Sandbox };
  const cnaught = cnaughtClient(sandbox);
  const carbonmark = carbonmarkClient(sandbox);
  const oneTribe = oneTribeClient(sandbox);
  const order = { body: { amount_kg: 10, metadata: 'ref-1' }, headers: { 'idempotency-key': 'key-1' } };

  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'sandbox-'));
    sandbox.current = await startSandbox({ dataDir });
  });

  afterEach(async () => {
    await sandbox.current.stop();
    rmSync(dataDir, { recursive: true });
  });

  const restart = async (): Promise<void> => {
    await sandbox.current.stop();
    sandbox.current = await startSandbox({ dataDir });
  };

  const ledgerFile = (): string => join(dataDir, 'cnaught.ledger.jsonl');

  it('has an effect on disk before the response is out', async () => {
    sandbox.current.cnaught.faults.add({ fault: { kind: 'reset', when: 'after_effect' } });
    await expect(cnaught('POST', '/orders', order)).rejects.toThrow();
    const entries = readFileSync(ledgerFile(), 'utf8').trimEnd().split('\n');
    expect(entries.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['order_created']);
  });

  it('responds to a repeated key after a restart as before it, order and key being one entry', async () => {
    const first = await cnaught('POST', '/orders', order);
    await restart();
    const second = await cnaught('POST', '/orders', order);
    expect([second.text, second.headers['x-idempotent-replay']]).toEqual([first.text, 'true']);
    expect(sandbox.current.cnaught.ledger.entries()).toHaveLength(1);
  });

  it('shows the same orders, transactions and payments after a restart', async () => {
    const { id } = jsonOf<{ id: string }>(await cnaught('POST', '/orders', order));
    sandbox.current.cnaught.advance(id, 'fulfilled');
    const purchase = { project_id: 'sbx-peat-01', transaction_type: 'purchase', quantity: 1 };
    const kept = jsonOf(await oneTribe('POST', '/transactions', { body: purchase }));
    const dropped = jsonOf(await oneTribe('POST', '/transactions', { body: purchase }));
    await oneTribe('DELETE', `/transactions/${String(dropped['transaction_id'])}`);
    sandbox.current.carbonmark.switches.set({ tellPaymentId: true });
    const checkout = {
      asset_price_source_id: `listing-137-0x${'a1'.repeat(32)}`,
      quantity_tonnes: 1,
      metadata: { beneficiary_name: 'A', retirement_message: 'B' },
      success_url: 'https://app.example/done',
      cancel_url: 'https://app.example/cancelled',
    };
    const { payment_id: paymentId } = jsonOf(await carbonmark('POST', '/checkout', { body: checkout }));
    sandbox.current.carbonmark.checkouts.pay(String(paymentId));
    const read = async (): Promise<string[]> => [
      (await cnaught('GET', `/orders/${id}`)).text,
      (await cnaught('GET', '/orders')).text,
      (await oneTribe('GET', '/transactions')).text,
      (await carbonmark('GET', `/payments/${String(paymentId)}`)).text,
      (await carbonmark('GET', '/prices')).text,
    ];
    const before = await read();
    await restart();
    expect(await read()).toEqual(before);
    expect(before[2]).toContain(String(kept['transaction_id']));
    expect(before[2]).not.toContain(String(dropped['transaction_id']));
  });

  it('keeps its clock and its switches', async () => {
    sandbox.current.cnaught.advanceClock(3_600_000);
    sandbox.current.cnaught.switches.set({ fractionalKg: 'accept' });
    await restart();
    expect(sandbox.current.cnaught.nowMs() - Date.now()).toBeGreaterThan(3_590_000);
    expect(sandbox.current.cnaught.switches.get('fractionalKg')).toBe('accept');
  });

  it('drops a torn last line and writes on after it', async () => {
    await cnaught('POST', '/orders', order);
    await sandbox.current.stop();
    appendFileSync(ledgerFile(), '{"seq":2,"at":"2026-01-0');
    sandbox.current = await startSandbox({ dataDir });
    expect(sandbox.current.cnaught.ledger.entries()).toHaveLength(1);
    await cnaught('POST', '/orders', { body: { amount_kg: 1 } });
    await restart();
    expect(sandbox.current.cnaught.ledger.entries().map((entry) => entry.seq)).toEqual([1, 2]);
  });

  it('forgets everything on reset, on disk too', async () => {
    await cnaught('POST', '/orders', order);
    sandbox.current.cnaught.reset();
    await restart();
    expect(sandbox.current.cnaught.ledger.entries()).toEqual([]);
    expect(jsonOf(await cnaught('GET', '/orders'))).toEqual({ data: [] });
  });
});
