import { grams } from '../../../domain/mass.js';
import type { PoolMember, PoolRecord } from '../../../domain/pools/pool-record.js';
import { presentMass } from '../../values/mass.presenter.js';
import type { MassResponse } from '../../values/mass.response.js';
import { presentMoney } from '../../values/money.presenter.js';
import { presentTime, presentTimeOrNull } from '../../values/time.presenter.js';
import type { PoolMemberResponse, PoolResponse } from './pool.response.js';

export const presentPool = ({ pool, purchase, left, createdAt, sealedAt, endedAt }: PoolRecord): PoolResponse => ({
  id: pool.id,
  status: pool.status,
  tenant_id: pool.tenantId,
  provider: pool.provider,
  offering_name: pool.offeringName,
  beneficiary: pool.beneficiary,
  members: pool.members,
  mass: massOrNull(pool.sum),
  step: presentMass(pool.step),
  purchase: purchase && { order_id: purchase.orderId, mass: presentMass(purchase.mass) },
  left: left && { mass: massOrNull(left.grams), net: presentMoney(left.net) },
  created_at: presentTime(createdAt),
  closes_at: presentTime(pool.closesAt),
  sealed_at: presentTimeOrNull(sealedAt),
  ended_at: presentTimeOrNull(endedAt),
});

export const presentPoolMember = ({ orderId, tenantId, status, mass, net }: PoolMember): PoolMemberResponse => ({
  order_id: orderId,
  tenant_id: tenantId,
  status,
  mass: presentMass(mass),
  net: net && presentMoney(net),
});

const massOrNull = (value: number): MassResponse | null => (value === 0 ? null : presentMass(grams(value)));
