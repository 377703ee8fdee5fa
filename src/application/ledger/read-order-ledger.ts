import { Injectable } from '@nestjs/common';
import { Balances } from '../../domain/ledger/balances.js';
import type { BookedTransfer } from '../../domain/ledger/transfer.js';
import { LedgerRepository } from '../../persistence/ledger/ledger.repository.js';
import type { TenantScope } from '../../persistence/orders/orders.repository.js';
import { FindOrder } from '../orders/find-order.js';

export interface OrderLedger {
  readonly balances: ReturnType<Balances['list']>;
  readonly transfers: readonly BookedTransfer[];
}

/** What the books have of one order. */
@Injectable()
export class ReadOrderLedger {
  constructor(
    private readonly find: FindOrder,
    private readonly ledger: LedgerRepository,
  ) {}

  /** Throws `order_not_found` for another tenant's order too. */
  async run(orderId: string, scope: TenantScope): Promise<OrderLedger> {
    const { id } = await this.find.run(orderId, scope);
    const transfers = await this.ledger.ofOrder(id);
    return { transfers, balances: Balances.of(transfers).list() };
  }
}
