import { endMonth } from '../../dev/plant/end-month.js';
import { SCOPES } from '../../src/application/access/scopes.js';
import { postLedger } from '../support/post-ledger.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

describe('a month that is ended for practice', () => {
  let gateway: ServedGateway;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
  });
  afterAll(() => gateway.stop());

  it('is over, and what is bought from then on is of the next one', async () => {
    const finance = await gateway.newKey(SCOPES);
    const buy = async (): Promise<string> => {
      const { body } = await gateway.order(SMALL_ORDER).set('prefer', 'wait=10').expect(201);
      await postLedger(gateway);
      return (body as { id: string }).id;
    };
    await buy();
    const { id, endsAt } = await endMonth((sql) => gateway.rows(sql));
    const { body } = await gateway.get(`/v1/finance/periods/${id}/close-checklist`, finance);
    expect((body as { checks: object[] }).checks).toContainEqual(
      expect.objectContaining({ check: 'month_is_over', ok: true }),
    );
    const later = await gateway.rows(
      `SELECT DISTINCT t.period_id > $2 AS is_later, p.starts_at
       FROM ledger_transfers t JOIN periods p ON p.id = t.period_id WHERE t.order_id = $1`,
      [await buy(), id],
    );
    expect(later).toEqual([{ is_later: true, starts_at: endsAt }]);
  });
});
