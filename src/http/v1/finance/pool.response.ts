import { POOL_STATUS_NAMES, type PoolStatus } from '../../../domain/pools/order-pool.js';
import type { OrderStatus } from '../../../domain/orders/lifecycle.js';
import { PropCode, PropEnum, PropInteger, PropList, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { MassResponse } from '../../values/mass.response.js';
import { MoneyResponse } from '../../values/money.response.js';

export class PoolBoughtResponse {
  @PropText('The order that it has placed, on behalf of the house', { example: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf' })
  order_id!: string;
  @PropObject(() => MassResponse, 'How much') mass!: MassResponse;
}

export class PoolLeftResponse {
  @PropObject(() => MassResponse, 'How much; null for nothing', { nullable: true }) mass!: MassResponse | null;
  @PropObject(() => MoneyResponse, 'What that has cost, without tax') net!: MoneyResponse;
}

export class PoolResponse {
  @PropText('Pool id', { example: 'pool_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropEnum(POOL_STATUS_NAMES, 'How far it is') status!: PoolStatus;
  @PropText('The house: the tenant on whose behalf it buys', { example: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' })
  tenant_id!: string;
  @PropText('Provider id', { example: 'one_tribe' }) provider!: string;
  @PropText('Name of what it buys', { example: 'High Moor Peatland' }) offering_name!: string;
  @PropText('What the registry shows as beneficiary', { example: 'Customers of Example Ltd' }) beneficiary!: string;
  @PropInteger('Orders that are in it', { example: 3 }) members!: number;
  @PropObject(() => MassResponse, 'What they have ordered together; null for nothing', { nullable: true })
  mass!: MassResponse | null;
  @PropObject(() => MassResponse, 'What is bought is a whole multiple of it') step!: MassResponse;
  @PropObject(() => PoolBoughtResponse, 'What it has bought; null before it is sealed', { nullable: true })
  purchase!: PoolBoughtResponse | null;
  @PropObject(() => PoolLeftResponse, 'What no member has of that; null before it is allocated', { nullable: true })
  left!: PoolLeftResponse | null;
  @PropTime('When it was opened') created_at!: string;
  @PropTime('When it is sealed at the latest') closes_at!: string;
  @PropTime('When it was sealed', { nullable: true }) sealed_at!: string | null;
  @PropTime('When it was allocated, or dissolved', { nullable: true }) ended_at!: string | null;
}

export class PoolListResponse {
  @PropList(() => PoolResponse, 'Newest first') data!: PoolResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}

export class PoolMemberResponse {
  @PropText('The order', { example: 'ord_01m8bq5vg8fvg8x6ezhdxz8fdf' }) order_id!: string;
  @PropText('Whose', { example: 'ten_01jd4v2m0gf5c8q7k3x9w1z2r4' }) tenant_id!: string;
  @PropCode('OrderStatus', 'Where it is in its lifecycle') status!: OrderStatus;
  @PropObject(() => MassResponse, 'What it has ordered, and has or will have of the purchase') mass!: MassResponse;
  @PropObject(() => MoneyResponse, 'What that has cost, without tax; null before it is allocated', { nullable: true })
  net!: MoneyResponse | null;
}

export class PoolMemberListResponse {
  @PropList(() => PoolMemberResponse, 'By order id') data!: PoolMemberResponse[];
  @PropText('For `cursor`, null on the last page', { nullable: true }) next_cursor!: string | null;
}
