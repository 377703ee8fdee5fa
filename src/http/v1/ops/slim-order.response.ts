import { REVIEW_REASONS } from '../../../domain/orders/review.js';
import { ORDER_STATUSES } from '../../../domain/orders/lifecycle.js';
import { PAYMENT_METHODS } from '../../../domain/providers/capabilities.js';
import { PropEnum, PropInteger, PropObject, PropText, PropTime } from '../../openapi/prop.js';
import { MassResponse } from '../../values/mass.response.js';
import { MoneyResponse } from '../../values/money.response.js';

/** As much of an order as a list of many shows. */
export class SlimOrderResponse {
  @PropText('Order id', { example: 'ord_01jd4v2m0gf5c8q7k3x9w1z2r4' }) id!: string;
  @PropText('Whose it is') tenant_id!: string;
  @PropEnum(ORDER_STATUSES, 'Where it stands') status!: string;
  @PropText('Why, as a code', { nullable: true, example: 'timed_out' }) status_reason!: string | null;
  @PropText('At which provider', { example: 'cnaught' }) provider!: string;
  @PropText("The provider's id of the purchase", { nullable: true }) provider_order_id!: string | null;
  @PropEnum(PAYMENT_METHODS, 'How it is paid') payment_method!: string;
  @PropObject(() => MassResponse, 'What was ordered') ordered_mass!: MassResponse;
  @PropObject(() => MoneyResponse, 'Its price, as far as it is known', { nullable: true }) total!: MoneyResponse | null;
  @PropText("The caller's own id for it", { nullable: true }) reference!: string | null;
  @PropEnum(Object.keys(REVIEW_REASONS), 'Why a person must look at it', { nullable: true })
  review_reason!: string | null;
  @PropTime('When it was accepted') created_at!: string;
  @PropTime('When it last changed') updated_at!: string;
  @PropInteger('Counts its changes') version!: number;
}
