import { randomBytes, randomUUID } from 'node:crypto';
import { Decimal } from 'decimal.js';
import { REFUSALS_PER_KEY } from '../../src/application/audit/record-refusal.js';
import { LimitBuyer } from '../../src/application/limits/limit-buyer.js';
import { RecordRefusal } from '../../src/application/audit/record-refusal.js';
import { ACTS, type ActType } from '../../src/domain/audit/acts.js';
import { AuditRepository } from '../../src/persistence/audit/audit.repository.js';
import { runCommand } from '../support/command-line.js';
import { BY_TESTER, flag } from '../support/launcher.js';
import { ServedGateway, SMALL_ORDER } from './served-gateway.js';

interface Row {
  readonly number: number;
  readonly act: ActType;
  readonly subject?: string;
  readonly before?: object;
  readonly after?: object;
  readonly outcome: string;
}

const ANN = ['--operator', 'Ann Lee'];

describe('the audit', () => {
  let gateway: ServedGateway;
  let keyId: string;
  beforeAll(async () => {
    gateway = await ServedGateway.start();
    keyId = gateway.key.split('_')[2] ?? '';
  });
  afterAll(() => gateway.stop());

  const cli = async <Printed>(...args: string[]): Promise<Printed> =>
    (await runCommand<Printed>(gateway.database.applicationUrl, ...args)).printed;
  const list = (...filter: string[]) => cli<Row[]>('audit', 'list', ...filter);
  const recordedAfter = async (number: number): Promise<Record<string, unknown>[]> => {
    const rows = await gateway.rows('SELECT * FROM audit_log WHERE number > $1 ORDER BY number', [number]);
    return rows.map((row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  };
  /** What was recorded while something was done, without what differs from run to run. */
  const recordedBy = async (does: () => Promise<unknown>): Promise<object[]> => {
    const before = (await recordedAfter(0)).length;
    await does();
    return (await recordedAfter(before)).map((row) => {
      const { number: _, id, at, hash: __, ...rest } = row;
      expect([id, at]).toEqual([expect.stringMatching(/^aud_/), expect.any(Date)]);
      return rest;
    });
  };
  const place = async (
    more: object = {},
    requestId: string = randomUUID(),
  ): Promise<{ id: string; provider_order_id: string }> =>
    (
      await gateway
        .order({ ...SMALL_ORDER, ...more })
        .set('x-request-id', requestId)
        .expect(201)
    ).body as { id: string; provider_order_id: string };
  const cancel = (
    id: string,
    requestId: string = randomUUID(),
    key = gateway.key,
    idempotencyKey: string = randomUUID(),
  ) =>
    gateway.post(`/v1/orders/${id}/cancel`, key).set({ 'idempotency-key': idempotencyKey, 'x-request-id': requestId });

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
    const tenant = await gateway.newTenant();
    await Promise.all(
      [1, 2, 3, 4].map((usd) =>
        gateway.app.get(LimitBuyer).run('tenant', tenant, { monthUsd: new Decimal(usd) }, BY_TESTER),
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
    gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
    await gateway.post(`/v1/orders/${id}/refresh`).expect(200);
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
    const everything = await gateway.rows<{ text: string }>('SELECT a::text AS text FROM audit_log a');
    expect(everything.filter(({ text }) => text.includes(mark))).toEqual([]);
  });

  describe('of a cancellation', () => {
    const rowOf = (id: string, requestId: string) => ({
      key_id: keyId,
      request_id: requestId,
      act: 'order.cancel',
      subject: id,
    });

    it('that needs no provider has one row, written with it', async () => {
      const body = { ...SMALL_ORDER, if_paused: 'wait' };
      await gateway.rows(`INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
        VALUES ('cnaught', 'purchases', 'unavailable', now(), now() + interval '1 hour')
        ON CONFLICT (provider, operation_class) DO UPDATE SET pause_reason = 'unavailable', paused_at = now(),
          probe_at = EXCLUDED.probe_at`);
      const { id } = (await gateway.order(body).set('prefer', 'respond-async').expect(202)).body as { id: string };
      await gateway.rows('UPDATE provider_health SET pause_reason = NULL, paused_at = NULL, probe_at = NULL');
      const requestId = randomUUID();
      expect(await recordedBy(() => cancel(id, requestId).expect(200))).toEqual([
        { ...rowOf(id, requestId), outcome: 'applied', before: { status: 'created' }, after: { status: 'cancelled' } },
      ]);
    });

    it('at a provider has one from before it was asked, and one of what came of it; a repeat adds none', async () => {
      const { id } = await place();
      const [requestId, key] = [randomUUID(), randomUUID()];
      const send = () => cancel(id, requestId, gateway.key, key).expect(200);
      const row = { ...rowOf(id, requestId), before: { status: 'placed' } };
      expect(await recordedBy(send)).toEqual([
        { ...row, outcome: 'begun', after: { status: 'placed' } },
        { ...row, outcome: 'applied', after: { status: 'cancelled' } },
      ]);
      expect(await recordedBy(send)).toEqual([]);
    });

    it('that is refused has one with the code of the problem', async () => {
      const { id, provider_order_id: purchase } = await place();
      gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
      const requestId = randomUUID();
      const code = 'order_not_cancellable';
      expect(await recordedBy(() => cancel(id, requestId).expect(409))).toEqual([
        { ...rowOf(id, requestId), outcome: 'refused', problem_code: code },
      ]);
    });

    it('of an order that is not there, or by a key that may not, has one, and never what was made up as an id', async () => {
      const requestId = randomUUID();
      const nowhere = `ord_${'0'.repeat(26)}`;
      const refused = { outcome: 'refused', problem_code: 'order_not_found' };
      expect(
        await recordedBy(async () => {
          await cancel(nowhere, requestId).expect(404);
          await cancel('jane', requestId).expect(404);
        }),
      ).toEqual([
        { ...rowOf(nowhere, requestId), ...refused },
        { key_id: keyId, request_id: requestId, act: 'order.cancel', ...refused },
      ]);
      const reader = await gateway.newKey(['orders:read']);
      expect(await recordedBy(() => cancel(nowhere, requestId, reader).expect(403))).toEqual([
        {
          ...rowOf(nowhere, requestId),
          key_id: reader.split('_')[2],
          outcome: 'refused',
          problem_code: 'scope_missing',
        },
      ]);
    });

    it('has none of what is malformed, of strangers, and of reading', async () => {
      const { id } = await place();
      expect(
        await recordedBy(async () => {
          await gateway.post(`/v1/orders/${id}/cancel`).expect(400);
          await gateway.anonymous.post(`/v1/orders/${id}/cancel`).expect(401);
          await gateway.get(`/v1/orders/${id}`).expect(200);
          await gateway.get(`/v1/orders/ord_${'0'.repeat(26)}`).expect(404);
          await gateway.post(`/v1/orders/${id}/refresh`).expect(200);
        }),
      ).toEqual([]);
    });

    it('is refused all the same where that cannot be recorded', async () => {
      const failing = jest.spyOn(gateway.app.get(AuditRepository), 'record').mockRejectedValueOnce(new Error('gone'));
      const { body } = (await cancel(`ord_${'0'.repeat(26)}`).expect(404)) as { body: { code: string } };
      expect(body.code).toBe('order_not_found');
      expect(failing).toHaveBeenCalledTimes(1);
      failing.mockRestore();
    });

    it('is not carried out where it cannot be recorded', async () => {
      const { id } = await place();
      await gateway.rows('ALTER FUNCTION record_act(jsonb) RENAME TO record_act_gone');
      const { status } = await cancel(id);
      await gateway.rows('ALTER FUNCTION record_act_gone(jsonb) RENAME TO record_act');
      expect(status).toBeGreaterThanOrEqual(500);
      const { body } = (await gateway.get(`/v1/orders/${id}`)) as { body: { status: string } };
      expect(body.status).toBe('placed');
    });

    it('cannot be refused to one key so often that it fills the table', async () => {
      const key = await gateway.newKey([]);
      const recorded = await recordedBy(async () => {
        for (let sent = 0; sent < REFUSALS_PER_KEY + 5; sent++) await cancel('x', 'aa', key).expect(403);
      });
      expect(recorded).toHaveLength(REFUSALS_PER_KEY);
      const other = await gateway.newKey([]);
      expect(await recordedBy(() => cancel('x', 'aa', other).expect(403))).toHaveLength(1);
    });
  });

  it('has what keys do to webhook endpoints: of an address the host, and no secret', async () => {
    const key = await gateway.newKey(['webhooks:manage'], await gateway.newTenant());
    const by = { key_id: key.split('_')[2], request_id: 'abc' };
    const call = (method: 'post' | 'patch' | 'delete', path: string, body: object = {}, withKey = key) =>
      gateway.anonymous[method](path)
        .set({ authorization: `Bearer ${withKey}`, 'x-request-id': 'abc', 'idempotency-key': 'jane' })
        .send(method === 'delete' ? undefined : body);
    const mark = `mark${randomBytes(6).toString('hex')}`;
    const settings = { url: `http://127.0.0.1:9/${mark}?who=${mark}`, description: mark, types: ['order.failed'] };
    let id = '';
    const secrets: string[] = [];
    const rotated = async (path: string, body: object) => {
      const response = (await call('post', path, body).expect(200)) as { body: { secret: string } };
      secrets.push(response.body.secret);
    };
    const rows = await recordedBy(async () => {
      for (const _ of ['made', 'repeated'])
        ({ id } = (await call('post', '/v1/webhook-endpoints', settings).expect(201)).body as { id: string });
      await call('patch', `/v1/webhook-endpoints/${id}`, { enabled: false, types: [] }).expect(200);
      await call('patch', `/v1/webhook-endpoints/${id}`, { enabled: false }).expect(200);
      await rotated(`/v1/webhook-endpoints/${id}/rotate-secret`, { old_secret_expires_in_hours: 0 });
      await rotated('/v1/callback-secret/rotate', {});
      await call('delete', `/v1/webhook-endpoints/${id}`).expect(204);
      await call('delete', `/v1/webhook-endpoints/${id}`).expect(404);
    });
    const kept = { host: '127.0.0.1:9', types: ['order.failed'], is_enabled: true, version: 1 };
    const endpoint = { ...by, subject: id, outcome: 'applied' };
    expect(rows).toEqual([
      { ...endpoint, act: 'webhook_endpoint.create', after: kept },
      {
        ...endpoint,
        act: 'webhook_endpoint.update',
        before: kept,
        after: { ...kept, types: [], is_enabled: false, version: 2 },
      },
      { ...endpoint, act: 'webhook_endpoint.rotate_secret', after: { old_until: null } },
      {
        ...endpoint,
        act: 'callback_secret.rotate',
        subject: expect.stringMatching(/^ten_/),
        after: { old_until: null },
      },
      { ...endpoint, act: 'webhook_endpoint.delete' },
      { ...endpoint, act: 'webhook_endpoint.delete', outcome: 'refused', problem_code: 'webhook_endpoint_not_found' },
    ]);
    const reader = await gateway.newKey(['orders:read']);
    const refused = {
      key_id: reader.split('_')[2],
      request_id: 'abc',
      outcome: 'refused',
      problem_code: 'scope_missing',
    };
    expect(
      await recordedBy(async () => {
        await call('post', '/v1/webhook-endpoints', settings, reader).expect(403);
        await call('post', '/v1/callback-secret/rotate', {}, reader).expect(403);
      }),
    ).toEqual([
      { ...refused, act: 'webhook_endpoint.create' },
      { ...refused, act: 'callback_secret.rotate' },
    ]);
    const everything = await gateway.rows<{ text: string }>('SELECT a::text AS text FROM audit_log a');
    expect(everything.filter(({ text }) => [mark, ...secrets].some((canary) => text.includes(canary)))).toEqual([]);
  });

  it('has what was sent to an endpoint because its tenant asked for it', async () => {
    const key = await gateway.newKey(['webhooks:manage', 'orders:write'], await gateway.newTenant());
    const call = (path: string, body: object) => gateway.post(path, key).set('x-request-id', 'abc').send(body);
    await gateway.order(SMALL_ORDER, undefined, key).expect(201);
    const url = 'http://127.0.0.1:9/';
    const made = await call('/v1/webhook-endpoints', { url }).set('idempotency-key', 'k').expect(201);
    const { id } = made.body as { id: string };
    const window = { since: '2026-01-01T00:00:00.000Z', until: new Date(Date.now() + 60_000).toISOString() };
    const [order] = await gateway.rows<{ at: Date }>('SELECT max(created_at) AS at FROM orders');
    window.since = new Date((order?.at.getTime() ?? 0) - 60_000).toISOString();
    const replay = (more: object) =>
      call(`/v1/webhook-endpoints/${id}/replay`, { ...window, only: 'missing', ...more });
    let queued = 0;
    const rows = await recordedBy(async () => {
      await gateway.post(`/v1/webhook-endpoints/${id}/test`, key).set('x-request-id', 'abc').expect(200);
      await replay({ dry_run: true }).expect(200);
      ({ queued } = (await replay({}).expect(202)).body as { queued: number });
    });
    const by = { key_id: key.split('_')[2], request_id: 'abc', subject: id, outcome: 'applied' };
    const after = { ...window, only: 'missing', queued };
    expect(queued).toBeGreaterThan(0);
    expect(rows).toEqual([
      { ...by, act: 'webhook_endpoint.test' },
      { ...by, act: 'webhook_endpoint.replay', outcome: 'begun', after },
      { ...by, act: 'webhook_endpoint.replay', after },
    ]);
    const [delivery] = await gateway.rows<{ id: string }>('SELECT id FROM webhook_deliveries WHERE endpoint_id = $1', [
      id,
    ]);
    const nowhere = `dlv_${'0'.repeat(26)}`;
    expect(
      await recordedBy(async () => {
        await gateway.post(`/v1/webhook-deliveries/${delivery?.id}/replay`, key).set('x-request-id', 'abc').expect(202);
        await gateway.post(`/v1/webhook-deliveries/${nowhere}/replay`, key).set('x-request-id', 'abc').expect(404);
      }),
    ).toEqual([
      { ...by, act: 'webhook_delivery.replay', subject: delivery?.id },
      {
        ...by,
        act: 'webhook_delivery.replay',
        subject: nowhere,
        outcome: 'refused',
        problem_code: 'webhook_delivery_not_found',
      },
    ]);
  });

  it('lists by act, subject and time, and says no more of each than the table of acts does', async () => {
    const { id } = await place();
    await flag(gateway.app, id, 'vanished');
    const [before] = await gateway.rows<{ now: Date }>('SELECT clock_timestamp() AS now');
    await gateway.app
      .get(RecordRefusal)
      .run({ by: 'operator', name: 'Ann Lee' }, 'order.clear_review', id, 'not_found');
    await cancel(id).expect(200);
    const actsOf = async (...filter: string[]) => (await list('--subject', id, ...filter)).map(({ act }) => act);
    expect(await actsOf()).toEqual(['order.clear_review', 'order.cancel', 'order.cancel']);
    expect(await actsOf('--act', 'order.clear_review')).toEqual(['order.clear_review']);
    const time = before?.now.toISOString() ?? '';
    expect(await actsOf('--from', time)).toHaveLength(3);
    expect(await actsOf('--to', time)).toEqual([]);
    expect(await cli<Row[]>('audit', 'list', '--limit', '1')).toMatchObject([
      { act: 'order.cancel', outcome: 'applied' },
    ]);
    await expect(cli('audit', 'list', '--act', 'order.buy')).rejects.toThrow('Allowed choices');
    await expect(cli('audit', 'list', '--limit', '0')).rejects.toThrow('From 1 to 10000');

    for (const row of (await recordedAfter(0)) as unknown as Row[]) {
      const fields = Object.keys(ACTS[row.act].states);
      for (const state of [row.before, row.after])
        expect(fields).toEqual(expect.arrayContaining(Object.keys(state ?? {})));
    }
  });

  it('is verified by a command, which exits with 1 and names the row where it is broken', async () => {
    interface Verdict {
      readonly intact: boolean;
      readonly head: string;
      readonly rows: number;
    }
    const verify = (...args: string[]) =>
      runCommand<Verdict>(gateway.database.applicationUrl, 'audit', 'verify', ...args);
    const { printed: before, exitCode } = await verify();
    const [{ count, last }] = (await gateway.rows(
      `SELECT count(*)::int, to_char(max(at) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS last FROM audit_log`,
    )) as [{ count: number; last: string }];
    expect([before, exitCode]).toEqual([
      { intact: true, rows: count, up_to: last, head: expect.stringMatching(/^[0-9a-f]{64}$/) },
      0,
    ]);
    await gateway.newTenant();
    expect((await verify('--expect', before.head)).printed).toMatchObject({ intact: true, rows: count + 1 });
    await expect(verify('--expect', 'x')).rejects.toThrow('64 hexadecimal digits');
    const tamper = (sql: string) =>
      gateway.rows(`SET session_replication_role = replica; ${sql}; RESET session_replication_role`);
    await tamper(`DELETE FROM audit_log WHERE number = ${count + 1}`);
    await tamper(`DELETE FROM audit_log WHERE number = ${count}`);
    expect(await verify('--expect', before.head)).toMatchObject({
      exitCode: 1,
      printed: { intact: false, broken: { why: 'expected_is_missing' } },
    });
    await tamper(`UPDATE audit_log SET operator = 'Bob' WHERE number = 2`);
    expect(await verify()).toMatchObject({
      exitCode: 1,
      printed: { intact: false, rows: 1, broken: { number: '2', why: 'changed' } },
    });
  });
});
