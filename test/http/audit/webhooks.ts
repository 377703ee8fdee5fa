import { randomBytes } from 'node:crypto';
import { SMALL_ORDER } from '../served-gateway.js';
import type { AuditedGateway } from './audited-gateway.js';

/** What keys do to webhook endpoints, and have sent to them. */
export const hasWhatIsDoneToWebhooks = (at: AuditedGateway): void => {
  const { recordedBy } = at;

  it('has what keys do to webhook endpoints: of an address the host, and no secret', async () => {
    const key = await at.gateway.newKey(['webhooks:manage'], await at.gateway.newTenant());
    const by = { key_id: key.split('_')[2], request_id: 'abc' };
    const call = (method: 'post' | 'patch' | 'delete', path: string, body: object = {}, withKey = key) =>
      at.gateway.anonymous[method](path)
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
    const reader = await at.gateway.newKey(['orders:read']);
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
    const everything = await at.gateway.rows<{ text: string }>('SELECT a::text AS text FROM audit_log a');
    expect(everything.filter(({ text }) => [mark, ...secrets].some((canary) => text.includes(canary)))).toEqual([]);
  });

  it('has what was sent to an endpoint because its tenant asked for it', async () => {
    const key = await at.gateway.newKey(['webhooks:manage', 'orders:write'], await at.gateway.newTenant());
    const call = (path: string, body: object) => at.gateway.post(path, key).set('x-request-id', 'abc').send(body);
    await at.gateway.order(SMALL_ORDER, undefined, key).expect(201);
    const url = 'http://127.0.0.1:9/';
    const made = await call('/v1/webhook-endpoints', { url }).set('idempotency-key', 'k').expect(201);
    const { id } = made.body as { id: string };
    const window = { since: '2026-01-01T00:00:00.000Z', until: new Date(Date.now() + 60_000).toISOString() };
    const [order] = await at.gateway.rows<{ at: Date }>('SELECT max(created_at) AS at FROM orders');
    window.since = new Date((order?.at.getTime() ?? 0) - 60_000).toISOString();
    const replay = (more: object) =>
      call(`/v1/webhook-endpoints/${id}/replay`, { ...window, only: 'missing', ...more });
    let queued = 0;
    const rows = await recordedBy(async () => {
      await at.gateway.post(`/v1/webhook-endpoints/${id}/test`, key).set('x-request-id', 'abc').expect(200);
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
    const [delivery] = await at.gateway.rows<{ id: string }>(
      'SELECT id FROM webhook_deliveries WHERE endpoint_id = $1',
      [id],
    );
    const nowhere = `dlv_${'0'.repeat(26)}`;
    expect(
      await recordedBy(async () => {
        await at.gateway
          .post(`/v1/webhook-deliveries/${delivery?.id}/replay`, key)
          .set('x-request-id', 'abc')
          .expect(202);
        await at.gateway.post(`/v1/webhook-deliveries/${nowhere}/replay`, key).set('x-request-id', 'abc').expect(404);
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
};
