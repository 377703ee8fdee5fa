import { Injectable } from '@nestjs/common';
import { applied, limited } from '../../domain/audit/act.js';
import type { LimitHolder, PurchaseLimits } from '../../domain/limits/purchase-limits.js';
import type { Actor } from '../../domain/orders/cause.js';
import { TenantsRepository } from '../../persistence/access/tenants.repository.js';

/** Two people who change the same limits at once are rare; this many in a row are a bug. */
const MAX_TRIES = 10;

/** Changes what a tenant or a key may buy. */
@Injectable()
export class LimitBuyer {
  constructor(private readonly tenants: TenantsRepository) {}

  /** Limits that are left out stay; null takes one off. @returns false if there is no such tenant or key. */
  async run(holder: LimitHolder, id: string, changes: Partial<PurchaseLimits>, by: Actor): Promise<boolean> {
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const before = await this.tenants.limitsOf(holder, id);
      if (!before) return false;
      const after = { ...before, ...changes };
      const record = applied(by, limited(holder, id, before, after));
      if (await this.tenants.setLimits(holder, id, { before, after }, record)) return true;
    }
    throw new Error('the limits changed too often while a change of them was made');
  }
}
