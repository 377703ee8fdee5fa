import { jsonOf } from './http-client.js';
import { carbonmarkClient, cnaughtClient, oneTribeClient, useSandbox } from './sandbox-clients.js';

const HOUR_MS = 3_600_000;

describe('a sandbox with a schedule', () => {
  const sandbox = useSandbox({ schedule: HOUR_MS });
  const cnaught = cnaughtClient(sandbox);
  const carbonmark = carbonmarkClient(sandbox);
  const oneTribe = oneTribeClient(sandbox);

  it('fulfils a CNaught order when its time has come, not before', async () => {
    const { cnaught: simulator } = sandbox.current;
    const { id } = jsonOf(await cnaught('POST', '/orders', { body: { amount_kg: 1 } }));
    simulator.advanceClock(HOUR_MS / 2);
    expect(simulator.ledger.ofKind('order_fulfilled')).toEqual([]);
    simulator.advanceClock(HOUR_MS / 2);
    expect(simulator.ledger.ofKind('order_fulfilled')).toMatchObject([{ id }]);
  });

  it('moves a One Tribe transaction one status per step', async () => {
    const body = { project_id: 'sbx-peat-01', transaction_type: 'purchase', quantity: 1 };
    const { transaction_id: id } = jsonOf(await oneTribe('POST', '/transactions', { body }));
    const seen: unknown[] = [];
    for (let step = 0; step < 4; step += 1) {
      sandbox.current.oneTribe.advanceClock(HOUR_MS);
      seen.push(jsonOf(await oneTribe('GET', `/transactions/${String(id)}`))['status']);
    }
    expect(seen).toEqual(['accepted', 'retired', 'completed', 'completed']);
  });

  it('retires a Carbonmark purchase one status per step, and a slow one slowly', async () => {
    const { carbonmark: simulator } = sandbox.current;
    simulator.switches.set({ tellPaymentId: true });
    const pay = async (message: string): Promise<string> => {
      const body = {
        asset_price_source_id: `listing-137-0x${'a1'.repeat(32)}`,
        quantity_tonnes: 1,
        metadata: { beneficiary_name: 'A', retirement_message: message },
        success_url: 'https://app.example/done',
        cancel_url: 'https://app.example/cancelled',
      };
      const id = String(jsonOf(await carbonmark('POST', '/checkout', { body }))['payment_id']);
      simulator.checkouts.pay(id);
      return id;
    };
    const statusOf = async (id: string): Promise<unknown> =>
      jsonOf<{ order: { status: unknown } }>(await carbonmark('GET', `/payments/${id}`)).order.status;
    const [quick, slow] = [await pay('soon'), await pay('-- I will be slow --')];
    const seen: unknown[] = [];
    for (let step = 0; step < 4; step += 1) {
      simulator.advanceClock(HOUR_MS);
      seen.push(await statusOf(quick));
    }
    expect(seen).toEqual(['INITIATED', 'COMMITTED', 'MINTED', 'COMPLETED']);
    expect(await statusOf(slow)).toBe('SUBMITTED');
  });
});

describe('a sandbox whose schedule is short', () => {
  const sandbox = useSandbox({ schedule: 1 });
  const cnaught = cnaughtClient(sandbox);

  it('moves on without any command', async () => {
    const { id } = jsonOf(await cnaught('POST', '/orders', { body: { amount_kg: 1 } }));
    const fulfilled = await sandbox.current.cnaught.ledger.waitFor((entry) => entry.kind === 'order_fulfilled');
    expect(fulfilled.id).toBe(id);
  });
});
