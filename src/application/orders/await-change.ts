import { Injectable } from '@nestjs/common';
import type { Order } from '../../domain/orders/order.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { FeedWatch, type Patience } from '../events/feed-watch.js';
import { FindOrder } from './find-order.js';

/** Reads an order, and waits while it is still as its caller knows it. */
@Injectable()
export class AwaitChange {
  constructor(
    private readonly find: FindOrder,
    private readonly watch: FeedWatch,
  ) {}

  /** @returns the order, changed or not. Throws `order_not_found`. */
  async run(id: string, scope: TenantScope, isKnown: (order: Order) => boolean, patience: Patience): Promise<Order> {
    let latest: Order | null = null;
    const read = async (): Promise<Order | null> => {
      latest = await this.find.run(id, scope);
      return isKnown(latest) ? null : latest;
    };
    const changed = await this.watch.untilFound(read, ({ position }) => position.subject === id, patience);
    return changed ?? latest ?? this.find.run(id, scope);
  }
}
