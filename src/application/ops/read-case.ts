import { Injectable } from '@nestjs/common';
import type { Order } from '../../domain/orders/order.js';
import { CaseworkRepository, type Note, type Owner } from '../../persistence/ops/casework.repository.js';
import { OrderDetailsRepository, type OrderDetails } from '../../persistence/ops/order-details.repository.js';
import { FindOrder } from '../orders/find-order.js';
import { LostOrders } from '../orders/lost-orders.js';

/** All are in the timeline. */
const NOTES = 20;

/** An order with all that an operator looks at before deciding on it. */
export interface Case {
  readonly order: Order;
  readonly details: OrderDetails;
  readonly owner: Owner | null;
  /** The latest, newest first. */
  readonly notes: readonly Note[];
}

@Injectable()
export class ReadCase {
  constructor(
    private readonly find: FindOrder,
    private readonly details: OrderDetailsRepository,
    private readonly casework: CaseworkRepository,
    private readonly lost: LostOrders,
  ) {}

  async run(orderId: string): Promise<Case> {
    const order = await this.find.run(orderId, 'all_tenants');
    const [details, owner, notes] = await Promise.all([
      this.details.find(orderId),
      this.casework.ownerOf(orderId),
      this.casework.notes(orderId, NOTES),
    ]);
    if (!details) throw this.lost.report(orderId, order);
    return { order, details, owner, notes };
  }
}
