import { OpenMonths } from '../../src/application/periods/open-months.js';
import { holdLease } from '../../src/application/reconciliation/hold-lease.js';
import { monthOf } from '../../src/domain/periods/month.js';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { RunsRepository } from '../../src/persistence/reconciliation/runs.repository.js';
import { TestEngine } from '../support/engine.js';
import { Reconciling } from '../support/reconciling.js';

describe('a run that takes longer than its lease', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start({ financeTimeZone: 'UTC' });
  });
  afterAll(async () => {
    jest.useRealTimers();
    await engine.stop();
  });

  const isHeld = async (): Promise<boolean> => {
    const [row] = await engine.rows<{ held: boolean }>(
      `SELECT leased_until > now() AS held FROM tasks WHERE kind = 'collect'`,
    );
    return row?.held === true;
  };

  it('keeps it for as long as it is at work', async () => {
    const before = new Date(Date.now() - 3 * 3_600_000);
    await engine.app.get(OpenMonths).run([before, new Date()]);
    const periodId = monthOf(before, 'UTC');
    await new Reconciling(engine, { provider: 'cnaught', periodId }).start();
    const [task] = await engine.claimDue();
    if (!task) throw new Error('no task was due');
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'clearTimeout', 'queueMicrotask', 'performance', 'Date'],
    });
    await holdLease(engine.app.get(RunsRepository), task.lease, async () => {
      await engine.letTimePass(LEASE_MS);
      expect(await isHeld()).toBe(false);
      jest.advanceTimersByTime(LEASE_MS / 3);
      for (let looks = 0; looks < 1_000 && !(await isHeld()); looks++);
      expect(await engine.claimDue()).toEqual([]);
    });
    await engine.letTimePass(LEASE_MS);
    jest.advanceTimersByTime(LEASE_MS);
    expect((await engine.claimDue()).map(({ kind }) => kind)).toEqual(['collect']);
  });
});
