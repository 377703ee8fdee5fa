import { Injectable } from '@nestjs/common';
import { isCancellable } from '../../domain/orders/cancellation.js';
import type { Order } from '../../domain/orders/order.js';
import { ProviderDirectory } from '../../providers/provider-directory.js';

export interface Cancellation {
  readonly possible: boolean;
  /** Whether the money comes back; null if the provider does not say, or the order cannot be cancelled. */
  readonly refundable: boolean | null;
}

const IMPOSSIBLE: Cancellation = { possible: false, refundable: null };

/** Whether an order could be cancelled as it stands. The provider decides when it is asked. */
@Injectable()
export class CancellationTerms {
  constructor(private readonly providers: ProviderDirectory) {}

  of(order: Order): Cancellation {
    const terms = this.providers.find(order.provider)?.capabilities.cancellation ?? null;
    if (!isCancellable(order, terms)) return IMPOSSIBLE;
    // Where nothing was sent, nothing was paid.
    return { possible: true, refundable: order.status === 'created' ? true : (terms?.refundable ?? null) };
  }
}
