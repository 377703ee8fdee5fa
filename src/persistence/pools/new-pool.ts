import type { Grams } from '../../domain/mass.js';
import { newId } from '../database/new-id.js';

/** A pool as the first of its members opens it. */
export interface NewPool {
  /** The house. */
  readonly tenantId: string;
  /** What the registry shows. */
  readonly beneficiary: string;
  readonly step: Grams;
  readonly openMs: number;
}

/** As `open_pool` takes it. */
export const newPoolJson = ({ tenantId, beneficiary, step, openMs }: NewPool): object => ({
  id: newId('pool'),
  tenant_id: tenantId,
  beneficiary,
  step_grams: step,
  open_ms: openMs,
});
