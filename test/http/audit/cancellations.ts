import { randomUUID } from 'node:crypto';
import { REFUSALS_PER_KEY } from '../../../src/application/audit/record-refusal.js';
import { AuditRepository } from '../../../src/persistence/audit/audit.repository.js';
import { SMALL_ORDER } from '../served-gateway.js';
import type { AuditedGateway } from './audited-gateway.js';

/** One act of keys, from every side. */
export const hasCancellations = (at: AuditedGateway): void => {
  const { recordedBy, place, cancel } = at;

  describe('of a cancellation', () => {
    const rowOf = (id: string, requestId: string) => ({
      key_id: at.keyId,
      request_id: requestId,
      act: 'order.cancel',
      subject: id,
    });

    it('that needs no provider has one row, written with it', async () => {
      const body = { ...SMALL_ORDER, if_paused: 'wait' };
      await at.gateway.rows(`INSERT INTO provider_health (provider, operation_class, pause_reason, paused_at, probe_at)
        VALUES ('cnaught', 'purchases', 'unavailable', now(), now() + interval '1 hour')
        ON CONFLICT (provider, operation_class) DO UPDATE SET pause_reason = 'unavailable', paused_at = now(),
          probe_at = EXCLUDED.probe_at`);
      const { id } = (await at.gateway.order(body).set('prefer', 'respond-async').expect(202)).body as { id: string };
      await at.gateway.rows('UPDATE provider_health SET pause_reason = NULL, paused_at = NULL, probe_at = NULL');
      const requestId = randomUUID();
      expect(await recordedBy(() => cancel(id, requestId).expect(200))).toEqual([
        { ...rowOf(id, requestId), outcome: 'applied', before: { status: 'created' }, after: { status: 'cancelled' } },
      ]);
    });

    it('at a provider has one from before it was asked, and one of what came of it; a repeat adds none', async () => {
      const { id } = await place();
      const [requestId, key] = [randomUUID(), randomUUID()];
      const send = () => cancel(id, requestId, at.gateway.key, key).expect(200);
      const row = { ...rowOf(id, requestId), before: { status: 'placed' } };
      expect(await recordedBy(send)).toEqual([
        { ...row, outcome: 'begun', after: { status: 'placed' } },
        { ...row, outcome: 'applied', after: { status: 'cancelled' } },
      ]);
      expect(await recordedBy(send)).toEqual([]);
    });

    it('that is refused has one with the code of the problem', async () => {
      const { id, provider_order_id: purchase } = await place();
      at.gateway.sandbox.cnaught.advance(purchase, 'fulfilled');
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
        { key_id: at.keyId, request_id: requestId, act: 'order.cancel', ...refused },
      ]);
      const reader = await at.gateway.newKey(['orders:read']);
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
          await at.gateway.post(`/v1/orders/${id}/cancel`).expect(400);
          await at.gateway.anonymous.post(`/v1/orders/${id}/cancel`).expect(401);
          await at.gateway.get(`/v1/orders/${id}`).expect(200);
          await at.gateway.get(`/v1/orders/ord_${'0'.repeat(26)}`).expect(404);
          await at.gateway.post(`/v1/orders/${id}/refresh`).expect(200);
        }),
      ).toEqual([]);
    });

    it('is refused all the same where that cannot be recorded', async () => {
      const failing = jest
        .spyOn(at.gateway.app.get(AuditRepository), 'record')
        .mockRejectedValueOnce(new Error('gone'));
      const { body } = (await cancel(`ord_${'0'.repeat(26)}`).expect(404)) as { body: { code: string } };
      expect(body.code).toBe('order_not_found');
      expect(failing).toHaveBeenCalledTimes(1);
      failing.mockRestore();
    });

    it('is not carried out where it cannot be recorded', async () => {
      const { id } = await place();
      await at.gateway.rows('ALTER FUNCTION record_act(jsonb) RENAME TO record_act_gone');
      const { status } = await cancel(id);
      await at.gateway.rows('ALTER FUNCTION record_act_gone(jsonb) RENAME TO record_act');
      expect(status).toBeGreaterThanOrEqual(500);
      const { body } = (await at.gateway.get(`/v1/orders/${id}`)) as { body: { status: string } };
      expect(body.status).toBe('placed');
    });

    it('cannot be refused to one key so often that it fills the table', async () => {
      const key = await at.gateway.newKey([]);
      const recorded = await recordedBy(async () => {
        for (let sent = 0; sent < REFUSALS_PER_KEY + 5; sent++) await cancel('x', 'aa', key).expect(403);
      });
      expect(recorded).toHaveLength(REFUSALS_PER_KEY);
      const other = await at.gateway.newKey([]);
      expect(await recordedBy(() => cancel('x', 'aa', other).expect(403))).toHaveLength(1);
    });
  });
};
