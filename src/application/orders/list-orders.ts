import { Injectable } from '@nestjs/common';
import { AppError } from '../../domain/errors.js';
import type { Order } from '../../domain/orders/order.js';
import {
  OrdersRepository,
  type OrderFilter,
  type OrderPosition,
  type TenantScope,
} from '../../persistence/orders/orders.repository.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';

export type { OrderFilter, OrderPosition, TenantScope };

export interface OrderPage {
  readonly orders: readonly Order[];
  /** Where the next page begins; null if there is none. */
  readonly next: OrderPosition | null;
}

/** Orders, newest first. An order placed while a caller reads page after page is on the first page or on none. */
@Injectable()
export class ListOrders {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly providers: ProviderDirectory,
  ) {}

  async run(filter: OrderFilter, after: OrderPosition | null, limit: number): Promise<OrderPage> {
    if (filter.provider !== undefined && !this.providers.knows(filter.provider))
      throw new AppError('provider_not_enabled', 'There is no such provider; see GET /v1/providers.');
    const found = await this.orders.list(filter, after, limit + 1);
    const orders = found.slice(0, limit);
    const last = orders.at(-1);
    return { orders, next: last && found.length > limit ? { createdAt: last.createdAt, id: last.id } : null };
  }
}
