import { Injectable } from '@nestjs/common';
import {
  ErasuresRepository,
  type ErasedOrder,
  type ErasureOutcome,
} from '../../persistence/privacy/erasures.repository.js';
import { OrderSettings } from '../orders/order-settings.js';
import { FindPersonalData } from './find-personal-data.js';

export type ErasureTarget = { readonly orderId: string } | { readonly email: string; readonly tenantId: string | null };

export type NotErased = Exclude<ErasureOutcome, 'erased'>;

/** Orders of one transaction, and of one row that says who had them erased and why. */
const ORDERS = 20;

/** Erases the personal data of an order, or of all orders in which an email address stands. */
@Injectable()
export class ErasePersonalData {
  constructor(
    private readonly erasures: ErasuresRepository,
    private readonly find: FindPersonalData,
    private readonly settings: OrderSettings,
  ) {}

  /** What became of each order. Throws ReasonNamesPersonError. */
  async run(
    target: ErasureTarget,
    { operator, reason }: { readonly operator: string; readonly reason: string },
  ): Promise<{ readonly erasures: readonly string[]; readonly orders: readonly ErasedOrder[] }> {
    const isOne = 'orderId' in target;
    const ids = isOne
      ? [target.orderId]
      : (await this.find.run(target.email, target.tenantId)).map(({ orderId }) => orderId);
    const erasure = {
      operator,
      reason,
      chosenBy: isOne ? 'order' : 'email',
      names: isOne ? [] : [target.email],
      duplicateWindowMs: this.settings.duplicateWindowMs,
    } as const;
    const erasures: string[] = [];
    const orders: ErasedOrder[] = [];
    for (let from = 0; from < ids.length; from += ORDERS) {
      const erased = await this.erasures.erase(ids.slice(from, from + ORDERS), erasure);
      orders.push(...erased.orders);
      if (erased.orders.some(({ outcome }) => outcome === 'erased')) erasures.push(erased.id);
    }
    return { erasures, orders };
  }
}
