import { monthOf } from '../../src/domain/periods/month.js';
import type { TestEngine } from '../support/engine.js';
import { Reconciling } from '../support/reconciling.js';
import { startPooling } from '../support/pooling.js';

const HOUR = 3_600_000;

describe('a charge that names a member of a pool', () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startPooling();
  });
  afterAll(() => engine.stop());

  it('is of no order, and no person can say that it is of the member: nobody would be asked about it again', async () => {
    const periodId = monthOf(new Date(Date.now() - 2 * HOUR), 'UTC');
    const reconciling = new Reconciling(engine, { provider: 'one_tribe', periodId }, 'GBP');
    const member = await engine.place({ provider: 'one_tribe', mayBePooled: true, grams: 300_000 });
    expect(member.pool).toMatchObject({ status: 'open' });
    const statement = await reconciling.invoice([reconciling.line('charge', '5.40', { reference: member.id })]);
    await reconciling.run();
    const open = (await reconciling.breaks()).map(({ type, subject, orderId }) => ({ type, subject, orderId }));
    expect(open).toEqual([{ type: 'charge_unknown', subject: `${statement}:2`, orderId: null }]);
    await expect(reconciling.decide('charge_unknown', `${statement}:2`, 'link_line', member.id)).rejects.toMatchObject({
      context: { errors: { order_id: [expect.stringContaining('no member')] } },
    });
    await reconciling.decide('charge_unknown', `${statement}:2`, 'expense_line');
  });
});
