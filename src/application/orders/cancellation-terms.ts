import { Injectable } from '@nestjs/common';
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

  of({ status, provider, providerOrderId }: Order): Cancellation {
    // Nothing was sent, so nothing was paid.
    if (status === 'created') return { possible: true, refundable: true };
    if (status !== 'placed' && status !== 'accepted') return IMPOSSIBLE;
    const terms = this.providers.find(provider)?.capabilities.cancellation;
    if (!terms?.while.includes(status) || providerOrderId === null) return IMPOSSIBLE;
    return { possible: true, refundable: terms.refundable };
  }
}
