import { TestEngine } from '../support/engine.js';

describe('an order that says the same as another', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  const place = (reference: string | null, more: object = {}) =>
    engine.place({ provider: 'cnaught', grams: 5_000, terms: { reference }, ...more });

  it('is held up, and told which order it resembles', async () => {
    const first = await place('po-1');
    await expect(place('po-1')).rejects.toMatchObject({ code: 'possible_duplicate', context: { orderId: first.id } });
  });

  it('is held up however its name and reference are written, and is stored as it was given', async () => {
    const terms = { reference: 'PO-7 a', beneficiary: { name: 'José Smith', email: null } };
    const first = await place('', { terms });
    const spellings = [
      { ...terms, beneficiary: { name: ' Jose\u0301 SMITH ', email: null } },
      { ...terms, reference: 'po-7  A\u00a0' },
    ];
    for (const other of spellings)
      await expect(place('', { terms: other })).rejects.toMatchObject({ context: { orderId: first.id } });
    const allowed = await place('', { terms: spellings[0], allowDuplicate: true });
    expect(allowed.beneficiary.name).toBe(' Jose\u0301 SMITH ');
  });

  it('is accepted when it is meant', async () => {
    await place('po-2');
    expect((await place('po-2', { allowDuplicate: true })).status).toBe('placed');
  });

  it('is accepted when anything about it differs, or it has no reference', async () => {
    await place('po-3');
    expect((await place('po-3', { grams: 6_000 })).status).toBe('placed');
    expect((await place('po-4')).status).toBe('placed');
    const forAnother = { reference: 'po-3', beneficiary: { name: 'John Smith', email: null } };
    expect((await place('po-3', { terms: forAnother })).status).toBe('placed');
    await place(null);
    expect((await place(null)).status).toBe('placed');
    await place('po-7', { grams: 1_000_000 });
    expect((await place('po-7', { grams: 1_000_000, provider: 'one_tribe' })).status).toBe('placed');
  });

  it('is accepted when the other belongs to another tenant', async () => {
    await place('po-8');
    await engine.beAnotherTenant();
    expect((await place('po-8')).status).toBe('placed');
  });

  it('is accepted an hour after the other, and not before', async () => {
    await place('po-9');
    await engine.letTimePass(59 * 60_000);
    await expect(place('po-9')).rejects.toMatchObject({ code: 'possible_duplicate' });
    await engine.letTimePass(60_000);
    expect((await place('po-9')).status).toBe('placed');
  });

  it('is accepted once, of twenty at once', async () => {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => place('po-5')));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is accepted after the first has failed', async () => {
    engine.sandbox.cnaught.faults.add({
      match: { method: 'POST', path: '/orders' },
      fault: { kind: 'refused', status: 400 },
    });
    await expect(place('po-6')).rejects.toMatchObject({ code: 'provider_rejected' });
    expect((await place('po-6')).status).toBe('placed');
  });
});
