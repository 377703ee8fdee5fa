import type { Grams } from '../../domain/mass.js';
import type { NewPool } from '../../domain/pools/pool.js';

/** Whether, and on whose behalf, small orders are bought together. */
export class PoolSettings {
  constructor(
    /** `beneficiary`: what the registry shows. Null: nothing is pooled that is not in a pool already. */
    readonly house: { readonly tenantId: string; readonly beneficiary: string; readonly openMs: number } | null,
  ) {}

  /** What is opened where no pool is open. */
  newPool(step: Grams): NewPool | null {
    return this.house && { ...this.house, step };
  }
}
