import { massRuleOf, type Seller } from '../catalog/limits.js';
import type { Offering } from '../catalog/offering.js';
import { grams, type Grams } from '../mass.js';
import type { OrderStatus } from '../orders/lifecycle.js';
import type { ProviderId } from '../providers/calls.js';
import type { PoolStatus } from './order-pool.js';

/** What is to be done about a pool is decided on this. Its members do not change any more once it is sealed. */
export interface Pool {
  readonly id: string;
  /** The house: on whose behalf it is bought. */
  readonly tenantId: string;
  /** What the registry shows. */
  readonly beneficiary: string;
  /** The account of the house at the provider. */
  readonly providerAccount: string | null;
  readonly provider: ProviderId;
  readonly providerOfferingId: string;
  readonly offeringName: string;
  /** What is bought is a whole multiple of it. */
  readonly step: Grams;
  readonly status: PoolStatus;
  /** Grams of its members together; 0 for none. */
  readonly sum: number;
  readonly members: number;
  readonly closesAt: Date;
  /** For how long it was to be open. */
  readonly openMs: number;
  /** How its purchase stands; null before it is sealed. */
  readonly purchase: OrderStatus | null;
  readonly version: number;
}

/** A pool as the first of its members opens it. */
export type NewPool = Pick<Pool, 'tenantId' | 'beneficiary' | 'step' | 'openMs'>;

/** From a step of one kilogram on, orders are small enough without a pool. */
const FINE_STEP = grams(1_000);

/**
 * The step of what a pool of this offering buys; null where it has none. Pools are for what is sold on account in coarse
 * steps. An offering that is sold from more than one step on has none: then what is bought in vain would have no bound.
 */
export const poolStepOf = ({ capabilities }: Seller, offering: Offering): Grams | null => {
  const { step, minimum } = massRuleOf(offering, capabilities);
  const isOnAccount = capabilities.paymentMethods.includes('account') && offering.paymentMethods.includes('account');
  return isOnAccount && step > FINE_STEP && minimum <= step ? step : null;
};

export type PoolStep =
  | { readonly do: 'wait'; readonly until: Date | null }
  /** Nobody is in it. */
  | { readonly do: 'dissolve' }
  | { readonly do: 'seal'; readonly mass: Grams }
  | { readonly do: 'allocate' }
  /** Its purchase has come to nothing: its members go to the next pool. */
  | { readonly do: 'return' }
  | { readonly do: 'complete' }
  | { readonly do: 'end' };

/** A pool is full where it leaves at most one part of so many of what it buys to nobody: 5 %. */
const PARTS = 20;

/** What comes next for a pool. What it waits for without a time wakes it. */
export const poolStep = (pool: Pool, now: Date): PoolStep => {
  const { status, purchase } = pool;
  switch (status) {
    case 'open':
      return openStep(pool, now);
    case 'sealed':
      if (purchase === 'retired' || purchase === 'completed') return { do: 'allocate' };
      return purchase === 'cancelled' || purchase === 'failed' ? { do: 'return' } : { do: 'wait', until: null };
    case 'allocated':
      return purchase === 'completed' ? { do: 'complete' } : { do: 'wait', until: null };
    case 'dissolved':
      return { do: 'end' };
  }
};

const openStep = ({ members, sum, step, closesAt }: Pool, now: Date): PoolStep => {
  const isOver = now >= closesAt;
  if (members === 0) return isOver ? { do: 'dissolve' } : { do: 'wait', until: closesAt };
  const mass = Math.ceil(sum / step) * step;
  const isFull = sum >= step && (mass - sum) * PARTS <= mass;
  return isFull || isOver ? { do: 'seal', mass: grams(mass) } : { do: 'wait', until: closesAt };
};
