import { RefreshOrder } from '../../src/application/orders/refresh-order.js';
import type { ServedGateway } from '../http/served-gateway.js';
import { fillPool } from '../support/fill-pool.js';
import { TestEngine } from '../support/engine.js';
import { BY_TESTER, launchEngine } from '../support/launcher.js';
import { LONG, RIGHT_TO_LEFT } from './staffed-gateway.js';

const DAY = 86_400_000;

/** A pool in every state, of hard names: of one member that leaves something, of two, of nobody, and of 10,000. @returns ids */
export const fillPools = async (
  gateway: ServedGateway,
): Promise<Readonly<Record<'allocated' | 'sealed' | 'dissolved' | 'open' | 'member' | 'purchase', string>>> => {
  const pooling = { tenantId: await gateway.newTenant(), beneficiary: `${LONG} ${RIGHT_TO_LEFT}`, openMs: 7 * DAY };
  const engine = await TestEngine.within(gateway, await launchEngine(gateway, { settings: { pooling } }));
  try {
    const join = (kg: number) => engine.place({ provider: 'one_tribe', mayBePooled: true, grams: kg * 1_000 }, 0);
    const attend = async (): Promise<void> => {
      await gateway.rows(`UPDATE tasks SET run_at = now() WHERE kind = 'pool' OR subject_id IN (
        SELECT id FROM orders WHERE pool_role = 'purchase')`);
      await engine.runDue();
    };
    const newest = async (): Promise<{ id: string; order_id: string; bought: string }> => {
      const [pool] = await gateway.rows<{ id: string; order_id: string; bought: string }>(
        `SELECT p.id, p.order_id, o.provider_order_id AS bought FROM pools p LEFT JOIN orders o ON o.id = p.order_id
         ORDER BY p.id DESC LIMIT 1`,
      );
      if (!pool) throw new Error('there is no pool');
      return pool;
    };
    const close = async (): Promise<void> => {
      await gateway.rows(`UPDATE pools SET closes_at = date_trunc('milliseconds', now()) WHERE status = 'open'`);
      await attend();
    };
    const member = await join(1_234.567);
    await close();
    const allocated = await newest();
    gateway.sandbox.oneTribe.advance(allocated.bought, 'retired');
    await engine.app.get(RefreshOrder).run(allocated.order_id, 'all_tenants', BY_TESTER);
    await attend();
    await engine.cancel((await join(300)).id);
    await close();
    const dissolved = await newest();
    // Neither fits into what is left of the first.
    for (const kg of [900, 1_050]) await join(kg);
    await attend();
    const sealed = await newest();
    await fillPool(gateway, (await join(500)).id, 10_000);
    const open = await newest();
    await gateway.rows(
      `BEGIN; SET LOCAL session_replication_role = replica;
       UPDATE pools SET offering_name = CASE WHEN id < '${sealed.id}' THEN '${LONG}' ELSE '${RIGHT_TO_LEFT}' END; COMMIT`,
    );
    return {
      allocated: allocated.id,
      purchase: allocated.order_id,
      member: member.id,
      dissolved: dissolved.id,
      sealed: sealed.id,
      open: open.id,
    };
  } finally {
    await engine.app.close();
  }
};
