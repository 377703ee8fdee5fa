import { Injectable } from '@nestjs/common';
import {
  ErasuresRepository,
  ReasonNamesPersonError,
  type ErasedOrder,
  type ErasureOutcome,
} from '../../persistence/privacy/erasures.repository.js';
import { OrderSettings } from '../orders/order-settings.js';
import { FindPersonalData } from './find-personal-data.js';

export { ReasonNamesPersonError };

export type ErasureTarget = { readonly orderId: string } | { readonly email: string; readonly tenantId: string | null };

/** Why an order was left as it is. */
export const NOT_ERASED: Readonly<Record<Exclude<ErasureOutcome, 'erased'>, string>> = {
  erased_before: 'its personal data was erased before',
  not_found: 'there is no such order',
  open: 'it has not ended: its beneficiary may still have to be sent, or told apart from another. Cancel it, or wait',
  in_review: 'a person must look at it first, and needs to know whose it is: decide the review',
  being_answered: 'a request for it is at work: try again in a minute',
};

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
