import type { INestApplicationContext } from '@nestjs/common';
import type { BreakType } from '../../src/domain/reconciliation/break-types.js';
import type { ServedGateway } from '../http/served-gateway.js';
import type { TestEngine } from '../support/engine.js';
import { launchEngine, newTenant } from '../support/launcher.js';

/** One that is allocated, how long ago that is to be, and what is found of it then. */
export interface PlantedPool {
  readonly id: string;
  readonly purchase: string;
  readonly days: number;
  readonly finds: readonly BreakType[];
}

/** None fits into what is left of those before. */
const POOLS = [
  { kg: [300, 700], days: 40, finds: [] },
  { kg: [450], days: 35, finds: [] },
  { kg: [600], days: 40, finds: ['pool_unallocated'] },
] as const satisfies readonly (Pick<PlantedPool, 'days' | 'finds'> & { readonly kg: readonly number[] })[];

/** Pools of which something is left, for too long and not yet, and one of which nothing is. */
export class PlantedPools {
  private constructor(
    private readonly gateway: ServedGateway,
    private readonly engine: TestEngine,
    private readonly app: INestApplicationContext,
  ) {}

  static async on(gateway: ServedGateway, engine: TestEngine): Promise<PlantedPools> {
    const pooling = {
      tenantId: await newTenant(gateway.app),
      beneficiary: 'Customers of Example Ltd',
      openMs: 3_600_000,
    };
    return new PlantedPools(gateway, engine, await launchEngine(gateway, { settings: { pooling } }));
  }

  stop(): Promise<void> {
    return this.app.close();
  }

  async make(): Promise<readonly PlantedPool[]> {
    const made: PlantedPool[] = [];
    for (const { kg, days, finds } of POOLS) {
      for (const each of kg)
        await this.engine.place(
          { provider: 'one_tribe', mayBePooled: true, grams: each * 1_000 },
          0,
          undefined,
          this.app,
        );
      made.push({ ...(await this.allocated()), days, finds });
    }
    return made;
  }

  private async allocated(): Promise<Pick<PlantedPool, 'id' | 'purchase'>> {
    await this.gateway.rows(`UPDATE pools SET closes_at = now() WHERE status = 'open'`);
    await this.gateway.rows(`UPDATE tasks SET run_at = now() WHERE kind = 'pool'`);
    await this.engine.runDue();
    const [pool] = await this.gateway.rows<{ id: string; purchase: string; bought: string }>(
      `SELECT p.id, o.id AS purchase, o.provider_order_id AS bought FROM pools p JOIN orders o ON o.id = p.order_id
       WHERE p.status = 'sealed'`,
    );
    if (!pool) throw new Error('the pool is not sealed');
    this.gateway.sandbox.oneTribe.advance(pool.bought, 'completed');
    await this.engine.makeDue(pool.purchase);
    await this.engine.runDue();
    return pool;
  }
}
