import { useOpsGateway, type Page, type Person } from './ops-gateway.js';

describe('what tenants may spend in a month', () => {
  const desk = useOpsGateway();
  const { newOperator, read } = desk;

  const MONTH = new Date().toISOString().slice(0, 7);
  const BUDGET = '/v1/ops/budgets/{id}/{period}';
  interface Told {
    readonly code: string;
    readonly limit: object;
    readonly proposal: object | null;
    readonly errors: object;
  }
  let [boss, second]: Person[] = [];
  let tenantId: string;
  beforeAll(async () => {
    [boss, second] = [await newOperator('Eva', 'admin'), await newOperator('Finn', 'admin')];
  });
  beforeEach(async () => {
    tenantId = await desk.gateway.newTenant();
  });
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const set = async (amount: string, key = boss?.key, more: object = {}, period = MONTH) => {
    const sent = desk.gateway.anonymous
      .put(`/v1/ops/budgets/${tenantId}/${period}`)
      .set('authorization', `Bearer ${key}`)
      .send({ limit: usd(amount), reason: 'As agreed', ...more });
    const { status, body } = await desk.docs.documented(BUDGET, sent);
    return { status, told: body as Told };
  };

  it('is what they may every month, until somebody sets less; more takes two people', async () => {
    const found = await read(`/v1/ops/budgets/${tenantId}/${MONTH}`, BUDGET);
    expect(found).toMatchObject({ limit: usd('100000.00'), source: 'every_month', spent: usd('0.00'), set: null });
    const lower = await set('5000');
    expect(lower.told).toMatchObject({ limit: usd('5000.00'), source: 'budget', set: { by: { name: 'Eva' } } });

    const proposed = await set('7000');
    expect(proposed.told).toMatchObject({
      limit: usd('5000.00'),
      proposal: { limit: usd('7000.00'), by: { name: 'Eva' } },
    });
    expect((await set('7000')).told.code).toBe('second_person_required');
    expect((await set('7000.01', second?.key)).told.proposal).toMatchObject({ by: { name: 'Finn' } });
    expect((await set('7000.01')).told).toMatchObject({ limit: usd('7000.01'), proposal: null });
    await desk.gateway.rows(`UPDATE budgets SET open_at = now() - interval '25 hours' WHERE tenant_id = $1`, [
      tenantId,
    ]);

    const acts = await desk.gateway.rows(
      'SELECT act, outcome, operator_id, after::jsonb ->> $2 AS usd FROM audit_log WHERE subject = $1 ORDER BY number',
      [tenantId, 'limit_usd'],
    );
    expect(acts.slice(1).map((row) => [row['act'], row['outcome'], row['operator_id'], row['usd']])).toEqual([
      ['budget.set', 'applied', boss?.id, '5000'],
      ['budget.propose', 'applied', boss?.id, '7000'],
      ['budget.set', 'refused', boss?.id, null],
      ['budget.propose', 'applied', second?.id, '7000.01'],
      ['budget.set', 'applied', boss?.id, '7000.01'],
    ]);
    for (const change of ['set_by = proposed_by', 'limit_usd = 9000', 'limit_usd = 9000, proposed_by = set_by'])
      await expect(
        desk.gateway.rows(`UPDATE budgets SET ${change} WHERE tenant_id = $1`, [tenantId]),
      ).rejects.toMatchObject({ code: '23514' });
  });

  it('is raised by nobody alone, not by its first row either', async () => {
    await desk.gateway.rows('UPDATE tenants SET max_month_usd = 100 WHERE id = $1', [tenantId]);
    const alone = `INSERT INTO budgets (tenant_id, month, limit_usd, set_at) VALUES ($1, $2::date, $3, now())`;
    const first = `${MONTH}-01`;
    await expect(desk.gateway.rows(alone, [tenantId, first, 101])).rejects.toMatchObject({ code: '23514' });
    await desk.gateway.rows(alone, [tenantId, first, 100]);
  });

  it('a proposal is good for a day', async () => {
    await set('100');
    await set('200');
    await desk.gateway.rows(`UPDATE budgets SET open_at = now() - interval '25 hours' WHERE tenant_id = $1`, [
      tenantId,
    ]);
    expect((await set('200', second?.key)).told).toMatchObject({
      limit: usd('100.00'),
      proposal: { by: { name: 'Finn' } },
    });
  });

  it('is lowered by a machine, and raised by people', async () => {
    const machine = await desk.gateway.newKey(['ops:admin']);
    expect((await set('100', machine)).told).toMatchObject({ limit: usd('100.00'), set: { by: null } });
    expect((await set('200', machine)).told.code).toBe('operator_key_required');
    expect((await set('50', desk.ann.key)).told.code).toBe('scope_missing');
  });

  it.each<[string, object, string, number, string]>([
    ['another currency', { limit: { amount: '5', currency: 'GBP' } }, MONTH, 400, 'limit.currency'],
    ['nothing', { limit: { amount: '0', currency: 'USD' } }, MONTH, 400, 'limit.amount'],
    ['no reason', { reason: '' }, MONTH, 400, 'reason'],
    ['a month that is over', {}, '2026-01', 422, 'period'],
    ['a month too far ahead', {}, '2099-01', 422, 'period'],
    ['no month', {}, '2026-13', 422, 'period'],
  ])('is refused with %s', async (_, more, period, expected, field) => {
    const { status, told } = await set('5', boss?.key, more, period);
    expect([status, Object.keys(told.errors)]).toEqual([expected, [field]]);
  });

  it('is listed of every tenant, page by page', async () => {
    const all = await read<Page<{ tenant_id: string }>>(`/v1/ops/budgets?limit=100&period=${MONTH}`);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: Page<{ tenant_id: string }> = await read(`/v1/ops/budgets?limit=3${cursor && `&cursor=${cursor}`}`);
      paged.push(...page.data.map((row) => row.tenant_id));
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(all.data.map((row) => row.tenant_id));
    expect(paged).toContain(tenantId);
    tenantId = 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4';
    expect((await set('5')).told.code).toBe('tenant_not_found');
  });
});
