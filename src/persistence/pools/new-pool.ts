import type { NewPool } from '../../domain/pools/pool.js';
import { newId } from '../database/new-id.js';

/** As `open_pool` takes it. */
export const newPoolJson = ({ tenantId, beneficiary, step, openMs }: NewPool): object => ({
  id: newId('pool'),
  tenant_id: tenantId,
  beneficiary,
  step_grams: step,
  open_ms: openMs,
});
