import { randomUUID } from 'node:crypto';
import { LEASE_MS } from '../../src/domain/purchases/timing.js';
import {
  IdempotencyRepository,
  type IdempotentRequest,
} from '../../src/persistence/idempotency/idempotency.repository.js';
import { TestEngine } from '../support/engine.js';

describe('an idempotency key that another request has taken over', () => {
  let engine: TestEngine;
  let keys: IdempotencyRepository;
  let late: IdempotentRequest;
  let current: IdempotentRequest;

  beforeAll(async () => {
    engine = await TestEngine.start();
    keys = engine.app.get(IdempotencyRepository);
  });
  afterAll(() => engine.stop());

  beforeEach(async () => {
    const { id } = await engine.place({ provider: 'cnaught', grams: 1_000 });
    const request = {
      tenantId: engine.tenantId,
      operation: 'cancel_order',
      key: randomUUID(),
      fingerprint: new Uint8Array([1]),
    } as const;
    late = { ...request, owner: randomUUID() };
    current = { ...request, owner: randomUUID() };
    await keys.take(late, id);
    await engine.letTimePass(LEASE_MS + 1_000);
    expect(await keys.known(current)).toEqual({ kind: 'abandoned', orderId: id });
  });

  it('keeps the response of the one that has it', async () => {
    await keys.store(late, { status: 200, body: 'late' });
    expect(await keys.known(late)).toEqual({ kind: 'in_progress' });
    await keys.store(current, { status: 200, body: 'current' });
    expect(await keys.store(late, { status: 200, body: 'late' })).toEqual({ status: 200, body: 'current' });
    expect(await keys.known(late)).toMatchObject({ kind: 'responded', response: { body: 'current' } });
  });

  it('is let go by the one that has it, and by no other', async () => {
    await keys.release([late]);
    expect(await keys.known(late)).toEqual({ kind: 'in_progress' });
    await keys.release([current]);
    expect(await keys.known(late)).toMatchObject({ kind: 'abandoned' });
  });
});
