import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import { TasksRepository, type ClaimedTask } from '../../src/persistence/tasks/tasks.repository.js';
import { TestEngine } from '../support/engine.js';

/** What may happen to a task while a run holds it. */
describe('a task that a run holds', () => {
  let engine: TestEngine;
  let tasks: TasksRepository;
  let held: ClaimedTask;

  beforeAll(async () => {
    engine = await TestEngine.start();
    tasks = engine.app.get(TasksRepository);
  });
  afterAll(() => engine.stop());
  afterEach(() => engine.forget());

  const claimed = async (): Promise<ClaimedTask> => {
    const [task] = await engine.claimDue();
    if (!task) throw new Error('no task was due');
    return task;
  };

  beforeEach(async () => {
    await engine.place({ provider: 'cnaught', grams: 1_000 }, 0);
    held = await claimed();
  });

  it('is nobody else’s when it is woken, and due as soon as the run is over', async () => {
    await tasks.wake(held.subjectId);
    expect(await engine.claimDue()).toEqual([]);
    await tasks.release(held.lease, 60_000);
    expect((await claimed()).subjectId).toBe(held.subjectId);
  });

  it('is due when its run says, if nobody has woken it', async () => {
    await tasks.release(held.lease, 60_000);
    expect(await engine.claimDue()).toEqual([]);
    await engine.letTimePass(60_000);
    expect((await claimed()).subjectId).toBe(held.subjectId);
  });

  it('is due at the very moment that its run says', async () => {
    for (let tries = 0; tries < 300; tries++) {
      await tasks.release(held.lease, 0);
      held = await claimed();
    }
  });

  it('does not end with its run if it was woken', async () => {
    // A task of an order that is open may not be missing: this one has ended.
    await engine.rows(`UPDATE orders SET status = 'failed' WHERE id = $1`, [held.subjectId]);
    await tasks.wake(held.subjectId);
    await tasks.end(held.lease);
    const next = await claimed();
    await tasks.end(next.lease);
    expect(await engine.rows('SELECT FROM tasks WHERE subject_id = $1', [held.subjectId])).toEqual([]);
  });

  it('is left alone by a run that has lost it', async () => {
    await engine.letTimePass(LEASE_MS + 1_000);
    const next = await claimed();
    await tasks.release(held.lease, 0);
    await tasks.end(held.lease);
    expect(await engine.claimDue()).toEqual([]);
    await tasks.release(next.lease, 0);
    expect((await claimed()).subjectId).toBe(held.subjectId);
  });
});
