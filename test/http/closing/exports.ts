import { createHash } from 'node:crypto';
import { EXPORT_NAMES } from '../../../src/application/exports/read-export.js';
import { COST_ACCOUNTS } from '../../../src/domain/exports/costs.js';
import { isOfGateway } from '../../../src/domain/exports/exports.js';
import { readCsv } from '../../support/read-csv.js';
import { MONTH, engine, keys, orders, send, download, sumOf, moved, tamper } from './closing-gateway.js';

export const isExported = (): void => {
  it('have everything that was posted, to the gram and to the millionth', async () => {
    const journal = readCsv((await download('journal')).text);
    const memo = readCsv((await download('memo')).text);
    const [{ count }] = (await engine.rows<{ count: string }>(
      'SELECT count(*) AS count FROM ledger_transfers WHERE period_id = $1',
      [MONTH],
    )) as [{ count: string }];
    expect(journal.length + memo.length).toBe(Number(count));
    expect(new Set(memo.map((row) => row['debit_account']))).toEqual(new Set(['commitment', 'commitment_contra']));
    for (const [account, asset] of [
      ['retired', 'CO2E/0'],
      ['on_order', 'CO2E/0'],
      ['expense', 'USD/6'],
      ['clearing', 'USD/6'],
    ] as const) {
      const of = (side: 'debit' | 'credit') =>
        sumOf(
          journal
            .filter((row) => row['asset'] === asset && row[`${side}_account`] === account)
            .map((row) => row['amount']),
        );
      expect([account, of('debit') - of('credit')]).toEqual([account, await moved(account, asset)]);
    }
    const expense = journal.find((row) => row['order_id'] === orders.labelled.id && row['debit_account'] === 'expense');
    expect(expense).toMatchObject({
      period: MONTH,
      version: '1',
      late: 'false',
      erp_debit: '6310',
      erp_credit: '3890',
      labels: JSON.stringify({ department: '=cmd|sales, "north"' }),
    });
  });

  it('have what it cost, and what is accrued at its end', async () => {
    const costs = readCsv((await download('costs')).text);
    const gained = (await moved('expense', 'USD/6')) + (await moved('fees', 'USD/6'));
    expect(sumOf(costs.map((row) => row['BilledCost']))).toBe(gained);
    expect(costs.find((row) => row['ResourceId'] === orders.labelled.id)).toMatchObject({
      ChargeCategory: 'Purchase',
      ChargeClass: '',
      BillingCurrency: 'USD',
      ConsumedQuantity: '2',
      BillingPeriodStart: '2026-07-31T23:00:00.000Z',
      BillingPeriodEnd: '2026-08-31T23:00:00.000Z',
      ChargePeriodStart: '2026-08-15T00:00:00.000Z',
      x_FunctionalCurrency: 'EUR',
      x_FunctionalCost: '',
    });
    const accruals = await download('accruals');
    const rows = readCsv(accruals.text);
    expect(sumOf(rows.map((row) => row['accrued']))).toBe(-(await moved('clearing', 'USD/6')));
    expect(rows.find((row) => row['order_id'] === orders.first.id)).toMatchObject({
      retired_on: '2026-08-01',
      age_days: '30',
      prepaid: '0.00',
      functional_amount: '',
    });
    expect(accruals.headers['x-missing-fields']).toBe(`functional_amount=${rows.length}`);
  });

  it('have what was retired, dated as the clocks show in the time zone of finance', async () => {
    const { text, headers } = await download('retirements');
    const rows = readCsv(text);
    expect(sumOf(rows.map((row) => row['grams']))).toBe(await moved('retired', 'CO2E/0'));
    // A portfolio: a line for each project.
    const ofFirst = rows.filter((row) => row['order_id'] === orders.first.id);
    expect(ofFirst.length).toBeGreaterThan(1);
    expect(sumOf(ofFirst.map((row) => row['tonnes']))).toBe(0.001);
    expect(sumOf(ofFirst.map((row) => row['cost']))).toBe(
      Number((await engine.order(orders.first.id)).price?.total.amount),
    );
    expect(ofFirst[0]).toMatchObject({
      reporting_year: '2026',
      retired_on: '2026-08-01',
      retired_on_source: 'observed',
      claimant: '',
      proof_status: 'unproven',
      seller: 'cnaught',
      country: '',
    });
    expect(headers['x-missing-fields']).toContain(`country=${rows.length}`);
    const { body } = await send('GET', 'exports/retirements/2026/summary', keys.viewer);
    expect(body).toMatchObject({
      retired_grams: '3000',
      retired_tonnes: '0.003',
      by_activity: [{ percent: '100.00' }],
    });
    const year = readCsv((await send('GET', 'exports/retirements/2026', keys.viewer)).text);
    expect(sumOf(year.map((row) => row['grams']))).toBe(3_000);
    expect(readCsv((await send('GET', 'exports/retirements/2025', keys.viewer)).text)).toEqual([]);
  });

  it('know of a project what was entered of it and was so on the day, and add the year up by that', async () => {
    const serial = '5212-101-102-VCS-VCU-003-VER-US-14-1748-01012020-31122020-1';
    await tamper(`UPDATE orders SET retirements = '[{"registry": "Verra", "vintage": 2020, "serialNumberRange": "${serial}"}]'
      WHERE id = '${orders.labelled.id}'`);
    const facts = {
      registry: 'Verra',
      registry_project_id: 'VCS-1748',
      valid_from: '2026-08-15',
      country: 'FR',
      standard: 'VCS',
      activity: 'removal',
      sink: 'biogenic',
      article6_adjusted: true,
      source: 'The registry',
    };
    for (const more of [
      { standard: 'wrong' },
      {},
      { valid_from: '2026-01-01', country: 'KE' },
      { valid_from: '2026-08-16' },
    ])
      expect(await send('PUT', 'project-facts', keys.machine, { ...facts, ...more })).toMatchObject({ status: 200 });
    const known = { country: 'FR', in_eu: 'true', standard: 'VCS', activity: 'removal', article6_adjusted: 'true' };
    const ofLabelled = (text: string) => readCsv(text).filter((row) => row['order_id'] === orders.labelled.id);
    expect(ofLabelled((await send('GET', 'exports/retirements/2026', keys.viewer)).text)).toMatchObject([
      { ...known, registry_project_id: '1748', ccp_label: '', missing_fields: 'claimant project_name methodology' },
    ]);
    const { body } = await send('GET', 'exports/retirements/2026/summary', keys.viewer);
    const shares = (value: string) => [
      { value, grams: '2000', percent: '66.67' },
      { value: null, grams: '1000', percent: '33.33' },
    ];
    expect(body).toMatchObject({
      by_activity: shares('removal'),
      by_sink: shares('biogenic'),
      by_standard: shares('VCS'),
      by_in_eu: shares('true'),
      by_article6_adjusted: shares('true'),
    });
    // What a closing has kept knows nothing of it.
    expect(ofLabelled((await download('retirements')).text).map((row) => row['country'])).not.toContain('FR');
  });

  it.each(['tenant', 'label:department', 'label:__proto__', 'label:of nobody'])(
    'add costs up by %s, to what the accounts have gained',
    async (by) => {
      const query = `period=${MONTH}&group_by=${encodeURIComponent(by)}`;
      const groups = readCsv((await send('GET', `exports/costs/groups?${query}`, keys.viewer)).text);
      const costs = readCsv((await download('costs')).text);
      let gained = 0;
      for (const account of COST_ACCOUNTS) {
        const moves = await moved(account, 'USD/6');
        expect([account, sumOf(groups.map((row) => row[account]))]).toEqual([account, moves]);
        gained += moves;
      }
      expect(sumOf(groups.map((row) => row['cost']))).toBe(gained);
      const groupOf = (row: Readonly<Record<string, string>>): string => {
        if (by === 'tenant') return row['SubAccountId'] || '(none)';
        return new Map(Object.entries(JSON.parse(row['Tags'] || '{}') as object)).get(by.slice(6)) ?? '(none)';
      };
      const names = [...new Set(costs.map(groupOf))];
      expect(new Set(groups.map(({ group }) => group?.replace(/^'/, '')))).toEqual(new Set(names));
      expect(groups).toHaveLength(names.length);
      for (const { group, cost, lines, functional_cost: functional } of groups) {
        const own = costs.filter((row) => groupOf(row) === group?.replace(/^'/, ''));
        expect([cost, lines]).toEqual([sumOf(own.map((row) => row['BilledCost'])).toFixed(2), String(own.length)]);
        expect(functional).toBe('');
      }
    },
  );

  it('add up the costs of its own for a key of a tenant', async () => {
    const { text } = await send('GET', `exports/costs/groups?period=${MONTH}&group_by=tenant`, keys.own);
    expect(readCsv(text)).toMatchObject([{ group: engine.tenantId, functional_currency: 'EUR' }]);
  });

  it('are the tenant’s own for a key of its own', async () => {
    for (const kind of EXPORT_NAMES.filter((name) => !isOfGateway(name))) {
      const all = readCsv((await download(kind)).text);
      const column = kind === 'costs' ? 'SubAccountId' : 'tenant';
      const own = await download(kind, `period=${MONTH}`, keys.own);
      expect(readCsv(own.text)).toEqual(all.filter((row) => row[column] === engine.tenantId));
      expect(own.headers['etag']).toBe(`"${createHash('sha256').update(own.text).digest('hex')}"`);
      const open = await download(kind, 'period=2026-09', keys.own);
      expect(open.headers['etag']).toBe(`"${createHash('sha256').update(open.text).digest('hex')}"`);
    }
  });

  it('are named by their hash, and not sent to those who have them', async () => {
    const { text, headers } = await download('journal');
    expect(headers).toMatchObject({
      etag: `"${createHash('sha256').update(text).digest('hex')}"`,
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="journal-2026-08-v1.csv"',
    });
    const again = await send('GET', `exports/journal?period=${MONTH}`, keys.viewer, undefined, {
      'if-none-match': headers['etag'] ?? '',
    });
    expect(again).toMatchObject({ status: 304, text: '' });
  });

  it.each([
    ['exports/everything?period=2026-08', 404, 'not_found'],
    ['exports/costs/groups?period=2026-08', 400, 'invalid_request'],
    ['exports/costs/groups?period=2026-08&group_by=label:', 400, 'invalid_request'],
    ['exports/costs/groups?period=1999-01&group_by=tenant', 404, 'period_not_found'],
    ['exports/journal', 400, 'invalid_request'],
    ['exports/journal?year=2026', 400, 'invalid_request'],
    ['exports/retirements/next', 404, 'not_found'],
    ['exports/retirements/next/summary', 404, 'not_found'],
    ['exports/journal?period=2026-08&version=9', 404, 'period_not_found'],
    ['exports/journal?period=2026-09&version=1', 404, 'period_not_found'],
    ['exports/journal?period=1999-01', 404, 'period_not_found'],
  ])('say what a question lacks: %s', async (path, status, code) => {
    expect(await send('GET', path, keys.viewer)).toMatchObject({ status, body: { code } });
  });
};
