import type { Example } from '../../openapi/api-responses.decorator.js';
import type { PoolMemberResponse, PoolResponse } from './pool.response.js';

export const OPEN_POOL: Example<PoolResponse> = {
  id: 'pool_01m8d3x4n2e0qv5t7k9h1c6b8a',
  status: 'open',
  tenant_id: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4',
  provider: 'one_tribe',
  offering_name: 'High Moor Peatland',
  beneficiary: 'Customers of Example Ltd',
  members: 2,
  mass: { value: '750', unit: 'kg', grams: 750_000 },
  step: { value: '1', unit: 't', grams: 1_000_000 },
  purchase: null,
  left: null,
  created_at: '2026-11-26T10:42:17.737Z',
  closes_at: '2026-12-03T10:42:17.737Z',
  sealed_at: null,
  ended_at: null,
};

export const ALLOCATED_POOL: Example<PoolResponse> = {
  ...OPEN_POOL,
  id: 'pool_01jd4v2m0gf5c8q7k3x9w1z2r4',
  status: 'allocated',
  members: 3,
  mass: { value: '980', unit: 'kg', grams: 980_000 },
  purchase: { order_id: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf', mass: { value: '1', unit: 't', grams: 1_000_000 } },
  left: { mass: { value: '20', unit: 'kg', grams: 20_000 }, net: { amount: '0.36', currency: 'GBP' } },
  sealed_at: '2026-11-28T08:15:00.120Z',
  ended_at: '2026-11-30T16:03:41.004Z',
};

export const POOL_MEMBER: Example<PoolMemberResponse> = {
  order_id: 'ord_01m8bq7d2ke0v9xk4r0gq6e7aa',
  tenant_id: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4',
  status: 'completed',
  mass: { value: '300', unit: 'kg', grams: 300_000 },
  net: { amount: '5.40', currency: 'GBP' },
};
