import type { Order } from '../../src/domain/orders/order.js';
import { TestEngine } from '../support/engine.js';

describe('a cancellation', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());
  afterEach(() => {
    engine.sandbox.cnaught.faults.clear();
    engine.sandbox.oneTribe.faults.clear();
  });

  const placed = (provider: 'cnaught' | 'one_tribe'): Promise<Order> => engine.place({ provider, grams: 2_000_000 });
  const cancel = (order: Order): Promise<Order> => engine.cancel(order.id, engine.tenantId);

  it('of an order that was never sent needs no provider', async () => {
    const order = await engine.place({ provider: 'cnaught', grams: 1_000 }, 0);
    expect((await cancel(order)).status).toBe('cancelled');
    await engine.runDue();
    expect(engine.sandbox.cnaught.purchases().filter((entry) => entry.reference?.includes(order.id))).toEqual([]);
  });

  it.each(['cnaught', 'one_tribe'] as const)('of a placed order is the provider’s word (%s)', async (provider) => {
    const order = await placed(provider);
    expect((await cancel(order)).status).toBe('cancelled');
    expect(await cancel(order)).toMatchObject({ status: 'cancelled' });
  });

  it('is refused once the credits are retired, after a look at the provider', async () => {
    const order = await placed('cnaught');
    engine.sandbox.cnaught.advance(order.providerOrderId ?? '', 'fulfilled');
    await expect(cancel(order)).rejects.toMatchObject({ code: 'order_not_cancellable' });
    expect((await engine.order(order.id)).status).toBe('completed');
  });

  it('is refused where the provider has gone on too far', async () => {
    const order = await placed('one_tribe');
    engine.sandbox.oneTribe.advance(order.providerOrderId ?? '', 'accepted');
    await expect(cancel(order)).rejects.toMatchObject({ code: 'order_not_cancellable' });
    expect((await engine.order(order.id)).status).toBe('accepted');
  });

  it.each([
    ['cnaught', '/orders'],
    ['one_tribe', '/transactions'],
  ] as const)('whose response is lost is known by the next read (%s)', async (provider, path) => {
    const order = await placed(provider);
    const simulator = provider === 'cnaught' ? engine.sandbox.cnaught : engine.sandbox.oneTribe;
    const method = provider === 'cnaught' ? 'POST' : 'DELETE';
    simulator.faults.add({ match: { method, path }, fault: { kind: 'reset', when: 'after_effect' } });
    expect((await cancel(order)).status).toBe('cancelled');
  });

  it('that did not arrive leaves the order as it is and says so', async () => {
    const order = await placed('one_tribe');
    engine.sandbox.oneTribe.faults.add({
      match: { method: 'DELETE' },
      fault: { kind: 'reset', when: 'before_effect' },
    });
    await expect(cancel(order)).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect((await engine.order(order.id)).status).toBe('placed');
    expect((await cancel(order)).status).toBe('cancelled');
  });

  it('is not made up: an order that vanished without us goes to a person', async () => {
    const order = await placed('one_tribe');
    engine.sandbox.oneTribe.vanish(order.providerOrderId ?? '');
    await engine.later(3_600_000);
    expect(await engine.order(order.id)).toMatchObject({ status: 'placed', review: { reason: 'vanished' } });
  });

  it('is refused while it is unknown whether the order was bought', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '/orders' },
      fault: { kind: 'reset', when: 'after_effect' },
    });
    const doubted = await engine.place({ provider: 'cnaught', grams: 1_000 });
    await expect(cancel(doubted)).rejects.toMatchObject({ code: 'order_not_cancellable' });
    expect((await engine.untilKnown(doubted.id, 60_000)).status).toBe('placed');
  });
});
