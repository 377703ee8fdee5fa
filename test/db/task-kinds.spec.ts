import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { TestEngine } from '../support/engine.js';

/** More than a worker claims at once, so that they would crowd out every other task if they were claimed. */
const OTHERS = 150;

describe('a task of a kind that this process does not handle', () => {
  let engine: TestEngine;

  beforeAll(async () => {
    engine = await TestEngine.start();
    await engine.rows(
      `INSERT INTO tasks (subject_id, kind, run_at)
       SELECT 'x' || n, 'other', now() - interval '1 hour' FROM generate_series(1, $1::int) AS n`,
      [OTHERS],
    );
  });
  afterAll(() => engine.stop());
  afterEach(async () => {
    const untouched = await engine.rows(
      `SELECT FROM tasks WHERE kind = 'other' AND runs = 0 AND lease_token IS NULL AND run_at < now() - interval '59 minutes'`,
    );
    expect(untouched).toHaveLength(OTHERS);
  });

  it('is never claimed', async () => {
    expect(await engine.claimDue()).toEqual([]);
  });

  it('holds up no task of another kind', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 }, 0);
    expect(await engine.runDue()).toBe(1);
    expect((await engine.order(id)).status).toBe('placed');
  });

  it('is not what a callback wakes, though it is about the same order', async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    await engine.rows(`INSERT INTO tasks (subject_id, kind, run_at) VALUES ($1, 'another', 'infinity')`, [id]);
    const [purchase] = engine.purchasesOf(id);
    expect(await engine.announce(id, purchase?.id ?? '')).toBe(true);
    const [other] = await engine.rows<{ run_at: unknown }>(`SELECT run_at FROM tasks WHERE kind = 'another'`);
    expect(other?.run_at).toBe(Infinity);
    expect((await engine.claimDue()).map(({ subjectId }) => subjectId)).toEqual([id]);
  });

  it('does not keep an idle worker awake', async () => {
    const wait = engine.app.get(TasksRepository).msUntilNext(['purchase', 'follow'], 1_000);
    await expect(wait).resolves.toBe(1_000);
  });
});
