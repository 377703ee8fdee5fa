import { newId } from '../../../src/persistence/database/new-id.js';
import type { MarkedOrders } from './marked-orders.js';

/** What becomes of addresses that may be one person's. */
export const goesFromCallbackAddresses = (at: MarkedOrders): void => {
  const { erase, newMark, untilEnded, small } = at;

  describe('in callback addresses', () => {
    /** As the dispatcher makes them, with an event that waits to be sent and one that told of the endpoint. */
    const endpointFor = async (url: string, ...orderIds: string[]): Promise<string> => {
      const id = newId('whe');
      await at.gateway.rows(
        `WITH e AS (INSERT INTO webhook_endpoints (id, tenant_id, url, types, origin) VALUES ($1, $2, $3, '{}', 'order'))
         INSERT INTO webhook_endpoint_events (id, endpoint_id, tenant_id, sequence, type, state)
         SELECT 'evt_' || $1, $1, $2, 2, 'webhook_endpoint.disabled', jsonb_build_object('id', $1, 'url', $3)`,
        [id, at.gateway.tenantId, url],
      );
      await at.gateway.rows(
        `INSERT INTO webhook_deliveries (id, endpoint_id, tenant_id, event_id, order_id)
         SELECT 'dlv_' || $1 || o, $1, $2, 'evt_' || o, o FROM unnest($3::text[]) AS o`,
        [id, at.gateway.tenantId, orderIds],
      );
      return id;
    };
    const left = (id: string) =>
      at.gateway.rows(
        `SELECT e.url, e.deleted_at IS NOT NULL AS deleted, v.state ->> 'url' AS told,
                (SELECT jsonb_agg(d.state) FROM webhook_deliveries d WHERE d.endpoint_id = e.id) AS deliveries
         FROM webhook_endpoints e JOIN webhook_endpoint_events v ON v.endpoint_id = e.id WHERE e.id = $1`,
        [id],
      );

    it('goes where the address was one order’s alone, with what waits to be sent there', async () => {
      const url = 'https://shop.example/hook?customer=4711';
      const { id } = await small(newMark(), { callback_url: url });
      const endpoint = await endpointFor(url, id);
      await untilEnded(id);
      await erase(id);
      expect(await left(endpoint)).toEqual([{ url: 'erased', deleted: true, told: 'erased', deliveries: ['dead'] }]);
    });

    it('stays where other orders have the address, unless it names the person', async () => {
      const [one, other] = [newMark(), newMark()];
      const shared = 'https://shop.example/shared';
      const { id } = await small(one, { callback_url: shared });
      const { id: otherId } = await small(other, { callback_url: shared });
      const endpoint = await endpointFor(shared, id, otherId);
      await untilEnded(id);
      await erase(id);
      expect(await left(endpoint)).toEqual([
        { url: shared, deleted: false, told: shared, deliveries: ['pending', 'pending'] },
      ]);

      const naming = `https://shop.example/hook?who=${other}`;
      const named = await endpointFor(naming, otherId, `${id}x`);
      await at.gateway.rows('UPDATE orders SET webhook_url = $2 WHERE id = $1', [otherId, naming]);
      await untilEnded(otherId);
      await erase(otherId);
      expect(await left(named)).toEqual([
        { url: 'erased', deleted: true, told: 'erased', deliveries: ['dead', 'dead'] },
      ]);
    });

    it('is the one thing that may change in what was told of an endpoint', async () => {
      const id = await endpointFor('https://shop.example/told');
      for (const sql of [
        `UPDATE webhook_endpoint_events SET state = state || '{"url": "erased"}' WHERE endpoint_id = $1`,
        `UPDATE webhook_endpoint_events SET type = type WHERE endpoint_id = $1`,
        'DELETE FROM webhook_endpoint_events WHERE endpoint_id = $1',
      ])
        await expect(at.gateway.rows(sql, [id])).rejects.toThrow('append-only');
    });
  });
};
