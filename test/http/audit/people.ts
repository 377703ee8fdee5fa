import { randomBytes } from 'node:crypto';
import { Decimal } from 'decimal.js';
import { LimitBuyer } from '../../../src/application/limits/limit-buyer.js';
import { BY_TESTER } from '../../support/launcher.js';
import type { AuditedGateway } from './audited-gateway.js';

const ANN = ['--operator', 'Ann Lee'];

/** What is done at the command line, and what was refused there. */
export const hasWhatPeopleDo = (at: AuditedGateway): void => {
  const { cli, list, recordedBy, place, cancel } = at;

  it('has what operators do to tenants and keys, and who they are', async () => {
    let tenant = '';
    const created = await recordedBy(async () => {
      ({ id: tenant } = await cli<{ id: string }>(
        'tenants',
        'create',
        'Jane Smith Ltd',
        '--account',
        'cnaught=sub-1',
        ...ANN,
      ));
    });
    const by = { operator: 'Ann Lee', outcome: 'applied', subject: tenant };
    expect(created).toEqual([{ ...by, act: 'tenant.create', after: { provider_accounts: { cnaught: 'sub-1' } } }]);

    const none = { order_grams: null, order_usd: null, month_usd: null };
    const limit = ['tenants', 'limit', tenant, ...ANN];
    expect(
      await recordedBy(async () => {
        await cli(...limit, '--order-tonnes', '0.5', '--month-usd', '250.50');
        await cli(...limit, '--order-tonnes', 'default');
      }),
    ).toEqual([
      { ...by, act: 'tenant.limit', before: none, after: { ...none, order_grams: 500_000, month_usd: '250.5' } },
      {
        ...by,
        act: 'tenant.limit',
        before: { ...none, order_grams: 500_000, month_usd: '250.5' },
        after: { ...none, month_usd: '250.5' },
      },
    ]);

    let key = '';
    const issued = await recordedBy(async () => {
      const made = ['--name', 'of Jane', '--scopes', 'orders:read', '--expires', '2099-01-31', ...ANN];
      ({ key } = await cli<{ key: string }>('keys', 'create', tenant, ...made));
    });
    const ofKey = { ...by, subject: key.split('_')[2] ?? '' };
    const after = { tenant_id: tenant, scopes: ['orders:read'], expires_at: '2099-01-31T00:00:00.000Z' };
    expect(issued).toEqual([{ ...ofKey, act: 'key.create', after }]);
    expect(
      await recordedBy(async () => {
        await cli('keys', 'limit', ofKey.subject, '--order-usd', '5', ...ANN);
        await cli('keys', 'revoke', ofKey.subject, ...ANN);
        await cli('tenants', 'revoke', tenant, ...ANN);
      }),
    ).toEqual([
      { ...ofKey, act: 'key.limit', before: none, after: { ...none, order_usd: '5' } },
      { ...ofKey, act: 'key.revoke' },
      { ...by, act: 'tenant.revoke' },
    ]);
  });

  it('has what operators were refused, and of what they typed only what has the shape of an id', async () => {
    const [tenant, key] = [`ten_${'0'.repeat(26)}`, '0123456789abcdef'];
    const refused = { operator: 'Ann Lee', outcome: 'refused', problem_code: 'not_found' };
    expect(
      await recordedBy(async () => {
        for (const command of [
          ['tenants', 'revoke', tenant],
          ['keys', 'revoke', key],
          ['keys', 'create', tenant],
          ['tenants', 'limit', 'jane@example.com', '--month-usd', '1'],
          ['keys', 'limit', 'jane', '--month-usd', '1'],
        ])
          await expect(cli(...command, ...ANN)).rejects.toThrow('no such');
      }),
    ).toEqual([
      { ...refused, act: 'tenant.revoke', subject: tenant },
      { ...refused, act: 'key.revoke', subject: key },
      { ...refused, act: 'key.create', subject: tenant },
      { ...refused, act: 'tenant.limit' },
      { ...refused, act: 'key.limit' },
    ]);
  });

  it('has every change of limits as it was made, whoever else makes one at the same time', async () => {
    const tenant = await at.gateway.newTenant();
    await Promise.all(
      [1, 2, 3, 4].map((usd) =>
        at.gateway.app.get(LimitBuyer).run('tenant', tenant, { monthUsd: new Decimal(usd) }, BY_TESTER),
      ),
    );
    const rows = await list('--subject', tenant, '--act', 'tenant.limit');
    expect(rows).toHaveLength(4);
    for (const [nth, { before }] of rows.entries())
      expect(before).toEqual(rows[nth - 1]?.after ?? { order_grams: null, order_usd: null, month_usd: null });
  });

  it('has the erasures and what was not erased, and nothing of the person', async () => {
    const mark = `mark${randomBytes(6).toString('hex')}`;
    const { id, provider_order_id: purchase } = await place(
      {
        beneficiary: { name: mark, email: `${mark}@example.com` },
      },
      `for-${mark}`,
    );
    const erase = (...reason: string[]) =>
      cli<{ erasures: string[] }>('privacy', 'erase', `${mark}@example.com`, '--reason', ...reason, ...ANN);
    const row = { operator: 'Ann Lee', act: 'personal_data.erase' };
    expect(await recordedBy(() => erase('case 17'))).toEqual([
      { ...row, subject: id, outcome: 'refused', problem_code: 'open' },
    ]);
    at.gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
    await at.gateway.post(`/v1/orders/${id}/refresh`).expect(200);
    await cancel(id, `from-${mark}`).expect(409);
    expect(await recordedBy(() => expect(erase(`for ${mark}`)).rejects.toThrow('names the person'))).toEqual([
      { ...row, outcome: 'refused', problem_code: 'names_person' },
    ]);
    let erasures: string[] = [];
    expect(
      await recordedBy(async () => {
        ({ erasures } = await erase('case 17'));
      }),
    ).toEqual([{ ...row, subject: erasures[0], outcome: 'applied', after: { chosen_by: 'email' }, reason: 'case 17' }]);
    expect(await recordedBy(() => expect(erase('case 17')).rejects.toThrow('stands in no order'))).toEqual([
      { ...row, outcome: 'refused', problem_code: 'not_found' },
    ]);
    const everything = await at.gateway.rows<{ text: string }>('SELECT a::text AS text FROM audit_log a');
    expect(everything.filter(({ text }) => text.includes(mark))).toEqual([]);
  });
};
