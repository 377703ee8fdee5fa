import { Injectable } from '@nestjs/common';
import { applied } from '../../domain/audit/act.js';
import { orderRefreshed } from '../../domain/audit/operator-acts.js';
import type { RequestActor } from '../../domain/orders/cause.js';
import type { Order } from '../../domain/orders/order.js';
import { AuditRepository } from '../../persistence/audit/audit.repository.js';
import { RefreshOrder } from '../orders/refresh-order.js';

/** Has the provider read now, by decision of a person. */
@Injectable()
export class RefreshCase {
  constructor(
    private readonly refresh: RefreshOrder,
    private readonly audit: AuditRepository,
  ) {}

  async run(orderId: string, by: RequestActor): Promise<Order> {
    const order = await this.refresh.run(orderId, 'all_tenants', by);
    await this.audit.record(applied(by, orderRefreshed(orderId)));
    return order;
  }
}
