import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { KeyTaken, TestEngine } from '../support/engine.js';

/** What the plpgsql function that accepts an order sees of others, and which others hold an order up. */
describe('an order that is being accepted', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await TestEngine.start();
  });
  afterAll(() => engine.stop());

  const place = (reference: string, key?: string) =>
    engine.place({ provider: 'cnaught', grams: 5_000, terms: { reference } }, 20_000, key);

  const waitingForLocks = async (): Promise<number> => {
    const waiting = await engine.rows(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return waiting.length;
  };

  /** Starts all of them, holds each one up until all have gone as far as they can, then lets them go on. */
  const atOnce = async <Result>(
    ...acts: readonly (() => Promise<Result>)[]
  ): Promise<PromiseSettledResult<Result>[]> => {
    const holding = new pg.Client({ connectionString: engine.database.url });
    await holding.connect();
    // Nobody can write an order of the tenant: every insert looks at the tenant's row.
    await holding.query('BEGIN');
    await holding.query('SELECT FROM tenants FOR UPDATE');
    const all = Promise.allSettled(acts.map((act) => act()));
    while ((await waitingForLocks()) < acts.length);
    await holding.query('COMMIT');
    await holding.end();
    return all;
  };

  it('is seen by another request with its key before it is committed', async () => {
    const key = randomUUID();
    const settled = await atOnce(
      () => place('po-1', key),
      () => place('po-1', key),
    );
    expect(refusalsOf(settled)).toEqual([expect.any(KeyTaken)]);
  });

  it('is seen by an order that says the same before it is committed', async () => {
    const settled = await atOnce(
      () => place('po-2'),
      () => place('po-2'),
    );
    expect(refusalsOf(settled)).toMatchObject([{ code: 'possible_duplicate' }]);
  });

  it('is held up by the pause of purchases at its own provider, and by no other pause', async () => {
    await engine.pause('carbonmark', 'purchases', 60_000);
    await engine.pause('cnaught', 'status', 60_000);
    await engine.pause('cnaught', 'catalog', 60_000);
    expect((await place('po-3')).status).toBe('placed');
    await engine.pause('cnaught', 'purchases', 60_000);
    await expect(place('po-4')).rejects.toMatchObject({ code: 'provider_paused' });
    await engine.forgetPauses();
  });
});

const refusalsOf = (settled: readonly PromiseSettledResult<unknown>[]): unknown[] =>
  settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
