import { randomUUID } from 'node:crypto';
import { Database } from '../../src/persistence/database/database.js';
import { ProcessHeartbeat } from '../../src/persistence/tasks/process-heartbeat.js';
import type { ClaimedTask } from '../../src/persistence/tasks/tasks.repository.js';
import { TestEngine } from '../support/engine.js';

describe('the lease of a process', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
    // It beats no more: when it was last seen is up to the test.
    engine.app.get(ProcessHeartbeat).onApplicationShutdown();
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    expect(await engine.lostOrders()).toBe(0);
  });

  /** The orders that can be claimed, claimed. */
  const claim = async (): Promise<string[]> => (await engine.claimDue()).map(({ subjectId }) => subjectId);

  const endLeases = (): Promise<void> => engine.app.get(ProcessHeartbeat).releaseLeasesOfDeadProcesses();

  const notSeenFor = async (seconds: number): Promise<void> => {
    await engine.rows(
      `INSERT INTO processes (id, name, seen_at) VALUES ($1, 'this one', now() - $2 * interval '1 second')
       ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at`,
      [engine.app.get(ProcessHeartbeat).id, seconds],
    );
  };

  /** An order whose task this process holds. */
  const held = async (): Promise<ClaimedTask> => {
    const { id } = await engine.place({ grams: 1000, provider: 'cnaught' }, 0);
    const tasks = await engine.claimDue();
    const task = tasks.find(({ subjectId }) => subjectId === id);
    if (!task) throw new Error('the task was not due');
    return task;
  };

  it('is left alone while the process is seen', async () => {
    const { subjectId } = await held();
    await notSeenFor(1);
    await endLeases();
    expect(await claim()).not.toContain(subjectId);
  });

  it('is over when the process was not seen for a while', async () => {
    const { subjectId } = await held();
    await notSeenFor(11);
    await endLeases();
    expect(await claim()).toContain(subjectId);
  });

  it('is over as early where the order is placed in a request, and so is the lock of its key', async () => {
    const hang = { kind: 'hang', when: 'before_effect' } as const;
    engine.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, fault: hang });
    const key = randomUUID();
    const keyIsLocked = async (): Promise<boolean | undefined> => {
      const sql = 'SELECT locked_until > now() AS locked FROM idempotency_records WHERE key = $1 AND order_id = $2';
      return (await engine.rows<{ locked: boolean }>(sql, [key, id]))[0]?.locked;
    };
    const { id } = await engine.place({ grams: 1000, provider: 'cnaught' }, 100, key);
    expect(await claim()).not.toContain(id);
    expect(await keyIsLocked()).toBe(true);
    await notSeenFor(11);
    await endLeases();
    expect(await claim()).toContain(id);
    expect(await keyIsLocked()).toBe(false);
  });

  it('is not judged by a process that has been away itself, until it is seen twice', async () => {
    const { subjectId } = await held();
    await notSeenFor(11);
    const back = new ProcessHeartbeat(engine.app.get(Database));
    const isSeen = async (): Promise<void> => {
      await back.onModuleInit();
      back.onApplicationShutdown();
    };
    await isSeen();
    expect(await claim()).not.toContain(subjectId);
    await isSeen();
    expect(await claim()).toContain(subjectId);
  });

  it('starts nothing any more in a process that was only suspended', async () => {
    const task = await held();
    await notSeenFor(11);
    await endLeases();
    await engine.runTask(task);
    expect(await engine.sentBodies(task.subjectId)).toEqual([]);
    expect(engine.purchasesOf(task.subjectId)).toEqual([]);
  });
});
