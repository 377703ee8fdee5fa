import type { Order } from '../../../domain/orders/order.js';
import { presentMass } from '../../values/mass.presenter.js';
import { presentMoney } from '../../values/money.presenter.js';
import { presentTime } from '../../values/time.presenter.js';
import type { SlimOrderResponse } from './slim-order.response.js';

export const presentSlim = (order: Order): SlimOrderResponse => ({
  id: order.id,
  tenant_id: order.tenantId,
  status: order.status,
  status_reason: order.statusReason,
  provider: order.provider,
  provider_order_id: order.providerOrderId,
  payment_method: order.paymentMethod,
  ordered_mass: presentMass(order.orderedMass),
  total: order.price && presentMoney(order.price.total),
  reference: order.reference,
  review_reason: order.review?.reason ?? null,
  created_at: presentTime(order.createdAt),
  updated_at: presentTime(order.updatedAt),
  version: order.version,
});
