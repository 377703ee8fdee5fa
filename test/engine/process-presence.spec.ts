import { randomUUID } from 'node:crypto';
import { LEASE_MS } from '../../src/application/purchases/engine-settings.js';
import { IdempotencyRepository } from '../../src/persistence/idempotency/idempotency.repository.js';
import type { Lease } from '../../src/persistence/tasks/lease.js';
import { PrismaService } from '../../src/persistence/prisma/prisma.service.js';
import { ProcessHeartbeat } from '../../src/persistence/tasks/process-heartbeat.js';
import { PurchasesRepository } from '../../src/persistence/purchases/purchases.repository.js';
import { TasksRepository } from '../../src/persistence/tasks/tasks.repository.js';
import { TestEngine } from '../support/engine.js';

const ATTEMPT = { generation: 1, prepared: { body: '{}', tokenHash: new Uint8Array(32) } };
const TIMES = { deadlineMs: 40_000, leaseMs: LEASE_MS };

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
  const claim = async (): Promise<string[]> =>
    (await engine.app.get(TasksRepository).claimDue(100, LEASE_MS)).map(({ subjectId }) => subjectId);

  const endLeases = (): Promise<void> => engine.app.get(ProcessHeartbeat).releaseLeasesOfDeadProcesses();

  const notSeenFor = (seconds: number): Promise<number> =>
    engine.app.get(PrismaService).$executeRaw`
      INSERT INTO processes (id, name, seen_at)
      VALUES (${engine.app.get(ProcessHeartbeat).id}::uuid, 'this one', now() - ${seconds} * interval '1 second')
      ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at`;

  /** An order whose task this process holds. */
  const held = async (): Promise<Lease> => {
    const { id } = await engine.place({ grams: 1000, provider: 'cnaught' }, 0);
    const tasks = await engine.app.get(TasksRepository).claimDue(100, LEASE_MS);
    const task = tasks.find(({ subjectId }) => subjectId === id);
    if (!task) throw new Error('the task was not due');
    return task.lease;
  };

  it('is left alone while the process is seen', async () => {
    const { subjectId } = await held();
    await notSeenFor(8);
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
    const slow = { kind: 'delay', when: 'before_effect', ms: 3_000 } as const;
    engine.sandbox.cnaught.faults.add({ match: { method: 'POST', path: '/orders' }, fault: slow });
    const key = randomUUID();
    const known = () =>
      engine.app.get(IdempotencyRepository).known({
        tenantId: engine.tenantId,
        operation: 'place_order',
        key,
        fingerprint: new Uint8Array([0]),
      });
    const { id } = await engine.place({ grams: 1000, provider: 'cnaught' }, 100, key);
    expect(await claim()).not.toContain(id);
    expect(await known()).toMatchObject({ kind: 'in_progress' });
    await notSeenFor(11);
    await endLeases();
    expect(await claim()).toContain(id);
    expect(await known()).toEqual({ kind: 'abandoned', orderId: id });
  });

  it('is not judged by a process that has been away itself, until it is seen twice', async () => {
    const { subjectId } = await held();
    await notSeenFor(11);
    const back = new ProcessHeartbeat(engine.app.get(PrismaService));
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
    const lease = await held();
    await notSeenFor(11);
    await endLeases();
    expect(await engine.app.get(PurchasesRepository).openAttempt(lease, ATTEMPT, TIMES)).toBeNull();
  });
});
