import { handOver } from '../../src/domain/purchases/submission.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import type { OrderState } from '../../src/domain/orders/order-state.js';
import { OrdersRepository, type CommitGuard } from '../../src/persistence/orders/orders.repository.js';
import type { Lease } from '../../src/persistence/tasks/lease.js';
import { TestEngine } from '../support/engine.js';

/** The pure model of the protocol takes these guards as given. Here PostgreSQL is asked. */
describe('the guard of a commit', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());
  afterEach(() => engine.forget());

  const claimed = async (): Promise<{ state: OrderState; lease: Lease }> => {
    const [task] = await engine.claimDue();
    if (!task?.state) throw new Error('no order was due');
    return { state: task.state, lease: task.lease };
  };

  const claimedOrder = async (): Promise<{ state: OrderState; lease: Lease }> => {
    await engine.place({ provider: 'cnaught', grams: 100_000 }, 0);
    return claimed();
  };

  /** Commits a change, and checks that the order and its events are written together or not at all. */
  const writes = async (state: OrderState, guard: CommitGuard): Promise<boolean> => {
    const { id } = state.order;
    const [before, events] = [await engine.order(id), await engine.history(id)];
    const committed = await engine.app
      .get(OrdersRepository)
      .commit(handOver(state), { cause: { by: 'task' }, guard, task: { do: 'keep' } });
    const written = committed === null ? [] : ['review_flagged (lookup)'];
    expect(await engine.history(id)).toEqual([...events, ...written]);
    expect((await engine.order(id)).version).toBe(before.version + written.length);
    return committed !== null;
  };

  it('holds for each kind while nothing has happened since the order was read', async () => {
    for (const by of ['version', 'lease', 'running_lease'] as const) {
      const { state, lease } = await claimedOrder();
      expect(await writes(state, { by, lease })).toBe(true);
      await engine.forget();
    }
  });

  it.each(['version', 'lease', 'running_lease'] as const)(
    '(%s) does not hold once the order has changed',
    async (by) => {
      const { state, lease } = await claimedOrder();
      expect(await writes(state, { by: 'version' })).toBe(true);
      expect(await writes(state, { by, lease })).toBe(false);
    },
  );

  it.each(['lease', 'running_lease'] as const)('(%s) does not hold once another run has the order', async (by) => {
    const { state, lease } = await claimedOrder();
    await engine.letTimePass(LEASE_MS + 1_000);
    await claimed();
    expect(await writes(state, { by, lease })).toBe(false);
  });

  it('(running_lease) does not hold once the lease has run out, even if nobody else has the order', async () => {
    const { state, lease } = await claimedOrder();
    await engine.letTimePass(LEASE_MS + 1_000);
    expect(await writes(state, { by: 'running_lease', lease })).toBe(false);
    expect(await writes(state, { by: 'lease', lease })).toBe(true);
  });

  it('(no_run) does not hold while a run has the order', async () => {
    const { state } = await claimedOrder();
    expect(await writes(state, { by: 'no_run' })).toBe(false);
    await engine.letTimePass(LEASE_MS + 1_000);
    expect(await writes(state, { by: 'no_run' })).toBe(true);
  });

  it('makes everything written under it have one time, so that no cause is later than what it caused', async () => {
    for (let orders = 0; orders < 8; orders++) await engine.place({ provider: 'cnaught', grams: 1_000 });
    const times = await engine.rows<{ sent: Date; submitting: Date; recorded: Date; placed: Date }>(`
      SELECT a.started_at AS sent, a.recorded_at AS recorded, s.occurred_at AS submitting, p.occurred_at AS placed
      FROM attempts a
      JOIN order_events s ON s.order_id = a.order_id AND s.type = 'order.submitting'
      JOIN order_events p ON p.order_id = a.order_id AND p.type = 'order.placed'`);
    expect(times).toHaveLength(8);
    expect(times.map(({ sent, recorded }) => [sent, recorded])).toEqual(
      times.map(({ submitting, placed }) => [submitting, placed]),
    );
  });
});
